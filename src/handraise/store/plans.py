"""Plans: versions that go live at a date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from handraise.store.tables.definitions import planned_rollout

Outcome = Literal["live", "withdrawn", "failed"]


@dataclass(frozen=True)
class Plan:
    """That a version of a definition goes live at `at`; open until `ended_at`."""

    id: int
    name: str
    version_id: int
    at: datetime
    decided_by: str
    decided_at: datetime
    reason: str | None
    ended_at: datetime | None
    outcome: Outcome | None


def plan(
    connection: sa.Connection,
    name: str,
    version_id: int,
    at: datetime,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> Plan:
    """Keep a plan. The caller has ended the open one of that name."""
    row = connection.execute(
        planned_rollout.insert()
        .values(name=name, version_id=version_id, at=at, decided_by=by, decided_at=now, reason=reason)
        .returning(*planned_rollout.c)
    ).one()
    return Plan(**row._mapping)


def open_plans(connection: sa.Connection, name: str | None = None) -> list[Plan]:
    """Plans that have not ended, the next first: of one definition, or of all."""
    statement = sa.select(planned_rollout).where(planned_rollout.c.ended_at.is_(None))
    if name is not None:
        statement = statement.where(planned_rollout.c.name == name)
    rows = connection.execute(statement.order_by(planned_rollout.c.at, planned_rollout.c.id))
    return [Plan(**row._mapping) for row in rows]


def due(connection: sa.Connection, now: datetime) -> list[int]:
    """Ids of the open plans whose time has come."""
    return [each.id for each in open_plans(connection) if each.at <= now]


def open_plan(connection: sa.Connection, plan_id: int) -> Plan | None:
    """The plan of that id, locked until the transaction ends; None when it has ended."""
    row = connection.execute(
        sa.select(planned_rollout)
        .where(planned_rollout.c.id == plan_id, planned_rollout.c.ended_at.is_(None))
        .with_for_update()
    ).one_or_none()
    return None if row is None else Plan(**row._mapping)


def end(connection: sa.Connection, name: str, outcome: Outcome, now: datetime) -> int:
    """End the open plan of a definition; gives how many there were."""
    return connection.execute(
        planned_rollout.update()
        .where(planned_rollout.c.name == name, planned_rollout.c.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
    ).rowcount
