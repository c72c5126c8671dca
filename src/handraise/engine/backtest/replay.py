"""The first instant at which each lead is an MQL, with every event counting only from when it was known.

An event counts from the later of `occurred_at` and `received_at` on; once known, it lies at its own
`occurred_at` in windows, sessions and decay. As long as events become known in the order in which they
occurred, one pass of the kernel is exact: it hears each event when it becomes known. Where one comes late,
the lead's time is cut there, and the kernel begins the next piece with everything known by then in its right
order. Most leads have one piece, so a replay costs about as much as a score.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine import kernel
from handraise.engine.base import Base
from handraise.engine.batch import (
    EVENT,
    MESSAGE,
    TIME,
    BatchEvaluator,
    NotClustered,
    by_lead,
    lead_runs,
    starts_of,
    starts_of_leads,
    without_bots,
)
from handraise.engine.columns import encoded, microseconds, one_array
from handraise.engine.kernel import MISSING, NEVER, History
from handraise.engine.keys import repeated_messages
from handraise.engine.passes import events_of_pieces, late_receptions
from handraise.engine.run import scratch

I64 = npt.NDArray[np.int64]
RECEIVED: Final = "received_at"
AT_ONCE: Final = 4_000_000
"""Events of pieces that are laid out at a time: bounds the memory of histories with many late events."""


@dataclass(frozen=True)
class _Known:
    """A table's events in canonical order, and from when to when each counts (microseconds)."""

    table: pa.Table
    start: I64
    time: I64
    seen: I64
    gone: I64


class Replayer(BatchEvaluator):
    """A compiled definition that is asked when, not how much."""

    def crossings(self, base: Base, table: pa.Table, start: I64, rows: I64, until: int) -> I64:
        """When each lead first was an MQL, up to and with `until`; MISSING when it never was.

        Parameters
        ----------
        table
            Events clustered by lead, those of lead `i` at `table[start[i]:start[i + 1]]`, with `received_at`
            when that is known.
        rows
            Row of the base of each lead.
        until
            The last instant looked at, in microseconds.
        """
        known = self._known(table, start)
        columns = {
            name: encoded(known.table[name])
            for name in (EVENT, *self.plan.where_properties)
            if name in known.table.column_names
        }
        history = self._history(base, known.table, known.start, known.time, rows, columns)
        begin = _begins(history.known, known)
        leads = rows.size
        is_ordered = np.zeros(leads, np.uint8)
        most = leads + known.time.size
        lead_of, from_of = np.empty(most, np.int64), np.empty(most, np.int64)
        pieces = late_receptions(
            known.start, known.time, known.seen, known.gone, begin, until, is_ordered, lead_of, from_of
        )
        last = np.where(is_ordered == 1, until, MISSING)
        found = self._found(history, known.seen, begin, last)
        if pieces:
            late = self._found_in_pieces(history, known, lead_of[:pieces], from_of[:pieces], until)
            np.minimum.at(found, lead_of[:pieces], late)
        return np.where(found == NEVER, MISSING, found)

    def _known(self, table: pa.Table, start: I64) -> _Known:
        table, start = without_bots(table, start)
        time = microseconds(table[TIME])
        seen = time
        if RECEIVED in table.column_names:
            seen = np.maximum(time, microseconds(table[RECEIVED]))  # MISSING is before every time
            table = table.drop_columns([RECEIVED])
        order = self._order(table, start, time)
        if order is not None:
            table, time, seen = table.take(pa.array(order)), time[order], seen[order]
        gone = np.full(time.size, NEVER, np.int64)
        if MESSAGE in table.column_names:
            _replace_copies(one_array(table[MESSAGE]), start, seen, gone)
        ever = gone > seen
        if not ever.all():
            table = table.filter(pa.array(ever))
            start = starts_of(ever, start)
            time, seen, gone = time[ever], seen[ever], gone[ever]
        return _Known(table, start, time, seen, gone)

    def _found(self, history: History, counts_from: I64, begin: I64, last: I64) -> I64:
        """Run the kernel: the first crossing of each lead from `begin` to `last`, NEVER for none."""
        kept = History._make(np.ascontiguousarray(array) for array in history)
        instants = [np.ascontiguousarray(array) for array in (counts_from, begin, last)]
        became = np.empty(begin.size, np.int64)
        header = np.array([*(array.ctypes.data for array in kept), begin.size, kept.time.size], np.int64)
        memory = scratch(self.plan, kept)
        places = [array.ctypes.data for array in (self.plan.flat, header, memory, *instants, became)]
        kernel.find_crossings(*places)
        del kept, instants, header, memory  # the kernel works on addresses: they had to live until here
        return np.where(became == MISSING, NEVER, became)

    def _found_in_pieces(
        self, history: History, known: _Known, lead_of: I64, from_of: I64, until: int
    ) -> I64:
        """The same for pieces of leads, some at a time."""
        until_of = np.full(lead_of.size, until, np.int64)
        same = lead_of[1:] == lead_of[:-1]
        until_of[:-1][same] = from_of[1:][same] - 1
        lengths = np.diff(known.start)[lead_of]
        ends = np.cumsum(lengths)
        found = np.empty(lead_of.size, np.int64)
        first = 0
        while first < lead_of.size:
            before = ends[first - 1] if first else 0
            after = max(first + 1, int(np.searchsorted(ends, before + AT_ONCE, "right")))
            part = slice(first, after)
            laid, counts_from = _laid_out(history, known, lead_of[part], from_of[part], until_of[part])
            found[part] = self._found(laid, counts_from, from_of[part], until_of[part])
            first = after
        return found


