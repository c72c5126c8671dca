"""The past from files, for the commands that learn from it: leads, events, and what sales made of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from handraise.cli import output
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    import pyarrow as pa

    from handraise.core.definition.model import Definition
    from handraise.files.events import EventSource
    from handraise.files.mapping import Mapping
    from handraise.files.problems import Problems
    from handraise.learn.past import Past

Outcomes = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="What sales made of the leads: `lead_id` with `accepted_at`, `rejected_at`, `won_at` and "
        "others.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="The end of the history: a time with its zone, or a date. Default: the last moment of the "
        "outcomes.",
    ),
]
ReportFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where to write the report, an HTML page.")
]
By = Annotated[
    str | None,
    typer.Option(
        metavar="FACT", help="Look at the values of a fact one by one, such as lead.source or lead.country."
    ),
]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Files:
    """Which files, and how they are to be read; without outcomes nothing is known of sales."""

    leads: Path
    accounts: Path | None
    events: Path | None
    outcomes: Path | None
    until: str | None
    columns: Sequence[str]
    missing: Sequence[str]
    allow_missing: Sequence[str]
    encoding: str


def moment(instant: int) -> datetime:
    """Microseconds since 1970 as a time."""
    return EPOCH + timedelta(microseconds=instant)


def day(instant: int, zone: str) -> str:
    """The day of an instant as people write it.

    Examples
    --------
    >>> day(1_790_800_000_000_000, "Europe/Berlin")
    '30 September 2026'
    """
    from zoneinfo import ZoneInfo

    there = moment(instant).astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%B %Y}"


def working(what: str) -> AbstractContextManager[object]:
    """A turning sign on a terminal while something is worked out; silent elsewhere."""
    out = output.console(stderr=True)
    return out.status(what) if out.is_terminal else nullcontext()


def check_report(out: Path | None) -> None:
    """Refuse a report that is no page, before the work and not after it."""
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise InputInvalid(f"`{out}` must end in .html: the report is a page")


@contextmanager
def opened_past(
    files: Files,
    definition: "Definition | None",
    *,
    facts: Sequence[str] = (),
    optional: Sequence[str] = (),
    everything: bool = False,
    what: str = "reading",
) -> Iterator["Past"]:
    """The past that the files tell, for as long as it is worked with; notices go to standard error.

    Parameters
    ----------
    definition
        Whose facts and event properties are needed; None for none.
    facts, optional
        Other facts that are needed, and that are read where there are any.
    everything
        Whether all facts and properties are read.

    Raises
    ------
    InputInvalid
        When a file cannot be used, or lacks what is needed.
    """
    from handraise.cli.inputs import left_out, mapping_of
    from handraise.files.problems import Problems

    problems = Problems()
    mapping = mapping_of(files.columns, files.missing)
    with TemporaryDirectory(prefix="handraise-") as folder, output.Progress(what, "events") as progress:
        reading = _Reading(files, definition, mapping, problems, progress)
        past = reading.past(facts, optional, Path(folder), everything=everything)
        for notice in left_out(problems):
            output.notice(notice)
        if past.strangers:
            output.notice(f"{past.strangers:,} outcomes are of leads that are not in {files.leads.name}")
        yield past


class _Reading:
    """Files read for one definition, or for none."""

    def __init__(
        self,
        files: Files,
        definition: "Definition | None",
        mapping: "Mapping",
        problems: "Problems",
        progress: output.Progress,
    ) -> None:
        self.files, self.definition, self.mapping = files, definition, mapping
        self.problems, self.progress = problems, progress
        self.zone = mapping.zone or (definition.timezone if definition is not None else "UTC")

    def past(
        self, facts: Sequence[str], optional: Sequence[str], folder: Path, *, everything: bool
    ) -> "Past":
        """Everything together."""
        from handraise.cli.moments import moment_of
        from handraise.engine.asked import microseconds_of
        from handraise.files.leads import CREATED, read_leads
        from handraise.files.needs import check_mapping
        from handraise.files.outcomes import SCHEMA, read_outcomes
        from handraise.learn.past import past_of

        needed = self._needed([*facts, *optional])
        table = read_leads(
            self.files.leads,
            accounts=self.files.accounts,
            mapping=self.mapping,
            wanted=None if everything else [*needed, CREATED],
            problems=self.problems,
            zone=self.zone,
            encoding=self.files.encoding,
        )
        opened = [(self.files.leads, table.theirs)]
        opened += [(self.files.accounts, table.accounts_theirs)] if self.files.accounts else []
        self._check_facts(facts, [*table.columns, "lead.lead_id"], opened)
        outcomes = SCHEMA.empty_table()
        if self.files.outcomes is not None:
            outcomes = read_outcomes(
                self.files.outcomes,
                mapping=self.mapping,
                problems=self.problems,
                zone=self.zone,
                encoding=self.files.encoding,
            )
            named = tuple(theirs for theirs, ours in self.mapping.columns.items() if ours in SCHEMA.names)
            opened.append((self.files.outcomes, named))
        ids = table.plain_ids
        source = None
        if self.files.events is not None:
            source = self._events(self.files.events, everything=everything)
            opened.append((self.files.events, source.theirs))
        check_mapping(self.mapping, opened)
        has_end = self.files.until is not None or self.files.outcomes is None  # without either: now
        return past_of(
            ids,
            {**table.columns, "lead.lead_id": ids},
            _clustered(source, folder, self.progress),
            outcomes,
            microseconds_of(moment_of(self.files.until, self.zone, option="--until")) if has_end else None,
        )

    def _needed(self, facts: Sequence[str]) -> list[str]:
        from handraise.engine.match import source_of

        found = dict.fromkeys(facts)
        found |= dict.fromkeys(source for fact in facts if (source := source_of(fact)) is not None)
        if self.definition is not None:
            from handraise.engine.batch import BatchEvaluator

            found |= dict.fromkeys(BatchEvaluator(self.definition).facts.needed())
        return list(found)

    def _check_facts(
        self, facts: Sequence[str], there: Sequence[str], opened: Sequence[tuple[Path, Sequence[str]]]
    ) -> None:
        from handraise.engine.match import source_of
        from handraise.files.needs import check_facts

        for fact in facts:
            if fact not in there and source_of(fact) not in there:
                names = ", ".join(sorted(name for name in there if name != "lead.lead_id"))
                raise InputInvalid(f"`{fact}` is in none of the files; they have {names or 'no facts'}")
        if self.definition is None:
            return
        from handraise.engine.batch import BatchEvaluator

        asked = BatchEvaluator(self.definition).facts.facts
        check_facts(
            self.definition,
            [(fact, source_of(fact)) for fact in asked],
            there,
            files=opened,
            allow_missing=self.files.allow_missing,
        )

    def _events(self, path: Path, *, everything: bool) -> "EventSource":
        from handraise.engine.batch import BatchEvaluator
        from handraise.files.events import open_events
        from handraise.files.needs import check_properties
        from handraise.files.tidying import SESSION

        plan = None if self.definition is None else BatchEvaluator(self.definition).plan
        properties = () if plan is None else plan.event_properties
        wanted = [*properties, *([SESSION] if plan is not None and plan.needs_sessions else [])]
        source = open_events(
            path,
            mapping=self.mapping,
            wanted=None if everything else wanted,
            zone=self.zone,
            problems=self.problems,
            progress=self.progress,
            encoding=self.files.encoding,
        )
        if self.definition is not None:
            check_properties(
                self.definition,
                properties,
                source.names,
                path=path,
                theirs=source.theirs,
                is_open=source.is_open,
                allow_missing=self.files.allow_missing,
                problems=self.problems,
            )
        return source


def _clustered(
    source: "EventSource | None", folder: Path, progress: output.Progress
) -> "Callable[[], Iterator[pa.Table]]":
    """The events with each lead's in one place: in memory, or by a sort into the folder."""
    if source is None:
        return lambda: iter(())
    if source.is_streamed:
        from handraise.files.cluster import clustered_folder
        from handraise.files.events import is_clustered

        return (source if is_clustered(source) else clustered_folder(source, folder, progress)).tables
    import numpy as np
    import pyarrow as pa

    from handraise.engine.columns import coded

    kept = [
        table.take(pa.array(np.argsort(coded(table["lead_id"]).codes, kind="stable")))
        for table in source.tables()
    ]
    return lambda: iter(kept)
