"""The inbox: hand-offs by the time that is left, answered without leaving the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.flow import handoff
from handraise.http.actors import actor_of
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.reaching import handoff_for, owning_teams
from handraise.store import clocks, handoffs, leads, people, reasons
from handraise.store.handoffs import HandoffRow, QueueRow
from handraise.store.people import MemberRow
from handraise.web.briefs import brief_for
from handraise.web.clockface import Face, face
from handraise.web.sites import site
from handraise.web.visits import Visit, go_to, local_moment, show, visit_of

router = site("/inbox")
linked = site("/handoffs")
MayRead = Annotated[Call, needs("handoffs:read")]
MayAnswer = Annotated[Call, needs("handoffs:answer")]
MayAssign = Annotated[Call, needs("handoffs:assign")]
Whose = Literal["mine", "team", "nobodys", "all"]
AsWhose = Annotated[Whose | None, Query()]
Chosen = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
Note = Annotated[str, Form(max_length=2_000)]
MOST: Final = 50
_TAKE: Final = ("sales", "admin")
_MORNING: Final = time(9)


@dataclass(frozen=True)
class Waiting:
    """A line of the list."""

    row: QueueRow
    face: Face
    why: str


@dataclass(frozen=True)
class Opened:
    """The hand-off beside the list, and what the viewer may do with it."""

    row: HandoffRow
    lead: leads.LeadDetail
    face: Face
    owner: MemberRow | None
    may_answer: bool
    may_assign: bool
    brief: Mapping[str, Any]


@router.get("")
def inbox(call: MayRead, whose: AsWhose = None, handoff: Chosen = None) -> Response:
    """The list, and beside it the hand-off that was chosen, or the most urgent one."""
    return _inbox(call, whose, handoff)


@router.get("/list")
def waiting_list(call: MayRead, whose: AsWhose = None, handoff: Chosen = None) -> Response:
    """The list alone: it asks for itself every few seconds."""
    whose = whose or _usual(call)
    return show(call, "inbox/inbox.html.jinja", part="list", **_listed(call, whose, handoff))


@router.get("/{handoff_id}")
def beside(call: MayRead, handoff_id: Id, whose: AsWhose = None) -> Response:
    """One hand-off: for htmx what stands beside the list, else the whole page."""
    if call.request.headers.get("hx-request") != "true":
        return go_to(call, _address(whose or _usual(call), handoff_id))
    told = {"whose": whose or _usual(call), **_beside(call, handoff_id)}
    return show(call, "inbox/inbox.html.jinja", part="beside", **told)


@linked.get("/{handoff_id}")
def from_mail(call: MayRead, handoff_id: Id) -> Response:
    """The address that mails and messages name."""
    handoff_for(call, handoff_id)
    return go_to(call, _address(_usual(call), handoff_id))


@router.post("/{handoff_id}/accept")
def accept(call: MayAnswer, handoff_id: Id, whose: AsWhose = None) -> Response:
    """Take a hand-off on."""
    handoff.accept(call.connection, handoff_id, actor_of(call), call.now, call.services.desk)
    return _done(
        call, whose, handoff_id, visit_of(call).gettext("Accepted. The clock runs until you log a contact.")
    )


@router.post("/{handoff_id}/reject")
def reject(
    call: MayAnswer,
    handoff_id: Id,
    reason: Annotated[str, Form(max_length=100)],
    whose: AsWhose = None,
    note: Note = "",
    come_back: Annotated[str, Form(max_length=40)] = "",
    following: Annotated[int | None, Form()] = None,
) -> Response:
    """Give it back unworked, for a reason of the list."""
    visit = visit_of(call)
    back = local_moment(visit, f"{come_back}T09:00") if come_back else None
    handoff.reject(
        call.connection,
        handoff_id,
        actor_of(call),
        reason,
        call.now,
        call.services.desk,
        note=note.strip() or None,
        come_back_at=back,
    )
    return _done(call, whose, following, visit.gettext("Rejected."))


@router.post("/{handoff_id}/snooze")
def snooze(
    call: MayAnswer,
    handoff_id: Id,
    until: Annotated[str, Form(max_length=40)],
    whose: AsWhose = None,
    note: Note = "",
) -> Response:
    """Put it off; the clock stands still."""
    visit = visit_of(call)
    handoff.snooze(
        call.connection,
        handoff_id,
        actor_of(call),
        local_moment(visit, until),
        call.now,
        call.services.desk,
        note=note.strip() or None,
    )
    return _done(call, whose, handoff_id, visit.gettext("Put off. The clock stands still until then."))


@router.post("/{handoff_id}/reassign")
def reassign(
    call: MayAssign,
    handoff_id: Id,
    to: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
    whose: AsWhose = None,
    following: Annotated[int | None, Form()] = None,
) -> Response:
    """Give it to somebody else, by name or by the routes."""
    if to and not to.isdecimal():
        raise InputInvalid(Saying("Choose somebody of the list."))
    done = handoff.reassign(
        call.connection,
        handoff_id,
        actor_of(call),
        call.now,
        call.services.desk,
        to=int(to) if to else None,
        reason=reason.strip(),
    )
    owner = None if done.owner_id is None else people.member_of(call.connection, done.owner_id).name
    visit = visit_of(call)
    said = visit.gettext("Now with %(name)s.", name=owner) if owner else visit.gettext("Now in the queue.")
    return _done(call, whose, following, said)


@router.post("/{handoff_id}/contact")
def contact(
    call: MayAnswer,
    handoff_id: Id,
    how: Annotated[str, Form(min_length=1, max_length=100)],
    at: Annotated[str, Form(max_length=40)] = "",
    whose: AsWhose = None,
) -> Response:
    """Say when and how the lead was reached: the clock stops there."""
    visit = visit_of(call)
    when = local_moment(visit, at) if at else call.now
    handoff.first_contact(
        call.connection, handoff_id, actor_of(call), when, how, call.now, call.services.desk
    )
    return _done(call, whose, handoff_id, visit.gettext("Logged. The clock has stopped."))


@router.post("/away")
def go_away(
    call: MayAnswer, until: Annotated[str, Form(max_length=40)] = "", whose: AsWhose = None
) -> Response:
    """Say that one is away: new hand-offs go to others."""
    visit = visit_of(call)
    end = local_moment(visit, f"{until}T09:00") if until else None
    people.set_away(call.connection, call.caller.id, call.now, end)
    detail = {"from": call.now.isoformat(), "until": end and end.isoformat()}
    call.record("member.away", call.by, detail)
    return _done(call, whose, None, visit.gettext("You are away. New hand-offs go to others."))


@router.post("/back")
def come_back(call: MayAnswer, whose: AsWhose = None) -> Response:
    """Say that one is back."""
    people.set_away(call.connection, call.caller.id, None, None)
    call.record("member.back", call.by)
    return _done(call, whose, None, visit_of(call).gettext("Welcome back. You get new hand-offs again."))


# --- what is shown ------------------------------------------------------------------------------------------


def _usual(call: Call) -> Whose:
    return "mine" if call.caller.role == "sales" else "all"


def _address(whose: Whose, chosen: int | None) -> str:
    return "/inbox?" + urlencode({"whose": whose, **({"handoff": chosen} if chosen else {})})


def _done(call: Call, whose: Whose | None, chosen: int | None, said: str) -> Response:
    """After an answer: the list as it is now, with what comes next beside it."""
    whose = whose or _usual(call)
    if call.request.headers.get("hx-request") != "true":
        return go_to(call, _address(whose, chosen), said=said)
    return _inbox(call, whose, chosen, part="inbox", said=said)


def _inbox(call: Call, whose: Whose | None, chosen: int | None, **answer: Any) -> Response:
    whose = whose or _usual(call)
    told = _listed(call, whose, chosen)
    if chosen is None and told["waiting"]:
        told["chosen"] = chosen = told["waiting"][0].row.id
    told |= {"opened": None} if chosen is None else _beside(call, chosen)
    return show(call, "inbox/inbox.html.jinja", **answer, **told, is_asked=_is_asked(call))


def _is_asked(call: Call) -> bool:
    """Whether somebody came for one hand-off: on a narrow screen it takes the place of the list."""
    return "handoff" in call.request.query_params


def _listed(call: Call, whose: Whose, chosen: int | None) -> dict[str, Any]:
    visit = visit_of(call)
    found = _queue(call, whose)
    ids = [row.id for row in found]
    running, why = (
        clocks.running(call.connection, ids),
        handoffs.why_now(call.connection, ids, visit.language),
    )
    waiting = [
        Waiting(
            row, face(visit, running.get(row.id), row.first_contact_at), _one_line(visit, why.get(row.id))
        )
        for row in found
    ]
    me = people.member_of(call.connection, call.caller.id)
    return {
        "whose": whose,
        "views": _views(call),
        "waiting": waiting[:MOST],
        "is_more": len(found) > MOST,
        "chosen": chosen,
        "me": me,
        "is_away": me.is_away(call.now),
        "takes": call.caller.role in _TAKE and call.caller.may("handoffs:answer"),
    }


def _queue(call: Call, whose: Whose) -> Sequence[QueueRow]:
    sees_all = visit_of(call).sees_all("handoffs:read")
    asked: Mapping[Whose, Mapping[str, Any]] = {
        "mine": {"owner_id": call.caller.id},
        "team": {"team_ids": sorted(call.caller.teams)},
        "nobodys": {"is_unowned": True, "team_ids": None if sees_all else sorted(call.caller.teams)},
        "all": {"team_ids": None if sees_all else sorted(call.caller.teams)},
    }
    return handoffs.queue(call.connection, **asked[whose], limit=MOST + 1)


def _views(call: Call) -> Sequence[tuple[Whose, str]]:
    _ = visit_of(call).gettext
    mine: list[tuple[Whose, str]] = [("mine", _("Mine"))] if call.caller.role in _TAKE else []
    team: list[tuple[Whose, str]] = [("team", _("My team's"))] if call.caller.teams else []
    every: list[tuple[Whose, str]] = [("all", _("All"))] if visit_of(call).sees_all("handoffs:read") else []
    return (*mine, *team, ("nobodys", _("Nobody's")), *every)


def _one_line(visit: Visit, why: tuple[list[str], int] | None) -> str:
    if why is None:
        return ""
    words, count = why
    said = ", ".join(words[:2])
    more = count - len(words[:2])
    return visit.gettext("%(reasons)s and %(n)s more", reasons=said, n=more) if more > 0 else said


def _beside(call: Call, handoff_id: int) -> dict[str, Any]:
    row, visit = handoff_for(call, handoff_id), visit_of(call)
    owning = owning_teams(call, row)
    running = clocks.running(call.connection, [row.id]).get(row.id)
    team = people.members(call.connection)
    opened = Opened(
        row,
        leads.lead_detail(call.connection, row.lead_id),
        face(visit, running, row.first_contact_at),
        next((one for one in team if one.id == row.owner_id), None),
        call.caller.may_with("handoffs:answer", row.owner_id, owning),
        call.caller.may_with("handoffs:assign", row.owner_id, owning),
        brief_for(row.brief, visit),
    )
    return {
        "chosen": handoff_id,
        "opened": opened,
        "me_id": call.caller.id,
        "state_words": _state_words(visit, row),
        "reason_choices": [
            (one.code, visit.tongue.retold(one.label)) for one in reasons.reasons(call.connection, "reject")
        ],
        "other_choices": [
            ("", visit.gettext("Whose turn it is, by the routes")),
            *(
                (str(one.id), one.name)
                for one in team
                if one.is_active and one.role in _TAKE and one.id != row.owner_id
            ),
        ],
        "snoozes": _snoozes(visit),
        "local_now": visit.now.astimezone(visit.zone).strftime("%Y-%m-%dT%H:%M"),
    }


def _state_words(visit: Visit, row: HandoffRow) -> str:
    _ = visit.gettext
    known = {
        "rejected": _("Rejected"),
        "cancelled": _("Taken back"),
        "done": _("Done"),
    }
    return known.get(row.state, "")


def _snoozes(visit: Visit) -> Sequence[tuple[str, str]]:
    """Times to put something off to, as the viewer's clock shows them."""
    here = visit.now.astimezone(visit.zone).replace(second=0, microsecond=0, tzinfo=None)
    morning = datetime.combine(here.date() + timedelta(days=1), _MORNING)
    monday = morning + timedelta(days=(-morning.weekday()) % 7)
    _ = visit.gettext
    return (
        ((here + timedelta(hours=1)).isoformat(timespec="minutes"), _("for an hour")),
        ((here + timedelta(hours=3)).isoformat(timespec="minutes"), _("for three hours")),
        (morning.isoformat(timespec="minutes"), _("until tomorrow at nine")),
        (monday.isoformat(timespec="minutes"), _("until Monday at nine")),
    )
