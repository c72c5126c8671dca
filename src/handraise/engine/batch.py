"""Scoring leads by the million: events as Arrow tables, clustered by lead, through the one kernel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.model import Definition
from handraise.engine.base import Base
from handraise.engine.columns import (
    coded,
    codes_of,
    counted_codes,
    encoded,
    microseconds,
    one_array,
    summed_millionths,
)
from handraise.engine.evaluate import Evaluator
from handraise.engine.kernel import MISSING, History
from handraise.engine.keys import repeated_messages
from handraise.engine.layout import NO_SESSION, WORDS
from handraise.engine.match import is_recycling, pack
from handraise.engine.passes import and_bits, indices_of, out_of_order, run_starts, sharing_an_instant
from handraise.engine.run import Moment, Output, empty_words, run

I64 = npt.NDArray[np.int64]
EVENT, LEAD, TIME, MESSAGE, SESSION, BOT = (
    "event",
    "lead_id",
    "occurred_at",
    "message_id",
    "session_id",
    "is_bot",
)
LINK_COLUMNS: Final = ("url", "path", "campaign", "title", "kind")


_NOTHING: Final = (np.zeros(0, np.uint8), 0)


class NotClustered(Exception):
    """A lead's events stand in more than one place of the stream; cluster the events by lead first."""


@dataclass(frozen=True)
class Scored:
    """Some leads, scored: rows of the base, the kernel's output, and the columns behind its evidence.

    `time` is in the order of the kernel's events; `order` has the row of each of them in `event` and `links`,
    and is None where it is the same.
    """

    rows: I64
    output: Output
    time: I64
    order: I64 | None
    event: pa.DictionaryArray | None
    links: tuple[pa.DictionaryArray, ...]


