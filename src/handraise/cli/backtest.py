"""`handraise backtest`: what a definition would have done, on the history as it was known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import figures, output
from handraise.cli.definitions import Loaded, load
from handraise.cli.moments import moment_of
from handraise.cli.options import (
    Accounts,
    AllowMissing,
    Encoding,
    Events,
    Json,
    Leads,
    Map,
    Missing,
)
from handraise.cli.past import Outcomes
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    import pyarrow as pa

    from handraise.files.replays import Replays
    from handraise.learn.backtest import Backtest, Period

PAGE = (".html", ".htm")
PEOPLE = (".parquet", ".csv", ".jsonl")


@dataclass(frozen=True)
class Told:
    """A backtest with what a reader wants to know of where it comes from."""

    found: "Backtest"
    replays: "Replays"
    candidate: Loaded
    against: Loaded | None
    notices: tuple[str, ...]

    @property
    def zone(self) -> str:
        """The zone of its days and weeks."""
        return self.candidate.definition.timezone


def backtest(
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help="The definition as it would be.")],
    leads: Leads,
    outcomes: Outcomes,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The definition as it is. Default: compare with what was really handed to sales.",
        ),
    ] = None,
    events: Events = None,
    accounts: Accounts = None,
    fact_history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Since when facts are known: `lead_id`, `fact`, `value`, `known_since`. Facts it does not "
            "name hold from the beginning.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="The beginning of the period: a time with its zone, or a date. Default: the first hand-off.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The end of the period. Default: the last moment of the outcomes."),
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(min=1, metavar="NUMBER", help="How many leads the team can work in a week."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER|FILE",
            help="A folder for report, figures and people; or only the report (.html) or the people "
            "(.parquet, .csv, .jsonl).",
        ),
    ] = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Replay history under a definition: whom it gains and loses, when, and what became of them.

    Every moment is judged by what was known then: an event counts from when it was received, a fact from when
    it was learned.
    """
    mine = load(candidate)
    theirs = None if against is None else load(against)
    _check_out(out)
    import pyarrow as pa

    from handraise.cli.inputs import left_out, mapping_of
    from handraise.files.outcomes import read_outcomes
    from handraise.files.problems import Problems
    from handraise.files.replays import replay_files
    from handraise.learn.backtest import Promise, compared

    pa.set_memory_pool(pa.system_memory_pool())  # as in `score`
    problems, mapping = Problems(_errors_beside(out)), mapping_of(columns or [], missing or [])
    zone = mine.definition.timezone
    try:
        table = read_outcomes(outcomes, mapping=mapping, problems=problems, zone=zone, encoding=encoding)
        period = _period(table, since, until, zone)
        with output.Progress("replaying", "events") as progress:
            replays = replay_files(
                [each.definition for each in (mine, theirs) if each is not None],
                leads,
                accounts,
                events,
                period.end - timedelta(microseconds=1),
                fact_history=fact_history,
                mapping=mapping,
                others=[(outcomes, _mapped(mapping.columns, table.column_names))],
                problems=problems,
                progress=progress,
                allow_missing=allow_missing or [],
                encoding=encoding,
            )
        found = compared(
            replays.ids,
            replays.became[0],
            replays.became[1] if theirs is not None else None,
            table,
            period,
            zone=zone,
            capacity=capacity,
            promise=Promise.of(mine.definition),
            undated=replays.without_history,
        )
        told = Told(found, replays, mine, theirs, (*left_out(problems), *_doubts(replays, found)))
        document = as_json(told)
        written = _write(told, document, out) if out is not None else []
        written += [problems.path] if problems.total and problems.path is not None else []
        problems.close()
    finally:
        problems.discard()
    if json:
        people = found.people.to_pylist()
        output.document({**document, "out": written, "people": people})
    else:
        _show(told, written)


def _mapped(theirs: Mapping[str, str], ours: list[str]) -> tuple[str, ...]:
    """Columns that are renamed for the outcomes' sake."""
    return tuple(name for name, own in theirs.items() if own in ours)


def _check_out(out: Path | None) -> None:
    if out is None or not out.suffix or out.is_dir():
        return
    if out.suffix.lower() not in (*PAGE, *PEOPLE):
        raise InputInvalid(f"`{out}` must be a folder, or end in .html, .parquet, .csv or .jsonl")


def _errors_beside(out: Path | None) -> Path | None:
    if out is None:
        return None
    if out.suffix and not out.is_dir():
        return out.with_name(out.name + ".errors.csv")
    _make(out)
    return out / "errors.csv"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputInvalid(f"cannot make the folder `{folder}`: {error.strerror or error}") from None


