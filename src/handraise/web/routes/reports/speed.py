"""Speed: how often the first contact comes in time, with whom, of what, and how long it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import Query
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.sla import Compliance
from handraise.flow import speed
from handraise.flow.speed import QUEUE, Key
from handraise.http.callers import Call, needs
from handraise.learn.shares import Share
from handraise.store import clocks, people
from handraise.store.clocks import Measured
from handraise.store.reports.changes import put_live
from handraise.store.reports.periods import start_of, week_of
from handraise.web.clockface import spelled
from handraise.web.interval_charts import (
    Marked,
    Shown,
    shares_over_time,
    shares_side_by_side,
    times_over_time,
)
from handraise.web.naming import LEAD_TYPES, named_leads
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, local_moment, visit_of
from handraise.web.wording import to_translate as _

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayReadLeads = Annotated[Call, needs("leads:read")]
MayExport = Annotated[Call, needs("export")]
Weeks = Literal["4", "12", "26", "52"]
By = Literal["lead_type", "owner", "team", "route"]
AsOf = Annotated[str, Query(max_length=40)]
STATES: Final[Mapping[str, str]] = {
    "met": _("in time"),
    "breached": _("late"),
    "running": _("still running"),
    "paused": _("paused"),
    "reassigned": _("given to somebody else"),
    "cancelled": _("taken back"),
}
BYS: Final[Mapping[By, str]] = {
    "lead_type": _("Kind of lead"),
    "owner": _("Rep"),
    "team": _("Team"),
    "route": _("Route"),
}
_COUNTED: Final = ("met", "breached", "running", "reassigned", "cancelled")
_NONE: Final = "none"
_MOST: Final = 200
_HOUR: Final = timedelta(hours=1)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Looked:
    """What is looked at: hand-offs of the last weeks up to `as_of`, and the turns as they stood then."""

    weeks: int
    as_of: datetime
    found: Sequence[Measured] = ()
    turns: Sequence[speed.Turn] = ()

    @property
    def start(self) -> datetime:
        """When the first of the weeks begins."""
        return start_of(week_of(self.as_of)) - timedelta(weeks=self.weeks - 1)


@dataclass(frozen=True)
class Line:
    """A group or a week in a table; `key` is how the address names the group."""

    key: str
    name: str
    kept: Compliance

    @property
    def share(self) -> Share:
        """In time, of those decided."""
        return Share(self.kept.met, self.kept.met + self.kept.breached)

    @property
    def turns(self) -> int:
        """All of them."""
        kept = self.kept
        return kept.met + kept.breached + kept.running + kept.reassigned + kept.cancelled


@router.get("/speed")
def speed_page(call: MayRead, weeks: Weeks = "12", by: By = "lead_type", as_of: AsOf = "") -> Response:
    """How service levels were kept, by week and by group."""
    visit = visit_of(call)
    looked = _looked(call, weeks, as_of)
    by_week = _by_week(visit, looked)
    groups = _groups(call, looked, by)
    changes = put_live(call.connection, looked.start, looked.as_of)
    marks = [Marked(_week(visit, one.at), one.name) for one in changes]
    hours = [(line.name, _hours(line.kept.median), _hours(line.kept.p90)) for line in by_week]
    _ = visit.gettext
    return show_report(
        call,
        "speed",
        spelled=spelled,
        **_filters(visit, weeks, by, as_of),
        is_empty=not looked.found,
        whole=Line("", "", speed.grouped(looked.turns).get(None) or _NOTHING),
        by_week=by_week,
        groups=groups,
        changes=changes,
        week_chart=shares_over_time([_shown(visit, one) for one in by_week], marks),
        group_chart=shares_side_by_side([_shown(visit, one) for one in groups]),
        time_chart=times_over_time(hours, (_("Half within"), _("Nine in ten within")), marks),
    )


@router.get("/speed.csv")
def speed_file(call: MayExport, weeks: Weeks = "12", by: By = "lead_type", as_of: AsOf = "") -> Response:
    """The groups and the weeks as a file; times in seconds of working time."""
    visit = visit_of(call)
    looked = _looked(call, weeks, as_of)
    head = ["by", "group", *_COUNTED, "share_met", "low", "high", "median_seconds", "p90_seconds"]
    weeks_ = _by_week(visit, looked, iso=True)
    lines = [*((str(by), one) for one in _groups(call, looked, by)), *(("week", one) for one in weeks_)]
    rows = []
    for what, line in lines:
        kept, share = line.kept, line.share
        counts = [getattr(kept, name) for name in _COUNTED]
        known = (share.value, share.low, share.high) if share.n else (None, None, None)
        shares = [None if one is None else f"{one:.4f}" for one in known]
        rows.append([what, line.name, *counts, *shares, _seconds(kept.median), _seconds(kept.p90)])
    return sheet("speed.csv", head, rows)


@router.get("/speed/handoffs")
def speed_handoffs(
    call: MayReadLeads,
    weeks: Weeks = "12",
    by: By = "lead_type",
    as_of: AsOf = "",
    group: Annotated[str | None, Query(max_length=200)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    week: Annotated[str, Query(pattern=r"^(20\d\d-\d\d-\d\d)?$")] = "",
) -> Response:
    """The hand-offs that a number counts, by name, each owner's turn by itself."""
    visit = visit_of(call)
    looked = _looked(call, weeks, as_of)
    routes = speed.routes(call.connection, looked.found) if by == "route" else {}
    found = [
        one
        for one in looked.turns
        if group in (None, _written(speed.key_of(one.handed, one.clock, by, routes)))
        and (state is None or one.state == state or (state == "running" and one.state == "paused"))
        and week in ("", week_of(one.handed.opened_at).isoformat())
    ]
    found.sort(key=lambda one: (one.clock.started_at, one.handed.handoff_id), reverse=True)
    shown = found[:_MOST]
    names = _names(call, by)
    return show_report(
        call,
        "speed_handoffs",
        spelled=spelled,
        turns=shown,
        total=len(found),
        leads=named_leads(call, [one.handed.lead_id for one in shown]),
        owners={str(one.id): one.name for one in people.members(call.connection)},
        states=STATES,
        types=LEAD_TYPES,
        group=None if group is None else _called(visit, by, group, names),
        state=state,
        week=week,
        week_day=_day(week),
        as_of_moment=looked.as_of if as_of else None,
        back=urlencode({"weeks": weeks, "by": by, "as_of": as_of}),
    )


