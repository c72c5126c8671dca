"""Files of spend taken in, rehearsed, taken again, and taken back in any order."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handraise.core.spend import spent_of
from handraise.files.spend import read_spend
from handraise.flow import importing, spending
from handraise.flow.spending import Taken
from handraise.store import spend
from handraise.store.imports import ImportUndone, ImportUnknown, imports
from tests.databases import Database

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
HEAD = "month,source,amount,currency\n"
FILE = HEAD + "2026-03,google,100,EUR\n2026-03,meta,50,EUR\nsoon,linkedin,1,EUR\nTotal,,150,EUR\n"


def taken(connection: sa.Connection, text: str, now: datetime = NOW) -> Taken:
    return spending.take_in(connection, read_spend(text), file_name="spend.csv", by="member:1", now=now)


def entered(connection: sa.Connection, source: str, amount: str) -> None:
    one = spent_of({"month": "2026-03", "source": source, "amount": amount, "currency": "EUR"})
    spend.keep(connection, [one], "member:2", NOW)


def standing(connection: sa.Connection) -> dict[str, int]:
    """Cents by source."""
    found = spend.spent_between(connection, date(2026, 1, 1), date(2026, 12, 1))
    return {one.source: one.amount_cents for one in found}


def number_of(done: Taken) -> int:
    assert done.id is not None
    return done.id


def test_good_rows_are_taken_beside_wrong_ones_and_it_is_on_record(database: Database) -> None:
    with database.engine.begin() as connection:
        done = taken(connection, FILE)
        assert done.counts == {
            "rows": 4, "wrong": 1, "totals": 1, "new": 2, "replaced": 0, "unchanged": 0
        }  # fmt: skip
        assert standing(connection) == {"google": 10_000, "meta": 5_000}
        [kept] = spending.taken_in(connection)
        action, detail = connection.exec_driver_sql("select action, detail from audit_entry").one()
    assert (kept.file_name, kept.counts, kept.imported_by) == ("spend.csv", done.counts, "member:1")
    assert (action, detail) == ("import.spend", done.counts)


def test_a_rehearsal_says_what_it_would_come_to_and_leaves_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        entered(connection, "google", "90")
        would = spending.rehearse(connection, read_spend(FILE))
        assert standing(connection) == {"google": 9_000}
        assert spending.taken_in(connection) == []
        done = taken(connection, FILE)
    assert would.id is None
    assert (would.counts, would.changes) == (done.counts, done.changes)
    assert [(one.spent.source, one.was) for one in would.changes] == [("google", 9_000), ("meta", None)]


def test_the_same_file_again_changes_nothing_and_is_no_import(database: Database) -> None:
    with database.engine.begin() as connection:
        taken(connection, FILE)
        again = taken(connection, FILE, NOW + timedelta(days=1))
        assert (again.id, again.is_known) == (None, True)
        assert (again.counts["unchanged"], again.counts["new"]) == (2, 0)
        assert len(spending.taken_in(connection)) == 1
        assert connection.exec_driver_sql("select count(*) from audit_entry").scalar() == 1


def test_what_is_taken_back_is_as_if_it_had_never_come(database: Database) -> None:
    with database.engine.begin() as connection:
        entered(connection, "google", "90")
        done = spending.take_back(connection, number_of(taken(connection, FILE)), "member:1", NOW)
        assert (done.out, done.back, done.stay) == (2, 1, 0)
        [back] = spend.spent_between(connection, date(2026, 3, 1), date(2026, 3, 1))
        assert (back.source, back.amount_cents, back.entered_by) == ("google", 9_000, "member:2")
        assert taken(connection, FILE).counts["new"] == 1, "the same can be taken in again"


def test_what_was_changed_or_deleted_since_stays_so(database: Database) -> None:
    with database.engine.begin() as connection:
        first = number_of(taken(connection, FILE))
        entered(connection, "google", "120")
        for one in spend.spent_between(connection, date(2026, 3, 1), date(2026, 3, 1)):
            if one.source == "meta":
                spend.forget(connection, one.id)
        done = spending.take_back(connection, first, "member:1", NOW)
        assert (done.out, done.back, done.stay) == (0, 0, 1)
        assert standing(connection) == {"google": 12_000}
        with pytest.raises(ImportUndone):
            spending.take_back(connection, first, "member:1", NOW)


def test_a_deleted_sum_does_not_come_back_with_what_had_taken_its_place(database: Database) -> None:
    with database.engine.begin() as connection:
        entered(connection, "google", "90")
        first = number_of(taken(connection, FILE))
        for one in spend.spent_between(connection, date(2026, 3, 1), date(2026, 3, 1)):
            spend.forget(connection, one.id)
        spending.take_back(connection, first, "member:1", NOW)
        assert standing(connection) == {}


def test_an_import_is_taken_back_as_what_it_is(database: Database) -> None:
    with database.engine.begin() as connection:
        first = number_of(taken(connection, FILE))
        with pytest.raises(ImportUnknown, match="of leads, accounts, events"):
            importing.undo(connection, first, "member:1", NOW)
        assert standing(connection) != {}
        assert imports(connection) == []
        with pytest.raises(ImportUnknown, match="handraise spend imports"):
            spending.take_back(connection, first + 1, "member:1", NOW)


files = st.dictionaries(st.sampled_from("abc"), st.integers(1, 3), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(files, min_size=1, max_size=4), st.data())
def test_imports_taken_back_in_any_order_leave_what_the_others_say(
    database: Database, said: list[Mapping[str, int]], data: st.DataObject
) -> None:
    """What stands there is the last word of the files that are still in."""
    with database.engine.connect() as connection, connection.begin() as rehearsal:
        kept: dict[int, Mapping[str, int]] = {}
        for place, file in enumerate(said):
            # Amounts no other file has: what is said twice is the first one's.
            told = {source: 100 * place + amount for source, amount in file.items()}
            text = HEAD + "".join(f"2026-03,{source},{amount},EUR\n" for source, amount in told.items())
            kept[number_of(taken(connection, text))] = told
        for number in data.draw(st.permutations(sorted(kept))):
            spending.take_back(connection, number, "member:1", NOW)
            del kept[number]
            last = {source: amount * 100 for told in kept.values() for source, amount in told.items()}
            assert standing(connection) == last
        rehearsal.rollback()
