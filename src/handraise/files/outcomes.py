"""Outcomes from a file: which leads sales got, and what it made of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.grammar import nearest
from handraise.core.errors import InputInvalid
from handraise.core.outcome import Outcome
from handraise.engine.keys import KeyIndex
from handraise.files.csv_text import read_csv
from handraise.files.formats import Format, format_of
from handraise.files.jsonl import read_jsonl
from handraise.files.mapping import Mapping, without_column
from handraise.files.parquet import read_whole
from handraise.files.problems import Problems
from handraise.files.rows import Rows, flat, plain, text_column, trimmed, without_missing
from handraise.files.tidying import tell_times
from handraise.files.times import INSTANT, times_of

LEAD: Final = "lead_id"
AMOUNT: Final = "amount"
INSTANTS: Final = (
    "mql_at",
    "first_contact_at",
    "accepted_at",
    "rejected_at",
    "sql_at",
    "opportunity_at",
    "won_at",
    "lost_at",
)
TEXTS: Final = ("handed_to", "reject_reason", "lost_reason")
ANSWERS: Final = ("accepted_at", "rejected_at", "sql_at", "won_at", "lost_at")
SCHEMA: Final = pa.schema(
    [
        (LEAD, pa.string()),
        ("mql_at", INSTANT),
        ("handed_to", pa.string()),
        ("first_contact_at", INSTANT),
        ("accepted_at", INSTANT),
        ("rejected_at", INSTANT),
        ("reject_reason", pa.string()),
        ("sql_at", INSTANT),
        ("opportunity_at", INSTANT),
        (AMOUNT, pa.float64()),
        ("won_at", INSTANT),
        ("lost_at", INSTANT),
        ("lost_reason", pa.string()),
    ]
)


def read_outcomes(
    path: Path,
    *,
    mapping: Mapping | None = None,
    problems: Problems | None = None,
    zone: str = "UTC",
    encoding: str = "utf-8",
) -> pa.Table:
    """Read outcomes as a table of `SCHEMA`, one row a lead.

    Parameters
    ----------
    path
        CSV, JSONL or Parquet with `lead_id` and at least one of `ANSWERS`; other columns that are not there
        are null, and columns of other names are not read.
    problems
        Where rows go that cannot be used: without a lead, with a time that is none, of a lead that stood
        before.
    zone
        The zone of times without one, unless the mapping says another.

    Raises
    ------
    InputInvalid
        When the file cannot be read, has no `lead_id`, lacks a column that the mapping names, or says nothing
        of what sales answered.
    """
    mapping = Mapping() if mapping is None else mapping
    problems = Problems() if problems is None else problems
    rows = _read(path, mapping, problems, encoding)
    if not rows.theirs:
        raise InputInvalid(f"{path}: no line could be read; {next(iter(problems.counts), 'it is empty')}")
    _check_mapped(mapping, rows, path)
    if LEAD not in rows.columns:
        raise without_column(path, LEAD, rows.theirs)
    if not any(name in rows.columns for name in ANSWERS):
        raise without_column(path, ANSWERS[0], rows.theirs)
    rows = _identified(rows, problems)
    for name in INSTANTS:
        if name in rows.columns:
            rows = _timed(rows, name, mapping.zone or zone, problems)
    if AMOUNT in rows.columns:
        rows = _priced(rows, problems)
    columns = {
        field.name: plain(rows.columns[field.name]).cast(field.type)
        if field.name in rows.columns
        else pa.nulls(len(rows), field.type)
        for field in SCHEMA
    }
    return pa.table(columns, schema=SCHEMA)


def _read(path: Path, mapping: Mapping, problems: Problems, encoding: str) -> Rows:
    kind = format_of(path)
    if kind is Format.CSV:
        rows = read_csv(
            path, mapping=mapping, wanted=SCHEMA.names.__contains__, problems=problems, encoding=encoding
        )
    elif kind is Format.JSONL:
        rows = read_jsonl(
            path, mapping=mapping, wanted=SCHEMA.names.__contains__, problems=problems, encoding=encoding
        )
    else:
        rows = read_whole(path, mapping, SCHEMA.names.__contains__, problems)
    missing = mapping.missing_words
    columns = {name: without_missing(flat(column), missing) for name, column in rows.columns.items()}
    for name in (LEAD, *TEXTS):
        if name in columns:
            columns[name] = plain(trimmed(text_column(columns[name]), missing))
    return Rows(rows.file, columns, rows.number, rows.theirs, rows.is_open)


def _check_mapped(mapping: Mapping, rows: Rows, path: Path) -> None:
    """Refuse a column to be read as one of ours that is not there: wins would be missing without a word."""
    for theirs, ours in mapping.columns.items():
        if ours in (*INSTANTS, *TEXTS) and theirs not in rows.theirs:
            raise InputInvalid(f"--map: {path} has no column `{theirs}`{nearest(theirs, rows.theirs)}")


def _identified(rows: Rows, problems: Problems) -> Rows:
    """The rows that name a lead, each lead once; the first stays."""
    empty = np.asarray(rows.columns[LEAD].is_null())
    rows.report(problems, empty, LEAD, f"{LEAD} is empty")
    rows = rows.kept(~empty)
    repeated = np.zeros(len(rows), bool)
    repeated[KeyIndex(rows.columns[LEAD]).repeated] = True
    rows.report(problems, repeated, LEAD, f"the {LEAD} stood before")
    return rows.kept(~repeated)


def _timed(rows: Rows, name: str, zone: str, problems: Problems) -> Rows:
    read = times_of(rows.columns[name], zone)
    tell_times(read.without_zone, read.as_numbers, read.in_change, zone, problems)
    rows.report(problems, read.unread, name, f"{name} is no time from 1970 to 9999")
    return _with(rows, name, read.instants).kept(~read.unread)


def _priced(rows: Rows, problems: Problems) -> Rows:
    """Amounts as numbers; text such as `1,200 EUR` is not guessed at."""
    given = rows.columns[AMOUNT]
    if not (pa.types.is_integer(given.type) or pa.types.is_floating(given.type)):
        texts = plain(trimmed(text_column(given), frozenset()))
        is_number = pc.fill_null(pc.match_substring_regex(texts, r"^[+-]?\d+(\.\d+)?$"), True)
        bad = ~is_number.to_numpy(zero_copy_only=False)
        rows.report(problems, bad, AMOUNT, f"{AMOUNT} is no plain number")
        rows, given = rows.kept(~bad), texts.filter(is_number)
    return _with(rows, AMOUNT, given.cast(pa.float64()))


def _with(rows: Rows, name: str, column: pa.Array) -> Rows:
    return Rows(rows.file, {**rows.columns, name: column}, rows.number, rows.theirs, rows.is_open)


def outcomes_of(table: pa.Table) -> Iterator[Outcome]:
    """The rows of a table of `SCHEMA` as values."""
    for row in table.select(SCHEMA.names).to_pylist():
        yield Outcome(**row)
