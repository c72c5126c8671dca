"""Files with something wrong in them, and what must be said about it."""

# ruff: noqa: E501  (a table: one case a line)

import io
import json
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

LEADS: Final = "lead_id,title\nL1,CEO\n"
HEAD: Final = "lead_id,event,occurred_at,path\n"
GOOD: Final = "L1,page,2026-01-01T00:00:00Z,/pricing\n"


def parquet(**columns: object) -> bytes:
    """A Parquet file with these columns."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), buffer)
    return buffer.getvalue()


def call(**more: object) -> str:
    """A flat event as a line of JSON."""
    good = {"lead_id": "L1", "event": "page", "occurred_at": "2026-01-01T00:00:00Z", "path": "/pricing"}
    return json.dumps(good | more)


JSON_GOOD: Final = call() + "\n"
TIME: Final = "occurred_at is no time from 1970 to 9999"
EMPTY: Final = "occurred_at is empty"

# Whole files that cannot be used: name, content, what the message says.
UNUSABLE_EVENTS: Final[list[tuple[str, str | bytes, str]]] = [
    ("empty.csv", "", "is empty"),
    ("blank.csv", "\n\n", "is empty"),
    ("only_bom.csv", b"\xef\xbb\xbf", "is empty"),
    ("no_lead.csv", "lead,event,occurred_at\nL1,page,2026-01-01\n", "did you mean `lead`"),
    ("no_time.csv", "lead_id,event,occured_at\nL1,page,2026-01-01\n", '--map "occured_at=occurred_at"'),
    ("no_event.csv", "lead_id,occurred_at,x\nL1,2026-01-01,1\n", "has no column `event`"),
    ("twice.csv", "lead_id,event,event,occurred_at\nL1,a,b,2026-01-01\n", "two columns named `event`"),
    ("unnamed.csv", "lead_id,event,,occurred_at,path\nL1,page,x,2026-01-01,/\n", "column 3 has no name"),
    ("unnamed_all.csv", ",,,\n1,2,3,4\n", "no header"),
    ("latin.csv", HEAD.encode() + b"L1,page,2026-01-01,/caf\xe9\n", "byte 54 (line 2)"),
    ("latin_hint.csv", HEAD.encode() + b"L1,page,2026-01-01,/caf\xe9\n", "--encoding latin-1"),
    ("utf16.csv", (HEAD + GOOD).encode("utf-16"), "--encoding utf-16"),
    ("utf16_bare.csv", (HEAD + GOOD).encode("utf-16-le"), "UTF-16"),
    ("open_quote.csv", HEAD + GOOD + 'L1,page,2026-01-01,"/x\n' + GOOD * 3, "opened in row 3 (line 3)"),
    ("no_path.csv", "lead_id,event,occurred_at,pth\nL1,page,2026-01-01,/\n", '--map "pth=path"'),
    ("no_path_signal.csv", "lead_id,event,occurred_at\nL1,page,2026-01-01\n", "signal “pricing”"),
    ("sheet.xlsx", b"PK\x03\x04", "save the sheet as CSV"),
    ("packed.csv.gz", b"\x1f\x8b\x08", "unpack it first"),
    ("what.bin", b"\x00\x01\x02", "cannot tell what kind of file"),
    ("array.jsonl", '[\n{"lead_id": "L1"}\n]\n', "one JSON array"),
    ("array.json", '[{"lead_id": "L1"}]\n', "one JSON array"),
    ("blank.jsonl", "\n\n", "has no lines"),
    ("no_lead.jsonl", '{"leadid": "L1", "event": "page", "occurred_at": "2026-01-01"}\n', "did you mean `leadid`"),
    ("false.parquet", "lead_id,event\n", "is not a Parquet file"),
    ("cut.parquet", parquet(lead_id=["L1"])[:-20], "cannot be read as Parquet"),
    ("magic.parquet", b"PAR1", "cannot be read as Parquet"),
    ("no_time.parquet", parquet(lead_id=["L1"], event=["page"], time=[1]), "has no column `occurred_at`"),
    ("no_path.parquet", parquet(lead_id=["L1"], event=["page"], occurred_at=["2026-01-01"]), "no column `path`"),
    ("damaged.parquet", b"PAR1" + b"\xff" * 60 + parquet(
        lead_id=["L1"] * 9, event=["page"] * 9, occurred_at=["2026-01-01"] * 9, path=["/"] * 9)[64:],
     "is damaged"),
]  # fmt: skip

UNUSABLE_LEADS: Final[list[tuple[str, str | bytes, str]]] = [
    ("empty.csv", "", "is empty"),
    ("no_id.csv", "id,title\nL1,CEO\n", "has no column `lead_id`"),
    ("near_id.csv", "Lead ID,title\nL1,CEO\n", '--map "Lead ID=lead_id"'),
    ("two_ids.csv", "lead_id,lead_id,title\nL1,L1,CEO\n", "two columns named `lead_id`"),
    ("two_titles.csv", "lead_id,title,lead.title\nL1,CEO,CFO\n", "two columns for `lead.title`"),
    ("no_title.csv", "lead_id,Job Title\nL1,CEO\n", '--map "Job Title=title"'),
    ("no_title_rule.csv", "lead_id,x\nL1,CEO\n", "“rule boss” needs it"),
    ("title_case.csv", "lead_id,Title\nL1,CEO\n", '--map "Title=title"'),
    ("latin.csv", b"lead_id,title\nL1,G\xe9rant\n", "--encoding latin-1"),
    ("open_quote.csv", 'lead_id,title\nL1,"CEO\nL2,CFO\n', "never closed"),
    ("cut.parquet", parquet(lead_id=["L1"], title=["CEO"])[:-9], "cannot be read as Parquet"),
    ("no_id.parquet", parquet(title=["CEO"]), "has no column `lead_id`"),
    ("all_bad.jsonl", "{\n[]\n", "no line could be read; the line is not valid JSON"),
    ("no_id.jsonl", '{"title": "CEO"}\n', "has no column `lead_id`"),
]

# Rows that cannot be used, after one good row: name, the file, and the row (line), column and reason written down.
BAD_EVENTS: Final[list[tuple[str, str | bytes, int, str, str]]] = [
    ("no_lead.csv", HEAD + GOOD + ",page,2026-01-01,/\n", 3, "lead_id", "lead_id is empty"),
    ("blank_lead.csv", HEAD + GOOD + "  ,page,2026-01-01,/\n", 3, "lead_id", "lead_id is empty"),
    ("no_event.csv", HEAD + GOOD + "L1,,2026-01-01,/\n", 3, "event", "event is empty"),
    ("no_time.csv", HEAD + GOOD + "L1,page,,/\n", 3, "occurred_at", EMPTY),
    ("blank_time.csv", HEAD + GOOD + "L1,page,  ,/\n", 3, "occurred_at", EMPTY),
    *(
        (f"time_{n}.csv", f"{HEAD}{GOOD}L1,page,{text},/\n", 3, "occurred_at", TIME)
        for n, text in enumerate(
            ("yesterday", "2026-02-30T00:00:00Z", "2026-13-01", "2026-02-30", "0001-01-01T00:00:00Z",
             "1969-12-31T23:59:59Z", "10000-01-01", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+99:00",
             "01/02/2026", "1.2.2026", "12", "-1", "1e400", "NaN", "99999999999999999999", "2026-01-01X00:00:00",
             "2026-01-01T00:00:60Z", "9999-12-31T23:59:59-12:00", "2026-W01-1", "٢٠٢٦-01-01", "now()", "='2026'",
             "1970-01-01T00:30:00+01:00", "2026-01-01T00:00:00Europe/Berlin")
        )
    ),
    ("fewer.csv", HEAD + GOOD + "L1,page,2026-01-01\n", 3, "", "the row has fewer cells than the header"),
    ("more.csv", HEAD + GOOD + "L1,page,2026-01-01,/,1\n", 3, "", "the row has more cells than the header"),
    ("one_cell.csv", HEAD + GOOD + "L1\n", 3, "", "the row has fewer cells than the header"),
    ("after_quoted_break.csv", HEAD + 'L1,page,2026-01-01,"/a\nb"\n' + "L1,page,soon,/\n", 3, "occurred_at", TIME),
    ("after_blank_line.csv", HEAD + GOOD + "\nL1,page,soon,/\n", 4, "occurred_at", TIME),
    ("after_short_row.csv", HEAD + GOOD + "L1\n" + "L1,page,soon,/\n", 4, "occurred_at", TIME),
    ("nul_lead.csv", HEAD + GOOD + "L\0,page,2026-01-01,/\n", 3, "lead_id", "the row has a NUL character"),
    ("nul_path.csv", HEAD + GOOD + "L1,page,2026-01-01,/\0\n", 3, "path", "the row has a NUL character"),
    ("huge.csv", HEAD + GOOD + "L1,page,2026-01-01,/" + "x" * 5_000_000 + "\n", 3, "path",
     "a cell is longer than 1,000,000 bytes"),
    ("bot.csv", HEAD.replace("\n", ",is_bot\n") + GOOD.replace("\n", ",no\n") + GOOD.replace("\n", ",perhaps\n"),
     3, "is_bot", "is_bot is neither yes nor no"),
    ("properties.csv", HEAD.replace("\n", ",properties\n") + GOOD.replace("\n", ",\n") + GOOD.replace("\n", ",[1]\n"),
     3, "properties", "properties are no JSON object"),
    ("properties_text.csv",
     HEAD.replace("\n", ",properties\n") + GOOD.replace("\n", ",\n") + GOOD.replace("\n", ",{oh\n"),
     3, "properties", "properties are no JSON object"),
    *(
        (f"line_{n}.jsonl", JSON_GOOD.encode() + line, 2, "", reason)
        for n, (line, reason) in enumerate(
            (
                (b"{\n", "the line is not valid JSON"),
                (b'{"lead_id": "L1"\n', "the line is not valid JSON"),
                (b"null\n", "the line is no JSON object"),
                (b"[1, 2]\n", "the line is no JSON object"),
                (b'"text"\n', "the line is no JSON object"),
                (b"7\n", "the line is no JSON object"),
                (b'{"a": NaN}\n', "the line has NaN or Infinity, which JSON has not"),
                (b'{"a": -Infinity}\n', "the line has NaN or Infinity, which JSON has not"),
                (b'{"a": "\\ud800"}\n', "the line has half of a surrogate pair"),
                (b'{"\\udfff": 1}\n', "the line has half of a surrogate pair"),
                (b'{"a": "\xff"}\n', "the line is not utf-8"),
                (b"[" * 100_000 + b"]" * 100_000 + b"\n", "the line is nested too deep"),
                (b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", "the line is nested too deep"),
                (b'{"a":' * 200 + b"1" + b"}" * 200 + b"\n", "the line is nested too deep"),
                (b'{"a": ' + b"9" * 10_000 + b"}\n", "the line is not valid JSON"),
                (b'{"a": 1}{"b": 2}\n', "the line is not valid JSON"),
                (b"{'a': 1}\n", "the line is not valid JSON"),
                (b'{"a": "\t"}\n', "the line is not valid JSON"),
                (b"\0\n", "the line is not valid JSON"),
                (call(properties=[1]).encode(), "properties are no JSON object"),
                (call(properties="{oh").encode(), "properties are no JSON object"),
                (b'{"batch": [1]}', "a call of the batch is no object"),
                (b'{"batch": [{"type": "dance"}]}', "the call has no type that we know (track, page, screen)"),
                (b'{"path": "/e/", "headers": {}, "body": "{}"}', "the request is no Segment call"),
                (b'{"path": "/v1/t", "headers": {}, "body": "{"}', "the body of the request is not valid JSON"),
                (b'{"path": "/v1/t", "headers": {}, "body": 7}', "the body of the request is no object"),
            )
        )
    ),
    ("no_lead.jsonl", JSON_GOOD + call(lead_id=None), 2, "lead_id", "lead_id is empty"),
    ("no_event.jsonl", JSON_GOOD + call(event=" "), 2, "event", "event is empty"),
    ("nothing.jsonl", JSON_GOOD + "{}", 2, "lead_id", "lead_id is empty"),
    ("time_text.jsonl", JSON_GOOD + call(occurred_at="soon"), 2, "occurred_at", TIME),
    ("time_true.jsonl", JSON_GOOD + call(occurred_at=True), 2, "occurred_at", TIME),
    ("time_object.jsonl", JSON_GOOD + call(occurred_at={"at": 1}), 2, "occurred_at", EMPTY),
    ("time_list.jsonl", JSON_GOOD + call(occurred_at=["2026-01-01"]), 2, "occurred_at", TIME),
    ("time_small.jsonl", JSON_GOOD + call(occurred_at=17), 2, "occurred_at", TIME),
    ("time_huge.jsonl", JSON_GOOD + call(occurred_at=10**30), 2, "occurred_at", TIME),
    ("lead.parquet", parquet(lead_id=["L1", None], event=["page"] * 2, occurred_at=["2026-01-01"] * 2, path=["/"] * 2),
     2, "lead_id", "lead_id is empty"),
    ("event.parquet", parquet(lead_id=["L1"] * 2, event=["page", ""], occurred_at=["2026-01-01"] * 2, path=["/"] * 2),
     2, "event", "event is empty"),
    ("time.parquet",
     parquet(lead_id=["L1"] * 2, event=["page"] * 2, occurred_at=["2026-01-01", "never"], path=["/"] * 2),
     2, "occurred_at", TIME),
    ("number.parquet",
     parquet(lead_id=["L1"] * 2, event=["page"] * 2, occurred_at=[1_767_225_600, 5], path=["/"] * 2),
     2, "occurred_at", TIME),
    ("infinity.parquet",
     parquet(lead_id=["L1"] * 2, event=["page"] * 2, occurred_at=[1_767_225_600.0, float("inf")], path=["/"] * 2),
     2, "occurred_at", TIME),
    ("before.parquet",
     parquet(lead_id=["L1"] * 2, event=["page"] * 2, path=["/"] * 2,
             occurred_at=pa.array([1_767_225_600_000_000, -1], pa.timestamp("us", "UTC"))),
     2, "occurred_at", TIME),
    ("null_time.parquet",
     parquet(lead_id=["L1"] * 2, event=["page"] * 2, path=["/"] * 2,
             occurred_at=pa.array([1_767_225_600_000_000, None], pa.timestamp("us", "UTC"))),
     2, "occurred_at", EMPTY),
]  # fmt: skip

BAD_LEADS: Final[list[tuple[str, str | bytes, int, str, str]]] = [
    ("empty_id.csv", LEADS + ",CFO\n", 3, "lead_id", "lead_id is empty"),
    ("blank_id.csv", LEADS + " ,CFO\n", 3, "lead_id", "lead_id is empty"),
    ("again.csv", LEADS + "L1,CFO\n", 3, "lead_id", "the lead_id stood before"),
    ("again_with_space.csv", LEADS + " L1 ,CFO\n", 3, "lead_id", "the lead_id stood before"),
    ("cells.csv", LEADS + "L2,CFO,x\n", 3, "", "the row has more cells than the header"),
    ("nul.csv", LEADS + "L2,C\0O\n", 3, "title", "the row has a NUL character"),
    ("created.csv", "lead_id,title,created_at\nL1,CEO,2026-01-01\nL2,CFO,soon\n", 3, "lead.created_at",
     "created_at is no time from 1970 to 9999"),
    ("json.jsonl", '{"lead_id": "L1", "title": "CEO"}\n{"lead_id": "L2"', 2, "", "the line is not valid JSON"),
    ("id.jsonl", '{"lead_id": "L1", "title": "CEO"}\n{"title": "CFO"}', 2, "lead_id", "lead_id is empty"),
    ("again.parquet", parquet(lead_id=["L1", "L1"], title=["CEO", "CFO"]), 2, "lead_id", "the lead_id stood before"),
    ("null.parquet", parquet(lead_id=["L1", None], title=["CEO", "CFO"]), 2, "lead_id", "lead_id is empty"),
]  # fmt: skip
