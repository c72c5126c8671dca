"""Leads: found, and one with all that is known of it, why it scores so, and what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from handraise.core.definition.conditions import ScoreAtLeast, leaves
from handraise.core.definition.model import Definition, EngagementRule
from handraise.core.errors import InputInvalid
from handraise.core.framework import Filled
from handraise.core.sla import Clock
from handraise.core.stage import STAGES
from handraise.core.words import Tongue, asked_words, decay_words
from handraise.engine.ways import outlook
from handraise.flow import merge, qualify
from handraise.flow.score import Judge
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.lead_then import lead_then
from handraise.http.paging import Cursor
from handraise.http.reaching import (
    answered,
    evaluators_of,
    handoff_for,
    may_write,
    require_every_lead,
    root_of,
)
from handraise.store import (
    accounts,
    aliases,
    clocks,
    definitions,
    frameworks,
    handoffs,
    leads,
    merges,
    people,
    reasons,
    scores,
)
from handraise.store.aliases import Alias
from handraise.store.handoffs import HandoffRow, HandoffUnknown
from handraise.store.histories import histories
from handraise.store.leads import LeadDetail, LeadFilter
from handraise.store.reports import funnel
from handraise.store.timelines import time_of_event, timeline
from handraise.web import square
from handraise.web.briefs import brief_for
from handraise.web.clockface import Face, Strip, face, strip
from handraise.web.sites import form_of, site
from handraise.web.square import Course, Square
from handraise.web.timeline import SHOWN, Told, told_of
from handraise.web.visits import Visit, go_to, local_moment, show, stage_names, visit_of

router = site("/leads")
MayRead = Annotated[Call, needs("leads:read")]
MayWrite = Annotated[Call, needs("leads:write")]
Text = Annotated[str, Query(max_length=200)]
MOST: Final = 50
ENTRIES: Final = 60
_TICK: Final = timedelta(microseconds=1)


# --- the list -----------------------------------------------------------------------------------------------


@router.get("")
def lead_list(
    call: MayRead,
    text: Text = "",
    stage: Annotated[str, Query(max_length=50)] = "",
    least: Annotated[str, Query(max_length=10)] = "",
    known: Literal["", "yes", "no"] = "",
    owner: Annotated[str, Query(max_length=20)] = "",
    account: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    mql_in: Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")] = "",
    reached: Literal["", "sal", "sql", "customer"] = "",
    within: Annotated[int | None, Query(ge=1, le=999)] = None,
    cursor: Cursor = None,
) -> Response:
    """Leads, the newest first, by what is in the address."""
    month = date.fromisoformat(f"{mql_in}-01") if mql_in else None
    wanted = LeadFilter(
        ids=funnel.members_of(call.connection, month, reached or None, within) if month else None,
        stage=stage or None,
        account_id=account,
        text=text.strip() or None,
        owner_id=int(owner) if owner.isdecimal() and len(owner) < 19 else None,
        min_score=int(least) * 100 if least.isdecimal() and len(least) < 8 else None,
        is_known={"yes": True, "no": False}.get(known),
    )
    found = leads.leads(call.connection, wanted, after=call.place(cursor), limit=MOST)
    asked = {"text": text, "stage": stage, "least": least, "known": known, "owner": owner, "account": account}
    cohort = {"mql_in": mql_in, "reached": reached, "within": within} if mql_in else {}
    asked = {name: value for name, value in {**asked, **cohort}.items() if value}
    visit = visit_of(call)
    called = stage_names(visit.gettext)
    owners = [one for one in people.members(call.connection) if one.is_active and one.role != "viewer"]
    following = None if found.after is None else urlencode({**asked, "cursor": call.cursor(found.after)})
    return show(
        call,
        "leads/list.html.jinja",
        leads=found.leads,
        asked=asked,
        stage_choices=[("", visit.gettext("Any")), *((one, called[one]) for one in STAGES)],
        known_choices=[
            ("", visit.gettext("Anybody")),
            ("yes", visit.gettext("People we know")),
            ("no", visit.gettext("Visitors without a name")),
        ],
        owner_choices=[("", visit.gettext("Anybody")), *((str(one.id), one.name) for one in owners)],
        following=following,
        is_first=cursor is None,
        in_doubt=not asked and bool(merges.suggestions(call.connection, limit=1)),
        mql_in=month,
        of_account=accounts.account_detail(call.connection, account) if account else None,
    )


# --- one lead -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReceiptLine:
    """A line of the receipt: what the rule asks, how it came to its points, and the event that shows it."""

    words: str
    note: str
    points: int
    evidence: str | None
    at: datetime | None
    message_id: str | None


@dataclass(frozen=True)
class Receipt:
    """A score by one definition, as a receipt; the lines of each part sum to the part exactly."""

    definition: str
    version_id: int
    mode: str
    fit: int
    engagement: int
    grade: str | None
    is_mql: bool
    disqualified: str | None
    became_mql_at: datetime | None
    ceases_at: datetime | None
    fit_lines: tuple[ReceiptLine, ...]
    engagement_lines: tuple[ReceiptLine, ...]

    @property
    def total(self) -> int:
        """Fit and engagement together."""
        return self.fit + self.engagement


@dataclass(frozen=True)
class Handed:
    """The latest hand-off of the lead, where the viewer may see it."""

    row: HandoffRow
    owner: str | None
    clock: Clock | None
    face: Face
    strip: Strip | None
    brief: Mapping[str, Any]


@router.get("/{lead_id}")
def lead_page(
    call: MayRead,
    lead_id: Id,
    shown: Annotated[str, Query(alias="show", max_length=20)] = "all",
    as_of: Annotated[str, Query(max_length=40)] = "",
    event: Annotated[str, Query(max_length=300)] = "",
    by: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = None,
) -> Response:
    """One lead, as it is or as it was known to be at another time."""
    visit = visit_of(call)
    at = local_moment(visit, as_of) if as_of else None
    if at is not None and at > call.now:
        raise InputInvalid(visit.gettext("How a lead will stand, nobody knows: give a time that is past."))
    detail = leads.lead_detail(call.connection, root_of(call, lead_id))
    then = None if at is None else lead_then(call, detail.id, at)
    told = then["scores"] if then is not None else [vars(one) for one in detail.scores]
    kept = next((one for one in told if one["definition"] == by), told[0] if told else None)
    judge = None if kept is None else _judge(call, kept["version_id"])
    moments = [] if kept is None else _moments(call, detail.id, kept["definition"], at)
    entries, following = _timeline(call, detail.id, shown, event, at, cursor)
    return show(
        call,
        "leads/lead.html.jinja",
        lead=detail,
        facts=_facts(then["facts"] if then else detail.facts, visit.tongue),
        stage=then["stage"] if then else detail.standing["stage"],
        name=detail.name or detail.email or visit.gettext("Somebody unknown"),
        at=at,
        as_of=as_of,
        local_now=visit.now.astimezone(visit.zone).strftime("%Y-%m-%dT%H:%M"),
        definitions=[one["definition"] for one in told],
        receipt=None if kept is None or judge is None else _receipt(visit, kept, judge),
        square=_square(moments, judge),
        course=_course(moments, at or call.now),
        handed=None if at is not None else _handed(call, detail.id),
        colleagues=_colleagues(call, detail),
        title=(then["facts"] if then else detail.facts).get("lead.title"),
        receipt_bar_fit=None if judge is None else judge.definition.fit.bar,
        receipt_bar_engagement=None if judge is None else judge.definition.engagement.bar,
        **_framework(call, detail.id),
        may_write=at is None and may_write(call, detail.id),
        may_merge=at is None and call.caller.may_with("leads:write", None, frozenset()),
        entries=entries,
        following=following,
        shown=shown if shown in SHOWN else "all",
        kinds=[(kind, visit.gettext(group.label)) for kind, group in SHOWN.items()],
        event=event,
    )


@router.get("/{lead_id}/outlook")
def lead_outlook(call: MayRead, lead_id: Id, version: Annotated[int, Query(ge=1)]) -> Response:
    """What is missing for an MQL, and the shortest ways there: worked out when somebody looks."""
    root = root_of(call, lead_id)
    found = histories(call.connection, [root])
    evaluator, tongue = _judge(call, version).evaluator, visit_of(call).tongue
    look = outlook(evaluator, found[0], call.now, tongue) if found else None
    return show(call, "leads/outlook.html.jinja", look=look, lead_id=root)


@router.post("/{lead_id}/answers")
def answer(call: MayWrite, lead_id: Id) -> Response:
    """Write answers of a framework down; at its bar the lead is an SQL."""
    form = form_of(call.request)
    framework = str(form.get("framework", ""))[:50]
    given: dict[str, object] = {
        name.removeprefix("answer-"): (str(value).strip() or None)
        for name, value in form.items()
        if name.startswith("answer-")
    }
    _ = visit_of(call).gettext
    stands = answered(call, root_of(call, lead_id), framework, given)
    said = _("Kept. The lead is an SQL now.") if stands.has_moved else _("Kept.")
    return go_to(call, f"/leads/{lead_id}", said=said)


@router.post("/{lead_id}/merge")
def merge_lead(
    call: MayWrite,
    lead_id: Id,
    other: Annotated[str, Form(min_length=1, max_length=255)],
    reason: Annotated[str, Form(min_length=1, max_length=500)],
) -> Response:
    """Make one of two leads: the other one's history joins this one's."""
    require_every_lead(call)
    _ = visit_of(call).gettext
    child = _named(call, other.strip())
    root = merge.merge(call.connection, child, lead_id, call.by, reason.strip(), call.now)
    call.record("lead.merge", f"lead:{lead_id}", {"child": child})
    said = _("They are one lead already.") if root is None else _("Merged. It is scored anew in a moment.")
    return go_to(call, f"/leads/{lead_id}", said=said)


@router.post("/{lead_id}/unmerge")
def unmerge_lead(call: MayWrite, lead_id: Id, child: Annotated[int, Form(ge=1, le=2**63 - 1)]) -> Response:
    """Take a lead out of this one again."""
    require_every_lead(call)
    if merge.unmerge(call.connection, child, call.by, call.now):
        call.record("lead.unmerge", f"lead:{child}")
    said = visit_of(call).gettext("Taken apart. Both are scored anew in a moment.")
    return go_to(call, f"/leads/{lead_id}", said=said)


# --- what is shown ------------------------------------------------------------------------------------------


def _judge(call: Call, version_id: int) -> Judge:
    evaluators = evaluators_of(call.request.app)
    return evaluators.judges(call.connection, [version_id])[version_id]


def _receipt(visit: Visit, kept: Mapping[str, Any], judge: Judge) -> Receipt:
    lines = [(line["dimension"], _line(visit, line, judge.definition)) for line in kept["lines"]]
    return Receipt(
        kept["definition"],
        kept["version_id"],
        kept["mode"],
        kept["fit"],
        kept["engagement"],
        kept["grade"],
        kept["is_mql"],
        kept["disqualified"],
        kept["became_mql_at"],
        kept["ceases_at"],
        tuple(line for dimension, line in lines if dimension == "fit"),
        tuple(line for dimension, line in lines if dimension == "engagement"),
    )


def _line(visit: Visit, line: Mapping[str, Any], definition: Definition) -> ReceiptLine:
    rule = next((one for one in definition.rules if one.rule == line["rule"]), None)
    at = line["last_at"]
    if line["kind"] != "rule" or rule is None:
        bounds = {
            "cap": visit.gettext("above the most that %(name)s can be", name=line["dimension"]),
            "floor": visit.gettext("below the least that %(name)s can be", name=line["dimension"]),
            "group_cap": visit.gettext("above the most of the group %(name)s", name=line["rule"]),
            "group_floor": visit.gettext("below the least of the group %(name)s", name=line["rule"]),
        }
        words, note = bounds.get(line["kind"], line["rule"]), ""
    else:
        words, note = asked_words(rule, visit.tongue), _note(visit, line, rule)
    return ReceiptLine(
        words,
        note,
        line["points"],
        line["evidence"],
        datetime.fromisoformat(at) if isinstance(at, str) else at,
        line.get("message_id"),
    )


def _note(visit: Visit, line: Mapping[str, Any], rule: Any) -> str:
    """How often it was counted, and what decay has taken."""
    parts = []
    if line["count"] > 1:
        parts.append(visit.ngettext("once", "%(n)s times", line["count"]))
    if isinstance(rule, EngagementRule) and rule.decay is not None:
        parts.append(decay_words(rule.decay, visit.tongue))
    return ", ".join(parts)


def _moments(call: Call, root: int, definition: str, at: datetime | None) -> Sequence[square.Moment]:
    """The scores of the lead by this definition, whichever version was at work, in order of time."""
    changes = [one for one in scores.changes(call.connection, root) if at is None or one.at <= at]
    named = definitions.versions_of(call.connection, {one.version_id for one in changes})
    return [
        (one.at, one.fit, one.engagement, one.is_mql)
        for one in changes
        if named[one.version_id].name == definition
    ]


def _square(moments: Sequence[square.Moment], judge: Judge | None) -> Square | None:
    if judge is None or not moments:
        return None
    definition = judge.definition
    totals = [
        leaf.hundredths
        for leaf in leaves(definition.qualify.mql)
        if isinstance(leaf, ScoreAtLeast) and leaf.dimension == "total" and leaf.hundredths is not None
    ]
    return square.square(moments, definition.fit.bar, definition.engagement.bar, min(totals, default=None))


def _course(moments: Sequence[square.Moment], end: datetime) -> Course | None:
    return square.course(moments, end)


def _timeline(
    call: Call, root: int, shown: str, event: str, at: datetime | None, cursor: str | None
) -> tuple[Sequence[Told], str | None]:
    place = call.place(cursor)
    after = None if place is None else (datetime.fromisoformat(place[0]), str(place[1]), int(place[2]))
    if after is None and event and (when := time_of_event(call.connection, root, event)) is not None:
        after = (when + _TICK, "", 0)
    elif after is None and at is not None:
        after = (at + _TICK, "", 0)
    group = SHOWN.get(shown, SHOWN["all"])
    found = timeline(call.connection, root, after, ENTRIES + 1, kinds=group.kinds, named=group.named)
    last = found[ENTRIES - 1] if len(found) > ENTRIES else None
    following = None if last is None else call.cursor(last.at.isoformat(), last.kind, last.id)
    names = {**_names(call), **{one.code: one.label for one in reasons.reasons(call.connection)}}
    return told_of(visit_of(call), found[:ENTRIES], names), following


def _names(call: Call) -> Mapping[str, str]:
    return {f"member:{one.id}": one.name for one in people.members(call.connection)}


def _handed(call: Call, root: int) -> Handed | None:
    latest = handoffs.latest_of(call.connection, root)
    if latest is None or not call.caller.may("handoffs:read"):
        return None
    try:
        row = handoff_for(call, latest.id)
    except HandoffUnknown:
        return None
    visit = visit_of(call)
    clock = clocks.running(call.connection, [row.id]).get(row.id)
    owner = None if row.owner_id is None else people.member_of(call.connection, row.owner_id).name
    return Handed(
        row,
        owner,
        clock,
        face(visit, clock, row.first_contact_at),
        None if clock is None else strip(clock, call.now),
        brief_for(row.brief, visit),
    )


def _colleagues(call: Call, detail: LeadDetail) -> Sequence[accounts.Person]:
    if detail.account is None:
        return ()
    found = accounts.committee(call.connection, detail.account.id, limit=9)
    return [one for one in found if one.lead_id != detail.id][:8]


def _framework(call: Call, root: int) -> dict[str, Any]:
    """The framework that has answers, or the one that suits the lead, and how far it is to the bar."""
    filled = frameworks.filled(call.connection, [root])[root]
    found = filled[-1] if filled else Filled(qualify.suggestion(call.connection, root)[0], {})
    framework, visit = found.framework, visit_of(call)
    known = len(framework.answered(found.answers))
    missing = [one for one in framework.missing(found.answers) if one.name in framework.must]
    must = [visit.tongue.retold(one.label) for one in missing]
    if framework.is_met(found.answers):
        words = visit.gettext("The bar to SQL is reached.")
    else:
        words = visit.gettext("%(known)s of %(needs)s answers to SQL.", known=known, needs=framework.needs)
        if must:
            words += " " + visit.gettext("It cannot be without: %(names)s.", names=", ".join(must))
    return {
        "framework": found,
        "known_count": known,
        "bar_words": words,
        "choices_of": {one.name: [("", "–"), *((c, c) for c in one.choices)] for one in framework.criteria},
    }


def _facts(held: Mapping[str, Any], tongue: Tongue) -> Sequence[tuple[str, str, Any]]:
    return [
        (name, tongue.fact(name).label, value)
        for name, value in sorted(held.items())
        if value not in (None, "")
    ]


def _named(call: Call, who: str) -> int:
    """The lead of that number or e-mail address."""
    if who.isdecimal() and len(who) < 19:
        return root_of(call, int(who))
    alias = Alias("email", who.lower())
    found = aliases.leads_named(call.connection, [alias]).get(alias)
    if found is None:
        raise InputInvalid(visit_of(call).gettext("Nobody has that address or number."))
    return found
