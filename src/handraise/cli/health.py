"""`handraise health`: the figures of a base against the lines that say something is off."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from handraise.cli import output
from handraise.cli.options import Accounts, Encoding, Json, Leads, Map, Missing
from handraise.cli.past import Files, Outcomes, ReportFile, Until, check_report, day, opened_past, working

if TYPE_CHECKING:
    from handraise.learn.health import Finding, HealthReport
    from handraise.learn.intervals import Share
    from handraise.rendering.report import Figure, Report, Section

SIGNS: Final = {
    "act": "✗\u00a0act",
    "watch": "!\u00a0watch",
    "fine": "✓\u00a0fine",
    "unknown": "? too little known",
}
ZONE: Final = "UTC"
_DEFAULT: Final = ("lead.source",)


def health(
    leads: Leads,
    outcomes: Outcomes,
    accounts: Accounts = None,
    until: Until = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACT",
            help="Look at the values of a fact one by one, such as account.industry. Repeatable. "
            "Default: lead.source, where there is one. Reps are always looked at.",
        ),
    ] = None,
    out: ReportFile = None,
    columns: Map = None,
    missing: Missing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Look for what is off between marketing and sales (exit code 1 if something is), and what to try."""
    check_report(out)
    files = Files(leads, accounts, None, outcomes, until, columns or [], missing or [], [], encoding)
    from handraise.learn.health import State, health_report
    from handraise.learn.past import ACCOUNTS

    with opened_past(files, None, facts=by or [], optional=(*ACCOUNTS, *(() if by else _DEFAULT))) as past:
        with working("looking at the figures"):
            found = health_report(past, by=by or _DEFAULT)
        end = past.until
    if out is not None:
        from handraise.rendering.report import report_html

        output.write_text(out, report_html(report(found, leads.name, end)))
    if json:
        from handraise.cli.figures import for_machines

        output.document(for_machines(found))
    else:
        _show(found, leads.name, end)
        if out is not None:
            output.say("", f"Wrote {out}.")
    raise typer.Exit(1 if found.state is State.ACT else 0)


def seen(finding: "Finding") -> str:
    """What a check saw, in words.

    Examples
    --------
    >>> from handraise.learn.health import CHECKS, Finding, State
    >>> from handraise.learn.intervals import Share
    >>> seen(Finding(CHECKS["rejected"], State.ACT, Share(400, 1000), 1000, 0.3))
    '40 % of 1,000 answered leads were rejected (37–43 %); the line is 30 %'
    """
    from handraise.cli.figures import days, points, times, told
    from handraise.learn.intervals import Share, percent

    figure, line = finding.figure, finding.limit
    name = finding.check.name
    if figure is None:
        return f"too little is known: {finding.n:,} leads"
    if isinstance(figure, Share):
        limit = "" if line is None else f"; the line is {percent(line)} %"
        return f"{told(figure, _WHOM[name])}{limit}"
    if name == "volume":
        compared = finding.beside[0][0]
        return f"{times(figure)} as many as {compared}, n = {finding.n:,}; the line is {line:g} ×"
    if name == "reps":
        return f"{points(figure)} between the ends of {len(finding.beside)} reps, n = {finding.n:,}"
    return f"median of {days(figure, finding.n)}, in days; the line is {line:.0f}"


_WHOM: Final = {
    "rejected": "answered leads were rejected",
    "conversion low": "leads became SQLs within 90 days",
    "conversion high": "leads became SQLs within 90 days",
    "not called": "leads handed over two weeks ago or earlier were never called",
    "qualified": "leads known for 30 days were handed over",
}


def summary(found: "HealthReport") -> str:
    """The whole in one paragraph."""
    from handraise.learn.health import State

    act = [each for each in found.findings if each.state is State.ACT]
    watch = [each for each in found.findings if each.state is State.WATCH]
    parts = [f"Sales got {found.handed:,} of {found.leads:,} leads."]
    if not act and not watch:
        parts.append("Nothing that can be measured is off.")
    parts += [f"{each.check.off} {_begun(seen(each))}. {each.check.says}" for each in act]
    if watch:
        parts.append(f"To be watched: {' '.join(each.check.off for each in watch)}")
    return " ".join(parts)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _show(found: "HealthReport", name: str, end: int) -> None:
    from handraise.cli.figures import points, share

    output.say(
        f"{name}, history until {day(end, ZONE)}: sales got {found.handed:,} of {found.leads:,} leads", ""
    )
    output.table(
        ("", "is", "seen"),
        [(each.check.question, SIGNS[each.state], seen(each)) for each in found.findings],
    )
    for each in found.findings:
        if each.state in ("act", "watch"):
            output.say("")
            output.heading(each.check.question)
            output.say(f"  {each.check.says}", f"  Try: {each.check.tries}")
            if each.beside:
                output.table(("  ", ""), [(f"  {name}", share(part)) for name, part in each.beside])
    output.say("")
    output.heading("Who differs from the rest")
    if found.slices:
        rows = [
            (f"{each.by}: {each.name}", each.what, share(each.share), share(each.rest), points(each.apart))
            for each in found.slices
        ]
        output.table(("", "", "here", "the rest", "apart"), rows)
    output.say(_looked(found))


def _looked(found: "HealthReport") -> str:
    return (
        f"{len(found.slices)} of {found.looked_at} figures of reps, channels and segments differ from the "
        "rest by more than chance, corrected for looking at so many."
    )


# ---------------------------------------------------------------------------------------------- the page


