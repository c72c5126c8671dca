"""The backtest as a page that explains itself."""

import statistics
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from handraise.cli import figures
from handraise.core.words import ENGLISH
from handraise.learn.backtest import GroupName, Week, in_short
from handraise.learn.backtest.telling import about, days, leads, of_gained, of_lost, small
from handraise.rendering.backtest_pictures import HUES, SHOWN_WEEKS, WeekOf, before_and_after, weeks
from handraise.rendering.charts import Interval, intervals
from handraise.rendering.report import Figure, Report, Section, Table

if TYPE_CHECKING:
    from handraise.cli.backtest import Told
    from handraise.learn.backtest import Backtest, Group
    from handraise.learn.intervals import Estimate, Share

CANDIDATE = "Candidate"
SHOWN_PEOPLE = 8
SHOWN_CHANGES = 20
_KINDS = (("Accepted by sales", "accepted"), ("Became SQL", "sql"), ("Won", "won"))


def report_of(told: "Told") -> Report:
    """The report of a backtest."""
    found, zone = told.found, told.zone
    sections = [
        _volume(found),
        _quality(found),
        _time(found),
        _load(found),
        _late(found),
        _people(found, zone),
        _limits(told),
        _change(told),
    ]
    return Report(
        kind="Backtest of a definition",
        title=told.candidate.definition.name,
        subtitle=(
            f"Against {_against_name(told)}. {ENGLISH.local(found.period.start, zone)} to "
            f"{ENGLISH.local(found.period.end, zone)} ({zone}), {leads(found.leads)}, "
            f"{told.replays.events:,} events."
        ),
        answer=in_short(found),
        sections=tuple(section for section in sections if section is not None),
        reading=_READING,
    )


def _against_name(told: "Told") -> str:
    return "what was really handed to sales" if told.against is None else told.against.source


def _change(told: "Told") -> Section | None:
    """What differs between the two definitions, in words."""
    if told.against is None:
        return None
    from handraise.core.differences import differences

    said = [
        each.sentence
        for each in differences(told.against.definition, told.candidate.definition)
        if each.changes_scores
    ]
    if not said:
        return Section(
            "What changes in the definition?", "Nothing that changes a score: both versions say the same."
        )
    more = len(said) - SHOWN_CHANGES
    return Section(
        "What changes in the definition?",
        f"{len(said):,} {'thing that changes scores' if len(said) == 1 else 'things that change scores'}.",
        Table(("Change",), tuple((sentence,) for sentence in said[:SHOWN_CHANGES])),
        notes=(f"{more:,} more: `handraise diff` tells them all.",) if more > 0 else (),
    )


def _volume(found: "Backtest") -> Section:
    groups = found.groups
    before = "Handed over" if found.is_against_history else "Current"
    kept = sum(groups[name].leads for name in (GroupName.EARLIER, GroupName.LATER, GroupName.SAME))
    gained, lost = groups[GroupName.GAINED].leads, groups[GroupName.LOST].leads
    answer = (
        f"{leads(gained)} gained, {lost:,} lost, {kept:,} in both; of these are "
        f"{groups[GroupName.EARLIER].leads:,} earlier and {groups[GroupName.LATER].leads:,} later."
    )
    rows = [
        (name.value.capitalize(), f"{group.leads:,}", about(name, found)) for name, group in groups.items()
    ]
    figure = None
    if kept + gained + lost:
        figure = Figure(
            before_and_after(before, CANDIDATE, kept, lost, gained),
            f"Leads under both versions: {lost:,} only before, {kept:,} in both, {gained:,} only with the "
            "candidate.",
        )
    table = Table(("Group", "Leads", "What it is"), tuple(rows), right=(1,))
    return Section("Who is gained and who is lost?", answer, table, figure)


def _quality(found: "Backtest") -> Section:
    before = "Handed over" if found.is_against_history else "Current"
    groups: list[tuple[str, Group]] = [
        (CANDIDATE, found.candidate),
        (before, found.against),
        ("Gained", found.groups[GroupName.GAINED]),
        ("Lost", found.groups[GroupName.LOST]),
    ]
    hues = {
        CANDIDATE: HUES["candidate"],
        before: HUES["before"],
        "Gained": HUES["kept"],
        "Lost": HUES["lost"],
    }
    drawn = [
        Interval(kind, share.value, share.low, share.high, name)
        for kind, field in _KINDS
        for name, group in groups
        if (share := _share(group, field)).value is not None
    ]
    table = Table(
        ("Group", "Leads", "With outcome", *(kind for kind, _ in _KINDS)),
        tuple(
            (
                name,
                f"{group.leads:,}",
                f"{group.handed:,}",
                *(figures.share(_share(group, field)) for _, field in _KINDS),
            )
            for name, group in groups
        ),
        right=(1, 2, 3, 4, 5),
    )
    figure = None
    if drawn:
        figure = Figure(
            intervals(drawn, "share of the group", hues=hues),
            "The share of each group that sales accepted, that became an SQL and that was won, each with the "
            "range in which the true share lies.",
        )
    notes = [of_gained(found), of_lost(found), _settled(found)]
    notes += [f"{name}: {warning}." for name, group in groups if (warning := small(group))]
    return Section("Are they better leads?", _better(found), table, figure, tuple(filter(None, notes)))


