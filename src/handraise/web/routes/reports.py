"""Reports: how many MQLs each month made, and what became of those."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Annotated, Any, Final, Literal

from babel.dates import format_skeleton
from starlette.responses import Response

from handraise.files.guarding import guarded
from handraise.http.callers import Call, needs
from handraise.store import reports
from handraise.store.reports import REACHED, WITHIN, Cohort, PutLive
from handraise.web.sites import site
from handraise.web.visits import Visit, show, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayExport = Annotated[Call, needs("export")]
Months = Literal["6", "12", "24", "36"]


@router.get("")
def funnel(
    call: MayRead,
    months: Months = "12",
    stage: reports.Reached = "sql",
) -> Response:
    """MQLs by month, with what became of them."""
    visit = visit_of(call)
    _ = visit.gettext
    found = reports.cohorts(call.connection, int(months), call.now)
    changes = reports.put_live(call.connection, int(months), call.now)
    return show(
        call,
        "reports/funnel.html.jinja",
        cohorts=found,
        changes=changes,
        months=months,
        stage=stage,
        within=WITHIN,
        is_empty=not any(one.mqls for one in found),
        month_choices=[(n, _("Last %(n)s months", n=n)) for n in ("6", "12", "24", "36")],
        stage_choices=_stages(visit),
        named=[format_skeleton("yMMM", one.month, locale=visit.language) for one in found],
        chart=_chart(visit, found, changes),
    )


@router.get("/funnel.csv")
def funnel_file(call: MayExport, months: Months = "12") -> Response:
    """The same as a file, all stages."""
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(["month", "mqls", "growth", *(f"{one}_within_{n}_days" for one in REACHED for n in WITHIN)])
    for one in reports.cohorts(call.connection, int(months), call.now):
        counts = [one.reached[stage][days] for stage in REACHED for days in WITHIN]
        growth = "" if one.growth is None else f"{one.growth:.4f}"
        cells = [f"{one.month:%Y-%m}", one.mqls, growth, *("" if n is None else n for n in counts)]
        rows.writerow([guarded(str(cell)) for cell in cells])
    return Response(
        written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="funnel.csv"'},
    )


def _stages(visit: Visit) -> Sequence[tuple[str, str]]:
    _ = visit.gettext
    return [("sal", _("SAL")), ("sql", _("SQL")), ("customer", _("Customer"))]


_AXIS: Final = {
    "labelColor": "token:quiet",
    "domainColor": "token:strong-hair",
    "tickColor": "token:strong-hair",
    "gridColor": "token:hair",
    "titleColor": "token:quiet",
    "labelFontSize": 12,
}


def _chart(visit: Visit, found: Sequence[Cohort], changes: Sequence[PutLive]) -> dict[str, Any]:
    """How many MQLs each month made, as Vega-Lite; a mark where a definition went live."""
    # Names of months are made here: the drawing has no German.
    names = [format_skeleton("yMMM", one.month, locale=visit.language) for one in found]
    marks = [{"month": _name(visit, one.at), "said": one.name} for one in changes]
    x = {"field": "month", "type": "ordinal", "sort": names, "title": None, "axis": {"labelAngle": -45}}
    bars = {
        "data": {"values": [{"month": n, "mqls": one.mqls} for n, one in zip(names, found, strict=True)]},
        "mark": {"type": "bar", "color": "token:mql"},
        "encoding": {
            "x": x,
            "y": {"field": "mqls", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
        },
    }
    put_live = {
        "data": {"values": marks},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 90, "color": "token:ink"},
        "encoding": {"x": x, "y": {"value": -8}, "tooltip": {"field": "said", "type": "nominal"}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": 200,
        "background": "transparent",
        "layer": [bars, put_live] if marks else [bars],
        "config": {"axis": _AXIS, "view": {"stroke": None}, "font": "Inter Variable, sans-serif"},
    }


def _name(visit: Visit, at: datetime) -> str:
    said: str = format_skeleton("yMMM", at.astimezone(UTC).date(), locale=visit.language)
    return said
