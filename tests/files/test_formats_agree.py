"""The same company in CSV, JSONL, Parquet and folders has the same scores."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.files.company import (
    WRITERS,
    as_csv,
    as_folder,
    as_jsonl,
    as_parquet,
    example,
    run,
    scores,
    shuffled,
    template,
)  # fmt: skip

TEMPLATES = ("b2b-saas", "classic", "full")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("company")
    company = example()
    as_csv(company.leads, place / "leads.csv")
    as_csv(company.accounts, place / "accounts.csv")
    as_parquet(company.events, place / "events.parquet")
    return place


def in_files(folder: Path, name: str, **more: Any) -> dict[str, dict[str, Any]]:
    return scores(
        template(name), folder / "leads.csv", folder / "accounts.csv", folder / "events.parquet", **more
    )


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_leads_accounts_and_events_of_every_format_score_alike(
    folder: Path, tmp_path: Path, name: str, kind: str
) -> None:
    suffix, write = WRITERS[kind]
    company = example()
    leads = write(company.leads, tmp_path / f"leads{suffix}")
    accounts = write(company.accounts, tmp_path / f"accounts{suffix}")
    events = write(company.events, tmp_path / f"events{suffix}")
    expected = in_files(folder, name)
    assert len(expected) == 300
    assert any(row["is_mql"] for row in expected.values())
    assert scores(template(name), leads, accounts, events) == expected


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_folder_streamed_in_tiny_row_groups_scores_as_one_table(
    folder: Path, tmp_path: Path, name: str
) -> None:
    events = as_folder(example().events, tmp_path / "events")
    found = scores(template(name), folder / "leads.csv", folder / "accounts.csv", events, in_memory=0)
    assert found == in_files(folder, name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_folder_in_no_order_is_sorted_and_scores_alike(folder: Path, tmp_path: Path, name: str) -> None:
    events = as_folder(shuffled(example().events), tmp_path / "events")
    leads, accounts = folder / "leads.csv", folder / "accounts.csv"
    assert scores(template(name), leads, accounts, events, in_memory=0) == in_files(folder, name)


def test_an_unsorted_stream_writes_the_same_file_says_so_and_leaves_nothing_behind(
    folder: Path, tmp_path: Path
) -> None:
    sorted_events = as_folder(example().events, tmp_path / "sorted")
    events = as_folder(shuffled(example().events), tmp_path / "events")
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    accounts = folder / "accounts.csv"
    first = run(template("classic"), folder / "leads.csv", sorted_events, one, accounts=accounts, in_memory=0)
    second = run(template("classic"), folder / "leads.csv", events, other, accounts=accounts, in_memory=0)
    assert sorted(one.read_text().splitlines()) == sorted(other.read_text().splitlines())
    assert first.events == second.events == example().events.num_rows
    assert (first.mqls, first.grades) == (second.mqls, second.grades)
    assert any("sorted first" in notice for notice in second.notices)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events", "one.csv", "other.csv", "sorted"]


def test_an_unsorted_table_in_memory_scores_alike(folder: Path, tmp_path: Path) -> None:
    events = as_csv(shuffled(example().events), tmp_path / "events.csv")
    found = scores(template("b2b-saas"), folder / "leads.csv", folder / "accounts.csv", events)
    assert found == in_files(folder, "b2b-saas")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_scores_alike(folder: Path, tmp_path: Path, delimiter: str) -> None:
    company = example()
    leads = as_csv(company.leads, tmp_path / "leads.csv", delimiter)
    events = as_csv(company.events, tmp_path / "events.tsv", delimiter)
    found = scores(template("b2b-saas"), leads, folder / "accounts.csv", events)
    assert found == in_files(folder, "b2b-saas")


def test_properties_in_a_json_column_score_as_flat_columns(folder: Path, tmp_path: Path) -> None:
    import json

    events = example().events
    names = ("path", "kind", "campaign", "url", "title", "seconds")
    properties = [
        json.dumps({name: value for name, value in row.items() if value is not None})
        for row in events.select(names).to_pylist()
    ]
    nested = events.drop_columns(names).append_column("properties", pa.array(properties))
    for path in (
        as_csv(nested, tmp_path / "events.csv"),
        as_jsonl(nested, tmp_path / "events.jsonl"),
        as_parquet(nested, tmp_path / "events.parquet"),
    ):
        found = scores(template("full"), folder / "leads.csv", folder / "accounts.csv", path)
        assert found == in_files(folder, "full"), path.name


def test_properties_as_a_struct_column_score_as_flat_columns(folder: Path, tmp_path: Path) -> None:
    events = example().events
    names = ["path", "kind", "campaign", "seconds"]
    struct = pa.StructArray.from_arrays([events[name].combine_chunks() for name in names], names)
    nested = events.drop_columns([*names, "url", "title"]).append_column("properties", struct)
    path = as_parquet(nested, tmp_path / "events.parquet", rows=1000)
    for in_memory in (0, 10**6):
        found = scores(
            template("full"), folder / "leads.csv", folder / "accounts.csv", path, in_memory=in_memory
        )
        assert found == in_files(folder, "full")


def test_files_of_a_folder_may_lack_a_column_or_hold_it_in_another_type(folder: Path, tmp_path: Path) -> None:
    events = example().events
    half = events.num_rows // 2
    place = tmp_path / "events"
    place.mkdir()
    first = events.slice(0, half)
    as_parquet(first.set_column(13, "seconds", first["seconds"].cast(pa.string())), place / "a.parquet", 100)
    second = events.slice(half).drop_columns(["referrer", "is_bot"])
    as_parquet(second.append_column("extra", pa.nulls(len(second), pa.int8())), place / "b.parquet", 100)
    both = pa.concat_tables([first, second], promote_options="default")
    expected = as_parquet(both, tmp_path / "both.parquet")
    leads, accounts = folder / "leads.csv", folder / "accounts.csv"
    for in_memory in (0, 10**6):
        found = scores(template("full"), leads, accounts, place, in_memory=in_memory)
        assert found == scores(template("full"), leads, accounts, expected)


def test_leads_come_back_once_each_whether_they_have_events_or_not(folder: Path, tmp_path: Path) -> None:
    events = as_folder(example().events.slice(0, 500), tmp_path / "events")
    out = tmp_path / "scores.jsonl"
    summary = run(
        template("classic"), folder / "leads.csv", events, out, accounts=folder / "accounts.csv", in_memory=0
    )
    assert summary.leads == 300
    assert len(out.read_text().splitlines()) == 300


def test_without_events_only_fit_and_silence_count(folder: Path) -> None:
    found = scores(template("classic"), folder / "leads.csv", folder / "accounts.csv", None)
    assert len(found) == 300
    assert {line["last_at"] for row in found.values() for line in row["lines"]} == {None}


def test_progress_ends_at_the_number_of_events(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    events = as_folder(example().events, tmp_path / "events")
    run(
        template("classic"), folder / "leads.csv", events, accounts=folder / "accounts.csv", in_memory=0,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    count = example().events.num_rows
    assert told[-1] == (count, count)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 50
