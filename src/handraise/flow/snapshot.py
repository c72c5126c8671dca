"""The base as columns, as it was at a moment: read once, scored as often as somebody changes a definition."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from handraise.core.definition.model import Definition
from handraise.core.event import Lead
from handraise.engine.asked import microseconds_of
from handraise.engine.base import base_of
from handraise.engine.batch import EVENT, LEAD, SESSION, TIME, BatchEvaluator
from handraise.engine.evaluate import ordered
from handraise.engine.run import Moment, Output
from handraise.files.rows import column_of, plain_text
from handraise.store.histories import histories
from handraise.store.session import Database

I64 = npt.NDArray[np.int64]
PAGE: Final = 500
MOST: Final = 100_000
"""Leads that a snapshot holds at most; of a larger base it is a sample of so many, the same each time."""
Progress = Callable[[int, int], None]

_COUNT: Final = "select count(*) from handraise.lead where root_id is null"
_ALL: Final = "select id from handraise.lead where root_id is null order by id"
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
        Events of people in order, each message once; those of lead `i` are `start[i]` to `start[i + 1]`.
    """

    taken_at: datetime
    total: int
    ids: pa.Array
    facts: Mapping[str, pa.Array] = field(repr=False)
    events: pa.Table = field(repr=False)
    start: I64 = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_sample(self) -> bool:
        """Whether there are leads that it does not hold."""
        return len(self) < self.total

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
        wanted = dict.fromkeys((LEAD, TIME, SESSION, EVENT, *evaluator.plan.event_properties))
        table = self.events.select([name for name in wanted if name in self.events.column_names])
        moment = Moment(microseconds_of(self.taken_at), look_back, forward=False)
        rows = np.arange(len(self), dtype=np.int64)
        return evaluator.scored_runs(base, table, self.start, rows, moment).output


def snapshot(
    database: Database, now: datetime, progress: Progress = lambda _done, _total: None, *, most: int = MOST
) -> Snapshot:
    """Read the base, page by page, each in a transaction of its own."""
    with database.transaction() as connection:
        total = int(connection.exec_driver_sql(_COUNT).scalar_one())
        statement = _ALL if total <= most else _SAMPLE
        ids = sorted(row[0] for row in connection.exec_driver_sql(statement, {"most": most}))
    return snapshot_of(_pages(database, ids, progress), now, max(total, len(ids)))


def snapshot_in(connection: sa.Connection, now: datetime) -> Snapshot:
    """The whole base as one transaction sees it: for bases that are read in no time."""
    ids = [row[0] for row in connection.exec_driver_sql(_ALL)]
    pages = (histories(connection, ids[first : first + PAGE]) for first in range(0, len(ids), PAGE))
    return snapshot_of(pages, now, len(ids))


def size(connection: sa.Connection) -> int:
    """How many leads there are, merged ones not counted."""
    return int(connection.exec_driver_sql(_COUNT).scalar_one())


def _pages(database: Database, ids: Sequence[int], progress: Progress) -> Iterator[list[Lead]]:
    for first in range(0, len(ids), PAGE):
        with database.transaction() as connection:
            yield histories(connection, ids[first : first + PAGE])
        progress(min(first + PAGE, len(ids)), len(ids))


def snapshot_of(pages: Iterable[Sequence[Lead]], taken_at: datetime, total: int) -> Snapshot:
    """Lay leads out as columns."""
    ids: list[str] = []
    lengths: list[int] = []
    facts, events = _Columns(), _Columns()
    sessions: dict[str, int] = {}
    for leads in pages:
        ids += [lead.lead_id for lead in leads]
        facts.add([lead.facts for lead in leads])
        told = [ordered(lead.events) for lead in leads]
        lengths += [len(each) for each in told]
        rows: list[Mapping[str, Any]] = [
            {
                # before the event's own: a property cannot pass for what the product says
                **event.properties,
                LEAD: lead.lead_id,
                EVENT: event.event,
                TIME: event.occurred_at,
                SESSION: None
                if not event.session_id
                else sessions.setdefault(event.session_id, len(sessions)),
            }
            for lead, of_lead in zip(leads, told, strict=True)
            for event in of_lead
        ]
        events.add(rows)
    empty = {LEAD: pa.string(), EVENT: pa.string(), TIME: pa.timestamp("us", "UTC")}
    columns = {name: pa.array([], kind) for name, kind in empty.items()} | events.columns()
    return Snapshot(
        taken_at=taken_at,
        total=total,
        ids=pa.array(ids, pa.string()),
        facts=facts.columns(),
        events=pa.table(columns),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


class _Columns:
    """Columns that grow page by page; a name that comes late was absent before."""

    def __init__(self) -> None:
        self.pages: dict[str, list[pa.Array]] = {}
        self.lengths: list[int] = []

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        values: dict[str, list[Any]] = {}
        for place, row in enumerate(rows):
            for name, value in row.items():
                if value is None:
                    continue
                if (column := values.get(name)) is None:
                    column = values[name] = [None] * len(rows)
                column[place] = value
        for name, column in values.items():
            there = self.pages.setdefault(name, [])
            there += [pa.nulls(length) for length in self.lengths[len(there) :]]
            there.append(_column(column))
        self.lengths.append(len(rows))

    def columns(self) -> dict[str, pa.Array]:
        found = {}
        for name, pages in self.pages.items():
            pages += [pa.nulls(length) for length in self.lengths[len(pages) :]]
            found[name] = _one_piece(pages)
        return found


def _column(values: Sequence[Any]) -> pa.Array:
    """The values of a page; text as codes, which takes a fraction of the room."""
    if any(isinstance(value, datetime) for value in values):
        if all(value is None or isinstance(value, datetime) for value in values):
            return pa.array(values, pa.timestamp("us", "UTC"))
        values = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    column = column_of(values)
    return pc.dictionary_encode(column) if pa.types.is_string(column.type) else column


def _one_piece(pages: Sequence[pa.Array]) -> pa.Array:
    """Pages of one column as one, as text where they are not of one kind."""
    kinds = {page.type for page in pages if not pa.types.is_null(page.type)}
    if kinds == {pa.int64(), pa.float64()}:
        kinds = {pa.float64()}
    if len(kinds) > 1:
        pages = [_as_text(page) for page in pages]
        kinds = {pages[0].type}
    [kind] = kinds
    whole = pa.chunked_array([page.cast(kind) for page in pages], kind)
    if pa.types.is_dictionary(kind):
        whole = whole.unify_dictionaries()
    return whole.combine_chunks() if whole.num_chunks != 1 else whole.chunk(0)


def _as_text(page: pa.Array) -> pa.Array:
    texts = [
        value.isoformat() if isinstance(value, datetime) else plain_text(value) for value in page.to_pylist()
    ]
    return pc.dictionary_encode(pa.array(texts, pa.string()))


__all__ = ["MOST", "Progress", "Snapshot", "size", "snapshot", "snapshot_in", "snapshot_of"]
