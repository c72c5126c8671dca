"""`handraise drift`: whether lately leads score, answer and mean what they did before."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from handraise.cli import output
from handraise.cli.definitions import load
from handraise.cli.options import (
    Accounts,
    AllowMissing,
    DefinitionFile,
    Encoding,
    Events,
    Json,
    Leads,
    Map,
    Missing,
)
from handraise.cli.past import Files, Outcomes, ReportFile, Until, check_report, day, opened_past, working
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.core.definition.model import Definition
    from handraise.learn.drift import DriftReport, RuleDrift
    from handraise.learn.intervals import Estimate
    from handraise.rendering.charts import Interval
    from handraise.rendering.report import Report, Section

_SHOWN: Final = 10  # rules in a picture
_MOST: Final = 10.0  # a picture of odds ends here
_ALARM, _QUIET, _MOVED = "✗\u00a0changed", "✓\u00a0as before", "!\u00a0moved"


def drift(
    definition: DefinitionFile,
    leads: Leads,
    outcomes: Outcomes,
    events: Events = None,
    accounts: Accounts = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="From when on leads count as of late: a time with its zone, or a date, such as the day "
            "of a new definition. Default: a quarter (91 days) before the end.",
        ),
    ] = None,
    until: Until = None,
    out: ReportFile = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Look for what has changed (exit code 1 if something has): scores, answers, and what rules tell."""
    check_report(out)
    loaded = load(definition).definition
    files = Files(
        leads, accounts, events, outcomes, until, columns or [], missing or [], allow_missing or [], encoding
    )
    from handraise.cli.moments import moment_of
    from handraise.engine.asked import microseconds_of
    from handraise.learn.drift import drift_report
    from handraise.learn.past import ACCOUNTS

    begun = None if since is None else microseconds_of(moment_of(since, loaded.timezone, option="--since"))
    with opened_past(files, loaded, optional=ACCOUNTS) as past:
        end = past.until
        if begun is not None and begun >= end:
            raise InputInvalid(
                f"--since is {day(begun, loaded.timezone)}, the history ends {day(end, loaded.timezone)}"
            )
        with working("comparing before and lately"):
            found = drift_report(loaded, past, since=begun)
    if out is not None:
        from handraise.rendering.report import report_html

        output.write_text(out, report_html(report(found, loaded, end)))
    if json:
        output.document(as_json(found))
    else:
        _show(found, loaded, end)
        if out is not None:
            output.say("", f"Wrote {out}.")
    raise typer.Exit(1 if found.is_alarming else 0)


def as_json(found: "DriftReport") -> dict[str, Any]:
    """The report for machines."""
    from dataclasses import replace

    from handraise.cli.figures import for_machines
    from handraise.cli.past import moment

    told: dict[str, Any] = for_machines(replace(found, rules=(), periods=()))
    told["since"] = output.plain(moment(found.since))
    told["is_alarming"], told["is_known"] = found.is_alarming, found.is_known
    told["rules"] = [
        {"rule": each.subject.name, "kind": each.subject.kind, **for_machines(_without_subject(each))}
        for each in found.rules
    ]
    told["periods"] = [
        {**for_machines(each), "start": output.plain(moment(each.start))} for each in found.periods
    ]
    return told


def _without_subject(rule: "RuleDrift") -> dict[str, Any]:
    """The figures of a rule without how the evaluator is asked for it."""
    from dataclasses import fields

    return {each.name: getattr(rule, each.name) for each in fields(rule) if each.name != "subject"}


def summary(found: "DriftReport", zone: str) -> str:
    """The whole in one paragraph."""
    from handraise.cli.figures import points, told

    parts = [
        f"{output.counted(found.lately, 'lead')} handed over since {day(found.since, zone)} against "
        f"{found.before:,} before."
    ]
    if not found.is_known:
        return (
            f"{parts[0]} Sales answered too few of them on one side to say anything: 30 on each are needed."
        )
    if found.answers_differ:
        parts.append(
            f"Sales accepts {told(found.accepted, 'leads')} now and accepted "
            f"{told(found.accepted_before, 'leads')} before: {points(found.accepted_apart)}."
        )
    parts += [
        f"The distribution of {each.name} has shifted: index {_index(each.index)}."
        for each in found.stability
        if each.has_shifted
    ]
    if found.ranks_worse:
        parts.append(f"The score ranks worse: area {_area(found.auc)} now, {_area(found.auc_before)} before.")
    parts += [_sentence(each) for each in found.lost]
    if not found.is_alarming:
        parts.append("Nothing has changed by more than chance does.")
    return " ".join(parts)


