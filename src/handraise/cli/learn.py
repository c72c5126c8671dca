"""`handraise learn`: from history to a card of few rules with whole points, written as a definition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from handraise.cli import output
from handraise.cli.options import Accounts, AllowMissing, Encoding, Events, Json, Leads, Map, Missing
from handraise.cli.past import Files, Until, check_report, opened_past
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.core.definition.model import Definition
    from handraise.learn.past import Past
    from handraise.learn.points import Asked, Learned, Wanted
    from handraise.learn.predict import Predicted

NAME: Final = "Learned card"
_RANGE: Final = re.compile(r"(-?\d+)\s*\.\.\s*\+?(\d+)")
_TABLES: Final = (".parquet", ".csv", ".jsonl")
_NOTHING: Final = 1  # exit code: the answer is no


def learn(
    leads: Leads,
    target: Annotated[
        str,
        typer.Option(
            metavar="STEP|COLUMN",
            help="What to learn: accepted, sql or won (from the outcomes), or a column of the leads with "
            "1 and 0, or yes and no.",
        ),
    ] = "accepted",
    outcomes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What sales made of the leads; not needed where the target is a column."
        ),
    ] = None,
    events: Events = None,
    accounts: Accounts = None,
    definition: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A definition whose rules, signals and lists are tried beside what the data suggest.",
        ),
    ] = None,
    rules: Annotated[int, typer.Option(metavar="NUMBER", help="At most so many rules.")] = 10,
    points: Annotated[
        str, typer.Option(metavar="LOW..HIGH", help="The range of the points of one rule.")
    ] = "-50..50",
    step: Annotated[int, typer.Option(metavar="NUMBER", help="Points are multiples of this.")] = 5,
    of_one: Annotated[
        int, typer.Option("--of-one", metavar="NUMBER", help="At most so many rules on one fact or signal.")
    ] = 3,
    sign: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=+|-",
            help="A rule, fact or signal whose points may only be above (+) or below (-) zero. Repeatable.",
        ),
    ] = None,
    known_after: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="A column that is filled in only once sales works a lead; it is refused. `*` stands for any "
            "letters. Repeatable.",
        ),
    ] = None,
    fact_history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Since when facts are known: `lead_id`, `fact`, `value`, `known_since`. What came after "
            "sales is not looked at.",
        ),
    ] = None,
    decided_at: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="The column that says when each lead was decided on, without outcomes."
        ),
    ] = None,
    in_order: Annotated[
        bool, typer.Option("--in-order", help="The leads stand in the order of time, earliest first.")
    ] = False,
    until: Until = None,
    qualified: Annotated[
        float, typer.Option(metavar="PERCENT", help="The share of all leads that the bar lets through.")
    ] = 20.0,
    name: Annotated[str, typer.Option(metavar="TEXT", help="The name of the definition.")] = NAME,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="The same seed, the same folds.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the definition, a YAML file.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the report, an HTML page.")
    ] = None,
    predict: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also a predictive score of every lead, with its reasons and its total: .csv, .jsonl or "
            ".parquet. Needs LightGBM.",
        ),
    ] = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Learn points from history: a few rules that people can sign, and their worth (1: nothing to learn)."""
    check_report(report)
    _check_files(out, predict, definition)
    files = Files(
        leads, accounts, events, outcomes, until, columns or [], missing or [], allow_missing or [], encoding
    )
    options = _Options(target, known_after or [], fact_history, decided_at, in_order, qualified, seed, name)
    found = _found(
        files, options, definition, wanted_of(rules, points, step, of_one), signs_of(sign or []), predict
    )
    written = _written(found, out, report)
    if json:
        from handraise.cli.learned_words import as_json

        output.document(as_json(found, written))
    else:
        from handraise.cli.learned_words import show

        show(found)
        if written:
            output.say("", f"Wrote {', '.join(map(str, written))}.")
    raise typer.Exit(0 if found.learned.card is not None else _NOTHING)


@dataclass(frozen=True)
class _Options:
    """What the command line says of what to learn."""

    target: str
    known_after: list[str]
    fact_history: Path | None
    decided_at: str | None
    in_order: bool
    qualified: float
    seed: int
    name: str


