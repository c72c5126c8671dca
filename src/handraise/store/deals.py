"""Deals as a person or the CRM told of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from handraise.store.tables.handoffs import deal
from handraise.store.tables.leads import lead

DealState = Literal["open", "won", "lost"]


@dataclass(frozen=True)
class Deal:
    """A deal; amounts are hundredths of its currency."""

    id: int
    lead_id: int
    handoff_id: int | None
    crm_id: str | None
    state: DealState
    amount_cents: int | None
    currency: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    detail: dict[str, Any] | None


def open_deal(
    connection: sa.Connection, lead_id: int, handoff_id: int | None, now: datetime, **given: Any
) -> Deal:
    """The open deal of a lead: a new one, unless there is one already. `given` (amount…) is written down."""
    found = current_deal(connection, lead_id)
    if found is not None:
        return update_deal(connection, found.id, **given) if given else found
    values = {"state": "open", "opened_at": now, "handoff_id": handoff_id, **given}
    row = connection.execute(deal.insert().values(lead_id=lead_id, **values).returning(*deal.c)).one()
    return Deal(**row._mapping)


def update_deal(connection: sa.Connection, deal_id: int, **changes: Any) -> Deal:
    """Change a deal that is there."""
    row = connection.execute(
        deal.update().where(deal.c.id == deal_id).values(**changes).returning(*deal.c)
    ).one()
    return Deal(**row._mapping)


def current_deal(connection: sa.Connection, lead_id: int) -> Deal | None:
    """The open deal of a lead or of those merged into it; the latest, should there be several."""
    row = connection.execute(
        sa.select(deal)
        .join(lead, lead.c.id == deal.c.lead_id)
        .where((lead.c.id == lead_id) | (lead.c.root_id == lead_id), deal.c.state == "open")
        .order_by(deal.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Deal(**row._mapping)


def deals_of(connection: sa.Connection, lead_id: int) -> list[Deal]:
    """Every deal of a lead and of those merged into it, the oldest first."""
    rows = connection.execute(
        sa.select(deal)
        .join(lead, lead.c.id == deal.c.lead_id)
        .where((lead.c.id == lead_id) | (lead.c.root_id == lead_id))
        .order_by(deal.c.id)
    )
    return [Deal(**row._mapping) for row in rows]
