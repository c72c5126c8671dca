"""Whatever stands in a file, it is read or refused in words."""

# ruff: noqa: E501  (tables of pieces)

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handraise.core.errors import InputInvalid
from handraise.files.events import open_events
from handraise.files.leads import read_leads
from handraise.files.mapping import Mapping
from tests.files.malformed import GOOD, HEAD, JSON_GOOD, parquet

QUIET = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
CSV_BITS = st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b";", b"\t", b"L1", b"page", b"2026-01-01", b"\xff", b"\xc3\xa9", b"lead_id"])  # fmt: skip
JSON_BITS = st.sampled_from([b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\u", b"d800", b"\n", b"null", b'"lead_id"', b'"batch"', b'"type":"page"', b'"userId":1', b"1e999", b"-0", b"NaN"])  # fmt: skip
GOOD_PARQUET = parquet(
    lead_id=["L1", "L2"], event=["page"] * 2, occurred_at=["2026-01-01", None], path=["/", "/pricing"]
)


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with contextlib.suppress(InputInvalid):
        table = next(open_events(path, wanted=["path", "kind"]).tables())
        assert table["lead_id"].null_count == 0
        assert table["occurred_at"].null_count == 0
    with contextlib.suppress(InputInvalid):
        assert read_leads(path).ids.null_count == 0


@QUIET
@given(st.lists(st.one_of(CSV_BITS, st.binary(max_size=8)), max_size=40))
def test_any_csv_is_read_or_refused(tmp_path: Path, parts: list[bytes]) -> None:
    read(tmp_path / "any.csv", b"".join(parts))
    read(tmp_path / "rows.csv", (HEAD + GOOD).encode() + b"".join(parts))


@QUIET
@given(st.lists(st.one_of(JSON_BITS, st.binary(max_size=8)), max_size=40))
def test_any_jsonl_is_read_or_refused(tmp_path: Path, parts: list[bytes]) -> None:
    read(tmp_path / "any.jsonl", b"".join(parts))
    read(tmp_path / "lines.jsonl", JSON_GOOD.encode() + b"".join(parts))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(
    ["lead_id", "event", "occurred_at", "properties", "message_id", "session_id", "is_bot", "received_at", "batch",
     "type", "userId", "anonymousId", "timestamp", "context", "path", "headers", "body", "account", "kind"]
)  # fmt: skip


@QUIET
@given(st.lists(st.dictionaries(NAMES, JSON | st.sampled_from(["page", "track", "/v1/t", "{}"])), max_size=5))
def test_any_values_under_the_names_we_know_are_read_or_refused(
    tmp_path: Path, records: list[dict[str, object]]
) -> None:
    import json

    read(tmp_path / "any.jsonl", "\n".join(json.dumps(record) for record in records).encode())


@pytest.mark.parametrize("seed", range(4))
def test_any_damage_to_parquet_is_refused_or_read(tmp_path: Path, seed: int) -> None:
    import random

    chance = random.Random(seed)
    for _ in range(60):
        damaged = bytearray(GOOD_PARQUET)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        read(tmp_path / "any.parquet", bytes(damaged))


@QUIET
@given(st.text(max_size=60) | JSON.map(str))
def test_any_mapping_file_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(InputInvalid):
        Mapping.read(path)
    path.write_text("columns: " + text, encoding="utf-8", errors="replace")
    with contextlib.suppress(InputInvalid):
        Mapping.read(path)
