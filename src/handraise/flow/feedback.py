"""What came of a lead that sales worked: recycled, disqualified, a deal; and where the CRM has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.core.actor import Actor
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.notification import Notification
from handraise.core.reasons import ReasonKind
from handraise.core.saying import Saying
from handraise.core.sla import Cancelled, Stopped
from handraise.core.stage import Stage
from handraise.flow.desk import Desk, definition_of
from handraise.flow.handoff import cancel, refuse_answered, refuse_stranger
from handraise.flow.lifecycle import advance, archive, give_back
from handraise.flow.opening import wind
from handraise.store import deals, handoffs, reasons, stages
from handraise.store.deals import Deal
from handraise.store.handoffs import HandoffRow
from handraise.store.stages import Standing

OutcomeKind = Literal["sql", "opportunity", "recycled", "disqualified", "won", "lost"]
_ON_THE_WAY: Final = ("sql", "opportunity")
_LIST: Final[dict[str, ReasonKind]] = {
    "recycled": "recycle",
    "disqualified": "disqualify",
    "lost": "lost",
}


class OutcomeInvalid(HandraiseError):
    """The hand-off cannot end like that."""


@dataclass(frozen=True)
class Outcome:
    """How a hand-off ended.

    Parameters
    ----------
    reason
        A code of the list of that outcome (recycle, disqualify, lost); the others need none.
    come_back_at
        Of `recycled` and `lost`: the date that a "not now" named.
    amount_cents, currency, crm_id
        Of the deal, as far as known.
    """

    kind: OutcomeKind
    reason: str | None = None
    note: str | None = None
    come_back_at: datetime | None = None
    amount_cents: int | None = None
    currency: str | None = None
    crm_id: str | None = None

    @property
    def of_deal(self) -> dict[str, Any]:
        """What is known of the deal."""
        given = {"amount_cents": self.amount_cents, "currency": self.currency, "crm_id": self.crm_id}
        return {name: value for name, value in given.items() if value is not None}


def conclude(
    connection: sa.Connection, handoff_id: int, outcome: Outcome, by: Actor, now: datetime, desk: Desk
) -> HandoffRow:
    """Say what came of a hand-off that was accepted; the lead moves accordingly.

    A qualified lead (`sql`, `opportunity`) is done as a hand-off; its deal goes on, and is won or lost later
    with the same call. A lost deal is not a stage: the lead is recycled. Saying the same again changes
    nothing.

    Raises
    ------
    OutcomeInvalid
        When nobody accepted it, or it ended otherwise.
    ReasonUnknown, InputInvalid
        When the reason is not in its list, or missing.
    HandoffUnknown, HandoffForeign, MoveIllegal
    """
    row, stands = handoffs.locked(connection, handoff_id)
    if row.outcome == outcome.kind and (row.outcome != "opportunity" or not outcome.of_deal):
        return row
    _refuse_wrong(connection, row, by)
    refuse_stranger(connection, row, by, "handoffs:answer")
    reason = _reason(connection, outcome)
    _settle_deal(connection, row, stands, outcome, now)
    _move(connection, row, stands, outcome, by, reason, now)
    row = finish(connection, row, outcome.kind, by, now, desk, reason=outcome.reason, note=outcome.note)
    payload: dict[str, object] = {"outcome": outcome.kind, "reason": outcome.reason, **outcome.of_deal}
    told = Notification("handoff.concluded", f"{row.id}, {outcome.kind}", stands.id, row.id, ("webhook",),
                        payload=payload)  # fmt: skip
    desk.notify(connection, [told], now)
    said = {"outcome": outcome.kind, "reason": outcome.reason}
    desk.audit(connection, by.written, "handoff.conclude", f"handoff:{row.id}", now, said)
    return row


def _refuse_wrong(connection: sa.Connection, row: HandoffRow, by: Actor) -> None:
    if row.state == "accepted" or (row.state == "done" and row.outcome in _ON_THE_WAY):
        return
    if row.state == "open" and by.kind == "crm":
        return  # sales works where it works; that it was accepted goes without saying
    if row.state == "open":
        raise OutcomeInvalid(Saying("Nobody has accepted this hand-off yet. Accept it first, or reject it."))
    refuse_answered(connection, row)


def _reason(connection: sa.Connection, outcome: Outcome) -> str:
    """The reason in its list's words."""
    kind = _LIST.get(outcome.kind)
    if kind is None:
        return outcome.note or outcome.kind
    if not outcome.reason:
        known = ", ".join(one.code for one in reasons.reasons(connection, kind))
        raise InputInvalid(Saying("Say why: one of {known}.", known=known))
    return reasons.reason(connection, kind, outcome.reason).code


