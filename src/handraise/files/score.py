"""Scoring files, the whole way: leads, accounts and events in, scores and bad rows out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.model import Definition
from handraise.engine.asked import microseconds_of
from handraise.engine.base import Base, base_of
from handraise.engine.batch import BatchEvaluator, NotClustered, clustered, score_stream
from handraise.engine.match import source_of
from handraise.engine.passes import indices_of
from handraise.engine.results import Tables
from handraise.engine.run import Moment
from handraise.files.cluster import clustered_folder
from handraise.files.events import IN_MEMORY, EventSource, Progress, is_clustered, no_progress, open_events
from handraise.files.leads import CREATED, LeadTable, read_leads
from handraise.files.mapping import Mapping
from handraise.files.needs import check_facts, check_mapping, check_properties
from handraise.files.problems import Problems
from handraise.files.results import ResultWriter
from handraise.files.rows import one_piece
from handraise.files.tidying import LEAD, SESSION

_SHOWN_IDS: Final = 3


@dataclass(frozen=True)
class RunSummary:
    """What a run did.

    Attributes
    ----------
    leads, events
        Leads scored, and events read (those of other leads too).
    mqls
        Leads that are an MQL at `as_of`.
    grades, disqualified
        Leads by grade and by reason, in the order of grades, and of how many.
    errors
        Bad rows by reason; they stand in `errors_file`.
    notices
        What else a reader should know, in words.
    seconds
        How long the run took.
    """

    as_of: datetime
    leads: int
    events: int
    mqls: int
    grades: dict[str, int]
    disqualified: dict[str, int]
    errors: dict[str, int]
    notices: tuple[str, ...]
    seconds: float
    errors_file: Path | None = None


class Job:
    """Files opened for one definition, everything checked; `tables` scores them.

    Raises
    ------
    InputInvalid
        When a file cannot be read, or does not have what the definition needs.
    """

    def __init__(
        self,
        definition: Definition,
        leads: Path,
        accounts: Path | None,
        events: Path | None,
        as_of: datetime,
        *,
        mapping: Mapping,
        problems: Problems,
        progress: Progress,
        allow_missing: Sequence[str] = (),
        encoding: str = "utf-8",
        in_memory: int = IN_MEMORY,
    ) -> None:
        self.evaluator = BatchEvaluator(definition)
        self.moment = Moment(microseconds_of(as_of))
        self.problems = problems
        zone = mapping.zone or definition.timezone
        table = self._leads(leads, accounts, mapping, zone, encoding, allow_missing)
        self.source: EventSource | None = None
        if events is not None:
            self.source = self._events(events, mapping, zone, encoding, allow_missing, progress, in_memory)
        files = [(leads, table.theirs)]
        files += [(accounts, table.accounts_theirs)] if accounts is not None else []
        files += [(events, self.source.theirs)] if events is not None and self.source is not None else []
        check_mapping(mapping, files)
        self.base: Base = base_of(table.ids, table.columns, self.evaluator.plan, self.evaluator.facts)
        self.results = Tables(self.evaluator.plan, self.base)
        self.events_read = 0
        self._strange: dict[str, None] = {}
        self._strange_events = 0
        self._leads_file = leads

    def _leads(
        self,
        path: Path,
        accounts: Path | None,
        mapping: Mapping,
        zone: str,
        encoding: str,
        allow_missing: Sequence[str],
    ) -> LeadTable:
        facts = self.evaluator.facts
        table = read_leads(
            path,
            accounts=accounts,
            mapping=mapping,
            wanted=[*facts.needed(), CREATED],
            problems=self.problems,
            zone=zone,
            encoding=encoding,
        )
        there = [*table.columns, "lead.lead_id"]
        check_facts(
            self.evaluator.plan.definition,
            [(fact, source_of(fact)) for fact in facts.facts],
            there,
            files=[(path, table.theirs), *([(accounts, table.accounts_theirs)] if accounts else [])],
            allow_missing=allow_missing,
        )
        if "lead.lead_id" in facts.facts:
            table.columns["lead.lead_id"] = table.ids
        return table

    def _events(
        self,
        path: Path,
        mapping: Mapping,
        zone: str,
        encoding: str,
        allow_missing: Sequence[str],
        progress: Progress,
        in_memory: int,
    ) -> EventSource:
        plan = self.evaluator.plan
        properties = plan.event_properties
        source = open_events(
            path,
            mapping=mapping,
            wanted=[*properties, *([SESSION] if plan.needs_sessions else [])],
            zone=zone,
            problems=self.problems,
            progress=progress,
            encoding=encoding,
            in_memory=in_memory,
        )
        check_properties(
            plan.definition,
            properties,
            source.names,
            path=path,
            theirs=source.theirs,
            is_open=source.is_open,
            allow_missing=allow_missing,
            problems=self.problems,
        )
        return source

    def sort(self, folder: Path, progress: Progress) -> None:
        """Sort the events by lead into a folder, and read them from there."""
        assert self.source is not None
        self.source = clustered_folder(self.source, folder, progress)

    def tables(self) -> Iterator[pa.Table]:
        """Scores of all leads, some at a time.

        Raises
        ------
        NotClustered
            When events are streamed and a lead's do not stand together; sort, and begin again.
        """
        self.events_read = 0
        self._strange, self._strange_events = {}, 0
        for scored in score_stream(self.evaluator, self.base, self._tables(), self.moment):
            if scored.rows.size:
                yield self.results.table(scored)
        self._tell_strangers()

    def _tables(self) -> Iterator[pa.Table]:
        if self.source is None:
            return
        for table in self.source.tables():
            self.events_read += table.num_rows
            self._count_strangers(table)
            yield table if self.source.is_streamed else clustered(table, self.base)

    def _count_strangers(self, table: pa.Table) -> None:
        """Count the events of leads that nobody told us of."""
        lead = one_piece(table[LEAD])
        lead = lead if pa.types.is_dictionary(lead.type) else lead.dictionary_encode()
        unknown = self.base.index.rows(lead.dictionary) < 0
        if not unknown.any():
            return
        codes, _, _ = indices_of(lead)
        counts = np.bincount(codes, minlength=len(unknown))
        for place in np.flatnonzero(unknown & (counts > 0)):
            self._strange_events += int(counts[place])
            if len(self._strange) < _SHOWN_IDS:
                self._strange[lead.dictionary[int(place)].as_py()] = None

    def _tell_strangers(self) -> None:
        where = f"{self._leads_file.name} (such as {', '.join(self._strange)})"
        self.problems.note(
            f"{{count}} events belong to leads that are not in {where} and were not scored",
            self._strange_events,
            f"1 event belongs to a lead that is not in {where} and was not scored",
        )


def score_files(
    definition: Definition,
    leads: Path,
    accounts: Path | None,
    events: Path | None,
    as_of: datetime,
    out: Path | None,
    *,
    mapping: Mapping | None = None,
    errors: Path | None = None,
    progress: Progress = no_progress,
    allow_missing: Sequence[str] = (),
    encoding: str = "utf-8",
    in_memory: int = IN_MEMORY,
) -> RunSummary:
    """Score the leads of a file.

    Parameters
    ----------
    accounts, events
        Without accounts, facts about them come from the leads file; without events, engagement is silence.
    as_of
        The instant asked about, with a zone.
    out
        Where scores go (`.parquet`, `.csv`, `.jsonl`); None writes nothing.
    errors
        Where bad rows go, `OUT.errors.csv` by default; made only when there are some.
    progress
        Told how many events are done, and of how many.
    allow_missing
        Facts and properties that the definition looks at and the files need not have; `account.*` for all
        about accounts.
    in_memory
        Parquet events of more rows than this are streamed, and sorted first when they must be.

    Raises
    ------
    InputInvalid
        When a file cannot be used; nothing is written then.
    """
    began = perf_counter()
    where = (
        errors if errors is not None else (None if out is None else out.with_name(out.name + ".errors.csv"))
    )
    problems = Problems(where)
    with ExitStack() as stack:
        stack.callback(problems.discard)
        job = Job(
            definition, leads, accounts, events, as_of,
            mapping=Mapping() if mapping is None else mapping, problems=problems, progress=progress,
            allow_missing=allow_missing, encoding=encoding, in_memory=in_memory,
        )  # fmt: skip
        try:
            tally = _written(job, out)
        except NotClustered:
            folder = _temporary(stack, out)
            problems.note("the events were not in the order of leads and were sorted first")
            job.sort(folder, progress)
            tally = _written(job, out)
        problems.close()
    return RunSummary(
        as_of=as_of,
        leads=tally.leads,
        events=job.events_read,
        mqls=tally.mqls,
        grades=dict(sorted(tally.grades.items())),
        disqualified=dict(tally.disqualified.most_common()),
        errors=dict(problems.counts.most_common()),
        notices=problems.notices,
        seconds=perf_counter() - began,
        errors_file=where if problems.total else None,
    )


def _temporary(stack: ExitStack, out: Path | None) -> Path:
    """A folder for the sorted events: beside the scores, where there is room for large files."""
    beside = None if out is None else out.resolve().parent
    return Path(stack.enter_context(TemporaryDirectory(prefix=".handraise-", dir=beside)))


class _Tally:
    """Counts over score tables."""

    def __init__(self) -> None:
        self.leads = self.mqls = 0
        self.grades: Counter[str] = Counter()
        self.disqualified: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        self.leads += table.num_rows
        self.mqls += pc.sum(table["is_mql"]).as_py() or 0
        for name, counter in (("grade", self.grades), ("disqualified", self.disqualified)):
            for found in pc.value_counts(table[name].combine_chunks().dictionary_decode()).to_pylist():
                if found["values"] is not None:
                    counter[found["values"]] += found["counts"]


def _written(job: Job, out: Path | None) -> _Tally:
    tally = _Tally()
    if out is None:
        for table in job.tables():
            tally.add(table)
        return tally
    with ResultWriter(out) as writer:
        for table in job.tables():
            tally.add(table)
            writer.write(table)
    return tally


def iter_scored(
    definition: Definition,
    leads: Path,
    accounts: Path | None,
    events: Path | None,
    as_of: datetime,
    *,
    mapping: Mapping | None = None,
    problems: Problems | None = None,
    progress: Progress = no_progress,
    allow_missing: Sequence[str] = (),
    encoding: str = "utf-8",
    in_memory: int = IN_MEMORY,
) -> Iterator[pa.Table]:
    """Scores as tables of `engine.results.SCHEMA`, some leads at a time, in no particular order.

    The parameters are those of `score_files`; `problems` collects what is wrong with rows.

    Raises
    ------
    InputInvalid
        When a file cannot be used.
    """
    with ExitStack() as stack:
        job = Job(
            definition, leads, accounts, events, as_of,
            mapping=Mapping() if mapping is None else mapping,
            problems=Problems() if problems is None else problems,
            progress=progress, allow_missing=allow_missing, encoding=encoding, in_memory=in_memory,
        )  # fmt: skip
        if job.source is not None and job.source.is_streamed and not is_clustered(job.source):
            job.sort(_temporary(stack, None), progress)
        yield from job.tables()
