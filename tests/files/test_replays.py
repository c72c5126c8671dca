"""Replays of files: the same in every order, with facts that became known in the course of time."""

import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.errors import InputInvalid
from handraise.engine.keys import KeyIndex
from handraise.example import write
from handraise.files.fact_histories import read_fact_changes
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.replays import Replays, replay_files
from tests.files.company import AS_OF, example, small, template


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replayed")
    write(example(120), folder)
    return folder


def replay(company: Path, *names: str, events: Path | None = None, **options: object) -> Replays:
    definitions = [template(name) for name in names] or [small()]
    return replay_files(
        definitions,
        company / "leads.csv",
        company / "accounts.csv",
        events or company / "events.parquet",
        AS_OF,
        **options,  # type: ignore[arg-type]
    )


def test_two_definitions_in_one_reading_get_what_each_gets_alone(company: Path) -> None:
    both = replay(company, "classic", "full")
    assert both.became[0].equals(replay(company, "classic").became[0])
    assert both.became[1].equals(replay(company, "full").became[0])
    assert both.became[0].null_count < len(both.ids)


def test_events_in_any_order_and_streamed_give_the_same(company: Path, tmp_path: Path) -> None:
    usual = replay(company, "full")
    events = pq.read_table(company / "events.parquet")
    order = list(range(events.num_rows))
    random.Random(1).shuffle(order)
    shuffled = tmp_path / "shuffled.parquet"
    pq.write_table(events.take(pa.array(order)), shuffled, row_group_size=500)
    problems = Problems()
    found = replay(company, "full", events=shuffled, in_memory=10, problems=problems)
    assert found.became[0].equals(usual.became[0])
    assert "the events were not in the order of leads and were sorted first" in problems.notices
    assert replay(company, "full", events=shuffled).became[0].equals(usual.became[0])


def test_events_without_a_time_of_reception_count_from_when_they_occurred(
    company: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.parquet"
    pq.write_table(pq.read_table(company / "events.parquet").drop_columns(["received_at"]), bare)
    known, occurred = replay(company), replay(company, events=bare)
    assert known.has_received
    assert not occurred.has_received
    both = pa.table({"known": known.became[0], "occurred": occurred.became[0]})
    both = both.filter(pc.and_(both["known"].is_valid(), both["occurred"].is_valid()))
    assert both.num_rows > 10
    assert pc.all(pc.greater_equal(both["known"], both["occurred"])).as_py()


def test_a_fact_of_the_history_counts_from_when_it_was_learned(company: Path, tmp_path: Path) -> None:
    lead_id = example(120).leads["lead_id"][0].as_py()
    history = tmp_path / "facts.csv"
    history.write_text(
        "lead_id,fact,value,known_since\n"
        f"{lead_id},seniority,c_suite,2026-09-01T00:00:00Z\n"
        "nobody,seniority,c_suite,2026-09-01T00:00:00Z\n",
        encoding="utf-8",
    )
    chief = replay_files(
        [small_fit()], company / "leads.csv", None, None, AS_OF, fact_history=history, problems=Problems()
    )
    at = chief.became[0][chief.ids.index(lead_id).as_py()].as_py()
    assert at == datetime(2026, 9, 1, tzinfo=UTC)
    assert chief.without_history == {}


def small_fit() -> Definition:
    """A definition that looks at one fact only."""
    return read_definition(
        "{name: F, fit: {rules: [{rule: boss, when: {lead.seniority: c_suite}, points: 5}]}, "
        "qualify: {mql: {fit: 5}}}"
    ).definition


def test_facts_without_a_history_are_named(company: Path) -> None:
    found = replay(company).without_history
    assert list(found) == ["lead.seniority"]
    titles = example(120).leads["title"].to_pylist()
    assert sum(found["lead.seniority"].to_pylist()) == sum(title is not None for title in titles)


def test_rows_of_a_history_that_say_nothing_are_told(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(
        "who,fact,value,known_since\na,title,CEO,2026-01-01\n,title,CEO,2026-01-01\n"
        "a,title,,soon\nz,title,x,2026-01-01\na,account.employees, ,2026-01-02\n",
        encoding="utf-8",
    )
    problems = Problems()
    found = read_fact_changes(
        path,
        KeyIndex(pa.array(["a"])),
        mapping=Mapping.parse(["who=lead_id"]),
        problems=problems,
    )
    assert found.facts.to_pylist() == ["lead.title", "account.employees"]
    assert found.values.to_pylist() == ["CEO", None]
    assert np.array_equal(found.rows, [0, 0])
    assert problems.counts == {"lead_id is empty": 1, "known_since is no time from 1970 to 9999": 1}
    assert "1 row of facts.csv tells of a lead that there is not" in problems.notices


def test_a_history_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("lead_id,fact,value,since\na,title,CEO,2026-01-01\n", encoding="utf-8")
    with pytest.raises(InputInvalid, match="has no column `known_since`"):
        read_fact_changes(path, KeyIndex(pa.array(["a"])))


def test_leads_of_whom_no_moment_is_known_are_counted(tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id,seniority\na,c_suite\nb,c_suite\n", encoding="utf-8")
    found = replay_files([small_fit()], leads, None, None, AS_OF)
    assert found.undated == 2
    assert found.became[0].null_count == 2
