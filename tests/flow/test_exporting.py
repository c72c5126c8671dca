"""The live base as rows: scored from them, leads score what they score live; facts hold when they held."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handraise.core.definition import read_definition
from handraise.files.mapping import Mapping
from handraise.files.outcomes import read_outcomes
from handraise.files.problems import Problems
from handraise.files.score import score_files
from handraise.flow import feedback, handoff
from handraise.flow.exporting import Rows, rows_after
from handraise.flow.merge import merge
from handraise.store import facts
from handraise.store.exports import pasts
from handraise.store.facts import Said
from handraise.store.session import Database
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import DAY, DEFINITION, HOUR, NOW, Office, demo, pricing, told


@pytest.fixture
def office(connected: Database) -> Office:
    return Office(connected)


def exported(office: Office, limit: int = 2) -> list[Rows]:
    """All pages, small ones."""
    pages: list[Rows] = []
    with office.database.transaction() as connection:
        after: int | None = 0
        while after is not None:
            pages.append(rows_after(connection, after, limit))
            after = pages[-1].after
    return pages


def written(pages: list[Rows], folder: Path) -> Path:
    for kind in ("leads", "events", "facts", "outcomes"):
        rows = [row for page in pages for row in getattr(page, kind)]
        (folder / f"{kind}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def test_leads_scored_from_the_export_score_what_they_score_live(office: Office, tmp_path: Path) -> None:
    office.publish()
    office.capture(told("ann"), demo("ann"), told("ben"), pricing("ben"), pricing("ben", NOW - 3 * DAY))
    office.capture(told("cleo"), demo("cleo", NOW - 20 * DAY), demo("dan", bot="scanner"))
    office.all_done()
    folder = written(exported(office), tmp_path)
    out = tmp_path / "scores.jsonl"
    definition = read_definition(DEFINITION).definition
    score_files(definition, folder / "leads.jsonl", None, folder / "events.jsonl", NOW, out, errors=None)
    again = {row["lead_id"]: row for row in map(json.loads, out.read_text().splitlines())}
    live = office.rows("select lead_id, fit, engagement, is_mql from lead_score")
    assert {str(row.lead_id) for row in live} == set(again) - {"4"}, "a bot is no lead to score"
    for lead, fit, engagement, is_mql in live:
        found = again[str(lead)]
        assert (round(float(found["fit"]) * 100), round(float(found["engagement"]) * 100)) == (
            fit,
            engagement,
        )
        assert found["is_mql"] == is_mql


def test_pages_hold_every_lead_once_and_merged_ones_in_their_root(office: Office) -> None:
    office.capture(told("ann"), told("ben"), demo("ben"), told("cleo"))
    [ann, ben, *_] = [row[0] for row in office.rows("select id from lead order by id")]
    with office.database.transaction() as connection:
        merge(connection, ben, ann, "test", "one person", NOW)
    pages = exported(office, limit=1)
    assert [row["lead_id"] for page in pages for row in page.leads] == ["1", "3"]
    assert {row["lead_id"] for page in pages for row in page.events} == {str(ann)}


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["form", "crm", "enrichment"]),
        st.sampled_from(["VP", "CTO", None]),
        st.integers(0, 6),  # hours until it was said
        st.integers(0, 4),  # and then until it reached us
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_facts_hold_from_when_on_the_product_held_them(office: Office, words: list[Any]) -> None:
    begin = NOW - DAY
    with office.database.transaction() as connection:
        lead = connection.execute(
            sa.text("insert into lead (created_at) values (:at) returning id"), {"at": begin}
        ).scalar_one()
        for source, value, said, late in sorted(words, key=lambda word: word[2] + word[3]):
            at = begin + timedelta(hours=said)
            one = Said(lead, "lead.title", value, source, at, at + timedelta(hours=late))
            facts.learn(connection, [one])
        facts.refresh(connection, [lead])
        [past] = pasts(connection, after=lead - 1)
        for hour in range(12):
            at = begin + timedelta(hours=hour)
            held = facts.holding(connection, [lead], as_of=at)[lead].get("lead.title")
            told_then = [one.value for one in past.learned if one.known_since <= at]
            assert (told_then[-1] if told_then else None) == held
        connection.rollback()


@pytest.fixture
def floor(connected: Database) -> Floor:
    return Floor(connected)


def test_outcomes_are_what_sales_answered(floor: Floor, tmp_path: Path) -> None:
    kept, refused, waiting = floor.qualified("ann", "ben", "cleo")
    later = MONDAY + HOUR
    floor.do(handoff.accept, kept, floor.owner(kept), later)
    floor.do(handoff.reject, refused, floor.owner(refused), "not_ready", later)
    floor.do(
        feedback.conclude,
        kept,
        feedback.Outcome("won", amount_cents=1_250_000, currency="EUR"),
        floor.owner(kept),
        later + HOUR,
    )
    folder = written(exported(floor.office), tmp_path)
    table = read_outcomes(folder / "outcomes.jsonl", mapping=Mapping(), problems=Problems())
    rows = {row["lead_id"]: row for row in table.to_pylist()}
    won, lost, open_one = (rows[str(floor.lead(one).id)] for one in (kept, refused, waiting))
    assert (won["accepted_at"], won["won_at"], won["amount"]) == (later, later + HOUR, 12_500.0)
    assert won["first_contact_at"] == later + HOUR
    assert (lost["rejected_at"], lost["reject_reason"], lost["won_at"]) == (later, "not_ready", None)
    assert (open_one["mql_at"], open_one["accepted_at"]) == (MONDAY, None)
    assert {won["handed_to"], lost["handed_to"]} <= {"Ada", "Ben", "Cleo"}


def test_no_leads_are_one_empty_page(office: Office) -> None:
    [page] = exported(office)
    assert (page.leads, page.events, page.facts, page.outcomes, page.after) == ([], [], [], [], None)
