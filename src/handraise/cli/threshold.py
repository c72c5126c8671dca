"""`handraise threshold`: what each bar would have let through, and the one that suits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from handraise.cli.past import By, Files, Outcomes, ReportFile, Until, check_report, day, opened_past, working
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.core.definition.model import Definition
    from handraise.learn.bars import Bars, Dimension
    from handraise.learn.intervals import Share
    from handraise.learn.threshold import Aims, Choice, Passing, ThresholdReport
    from handraise.rendering.report import Report, Section

AIMS: Final = {
    "rejected": "sales rejects at most 30 %",
    "qualified": "15 to 25 % of the leads qualify",
    "capacity": "the team can work them",
}
_HEADS: Final = (*("Bar", "Qualify", "A week", "Rejected", "Won leads found"),)


def threshold(
    definition: DefinitionFile,
    leads: Leads,
    outcomes: Outcomes,
    events: Events = None,
    accounts: Accounts = None,
    until: Until = None,
    capacity: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="How many qualified leads the team can work in a week."),
    ] = None,
    by: By = None,
    out: ReportFile = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Choose the bar: what each choice would have let through, what sales said of those, and which suits."""
    check_report(out)
    if capacity is not None and not capacity > 0:
        raise InputInvalid(f"--capacity is leads a week, more than 0, not {capacity:g}")
    loaded = load(definition).definition
    files = Files(
        leads, accounts, events, outcomes, until, columns or [], missing or [], allow_missing or [], encoding
    )
    from handraise.learn.threshold import Aims, threshold_report

    with opened_past(files, loaded, facts=[by] if by else []) as past:
        with working("looking at every bar"):
            found = threshold_report(loaded, past, Aims(capacity=capacity), by=by)
        end = past.until
    if out is not None:
        from handraise.rendering.report import report_html

        output.write_text(out, report_html(report(found, loaded, end)))
    if json:
        from handraise.cli.figures import for_machines

        output.document(for_machines(_in_points(found)))
        return
    _show(found, loaded, end)
    if out is not None:
        output.say("", f"Wrote {out}.")


def _in_points(value: Any) -> Any:
    """The report with bars in points, as people write them, and shares rejected beside those accepted."""
    from dataclasses import fields, is_dataclass

    from handraise.learn.intervals import Estimate, Share
    from handraise.learn.threshold import Passing

    if isinstance(value, Share | Estimate):
        return value
    if isinstance(value, Mapping):
        return {
            name: tuple(map(output.points, part)) if isinstance(part, tuple) else output.points(part)
            for name, part in value.items()
        }
    if isinstance(value, tuple):
        return [_in_points(part) for part in value]
    if is_dataclass(value):
        told = {each.name: _in_points(getattr(value, each.name)) for each in fields(value)}
        return told | {"rejected": value.rejected} if isinstance(value, Passing) else told
    return value


def bar_words(bars: "Bars") -> str:
    """The bars as people say them.

    Examples
    --------
    >>> bar_words({"fit": 2000, "engagement": 1550}), bar_words({"total": 5000})
    ('fit 20, engagement 15.5', 'total 50')
    """
    from handraise.core.points import written

    return ", ".join(f"{name} {written(bar)}" for name, bar in bars.items())


def summary(found: "ThresholdReport") -> str:
    """The whole in one paragraph."""
    from handraise.cli.figures import told

    now, answered = found.present, "leads that qualify and that it answered"
    parts = [
        f"At the bar of today ({bar_words(now.bars)}), {told(now.qualified, 'leads')} would have qualified, "
        f"and sales rejected {told(now.rejected, answered)}."
    ]
    if found.choice is None:
        few = "Sales answered too few of the leads that qualify at any bar to choose by: 30 are needed."
        return f"{parts[0]} {few}"
    best = found.choice.passing
    if best.bars == now.bars:
        parts.append("No other bar suits better.")
    else:
        week = best.a_week
        parts.append(
            f"A bar of {bar_words(best.bars)} suits: {told(best.qualified, 'leads')} qualify, about "
            f"{week.value:.0f} a week ({week.low:.0f}–{week.high:.0f}), and sales rejected "
            f"{told(best.rejected, answered)}."
        )
    parts.append(_reason(found.choice))
    return " ".join(parts)