def _begins(created: I64, known: _Known) -> I64:
    """From when a lead can be judged: since it was made, else since something is known of it."""
    lengths = np.diff(known.start)
    first = np.full(created.size, NEVER, np.int64)
    some = lengths > 0
    if some.any():
        first[some] = np.minimum.reduceat(known.seen, known.start[:-1][some])
    return np.where(created == MISSING, first, created)


def _replace_copies(ids: pa.Array, start: I64, seen: I64, gone: I64) -> None:
    """Of the copies known at an instant the first counts: others are gone once it is known."""
    if pa.types.is_dictionary(ids.type):
        ids = ids.dictionary_decode()
    ids = ids.cast(pa.string())
    copied = repeated_messages(ids, start)
    if not copied.any():
        return
    # Only the messages that have a copy somewhere; the same id of two leads is two messages.
    rows = np.flatnonzero(np.asarray(pc.is_in(ids, value_set=ids.filter(pa.array(copied)).unique())))
    lead = np.searchsorted(start, rows, "right") - 1
    code = ids.take(pa.array(rows)).dictionary_encode().indices.to_numpy()
    place = np.lexsort((rows, code, lead))
    message, earliest = None, NEVER
    for row, *of in zip(rows[place].tolist(), lead[place].tolist(), code[place].tolist(), strict=True):
        if of == message:
            gone[row] = earliest
            earliest = min(earliest, int(seen[row]))
        else:
            message, earliest = of, int(seen[row])


def _laid_out(
    history: History, known: _Known, lead_of: I64, from_of: I64, until_of: I64
) -> tuple[History, I64]:
    """A history with a lead for each piece, and from when each of its events counts."""
    most = int(np.diff(known.start)[lead_of].sum())
    start = np.zeros(lead_of.size + 1, np.int64)
    rows, counts_from = np.empty(most, np.int64), np.empty(most, np.int64)
    count = events_of_pieces(
        known.start, known.seen, known.gone, lead_of, from_of, until_of, start, rows, counts_from
    )
    rows, counts_from = rows[:count], counts_from[:count]
    first = history.epoch_start[lead_of]
    length = history.epoch_start[lead_of + 1] - first
    epoch_start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    epoch = np.repeat(first - epoch_start[:-1], length) + np.arange(epoch_start[-1])
    return (
        History(
            start=start,
            time=history.time[rows],
            signals=history.signals[:, rows],
            codes=history.codes[:, rows],
            sums=history.sums[:, rows],
            session=history.session[rows],
            known=history.known[lead_of],
            epoch_start=epoch_start,
            epoch_time=history.epoch_time[epoch],
            epoch_facts=history.epoch_facts[epoch],
        ),
        counts_from,
    )


def replayed(
    replays: list[tuple[Replayer, Base]], tables: Iterable[pa.Table], until: int
) -> Iterator[tuple[I64, list[I64]]]:
    """Replay a stream of events clustered by lead under several definitions, then the leads without events.

    Parameters
    ----------
    replays
        Each definition with its base; the bases have the same leads.

    Yields
    ------
    tuple
        Rows of the base, and for each definition when these became an MQL (MISSING for never).

    Raises
    ------
    NotClustered
        When a lead comes again after another lead's events.
    """
    seen = np.zeros(len(replays[0][1]), bool)
    for table in by_lead(tables):
        start, rows = lead_runs(table, replays[0][1])
        table, start, rows = _of_known(table, start, rows)
        if seen[rows].any() or np.unique(rows).size != rows.size:
            raise NotClustered
        seen[rows] = True
        yield rows, [each.crossings(base, table, start, rows, until) for each, base in replays]
    nothing = pa.table({EVENT: pa.array([], pa.string()), TIME: pa.array([], pa.timestamp("us", "UTC"))})
    rest = np.flatnonzero(~seen)
    for first in range(0, rest.size, 100_000):
        rows = rest[first : first + 100_000]
        start = np.zeros(rows.size + 1, np.int64)
        yield rows, [each.crossings(base, nothing, start, rows, until) for each, base in replays]


def _of_known(table: pa.Table, start: I64, rows: I64) -> tuple[pa.Table, I64, I64]:
    """Without the events of leads that are not in the base."""
    there = rows >= 0
    if there.all():
        return table, start, rows
    table = table.filter(pa.array(np.repeat(there, np.diff(start))))
    return table, starts_of_leads(there, start), rows[there]
