"""Files of leads, accounts and events taken in, rehearsed, taken again, taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.errors import InputInvalid
from handraise.core.message import Message
from handraise.flow import identify, importing, pipeline
from handraise.flow.importing import Imported, Kind
from handraise.store.imports import ImportUndone, ImportUnknown, imports
from handraise.store.leads import LeadDetail, lead_detail
from tests.databases import Database

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
LEADS = "Mail,Job Title,Company,account.employees,phone\nann@acme.example,CTO,Acme,120,0170 1\n"
EVENTS = "email,event,occurred_at,plan\nann@acme.example,Demo Requested,2026-09-30T10:00:00Z,pro\n"


def resolve(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> list[int]:
    return identify.resolve(connection, messages, now, sources=["import"] * len(messages))


def receive(connection: sa.Connection, source: Any, messages: Any, now: datetime, number: int) -> Any:
    return pipeline.receive(connection, source, messages, (), now, import_id=number, resolve=resolve)


def imported(
    connection: sa.Connection, kind: Kind, text: str, now: datetime = NOW, **columns: str
) -> Imported:
    planned = importing.plan(kind, importing.rows_of(text, columns), now)
    return importing.commit(
        connection,
        planned,
        file_name="file.csv",
        mapping=columns,
        by="cli",
        now=now,
        resolve=resolve,
        receive=receive,
    )


def ann(connection: sa.Connection) -> LeadDetail | None:
    lead = connection.exec_driver_sql(
        "select lead_id from lead_alias where kind = 'email' and value = 'ann@acme.example'"
    ).scalar()
    return None if lead is None else lead_detail(connection, lead)


def rows(connection: sa.Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())


def test_a_row_becomes_a_lead_with_facts_on_the_word_of_the_file(database: Database) -> None:
    with database.engine.begin() as connection:
        done = imported(connection, "leads", LEADS, Mail="email")
        lead = ann(connection)
        sources = set(connection.exec_driver_sql("select source from lead_fact").scalars())
    assert lead is not None
    assert lead.facts["lead.title"] == "CTO"
    assert lead.facts["account.employees"] == 120
    assert lead.facts["lead.phone"] == "0170 1"
    assert sources == {"import"}
    assert (done.counts["rows"], done.counts["new_leads"], done.counts["wrong"]) == (1, 1, 0)
    assert done.counts["facts"] == len(lead.facts)


def test_an_imported_lead_is_marked_to_be_scored(database: Database) -> None:
    with database.engine.begin() as connection:
        imported(connection, "leads", LEADS, Mail="email")
        assert rows(connection, "dirty_lead") > 0


def test_a_rehearsal_counts_and_leaves_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        with connection.begin_nested() as rehearsal:
            done = imported(connection, "leads", LEADS, Mail="email")
            rehearsal.rollback()
        assert done.counts["new_leads"] == 1
        assert [rows(connection, table) for table in ("lead", "lead_fact", "import_batch")] == [0, 0, 0]


def test_rows_that_cannot_be_taken_say_why_and_hinder_no_other() -> None:
    text = (
        "email,user_id,event,occurred_at\n"
        ",,Demo,2026-01-01\n"
        "a@b.co,,,2026-01-01\n"
        "a@b.co,,Demo,soon\n"
        "a@b.co,,Demo,2026-01-01\n"
    )
    planned = importing.plan("events", importing.rows_of(text, {}), NOW)
    assert [(one.line, one.problem.split(":")[0]) for one in planned.wrong] == [
        (2, "says nobody"),
        (3, "has no event"),
        (4, "`soon` is no time; write for example 2026-10-01T09"),
    ]
    assert [message.occurred_at for message in planned.messages] == [datetime(2026, 1, 1, tzinfo=UTC)]


def test_the_same_events_again_are_duplicates_and_alike_rows_of_one_file_are_not(database: Database) -> None:
    twice = EVENTS + EVENTS.splitlines()[1] + "\n"
    with database.engine.begin() as connection:
        assert imported(connection, "events", twice).counts["accepted"] == 2
        again = imported(connection, "events", twice, NOW + timedelta(minutes=1))
        assert again.counts["duplicate"] == 2
        assert rows(connection, "event") == 2


def test_events_keep_their_time_and_properties(database: Database) -> None:
    with database.engine.begin() as connection:
        imported(connection, "events", EVENTS)
        at, properties = connection.exec_driver_sql("select occurred_at, properties from event").one()
    assert at == datetime(2026, 9, 30, 10, tzinfo=UTC)
    assert properties["plan"] == "pro"


def test_what_is_taken_back_is_as_if_it_had_never_come(database: Database) -> None:
    with database.engine.begin() as connection:
        first = imported(connection, "leads", LEADS, Mail="email")
        done = importing.undo(connection, first.id, "cli", NOW)
        assert (done.leads, done.leads_kept) == (1, 0)
        left = [rows(connection, table) for table in ("lead", "lead_fact", "lead_alias", "dirty_lead")]
    assert left == [0, 0, 0, 0]


def test_leads_that_others_told_of_stay_with_what_those_said(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    with database.engine.begin() as connection:
        first = imported(connection, "leads", LEADS, Mail="email")
        told = Message(
            "identify", "identify", "m1", later, later, email="ann@acme.example", traits={"title": "CEO"}
        )
        identify.resolve(connection, [told], later)
        done = importing.undo(connection, first.id, "cli", later)
        lead = ann(connection)
    assert (done.leads, done.leads_kept) == (0, 1)
    assert lead is not None
    assert lead.facts == {"lead.title": "CEO", "lead.email": "ann@acme.example"}


def test_events_taken_back_can_be_imported_again(database: Database) -> None:
    with database.engine.begin() as connection:
        first = imported(connection, "events", EVENTS)
        importing.undo(connection, first.id, "cli", NOW)
        assert rows(connection, "event") == 0
        assert imported(connection, "events", EVENTS, NOW + timedelta(minutes=1)).counts["accepted"] == 1


def test_an_import_is_taken_back_once(database: Database) -> None:
    with database.engine.begin() as connection:
        first = imported(connection, "leads", LEADS, Mail="email")
        importing.undo(connection, first.id, "cli", NOW)
        with pytest.raises(ImportUndone, match="already"):
            importing.undo(connection, first.id, "cli", NOW)
        with pytest.raises(ImportUnknown):
            importing.undo(connection, first.id + 1, "cli", NOW)
        assert imports(connection)[0].undone_by == "cli"


def test_accounts_come_by_their_domain(database: Database) -> None:
    text = "domain,industry,employees\nwww.acme.example,Steel,80\ngmail.com,Mail,1\n"
    with database.engine.begin() as connection:
        done = imported(connection, "accounts", text)
        facts = connection.exec_driver_sql("select facts from account where domain = 'acme.example'").scalar()
        assert facts == {"account.industry": "Steel", "account.employees": 80}
        assert (done.counts["accounts"], done.counts["wrong"]) == (1, 1)
        importing.undo(connection, done.id, "cli", NOW)
        assert connection.exec_driver_sql("select facts from account").scalar() == {}


@pytest.mark.parametrize(
    ("text", "columns", "wrong"),
    [
        ("", {}, "empty"),
        ("a,a\n1,2\n", {}, "twice"),
        ("a\n1\n", {"Mail": "email"}, "--map"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, columns: dict[str, str], wrong: str) -> None:
    with pytest.raises(InputInvalid, match=wrong):
        importing.rows_of(text, columns)


def test_lines_are_those_of_the_file_also_behind_a_cell_of_two_lines() -> None:
    found = importing.rows_of('email,note\n"a@b.co","one\ntwo"\nc@d.co,x\n', {})
    assert [row.line for row in found] == [2, 4]


def test_rows_that_were_mended_are_taken_without_what_was_wrong_with_them() -> None:
    wrong = importing.plan("leads", importing.rows_of("email,title\n,CTO\n", {}), NOW).wrong
    told = importing.wrong_rows(wrong)
    mended = told.replace("title", "title,email").replace("CTO", "CTO,ann@acme.example")
    [row] = importing.rows_of(mended, {})
    assert row.cells == {"title": "CTO", "email": "ann@acme.example"}