_NOTHING: Final = Compliance(0, 0, 0, 0, 0, 0, None, None, None)


def _looked(call: Call, weeks: str, as_of: str) -> Looked:
    visit = visit_of(call)
    at = local_moment(visit, as_of) if as_of else call.now
    if at > call.now:
        raise InputInvalid(visit.gettext("How it will stand, nobody knows: give a time that is past."))
    asked = Looked(int(weeks), at)
    found = clocks.measured(call.connection, asked.start, at + _TICK)
    return replace(asked, found=found, turns=speed.turns(found, at))


def _filters(visit: Visit, weeks: str, by: By, as_of: str) -> Mapping[str, Any]:
    _ = visit.gettext
    return {
        "weeks": weeks,
        "by": by,
        "as_of": as_of,
        "local_now": visit.now.astimezone(visit.zone).strftime("%Y-%m-%dT%H:%M"),
        "week_choices": [(n, _("Last %(n)s weeks", n=n)) for n in ("4", "12", "26", "52")],
        "by_choices": [(key, _(name)) for key, name in BYS.items()],
        "by_name": _(BYS[by]),
    }


def _groups(call: Call, looked: Looked, by: By) -> list[Line]:
    """Each group, those with most decided first."""
    visit, names = visit_of(call), _names(call, by)
    routes = speed.routes(call.connection, looked.found) if by == "route" else {}
    kept = speed.grouped(looked.turns, by, routes)
    lines = [Line(_written(key), _called(visit, by, _written(key), names), one) for key, one in kept.items()]
    return sorted(lines, key=lambda one: (-one.share.n, one.name))


def _by_week(visit: Visit, looked: Looked, *, iso: bool = False) -> list[Line]:
    weeks = speed.by_week(looked.turns, looked.start, looked.as_of + _TICK)
    return [
        Line(day.isoformat(), day.isoformat() if iso else _week(visit, start_of(day)), one)
        for day, one in weeks
    ]


def _names(call: Call, by: By) -> Mapping[str, str]:
    match by:
        case "owner":
            return {str(one.id): one.name for one in people.members(call.connection)}
        case "team":
            return {str(one.id): one.name for one in people.teams(call.connection)}
    return {}


def _written(key: Key) -> str:
    return _NONE if key is None else str(key)


def _called(visit: Visit, by: By, key: str, names: Mapping[str, str]) -> str:
    _ = visit.gettext
    if key == _NONE:
        return _("Nobody's")
    match by:
        case "lead_type":
            return _(LEAD_TYPES[key]) if key in LEAD_TYPES else key
        case "route":
            own = {"account_owner": _("Account owner"), "lead_owner": _("Lead owner"),
                   QUEUE: _("Queue: nobody was free")}  # fmt: skip
            return own.get(key, key)
    return names.get(key, key)


def _week(visit: Visit, at: datetime) -> str:
    """The Monday of the week of `at`."""
    form = "d. MMM yy" if visit.language == "de" else "d MMM yy"
    named: str = format_date(week_of(at), form, locale=visit.language)
    return named


def _shown(visit: Visit, line: Line) -> Shown:
    said = visit.gettext(
        "%(name)s: %(met)s of %(n)s in time", name=line.name, met=line.kept.met, n=line.share.n
    )
    return Shown(line.name, line.share, said)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _hours(time: timedelta | None) -> float | None:
    return None if time is None else round(time / _HOUR, 3)


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())