def _sentence(rule: "RuleDrift") -> str:
    """What was lost, with its numbers."""
    from handraise.cli.figures import times
    from handraise.learn.drift import Change

    if rule.change is Change.REVERSED:
        what = "now tells the contrary of what it told"
    else:
        what = "no longer tells accepted from rejected leads"
    n, before = rule.accepted[0].n, rule.accepted_before[0].n
    return (
        f"`{rule.subject}` {what}: odds {times(rule.lately)} with it (n = {n:,}), before "
        f"{times(rule.before)} (n = {before:,})."
    )


def _index(number: float) -> str:
    return f"{number:.2f}"


def _area(of: "Estimate | None") -> str:
    """An area under the curve with its interval.

    Examples
    --------
    >>> from handraise.learn.intervals import Estimate
    >>> _area(Estimate(0.7512, 0.7, 0.8))
    '0.75 (0.70–0.80)'
    """
    return "–" if of is None else f"{of.value:.2f} ({of.low:.2f}–{of.high:.2f})"


def _score_rows(found: "DriftReport") -> list[tuple[str, ...]]:
    from handraise.cli.figures import share

    rows: list[tuple[str, ...]] = []
    if found.is_known:
        state = _ALARM if found.answers_differ else _QUIET
        rows.append(("share accepted", state, share(found.accepted_before), share(found.accepted), ""))
    for each in found.stability:
        state = _ALARM if each.has_shifted else _MOVED if each.has_moved else _QUIET
        index = f"index {_index(each.index)}, chance up to {_index(each.chance)}"
        rows.append(
            (f"distribution of {each.name}", state, f"n = {found.before:,}", f"n = {found.lately:,}", index)
        )
    if found.auc is not None and found.auc_before is not None:
        state = _ALARM if found.ranks_worse else _QUIET
        counts = f"n = {found.accepted_before.n:,} and {found.accepted.n:,}"
        rows.append(("how well the total ranks", state, _area(found.auc_before), _area(found.auc), counts))
    return rows


def _rule_rows(found: "DriftReport") -> list[tuple[str, ...]]:
    from handraise.cli.figures import share, times

    return [
        (
            str(each.subject),
            str(each.change),
            share(each.fires_before),
            share(each.fires),
            times(each.before).replace(" ×", ""),
            times(each.lately).replace(" ×", ""),
        )
        for each in found.rules
    ]


_SCORE_HEADS: Final = ("Figure", "Is", "Before", "Lately", "")
_RULE_HEADS: Final = ("Rule", "Is", "Fires, before", "Lately", "Odds of acceptance, before", "Lately")


def _show(found: "DriftReport", definition: "Definition", end: int) -> None:
    zone = definition.timezone
    output.say(f"{definition.name}, history until {day(end, zone)}", "", summary(found, zone), "")
    output.table([head.lower() for head in _SCORE_HEADS], _score_rows(found))
    output.say("")
    output.table([head.lower() for head in _RULE_HEADS], _rule_rows(found))


# ---------------------------------------------------------------------------------------------- the page


READING: Final = (
    (
        "Share accepted",
        "Of the leads that sales answered. It alarms when it differs by 5 points or more and by more than "
        "chance (99 %).",
    ),
    (
        "Index",
        "The population stability index: how far the distribution of a score is from what it was. Below "
        "0.1 as before, from 0.25 on it has shifted; `chance` is what one in twenty unchanged bases "
        "exceeds with so few leads.",
    ),
    (
        "How well the total ranks",
        "The area under the curve: how often an accepted lead scores above a rejected one. 0.5 is a coin. "
        "It alarms when it is lower by 0.05 or more and by more than chance (99 %).",
    ),
    (
        "Odds of acceptance",
        "With the rule against without it: 2 means twice the odds, 1 that it tells nothing.",
    ),
    (
        "Tells nothing any more, reversed",
        "It told accepted from rejected before, and lately it does not, or tells the contrary; and the "
        "change is no chance. All rules together are held to a corrected level (Benjamini and Hochberg, 5 "
        "%).",
    ),
    (
        "Weaker, stronger, tells now",
        "The relation has changed by more than chance, without being lost. Read it, and look again in a "
        "quarter.",
    ),
    ("Too few lately", "Fewer than 20 answered leads with or without the rule."),
    (
        "In brackets",
        "Where the true figure lies (95 %). Leads of one account fare alike; intervals of differences, "
        "areas and odds are widened for that.",
    ),
)


def report(found: "DriftReport", definition: "Definition", end: int) -> "Report":
    """The report as a page."""
    from handraise.rendering.report import Report, Section, Table

    zone = definition.timezone
    return Report(
        kind="Drift",
        title=definition.name,
        subtitle=f"Leads since {day(found.since, zone)} against those before, until {day(end, zone)}",
        answer=summary(found, zone),
        sections=(
            Section(
                "Do scores and answers look as before?",
                _verdict(found),
                table=Table(_SCORE_HEADS, tuple(_score_rows(found)), right=(2, 3)),
            ),
            *_distribution_sections(found),
            _rules_section(found),
            _periods_section(found, zone),
        ),
        reading=READING,
    )


