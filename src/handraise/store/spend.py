"""What marketing spent, as it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.spend import Spent
from handraise.store.tables.spend import spend

_KEEP: Final = """
insert into handraise.spend (month, source, campaign, currency, amount_cents, entered_by, entered_at)
select month, source, campaign, currency, amount_cents, %(by)s, %(now)s
from unnest(%(months)s::date[], %(sources)s::text[], %(campaigns)s::text[], %(currencies)s::text[],
    %(amounts)s::bigint[]) as t(month, source, campaign, currency, amount_cents)
on conflict (month, source, campaign, currency) do update set
    amount_cents = excluded.amount_cents, entered_by = excluded.entered_by, entered_at = excluded.entered_at
returning (xmax = 0)
"""


class SpendUnknown(HandraiseError):
    """Nothing of this number was spent."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no spend {number}; somebody may have deleted it.")


@dataclass(frozen=True)
class SpentRow(Spent):
    """As it is kept: with its number, and who said so when."""

    id: int
    entered_by: str
    entered_at: datetime


def keep(connection: sa.Connection, spent: Sequence[Spent], by: str, now: datetime) -> tuple[int, int]:
    """Write sums down; one for the same month, source, campaign and currency takes the place of the other.

    Gives how many are new, and how many took another's place.
    """
    rows = connection.exec_driver_sql(
        _KEEP,
        {
            "months": [one.month for one in spent],
            "sources": [one.source for one in spent],
            "campaigns": [one.campaign for one in spent],
            "currencies": [one.currency for one in spent],
            "amounts": [one.amount_cents for one in spent],
            "by": by,
            "now": now,
        },
    )
    are_new = [bool(row[0]) for row in rows]
    return sum(are_new), len(are_new) - sum(are_new)


def forget(connection: sa.Connection, number: int) -> SpentRow:
    """Delete a sum; gives what it was.

    Raises
    ------
    SpendUnknown
        When there is none of that number.
    """
    row = connection.execute(spend.delete().where(spend.c.id == number).returning(*spend.c)).one_or_none()
    if row is None:
        raise SpendUnknown(number)
    return SpentRow(**row._mapping)


def spent_between(connection: sa.Connection, first: date, last: date) -> list[SpentRow]:
    """What was spent from the month `first` to the month `last`, the latest month first."""
    rows = connection.execute(
        sa.select(spend)
        .where(spend.c.month >= first, spend.c.month <= last)
        .order_by(spend.c.month.desc(), spend.c.source, spend.c.campaign, spend.c.currency)
    )
    return [SpentRow(**row._mapping) for row in rows]
