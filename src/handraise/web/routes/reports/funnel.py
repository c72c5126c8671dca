"""The funnel: how many MQLs each month made, and what became of those."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.store.reports.changes import PutLive, put_live
from handraise.store.reports.funnel import REACHED, WITHIN, Cohort, Reached, cohorts
from handraise.store.reports.periods import month_of, start_of
from handraise.web.charting import changes_layer, chart
from handraise.web.naming import month_name
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayExport = Annotated[Call, needs("export")]
Months = Literal["6", "12", "24", "36"]


@router.get("")
def funnel(
    call: MayRead,
    months: Months = "12",
    stage: Reached = "sql",
) -> Response:
    """MQLs by month, with what became of them."""
    visit = visit_of(call)
    _ = visit.gettext
    found = cohorts(call.connection, int(months), call.now)
    changes = put_live(call.connection, start_of(found[0].month), call.now)
    return show_report(
        call,
        "funnel",
        cohorts=found,
        changes=changes,
        months=months,
        stage=stage,
        within=WITHIN,
        is_empty=not any(one.mqls for one in found),
        month_choices=[(n, _("Last %(n)s months", n=n)) for n in ("6", "12", "24", "36")],
        stage_choices=_stages(visit),
        named=[month_name(visit, one.month) for one in found],
        chart=_picture(visit, found, changes),
    )


@router.get("/funnel.csv")
def funnel_file(call: MayExport, months: Months = "12") -> Response:
    """The same as a file, all stages."""
    head = ["month", "mqls", "growth", *(f"{one}_within_{n}_days" for one in REACHED for n in WITHIN)]
    rows = []
    for one in cohorts(call.connection, int(months), call.now):
        counts = [one.reached[stage][days] for stage in REACHED for days in WITHIN]
        growth = None if one.growth is None else f"{one.growth:.4f}"
        rows.append([f"{one.month:%Y-%m}", one.mqls, growth, *counts])
    return sheet("funnel.csv", head, rows)


def _stages(visit: Visit) -> Sequence[tuple[str, str]]:
    _ = visit.gettext
    return [("sal", _("SAL")), ("sql", _("SQL")), ("customer", _("Customer"))]


def _picture(visit: Visit, found: Sequence[Cohort], changes: Sequence[PutLive]) -> dict[str, Any]:
    """How many MQLs each month made, as Vega-Lite; a mark where a definition went live."""
    # Names of months are made here: the drawing has no German.
    names = [month_name(visit, one.month) for one in found]
    marks = [{"month": month_name(visit, month_of(one.at)), "said": one.name} for one in changes]
    x = {"field": "month", "type": "ordinal", "sort": names, "title": None, "axis": {"labelAngle": -45}}
    bars = {
        "data": {"values": [{"month": n, "mqls": one.mqls} for n, one in zip(names, found, strict=True)]},
        "mark": {"type": "bar", "color": "token:mql"},
        "encoding": {
            "x": x,
            "y": {"field": "mqls", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
        },
    }
    return chart({"layer": [bars, *([changes_layer(x, marks)] if marks else [])]})
