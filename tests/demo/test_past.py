"""The past of a small example company, filled in: every row is the product's own work, and holds together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from handraise.demo.courses import REJECT
from handraise.demo.making import FolderTaken, Kept, Recipe, company_of, kept_in, make, past_leads
from handraise.flow import audit
from handraise.store.embedded import Embedded
from handraise.store.session import Database
from tests.databases import fresh_database

RECIPE = Recipe(40, 2, 5, datetime(2026, 11, 25, 14, tzinfo=UTC))


class Filled:
    """A product whose past is filled in."""

    def __init__(self, database: Database, kept: Kept) -> None:
        self.database, self.kept = database, kept

    def rows(self, statement: str) -> list[Any]:
        with self.database.transaction() as connection:
            return list(connection.execute(sa.text(statement)))

    def one(self, statement: str) -> Any:
        [[value]] = self.rows(statement)
        return value


@contextmanager
def filling(server: Embedded, cloning: psycopg.Connection, folder: Path) -> Iterator[Filled]:
    with fresh_database(server, cloning) as fresh:
        database = Database(fresh.url, connections=2)
        try:
            yield Filled(database, make(database, folder, RECIPE, lambda _lead, _handoff: {}))
        finally:
            database.close()


@pytest.fixture(scope="module")
def filled(
    embedded_server: Embedded, cloning: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    with filling(embedded_server, cloning, tmp_path_factory.mktemp("example")) as found:
        yield found


def test_everybody_of_the_past_is_known(filled: Filled) -> None:
    company = company_of(RECIPE)
    past = set(past_leads(company, RECIPE))
    emails = {row["email"].lower() for row in company.leads.to_pylist() if row["lead_id"] in past}
    assert 25 <= len(emails) <= 60
    assert {email for (email,) in filled.rows("select email from lead where email is not null")} == emails


def test_there_is_something_to_see(filled: Filled) -> None:
    assert filled.one("select count(*) from handoff") >= 4
    assert filled.one("select count(distinct version_id) from handoff") >= 1
    assert filled.one("select count(*) from rollout where mode = 'live'") == 2
    assert filled.one("select count(*) from score_change") > 40


def test_lines_sum_to_their_scores(filled: Filled) -> None:
    sums = """select s.fit, s.engagement,
        coalesce((select sum((l->>'points')::int) from jsonb_array_elements(s.lines) l
            where l->>'dimension' = 'fit'), 0),
        coalesce((select sum((l->>'points')::int) from jsonb_array_elements(s.lines) l
            where l->>'dimension' = 'engagement'), 0)
        from lead_score s"""
    scores = filled.rows(sums)
    assert scores
    assert all((fit, engagement) == (one, other) for fit, engagement, one, other in scores)


def test_no_lead_is_left_unlooked_at_and_nothing_waits_to_go_out(filled: Filled) -> None:
    assert filled.one("select count(*) from dirty_lead") == 0
    assert filled.one("select count(*) from delivery") == 0
    assert filled.one("select count(*) from quarantine") == 0


def test_each_handoff_has_an_owner_a_brief_and_a_clock(filled: Filled) -> None:
    bare = """select count(*) from handoff h where owner_id is null or brief = '{}'
        or not exists (select 1 from sla_clock c where c.handoff_id = h.id)"""
    assert filled.one(bare) == 0


def test_time_does_not_run_backwards(filled: Filled) -> None:
    assert filled.one("select count(*) from stage_change where at > now()") == 0
    wrong = """select count(*) from (select at, lag(at) over (partition by lead_id order by id) as before
        from stage_change) moves where before > at"""
    assert filled.one(wrong) == 0
    assert filled.one("select min(at) >= '2026-09-20' and max(at) <= '2026-11-25 14:00Z' from stage_change")


def test_answers_follow_the_outcomes(filled: Filled) -> None:
    company = company_of(RECIPE)
    emails = {row["lead_id"]: row["email"].lower() for row in company.leads.to_pylist()}
    outcomes = {emails[row["lead_id"]]: row for row in company.outcomes.to_pylist()}
    answered = filled.rows("""select l.email, h.state, h.reason, h.outcome from handoff h
        join lead l on l.id = h.lead_id where h.cycle = 1 and h.state in ('rejected', 'done')""")
    compared = 0
    for email, state, reason, outcome in answered:
        row = outcomes.get(email)
        if row is None:
            continue
        compared += 1
        if state == "rejected":
            assert reason == REJECT[row["reject_reason"]]
        if outcome in ("sql", "opportunity", "won", "lost"):
            assert row["sql_at"] is not None
        if outcome in ("won", "lost"):
            assert row[f"{outcome}_at"] is not None
    assert compared >= 2


def test_marketing_spent_in_the_months_of_the_past_and_a_part_in_those_that_are_in_it_in_part(
    filled: Filled,
) -> None:
    months = filled.rows("select month, sum(amount_cents) from handraise.spend group by 1 order by 1")
    assert [month for month, _ in months] == [
        RECIPE.start.date().replace(day=1), date(2026, 10, 1), date(2026, 11, 1)
    ]  # fmt: skip
    whole = sum(row["amount"] for row in company_of(RECIPE).spend.to_pylist() if row["month"] == "2026-10")
    assert months[1][1] == whole * 100
    part = sum(row["amount"] for row in company_of(RECIPE).spend.to_pylist() if row["month"] == "2026-11")
    assert 0.8 * part * 100 < months[2][1] < 0.83 * part * 100, "24.6 of 30 days"


def test_the_audit_log_holds(filled: Filled) -> None:
    with filled.database.transaction() as connection:
        assert audit.verify(connection).holds


def test_people_are_marked_as_invented_and_may_log_in(filled: Filled) -> None:
    addresses = [email for (email,) in filled.rows("select email from member")]
    assert addresses
    assert all(email.endswith(".example") for email in addresses)
    assert {one.role for one in filled.kept.log_ins} == {"admin", "marketing", "sales"}
    assert filled.one("select count(*) from member where password_hash like 'once:%'") == 0


def test_the_same_recipe_gives_the_same_history(
    filled: Filled, embedded_server: Embedded, cloning: psycopg.Connection, tmp_path: Path
) -> None:
    questions = (
        """select l.email, s.from_stage, s.to_stage, s.at, s.cause from stage_change s
            join lead l on l.id = s.lead_id order by s.at, l.email, s.id""",
        """select l.email, h.state, h.outcome, h.reason, h.opened_at, h.first_contact_at, m.name
            from handoff h join lead l on l.id = h.lead_id left join member m on m.id = h.owner_id
            order by h.opened_at, l.email""",
        "select l.email, c.at, c.fit, c.engagement from score_change c join lead l on l.id = c.lead_id "
        "order by c.at, l.email, c.id",
    )
    with filling(embedded_server, cloning, tmp_path) as again:
        for question in questions:
            assert [tuple(row) for row in again.rows(question)] == [
                tuple(row) for row in filled.rows(question)
            ]


# ------------------------------------------------------------------------------------------- the folder


def test_the_folder_remembers_and_is_closed_to_others(filled: Filled, tmp_path: Path) -> None:
    assert not Kept(RECIPE).is_complete
    filled.kept.write(tmp_path)
    assert kept_in(tmp_path) == filled.kept
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0


def test_a_product_that_is_no_example_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(FolderTaken, match="--folder"):
        kept_in(tmp_path)