def _period(outcomes: "pa.Table", since: str | None, until: str | None, zone: str) -> "Period":
    """From the first hand-off to the last moment that outcomes tell of, unless somebody says otherwise."""
    import pyarrow.compute as pc

    from handraise.files.outcomes import INSTANTS
    from handraise.learn.backtest import Period

    told = [outcomes[name] for name in INSTANTS if outcomes[name].null_count < len(outcomes)]
    if not told and (since is None or until is None):
        raise InputInvalid("the outcomes tell no time at all; name the period with --from and --until")
    start = (
        moment_of(since, zone, option="--from") if since else min(pc.min(column).as_py() for column in told)
    )
    if until:
        end = moment_of(until, zone, option="--until")
    else:
        end = max(pc.max(column).as_py() for column in told) + timedelta(microseconds=1)
    if not start < end:
        raise InputInvalid(f"the period ends ({_iso(end)}) before it begins ({_iso(start)})")
    return Period(start, end)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _doubts(replays: "Replays", found: "Backtest") -> list[str]:
    """What the history does not tell, so that the figures cannot know it."""
    from handraise.learn.backtest.telling import of_suspicious

    said = [of_suspicious(fact, found) for fact in found.suspicious]
    if replays.without_history:
        facts = list(replays.without_history)
        names = ", ".join(facts[:6]) + (" …" if len(facts) > 6 else "")
        said.append(
            f"nobody says since when these facts are known, so they hold from the beginning: {names} "
            "(--fact-history tells)"
        )
    if replays.events and not replays.has_received:
        said.append("events have no received_at: each counts from when it occurred")
    if replays.undated:
        said.append(
            f"{output.counted(replays.undated, 'lead')} without created_at and without an event cannot be "
            "replayed"
        )
    if not found.candidate.handed and not found.against.handed:
        said.append("none of the leads has an outcome in the period; are the lead ids those of the outcomes?")
    return said


def as_json(told: Told) -> dict[str, Any]:
    """The backtest for machines, without its people."""
    from handraise.core.definition.hashing import content_hash, scoring_hash
    from handraise.learn.backtest import in_short

    def named(loaded: Loaded | None) -> dict[str, Any] | None:
        if loaded is None:
            return None
        definition = loaded.definition
        return {
            "name": definition.name,
            "content_hash": content_hash(definition),
            "scoring_hash": scoring_hash(definition),
        }

    figures_of = figures.for_machines(told.found)
    del figures_of["people"]
    return {
        "candidate_definition": named(told.candidate),
        "against_definition": named(told.against),
        "in_short": in_short(told.found),
        "events": told.replays.events,
        **figures_of,
        "notices": list(told.notices),
    }


def _write(told: Told, document: dict[str, Any], out: Path) -> list[Path]:
    """Write what was asked for; returns the files."""
    import json

    from handraise.files.results import ResultWriter

    def people(path: Path) -> Path:
        with ResultWriter(path) as writer:
            writer.write(told.found.people)
        return path

    def page(path: Path) -> Path:
        from handraise.cli.backtest_report import report_of
        from handraise.rendering.report import report_html

        output.write_text(path, report_html(report_of(told)))
        return path

    suffix = out.suffix.lower()
    if not out.is_dir() and suffix in PEOPLE:
        return [people(out)]
    if not out.is_dir() and suffix in PAGE:
        return [page(out)]
    figures_file = out / "backtest.json"
    output.write_text(figures_file, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return [page(out / "report.html"), figures_file, people(out / "people.parquet")]


def _show(told: Told, written: list[Path]) -> None:
    from handraise.core.words import ENGLISH
    from handraise.learn.backtest import in_short
    from handraise.learn.backtest.telling import about, of_gained, of_lost, other

    found, zone = told.found, told.zone
    output.say(
        f"{told.candidate.definition.name} against {other(found)}",
        f"{ENGLISH.local(found.period.start, zone)} to {ENGLISH.local(found.period.end, zone)} ({zone}); "
        f"{output.counted(found.leads, 'lead')}, {output.counted(told.replays.events, 'event')}",
        "",
    )
    output.text(in_short(found))
    output.say("")
    versions = (("all under the candidate", found.candidate), (f"all in {other(found)}", found.against))
    rows = [
        (
            name,
            f"{group.leads:,}",
            f"{group.handed:,}",
            figures.share(group.accepted),
            figures.share(group.sql),
            figures.share(group.won),
        )
        for name, group in [*((name.value, group) for name, group in found.groups.items()), *versions]
    ]
    output.table(("group", "leads", "with outcome", "accepted", "SQL", "won"), rows, right=(1, 2, 3, 4, 5))
    output.say("")
    for name in found.groups:
        output.text(f"{name.value}: {about(name, found)}", style="dim")
    output.say("")
    output.text(of_gained(found))
    output.text(of_lost(found))
    _show_time(found)
    _show_load(found)
    for notice in told.notices:
        output.notice(notice)
    if written:
        output.say("", *(f"Wrote {path}." for path in written))


def _show_time(found: "Backtest") -> None:
    from handraise.learn.backtest.telling import other

    output.say("")
    output.heading("Days before the first sales contact (median)")
    output.say(
        f"  candidate   {figures.days(found.days_before_contact, found.contacted)}",
        f"  {other(found)}   {figures.days(found.against_days_before_contact, found.against_contacted)}",
    )


def _show_load(found: "Backtest") -> None:
    import statistics

    load = found.load
    if not load.whole_weeks:
        return
    output.say("")
    output.heading("Leads a week")
    for name in ("candidate", "against"):
        counts = [getattr(week, name) for week in load.whole_weeks]
        output.say(f"  {name:<11} median {statistics.median(counts):g}, busiest {max(counts):,}")
    if load.over_capacity is not None:
        mine, theirs = load.over_capacity
        output.say(
            f"  over {load.capacity:,} a week in {mine:,} of {len(load.whole_weeks):,} weeks "
            f"(against: {theirs:,})"
        )
    if load.in_time is not None and load.against_in_time is not None:
        output.say(
            f"  reached in time: {figures.share(load.in_time)}; against {figures.share(load.against_in_time)}"
        )