def _settle_deal(
    connection: sa.Connection, row: HandoffRow, stands: Standing, outcome: Outcome, now: datetime
) -> None:
    if outcome.kind in ("sql", "opportunity", "won"):
        deal = deals.open_deal(connection, stands.id, row.id, now, **outcome.of_deal)
        if outcome.kind == "won":
            deals.update_deal(connection, deal.id, state="won", closed_at=now)
        return
    open_one = deals.current_deal(connection, stands.id)
    if open_one is not None:
        _lose(connection, open_one, outcome, now)
    elif outcome.kind == "lost":
        _lose(
            connection, deals.open_deal(connection, stands.id, row.id, now, **outcome.of_deal), outcome, now
        )


def _lose(connection: sa.Connection, deal: Deal, outcome: Outcome, now: datetime) -> None:
    detail = {**(deal.detail or {}), "reason": outcome.reason, "note": outcome.note}
    deals.update_deal(connection, deal.id, state="lost", closed_at=now, detail=detail)


def _move(
    connection: sa.Connection, row: HandoffRow, stands: Standing, outcome: Outcome, by: Actor, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    version = row.version_id
    match outcome.kind:
        case "recycled" | "lost":
            if stands.stage != "recycled":
                definition = definition_of(connection, version)
                give_back(connection, stands, by, reason, definition, now, version,
                          requalify_at=outcome.come_back_at)  # fmt: skip
        case "disqualified":
            if stands.stage != "disqualified":
                archive(connection, stands, by, reason, now, version)
        case "won":
            if stands.stage not in ("sql", "opportunity", "customer") and by.kind != "crm":
                stands = advance(connection, stands, "opportunity", by, reason, now, version)
            _to(connection, stands, "customer", by, reason, now, version)
        case "opportunity":
            if stands.stage != "customer":
                _to(connection, stands, "opportunity", by, reason, now, version)
        case "sql":
            if stands.stage not in ("opportunity", "customer"):
                _to(connection, stands, "sql", by, reason, now, version)


def _to(
    connection: sa.Connection, stands: Standing, stage: Stage, by: Actor, reason: str, now: datetime,
    version_id: int | None,
) -> None:  # fmt: skip
    if stands.stage != stage:
        advance(connection, stands, stage, by, reason, now, version_id)


def finish(
    connection: sa.Connection, row: HandoffRow, outcome: OutcomeKind, by: Actor, now: datetime, desk: Desk,
    *, reason: str | None = None, note: str | None = None,
) -> HandoffRow:  # fmt: skip
    """Close a locked hand-off with its outcome. Who was qualified was talked to: that stops the clock too."""
    is_talked_to = outcome in ("sql", "opportunity", "won", "lost")
    clock = None
    if row.first_contact_at is None and handoffs.opening(connection, row.id).get("clock"):
        clock = Stopped(now, outcome) if is_talked_to else Cancelled(now, outcome)
    said = {"outcome": outcome, "reason": reason, "note": note}
    handoffs.enter(connection, row.id, "concluded", by.written, now, said, clock=clock)
    changes: dict[str, Any] = {"state": "done", "outcome": outcome, "closed_at": now, "snoozed_until": None}
    if row.answered_at is None:
        changes |= {"answered_at": now, "answered_by": by.member}
    if is_talked_to and row.first_contact_at is None:
        changes["first_contact_at"] = now
    row = handoffs.change(connection, row.id, reason=reason or row.reason, note=note or row.note, **changes)
    wind(connection, row.id, desk, now)
    return row


def move_lead(
    connection: sa.Connection,
    lead_id: int,
    to_stage: Stage,
    by: Actor,
    reason: str,
    now: datetime,
    desk: Desk,
) -> Standing:
    """Put a lead into a stage because a person or the CRM says so; a hand-off it leaves behind is taken back.

    Into `recycled` it goes as a hand-off would send it; by the definition of its latest hand-off, if any.

    Raises
    ------
    MoveIllegal
        When they may not move it there from where it is.
    """
    stands = stages.standing(connection, lead_id)
    if stands.stage == to_stage:
        return stands
    latest = handoffs.latest_of(connection, stands.id)
    version = None if latest is None else latest.version_id
    if to_stage == "disqualified":
        left = archive(connection, stands, by, reason, now, version)
    elif to_stage == "recycled" and version is not None:
        definition = definition_of(connection, version)
        left = give_back(connection, stands, by, reason, definition, now, version)
    else:
        left = advance(connection, stands, to_stage, by, reason, now, version)
    if to_stage in ("recycled", "disqualified"):
        for row in handoffs.live_of(connection, stands.id):
            cancel(connection, row, by, reason, now, desk)
    moved = {"from": stands.stage, "to": to_stage}
    told = Notification("lead.moved", f"{now.isoformat()}", stands.id, None, ("webhook",), payload=moved)
    desk.notify(connection, [told], now)
    desk.audit(connection, by.written, "lead.move", f"lead:{stands.id}", now, moved)
    return left
