"""The base as columns, as it was at a moment: read once, scored as often as somebody changes a definition."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from handraise.core.definition.model import Definition
from handraise.core.event import Event, Lead
from handraise.engine.asked import microseconds_of, moment_at
from handraise.engine.base import base_of
from handraise.engine.batch import EVENT, SESSION, TIME, BatchEvaluator
from handraise.engine.evaluate import ordered
from handraise.engine.plan import compiled
from handraise.engine.run import Moment, Output
from handraise.flow.columns import GONE, Columns, Sparse
from handraise.store.census import Events, events, events_of, families, said, told
from handraise.store.histories import facts_of
from handraise.store.session import Database

I64 = npt.NDArray[np.int64]
PAGE: Final = 500
FACTS_PAGE: Final = 5_000
MOST: Final = 100_000
"""Leads that a snapshot holds at most; of a larger base it is a sample of so many, the same each time."""
Progress = Callable[[int, int], None]

_OF_EVENTS: Final = 0.8
"""The share of the time that events take, as progress tells it; facts take the rest."""
_ONE_STATE: Final = "set transaction isolation level repeatable read, read only"
_INSTANTS: Final = pa.timestamp("us", "UTC")
_COUNT: Final = "select count(*) from handraise.lead where root_id is null"
# Spread by a hash: neither the oldest nor the newest.
_SAMPLE: Final = """
select id from handraise.lead where root_id is null
order by hashint8extended(id, 4857), id limit %(most)s
"""


@dataclass(frozen=True)
class Snapshot:
    """Leads with facts and events as columns.

    Attributes
    ----------
    taken_at
        The moment asked about: events that came in later, while it was read, do not count.
    total
        Leads of the base; more than `len(ids)` when this is a sample.
    ids
        Ids of the leads, as text.
    facts
        Columns by the facts' full names, as long as `ids`.
    events
        What is said of events of people, each message once, by name: the product's own words (`EVENT`,
        `SESSION`) and properties.
    at, numbers
        When each was, in microseconds since 1970, and its number in the store; the events of lead `i` are
        `start[i]` to `start[i + 1]`, in the order of time.
    properties
        The properties of events that are read; None: all there are.
    """

    taken_at: datetime
    total: int
    ids: pa.Array
    facts: Mapping[str, pa.Array] = field(repr=False)
    events: Mapping[str, Sparse] = field(repr=False)
    at: I64 = field(repr=False)
    numbers: I64 = field(repr=False)
    start: I64 = field(repr=False)
    properties: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_sample(self) -> bool:
        """Whether there are leads that it does not hold."""
        return len(self) < self.total

    def lacks(self, names: Iterable[str]) -> frozenset[str]:
        """Which of these properties of events are not read."""
        return frozenset() if self.properties is None else frozenset(names) - self.properties

    def scored(self, definition: Definition, *, look_back: bool = True) -> Output:
        """What a definition says of every lead, in the order of `ids`: the same as scoring them one by one.

        Parameters
        ----------
        look_back
            Whether to find when each lead became an MQL.

        Raises
        ------
        TooComplex
            When it asks for more than the evaluator takes.
        """
        evaluator = BatchEvaluator(definition)
        base = base_of(self.ids, self.facts, evaluator.plan, evaluator.facts)
        names = evaluator.plan.event_properties
        if lacking := self.lacks(names):
            raise ValueError(f"read {', '.join(sorted(lacking))} first: see `with_properties`")
        wanted = dict.fromkeys((EVENT, SESSION, *names))
        columns = {
            name: self.events[name].whole(self.at.size)
            for name in wanted
            if name in self.events and name != TIME
        }
        table = pa.table({TIME: pa.array(self.at).cast(_INSTANTS), **columns})
        moment = Moment(microseconds_of(self.taken_at), look_back, forward=False)
        rows = np.arange(len(self), dtype=np.int64)
        return evaluator.scored_runs(base, table, self.start, rows, moment).output


def _nobody(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


def asked_of_events(definitions: Iterable[Definition]) -> frozenset[str]:
    """The properties of events that definitions ask about.

    Raises
    ------
    TooComplex
        When one asks for more than the evaluator takes.
    """
    return frozenset(name for one in definitions for name in compiled(one).event_properties)


def snapshot(
    database: Database,
    now: datetime,
    properties: Iterable[str],
    progress: Progress = _nobody,
    *,
    most: int = MOST,
) -> Snapshot:
    """Read the base, as it is at one instant, with these properties of events."""
    with database.transaction() as connection:
        connection.exec_driver_sql(_ONE_STATE)
        return snapshot_in(connection, now, properties, progress, most=most)


def snapshot_in(
    connection: sa.Connection,
    now: datetime,
    properties: Iterable[str],
    progress: Progress = _nobody,
    *,
    most: int = MOST,
) -> Snapshot:
    """The base as one transaction sees it."""
    leads, roots = families(connection)
    ids = leads[leads == roots]
    total = ids.size
    if total > most:
        ids = np.array(sorted(connection.exec_driver_sql(_SAMPLE, {"most": most}).scalars()), np.int64)
    names = sorted(set(properties))
    reading = _Reading(ids, leads, roots)
    for found, share in _pieces(connection, reading.members, names, is_all=total <= most):
        reading.add(found)
        progress(int(_OF_EVENTS * share * ids.size), ids.size)
    told_, at, numbers, start = reading.laid_out(connection)
    facts = Columns()
    for first in range(0, ids.size, FACTS_PAGE):
        page = ids[first : first + FACTS_PAGE].tolist()
        known = facts_of(connection, page, _first_at(page, at, start[first:]))
        facts.add([known.get(one, {}) for one in page])
        share = _OF_EVENTS + (1 - _OF_EVENTS) * facts.length / ids.size
        progress(int(share * ids.size), ids.size)
    return Snapshot(
        now,
        total,
        pa.array(ids).cast(pa.string()),
        _whole(facts),
        told_,
        at,
        numbers,
        start,
        frozenset(names),
    )


def with_properties(
    database: Database, taken: Snapshot, properties: Iterable[str], progress: Progress = _nobody
) -> Snapshot:
    """The snapshot with more properties of the events it has. What was erased since says nothing."""
    names = sorted(taken.lacks(properties))
    order = np.argsort(taken.numbers)
    known, order = taken.numbers[order], np.append(order, GONE)
    rows, columns = [np.zeros(0, np.int64)], Columns()
    with database.transaction() as connection:
        connection.exec_driver_sql(_ONE_STATE)
        for numbers, found, share in said(connection, names):
            rows.append(order[_places(known, numbers)])
            columns.put(found)
            progress(int(share * len(taken)), len(taken))
    more = columns.sealed(np.concatenate(rows))
    return replace(
        taken, events={**more, **taken.events}, properties=(taken.properties or frozenset()) | {*names}
    )


def size(connection: sa.Connection) -> int:
    """How many leads there are, merged ones not counted."""
    return int(connection.exec_driver_sql(_COUNT).scalar_one())


def snapshot_of(pages: Iterable[Sequence[Lead]], taken_at: datetime, total: int) -> Snapshot:
    """Lay leads out as columns."""
    facts, log = Columns(), _Log()
    ids: list[str] = []
    lengths = [0]
    for leads in pages:
        ids += [lead.lead_id for lead in leads]
        facts.add([lead.facts for lead in leads])
        lengths += log.add(leads)
    start = np.cumsum(lengths).astype(np.int64)
    return Snapshot(
        taken_at,
        total,
        pa.array(ids, pa.string()),
        _whole(facts),
        log.said(),
        log.times(),
        np.arange(start[-1]),
        start,
    )


def _pieces(
    connection: sa.Connection, members: I64, names: Sequence[str], *, is_all: bool
) -> Iterator[tuple[Events, float]]:
    """The events of the whole base or of these leads, with the share of them that is read."""
    if is_all:
        yield from events(connection, names)
        return
    for first in range(0, members.size, PAGE):
        for found in events_of(connection, members[first : first + PAGE].tolist(), names):
            yield found, min(1.0, (first + PAGE) / members.size)


def _first_at(page: Sequence[int], at: I64, start: I64) -> dict[int, datetime]:
    """When each lead of a page did something first; `start` begins with the page."""
    ends = start[1 : len(page) + 1]
    return {
        one: moment_at(at[begun])
        for one, begun, end in zip(page, start.tolist(), ends.tolist(), strict=False)
        if begun < end
    }


def _whole(facts: Columns) -> dict[str, pa.Array]:
    return {name: column.whole(facts.length) for name, column in facts.sealed().items()}


class _Log:
    """What is said of events, as it comes: the product's own words beside properties."""

    def __init__(self) -> None:
        self.own, self.properties = Columns(), Columns()
        self.at: list[I64] = [np.zeros(0, np.int64)]

    def add(self, leads: Sequence[Lead]) -> list[int]:
        """Add the events of leads, in order, each message once; gives how many each has."""
        each = [ordered(lead.events) for lead in leads]
        events_ = [event for of_lead in each for event in of_lead]
        sessions = [event.session_id or None for event in events_]
        self.own.put({EVENT: [event.event for event in events_], SESSION: sessions})
        self.properties.add([event.properties for event in events_])
        self.at.append(np.array([microseconds_of(event.occurred_at) for event in events_], np.int64))
        return [len(of_lead) for of_lead in each]

    def add_found(self, found: Events) -> None:
        """Add events in bulk."""
        self.own.put({EVENT: found.event, SESSION: found.session})
        if found.said:
            self.properties.put(found.said)
        self.at.append(found.at)

    def times(self) -> I64:
        return np.concatenate(self.at)

    def said(self, rows: I64 | None = None) -> dict[str, Sparse]:
        """By name; row `i` is row `rows[i]` from now on. A property cannot pass for a word of the product."""
        return self.properties.sealed(rows) | self.own.sealed(rows)


