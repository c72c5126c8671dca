"""Rows of events as the evaluator takes them: ids and times read, bad rows left out and written down."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.properties import flattened
from handraise.facts.columns import boolean_of
from handraise.files.jsonl import NO_PROPERTIES, properties_in
from handraise.files.problems import Problems
from handraise.files.rows import Rows, flat, plain, plain_text, text_column, trimmed, without_missing
from handraise.files.times import INSTANT, times_of

LEAD, EVENT, TIME, MESSAGE, SESSION, BOT, RECEIVED, PROPERTIES = (
    "lead_id", "event", "occurred_at", "message_id", "session_id", "is_bot", "received_at", "properties",
)  # fmt: skip
REQUIRED: Final = (LEAD, EVENT, TIME)
ALWAYS: Final = (*REQUIRED, MESSAGE, BOT)
RESERVED: Final = (*ALWAYS, SESSION, RECEIVED)


def tidied(
    rows: Rows, *, zone: str, missing: frozenset[str], problems: Problems, wanted: Sequence[str] | None
) -> Rows:
    """The rows that are events, with `occurred_at` as `timestamp[us, UTC]`.

    Parameters
    ----------
    wanted
        Names to take out of a JSON column `properties`; None for all of them.
    """
    columns = {name: flat(column) for name, column in rows.columns.items()}
    for name in (LEAD, EVENT, MESSAGE, SESSION):
        if name in columns:
            columns[name] = trimmed(text_column(columns[name]), missing)
    for name in columns.keys() - {LEAD, EVENT, MESSAGE, SESSION, PROPERTIES}:
        columns[name] = without_missing(columns[name], missing)
    rows = Rows(rows.file, columns, rows.number, rows.theirs, rows.is_open)
    for name in (LEAD, EVENT):
        rows = _leaving(rows, name, np.asarray(rows.columns[name].is_null()), f"{name} is empty", problems)
    rows = _timed(rows, zone, problems)
    rows = _with_bots(rows, problems)
    if PROPERTIES in rows.columns:
        rows = _expanded(rows, wanted, missing, problems)
    return rows


def _leaving(rows: Rows, column: str, bad: np.ndarray, reason: str, problems: Problems) -> Rows:
    if not bad.any():
        return rows
    rows.report(problems, bad, column, reason)
    return rows.kept(~bad)


def _timed(rows: Rows, zone: str, problems: Problems) -> Rows:
    given = rows.columns[TIME]
    rows = _leaving(rows, TIME, np.asarray(given.is_null()), f"{TIME} is empty", problems)
    rows, instants = with_times(rows, TIME, zone, problems)
    rows = _leaving(rows, TIME, np.asarray(instants.is_null()), f"{TIME} is empty", problems)
    if RECEIVED in rows.columns:
        read = times_of(rows.columns[RECEIVED], zone)
        rows = _with(rows, RECEIVED, read.instants)
    return rows


def with_times(rows: Rows, name: str, zone: str, problems: Problems) -> tuple[Rows, pa.Array]:
    """The rows with that column as instants, without those in which it is no time."""
    read = times_of(rows.columns[name], zone)
    tell_times(read.without_zone, read.as_numbers, read.in_change, zone, problems)
    rows.report(problems, read.unread, name, f"{name} is no time from 1970 to 9999")
    rows = _with(rows, name, read.instants).kept(~read.unread)
    return rows, rows.columns[name]


def tell_times(without_zone: int, as_numbers: int, in_change: int, zone: str, problems: Problems) -> None:
    """Note how times were read that did not say all."""
    problems.note(
        f"{{count}} times without a zone were read in {zone}",
        without_zone,
        f"1 time without a zone was read in {zone}",
    )
    problems.note(
        f"{{count}} of them stand where the clocks of {zone} change and were read as before the change",
        in_change,
        f"1 of them stands where the clocks of {zone} change and was read as before the change",
    )
    problems.note(
        "{count} times were numbers and were read as seconds or milliseconds since 1970",
        as_numbers,
        "1 time was a number and was read as seconds or milliseconds since 1970",
    )


def _with(rows: Rows, name: str, column: pa.Array) -> Rows:
    return Rows(rows.file, {**rows.columns, name: column}, rows.number, rows.theirs, rows.is_open)


def _with_bots(rows: Rows, problems: Problems) -> Rows:
    """`is_bot` as a boolean, also from text and numbers."""
    given = rows.columns.get(BOT)
    if given is None or pa.types.is_boolean(given.type):
        return rows
    encoded = text_column(given)
    if not pa.types.is_dictionary(encoded.type):
        encoded = pc.dictionary_encode(encoded)
    texts = encoded.dictionary.to_pylist()
    answers = pa.array([boolean_of(text) for text in texts], pa.bool_()).take(encoded.indices)
    blank = pa.array([not text.strip() for text in texts], pa.bool_()).take(encoded.indices)
    bad = (
        np.asarray(answers.is_null())
        & np.asarray(encoded.is_valid())
        & ~np.asarray(pc.fill_null(blank, True))
    )
    rows.report(problems, bad, BOT, f"{BOT} is neither yes nor no")
    return _with(rows, BOT, answers).kept(~bad)


def _expanded(rows: Rows, wanted: Sequence[str] | None, missing: frozenset[str], problems: Problems) -> Rows:
    """Columns for what a JSON column `properties` holds; columns of the file come first."""
    encoded = text_column(rows.columns[PROPERTIES])
    if not pa.types.is_dictionary(encoded.type):
        encoded = pc.dictionary_encode(encoded)
    objects = [properties_in(text) for text in encoded.dictionary.to_pylist()]
    bad_text = pa.array([found is None for found in objects], pa.bool_())
    bad = np.asarray(pc.fill_null(bad_text.take(encoded.indices), False))
    flattened_objects = [dict(flattened(found or {})) for found in objects]
    named = dict.fromkeys(name for found in flattened_objects for name in found)
    columns = {name: column for name, column in rows.columns.items() if name != PROPERTIES}
    for name in named if wanted is None else wanted:
        if name in RESERVED or (wanted is not None and name not in named and name in columns):
            continue
        inside = pa.array([plain_text(found.get(name)) for found in flattened_objects], pa.string()).take(
            encoded.indices
        )
        columns[name] = first_of(columns.get(name), without_missing(inside, missing))
    whole = Rows(rows.file, columns, rows.number, (*rows.theirs, *named), is_open=True)
    if bad.any():
        rows.report(problems, bad, PROPERTIES, NO_PROPERTIES)
    return whole.kept(~bad)


def first_of(own: pa.Array | None, inside: pa.Array) -> pa.Array:
    """Own values, and the others where there is none."""
    if own is None:
        return inside
    if own.type != inside.type:
        own, inside = plain(own), plain(inside)
        if own.type != inside.type:
            own, inside = plain(text_column(own)), plain(text_column(inside))
    return pc.coalesce(own, inside)


def table_of(rows: Rows) -> pa.Table:
    """The rows as a table."""
    return pa.table(rows.columns)


def empty_events() -> pa.Table:
    """No events."""
    return pa.table(
        {LEAD: pa.array([], pa.string()), EVENT: pa.array([], pa.string()), TIME: pa.array([], INSTANT)}
    )
