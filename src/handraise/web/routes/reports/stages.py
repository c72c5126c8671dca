"""Stages: how long leads stay in them, who stands still, who comes back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal

from babel.units import format_unit
from fastapi import Query
from starlette.responses import Response

from handraise.flow.stalled import stalled
from handraise.http.callers import Call, needs
from handraise.learn.shares import Share
from handraise.store.reports import stages
from handraise.store.reports.changes import put_live
from handraise.store.reports.periods import month_of, start_of
from handraise.store.reports.stages import MEASURED, Back, Returns, Side, Stalled, TimeInStage
from handraise.web.interval_charts import (
    Shown,
    counts_side_by_side,
    shares_over_time,
    times_over_time,
)
from handraise.web.naming import marked_months, month_name, named_leads
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, stage_names, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayReadLeads = Annotated[Call, needs("leads:read")]
MayExport = Annotated[Call, needs("export")]
Months = Literal["6", "12", "24", "36"]
Measured = Literal["lead", "mql", "sal", "sql", "opportunity", "recycled"]
Month = Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")]
_MOST: Final = 200
_FIRST: Final = 10
_DAY: Final = timedelta(days=1)
_LATEST: Final = 90  # days within which coming back is shown on the page


@dataclass(frozen=True)
class Came:
    """A month of those who came back; shares are None where it is not yet known."""

    month: date
    name: str
    left: int
    counts: Mapping[Back, int | None]

    def share(self, back: Back) -> Share | None:
        """How many of all that is."""
        count = self.counts[back]
        return None if count is None else Share(count, self.left)


@router.get("/stages")
def stages_page(
    call: MayRead, months: Months = "12", stage: Measured = "mql", side: Side = "recycled"
) -> Response:
    """Times in stage, who stands still, who comes back."""
    visit, now = visit_of(call), call.now
    _ = visit.gettext
    times = stages.times_in_stage(call.connection, int(months), now)
    still = stalled(call.connection, now)
    came = _came(visit, stages.returns(call.connection, side, int(months), now))
    changes = put_live(call.connection, start_of(month_of(now, 1 - int(months))), now)
    marks = marked_months(visit, changes)
    by_month = {one.month: one for one in times if one.stage == stage and one.month is not None}
    days = [(name, *_days(by_month.get(month))) for month, name in _axis(visit, int(months), now)]
    return show_report(
        call,
        "stages",
        is_empty=not times and not still,
        months=months,
        stage=stage,
        side=side,
        month_choices=[(n, _("Last %(n)s months", n=n)) for n in ("6", "12", "24", "36")],
        stage_choices=[(one, stage_names(_)[one]) for one in MEASURED],
        side_choices=[("recycled", _("Recycled")), ("disqualified", _("Disqualified"))],
        whole=[one for one in times if one.month is None],
        by_month=[one for one in times if one.stage == stage and one.month is not None],
        time_chart=times_over_time(days, (_("Half within"), _("Nine in ten within")), marks),
        lasting=lambda time: lasting(visit, time),
        month_name=lambda month: month_name(visit, month),
        stalled=still[:_FIRST],
        stalled_total=len(still),
        owners=_owners(visit, still),
        stalled_chart=counts_side_by_side([(name, n) for _, name, n in _owners(visit, still)], "sal"),
        came=came,
        came_total=_total(came),
        came_chart=shares_over_time([_shown(visit, one) for one in came], marks, hue=side),
        changes=changes,
        now=now,
    )


@router.get("/stages.csv")
def stages_file(call: MayExport, months: Months = "12") -> Response:
    """Times in stage as a file, all stages; times in seconds, `month` empty for all months together."""
    rows = [
        [one.stage, one.month and f"{one.month:%Y-%m}", one.came, one.left, one.there,
         _seconds(one.median), _seconds(one.p90)]
        for one in stages.times_in_stage(call.connection, int(months), call.now)
    ]  # fmt: skip
    head = ["stage", "month", "came", "left", "there", "median_seconds", "p90_seconds"]
    return sheet("stages.csv", head, rows)


@router.get("/returns.csv")
def returns_file(call: MayExport, months: Months = "12") -> Response:
    """Who came back as a file: recycled and disqualified, all days."""
    head = [
        "side",
        "month",
        "left",
        *(f"{one}_within_{n}_days" for one in stages.BACK for n in stages.WITHIN),
    ]
    sides: Sequence[Side] = ("recycled", "disqualified")
    rows = [
        [
            side,
            f"{one.month:%Y-%m}",
            one.left,
            *(one.reached[b][n] for b in stages.BACK for n in stages.WITHIN),
        ]
        for side in sides
        for one in stages.returns(call.connection, side, int(months), call.now)
    ]
    return sheet("returns.csv", head, rows)


@router.get("/stages/stalled")
def stalled_page(call: MayReadLeads, owner: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Everybody who stands still, the longest overdue first; of one owner, or of all."""
    visit = visit_of(call)
    still = stalled(call.connection, call.now)
    found = [one for one in still if owner in ("", _owner(one))]
    return show_report(
        call,
        "stalled",
        stalled=found[:_MOST],
        total=len(found),
        owner=owner,
        owner_choices=[
            ("", visit.gettext("Anybody")),
            *((key, name) for key, name, _ in _owners(visit, still)),
        ],
        lasting=lambda time: lasting(visit, time),
        now=call.now,
    )