def _share(group: "Group", field: str) -> "Share":
    share: Share = getattr(group, field)
    return share


def _better(found: "Backtest") -> str:
    gap = found.accepted_difference
    if gap is None or found.candidate.accepted.is_few or found.against.accepted.is_few:
        return "Too few were answered by sales to say."
    told = f"The share that sales accepts changes by {figures.points(gap)}"
    if not gap.excludes(0.0):
        return f"{told}: the interval holds zero, so this may be chance."
    return f"{told}: more than chance would do."


def _settled(found: "Backtest") -> str:
    """How long a lead has to have been there before it counts."""
    said = []
    if found.days_to_sql is not None:
        said.append(f"{found.days_to_sql:.0f} days for SQL")
    if found.days_to_won is not None:
        said.append(f"{found.days_to_won:.0f} days for won")
    if not said:
        return ""
    return (
        f"Nine in ten had come after {' and '.join(said)}. Leads that were handed over more recently do not "
        f"count there yet (for won, {found.candidate.too_recent:,} of the candidate's)."
    )


def _time(found: "Backtest") -> Section:
    before = "Handed over" if found.is_against_history else "Current"
    rows: Sequence[tuple[str, Estimate | None, int]] = (
        (f"{CANDIDATE}: before the first contact", found.days_before_contact, found.contacted),
        (f"{before}: before the first contact", found.against_days_before_contact, found.against_contacted),
        (
            "Earlier than before",
            found.days_earlier,
            sum(found.groups[name].leads for name in (GroupName.EARLIER, GroupName.LATER, GroupName.SAME)),
        ),
    )
    told = [(name, estimate, n) for name, estimate, n in rows if estimate is not None]
    if not told:
        return Section(
            "Is it earlier?", "Nobody found was ever contacted by sales: there is nothing to measure."
        )
    mine, theirs = found.days_before_contact, found.against_days_before_contact
    answer = "Sales would have known of too few of them to compare."
    if mine is not None and theirs is not None:
        answer = (
            f"Half of the candidate's leads would have been on the desk at least {days(mine.value)} before "
            f"sales really spoke to them; before the change it was {days(theirs.value)}."
        )
    return Section(
        "Is it earlier?",
        answer,
        Table(
            ("Days (median)", "Median", "Interval", "n"),
            tuple(
                (name, _day(each.value), f"{_day(each.low)} to {_day(each.high)}", f"{n:,}")
                for name, each, n in told
            ),
            right=(1, 2, 3),
        ),
        Figure(
            intervals(
                [Interval(name, each.value, each.low, each.high) for name, each, _ in told],
                "days",
                form=",.1~f",
            ),
            "Medians in days, with what they may be.",
        ),
    )


