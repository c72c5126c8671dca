"""MQLs by month, and how far they went in how many days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from handraise.store.leads import make_leads
from handraise.store.reports.funnel import Cohort, cohorts, members_of
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


def made(connection: sa.Connection) -> int:
    return make_leads(connection, [True], NOW)[0]


def moves(connection: sa.Connection, lead: int, *steps: str, kind: str = "rule") -> None:
    """`lead>mql 2026-02-10`, with `/mql` behind for what was passed over."""
    for step in steps:
        way, day, *skipped = step.split()
        before, after = way.split(">")
        connection.exec_driver_sql(
            "insert into handraise.stage_change (lead_id, from_stage, to_stage, at, cause_kind, cause,"
            " skipped) values (%(lead)s, %(before)s, %(after)s, %(at)s, %(kind)s, 'test', %(skipped)s)",
            {
                "lead": lead,
                "before": before,
                "after": after,
                "at": datetime.fromisoformat(day).replace(tzinfo=UTC),
                "kind": kind,
                "skipped": "".join(skipped),
            },
        )


def by_month(connection: sa.Connection, months: int = 4) -> dict[str, Cohort]:
    return {f"{one.month:%Y-%m}": one for one in cohorts(connection, months, NOW)}


def test_a_stage_counts_from_the_day_of_the_mql_and_not_in_the_month_it_falls_into(
    connection: sa.Connection,
) -> None:
    lead = made(connection)
    moves(connection, lead, "lead>mql 2026-01-20", "mql>sal 2026-02-01", "sal>sql 2026-03-10")
    january = by_month(connection)["2026-01"]
    assert january.mqls == 1
    assert january.reached["sal"] == {30: 1, 60: 1, 90: None}
    assert january.reached["sql"] == {30: 0, 60: 1, 90: None}
    assert (january.share("sql", 60), january.share("sql", 90)) == (1.0, None)
    assert by_month(connection)["2026-03"].mqls == 0


def test_the_last_instant_of_the_days_is_outside(connection: sa.Connection) -> None:
    on_time, late = made(connection), made(connection)
    moves(connection, on_time, "lead>mql 2026-01-01", "mql>sal 2026-01-30T23:59:59")
    moves(connection, late, "lead>mql 2026-01-01", "mql>sal 2026-01-31")
    assert by_month(connection)["2026-01"].reached["sal"][30] == 1
    assert members_of(connection, date(2026, 1, 1), "sal", 30) == [on_time]
    assert set(members_of(connection, date(2026, 1, 1))) == {on_time, late}


def test_who_goes_past_mql_and_past_sal_was_both(connection: sa.Connection) -> None:
    moves(connection, made(connection), "lead>sql 2026-02-05 mql,sal")
    february = by_month(connection)["2026-02"]
    assert (february.mqls, february.reached["sal"][30], february.reached["sql"][30]) == (1, 1, 1)


def test_a_lead_that_becomes_one_again_is_two_and_each_has_its_own_end(connection: sa.Connection) -> None:
    lead = made(connection)
    moves(
        connection, lead, "lead>mql 2026-01-05", "mql>recycled 2026-01-08", "recycled>mql 2026-02-01",
        "mql>sal 2026-02-02", "sal>sql 2026-02-03",
    )  # fmt: skip
    found = by_month(connection)
    assert (found["2026-01"].mqls, found["2026-01"].reached["sql"][60]) == (1, 0)
    assert (found["2026-02"].mqls, found["2026-02"].reached["sql"][30]) == (1, 1)
    assert members_of(connection, date(2026, 1, 1), "sql", 60) == []


def test_a_step_backwards_makes_no_mql_and_an_import_none(connection: sa.Connection) -> None:
    lead = made(connection)
    moves(connection, lead, "lead>mql 2026-01-05", "mql>sal 2026-01-06")
    moves(connection, lead, "sal>mql 2026-02-05", kind="crm")
    moves(connection, made(connection), "lead>mql 2026-02-05", kind="import")
    assert [one.mqls for one in by_month(connection).values()] == [1, 0, 0, 0]


def test_merged_leads_are_one(connection: sa.Connection) -> None:
    root, child = made(connection), made(connection)
    moves(connection, child, "lead>mql 2026-01-05")
    moves(connection, root, "mql>sal 2026-01-06")
    connection.exec_driver_sql(
        "update handraise.lead set root_id = %(root)s where id = %(child)s", {"root": root, "child": child}
    )
    assert by_month(connection)["2026-01"].reached["sal"][30] == 1
    assert members_of(connection, date(2026, 1, 1), "sal", 30) == [root]


def test_growth_is_known_once_the_month_is_over(connection: sa.Connection) -> None:
    days = ("2025-12-05", "2026-01-05", "2026-01-06", "2026-01-07", "2026-03-05", "2026-04-02")
    for day in days:
        moves(connection, made(connection), f"lead>mql {day}")
    found = by_month(connection)
    assert [one.growth for one in found.values()] == [2.0, -1.0, None, None]
    assert [one.is_over for one in found.values()] == [True, True, True, False]
