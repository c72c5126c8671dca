"""Whatever is wrong with a file is said in words with its place; the rest is scored."""

import csv
from pathlib import Path

import pytest

from handraise.core.errors import InputInvalid
from tests.files.company import run, scores, small, written
from tests.files.malformed import (
    BAD_EVENTS,
    BAD_LEADS,
    GOOD,
    HEAD,
    JSON_GOOD,
    LEADS,
    UNUSABLE_EVENTS,
    UNUSABLE_LEADS,
)  # fmt: skip

EVENTS = HEAD + GOOD


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "content", "said"), UNUSABLE_EVENTS, ids=[case[0] for case in UNUSABLE_EVENTS]
)
def test_unusable_events_are_refused_with_their_name_and_reason(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    leads, events = written(tmp_path / "leads.csv", LEADS), written(tmp_path / name, content)
    with pytest.raises(InputInvalid) as refused:
        run(small(), leads, events, tmp_path / "out.csv")
    assert said in str(refused.value)
    assert name in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["leads.csv", name])


@pytest.mark.parametrize(
    ("name", "content", "said"), UNUSABLE_LEADS, ids=[case[0] for case in UNUSABLE_LEADS]
)
def test_unusable_leads_are_refused_with_their_name_and_reason(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    events, leads = written(tmp_path / "events.csv", EVENTS), written(tmp_path / name, content)
    with pytest.raises(InputInvalid) as refused:
        run(small(), leads, events)
    assert said in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "row", "column", "reason"), BAD_EVENTS, ids=[case[0] for case in BAD_EVENTS]
)
def test_a_bad_event_is_written_down_with_its_row_and_the_good_one_counts(
    tmp_path: Path, name: str, content: str | bytes, row: int, column: str, reason: str
) -> None:
    leads, events = written(tmp_path / "leads.csv", LEADS), written(tmp_path / name, content)
    errors = tmp_path / "errors.csv"
    for in_memory in (10**6, 0):
        summary = run(small(), leads, events, errors=errors, in_memory=in_memory)
        assert summary.events == 1
        assert reason in summary.errors
        assert (name, str(row), column, reason) in [
            (found["file"], found["row"], found["column"], found["reason"]) for found in rows_of(errors)
        ]


@pytest.mark.parametrize(
    ("name", "content", "row", "column", "reason"), BAD_LEADS, ids=[case[0] for case in BAD_LEADS]
)
def test_a_bad_lead_is_written_down_with_its_row_and_the_good_one_is_scored(
    tmp_path: Path, name: str, content: str | bytes, row: int, column: str, reason: str
) -> None:
    events, leads = written(tmp_path / "events.csv", EVENTS), written(tmp_path / name, content)
    errors, out = tmp_path / "errors.csv", tmp_path / "out.csv"
    summary = run(small(), leads, events, out, errors=errors)
    assert summary.leads == 1
    assert summary.errors == {reason: 1}
    assert summary.errors_file == errors
    (found,) = rows_of(errors)
    assert (found["file"], found["row"], found["column"], found["reason"]) == (name, str(row), column, reason)
    assert rows_of(out)[0]["total"] == "30.00"


def test_the_error_file_stands_beside_the_scores_only_when_there_are_errors(tmp_path: Path) -> None:
    leads, out = written(tmp_path / "leads.csv", LEADS + ",x\n"), tmp_path / "scores.csv"
    events = written(tmp_path / "events.csv", EVENTS)
    assert run(small(), leads, events, out).errors_file == tmp_path / "scores.csv.errors.csv"
    assert (tmp_path / "scores.csv.errors.csv").exists()
    written(leads, LEADS)
    assert run(small(), leads, events, out).errors_file is None
    assert not (tmp_path / "scores.csv.errors.csv").exists()


def test_an_older_file_of_that_name_that_is_no_error_file_stays(tmp_path: Path) -> None:
    leads, events = written(tmp_path / "leads.csv", LEADS), written(tmp_path / "events.csv", EVENTS)
    mine = written(tmp_path / "mine.csv", "my own notes\n")
    run(small(), leads, events, errors=mine)
    assert mine.read_text() == "my own notes\n"


def test_values_in_the_error_file_are_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(tmp_path / "events.csv", HEAD + "L1,page,=HYPERLINK(1),/\n")
    run(small(), leads, events, errors=tmp_path / "errors.csv")
    assert rows_of(tmp_path / "errors.csv")[0]["value"] == "'=HYPERLINK(1)"