def _verdict(found: "DriftReport") -> str:
    if not found.is_known:
        return "Too few answers to say."
    changed = [row[0] for row in _score_rows(found) if row[1] == _ALARM]
    if not changed:
        return "Yes, as far as chance allows to say."
    return f"No: {', '.join(changed)}. What the definition was tuned for is not what comes in now."


def _distribution_sections(found: "DriftReport") -> "list[Section]":
    """The distribution of the total, and of each score that has moved."""
    from handraise.cli.figures import share
    from handraise.core.points import written
    from handraise.rendering.charts import ACCENT, STAGE_HUES, Interval, intervals
    from handraise.rendering.report import Figure, Section, Table

    sections = []
    for each in found.stability:
        if each.name != "total" and not each.has_moved:
            continue
        names = [f"{written(start)} or more" for start, _, _ in each.shares]
        drawn = [
            Interval(name, part.count / part.n, part.low, part.high, group)
            for name, (_, before, lately) in zip(names, each.shares, strict=True)
            for group, part in (("before", before), ("lately", lately))
            if part.n
        ]
        rows = tuple(
            (name, share(before), share(lately))
            for name, (_, before, lately) in zip(names, each.shares, strict=True)
        )
        figure = Figure(
            intervals(drawn, "share of the leads", hues={"before": STAGE_HUES["lead"], "lately": ACCENT}),
            "Each row is a band of points, up to the next row.",
        )
        sections.append(
            Section(
                f"How is {each.name} distributed, before and lately?",
                f"Index {_index(each.index)}; chance alone reaches {_index(each.chance)}.",
                figure=figure,
                table=Table(("Points", "Before", "Lately"), rows, right=(1, 2)),
            )
        )
    return sections


def _drawn(rule: "RuleDrift", group: str, odds: "Estimate") -> "Interval":
    from handraise.rendering.charts import Interval

    value, low, high = (min(part, _MOST) for part in (odds.value, odds.low, odds.high))
    return Interval(str(rule.subject), value, low, high, group)


def _rules_section(found: "DriftReport") -> "Section":
    from handraise.learn.drift import Change
    from handraise.rendering.charts import ACCENT, STAGE_HUES, intervals
    from handraise.rendering.report import Figure, Section, Table

    shown = [each for each in found.rules if each.change is not Change.FEW][:_SHOWN]
    drawn = [
        _drawn(each, group, of)
        for each in shown
        for group, of in (("before", each.before), ("lately", each.lately))
    ]
    told = " ".join(map(_sentence, found.lost)) or (
        "No rule has lost what it told, as far as chance allows to say."
        if found.is_known
        else "Too few answers."
    )
    figure = Figure(
        intervals(
            drawn,
            "odds of acceptance, with the rule against without",
            form=".1f",
            hues={"before": STAGE_HUES["lead"], "lately": ACCENT},
            reference=1.0,
        ),
        "A bar across the line tells nothing.",
    )
    return Section(
        "Do the rules still tell accepted from rejected leads?",
        told,
        figure=figure if drawn else None,
        table=Table(_RULE_HEADS, tuple(_rule_rows(found)), right=(2, 3, 4, 5)),
    )


def _periods_section(found: "DriftReport", zone: str) -> "Section":
    from handraise.cli.figures import share
    from handraise.rendering.charts import Interval, intervals
    from handraise.rendering.report import Figure, Section, Table

    question = "How did it go, quarter by quarter?"
    if not found.periods:
        return Section(question, "No quarter has 30 leads.")
    rows = tuple(
        (
            f"from {day(each.start, zone)}",
            f"{each.handed:,}",
            share(each.accepted),
            "–" if each.index is None else _index(each.index),
            _area(each.auc),
        )
        for each in found.periods
    )
    drawn = [
        Interval(f"from {day(each.start, zone)}", each.auc.value, each.auc.low, each.auc.high)
        for each in found.periods
        if each.auc is not None
    ]
    figure = Figure(
        intervals(drawn, "how well the total ranks (area under the curve)", form=".2f", reference=0.5),
        "At the dashed line the score tells as much as a coin.",
    )
    return Section(
        question,
        "Quarters of 91 days back from the end; the index is towards all leads before.",
        figure=figure if drawn else None,
        table=Table(("Quarter", "Leads", "Accepted", "Index", "Ranks"), rows, right=(1, 2, 3, 4)),
    )