def _reason(choice: "Choice") -> str:
    what = "the leads that were won" if choice.by == "won" else "the leads that sales accepted"
    if not choice.missed:
        return f"Of the bars that meet every aim it finds most of {what}."
    missed = " and ".join(AIMS[name] for name in choice.missed)
    if "rejected" in choice.missed:
        return f"No bar meets every aim; this one has the fewest rejections. It misses: {missed}."
    return f"No bar meets every aim. It finds most of {what} among those that miss only this: {missed}."


def _sure(choice: "Choice") -> str:
    from handraise.core.points import written
    from handraise.learn.intervals import percent

    ranges = " and ".join(
        f"{name} {written(low)}" if low == high else f"{name} {written(low)} to {written(high)}"
        for name, (low, high) in choice.ranges.items()
    )
    told = [
        f"Drawn anew from the same leads {choice.same.n} times, the same bar came out {choice.same.count} "
        f"times; nine in ten times it lay at {ranges}."
    ]
    if choice.held_out is not None:
        told.append(
            "Chosen on some leads and looked at on the others, sales rejects "
            f"{percent(choice.held_out.value)} % "
            f"({percent(choice.held_out.low)}–{percent(choice.held_out.high)} %): that is what to expect."
        )
    return " ".join(told)


def _unknown(found: "ThresholdReport") -> str:
    from handraise.cli.figures import told

    known = f"Sales answered {told(found.seen, 'leads')}. What it would have said of the others nobody knows."
    if found.choice is None:
        return known
    unseen = told(found.choice.passing.unseen, "leads that would qualify at the bar that suits")
    return f"{known} It never got {unseen}."


def _row(passing: "Passing", name: str = "") -> tuple[str, ...]:
    from handraise.cli.figures import share

    week = passing.a_week
    return (
        name or bar_words(passing.bars),
        share(passing.qualified),
        f"{week.value:.1f} ({week.low:.1f}–{week.high:.1f})",
        share(passing.rejected),
        share(passing.won_found),
    )


def _beside(found: "ThresholdReport") -> Iterator[tuple[str, ...]]:
    yield _row(found.present, f"today: {bar_words(found.present.bars)}")
    if found.choice is not None and found.choice.passing.bars != found.present.bars:
        yield _row(found.choice.passing, f"suits: {bar_words(found.choice.passing.bars)}")


def _show(found: "ThresholdReport", definition: "Definition", end: int) -> None:
    output.say(f"{definition.name}, history until {day(end, definition.timezone)}", "", summary(found), "")
    output.table([head.lower() for head in _HEADS], _beside(found))
    if found.choice is None:
        return
    output.say("", _sure(found.choice), "", _unknown(found))
    for name in found.choice.passing.bars:
        output.say("")
        output.heading(f"Along {name}{_others(found.choice.passing.bars, name)}")
        output.table([head.lower() for head in _HEADS], [_row(each) for each in _line(found, name)])
    if found.segments:
        output.say("")
        output.heading(f"By {found.by}")
        output.table([head.lower() for head in _segment_heads()], _segment_rows(found))


def _others(bars: "Bars", name: str) -> str:
    rest = bar_words({other: bar for other, bar in bars.items() if other != name})
    return f", at {rest}" if rest else ""


def _line(found: "ThresholdReport", name: "Dimension") -> "list[Passing]":
    """The choices that differ from the one that suits in one dimension."""
    assert found.choice is not None
    rest = {other: bar for other, bar in found.choice.passing.bars.items() if other != name}
    return [each for each in found.along if rest.items() <= each.bars.items()]


def _segment_heads() -> tuple[str, ...]:
    return "Segment", "Qualify today", "Rejected today", "Qualify then", "Rejected then", "Bar of its own"


