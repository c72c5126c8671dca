"""What marketing spent, as people and files say it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from handraise.core.errors import InputInvalid
from handraise.core.spend import Spent, spent_of, summed
from handraise.files.spend import read_spend
from handraise.store import spend
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)
HEAD = "month,source,campaign,amount,currency\n"


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


def test_a_file_says_of_each_wrong_row_why_and_where() -> None:
    rows = 'Month;Source;Amount;Currency\n2026-03;"two\nlines";1;EUR\n2026-03;a;1;EUR\n2026-03;a;2;EUR\n'
    good, wrong = read_spend("\ufeff" + rows)
    assert good == [Spent(MARCH, "a", "", "EUR", 100)]
    assert [one.line for one in wrong] == [3, 5]
    assert "another row" in wrong[1].why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column"),
        ("month,source,amount\n2026-03,a,1\n", "no column currency"),
        (HEAD, "no rows"),
        (HEAD + '2026-03,"a,,1,EUR\n', "no CSV"),
        (HEAD + "2026-03,a,,1,EUR\n" * 5_001, "over 5,000 rows"),
    ],
    ids=["empty", "no currency", "no rows", "open quote", "too many"],
)
def test_a_file_that_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(InputInvalid, match=why):
        read_spend(text)


def test_a_sum_takes_the_place_of_the_one_before_in_its_currency(
    connection: sa.Connection,
) -> None:
    euro, dollar = spent_of(said()), spent_of(said(currency="USD"))
    assert spend.keep(connection, [euro, dollar], "member:1", NOW) == (2, 0)
    assert spend.keep(connection, [spent_of(said(amount="12"))], "member:2", NOW) == (0, 1)
    kept = spend.spent_between(connection, MARCH, MARCH)
    assert [(one.currency, one.amount_cents, one.entered_by) for one in kept] == [
        ("EUR", 1200, "member:2"), ("USD", 1000, "member:1")
    ]  # fmt: skip
    assert summed(kept) == {"EUR": 1200, "USD": 1000}
    assert spend.keep(connection, [], "member:1", NOW) == (0, 0)


def test_what_is_forgotten_is_gone(connection: sa.Connection) -> None:
    spend.keep(connection, [spent_of(said())], "member:1", NOW)
    [one] = spend.spent_between(connection, date(2025, 1, 1), MARCH)
    assert spend.forget(connection, one.id) == one
    with pytest.raises(spend.SpendUnknown):
        spend.forget(connection, one.id)
