"""Scoring leads by the versions that act, or are in shadow, now; and by those that did at another time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

import sqlalchemy as sa

from handraise.core.definition.conditions import FactTest, leaves
from handraise.core.definition.model import Definition, conditions_of
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.core.situation import Situation
from handraise.engine.companion import Companion
from handraise.engine.evaluate import Evaluator
from handraise.engine.lines import evidence_of
from handraise.flow.bots import settled
from handraise.store import definitions
from handraise.store.definitions import Mode, Version, read_text
from handraise.store.histories import histories
from handraise.store.session import Database

_OF_COLLEAGUES: Final = frozenset(("account.leads_engaged", "account.engagement"))


@dataclass(frozen=True)
class Judge:
    """A version of a definition, compiled."""

    version: Version
    definition: Definition
    evaluator: Evaluator
    companion: Companion

    @property
    def asks_of_colleagues(self) -> bool:
        """Whether what the people of an account do counts for one another."""
        return asks_of_colleagues(self.definition)


@dataclass(frozen=True)
class Sitting:
    """A judge at work: live ones score and decide, those in shadow only score."""

    mode: Mode
    judge: Judge


@dataclass(frozen=True)
class Judgement:
    """A lead as it was scored, with its score by each version that scores, by the version's id."""

    lead: Lead
    scores: Mapping[int, Score]

    @property
    def root(self) -> int:
        """The lead's id."""
        return int(self.lead.lead_id)


class Evaluators:
    """Compiled definitions, each compiled once in a process; several threads may share them."""

    def __init__(self) -> None:
        self._judges: dict[int, Judge] = {}
        self._lock = Lock()

    def sitting(self, connection: sa.Connection) -> list[Sitting]:
        """The judges at work now: live ones first, by the names of their definitions.

        Asks the database what is rolled out, every time; only a version not seen before is compiled.
        """
        there = definitions.open_rollouts(connection)
        judges = self.judges(connection, [each.version_id for each in there])
        self._forget(judges)
        return [Sitting(each.mode, judges[each.version_id]) for each in there]

    def warm_up(self, database: Database, now: datetime) -> None:
        """Score nobody, once: loading the kernel takes seconds that no lead is to wait for."""
        with database.transaction() as connection:
            sitting = self.sitting(connection)
        nobody = [Lead("0", {}, ())]
        for judge in (each.judge for each in sitting):
            [judgement] = judged(nobody, [judge], now)
            situation = Situation(judgement.lead.lead_id, "lead", now)
            judge.companion.answers(judgement.lead, judgement.scores[judge.version.id], situation, now)

    def judges(self, connection: sa.Connection, version_ids: Sequence[int]) -> dict[int, Judge]:
        """The judges of these versions.

        Raises
        ------
        VersionUnknown
            When one of them is not there.
        """
        with self._lock:
            missing = [one for one in dict.fromkeys(version_ids) if one not in self._judges]
            found = definitions.versions_of(connection, missing) if missing else {}
            for one in missing:
                if one not in found:
                    raise definitions.VersionUnknown(one)
                self._judges[one] = compiled(found[one])
            return {one: self._judges[one] for one in version_ids}

    def _forget(self, sitting: Mapping[int, Judge]) -> None:
        """Keep a process that looked at many old versions from growing."""
        with self._lock:
            if len(self._judges) > len(sitting) + 20:
                self._judges = dict(sitting)


def compiled(version: Version) -> Judge:
    """A version, ready to score."""
    definition = read_text(version.text, version.lists).definition
    return Judge(version, definition, Evaluator(definition), Companion(definition))


def score_leads(
    connection: sa.Connection, roots: Sequence[int], sitting: Sequence[Sitting], now: datetime
) -> list[Judgement]:
    """Score these roots by every version at work, from what is committed of them.

    In the order of `roots`; those that are no more are left out. What their behaviour shows to be no person's
    doing is written down on the way.
    """
    leads = settled(connection, histories(connection, roots))
    return judged(leads, [each.judge for each in sitting], now)


def judged(leads: Sequence[Lead], judges: Sequence[Judge], as_of: datetime) -> list[Judgement]:
    """The scores of these leads by these versions."""
    columns = {each.version.id: each.evaluator.scores(leads, as_of) for each in judges} if leads else {}
    return [
        Judgement(lead, {version_id: column[place] for version_id, column in columns.items()})
        for place, lead in enumerate(leads)
    ]


def score_at(
    connection: sa.Connection,
    root: int,
    at: datetime,
    evaluators: Evaluators,
    *,
    version_id: int | None = None,
) -> list[tuple[Version, Score]]:
    """What the definitions said of a lead at `at`, by what was known then.

    By the versions that were live then, or by one version, whether it was live or not. Facts and events that
    reached us later do not count. Nothing when the lead is not there.

    Raises
    ------
    VersionUnknown
        When there is no version of that id.
    """
    ids = [version_id] if version_id is not None else [v.id for v in definitions.live_at(connection, at)]
    judges = evaluators.judges(connection, ids)
    found = judged(histories(connection, [root], as_of=at), list(judges.values()), at)
    return [(judges[one].version, judgement.scores[one]) for judgement in found for one in ids]


def messages_of(lead: Lead, score: Score) -> list[str | None]:
    """The message id of the event that each line of a score shows; None where it shows none."""
    wanted = {line.last_at for line in score.lines if line.last_at is not None}
    if not wanted:
        return [None] * len(score.lines)
    at: dict[tuple[datetime, str], Event] = {}
    for event in lead.events:
        if event.occurred_at in wanted and not event.is_bot:
            key = event.occurred_at, evidence_of(event)
            known = at.get(key)
            if known is None or (event.message_id or "") < (known.message_id or ""):
                at[key] = event
    shown = [
        None if line.last_at is None else at.get((line.last_at, line.evidence or "")) for line in score.lines
    ]
    return [None if event is None else event.message_id for event in shown]


def asks_of_colleagues(definition: Definition) -> bool:
    """Whether a definition asks for what scores of an account's people make themselves."""
    return any(
        leaf.fact in _OF_COLLEAGUES
        for _, condition in conditions_of(definition)
        for leaf in leaves(condition)
        if isinstance(leaf, FactTest)
    )