def test_a_long_value_is_shortened_in_the_error_file(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(tmp_path / "events.csv", HEAD + f"L1,page,{'x' * 9000},/\n")
    run(small(), leads, events, errors=tmp_path / "errors.csv")
    assert len(rows_of(tmp_path / "errors.csv")[0]["value"]) == 200


def test_bad_rows_of_a_stream_keep_their_row_in_the_file(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = ["2026-01-01T00:00:00Z"] * 10
    times[6] = "soon"
    table = pa.table(
        {"lead_id": ["L1"] * 10, "event": ["page"] * 10, "occurred_at": times, "path": ["/"] * 10}
    )
    pq.write_table(table, tmp_path / "events.parquet", row_group_size=3)
    leads = written(tmp_path / "leads.csv", LEADS)
    run(small(), leads, tmp_path / "events.parquet", errors=tmp_path / "errors.csv", in_memory=0)
    assert [row["row"] for row in rows_of(tmp_path / "errors.csv")] == ["7"]


def test_bad_rows_of_an_unsorted_stream_are_told_once(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids = ["L1", "L2", None, "L1", "L2", None]
    table = pa.table(
        {"lead_id": ids, "event": ["page"] * 6, "occurred_at": ["2026-01-01"] * 6, "path": ["/"] * 6}
    )
    pq.write_table(table, tmp_path / "events.parquet", row_group_size=1)
    leads = written(tmp_path / "leads.csv", LEADS + "L2,CFO\n")
    summary = run(small(), leads, tmp_path / "events.parquet", errors=tmp_path / "errors.csv", in_memory=0)
    assert summary.errors == {"lead_id is empty": 2}
    assert [row["row"] for row in rows_of(tmp_path / "errors.csv")] == ["3", "6"]
    assert summary.events == 4


def test_latin_1_is_read_when_said(tmp_path: Path) -> None:
    leads = written(
        tmp_path / "leads.csv", "lead_id,title\nL1,Directeur général\nL2,Gérant\n".encode("latin-1")
    )
    assert len(scores(small(), leads, None, written(tmp_path / "e.csv", EVENTS), encoding="latin-1")) == 2


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    with pytest.raises(InputInvalid, match="no encoding `latin-99`"):
        run(small(), leads, None, encoding="latin-99")


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ending_are_fine(tmp_path: Path, before: bytes, ending: str) -> None:
    leads = written(tmp_path / "leads.csv", before + LEADS.replace("\n", ending).encode())
    events = written(tmp_path / "events.csv", before + EVENTS.replace("\n", ending).encode())
    assert scores(small(), leads, None, events)["L1"]["total"] == 30


def test_an_unnamed_column_with_nothing_in_it_is_left_out(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", "lead_id,title,\nL1,CEO,\n")
    assert scores(small(), leads, None, None)["L1"]["fit"] == 20


def test_quotes_inside_a_cell_are_letters(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", 'lead_id,title,x\nL1,CEO,5" pipe\nL2,"CEO, ""boss""",y\n')
    assert {lead: row["fit"] for lead, row in scores(small(), leads, None, None).items()} == {
        "L1": 20,
        "L2": 20,
    }


def test_of_a_key_that_stands_twice_in_an_object_the_last_counts(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.jsonl", '{"lead_id": "L1", "title": "Intern", "title": "CEO"}\n')
    assert scores(small(), leads, None, None)["L1"]["fit"] == 20


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    with pytest.raises(InputInvalid, match="there is no file"):
        run(small(), leads, tmp_path / "nowhere.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputInvalid, match="has no Parquet files"):
        run(small(), leads, tmp_path / "folder")


@pytest.mark.parametrize("in_memory", [0, 10**6])
def test_events_without_rows_are_no_events(tmp_path: Path, in_memory: int) -> None:
    import pyarrow.parquet as pq

    from tests.files.company import example

    leads = written(tmp_path / "leads.csv", LEADS)
    header = written(tmp_path / "events.csv", HEAD)
    pq.write_table(example().events.slice(0, 0), tmp_path / "events.parquet")
    for events in (header, tmp_path / "events.parquet", written(tmp_path / "e.csv", HEAD.strip())):
        summary = run(small(), leads, events, in_memory=in_memory)
        assert (summary.leads, summary.events, summary.errors) == (1, 0, {})


def test_jsonl_with_one_good_line_among_bad_ones_scores(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(tmp_path / "events.jsonl", "{\n" * 50 + JSON_GOOD + "]\n" * 50)
    summary = run(small(), leads, events)
    assert (summary.events, summary.errors) == (1, {"the line is not valid JSON": 100})
