"""What marketing spent, as people and files say it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from handraise.core.errors import InputInvalid
from handraise.core.spend import spent_of, summed
from handraise.store import spend
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


def said(**changes: str) -> dict[str, str]:
    whole = {"month": "2026-03", "source": "webinar", "campaign": "", "amount": "10", "currency": "EUR"}
    return whole | changes


@pytest.mark.parametrize(
    ("written", "cents"), [("0", 0), ("7", 700), ("7,5", 750), ("7.05", 705), (" 1200 ", 120_000)]
)
def test_an_amount_has_a_point_or_a_comma_before_its_cents(written: str, cents: int) -> None:
    assert spent_of(said(amount=written)).amount_cents == cents


@pytest.mark.parametrize(
    ("part", "written"),
    [
        ("amount", "1,200"), ("amount", "1.234,50"), ("amount", "-5"), ("amount", "nan"), ("amount", ""),
        ("amount", "1" * 13), ("month", "2026-13"), ("month", "March"), ("month", ""), ("source", "  "),
        ("source", "x" * 201), ("campaign", "a\nb"), ("currency", "€"), ("currency", "EURO"),
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused(part: str, written: str) -> None:
    with pytest.raises(InputInvalid):
        spent_of(said(**{part: written}))


def told(connection: sa.Connection) -> dict[str, tuple[int, str]]:
    """What stands there of March, by source: cents, and who said so."""
    return {
        one.source: (one.amount_cents, one.entered_by)
        for one in spend.spent_between(connection, MARCH, MARCH)
    }


def test_a_sum_takes_the_place_of_the_one_before_in_its_currency(
    connection: sa.Connection,
) -> None:
    euro, dollar = spent_of(said()), spent_of(said(currency="USD"))
    assert all(one.is_new for one in spend.keep(connection, [euro, dollar], "member:1", NOW))
    [change] = spend.keep(connection, [spent_of(said(amount="12"))], "member:2", NOW)
    assert (change.was, change.is_new, change.is_same) == (1000, False, False)
    kept = spend.spent_between(connection, MARCH, MARCH)
    assert [(one.currency, one.amount_cents, one.entered_by) for one in kept] == [
        ("EUR", 1200, "member:2"), ("USD", 1000, "member:1")
    ]  # fmt: skip
    assert summed(kept) == {"EUR": 1200, "USD": 1000}
    assert spend.keep(connection, [], "member:1", NOW) == []


def test_a_sum_that_stands_there_stays_whose_it_was(connection: sa.Connection) -> None:
    spend.keep(connection, [spent_of(said())], "member:1", NOW)
    [change] = spend.keep(connection, [spent_of(said())], "member:2", NOW)
    assert change.is_same
    assert told(connection) == {"webinar": (1000, "member:1")}


def test_what_keeping_would_change_is_said_in_order_and_changes_nothing(connection: sa.Connection) -> None:
    spend.keep(connection, [spent_of(said(source=name)) for name in "ba"], "member:1", NOW)
    wanted = [spent_of(said(source=name, amount=amount)) for name, amount in zip("cab", "123", strict=True)]
    assert [one.was for one in spend.changes(connection, wanted)] == [None, 1000, 1000]
    assert told(connection) == {"a": (1000, "member:1"), "b": (1000, "member:1")}


def test_what_is_forgotten_is_gone(connection: sa.Connection) -> None:
    spend.keep(connection, [spent_of(said())], "member:1", NOW)
    [one] = spend.spent_between(connection, date(2025, 1, 1), MARCH)
    assert spend.forget(connection, one.id) == one
    with pytest.raises(spend.SpendUnknown):
        spend.forget(connection, one.id)
