"""The managed lists of reasons: those that come with the product until somebody changes a list."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.reasons import REASONS, Consequence, Reason, ReasonKind, reason_of
from handraise.store.tables.handoffs import reason as table


def seed(connection: sa.Connection) -> int:
    """Write down the lists that come with the product, as far as they are not there; gives how many."""
    rows = [{"kind": one.kind, "code": one.code, "label": one.label, "then": one.then} for one in REASONS]
    made = connection.execute(insert(table).values(rows).on_conflict_do_nothing().returning(table.c.id))
    return len(made.all())


def reasons(connection: sa.Connection, kind: ReasonKind | None = None) -> list[Reason]:
    """The reasons that can be given, in their order; of one list or of all."""
    rows = connection.execute(
        sa.select(table.c.kind, table.c.code, table.c.label, table.c.then, table.c.is_active)
        .order_by(table.c.id)
    ).all()  # fmt: skip
    kept = [Reason(*row[:4]) for row in rows if row[4]] if rows else list(REASONS)
    return [one for one in kept if kind is None or one.kind == kind]


def reason(connection: sa.Connection, kind: ReasonKind, code: str) -> Reason:
    """The reason with that code in its list.

    Raises
    ------
    ReasonUnknown
        When the list has no such code; the message has those it has.
    """
    return reason_of(kind, code, reasons(connection, kind))


def put_reason(
    connection: sa.Connection, kind: ReasonKind, code: str, label: str, then: Consequence = "recycle"
) -> None:
    """Add a reason to its list, or change what it says; one that was retired can be given again."""
    seed(connection)
    new: dict[str, Any] = {"label": label, "then": then, "is_active": True}
    statement = insert(table).values(kind=kind, code=code, **new)
    connection.execute(statement.on_conflict_do_update(index_elements=["kind", "code"], set_=new))


def retire_reason(connection: sa.Connection, kind: ReasonKind, code: str) -> None:
    """Take a reason out of its list; what was decided with it keeps it.

    Raises
    ------
    ReasonUnknown
        When the list has no such code.
    """
    seed(connection)
    reason(connection, kind, code)
    connection.execute(
        table.update().where(table.c.kind == kind, table.c.code == code).values(is_active=False)
    )