READING: Final = (
    ("Act", "The whole 95 % interval lies beyond the line: it is not chance."),
    ("Watch", "The figure lies beyond the line, its interval reaches back over it: it may be chance."),
    ("Too little known", "Fewer than 30 leads, or the files do not say."),
    (
        "Lines",
        "30 % rejected, 10 and 50 % becoming SQLs, 15 to 25 % qualifying are the usual ones. 60 days to an "
        "SQL, 10 % never called, a fall by 30 % and 15 points between reps are ours. Your own history says "
        "more than any line.",
    ),
    (
        "Had 90 days",
        "Handed over at least 90 days before the end of the history. Younger leads have had no time and "
        "are left out.",
    ),
    (
        "Differs from the rest",
        "By more than chance, corrected for the number of figures looked at (Benjamini and Hochberg, 5 %). "
        "It says that they differ, not why: a rep may get other leads.",
    ),
    (
        "In brackets",
        "Where the true figure lies (95 %): Wilson for shares, Newcombe for differences, bootstrap for days.",
    ),
)


def report(found: "HealthReport", name: str, end: int) -> "Report":
    """The report as a page."""
    from handraise.rendering.report import Report, Section, Table

    checks = Table(
        ("Question", "State", "Seen"),
        tuple((each.check.question, SIGNS[each.state], seen(each)) for each in found.findings),
    )
    return Report(
        kind="Health of a base",
        title=name,
        subtitle=f"{found.leads:,} leads, of which sales got {found.handed:,}, until {day(end, ZONE)}",
        answer=summary(found),
        sections=(
            Section("What needs a hand?", "Eight questions, the worst answers first.", table=checks),
            *(_finding_section(each) for each in found.findings if each.state in ("act", "watch")),
            *(_speed_section(each) for each in found.findings if each.check.name == "conversion low"),
            _slices_section(found),
            _cohorts_section(found),
        ),
        reading=READING,
    )


def _finding_section(finding: "Finding") -> "Section":
    from handraise.cli.figures import share
    from handraise.rendering.report import Section, Table

    heads = {"rejected": ("Reason", "Of the rejected"), "reps": ("Rep", "Accepted, of those answered")}
    rows = tuple((name, share(part)) for name, part in finding.beside)
    return Section(
        question=finding.check.question,
        answer=f"{_begun(seen(finding))}. {finding.check.says}",
        table=Table(heads.get(finding.check.name, ("", "Share")), rows, right=(1,)) if rows else None,
        figure=_figure(finding),
        notes=(f"Try: {finding.check.tries}",),
    )


def _figure(finding: "Finding") -> "Figure | None":
    from handraise.rendering.charts import Interval, intervals
    from handraise.rendering.report import Figure

    drawn = [
        Interval(name, part.count / part.n, part.low, part.high)
        for name, part in finding.beside
        if not part.is_few
    ]
    words = {
        "rejected": ("of the rejected leads", "How often each reason was given."),
        "reps": ("accepted, of those answered", "Each rep's share; bars that do not meet are no chance."),
    }
    if not drawn or finding.check.name not in words:
        return None
    title, shows = words[finding.check.name]
    return Figure(intervals(drawn, title), shows)


def _speed_section(finding: "Finding") -> "Section":
    from handraise.cli.figures import points, share
    from handraise.learn.intervals import difference
    from handraise.rendering.report import Section, Table

    speeds = dict(finding.beside)
    fast, slow = speeds.get("called within 4 hours"), speeds.get("called later")
    apart = None if fast is None or slow is None else difference(fast, slow)
    told = "The files do not say when sales first called."
    if apart is not None:
        sure = "Speed goes with success" if apart.low > 0 else "No difference that chance would not make"
        told = f"{sure}: {points(apart)} between leads called within four hours and later ones."
    rows = tuple((name, share(part)) for name, part in finding.beside)
    return Section(
        "Does speed matter?",
        f"{told} Reps choose whom they call first, so this is association.",
        table=Table(("", "SQL within 90 days"), rows, right=(1,)) if rows else None,
    )


def _slices_section(found: "HealthReport") -> "Section":
    from handraise.cli.figures import points, share
    from handraise.rendering.report import Section, Table

    rows = tuple(
        (f"{each.by}: {each.name}", each.what, share(each.share), share(each.rest), points(each.apart))
        for each in found.slices
    )
    return Section(
        "Which reps, channels and segments differ from the rest?",
        _looked(found),
        table=Table(("Who", "What", "Here", "The rest", "Apart"), rows, right=(2, 3, 4)) if rows else None,
    )


def _cohorts_section(found: "HealthReport") -> "Section":
    from handraise.cli.figures import share
    from handraise.learn.health import WITHIN
    from handraise.rendering.charts import Interval, intervals
    from handraise.rendering.report import Figure, Section, Table

    def cell(part: "Share | None") -> str:
        return "too young" if part is None else share(part)

    drawn = [
        Interval(each.month, last.count / last.n, last.low, last.high)
        for each in found.cohorts
        if (last := each.sql[-1]) is not None and last.n
    ]
    rows = tuple(
        (each.month, share(each.accepted), *map(cell, each.sql), cell(each.won)) for each in found.cohorts
    )
    figure = Figure(
        intervals(drawn, "SQL within 90 days, by month of hand-over"),
        "Months whose bars meet may be alike.",
    )
    heads = ("Month", "Accepted", *(f"SQL in {days} d" for days in WITHIN), "Won in 180 d")
    return Section(
        "What became of the leads of each month?",
        "Each month's leads by themselves: of those handed over then, how many got there within so many "
        "days.",
        figure=figure if drawn else None,
        table=Table(heads, rows, right=tuple(range(1, len(heads)))) if rows else None,
    )