def _segment_rows(found: "ThresholdReport") -> list[tuple[str, ...]]:
    from handraise.cli.figures import share

    return [
        (
            each.name,
            share(each.present.qualified),
            share(each.present.rejected),
            share(each.chosen.qualified),
            share(each.chosen.rejected),
            "too few answers" if each.own is None else bar_words(each.own),
        )
        for each in found.segments
    ]


# ---------------------------------------------------------------------------------------------- the page


READING: Final = (
    ("Qualify", "Leads that would have become an MQL, of all leads. Usual is 15 to 25 %."),
    (
        "A week",
        "Leads that would have qualified in a week of the last quarter, with the interval of a count.",
    ),
    (
        "Rejected",
        "Of the leads that would have qualified before sales first spoke to them, and that sales answered: "
        "those that it rejected. Above 30 % the definition is too loose.",
    ),
    (
        "Won leads found",
        "Of the leads that were won, those that would have qualified by then. What a higher bar loses.",
    ),
    (
        "In brackets",
        "Where the true figure lies (95 %). Wilson's interval for shares, Garwood's for counts.",
    ),
    (
        "Who is counted",
        "Behaviour up to the first contact of sales; for leads that sales never got, up to the end of the "
        "history. Facts as the files have them today. Sales' answers are about the leads that an older "
        "rule handed over, and a bar that lets other leads through will be answered by other answers. Look "
        "again after three months.",
    ),
)


def report(found: "ThresholdReport", definition: "Definition", end: int) -> "Report":
    """The report as a page."""
    from handraise.rendering.report import Report, Section, Table

    sections = [
        Section(
            "Which bar suits?",
            _reason(found.choice) if found.choice else "Nothing to choose by yet.",
            table=Table(_HEADS, tuple(_beside(found)), right=(1, 2, 3, 4)),
        )
    ]
    if found.choice is not None:
        sections.append(Section("How sure is that?", _sure(found.choice)))
        sections.append(Section("What does nobody know?", _unknown(found)))
        if len(found.present.bars) == 2:
            sections.append(_map_section(found))
        sections += [_line_section(found, name) for name in found.choice.passing.bars]
        if found.segments:
            sections.append(_segment_section(found))
    return Report(
        kind="Choosing the bar",
        title=definition.name,
        subtitle=f"From {found.leads:,} leads until {day(end, definition.timezone)}",
        answer=summary(found),
        sections=tuple(sections),
        reading=READING,
    )


def _map_section(found: "ThresholdReport") -> "Section":
    from handraise.rendering.report import Figure, Section, Table

    return Section(
        "What would both bars together let through?",
        "Every choice of the two bars: the share that sales rejected, and below it the share of all leads "
        "that qualify. The stronger the tint, the more of the aims it meets.",
        figure=Figure(
            _map(found),
            "Higher bars lie to the right and at the top; `few` stands for fewer than 30 answers.",
        ),
        table=Table(_HEADS, tuple(_row(each) for each in found.along), right=(1, 2, 3, 4)),
    )


def _map(found: "ThresholdReport") -> dict[str, Any]:
    """Fields for each choice of two bars, tinted by how many aims they meet."""
    from handraise.core.points import written
    from handraise.rendering.charts import ACCENT, INK, QUIET, WIDTH

    across, up = reversed(tuple(found.present.bars))
    values = []
    for each in found.along:
        rejected = each.rejected
        is_suited = found.choice is not None and each.bars == found.choice.passing.bars
        mark = "suits" if is_suited else "today" if each.bars == found.present.bars else ""
        values.append(
            {
                "across": written(each.bars[across]),
                "up": written(each.bars[up]),
                "met": sum(_met(each, found.aims)),
                "rejected": "few" if rejected.is_few else f"{100 * rejected.count / rejected.n:.0f} %",
                "qualified": f"{100 * each.qualified.count / max(each.qualified.n, 1):.0f} %",
                "mark": mark,
            }
        )
    columns = [written(bar) for bar in sorted({each.bars[across] for each in found.along})]
    rows = [written(bar) for bar in sorted({each.bars[up] for each in found.along}, reverse=True)]
    at = {
        "x": {
            "field": "across",
            "type": "ordinal",
            "sort": columns,
            "title": f"bar of {across}",
            "axis": {"labelAngle": 0, "ticks": False},
        },
        "y": {"field": "up", "type": "ordinal", "sort": rows, "title": f"bar of {up}"},
    }
    aims = len(_met(found.present, found.aims))
    tint = {
        "field": "met",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, aims], "range": [0.0, 0.32]},
    }
    marked = {"filter": "datum.mark != ''"}
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 52 * len(rows),
        "layer": [
            {"mark": {"type": "rect", "color": ACCENT}, "encoding": {**at, "opacity": tint}},
            {
                "mark": {"type": "rect", "filled": False, "stroke": INK, "strokeWidth": 2},
                "transform": [marked],
                "encoding": at,
            },
            _text(at, "rejected", -10 if aims else 0, INK, 13),
            _text(at, "qualified", 4, QUIET, 11),
            _text(at, "mark", 17, INK, 11),
        ],
    }