class _Reading:
    """Events as they lie in their table, until they stand lead by lead in the order of time.

    `members` are the leads whose events are wanted: `ids`, and what was merged into them.
    """

    def __init__(self, ids: I64, leads: I64, roots: I64) -> None:
        self.ids = ids
        found = _places(ids, roots)
        self.members, self.member_places = leads[found != GONE], found[found != GONE]
        self.log = _Log()
        nothing = np.zeros(0, np.int64)
        self.places, self.messages, self.numbers = [nothing], [nothing], [nothing]

    def add(self, found: Events) -> None:
        """Add a piece."""
        self.places.append(np.append(self.member_places, GONE)[_places(self.members, found.lead)])
        self.messages.append(found.message)
        self.numbers.append(found.id)
        self.log.add_found(found)

    def laid_out(self, connection: sa.Connection) -> tuple[dict[str, Sparse], I64, I64, I64]:
        """What is said of events, when they were, their numbers, and where those of each lead start."""
        places, numbers = np.concatenate(self.places), np.concatenate(self.numbers)
        at = self.log.times()
        places[_copies(connection, places, np.concatenate(self.messages), numbers)] = GONE
        kept = np.flatnonzero(places != GONE)
        order = kept[np.lexsort((at[kept], places[kept]))]
        rows = np.full(places.size, GONE, np.int64)
        rows[order] = np.arange(order.size)
        counts = np.bincount(places[kept], minlength=self.ids.size)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return self.log.said(rows), at[order], numbers[order], start


