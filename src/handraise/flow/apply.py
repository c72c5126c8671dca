"""Carrying out what was decided: every effect has its place here, or the type checker says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

import sqlalchemy as sa

from handraise.core.actor import Actor
from handraise.core.decided import Decided
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
    Notify,
    OpenHandoff,
    Recycle,
    Requalify,
)
from handraise.core.notification import Notification
from handraise.flow.assign import Staff, answers_for, teams_asked
from handraise.flow.desk import Desk
from handraise.flow.handoff import cancel
from handraise.flow.lifecycle import carry_out
from handraise.flow.opening import open_handoff
from handraise.store import handoffs, stages
from handraise.store.stages import Standing

RULE = Actor("rule")


def apply(
    connection: sa.Connection, decided: Sequence[Decided], now: datetime, desk: Desk
) -> Mapping[int, tuple[int, ...]]:
    """Carry out decisions in their order; gives the hand-offs opened, by lead.

    When to decide again, confirmed demos and reviews asked for are kept by whoever decided
    (`situations.keep`). Carried out twice, a decision opens no second hand-off; a lead that is no longer
    where its decision found it makes the whole transaction fail, to be decided anew.

    Raises
    ------
    StageMoved
        When a lead has moved meanwhile, which cannot be while whoever decided holds its lock.
    BriefInconsistent
        When the lines of a score do not sum to it.
    """
    where = stages.held(connection, [one.lead_id for one in decided])
    gathered = _Gathered()
    at_desk = replace(desk, notify=gathered.notify)
    # All teams at once and in one order: two workers that each have many leads must not wait crosswise.
    is_opening = any(isinstance(effect, OpenHandoff) for one in decided for effect in one.effects)
    names = set().union(*(_teams(one) for one in decided))
    staff = Staff(connection, names, now) if is_opening else None
    opened: dict[int, tuple[int, ...]] = {}
    for one in decided:
        run = _Run(connection, one, where[one.lead_id], staff, now, at_desk, gathered)
        where[one.lead_id] = run.carry_out()
        opened[one.lead_id] = (*opened.get(one.lead_id, ()), *run.opened.values())
    stages.steer(connection, gathered.changes)
    if gathered.told:
        desk.notify(connection, gathered.told, now)
    return opened


@dataclass
class _Gathered:
    """What can wait until all of a round is carried out, to be written together."""

    told: list[Notification] = field(default_factory=list)
    changes: dict[int, dict[str, str | None]] = field(default_factory=dict)

    def notify(self, _connection: sa.Connection, told: Sequence[Notification], _now: datetime) -> None:
        self.told += told

    def change(self, root: int, **new: str | None) -> None:
        self.changes.setdefault(root, {}).update(new)


def _teams(decided: Decided) -> set[str]:
    routes = decided.definition.handoff.route
    found: set[str] = set()
    for effect in decided.effects:
        if isinstance(effect, OpenHandoff):
            found |= teams_asked(routes, answers_for(routes, effect.routes))
    return found


class _Run:
    """One decision about one lead: each effect finds the lead as the effects before have left it."""

    def __init__(
        self,
        connection: sa.Connection,
        decided: Decided,
        stands: Standing,
        staff: Staff | None,
        now: datetime,
        desk: Desk,
        gathered: _Gathered,
    ) -> None:
        self.connection, self.decided, self.now, self.desk = connection, decided, now, desk
        self.stands, self.staff, self.gathered = stands, staff, gathered
        self.opened: dict[tuple[str, int], int] = {}
        self.cancelled: dict[tuple[str, int], int] = {}

    def carry_out(self) -> Standing:
        for effect in self.decided.effects:
            self.do(effect)
        return self.stands

    def do(self, effect: Effect) -> None:
        match effect:
            case MoveStage() | Disqualify() | Recycle() | Requalify():
                self.move(effect)
            case OpenHandoff():
                self.open(effect)
            case CancelHandoff():
                self.cancel(effect)
            case JoinNurture(stream):
                self.nurture(stream)
            case LeaveNurture():
                self.nurture(None)
            case Alert():
                self.alert(effect)
            case ConfirmDemo(requested_at):
                self.tell("demo.confirmed", requested_at.isoformat(), channels=("email",))
            case DueReview():
                pass  # kept with the lead by whoever decided; people and subscribers hear of it beside this
            case Notify():
                self.notify(effect)
            case _:
                assert_never(effect)

    def move(self, effect: MoveStage | Disqualify | Recycle | Requalify) -> None:
        self.stands = carry_out(self.connection, self.stands, effect, self.now, self.decided.version_id)

    def open(self, effect: OpenHandoff) -> None:
        staff = self.staff or Staff(self.connection, _teams(self.decided), self.now)
        row = open_handoff(self.connection, self.decided, effect, self.stands, staff, self.desk, self.now)
        self.gathered.change(self.stands.id, temperature=effect.temperature)
        if row is not None:
            self.opened[effect.definition, effect.cycle] = row.id

    def cancel(self, effect: CancelHandoff) -> None:
        for row in handoffs.live_of(self.connection, self.stands.id):
            if (row.definition, row.cycle) == (effect.definition, effect.cycle):
                cancel(self.connection, row, RULE, effect.reason, self.now, self.desk)
                self.cancelled[effect.definition, effect.cycle] = row.id
                if self.staff is not None:
                    self.staff.look()

    def nurture(self, stream: str | None) -> None:
        self.gathered.change(self.stands.id, nurture=stream)

    # -------------------------------------------------------------------------------------- who is told

    def alert(self, effect: Alert) -> None:
        payload = {"subject": effect.subject}
        if effect.kind == "review_due":
            latest = handoffs.latest_of(self.connection, self.stands.id)
            number = latest.id if latest is not None and latest.is_live else None
            key = f"{self.stands.stage_since.isoformat()}, {effect.subject}"
            self.tell("lead.review_due", key, number, effect.channels, payload)
        for number in list(self.opened.values())[-1:] if effect.kind == "handoff_opened" else ():
            self.tell("handoff.opened", str(number), number, effect.channels, payload)

    def notify(self, effect: Notify) -> None:
        payload = dict(effect.payload)
        key = (str(payload.get("definition")), int(payload.get("cycle") or 0))
        number = self.opened.get(key) or self.cancelled.get(key)
        if effect.event == "handoff.opened" and number is None:
            return  # it was open already, and told of then
        occasion = str(number) if number is not None else f"{effect.event}, {self.now.isoformat()}"
        self.tell(effect.event, occasion, number, ("webhook",), payload)

    def tell(
        self,
        kind: str,
        key: str,
        handoff_id: int | None = None,
        channels: tuple[str, ...] = (),
        payload: Mapping[str, object] | None = None,
    ) -> None:
        told = Notification(kind, key, self.stands.id, handoff_id, channels, payload=payload or {})
        self.desk.notify(self.connection, [told], self.now)