@dataclass(frozen=True)
class Found:
    """What was learned, and what is written of it.

    Attributes
    ----------
    definition
        The card as a definition; None when there is nothing to learn.
    target
        The target as the user called it.
    predicted
        The predictive score, when it was asked for, and where it was written.
    """

    learned: "Learned"
    definition: "Definition | None"
    target: str
    predicted: "Predicted | None"
    predictions: Path | None


def _found(
    files: Files,
    options: _Options,
    definition: Path | None,
    wanted: "Wanted",
    signs: Mapping[str, int],
    predict: Path | None,
) -> Found:
    """Read, learn, and write the predictive score while the leads are there."""
    from handraise.learn.points import gathered
    from handraise.learn.points import learn as learned_from

    if not 0 < options.qualified < 100:
        raise InputInvalid(f"--qualified {options.qualified:g} is no share between 0 and 100 percent")
    loaded = _loaded(definition)
    with opened_past(files, loaded if definition else None, everything=True) as past:
        asked, history = _asked(files, options, past, loaded.timezone), None
        if options.fact_history is not None:
            history = _history(files, options.fact_history, past, loaded.timezone)
        evidence = gathered(loaded, past, asked, history)
        with output.Progress("learning", "learnings") as progress:
            learned = learned_from(
                evidence,
                wanted,
                signs=signs,
                qualified=options.qualified / 100,
                seed=options.seed,
                told=progress,
            )
        predicted = None
        if predict is not None:
            from handraise.learn.predict import predicted as chances

            predicted = chances(evidence, seed=options.seed)
            _write_predictions(predict, learned, predicted)
    card = learned.card
    return Found(
        learned,
        None if card is None else card.definition(loaded, options.name),
        options.target,
        predicted,
        predict,
    )


def _loaded(path: Path | None) -> "Definition":
    """The definition to start from, or one that asks for nothing."""
    from handraise.cli.definitions import load
    from handraise.core.definition import Definition
    from handraise.core.definition.conditions import ALWAYS
    from handraise.core.definition.model import Qualify

    return Definition(NAME, Qualify(ALWAYS)) if path is None else load(path).definition


def _asked(files: Files, options: _Options, past: "Past", zone: str) -> "Asked":
    """What is to be learned, columns under the names of facts."""
    from handraise.learn.points import Asked
    from handraise.learn.points.evidence import STEPS

    target = options.target if options.target in STEPS else _fact(files, options.target, past, "--target")
    if target in STEPS and files.outcomes is None:
        raise InputInvalid(
            f"to learn who is `{target}`, name the outcomes (--outcomes outcomes.csv), or a column of the "
            "leads that says it (--target COLUMN)"
        )
    decided = None
    if options.decided_at is not None:
        decided = _decided(files, options.decided_at, past, zone)
    return Asked(
        target, tuple(_named(files, each) for each in options.known_after), decided, options.in_order
    )


def _named(files: Files, column: str) -> str:
    """A column under the name that the mapping gives it."""
    from handraise.cli.inputs import mapping_of

    return mapping_of(files.columns, files.missing).columns.get(column, column)


def _fact(files: Files, column: str, past: "Past", option: str) -> str:
    """The fact that a column gives."""
    from handraise.core.definition.grammar import nearest
    from handraise.files.leads import fact_name

    fact = fact_name(_named(files, column))
    if fact in past.facts:
        return fact
    there = [name.partition(".")[2] for name in past.facts]
    raise InputInvalid(f"{option} {column}: {files.leads.name} has no such column{nearest(column, there)}")


def _decided(files: Files, column: str, past: "Past", zone: str) -> Any:
    import numpy as np

    from handraise.engine.columns import microseconds
    from handraise.files.times import times_of

    read = times_of(past.facts[_fact(files, column, past, "--decided-at")], zone)
    if read.unread.any() or read.instants.null_count:
        bad = int(np.count_nonzero(read.unread)) or read.instants.null_count
        raise InputInvalid(f"--decided-at {column}: {bad:,} leads have no time there that can be read")
    return microseconds(read.instants)


