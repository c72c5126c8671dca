"""Looking at clocks when they are due: warn, record the breach, escalate, give to somebody else.

Looking twice changes nothing. Nobody has to look in time: what fell due stays due, and is caught up with.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from handraise.core.actor import SYSTEM
from handraise.core.notification import Notification
from handraise.core.sla import Action, Clock, Paused, Resumed, actions_due
from handraise.core.sla.policy import Step
from handraise.flow.desk import Desk
from handraise.flow.handoff import SNOOZED, reassign
from handraise.flow.opening import wind
from handraise.store import clocks, handoffs, people
from handraise.store.clocks import ClockRow, due
from handraise.store.handoffs import HandoffRow
from handraise.store.people import MemberRow

AWAY: Final = "away"


def tick(connection: sa.Connection, clock_id: int, now: datetime, desk: Desk) -> tuple[Step, ...]:
    """Take the steps that are due at a clock; gives them. A clock that is no more needs nothing."""
    row = clocks.clock_row(connection, clock_id)
    if row is None:
        return ()
    handed, _ = handoffs.locked(connection, row.handoff_id)
    turns = [one.id for one in clocks.clock_rows(connection, handed.id)]
    if clock_id not in turns:
        return ()
    look = _Look(connection, handed, clock_id, turns.index(clock_id), now, desk)
    look.absences()
    return look.steps()


class _Look:
    """A look at one clock of a hand-off that is locked."""

    def __init__(
        self,
        connection: sa.Connection,
        handed: HandoffRow,
        clock_id: int,
        turn: int,
        now: datetime,
        desk: Desk,
    ) -> None:
        self.connection, self.handed, self.clock_id, self.turn = connection, handed, clock_id, turn
        self.now, self.desk = now, desk
        self.is_kept = self.was_kept()

    @property
    def row(self) -> ClockRow:
        return clocks.clock_rows(self.connection, self.handed.id)[self.turn]

    @property
    def clock(self) -> Clock:
        return clocks.clocks_of(self.connection, self.handed.id)[self.turn]

    def was_kept(self) -> bool:
        """Whether it was seen before that nobody else could take the hand-off in this turn."""
        entries = handoffs.entries(self.connection, self.handed.id)
        return any(one.kind == "kept" and one.detail.get("turn") == self.turn for one in entries)

    # ------------------------------------------------------------------------------------ pauses, absences

    def absences(self) -> None:
        """Pause the clock of somebody who is away, or give the hand-off to others; resume when it is over."""
        if self.row.stopped_at is not None or not self.handed.is_live:
            return
        owner = None if self.row.owner_id is None else people.member_of(self.connection, self.row.owner_id)
        clock = self.clock
        if clock.is_paused:
            self.resume(clock, owner)
        if owner is not None and owner.is_away(self.now) and not self.clock.is_paused:
            self.leave(owner)

    def resume(self, clock: Clock, owner: MemberRow | None) -> None:
        pause = clock.pauses[-1]
        end: datetime | None = None
        if pause.reason == SNOOZED:
            end = self.handed.snoozed_until or self.now
        elif owner is None or not owner.is_away(self.now):
            end = (owner.away_until if owner is not None else None) or self.now
        if end is None or end > self.now:
            return
        end = max(end, pause.start)
        handoffs.enter(self.connection, self.handed.id, "resumed", SYSTEM.written, end, clock=Resumed(end))
        self.handed = handoffs.change(self.connection, self.handed.id, snoozed_until=None)
        self.wind()

    def leave(self, owner: MemberRow) -> None:
        """The owner is away: somebody else, if nobody has begun and there is anybody; else a pause."""
        if self.desk.absent == "reassign" and self.handed.state == "open":
            before = self.handed.owner_id
            self.handed = reassign(
                self.connection, self.handed.id, SYSTEM, self.now, self.desk,
                reason="out of office", keep_without=True,
            )  # fmt: skip
            if self.handed.owner_id != before:
                return
        start = max(self.row.started_at, min(self.now, owner.away_from or self.now))
        until = {"until": owner.away_until and owner.away_until.isoformat()}
        handoffs.enter(
            self.connection, self.handed.id, "paused", SYSTEM.written, start, until, clock=Paused(start, AWAY)
        )
        self.wind()

    # ------------------------------------------------------------------------------------------------ steps

    def steps(self) -> tuple[Step, ...]:
        taken: set[Step] = set(self.row.taken)
        if self.is_kept:
            taken.add("reassign")
        actions = actions_due(self.clock, self.desk.breach, self.now, taken)
        done = [action.step for action in actions if self.take(action)]
        self.wind()
        return tuple(done)

    def take(self, action: Action) -> bool:
        if action.step == "reassign":
            return self.pass_on()
        named = {"warn": "warned", "breach": "breached", "escalate": "escalated"}[action.step]
        clocks.take(self.connection, self.clock_id, action.step, action.at)
        at = action.at if action.step == "breach" else self.now
        said = {"clock_id": self.clock_id, "owner": action.owner, "tell": list(action.tell)}
        handoffs.enter(self.connection, self.handed.id, named, SYSTEM.written, at, said)
        payload: dict[str, object] = {"due_at": self.row.due_at and self.row.due_at.isoformat()}
        if action.step == "breach":
            payload["next_step"] = self.next_step()
        told = Notification(
            f"sla.{named}", f"clock {self.clock_id}", self.handed.lead_id, self.handed.id,
            to=action.tell, payload=payload,
        )  # fmt: skip
        self.desk.notify(self.connection, [told], self.now)
        return True

    def next_step(self) -> str:
        policy = self.desk.breach
        if policy.reassign_after_breach is None or self.turn + 1 >= policy.most_owners or self.is_kept:
            return ""
        return "It is offered to somebody else."

    def pass_on(self) -> bool:
        """Give it to somebody else; where there is nobody, it stays, and is not tried again in this turn."""
        if self.row.stopped_at is not None or not self.handed.is_live:
            return False
        before = self.handed.owner_id
        self.handed = reassign(
            self.connection, self.handed.id, SYSTEM, self.now, self.desk,
            reason="first contact was overdue", keep_without=True,
        )  # fmt: skip
        if self.handed.owner_id != before:
            return True
        self.is_kept = True
        said = {"turn": self.turn, "why": "nobody else could take it"}
        handoffs.enter(self.connection, self.handed.id, "kept", SYSTEM.written, self.now, said)
        return False

    def wind(self) -> None:
        """Write the clocks down. A pause lasts until the owner is back, or what was put off comes up."""
        until = self.handed.snoozed_until
        clock = self.clock
        if clock.is_paused and clock.pauses[-1].reason == AWAY and self.row.owner_id is not None:
            until = people.member_of(self.connection, self.row.owner_id).away_until
        wind(
            self.connection, self.handed.id, self.desk, self.now,
            is_kept=self.is_kept, paused_until=until,
        )  # fmt: skip


def offer(connection: sa.Connection, handoff_id: int, now: datetime, desk: Desk) -> bool:
    """Give a hand-off that is nobody's to whoever can take it by now; whether there was anybody."""
    handed, _ = handoffs.locked(connection, handoff_id)
    if handed.owner_id is not None or handed.state != "open":
        return False
    taken = reassign(
        connection, handoff_id, SYSTEM, now, desk, reason="somebody can take it now", keep_without=True
    )
    return taken.owner_id is not None


def all_due(connection: sa.Connection, now: datetime, desk: Desk) -> Sequence[tuple[int, tuple[Step, ...]]]:
    """Look at every clock that is due, in one transaction; workers look at one at a time instead."""
    return [(clock_id, tick(connection, clock_id, now, desk)) for clock_id in due(connection, now)]


__all__ = ["AWAY", "all_due", "due", "offer", "tick"]
