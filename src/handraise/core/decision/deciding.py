"""Deciding: the rules of the package, as steps that each see the lead as the steps before have left it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handraise.core.decision.announcements import announced
from handraise.core.decision.asking import confirms_since, is_new_motion
from handraise.core.decision.kinds import UNMADE, lead_type, stream_for
from handraise.core.decision.timing import limit_ends, limit_of, recycling
from handraise.core.definition.model import Definition
from handraise.core.effects import (
    Alert,
    CancelHandoff,
    ConfirmDemo,
    Disqualify,
    DueReview,
    Effect,
    JoinNurture,
    LeaveNurture,
    MoveStage,
    OpenHandoff,
    Requalify,
    after,
    words,
)
from handraise.core.framework import Filled
from handraise.core.points import written
from handraise.core.score import Score
from handraise.core.situation import Answers, Situation
from handraise.core.stage import Cause, ScoreAt, Stage, is_legal

_CAN_SKIP: Final = ("subscriber", "lead", "mql", "sal", "recycled")


@dataclass(frozen=True)
class Judged:
    """A definition with what it says of one lead."""

    definition: Definition
    score: Score
    answers: Answers


@dataclass(frozen=True)
class Simulation:
    """What a definition that does not act yet would do: effects, in words too, and the lead after them."""

    effects: tuple[Effect, ...]
    words: tuple[str, ...]
    situation: Situation


def decide(
    definition: Definition, situation: Situation, score: Score, answers: Answers, now: datetime
) -> list[Effect]:
    """The effects that are due for a lead at `now`, in the order in which they are to be carried out.

    Deciding again, once they have been, gives none.

    Parameters
    ----------
    situation
        The lead's committed state.
    score
        What the definition says of the lead at `now`.
    answers
        Which conditions of the hand-off and of re-qualification hold. What they say of "since" counts only
        if it was asked for this very stay (`answers.since`).
    now
        A time with a zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition('''
    ... name: Small
    ... qualify: {mql: {total: 50}}
    ... handoff: {sla: [{within: 24 hours}]}
    ... ''').definition
    >>> now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> lead = Situation("L1", "lead", now, has_contact=True)
    >>> score = Score("L1", now, 1000, 5000, None, True, True, None, now, None, None)
    >>> for effect in decide(definition, lead, score, Answers(sla=0, has_asked=True), now):
    ...     print(words(effect))
    becomes MQL (was lead): fit 10 and engagement 50 satisfy Small
    is handed to sales development as a standard MQL, hot, first contact within 24 hours: fit 10 and \
