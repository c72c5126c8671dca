"""Replaying files: when each lead would have become an MQL under one or several definitions."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.model import Definition
from handraise.engine.asked import microseconds_of
from handraise.engine.backtest import RECEIVED, FactChanges, Replayer, base_as_known, replayed
from handraise.engine.base import Base
from handraise.engine.batch import NotClustered, clustered
from handraise.engine.kernel import MISSING
from handraise.engine.keys import KeyIndex
from handraise.engine.match import source_of
from handraise.engine.results import instants
from handraise.files.cluster import clustered_folder
from handraise.files.events import IN_MEMORY, EventSource, Progress, no_progress, open_events
from handraise.files.fact_histories import COLUMNS as FACT_COLUMNS
from handraise.files.fact_histories import read_fact_changes
from handraise.files.leads import CREATED, LeadTable, read_leads
from handraise.files.mapping import Mapping
from handraise.files.needs import check_facts, check_mapping, check_properties
from handraise.files.problems import Problems
from handraise.files.tidying import SESSION

I64 = npt.NDArray[np.int64]
_LEAD_ID: Final = "lead.lead_id"


@dataclass(frozen=True)
class Replays:
    """What a replay found.

    Attributes
    ----------
    ids
        All leads.
    became
        For each definition, when each lead first was an MQL: `timestamp[us, UTC]`, null for never.
    events
        Events read, those of strangers too.
    undated
        Leads of whom no moment is known: without `created_at` and without an event. They cannot be replayed.
    without_history
        Facts that the definitions look at and nobody says since when they are known: taken as known from the
        beginning. For each, of which leads it (or what it is derived from) is known.
    has_received
        Whether events say when they were received; else each counts from when it occurred.
    """

    ids: pa.Array
    became: tuple[pa.Array, ...]
    events: int
    undated: int
    without_history: dict[str, pa.Array]
    has_received: bool


def replay_files(
    definitions: Sequence[Definition],
    leads: Path,
    accounts: Path | None,
    events: Path | None,
    until: datetime,
    *,
    fact_history: Path | None = None,
    others: Sequence[tuple[Path, Sequence[str]]] = (),
    mapping: Mapping | None = None,
    problems: Problems | None = None,
    progress: Progress = no_progress,
    allow_missing: Sequence[str] = (),
    encoding: str = "utf-8",
    in_memory: int = IN_MEMORY,
) -> Replays:
    """Replay the leads of a file under each definition; the events are read once for all of them.

    Parameters
    ----------
    until
        The last instant looked at, with a zone.
    fact_history
        When facts became known (see `read_fact_changes`); those it does not name hold from the beginning.
    others
        Other files that the mapping is for too, with the columns it renames in them.
    problems
        Where bad rows go.

    Raises
    ------
    InputInvalid
        When a file cannot be used.
    """
    with ExitStack() as stack:
        past = _Past(
            definitions, leads, accounts, events, fact_history, others,
            mapping=Mapping() if mapping is None else mapping,
            problems=Problems() if problems is None else problems,
            progress=progress, allow_missing=allow_missing, encoding=encoding, in_memory=in_memory,
        )  # fmt: skip
        try:
            became = past.became(microseconds_of(until))
        except NotClustered:
            past.sort(Path(stack.enter_context(TemporaryDirectory(prefix="handraise-"))), progress)
            became = past.became(microseconds_of(until))
    return Replays(
        ids=past.table.ids,
        became=tuple(instants(found) for found in became),
        events=past.events_read,
        undated=int((~past.is_dated).sum()),
        without_history=past.without_history,
        has_received=past.source is not None and RECEIVED in past.source.names,
    )


class _Past:
    """Files opened for several definitions, everything checked."""

    def __init__(
        self,
        definitions: Sequence[Definition],
        leads: Path,
        accounts: Path | None,
        events: Path | None,
        fact_history: Path | None,
        others: Sequence[tuple[Path, Sequence[str]]],
        *,
        mapping: Mapping,
        problems: Problems,
        progress: Progress,
        allow_missing: Sequence[str],
        encoding: str,
        in_memory: int,
    ) -> None:
        self.replayers = [Replayer(definition) for definition in definitions]
        self.problems = problems
        zone = mapping.zone or definitions[0].timezone
        needed = sorted({fact for each in self.replayers for fact in each.facts.needed()})
        self.table = read_leads(
            leads,
            accounts=accounts,
            mapping=mapping,
            wanted=[*needed, CREATED],
            problems=problems,
            zone=zone,
            encoding=encoding,
        )
        self.ids = self.table.plain_ids
        self.table = LeadTable(self.ids, self.table.columns, self.table.theirs, self.table.accounts_theirs)
        changes = None
        if fact_history is not None:
            changes = read_fact_changes(
                fact_history,
                KeyIndex(self.ids),
                mapping=mapping,
                problems=problems,
                zone=zone,
                encoding=encoding,
            )
        told = set() if changes is None else set(changes.facts.unique().to_pylist())
        self._check(leads, accounts, sorted(told), allow_missing)
        asked = sorted({fact for each in self.replayers for fact in each.facts.facts})
        self.without_history = {
            fact: self._is_known(fact)
            for fact in asked
            if not {fact, source_of(fact)} & {*told, CREATED, _LEAD_ID}
        }
        self.source: EventSource | None = None
        if events is not None:
            self.source = self._events(events, mapping, zone, allow_missing, progress, encoding, in_memory)
        files = [(leads, self.table.theirs)]
        files += [(accounts, self.table.accounts_theirs)] if accounts is not None else []
        files += [(events, self.source.theirs)] if events is not None and self.source is not None else []
        if fact_history is not None:
            renamed = (theirs for theirs, ours in mapping.columns.items() if ours in FACT_COLUMNS)
            files.append((fact_history, tuple(renamed)))
        check_mapping(mapping, [*files, *others])
        self.replays = [(each, self._base(each, changes)) for each in self.replayers]
        self.is_dated = self.replays[0][1].known != MISSING
        self.events_read = 0

    def _is_known(self, fact: str) -> pa.Array:
        """Of which leads there is a value, or one that it can be derived from."""
        known = pa.repeat(pa.scalar(False), len(self.ids))
        for name in (fact, source_of(fact)):
            if name in self.table.columns:
                known = pc.or_(known, self.table.columns[name].is_valid())
        return known

    def _check(
        self, leads: Path, accounts: Path | None, told: Sequence[str], allow_missing: Sequence[str]
    ) -> None:
        there = [*self.table.columns, _LEAD_ID, *told]
        for each in self.replayers:
            check_facts(
                each.plan.definition,
                [(fact, source_of(fact)) for fact in each.facts.facts],
                there,
                files=[(leads, self.table.theirs)]
                + ([(accounts, self.table.accounts_theirs)] if accounts else []),
                allow_missing=allow_missing,
            )

    def _events(
        self,
        path: Path,
        mapping: Mapping,
        zone: str,
        allow_missing: Sequence[str],
        progress: Progress,
        encoding: str,
        in_memory: int,
    ) -> EventSource:
        wanted = dict.fromkeys(name for each in self.replayers for name in each.plan.event_properties)
        if any(each.plan.needs_sessions for each in self.replayers):
            wanted[SESSION] = None
        source = open_events(
            path,
            mapping=mapping,
            wanted=[*wanted, RECEIVED],
            zone=zone,
            problems=self.problems,
            progress=progress,
            encoding=encoding,
            in_memory=in_memory,
        )
        for each in self.replayers:
            check_properties(
                each.plan.definition,
                each.plan.event_properties,
                source.names,
                path=path,
                theirs=source.theirs,
                is_open=source.is_open,
                allow_missing=allow_missing,
                problems=self.problems,
            )
        return source

    def _base(self, replayer: Replayer, changes: FactChanges | None) -> Base:
        columns = dict(self.table.columns)
        if _LEAD_ID in replayer.facts.facts:
            columns[_LEAD_ID] = self.ids
        return base_as_known(self.ids, columns, changes, replayer.plan, replayer.facts)

    def sort(self, folder: Path, progress: Progress) -> None:
        """Sort the events by lead into a folder, and read them from there."""
        assert self.source is not None
        self.problems.note("the events were not in the order of leads and were sorted first")
        self.source = clustered_folder(self.source, folder, progress)

    def became(self, until: int) -> list[I64]:
        """When each lead became an MQL, for each definition, in microseconds or MISSING."""
        self.events_read = 0
        found = [np.full(len(self.ids), MISSING, np.int64) for _ in self.replays]
        for rows, instants_found in replayed(self.replays, self._tables(), until):
            for each, instants_of_rows in zip(found, instants_found, strict=True):
                each[rows] = instants_of_rows
        return found

    def _tables(self) -> Iterator[pa.Table]:
        if self.source is None:
            return
        for table in self.source.tables():
            self.events_read += table.num_rows
            rows = self.replays[0][1].index.rows(table["lead_id"].unique())
            self.is_dated[rows[rows >= 0]] = True
            yield table if self.source.is_streamed else clustered(table, self.replays[0][1])