def _copies(connection: sa.Connection, places: I64, messages: I64, numbers: I64) -> I64:
    """The events that are copies of another of their lead, and not the one that counts."""
    order = np.lexsort((messages, places))
    place, message = places[order], messages[order]
    again = np.zeros(order.size, bool)
    again[1:] = (place[1:] == place[:-1]) & (message[1:] == message[:-1]) & (place[1:] != GONE)
    alike = again.copy()
    alike[:-1] |= again[1:]
    doubtful = order[alike]
    if not doubtful.size:
        return doubtful
    events_ = told(connection, numbers[doubtful].tolist())
    of_lead: dict[int, dict[int, Event]] = {}
    for row in doubtful.tolist():
        event = events_.get(int(numbers[row]))
        if event is not None:
            of_lead.setdefault(int(places[row]), {})[row] = event
    gone = []
    for mine in of_lead.values():
        counted = {id(event) for event in ordered([*mine.values()])}
        gone += [row for row, event in mine.items() if id(event) not in counted]
    return np.array(sorted(gone), np.int64)


def _places(ids: I64, wanted: I64) -> I64:
    """Where each stands among these ascending ids, `GONE` where it does not."""
    at = np.searchsorted(ids, wanted)
    found: I64 = np.where(np.append(ids, GONE)[at] == wanted, at, GONE)
    return found


__all__ = [
    "MOST", "PAGE", "Progress", "Snapshot", "asked_of_events", "size", "snapshot", "snapshot_in",
    "snapshot_of", "with_properties",
]  # fmt: skip