def _day(value: float) -> str:
    """A number of days with one place, and no sign before nothing."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def _load(found: "Backtest") -> Section | None:
    load = found.load
    if not load.weeks:
        return None
    before = "Handed over" if found.is_against_history else "Current"
    drawn = [
        WeekOf(week.start, name, count)
        for week in load.weeks
        for name, count in ((CANDIDATE, week.candidate), (before, week.against))
    ]
    notes = [] if load.whole_weeks == load.weeks else ["The first or the last week is not whole."]
    if load.in_time is not None and load.against_in_time is not None and load.promise is not None:
        clock = "business hours" if load.promise.is_business else "hours"
        notes.append(
            f"If the team works {load.capacity:,} leads a week, one after the other, evenly over Monday to "
            f"Friday from 9 to 17, it reaches {load.in_time.words} within the {load.promise.hours:g} {clock} "
            f"that the definition promises; before, {load.against_in_time.words}."
        )
    return Section(
        "Can the team follow up?",
        _enough(found),
        _week_table(load.weeks, before),
        Figure(weeks(drawn, load.capacity), _weeks_shown(load.capacity)),
        tuple(notes),
    )


def _weeks_shown(capacity: int | None) -> str:
    told = "Leads a week under both versions"
    return (
        f"{told}."
        if capacity is None
        else f"{told}; the line across is what the team can work, {capacity:,}."
    )


def _enough(found: "Backtest") -> str:
    whole = found.load.whole_weeks or found.load.weeks
    mine = statistics.median(week.candidate for week in whole)
    theirs = statistics.median(week.against for week in whole)
    told = f"{mine:g} leads in the usual week (median), {theirs:g} before."
    if found.load.over_capacity is None:
        return f"{told} Say how many the team can work with --capacity."
    over, over_before = found.load.over_capacity
    return (
        f"{told} In {over:,} of {len(found.load.whole_weeks):,} whole weeks more come than the team can work "
        f"({found.load.capacity:,}); before, in {over_before:,}."
    )


def _week_table(all_weeks: Sequence[Week], before: str) -> Table:
    """Weeks, or months where there are many weeks."""
    if len(all_weeks) <= SHOWN_WEEKS:
        return Table(
            ("Week from", CANDIDATE, before),
            tuple(
                (f"{week.start:%Y-%m-%d}", f"{week.candidate:,}", f"{week.against:,}") for week in all_weeks
            ),
            right=(1, 2),
        )

    def month(week: Week) -> date:
        return week.start.replace(day=1)

    rows = []
    for start, group in groupby(all_weeks, month):
        of = list(group)
        rows.append(
            (
                f"{start:%B %Y}",
                f"{sum(week.candidate for week in of):,}",
                f"{max(week.candidate for week in of):,}",
                f"{sum(week.against for week in of):,}",
                f"{max(week.against for week in of):,}",
            )
        )
    return Table(
        ("Weeks beginning in", CANDIDATE, "busiest week", before, "busiest week"),
        tuple(rows),
        right=(1, 2, 3, 4),
    )


def _late(found: "Backtest") -> Section | None:
    """What looks like a finding and is none."""
    if not found.after_contact:
        return None
    return Section(
        "What does it find too late?",
        f"{leads(found.after_contact)} reach the candidate's bar only when sales is already in contact. An "
        "opened follow-up mail or a booked meeting is then sales' own doing, so they count neither as found "
        "nor as gained.",
        Table(
            ("Found only after first contact", "Leads"),
            (
                (CANDIDATE, f"{found.after_contact:,}"),
                ("of them lost by the change", f"{found.lost_to_contact:,}"),
                ("Before the change", f"{found.against_after_contact:,}"),
            ),
            right=(1,),
        ),
    )


def _people(found: "Backtest", zone: str) -> Section | None:
    rows = list(_examples(found, zone))
    if not rows:
        return None
    return Section(
        "Who are they?",
        f"Up to {SHOWN_PEOPLE} of those gained and of those lost, the won and the accepted first. Everybody "
        "stands in the file of people that --out writes. Read a handful together.",
        Table(("Lead", "Group", "Candidate", "Before", "First contact", "Accepted", "Won"), tuple(rows)),
    )


def _examples(found: "Backtest", zone: str) -> Iterator[tuple[str, ...]]:
    import pyarrow.compute as pc

    for name in (GroupName.GAINED, GroupName.LOST):
        table = found.people.filter(pc.equal(found.people["group"], name.value))
        told = [(answer, "descending") for answer in ("won", "accepted", "has_outcome")]
        for row in table.sort_by([*told, ("lead_id", "ascending")]).slice(0, SHOWN_PEOPLE).to_pylist():
            instants = (row["candidate_at"], row["against_at"], row["first_contact_at"])
            yield (
                row["lead_id"],
                name.value,
                *("–" if at is None else ENGLISH.local(at, zone) for at in instants),
                *({None: "–", True: "yes", False: "no"}[row[answer]] for answer in ("accepted", "won")),
            )


def _limits(told: "Told") -> Section | None:
    if not told.notices:
        return None
    return Section(
        "What does this history not tell?",
        "The figures rest on what the files say. Where they say less, this is what was assumed.",
        Table(("Assumption",), tuple((f"{notice[:1].upper()}{notice[1:]}.",) for notice in told.notices)),
    )


_READING = (
    (
        "As it was known",
        "Each lead is judged at every moment by what was known then: an event counts from the moment it was "
        "received, a fact from the moment it was learned. Nothing leaks from the future.",
    ),
    (
        "Gained, lost, earlier, later",
        "A lead is gained when only the candidate makes it an MQL, lost when only the version before does. "
        "In both, it is earlier or later when the two moments are more than an hour apart.",
    ),
    (
        "With outcome",
        "Only leads that sales really got have an outcome. A lead without one is neither a success nor a "
        "failure, and counts in no share.",
    ),
    (
        "30 % (24–37) of 212",
        "The share, the range in which the true share lies in 19 of 20 such cases (95 % interval), and of "
        "how many leads. Two ranges that overlap widely may be no difference at all. Below 30 leads the "
        "count is told instead of a share.",
    ),
    (
        "Found after contact",
        "What happens once sales is in contact may be sales' own work. A version gets no credit for it.",
    ),
)
