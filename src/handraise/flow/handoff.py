"""What people do with a hand-off: accept, reject, give away, put off, and the first contact.

Whoever answers first has answered: everybody else is told who it was. Each verb is one transaction with the
entry that says so, the lead's move, its clock, and the audit entry, which comes last.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.actor import Actor
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.notification import Notification
from handraise.core.roles import Permission, may_with
from handraise.core.saying import Instant, Saying
from handraise.core.sla import Cancelled, OwnerChanged, Paused, Stopped
from handraise.core.sla import Entry as ClockEntry
from handraise.flow.assign import Wanted, assign, kept_needs, staff_for
from handraise.flow.desk import Desk, definition_of
from handraise.flow.lifecycle import advance, archive, give_back
from handraise.flow.opening import calendar_for, unassigned, wind
from handraise.store import calendars, handoffs, people, reasons
from handraise.store.handoffs import HandoffRow
from handraise.store.stages import Standing

SNOOZED: Final = "snoozed"
# Where sales has not begun; a rejection sends a lead back from here and nowhere else.
BEFORE_WORK: Final = ("subscriber", "lead", "mql", "recycled")


class HandoffAnswered(HandraiseError):
    """Somebody answered the hand-off before; it cannot be answered again."""


class HandoffForeign(HandraiseError):
    """The hand-off is somebody else's."""


class ContactInvalid(HandraiseError):
    """The first contact cannot have been then."""


class SnoozeInvalid(HandraiseError):
    """The hand-off cannot be put off like that."""


def accept(connection: sa.Connection, handoff_id: int, by: Actor, now: datetime, desk: Desk) -> HandoffRow:
    """Take a hand-off on: the lead is a SAL. Accepting again what one has accepted changes nothing.

    A hand-off in a queue is then theirs.

    Raises
    ------
    HandoffUnknown, HandoffAnswered, HandoffForeign
    """
    row, stands = handoffs.locked(connection, handoff_id)
    if row.state == "accepted" and row.answered_by == by.member:
        return row
    refuse_answered(connection, row)
    refuse_stranger(connection, row, by, "handoffs:answer")
    row = _accepted(connection, row, stands, by, now)
    wind(connection, row.id, desk, now)
    _concluded(connection, row, stands, by, "accept", desk, now)
    return row


def _accepted(
    connection: sa.Connection, row: HandoffRow, stands: Standing, by: Actor, now: datetime
) -> HandoffRow:
    if row.owner_id is None and by.member is not None:
        row = _hand_over(connection, row, by.member, row.team_id, by, now, "took it from the queue")
    row = handoffs.change(
        connection, row.id, state="accepted", answered_at=now, answered_by=by.member, snoozed_until=None
    )
    handoffs.enter(connection, row.id, "accepted", by.written, now)
    if stands.stage in BEFORE_WORK:
        advance(connection, stands, "sal", by, "accepted the hand-off", now, row.version_id)
    return row


def reject(
    connection: sa.Connection,
    handoff_id: int,
    by: Actor,
    reason: str,
    now: datetime,
    desk: Desk,
    *,
    note: str | None = None,
    come_back_at: datetime | None = None,
) -> HandoffRow:
    """Give a hand-off back unworked, for a reason of the list: the lead is recycled, or disqualified.

    Which of them, the reason says. A lead that somebody else still has (by another definition) stays with
    them.

    Parameters
    ----------
    come_back_at
        The date that a "not now" named.

    Raises
    ------
    ReasonUnknown
        When the list has no such reason.
    HandoffUnknown, HandoffAnswered, HandoffForeign
    """
    row, stands = handoffs.locked(connection, handoff_id)
    if row.state == "rejected" and row.answered_by == by.member and row.reason == reason:
        return row
    refuse_answered(connection, row)
    refuse_stranger(connection, row, by, "handoffs:answer")
    found = reasons.reason(connection, "reject", reason)
    row = handoffs.change(
        connection, row.id, state="rejected", answered_at=now, answered_by=by.member, reason=reason,
        note=note, closed_at=now,
    )  # fmt: skip
    said = {"reason": reason, "note": note}
    handoffs.enter(
        connection, row.id, "rejected", by.written, now, said, clock=Cancelled(now, f"rejected: {reason}")
    )
    wind(connection, row.id, desk, now)
    if stands.stage in ("lead", "mql", "sal") and not handoffs.live_of(connection, stands.id):
        if found.then == "disqualify":
            archive(connection, stands, by, reason, now, row.version_id)
        else:
            definition = definition_of(connection, row.version_id)
            give_back(
                connection, stands, by, reason, definition, now, row.version_id, requalify_at=come_back_at
            )
    _concluded(connection, row, stands, by, "reject", desk, now, {"reason": reason})
    return row