class BatchEvaluator(Evaluator):
    """A compiled definition for columns."""

    def __init__(self, definition: Definition) -> None:
        super().__init__(definition)
        self.columns = (EVENT, *self.plan.event_properties)

    def scored(self, base: Base, table: pa.Table, moment: Moment) -> Scored:
        """Score the leads of a table whose events are clustered by lead (in any order within one)."""
        start, rows = lead_runs(table, base)
        return self.scored_runs(base, table, start, rows, moment)

    def scored_runs(self, base: Base, table: pa.Table, start: I64, rows: I64, moment: Moment) -> Scored:
        """Score leads whose events are `table[start[i]:start[i + 1]]`; a row of -1 is not in the base."""
        known = rows >= 0
        if not known.all():
            table, start, rows = _only(known, table, start, rows)
        table, start = without_bots(table, start)
        time = microseconds(table[TIME])
        order = self._order(table, start, time)
        copied = _copies(table, start)
        moved = np.zeros(0, np.int64) if order is None else np.flatnonzero(order != np.arange(order.size))
        if order is not None and (copied is not None or not np.array_equal(time[moved], time[order[moved]])):
            table, time, order = table.take(pa.array(order)), time[order], None
            copied = _copies(table, start)
        if copied is not None:
            table, start, time = table.filter(pa.array(~copied)), starts_of(~copied, start), time[~copied]
        columns = {
            name: encoded(table[name])
            for name in (EVENT, *self.plan.where_properties)
            if name in table.column_names
        }
        links = tuple(
            columns[name] if name in columns else encoded(table[name])
            for name in LINK_COLUMNS
            if name in table.column_names
        )
        history = self._history(base, table, start, time, rows, columns)
        if order is not None:
            # Events of one instant are put into their order by themselves; the table stays as it is.
            for array in (history.signals, history.codes, history.sums, history.session):
                array[..., moved] = array[..., order[moved]]
        found = self.evaluated(history, rows, moment)
        return Scored(rows, found, time, order, columns.get(EVENT), links)

    def evaluated(self, history: History, rows: I64, moment: Moment) -> Output:  # noqa: ARG002
        """What the kernel says of the history, whose leads are `rows` of the base."""
        return run(self.plan, history, moment)

    def _order(self, table: pa.Table, start: I64, time: I64) -> I64 | None:
        """A permutation that puts events in canonical order, or None when they are in it."""
        state = out_of_order(start, time)
        if state == 0:
            return None
        place = np.arange(len(time))
        if state == 2:
            lead = np.repeat(np.arange(start.size - 1), np.diff(start))
            place = np.lexsort((time, lead))
            time = time[place]
        tied, lead = np.empty(len(time), np.int64), np.empty(len(time), np.int64)
        count = sharing_an_instant(start, time, tied, lead)
        tied, lead = tied[:count], lead[:count]
        if count:
            # Only evidence and the choice among copies depend on the order at one instant.
            picked = table.take(pa.array(place[tied]))
            names = [EVENT, *sorted(set(picked.column_names) - {LEAD, TIME, EVENT, MESSAGE}), MESSAGE]
            ranks = [_ranks(picked[name]) for name in reversed(names) if name in picked.column_names]
            within = np.lexsort((*ranks, time[tied], lead))
            place[tied] = place[tied][within]
        return place

    def _history(
        self,
        base: Base,
        table: pa.Table,
        start: I64,
        time: I64,
        rows: I64,
        columns: dict[str, pa.DictionaryArray],
    ) -> History:
        plan = self.plan
        epoch_start, epoch = base.epochs.of(rows)
        sessions = np.full(len(time), -1, np.int32)
        if plan.needs_sessions and SESSION in table.column_names:
            sessions = _sessions(table[SESSION])
        if EVENT in columns:
            codes = codes_of(columns[EVENT])
            for code, name in enumerate(columns[EVENT].dictionary.to_pylist()):
                if is_recycling(name):
                    sessions[codes == code] = NO_SESSION
        return History(
            start=start,
            time=time,
            signals=self._signal_words(columns, len(time)),
            codes=self._stack([_codes(table, name) for name in plan.code_properties], len(time), np.int32),
            sums=self._stack([_sums(table, name) for name in plan.sum_properties], len(time), np.int64),
            session=sessions,
            known=base.known[rows],
            epoch_start=epoch_start,
            epoch_time=base.epochs.time[epoch],
            epoch_facts=base.epochs.facts[epoch],
        )

    @staticmethod
    def _stack(rows: list[npt.NDArray[Any]], length: int, kind: Any) -> npt.NDArray[Any]:
        return np.array(rows, kind).reshape(len(rows), length)

    def _signal_words(self, columns: dict[str, pa.DictionaryArray], length: int) -> Any:
        """The signals of every event: one table per column, looked up by code."""
        words = int(self.plan.arrays.setting[WORDS])
        signals = empty_words(words, length)
        asked: list[tuple[str, Any]] = [(EVENT, self.signals.event_bits)]
        asked += [(name, _asker(self.signals.property_bits, name)) for name in self.signals.properties]
        for place, (name, answer) in enumerate(asked):
            column = columns.get(name)
            values = [] if column is None else column.dictionary.to_pylist()
            tables = pack([*map(answer, values), answer(None)], words)
            codes, valid, offset = (
                (np.zeros(length, np.int32), *_NOTHING) if column is None else indices_of(column)
            )
            for word in range(words):
                and_bits(
                    signals[word], codes, valid, offset, np.ascontiguousarray(tables[:, word]), place == 0
                )
        for union, members in self.signals.unions:
            any_of = np.zeros(length, bool)
            for member in members:
                any_of |= (signals[member // 64] >> np.uint64(member % 64)) & np.uint64(1) != 0
            signals[union // 64][any_of] |= np.uint64(1 << (union % 64))
        return signals

    def without_events(self, base: Base, rows: I64, moment: Moment) -> Scored:
        """Score leads of whom no event is known."""
        table = pa.table({LEAD: pa.array([], pa.string()), TIME: pa.array([], pa.timestamp("us", "UTC"))})
        return self.scored_runs(base, table, np.zeros(len(rows) + 1, np.int64), rows, moment)


def lead_runs(table: pa.Table, base: Base) -> tuple[I64, I64]:
    """Where each lead's events start in a clustered table, and its row in the base, -1 for none."""
    lead = encoded(table[LEAD])
    codes, _, _ = indices_of(lead)
    places = np.empty(len(codes) + 1, np.int64)
    count = run_starts(codes, places)
    start = np.append(places[:count], len(codes))
    return start, base.index.rows(lead.dictionary.take(pa.array(codes[start[:-1]])))


def _asker(answer: Any, name: str) -> Any:
    return lambda raw: answer(name, raw)


def _codes(table: pa.Table, name: str) -> npt.NDArray[np.int32]:
    if name not in table.column_names:
        return np.full(table.num_rows, -1, np.int32)
    return counted_codes(table[name])


def _sums(table: pa.Table, name: str) -> I64:
    if name not in table.column_names:
        return np.full(table.num_rows, MISSING, np.int64)
    return summed_millionths(table[name])


def _sessions(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """Codes of the tracker's sessions, -1 where it gave none."""
    ids = encoded(column)
    found = codes_of(ids)
    found = np.where(found == len(ids.dictionary), np.int32(-1), found)
    empty = pc.index(ids.dictionary, "").as_py() if pa.types.is_string(ids.dictionary.type) else -1
    if empty >= 0:
        found[found == empty] = -1
    return found


def _ranks(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Places of the values in order, as text; absent first."""
    values = one_array(column)
    found = coded(values.dictionary_decode() if pa.types.is_dictionary(values.type) else values)
    texts = ["" if value is None else str(value) for value in found.values]
    rank = {text: place for place, text in enumerate(sorted(set(texts)))}
    return np.take(np.array([*(rank[text] for text in texts), -1], np.int64), found.codes)


def starts_of(keep: npt.NDArray[np.bool_], start: I64) -> I64:
    """Where each lead's events start once only the kept ones are there."""
    before = np.concatenate([[0], np.cumsum(keep)])
    return before[start].astype(np.int64)


def without_bots(table: pa.Table, start: I64) -> tuple[pa.Table, I64]:
    """The events of people, and where each lead's start."""
    if BOT not in table.column_names:
        return table, start
    bots = pc.fill_null(one_array(table[BOT]).cast(pa.bool_()), False)
    if not pc.any(bots).as_py():
        return table, start
    keep = ~bots.to_numpy(zero_copy_only=False)
    return table.filter(pa.array(keep)), starts_of(keep, start)


def _copies(table: pa.Table, start: I64) -> npt.NDArray[np.bool_] | None:
    """Which events are copies of an earlier one of their lead; None when there are none."""
    if MESSAGE not in table.column_names:
        return None
    ids = one_array(table[MESSAGE])
    if pa.types.is_dictionary(ids.type):
        ids = ids.dictionary_decode()
    copied = repeated_messages(ids.cast(pa.string()), start)
    return copied if copied.any() else None


def _only(known: npt.NDArray[np.bool_], table: pa.Table, start: I64, rows: I64) -> tuple[pa.Table, I64, I64]:
    """Leave out the events of leads that nobody told us of."""
    keep = np.repeat(known, np.diff(start))
    return table.filter(pa.array(keep)), starts_of_leads(known, start), rows[known]


def starts_of_leads(known: npt.NDArray[np.bool_], start: I64) -> I64:
    """Where each lead's events start once only some leads are there."""
    return np.concatenate([[0], np.cumsum(np.diff(start)[known])]).astype(np.int64)


def by_lead(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut a stream of tables so that no lead is cut: the last lead of a table waits for its continuation."""
    waiting: list[pa.Table] = []
    waiting_id: str | None = None
    for table in tables:
        if table.num_rows == 0:
            continue
        lead = encoded(table[LEAD])
        codes, _, _ = indices_of(lead)
        places = np.empty(len(codes) + 1, np.int64)
        count = run_starts(codes, places)
        first, last = lead.dictionary[int(codes[0])].as_py(), lead.dictionary[int(codes[-1])].as_py()
        begin = 0
        if waiting:
            if first == waiting_id:
                begin = int(places[1]) if count > 1 else len(codes)
                waiting.append(_plain(table.slice(0, begin)))
            if first != waiting_id or begin < len(codes):
                yield pa.concat_tables(waiting).combine_chunks()
                waiting = []
        if begin == len(codes):
            continue
        end = int(places[count - 1])
        if end > begin:
            yield table.slice(begin, end - begin)
        waiting, waiting_id = [_plain(table.slice(max(end, begin)))], last
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _plain(table: pa.Table) -> pa.Table:
    """The table without dictionaries, so that pieces of several tables fit together and hold no memory."""
    columns = {}
    for name in table.column_names:
        array = one_array(table[name])
        columns[name] = (
            array.dictionary_decode() if pa.types.is_dictionary(array.type) else pa.concat_arrays([array])
        )
    return pa.table(columns)


def score_stream(
    evaluator: BatchEvaluator, base: Base, tables: Iterable[pa.Table], moment: Moment
) -> Iterator[Scored]:
    """Score a stream of events clustered by lead, then the leads without events.

    Parameters
    ----------
    tables
        Events with `lead_id`, `event`, `occurred_at` and the properties the definition looks at.

    Raises
    ------
    NotClustered
        When a lead comes again after another lead's events.
    """
    seen = np.zeros(len(base), bool)
    for table in by_lead(tables):
        scored = evaluator.scored(base, table, moment)
        if seen[scored.rows].any() or np.unique(scored.rows).size != scored.rows.size:
            raise NotClustered
        seen[scored.rows] = True
        yield scored
    rest = np.flatnonzero(~seen)
    for first in range(0, rest.size, 100_000):
        yield evaluator.without_events(base, rest[first : first + 100_000], moment)


def clustered(table: pa.Table, base: Base) -> pa.Table:
    """Events in the order of the base's leads; within a lead as they were."""
    lead = coded(table[LEAD])
    rows = np.append(base.index.rows(pa.array([str(v) for v in lead.values], pa.string())), -1)[lead.codes]
    place = np.argsort(rows, kind="stable")
    return table.take(pa.array(place))
