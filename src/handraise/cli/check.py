"""`handraise check`: what is wrong or doubtful in a definition, by itself and against data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.definitions import DefinitionUnreadable, Loaded, load
from handraise.cli.options import (
    Accounts,
    AllowMissing,
    AsOf,
    DefinitionFile,
    Encoding,
    Events,
    Json,
    Map,
    Missing,
)
from handraise.core.errors import InputInvalid, Problem

if TYPE_CHECKING:
    from handraise.cli.findings import Seen


def check(
    definition: DefinitionFile,
    leads: Annotated[Path | None, typer.Option(metavar="FILE", help="Leads to check it against.")] = None,
    events: Events = None,
    accounts: Accounts = None,
    as_of: AsOf = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Find errors (exit code 1) and doubts, each with its line, its column and what to do instead."""
    if leads is None and (events is not None or accounts is not None):
        raise InputInvalid("to check against data, name the leads too: --leads leads.csv")
    try:
        loaded = load(definition)
    except DefinitionUnreadable as invalid:
        _report(invalid.problems, invalid.source, invalid.text, None, None, json=json)
        raise typer.Exit(1) from None
    from handraise.core.lint import lint

    problems = lint(loaded.read)
    seen = None
    if leads is not None:
        seen = _seen(loaded, leads, accounts, events, as_of, columns, missing, allow_missing, encoding)
        from handraise.cli.findings import findings

        problems = (*problems, *findings(loaded.read, seen))
    _report(problems, loaded.source, loaded.text, loaded, seen, json=json)
    raise typer.Exit(1 if any(each.severity == "error" for each in problems) else 0)


def _seen(
    loaded: Loaded,
    leads: Path,
    accounts: Path | None,
    events: Path | None,
    as_of: str | None,
    columns: list[str] | None,
    missing: list[str] | None,
    allow_missing: list[str] | None,
    encoding: str,
) -> "Seen":
    from handraise.cli.findings import seen_in
    from handraise.cli.inputs import left_out, mapping_of
    from handraise.cli.moments import moment_of
    from handraise.files.problems import Problems
    from handraise.files.score import iter_scored

    problems = Problems()

    with output.Progress("checking", "events") as progress:
        tables = iter_scored(
            loaded.definition,
            leads,
            accounts,
            events,
            moment_of(as_of, loaded.definition.timezone),
            mapping=mapping_of(columns or [], missing or []),
            progress=progress,
            allow_missing=allow_missing or [],
            encoding=encoding,
            problems=problems,
        )
        seen = seen_in(tables, [rule.rule for rule in loaded.definition.rules])
    for notice in left_out(problems):
        output.notice(notice)
    return seen


def _report(
    problems: tuple[Problem, ...],
    source: str,
    text: str,
    loaded: Loaded | None,
    seen: "Seen | None",
    *,
    json: bool,
) -> None:
    errors = sum(each.severity == "error" for each in problems)
    doubts = len(problems) - errors
    if json:
        output.document(_as_json(problems, source, loaded, seen))
        return
    output.show_problems(problems, source, text, stderr=False)
    if problems:
        output.say("")
    told = f"{source}: {_counted(errors, 'error')}, {_counted(doubts, 'doubt')}"
    if loaded is not None:
        from handraise.core.definition.hashing import content_hash, scoring_hash

        definition = loaded.definition
        told += (
            f" in {_counted(len(definition.rules), 'rule')} and {_counted(len(definition.signals), 'signal')}"
        )
        output.say(told)
        if seen is not None and seen.leads:
            share = 100 * seen.mqls / seen.leads
            output.say(f"{seen.mqls:,} of {seen.leads:,} leads qualify ({share:.1f} %)")
        output.say(f"content {content_hash(definition)[:12]}, scoring {scoring_hash(definition)[:12]}")
    else:
        output.say(told)


def _counted(count: int, noun: str) -> str:
    return output.counted(count, noun) if count else f"no {noun}s"


def _as_json(
    problems: tuple[Problem, ...], source: str, loaded: Loaded | None, seen: "Seen | None"
) -> dict[str, Any]:
    from handraise.core.definition.hashing import content_hash, scoring_hash

    found: dict[str, Any] = {
        "definition": source,
        "is_valid": not any(each.severity == "error" for each in problems),
        "problems": problems,
    }
    if loaded is not None:
        found |= {
            "name": loaded.definition.name,
            "content_hash": content_hash(loaded.definition),
            "scoring_hash": scoring_hash(loaded.definition),
        }
    if seen is not None:
        found["data"] = {"leads": seen.leads, "mqls": seen.mqls}
    return found