def reassign(
    connection: sa.Connection,
    handoff_id: int,
    by: Actor,
    now: datetime,
    desk: Desk,
    *,
    to: int | None = None,
    reason: str = "",
    keep_without: bool = False,
) -> HandoffRow:
    """Give a hand-off to somebody else, who has to accept it; their own clock starts.

    Parameters
    ----------
    to
        The member; None: by the routes as when it was opened, nobody who had it before.
    keep_without
        Leave it where it is when there is nobody else. Otherwise it waits in the fallback queue.

    Raises
    ------
    InputInvalid
        When `to` does not take hand-offs.
    HandoffUnknown, HandoffAnswered, HandoffForeign
    """
    row, stands = handoffs.locked(connection, handoff_id)
    if not row.is_live:
        refuse_answered(connection, row)
    refuse_stranger(connection, row, by, "handoffs:assign")
    if to is not None and to == row.owner_id:
        return row
    before = row.owner_id
    if to is not None:
        _refuse_who_takes_none(connection, to)
        row = _hand_over(connection, row, to, row.team_id, by, now, reason)
    else:
        row = _rerouted(connection, row, stands, by, now, desk, reason, keep_without=keep_without)
        if row.owner_id == before:
            return row
    row = handoffs.change(
        connection, row.id, state="open", answered_at=None, answered_by=None, snoozed_until=None
    )
    wind(connection, row.id, desk, now)
    told = Notification(
        "handoff.reassigned", f"{row.id}, {now.isoformat()}", stands.id, row.id,
        payload={"from": before, "to": row.owner_id, "subject": reason or "handed over"},
    )  # fmt: skip
    desk.notify(connection, [told], now)
    changed = {"from": before, "to": row.owner_id}
    desk.audit(connection, by.written, "handoff.reassign", f"handoff:{row.id}", now, changed)
    return row


def _rerouted(
    connection: sa.Connection, row: HandoffRow, stands: Standing, by: Actor, now: datetime, desk: Desk,
    reason: str, *, keep_without: bool,
) -> HandoffRow:  # fmt: skip
    known = handoffs.opening(connection, row.id)
    had = handoffs.owners_before(connection, row.id) | ({row.owner_id} if row.owner_id is not None else set())
    wanted = Wanted(
        row.id,
        stands.id,
        stands.account_id,
        definition_of(connection, row.version_id),
        tuple(known.get("routes", ())),
        kept_needs(known.get("needs", {})),
        frozenset(had),
    )
    staff = staff_for(connection, wanted, now)
    found = assign(connection, wanted, desk.routing, staff)
    if found.owner is None and (keep_without or row.owner_id is None):
        return row
    team = None if found.team is None else staff.numbers.get(found.team)
    row = _hand_over(connection, row, found.owner, team, by, now, reason)
    row = handoffs.change(connection, row.id, why_owner=handoffs.why_json(found))
    if found.alert is not None:
        unassigned(connection, row, stands, found.alert, desk, now)
    return row


def _hand_over(
    connection: sa.Connection, row: HandoffRow, owner: int | None, team: int | None, by: Actor,
    now: datetime, reason: str,
) -> HandoffRow:  # fmt: skip
    hours = handoffs.opening(connection, row.id).get("hours", "always")
    known = calendars.calendars_of(connection, [] if owner is None else [owner], now)
    clock = OwnerChanged(now, None if owner is None else str(owner), calendar_for(hours, owner, known))
    said = {"owner": owner, "from": row.owner_id, "reason": reason}
    handoffs.enter(connection, row.id, "assigned", by.written, now, said, clock=_for(connection, row, clock))
    return handoffs.change(connection, row.id, owner_id=owner, team_id=team)


def _for(connection: sa.Connection, row: HandoffRow, entry: ClockEntry) -> ClockEntry | None:
    """The entry, if the hand-off has a clock at all."""
    return entry if handoffs.opening(connection, row.id).get("clock") else None


def snooze(
    connection: sa.Connection,
    handoff_id: int,
    by: Actor,
    until: datetime,
    now: datetime,
    desk: Desk,
    *,
    note: str | None = None,
) -> HandoffRow:
    """Put off a hand-off that one has accepted: its clock stands still until then.

    Raises
    ------
    SnoozeInvalid
        When nobody has accepted it yet, or `until` is past.
    HandoffUnknown, HandoffForeign
    """
    row, _ = handoffs.locked(connection, handoff_id)
    refuse_stranger(connection, row, by, "handoffs:answer")
    if row.state != "accepted":
        raise SnoozeInvalid(Saying("Only a hand-off that you have accepted can be put off. Accept it first."))
    if until <= now:
        raise SnoozeInvalid(Saying("Put it off to a time that is still to come."))
    said = {"until": until.isoformat(), "note": note}
    pause = _for(connection, row, Paused(now, SNOOZED))
    handoffs.enter(connection, row.id, SNOOZED, by.written, now, said, clock=pause)
    row = handoffs.change(connection, row.id, snoozed_until=until)
    wind(connection, row.id, desk, now, paused_until=until)
    desk.audit(connection, by.written, "handoff.snooze", f"handoff:{row.id}", now, {"until": said["until"]})
    return row


