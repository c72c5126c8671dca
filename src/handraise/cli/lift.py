"""`handraise lift`: what the leads that sales accepted and won were and did, and others did not."""

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

if TYPE_CHECKING:
    from handraise.core.definition.model import Definition
    from handraise.learn.lift import Lift, LiftReport, Lifts
    from handraise.rendering.charts import Interval
    from handraise.rendering.report import Report, Section

DONE: Final = {"accepted": "accepted", "sql": "an SQL", "won": "won"}
HEADS: Final = {"accepted": "Accepted", "sql": "An SQL", "won": "Won"}
_SHOWN: Final = 12  # in a picture
_LISTED: Final = 20
_MOST: Final = 8.0  # a picture ends here: a lift without a limit would squeeze all others together


def lift(
    definition: DefinitionFile,
    leads: Leads,
    outcomes: Outcomes,
    events: Events = None,
    accounts: Accounts = None,
    until: Until = None,
    discover: Annotated[
        bool,
        typer.Option(
            "--discover", help="Look also at event names, page paths and facts that the definition has not."
        ),
    ] = False,
    out: ReportFile = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Work backwards from the wins: what goes with being accepted and won, counted before sales came."""
    check_report(out)
    loaded = load(definition).definition
    files = Files(
        leads, accounts, events, outcomes, until, columns or [], missing or [], allow_missing or [], encoding
    )
    from handraise.learn.lift import lift_report
    from handraise.learn.past import ACCOUNTS

    with opened_past(files, loaded, optional=ACCOUNTS, everything=discover) as past:
        with working("looking at every signal"):
            found = lift_report(loaded, past, discover=discover, steps=("accepted", "sql", "won"))
        end = past.until
    if out is not None:
        from handraise.rendering.report import report_html

        output.write_text(out, report_html(report(found, loaded, end)))
    if json:
        from handraise.cli.figures import for_machines

        output.document(as_json(found, for_machines))
        return
    _show(found, loaded, end)
    if out is not None:
        output.say("", f"Wrote {out}.")


def as_json(found: "LiftReport", told: Any) -> dict[str, Any]:
    """The report for machines; the order of the lifts is that of what may be said."""
    return {
        "leads": found.leads,
        "handed": found.handed,
        "steps": [
            {
                **{name: told(getattr(step, name)) for name in ("step", "reached", "window", "too_young")},
                "lifts": [
                    {
                        "kind": each.subject.kind,
                        "name": each.subject.name,
                        "verdict": each.verdict.value,
                        **{
                            name: told(getattr(each, name))
                            for name in (
                                *("having", "without", "lift", "p", "q", "loose", "loose_q", "later"),
                                *("beside", "of_last", "days", "days_n", "is_inflated"),
                            )
                        },
                    }
                    for each in step.lifts
                ],
            }
            for step in found.steps
        ],
        "never": list(found.never),
        "together": told(found.together),
    }


def summary(found: "LiftReport") -> str:
    """The whole in one paragraph."""
    from handraise.cli.figures import told
    from handraise.learn.lift import Verdict

    first = found.steps[0]
    names = {verdict: [each for each in first.lifts if each.verdict is verdict] for verdict in Verdict}
    parts = [
        f"Sales got {found.handed:,} of {found.leads:,} leads and accepted "
        f"{told(first.reached, 'leads that it answered')}."
    ]
    if best := names[Verdict.RAISES]:
        parts.append(f"What goes most with being accepted: {_named(best)}.")
    if worst := names[Verdict.LOWERS]:
        parts.append(f"What goes most with being rejected: {_named(worst)}.")
    if not best and not worst:
        parts.append("No signal tells accepted leads from others by more than chance would.")
    of_sales = dict.fromkeys(
        str(each.subject) for step in found.steps for each in step.lifts if each.verdict is Verdict.OF_SALES
    )
    if of_sales:
        parts.append(f"Made by sales' own work, and no sign of interest by itself: {', '.join(of_sales)}.")
    return " ".join(parts)


def _named(lifts: "list[Lift]") -> str:
    from handraise.cli.figures import times

    return "; ".join(f"{each.subject} {times(each.lift)}" for each in lifts[:3])


def _show(found: "LiftReport", definition: "Definition", end: int) -> None:
    from handraise.cli.figures import share, times
    from handraise.learn.lift import Verdict

    output.say(f"{definition.name}, history until {day(end, definition.timezone)}", "", summary(found))
    for step in found.steps:
        output.say("")
        output.heading(f"{HEADS[step.step]}: {_cases(step)}")
        rows = [
            (str(each.subject), str(each.verdict), share(each.having), share(each.without), times(each.lift))
            for each in step.lifts
            if each.verdict not in (Verdict.UNCLEAR, Verdict.RARE)
        ]
        if rows:
            head = ("", "get there", "with it", "without it", "times as often")
            output.table(head, rows[:_LISTED])
        if len(rows) > _LISTED:
            output.say(f"{len(rows) - _LISTED} more stand in the report (--out) and in --json.")
        output.say(f"{len(step.lifts) - len(rows)} say nothing that chance would not say, or are too rare.")
    for line in _dead(found):
        output.say("", line)


def _cases(step: "Lifts") -> str:
    from handraise.cli.figures import told

    if step.step == "accepted":
        return told(step.reached, "leads that sales answered")
    return (
        f"{told(step.reached, 'leads that sales got')}; {step.too_young:,} more are younger than "
        f"{step.window:.0f} days and left out"
    )


def _dead(found: "LiftReport") -> list[str]:
    lines = []
    if found.never:
        lines.append(f"Never fired, for none of {found.leads:,} leads: {', '.join(found.never)}.")
    lines += [
        f"`{pair.one}` and `{pair.other}` fire together: of the leads with either, {pair.common.words}."
        for pair in found.together
    ]
    return lines


def report(found: "LiftReport", definition: "Definition", end: int) -> "Report":
    """The report as a page."""
    from handraise.rendering.report import Report

    return Report(
        kind="What goes with winning",
        title=definition.name,
        subtitle=f"From {found.leads:,} leads until {day(end, definition.timezone)}",
        answer=summary(found),
        sections=(
            *(_section(step) for step in found.steps),
            _sales_section(found),
            _days_section(found),
            _last_section(found),
            _dead_section(found),
        ),
        reading=READING,
    )


READING: Final = (
    (
        "More often, less often",
        "Leads with the signal get there more or less often, also beside all the other signals. That is "
        "association, not cause: who wants to buy reads prices; making people read prices does not make "
        "them buy. Only an experiment tells causes.",
    ),
    (
        "With others",
        "Leads with the signal do differ, but beside the other signals nothing certain is left of it: it "
        "comes along with what matters, or it and another cannot be told apart. Give it few points or none.",
    ),
    (
        "By itself",
        "Leads with the signal do differ; there are too few wins to look at it beside the others. Read "
        "with care.",
    ),
    (
        "Sales' work",
        "It looks strong over the whole history and mostly comes after the first contact. Give it no points.",
    ),
    (
        "Unclear, too rare",
        "Among many signals some differ by chance. The level is corrected for that (Benjamini and "
        "Hochberg, 5 %): of the differences that are told, one in twenty is wrong. Unclear is what does "
        "not reach it; too rare what fewer than 20 leads have or lack.",
    ),
    (
        "With it, without it",
        "Share of the leads that got there, of those that had the signal by the first contact of sales, "
        "and of those that had not. In brackets where the true share lies (95 % interval, Wilson).",
    ),
    ("Times as often", "The first share over the second, with its 95 % interval. 1 × is no difference."),
    (
        "Beside the others",
        "How the odds change with the signal when all other signals of the table are as they are. Where "
        "the interval holds 1, the others explain what is seen.",
    ),
    (
        "Before sales came",
        "Behaviour counts up to the first contact of sales, else their answer, else the hand-over. What "
        "leads do later is partly the work of sales.",
    ),
    (
        "Who is counted",
        "Only leads that sales saw. What sales would have said of the others nobody knows. Facts are as "
        "the files have them today; what somebody typed in after a call counts as known before it.",
    ),
)


def _section(step: "Lifts") -> "Section":
    from handraise.cli.figures import share, times
    from handraise.learn.lift import Verdict
    from handraise.rendering.charts import intervals
    from handraise.rendering.report import Figure, Section, Table

    sure = [each for each in step.lifts if each.verdict in (Verdict.RAISES, Verdict.LOWERS)]
    rows = tuple(
        (
            *(str(each.subject), str(each.verdict), share(each.having), share(each.without)),
            *(times(part).replace(" ×", "") for part in (each.lift, each.beside)),  # the head says times
        )
        for each in step.lifts
    )
    drawn = sorted((_drawn(each) for each in sure[:_SHOWN]), key=lambda row: -row.value)
    figure = None
    if drawn:
        figure = Figure(
            intervals(
                drawn, f"times as often {DONE[step.step]} as leads without it", form=".1f", reference=1.0
            ),
            "Dots right of the line go with more, left of it with fewer; bars are 95 % intervals.",
        )
    told = f"{len(sure)} of {len(step.lifts)} signals tell them apart, also beside the others."
    return Section(
        question=f"What goes with being {DONE[step.step]}?",
        answer=f"{_cases(step)}. {told if sure else 'No signal tells them apart.'}",
        figure=figure,
        table=Table(
            ("Signal", "Gets there", "With it", "Without it", "Times as often", "Beside the others"),
            rows,
            right=(2, 3, 4, 5),
        ),
    )


def _drawn(each: "Lift") -> "Interval":
    from handraise.rendering.charts import Interval

    assert each.lift is not None
    value, low, high = (min(part, _MOST) for part in (each.lift.value, each.lift.low, each.lift.high))
    return Interval(str(each.subject), value, low, high)


def _sales_section(found: "LiftReport") -> "Section":
    from handraise.cli.figures import share, times
    from handraise.rendering.report import Section, Table

    inflated = [(each, at) for at in found.steps for each in at.lifts if each.is_inflated]
    if not inflated:
        return Section(
            "Which signals are the work of sales?",
            "None looks stronger when what came after the first contact is counted too.",
        )
    rows = tuple(
        (str(each.subject), DONE[at.step], times(each.loose), times(each.lift), share(each.later))
        for each, at in inflated
    )
    names = ", ".join(dict.fromkeys(str(each.subject) for each, _ in inflated))
    return Section(
        "Which signals are the work of sales?",
        f"Counted over the whole history, {names} would look stronger than before sales came: sales mails, "
        "calls and books meetings with leads that are going well, and that leaves the same traces. Do not "
        "give points for the first figure.",
        table=Table(
            (
                "Signal",
                "Towards",
                "Over the whole history",
                "Before sales came",
                "Only after the first contact",
            ),
            rows,
            right=(2, 3, 4),
        ),
    )


def _days_section(found: "LiftReport") -> "Section":
    from handraise.cli.figures import days
    from handraise.rendering.report import Section, Table

    names = [step.step for step in found.steps]
    told: dict[str, dict[str, str]] = {}
    for step in found.steps:
        for each in step.lifts:
            if each.days is not None:
                told.setdefault(str(each.subject), {})[step.step] = days(each.days, each.days_n)
    question = "How long from the signal to the step?"
    if not told:
        return Section(question, "No signal that a lead gives by doing something goes with more.")
    rows = tuple((name, *(found_days.get(step, "–") for step in names)) for name, found_days in told.items())
    return Section(
        question,
        "Median days from the first time that a lead showed it, of the leads that got there.",
        table=Table(
            ("Signal", *(f"To {DONE[step]}" for step in names)), rows, right=tuple(range(1, len(names) + 1))
        ),
    )


def _last_section(found: "LiftReport") -> "Section":
    from handraise.cli.figures import share
    from handraise.learn.intervals import Share
    from handraise.rendering.report import Section, Table

    step = found.steps[-1]
    n = max((each.of_last.n for each in step.lifts), default=0)
    if not n:
        return Section("What did the last of them have in common?", f"No lead is {DONE[step.step]} yet.")
    common = sorted(step.lifts, key=lambda each: -each.of_last.count)[:15]
    rows = tuple(
        (str(each.subject), f"{each.of_last.count} of {n}", share(Share(each.having.n, step.reached.n)))
        for each in common
    )
    return Section(
        f"What did the last {n} leads that are {DONE[step.step]} have in common?",
        "By the first contact. A signal that most of them had and most leads have too says little: compare "
        "the columns.",
        table=Table(("Signal", f"Of the last {n}", "Of all that count"), rows, right=(1, 2)),
    )


def _dead_section(found: "LiftReport") -> "Section":
    from handraise.rendering.report import Section

    lines = _dead(found)
    return Section(
        "Which rules do nothing, or the same as another?",
        "Rules that never fire can go; of two that always fire together one does."
        if lines
        else "Every rule fires for somebody, and none always together with another.",
        notes=tuple(lines),
    )