def _history(files: Files, path: Path, past: "Past", zone: str) -> Any:
    from handraise.cli.inputs import left_out, mapping_of
    from handraise.engine.keys import KeyIndex
    from handraise.files.fact_histories import read_fact_changes
    from handraise.files.problems import Problems

    problems = Problems()
    found = read_fact_changes(
        path,
        KeyIndex(past.ids),
        mapping=mapping_of(files.columns, files.missing),
        problems=problems,
        zone=zone,
        encoding=files.encoding,
    )
    for notice in left_out(problems):
        output.notice(notice)
    return found


def wanted_of(rules: int, points: str, step: int, of_one: int) -> "Wanted":
    """What the card may look like.

    Raises
    ------
    InputInvalid
        When the range cannot be read.

    Examples
    --------
    >>> wanted_of(10, "-20..40", 5, 3).low
    -20
    """
    from handraise.learn.points import Wanted

    found = _RANGE.fullmatch(points.strip())
    if found is None:
        raise InputInvalid(f"--points {points}: write the range as LOW..HIGH, such as -50..50 or 0..20")
    if of_one < 1:
        raise InputInvalid(f"--of-one {of_one}: at least one rule on a fact or signal must be possible")
    return Wanted(rules, int(found[1]), int(found[2]), step, of_one)


def signs_of(entries: list[str]) -> dict[str, int]:
    """What `--sign` says.

    Raises
    ------
    InputInvalid
        When an entry does not end in `=+` or `=-`.

    Examples
    --------
    >>> signs_of(["demo_requested=+", "lead.email_kind=-"])
    {'demo_requested': 1, 'lead.email_kind': -1}
    """
    found = {}
    for entry in entries:
        name, _, sign = entry.rpartition("=")
        if not name or sign not in ("+", "-"):
            raise InputInvalid(f"--sign {entry}: write the name with its sign, such as demo_requested=+")
        found[name.strip()] = 1 if sign == "+" else -1
    return found


def _check_files(out: Path | None, predict: Path | None, definition: Path | None) -> None:
    """Refuse names that cannot be written, before the work and not after it."""
    if out is not None and out.suffix.lower() not in (".yaml", ".yml"):
        raise InputInvalid(f"`{out}` must end in .yaml: what is learned is a definition")
    if out is not None and definition is not None and out.absolute() == definition.absolute():
        raise InputInvalid(
            f"`{out}` is the definition that is learned from; write to another file and compare"
        )
    if predict is not None and predict.suffix.lower() not in _TABLES:
        raise InputInvalid(f"`{predict}` must end in .csv, .jsonl or .parquet")


def _write_predictions(path: Path, learned: "Learned", predicted: "Predicted") -> None:
    """One row a lead: the probability and its reasons beside the card's total, which it never replaces."""
    import pyarrow as pa

    from handraise.files.results import ResultWriter

    evidence, card = learned.evidence, learned.card
    totals = None if card is None else learned.totals
    reasons = ["; ".join(f"{each.words} ({each.log_odds:+.2f})" for each in row) for row in predicted.reasons]
    table = pa.table(
        {
            "lead_id": evidence.past.ids.cast(pa.string()),
            "total": pa.nulls(len(evidence.past), pa.int64()) if totals is None else pa.array(totals),
            "probability": pa.array(predicted.chances.round(4)),
            "reasons": pa.array(reasons, pa.string()),
        }
    )
    with ResultWriter(path) as writer:
        writer.write(table)


def _written(found: Found, out: Path | None, report: Path | None) -> list[Path]:
    from handraise.cli.learned_words import notes

    written = []
    if out is not None and found.definition is not None:
        from handraise.learn.points.writing import written as yaml

        output.write_text(out, yaml(found.definition, notes(found)))
        written.append(out)
    if report is not None:
        from handraise.cli.learned_report import report_of
        from handraise.rendering.report import report_html

        output.write_text(report, report_html(report_of(found)))
        written.append(report)
    return [*written, *([found.predictions] if found.predictions is not None else [])]