def first_contact(
    connection: sa.Connection,
    handoff_id: int,
    by: Actor,
    at: datetime,
    how: str,
    now: datetime,
    desk: Desk,
) -> HandoffRow:
    """The lead was reached at `at` (call, meeting, reply): the clock stops there, also when told later.

    Whoever has reached the lead has accepted the hand-off. Of several contacts the earliest counts.

    Raises
    ------
    ContactInvalid
        When it lies before the hand-off was opened, or in the future.
    HandoffUnknown, HandoffForeign, HandoffAnswered
    """
    row, stands = handoffs.locked(connection, handoff_id)
    if row.first_contact_at is not None and row.first_contact_at <= at:
        return row
    if row.state in ("rejected", "cancelled"):
        refuse_answered(connection, row)
    refuse_stranger(connection, row, by, "handoffs:answer")
    if at < row.opened_at:
        raise ContactInvalid(
            Saying("That was before the hand-off was opened; only a contact since then counts.")
        )
    if at > now + desk.clock_skew:
        raise ContactInvalid(Saying("That is still to come; log the contact when it has been made."))
    at = min(at, now)
    if row.state == "open":
        row = _accepted(connection, row, stands, by, now)
    said = {"how": how, "told_at": now.isoformat()}
    stop = _for(connection, row, Stopped(at, how))
    handoffs.enter(connection, row.id, "contacted", by.written, at, said, clock=stop)
    row = handoffs.change(connection, row.id, first_contact_at=at, snoozed_until=None)
    wind(connection, row.id, desk, now)
    _concluded(connection, row, stands, by, "contact", desk, now, {"how": how})
    return row


def cancel(
    connection: sa.Connection, row: HandoffRow, by: Actor, reason: str, now: datetime, desk: Desk
) -> HandoffRow:
    """Take back a hand-off that is locked: nobody owes anything any more."""
    row = handoffs.change(connection, row.id, state="cancelled", reason=reason, closed_at=now)
    handoffs.enter(
        connection, row.id, "cancelled", by.written, now, {"reason": reason},
        clock=_for(connection, row, Cancelled(now, reason)),
    )  # fmt: skip
    wind(connection, row.id, desk, now)
    return row


# --- what all verbs ask ------------------------------------------------------------------------------------


_ACCEPTED: Final = (
    "{who} accepted it at {when}; there is nothing left to answer. "
    "To give back what you accepted, say how it ended."
)
_REJECTED: Final = "{who} rejected it at {when}; there is nothing left to answer."
_FINISHED: Final = "{who} finished it at {when}; there is nothing left to answer."


def refuse_answered(connection: sa.Connection, row: HandoffRow) -> None:
    """Raise `HandoffAnswered` unless the hand-off is open."""
    if row.state == "open":
        return
    who = _name(connection, row.answered_by)
    at = Instant(row.answered_at or row.closed_at or row.opened_at)
    if row.state in ("accepted", "rejected", "done"):
        ended = _REJECTED if row.state == "rejected" else _FINISHED
        raise HandoffAnswered(Saying(_ACCEPTED if row.state == "accepted" else ended, who=who, when=at))
    back = "It was taken back at {when}; there is nothing left to answer."
    raise HandoffAnswered(Saying(back, when=at))


def refuse_stranger(connection: sa.Connection, row: HandoffRow, by: Actor, permission: Permission) -> None:
    """Raise `HandoffForeign` unless they may with this hand-off."""
    if not by.is_bound:
        return
    mine = people.teams_of(connection, by.member)
    owning = people.teams_of(connection, row.owner_id) | ({row.team_id} if row.team_id is not None else set())
    if may_with(by.role, permission, by.member or 0, mine, row.owner_id, owning):
        return
    if row.owner_id is None:
        other = "This hand-off waits for another team; only they, or an administrator, can do that."
        raise HandoffForeign(Saying(other))
    theirs = "This hand-off is {name}'s; only they, or an administrator, can do that."
    raise HandoffForeign(Saying(theirs, name=_name(connection, row.owner_id)))


def _refuse_who_takes_none(connection: sa.Connection, member_id: int) -> None:
    found = people.member_of(connection, member_id)
    if not found.is_active or found.role not in ("sales", "admin"):
        raise InputInvalid(
            Saying("{name} takes no hand-offs; choose somebody active in sales.", name=found.name)
        )


def _name(connection: sa.Connection, member_id: int | None) -> str:
    return "Somebody" if member_id is None else people.member_of(connection, member_id).name


def _concluded(
    connection: sa.Connection, row: HandoffRow, stands: Standing, by: Actor, verb: str, desk: Desk,
    now: datetime, detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Tell subscribers, then write the audit entry."""
    named = {"accept": "accepted", "reject": "rejected", "contact": "contacted"}[verb]
    payload = {"by": by.member, **(detail or {})}
    told = Notification(f"handoff.{named}", f"{row.id}", stands.id, row.id, ("webhook",), payload=payload)
    desk.notify(connection, [told], now)
    desk.audit(connection, by.written, f"handoff.{verb}", f"handoff:{row.id}", now, dict(detail or {}))
