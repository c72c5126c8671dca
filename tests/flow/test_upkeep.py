"""What is too old is taken out; what is kept for ever stays."""

from datetime import timedelta

import pytest

from handraise.flow.upkeep import Retention, upkeep
from handraise.store.quarantine import Held, hold
from handraise.store.session import Database
from tests.flow.outgoing import NOW

DAY = timedelta(days=1)


def count(connected: Database, table: str) -> int:
    with connected.transaction() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())


@pytest.fixture
def filled(connected: Database) -> Database:
    """Ten calls held back and ten log-in attempts, ten days apart."""
    with connected.transaction() as connection:
        for number in range(10):
            at = NOW - number * 10 * DAY
            hold(connection, [Held(at, None, "segment", "/", b"{", "bad", "not JSON")])
            connection.exec_driver_sql(
                "insert into login_attempt (email, address, at, succeeded) values ('a', 'b', %s, false)",
                (at,),
            )
    return connected


def test_each_kind_is_kept_as_long_as_it_should(filled: Database) -> None:
    swept = upkeep(filled, NOW, Retention(quarantine=45, login_attempts=None), batch=2)
    assert swept.forgotten["quarantine"] == 5
    assert "login_attempts" not in swept.forgotten
    assert (count(filled, "quarantine"), count(filled, "login_attempt")) == (5, 10)


def test_defaults_take_out_login_attempts_after_a_month(filled: Database) -> None:
    upkeep(filled, NOW)
    assert (count(filled, "quarantine"), count(filled, "login_attempt")) == (10, 4)


def test_months_ahead_are_made_once_and_owned_by_somebody_else(connected: Database) -> None:
    far = NOW.replace(year=2190, month=11, day=30)
    assert upkeep(connected, far).partitions == (
        "event_2190_11",
        "event_2190_12",
        "event_2191_01",
        "event_2191_02",
    )
    assert upkeep(connected, far).partitions == ()
    with connected.transaction() as connection:
        owners = connection.exec_driver_sql(
            "select distinct tableowner from pg_tables where tablename like 'event_219%%'"
        )
        assert owners.scalars().all() == ["handraise_owner"]


def test_nothing_else_to_do_is_no_error(connected: Database) -> None:
    assert not any(upkeep(connected, NOW, Retention(score_changes=1)).forgotten.values())


def test_unknown_names_in_the_setting_are_left_out() -> None:
    assert Retention.of({"deliveries": None, "moons": 3}) == Retention(deliveries=None)