def _text(at: dict[str, Any], field: str, down: int, colour: str, size: int) -> dict[str, Any]:
    return {
        "mark": {"type": "text", "dy": down, "color": colour, "fontSize": size},
        "encoding": {**at, "text": {"field": field, "type": "nominal"}},
    }


def _met(passing: "Passing", aims: "Aims") -> Sequence[bool]:
    """Which aims a choice meets: rejections, share that qualifies, and the team where it was told of."""
    rejected, qualified = passing.rejected, passing.qualified
    met = [
        not rejected.is_few and rejected.count <= aims.most_rejected * rejected.n,
        aims.least_qualified * qualified.n <= qualified.count <= aims.most_qualified * qualified.n,
    ]
    if aims.capacity is not None:
        met.append(passing.a_week.value <= aims.capacity)
    return met


def _line_section(found: "ThresholdReport", name: "Dimension") -> "Section":
    from handraise.rendering.charts import STAGE_HUES, Point, curves
    from handraise.rendering.report import Figure, Section, Table

    assert found.choice is not None
    line = _line(found, name)
    series: dict[str, tuple[Callable[[Passing], Share], str]] = {
        "rejected by sales": (lambda each: each.rejected, STAGE_HUES["disqualified"]),
        "qualify, of all leads": (lambda each: each.qualified, STAGE_HUES["mql"]),
        "won leads found": (lambda each: each.won_found, STAGE_HUES["customer"]),
    }
    points = [
        Point(each.bars[name] / 100, share(each).value or 0.0, told)
        for told, (share, _) in series.items()
        for each in line
        if share(each).n
    ]
    suited = found.choice.passing.bars[name]
    return Section(
        f"What happens along {name}?",
        f"Each row moves this bar alone{_others(found.choice.passing.bars, name)}.",
        figure=Figure(
            curves(
                points,
                f"bar of {name}",
                "share",
                hues={told: hue for told, (_, hue) in series.items()},
                marks=[(suited / 100, "suits")],
            ),
            "A higher bar rejects less and finds less: the art is where the lines part.",
        ),
        table=Table(_HEADS, tuple(_row(each) for each in line), right=(1, 2, 3, 4)),
    )


def _segment_section(found: "ThresholdReport") -> "Section":
    from handraise.rendering.charts import Interval, intervals
    from handraise.rendering.report import Figure, Section, Table

    drawn = [
        Interval(each.name, share.count / share.n, share.low, share.high)
        for each in found.segments
        if not (share := each.chosen.rejected).is_few
    ]
    assert found.choice is not None
    overall = found.choice.passing.rejected
    figure = Figure(
        intervals(drawn, "rejected at the bar that suits", reference=overall.value),
        "The dashed line is everybody; a segment whose bar crosses it may be like everybody.",
    )
    return Section(
        f"Is it the same for every {found.by}?",
        "A bar of its own is what would suit if the segment were the whole base; it is looked for where "
        "sales answered 100 leads or more. One definition for all is worth more than a few points.",
        figure=figure if drawn else None,
        table=Table(_segment_heads(), tuple(_segment_rows(found)), right=(1, 2, 3, 4)),
    )
