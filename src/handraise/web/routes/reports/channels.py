"""Channels: where MQLs come from, which of them close, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from babel.numbers import format_decimal
from fastapi import Query
from starlette.responses import Response

from handraise.core.calibration import LEAST_QUALIFIED, MOST_QUALIFIED
from handraise.http.callers import Call, needs
from handraise.learn.shares import Share
from handraise.store import people
from handraise.store.reports import channels as counting
from handraise.store.reports.changes import put_live
from handraise.store.reports.channels import BYS, TOUCHED, Asked, By, Channels, Line, Touch, What
from handraise.store.reports.funnel import REACHED, WITHIN, Reached
from handraise.store.reports.periods import month_of, start_of
from handraise.web.charting import changes_layer, chart
from handraise.web.interval_charts import Shown, shares_side_by_side
from handraise.web.naming import LEAD_TYPES, money, month_name, named_leads
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, stage_names, visit_of
from handraise.web.wording import to_translate as _

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayReadLeads = Annotated[Call, needs("leads:read")]
MayExport = Annotated[Call, needs("export")]
Months = Literal["1", "3", "6", "12", "24"]
Within = Literal["30", "60", "90"]
Currency = Annotated[str, Query(max_length=3)]
_SHOWN: Final = 25  # groups on the page; the file has all
_STACKED: Final = 5  # groups in the picture; the others are one
_MOST: Final = 200
_NAMES: Final[Mapping[By, str]] = {
    "lead.source": _("Channel"),
    "lead.campaign": _("Campaign"),
    "lead.country": _("Country"),
    "account.industry": _("Industry"),
    "account.employees": _("Company size"),
    "rep": _("Rep"),
    "lead_type": _("Kind of lead"),
    "motion": _("Motion"),
    "temperature": _("Hot or warm"),
}
_TOUCHES: Final = (
    ("said", _("What is said of the lead")),
    ("first", _("First touch")),
    ("last", _("Last touch")),
)
_THIS_MONTH: Final = _("This month")
_VALUES: Final[Mapping[By, Mapping[str, str]]] = {
    "lead_type": LEAD_TYPES,
    "motion": {"inbound": _("Inbound"), "pql": _("Product sign-up"), "outbound": _("Outbound")},
    "temperature": {"hot": _("Hot"), "warm": _("Warm")},
}


@dataclass(frozen=True)
class Filters:
    """What is asked for, as it stands in the address."""

    by: By
    months: Months
    touch: Touch
    stage: Reached
    within: Within

    @property
    def asked(self) -> Asked:
        """As the store takes it."""
        return Asked(self.by, int(self.months), self.touch)

    def address(self, page: str = "/reports/channels", **changes: str | None) -> str:
        """An address with the same filters but for these changes; None leaves one out."""
        whole = {**vars(self), **changes}
        return f"{page}?{urlencode({name: value for name, value in whole.items() if value is not None})}"


@dataclass(frozen=True)
class Row:
    """A group in the tables: its name, its numbers, and how the address of its leads begins."""

    name: str
    line: Line
    leads_at: str

    def at(self, what: What, within: int | None = None) -> str:
        """Where the leads of a number are."""
        return f"{self.leads_at}&what={what}" + (f"&days={within}" if within else "")

    @property
    def qualified(self) -> Share | None:
        """How many of its leads became an MQL; None where leads have no such group."""
        return None if self.line.leads is None else Share(self.line.qualified or 0, self.line.leads)

    @property
    def band(self) -> str:
        """`above` or `below` the usual share of leads that qualify, where that is sure; else empty."""
        share = self.qualified
        if share is None or share.is_few:
            return ""
        return "below" if share.high < LEAST_QUALIFIED else "above" if share.low > MOST_QUALIFIED else ""

    def share(self, stage: Reached, days: int) -> Share:
        """How many of its MQLs got to a stage within the days."""
        return Share(self.line.reached[stage][days], self.line.due[days])


@router.get("/channels")
def channels_page(
    call: MayRead,
    by: By = "lead.source",
    months: Months = "12",
    touch: Touch = "said",
    stage: Reached = "customer",
    within: Within = "90",
    currency: Currency = "",
) -> Response:
    """MQLs by where they came from, what became of them, cost and revenue."""
    visit = visit_of(call)
    said, filters = visit.gettext, Filters(by, months, touch, stage, within)
    found = counting.channels(call.connection, filters.asked, call.now)
    rows = _rows(call, found, filters)
    shown = rows[:_SHOWN]
    chosen = currency if currency in found.currencies else next(iter(found.currencies), "")
    changes = put_live(call.connection, start_of(found.months[0]), call.now)
    marks = [{"month": month_name(visit, month_of(one.at)), "said": one.name} for one in changes]
    return show_report(
        call,
        "channels",
        is_empty=not found.lines,
        filters=filters,
        days=int(within),
        asked=filters.asked,
        called=said(_NAMES[by]),
        band=(LEAST_QUALIFIED, MOST_QUALIFIED),
        rows=shown,
        total=Row(said("All"), found.total, filters.address("/reports/channels/leads")),
        more=len(rows) - len(shown),
        by_choices=[(one, said(_NAMES[one])) for one in BYS],
        month_choices=[("1", said(_THIS_MONTH))]
        + [(n, said("Last %(n)s months", n=n)) for n in ("3", "6", "12", "24")],
        touch_choices=[(touch, said(name)) for touch, name in _TOUCHES],
        is_touched=by in TOUCHED,
        stage_choices=[(one, stage_names(said)[one]) for one in REACHED],
        within_choices=[(str(n), said("Within %(n)s days", n=n)) for n in WITHIN],
        currency=chosen,
        other_currencies=[one for one in found.currencies if one != chosen],
        currency_choices=[(one, one) for one in found.currencies],
        money=lambda cents: money(visit, cents, chosen),
        times=lambda value: "–" if value is None else _times(visit, value),
        stacked=_stacked(visit, rows, found.months, marks),
        months_shown=[(month, month_name(visit, month)) for month in found.months],
        closing=shares_side_by_side(
            [_closing(visit, one, filters) for one in shown if one.line.due[int(within)]], hue=stage
        ),
        has_due=any(one.line.due[int(within)] for one in shown),
        changes=changes,
    )


@router.get("/channels.csv")
def channels_file(
    call: MayExport, by: By = "lead.source", months: Months = "12", touch: Touch = "said"
) -> Response:
    """Every group with all its numbers as a file; one line for each currency where there is money."""
    found = counting.channels(call.connection, Asked(by, int(months), touch), call.now)
    head = [
        "group", "leads", "qualified", "mqls", "mqls_before", *(f"{one}_so_far" for one in REACHED),
        *(f"mqls_{n}_days_old" for n in WITHIN),
        *(f"{one}_within_{n}_days" for one in REACHED for n in WITHIN),
        "won_deals", "deals_without_amount", "currency", "spend", "revenue", "deals_with_amount",
    ]  # fmt: skip
    rows = []
    for line in found.lines:
        counts = [
            line.key, line.leads, line.qualified, line.mqls, line.before,
            *(line.so_far[one] for one in REACHED), *(line.due[n] for n in WITHIN),
            *(line.reached[one][n] for one in REACHED for n in WITHIN), line.deals, line.without_amount,
        ]  # fmt: skip
        known = [one for one in found.currencies if one in {*line.spent, *line.revenue}]
        for currency in known or [""]:
            sums = [_decimal(line.spent.get(currency)), _decimal(line.revenue.get(currency))]
            rows.append([*counts, currency, *sums, line.deals_in.get(currency)])
    return sheet("channels.csv", head, rows)


@router.get("/channels-by-month.csv")
def months_file(
    call: MayExport, by: By = "lead.source", months: Months = "12", touch: Touch = "said"
) -> Response:
    """MQLs of each group and month, as a file."""
    found = counting.channels(call.connection, Asked(by, int(months), touch), call.now)
    rows = [
        [f"{month:%Y-%m}", line.key, line.by_month.get(month, 0)]
        for month in found.months
        for line in found.lines
    ]
    return sheet("channels-by-month.csv", ["month", "group", "mqls"], rows)


@router.get("/channels/leads")
def channel_leads(
    call: MayReadLeads,
    what: What = "mqls",
    group: Annotated[str | None, Query(max_length=2_000)] = None,
    days: Annotated[int | None, Query(ge=1, le=999)] = None,
    by: By = "lead.source",
    months: Months = "12",
    touch: Touch = "said",
    stage: Reached = "customer",
    within: Within = "90",
) -> Response:
    """The leads that a number counts."""
    visit, filters = visit_of(call), Filters(by, months, touch, stage, within)
    _ = visit.gettext
    days = days if what in REACHED else None
    found = counting.members_of(call.connection, filters.asked, call.now, group, what, days)
    shown = sorted(found, reverse=True)[:_MOST]
    names = stage_names(_)
    told = {
        "leads": _("First seen in this time."),
        "qualified": _("First seen in this time, and an MQL since."),
        "mqls": _("Became an MQL in this time."),
        "won": _("Became an MQL in this time, and a deal was won since."),
    }.get(what) or (
        _("Became an MQL in this time, and %(stage)s or further since.", stage=names[what])  # type: ignore[index]
        if days is None
        else _(
            "Became an MQL in this time, and %(stage)s or further within %(n)s days.",
            stage=names[what],  # type: ignore[index]
            n=days,
        )
    )
    if group is not None:
        told = f"{_(_NAMES[by])}: {_named(call, by)(group)}. {told}"
    return show_report(
        call,
        "members",
        leads=list(named_leads(call, shown).values()),
        total=len(found),
        counted=told,
        month=None,
        back=filters.address(),
    )


# ---------------------------------------------------------------------------------------------- in words


def _rows(call: Call, found: Channels, filters: Filters) -> list[Row]:
    named = _named(call, filters.by)
    address = "/reports/channels/leads"
    return [Row(named(one.key), one, filters.address(address, group=one.key)) for one in found.lines]


def _named(call: Call, by: By) -> Any:
    """What people read for a group."""
    _ = visit_of(call).gettext
    members = {str(one.id): one.name for one in people.members(call.connection)} if by == "rep" else {}
    values = _VALUES.get(by, {})

    def named(key: str) -> str:
        if not key:
            return _("Nobody's") if by == "rep" else _("Not known")
        if by == "account.employees":
            return key.replace("-", "–")
        return members.get(key) or (_(values[key]) if key in values else key)

    return named


def _times(visit: Visit, value: float) -> str:
    return f"{format_decimal(value, format='#,##0.0', locale=visit.language)}×"


def _decimal(cents: int | None) -> str | None:
    return None if cents is None else f"{cents // 100}.{cents % 100:02}"


def _closing(visit: Visit, row: Row, filters: Filters) -> Shown:
    share = row.share(filters.stage, int(filters.within))
    said = visit.gettext("%(name)s: %(count)s of %(n)s MQLs", name=row.name, count=share.count, n=share.n)
    return Shown(row.name, share, said)


def _stacked(
    visit: Visit, rows: Sequence[Row], months: Sequence[date], marks: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """MQLs of each month, the largest groups one on the other."""
    names = [month_name(visit, month) for month in months]
    alone, rest = [one for one in rows if one.line.mqls][:_STACKED], rows[_STACKED:]
    groups = [(one.name, [one.line.by_month.get(month, 0) for month in months]) for one in alone]
    others = [sum(one.line.by_month.get(month, 0) for one in rest) for month in months]
    if any(others):
        groups.append((visit.gettext("All others"), others))
    values = [
        {"month": name, "group": group, "mqls": count, "rank": rank}
        for rank, (group, counts) in enumerate(groups)
        for name, count in zip(names, counts, strict=True)
        if count
    ]
    x = {"field": "month", "type": "ordinal", "sort": names, "title": None,
         "scale": {"domain": names}, "axis": {"labelAngle": -45, "labelOverlap": True}}  # fmt: skip
    domain = [group for group, _ in groups]
    hues = [f"token:group-{place}" for place in range(1, len(alone) + 1)]
    hues += ["token:group-rest"] * (len(domain) - len(hues))
    legend = {"orient": "top", "labelColor": "token:quiet", "labelFontSize": 12, "columns": 6,
              "symbolType": "square"}  # fmt: skip
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "y": {"field": "mqls", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
            "color": {
                "field": "group",
                "type": "nominal",
                "sort": domain,
                "title": None,
                "legend": legend,
                "scale": {"domain": domain, "range": hues},
            },
            "order": {"field": "rank", "type": "quantitative"},
            "tooltip": [
                {"field": "group", "type": "nominal"},
                {"field": "month", "type": "nominal"},
                {"field": "mqls", "type": "quantitative"},
            ],
        },
    }
    return chart({"layer": [bars, *([changes_layer(x, marks)] if marks else [])]}, height=240)
