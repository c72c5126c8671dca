"""What marketing spent, as it is kept, and what stood there before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying
from handraise.core.spend import Spent
from handraise.store.tables.spend import spend

_LOCK: Final = 4857270
_GIVEN: Final = """
unnest(%(months)s::date[], %(sources)s::text[], %(campaigns)s::text[], %(currencies)s::text[],
    %(amounts)s::bigint[]) with ordinality as given(month, source, campaign, currency, amount_cents, place)
"""
_KEY: Final = "month, source, campaign, currency"
_WAS: Final = f"""
select s.amount_cents from {_GIVEN} left join handraise.spend s using ({_KEY}) order by place
"""  # noqa: S608 - of constants alone
_TAKE_THE_PLACE: Final = f"""
insert into handraise.spend_before ({_KEY}, amount_cents, entered_by, entered_at, import_id)
select {_KEY}, s.amount_cents, s.entered_by, s.entered_at, s.import_id
from handraise.spend s join {_GIVEN} using ({_KEY})
"""  # noqa: S608 - of constants alone
_KEEP: Final = f"""
insert into handraise.spend ({_KEY}, amount_cents, entered_by, entered_at, import_id)
select {_KEY}, amount_cents, %(by)s, %(now)s, %(import)s from {_GIVEN}
on conflict ({_KEY}) do update set
    amount_cents = excluded.amount_cents, entered_by = excluded.entered_by, entered_at = excluded.entered_at,
    import_id = excluded.import_id
"""  # noqa: S608 - of constants alone
_FORGET_BEFORE: Final = f"""
delete from handraise.spend_before
where ({_KEY}) = (%(month)s, %(source)s, %(campaign)s, %(currency)s)
"""  # noqa: S608 - of constants alone
_OUT_BEFORE: Final = "delete from handraise.spend_before where import_id = %(import)s"
_OUT: Final = """
delete from handraise.spend where import_id = %(import)s
returning month, source, campaign, currency, amount_cents
"""
_BACK: Final = f"""
with last as (
    select distinct on ({_KEY}) b.id from handraise.spend_before b join {_GIVEN} using ({_KEY})
    order by {_KEY}, b.id desc
), back as (
    delete from handraise.spend_before b using last where b.id = last.id returning b.*
)
insert into handraise.spend ({_KEY}, amount_cents, entered_by, entered_at, import_id)
select {_KEY}, amount_cents, entered_by, entered_at, import_id from back
"""  # noqa: S608 - of constants alone


class SpendUnknown(HandraiseError):
    """Nothing of this number was spent."""

    def __init__(self, number: int) -> None:
        super().__init__(Saying("There is no sum {number}; somebody may have deleted it.", number=number))


@dataclass(frozen=True)
class SpentRow(Spent):
    """As it is kept: with its number, who said so when, and the import it came by."""

    id: int
    entered_by: str
    entered_at: datetime
    import_id: int | None


@dataclass(frozen=True)
class Change:
    """A sum to be kept, beside the cents that stand there for its month, source, campaign and currency."""

    spent: Spent
    was: int | None

    @property
    def is_new(self) -> bool:
        """Nothing stands there."""
        return self.was is None

    @property
    def is_same(self) -> bool:
        """What stands there says the same."""
        return self.was == self.spent.amount_cents


@dataclass(frozen=True)
class TakenBack:
    """What taking an import back came to: sums that are out, came back, and stay as others changed them."""

    out: int
    back: int
    stay: int


def changes(connection: sa.Connection, spent: Sequence[Spent]) -> list[Change]:
    """What keeping these sums would change, in their order. Nothing is written."""
    were = connection.exec_driver_sql(_WAS, _columns(spent)).scalars()
    return [Change(one, was) for one, was in zip(spent, were, strict=True)]


def keep(
    connection: sa.Connection, spent: Sequence[Spent], by: str, now: datetime, import_id: int | None = None
) -> list[Change]:
    """Write sums down; one for the same month, source, campaign and currency takes the place of the other.

    No two of them are for the same. A sum that stands there already stays whose it was. Gives what changed.
    """
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    found = changes(connection, spent)
    other = _columns([one.spent for one in found if not one.is_same])
    connection.exec_driver_sql(_TAKE_THE_PLACE, other)
    connection.exec_driver_sql(_KEEP, {**other, "by": by, "now": now, "import": import_id})
    return found


def forget(connection: sa.Connection, number: int) -> SpentRow:
    """Delete a sum, and what stood there before it; gives what it was.

    Raises
    ------
    SpendUnknown
        When there is none of that number.
    """
    row = connection.execute(spend.delete().where(spend.c.id == number).returning(*spend.c)).one_or_none()
    if row is None:
        raise SpendUnknown(number)
    gone = SpentRow(**row._mapping)
    connection.exec_driver_sql(_FORGET_BEFORE, vars(gone))
    return gone


def take_back(connection: sa.Connection, import_id: int) -> TakenBack:
    """Take out the sums of an import; where they took another's place, it comes back.

    What was changed or deleted since stays so.
    """
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    stay = connection.exec_driver_sql(_OUT_BEFORE, {"import": import_id}).rowcount
    rows = connection.exec_driver_sql(_OUT, {"import": import_id})
    out = [Spent(**row._mapping) for row in rows]
    back = connection.exec_driver_sql(_BACK, _columns(out)).rowcount
    return TakenBack(len(out), back, stay)


def spent_between(connection: sa.Connection, first: date, last: date) -> list[SpentRow]:
    """What was spent from the month `first` to the month `last`, the latest month first."""
    rows = connection.execute(
        sa.select(spend)
        .where(spend.c.month >= first, spend.c.month <= last)
        .order_by(spend.c.month.desc(), spend.c.source, spend.c.campaign, spend.c.currency)
    )
    return [SpentRow(**row._mapping) for row in rows]


def _columns(spent: Sequence[Spent]) -> dict[str, list[Any]]:
    return {
        "months": [one.month for one in spent],
        "sources": [one.source for one in spent],
        "campaigns": [one.campaign for one in spent],
        "currencies": [one.currency for one in spent],
        "amounts": [one.amount_cents for one in spent],
    }