@router.get("/stalled.csv")
def stalled_file(call: MayExport) -> Response:
    """Everybody who stands still, as a file."""
    head = ["lead_id", "name", "email", "account", "stage", "since", "due_at", "owner"]
    rows = [
        [one.lead_id, one.name, one.email, one.account, one.stage, one.since.isoformat(),
         one.due_at.isoformat(), one.owner]
        for one in stalled(call.connection, call.now)
    ]  # fmt: skip
    return sheet("stalled.csv", head, rows)


@router.get("/stages/leads")
def stage_leads(
    call: MayReadLeads,
    stage: Measured,
    months: Months = "12",
    month: Month = "",
    there: Literal["", "yes", "no"] = "",
) -> Response:
    """The leads that a number of times in stage counts."""
    visit = visit_of(call)
    first = date.fromisoformat(f"{month}-01") if month else None
    is_there = {"yes": True, "no": False}.get(there)
    found = stages.stayed(call.connection, int(months), call.now, stage, first, is_there=is_there)
    said = visit.gettext("Came to the stage %(stage)s.", stage=stage_names(visit.gettext)[stage])
    more = {"yes": visit.gettext("Are still there."), "no": visit.gettext("Have left it since.")}
    return _members(call, found, " ".join(filter(None, (said, more.get(there)))), first)


@router.get("/stages/returned")
def returned_leads(
    call: MayReadLeads,
    month: Month,
    side: Side = "recycled",
    back: Literal["", "lead", "mql", "sal", "sql"] = "",
) -> Response:
    """The leads that a number of those who came back counts."""
    visit = visit_of(call)
    names = stage_names(visit.gettext)
    first = date.fromisoformat(f"{month}-01") if month else month_of(call.now)
    found = stages.returned(call.connection, side, first, back or None, _LATEST if back else None)
    said = visit.gettext("Were recycled.") if side == "recycled" else visit.gettext("Were disqualified.")
    if back:
        again = visit.gettext(
            "Were %(stage)s or further again within %(n)s days.", stage=names[back], n=_LATEST
        )
        said = f"{said} {again}"
    return _members(call, found, said, first)


def _members(call: Call, found: Sequence[int], said: str, month: date | None) -> Response:
    shown = sorted(found, reverse=True)[:_MOST]
    return show_report(
        call,
        "members",
        leads=list(named_leads(call, shown).values()),
        total=len(found),
        counted=said,
        month=None if month is None else month_name(visit_of(call), month),
        back="/reports/stages",
    )


# ---------------------------------------------------------------------------------------------- in words


def lasting(visit: Visit, time: timedelta) -> str:
    """A length of time by the calendar, in the one unit that fits: `36 min`, `5.4 hr`, `12.3 days`."""
    for unit, length, least in (
        ("duration-day", _DAY, 2 * _DAY),
        ("duration-hour", timedelta(hours=1), timedelta(hours=1)),
        ("duration-minute", timedelta(minutes=1), timedelta()),
    ):
        if time >= least:
            said: str = format_unit(
                round(time / length, 1), unit, "long", format="#,##0.#", locale=visit.language
            )
            return said
    return "–"


def _axis(visit: Visit, months: int, now: datetime) -> list[tuple[date, str]]:
    every = [month_of(now, number) for number in range(1 - months, 1)]
    return [(month, month_name(visit, month)) for month in every]


def _days(one: TimeInStage | None) -> tuple[float | None, float | None]:
    if one is None:
        return None, None
    return tuple(None if time is None else round(time / _DAY, 3) for time in (one.median, one.p90))  # type: ignore[return-value]


def _owner(one: Stalled) -> str:
    return "none" if one.owner_id is None else str(one.owner_id)


def _owners(visit: Visit, still: Sequence[Stalled]) -> list[tuple[str, str, int]]:
    """Who has them, and how many; those with most first."""
    counts = Counter((_owner(one), one.owner or visit.gettext("Nobody's")) for one in still)
    return sorted(((*who, n) for who, n in counts.items()), key=lambda one: (-one[2], one[1]))


def _came(visit: Visit, found: Sequence[Returns]) -> list[Came]:
    return [
        Came(one.month, month_name(visit, one.month), one.left,
             {back: one.reached[back][_LATEST] for back in stages.BACK})
        for one in found
    ]  # fmt: skip


def _total(came: Sequence[Came]) -> Share:
    """How many came back as an MQL, of all whose time is over."""
    over = [one for one in came if one.counts["mql"] is not None]
    return Share(sum(one.counts["mql"] or 0 for one in over), sum(one.left for one in over))


def _shown(visit: Visit, one: Came) -> Shown:
    share = one.share("mql") or Share(0, 0)
    said = visit.gettext(
        "%(name)s: %(count)s of %(n)s came back", name=one.name, count=share.count, n=share.n
    )
    return Shown(one.name, share, said)


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())