engagement 50 satisfy Small
    tells subscribers: lead.qualified
    tells subscribers: handoff.opened
    """
    if situation.is_bot or situation.is_frozen(now):
        return []
    decision = _Decision(definition, situation, score, answers, now)
    decision.run()
    return [*decision.effects, *announced(decision.effects, situation)]


def decide_all(judged: Sequence[Judged], situation: Situation, now: datetime) -> list[Effect]:
    """The effects of all live definitions of a lead, one after the other.

    A lead is archived only when no definition that judges it would still have it; the first definition that
    names streams of nurture chooses among them.
    """
    return [effect for _, effects in decide_each(judged, situation, now) for effect in effects]


def decide_each(
    judged: Sequence[Judged], situation: Situation, now: datetime
) -> list[tuple[Judged, list[Effect]]]:
    """The same as `decide_all`, with the definition that asks for each run of effects."""
    decided: list[tuple[Judged, list[Effect]]] = []
    for _ in range(len(judged) + 1):  # what one definition does may be what another waits for
        found = _round(judged, situation, now)
        if not found:
            break
        for _, effects in found:
            situation = after(situation, effects, now)
        decided += found
    return decided


def _round(
    judged: Sequence[Judged], situation: Situation, now: datetime
) -> list[tuple[Judged, list[Effect]]]:
    decided: list[tuple[Judged, list[Effect]]] = []
    nurturing = next((each.definition for each in judged if each.definition.nurture), None)
    for each in judged:
        wanted = any(
            other is not each and other.score.applies and other.score.disqualified is None for other in judged
        )
        definition = each.definition
        if nurturing is not None and definition is not nurturing:
            definition = replace(definition, nurture=())
        is_so = situation.is_wanted_elsewhere == wanted
        before = situation if is_so else replace(situation, is_wanted_elsewhere=wanted)
        found = decide(definition, before, each.score, each.answers, now)
        situation = after(situation, found, now)
        if found:
            decided.append((each, found))
    return decided


def simulate(
    definition: Definition, situation: Situation, score: Score, answers: Answers, now: datetime
) -> Simulation:
    """What would happen if the definition acted: for shadow roll-outs and before sign-off."""
    effects = decide(definition, situation, score, answers, now)
    return Simulation(tuple(effects), tuple(map(words, effects)), after(situation, effects, now))


class _Decision:
    """One decision in the making: each step sees the lead as the steps before have left it."""

    def __init__(
        self, definition: Definition, situation: Situation, score: Score, answers: Answers, now: datetime
    ) -> None:
        self.definition, self.score, self.answers, self.now = definition, score, answers, now
        self.began, self.lead = situation, situation
        self.effects: list[Effect] = []

    def run(self) -> None:
        self.become_lead()
        reason = self.score.disqualified
        if reason is None or not self.disqualify(reason):
            has_moved = self.skip_to_sql() or self.outstay()
            if reason is None and not has_moved:
                self.qualify()
        self.nurture()
        self.confirm_demo()

    def do(self, *effects: Effect) -> bool:
        """Take these effects up; True, so that steps can say that they did something."""
        self.effects += effects
        self.lead = after(self.lead, effects, self.now)
        return True

    def cause(self, reason: str) -> Cause:
        return Cause("rule", self.definition.name, reason)

    @property
    def score_at(self) -> ScoreAt:
        return ScoreAt(self.score.as_of, self.score.fit, self.score.engagement, self.score.grade)

    # ------------------------------------------------------------------------------------------- steps

    def become_lead(self) -> None:
        engaged = self.lead.has_consented or self.answers.has_engaged or self.answers.has_asked
        if self.lead.stage == "subscriber" and self.lead.has_contact and engaged:
            why = "gave contact details and engaged" if self.answers.has_engaged else "gave contact details"
            self.do(MoveStage("subscriber", "lead", self.cause(why)))

    def disqualify(self, reason: str) -> bool:
        """Archive the lead; True when it is (or stays) archived."""
        stage = self.lead.stage
        if stage in ("sal", "sql"):
            self.ask_for_review(f"disqualifier: {reason}")
            return False
        if stage not in ("subscriber", "lead", "mql", "recycled"):
            return stage == "disqualified"
        if self.lead.is_wanted_elsewhere:
            if self.take_back(reason, own=True) and stage == "mql" and not self.lead.live_handoffs:
                self.ask_for_review(f"disqualifier: {reason}")
            return True
        self.take_back(reason)
        return self.do(Disqualify(stage, reason, self.cause(reason)))

    def take_back(self, reason: str, *, own: bool = False, accepted: bool = False) -> bool:
        """Cancel hand-offs that nobody accepted (or those too), of all definitions or of this one."""
        live = [
            handed
            for handed in self.lead.live_handoffs
            if (accepted or handed.state == "open") and (not own or handed.definition == self.definition.name)
        ]
        self.do(*(CancelHandoff(handed.definition, handed.cycle, reason) for handed in live))
        return bool(live)

    def skip_to_sql(self) -> bool:
        """Make an SQL of a lead whose framework is filled in; True when it was done."""
        filled = self.filled()
        if filled is None or self.lead.stage not in _CAN_SKIP:
            return False
        cause = self.cause(f"{filled.framework.label} is filled in")
        from_stage = self.lead.stage
        self.do(MoveStage(from_stage, "sql", cause, self.score_at))
        if not self.lead.live_handoffs:
            self.hand_off(from_stage, cause.reason, to_executive=True)
        return True

    def filled(self) -> Filled | None:
        """The framework that takes a lead to SQL, if it is filled in by answers given since it came back."""
        skip = self.definition.qualify.skip_to_sql
        if skip is None or not self.score.applies:
            return None
        filled = next((one for one in self.lead.frameworks if one.framework.name == skip.framework), None)
        if filled is None:
            return None
        enough = filled.framework.is_complete if skip.complete else filled.framework.is_met
        since = self.lead.since
        is_new = since is None or (filled.answered_at is not None and filled.answered_at > since)
        return filled if is_new and enough(filled.answers) else None

    def outstay(self) -> bool:
        """Draw the consequence of a stage that lasted too long; True when the lead moved."""
        limit = limit_of(self.definition, self.began.stage)
        stage = self.lead.stage
        if limit is None or stage != self.began.stage or self.now < limit_ends(limit, self.lead):
            return False
        why = f"stayed in {limit.stage} for {limit.max_age}"
        reason = None if self.lead.is_wanted_elsewhere else self.score.disqualified
        then = "disqualify" if limit.then == "recycle" and reason is not None else limit.then
        if then == "recycle" and is_legal(stage, "recycled", "rule"):
            self.take_back(why, accepted=True)
            return self.do(recycling(self.definition, stage, why, self.cause(why), self.now))
        if then == "disqualify" and is_legal(stage, "disqualified", "rule"):
            self.take_back(why, accepted=True)
            return self.do(Disqualify(stage, reason or why, self.cause(why)))
        self.ask_for_review(why)
        return False

    def ask_for_review(self, why: str) -> None:
        if why in self.lead.reviews:
            return
        self.do(DueReview(self.now, self.lead.stage, why))
        if self.definition.handoff.alert:
            self.do(Alert("review_due", self.definition.handoff.alert, why))

    def qualify(self) -> None:
        """Bring back who is to come back, and make an MQL of who satisfies the definition."""
        triggers = self.triggers()
        if triggers and self.score.applies:
            self.do(Requalify(self.lead.stage, triggers, self.cause(" and ".join(triggers))))
        if not self.score.is_mql:
            return
        if self.lead.stage in UNMADE and self.may_be_mql():
            from_stage, why = self.lead.stage, self.why_mql()
            became = self.score.became_mql_at
            is_known = became is not None and (self.lead.cycle == 0 or became > self.lead.stage_since)
            move = MoveStage(from_stage, "mql", self.cause(why), self.score_at, became if is_known else None)
            self.do(move)
            self.hand_off(self.began.stage, why)
        elif is_new_motion(self.definition, self.lead):
            self.hand_off(self.began.stage, self.why_mql())

    def triggers(self) -> tuple[str, ...]:
        """What brings the lead back from a side state."""
        if self.lead.stage not in ("recycled", "disqualified"):
            return ()
        since, date = self.lead.since, self.lead.requalify_at
        found = self.answers.requalify if self.answers.since == since else ()
        is_due = date is not None and since is not None and since < date <= self.now
        return tuple(dict.fromkeys((*found, *(("date_reached",) if is_due else ()))))

    def may_be_mql(self) -> bool:
        """Whether nothing but the score is asked of the lead: a recycled one needs something new, in time."""
        lead = self.lead
        if lead.stage != "recycled":
            return True
        since = lead.since
        changed = lead.facts_changed_at is not None and since is not None and lead.facts_changed_at > since
        is_renewed = self.answers.is_renewed and self.answers.since == since
        return not lead.is_cooling_down(self.now) and (changed or is_renewed)

    def why_mql(self) -> str:
        if self.score.fast_tracks:
            return f"fast track: {' and '.join(self.score.fast_tracks)}"
        sums = f"fit {written(self.score.fit)} and engagement {written(self.score.engagement)}"
        return f"{sums} satisfy {self.definition.name}"

    def hand_off(self, from_stage: Stage, why: str, *, to_executive: bool = False) -> None:
        answers, handoff = self.answers, self.definition.handoff
        level = None if answers.sla is None else handoff.sla[answers.sla]
        opened = OpenHandoff(
            definition=self.definition.name,
            cycle=self.lead.cycle,
            lead_type=lead_type(self.definition, from_stage, answers),
            temperature="hot" if self.lead.has_contact and answers.has_asked else "warm",
            motion=self.definition.motion,
            from_stage=from_stage,
            sla=answers.sla,
            within=None if level is None else level.within,
            hours="always" if level is None else level.hours,
            routes=answers.routes,
            audience="account_executive" if to_executive else "sales_development",
            why=why,
        )
        self.do(opened)
        if handoff.alert:
            self.do(Alert("handoff_opened", handoff.alert, why))

    def nurture(self) -> None:
        """Keep the lead in the stream that its stage and score ask for."""
        if not self.definition.nurture:
            return
        wanted, now_in = stream_for(self.definition, self.lead.stage, self.score), self.lead.nurture
        if wanted is not None and wanted != now_in:
            self.do(JoinNurture(wanted))
        elif wanted is None and now_in in dict(self.definition.nurture).values():
            self.do(LeaveNurture(str(now_in)))

    def confirm_demo(self) -> None:
        asked, since = self.answers.demo_requested_at, confirms_since(self.lead, self.now)
        if (
            asked is not None
            and since is not None
            and asked >= since
            and asked != self.lead.demo_confirmed_at
        ):
            self.do(ConfirmDemo(asked))
