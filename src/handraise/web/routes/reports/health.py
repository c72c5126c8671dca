"""Health: eight questions to the live base, what is seen, what that says, and what to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Thread
from typing import Annotated, Any, Final

from babel.numbers import format_decimal, format_percent
from starlette.background import BackgroundTask
from starlette.responses import Response

from handraise.flow import health
from handraise.flow.snapshot import size
from handraise.http.callers import Call, needs
from handraise.learn.shares import Share
from handraise.store.reports import kept
from handraise.store.reports.changes import put_live
from handraise.store.reports.kept import Kept
from handraise.store.reports.periods import start_of
from handraise.web.interval_charts import Shown, shares_over_time, shares_side_by_side
from handraise.web.naming import marked_months, month_name, reason_labels
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, go_to, show, visit_of
from handraise.web.wording import to_translate as _

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayExport = Annotated[Call, needs("export")]
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A check on the page: its question, the answer when it is off, what that says, what to try and where.

    `seen` is the sentence with the figure.
    """

    question: str
    off: str
    says: str
    tries: str
    seen: str
    where: Sequence[tuple[str, str]] = ()


_ANSWERS: Final = ("/reports/answers", _("Answers"))
_SPEED: Final = ("/reports/speed", _("Speed"))
_STAGES: Final = ("/reports/stages", _("Stages"))
_FUNNEL: Final = ("/reports", _("Funnel"))
_DEFINITION: Final = ("/definition", _("Definition"))
_BECAME_SQL: Final = _(
    "%(share)s of %(n)s leads became SQLs within 90 days (%(low)s to %(high)s); the line is %(limit)s."
)
CHECKS: Final[Mapping[str, Words]] = {
    "rejected": Words(
        _("Does sales reject too many?"),
        _("Sales rejects too many."),
        _("The bar is too low, the definition too loose, or fit is missing from it."),
        _("Read the reasons and a handful of rejected leads together. Try a higher bar in a draft."),
        _("%(share)s of %(n)s answered leads were rejected (%(low)s to %(high)s); the line is %(limit)s."),
        (_ANSWERS, _DEFINITION),
    ),
    "volume": Words(
        _("Has the number of leads handed over fallen?"),
        _("Fewer leads are handed over."),
        _("The bar is too high, or something that brought leads has stopped."),
        _("See whether one channel stopped. If all fell, look at the bar."),
        _("%(value)s times as many as %(before)s (%(low)s to %(high)s), of %(n)s; the line is %(limit)s."),
        (_FUNNEL, _DEFINITION),
    ),
    "conversion low": Words(
        _("Do too few become SQLs?"),
        _("Too few become SQLs."),
        _("The definition is too loose, or routing and speed are broken."),
        _("Look at speed first: see below what became of leads that were called fast. Then tighten."),
        _BECAME_SQL,
        (_SPEED, _DEFINITION),
    ),
    "conversion high": Words(
        _("Do nearly all become SQLs?"),
        _("Nearly all become SQLs."),
        _("Marketing passes on too few."),
        _("Lower the bar a little in a draft, and see whether the share holds."),
        _BECAME_SQL,
        (_FUNNEL, _DEFINITION),
    ),
    "reps": Words(
        _("Do the reps agree?"),
        _("The reps do not agree."),
        _("The definition is not shared: the same lead is good to one and bad to another."),
        _("Read five accepted and five rejected leads of both ends together; write down what was decided."),
        _("%(value)s points between the ends of %(groups)s reps (%(low)s to %(high)s), of %(n)s leads."),
        (_ANSWERS,),
    ),
    "slow": Words(
        _("Does it take long until a lead is an SQL?"),
        _("It takes long until a lead is an SQL."),
        _("Leads are passed on too early."),
        _("Ask for more engagement before the hand-over, and nurture until then."),
        _("Half of %(n)s that became SQLs did within %(value)s days (%(low)s to %(high)s); "
          "the line is %(limit)s."),
        (_STAGES, _DEFINITION),
    ),
    "not called": Words(
        _("Does sales still call?"),
        _("Sales does not call all of them."),
        _("The definition may be right and the follow-up broken."),
        _("See who has how many, and how the clocks were kept. Leave the points alone until this is mended."),
        _("%(share)s of %(n)s leads handed over two weeks ago or earlier were never called "
          "(%(low)s to %(high)s); the line is %(limit)s."),
        (_SPEED, _STAGES),
    ),
    "qualified": Words(
        _("Is the share that qualifies right?"),
        _("The share that qualifies is outside the band."),
        _("Above the band sales cannot follow up; below it sales starves."),
        _("Choose the bar by what the team can work: a draft shows the load of a week."),
        _("%(share)s of %(n)s leads known for 30 days were handed over (%(low)s to %(high)s); "
          "the band is 15%% to 25%%."),
        (_DEFINITION,),
    ),
}  # fmt: skip
STATES: Final[Mapping[str, str]] = {
    "act": _("Act"),
    "watch": _("Watch"),
    "fine": _("Fine"),
    "unknown": _("Too little known"),
}
SIGNS: Final = {"act": "✗", "watch": "!", "fine": "✓", "unknown": "?"}
_BESIDE: Final[Mapping[str, str]] = {
    "called within 4 hours": _("Called within four hours"),
    "called later": _("Called later"),
    "never called": _("Never called"),
    "in the last quarter": _("In the last quarter"),
    "before": _("Before"),
    "a quarter a year before": _("the same weeks a year before"),
    "a quarter one quarter before": _("the quarter before"),
}
_TOLD_ELSEWHERE: Final = ("volume", "conversion low")  # in the sentence; in a section of its own
_WHAT: Final[Mapping[str, str]] = {
    "rejected": _("rejected"),
    "SQL within 90 days": _("SQL within 90 days"),
    "never called": _("never called"),
}
_BY: Final[Mapping[str, str]] = {
    "rep": _("Rep"),
    "lead.source": _("Channel"),
    "lead.country": _("Country"),
    "account.industry": _("Industry"),
}


@dataclass(frozen=True)
class Finding:
    """A check in the viewer's words; `beside` are the figures that explain it."""

    state: str
    words: Words
    seen: str
    beside: Sequence[tuple[str, Share]]


@dataclass(frozen=True)
class Looked:
    """What was found, when; `run` says how far a new look is. Small bases are looked at there and then."""

    found: Figures | None
    at: datetime | None
    run: Kept | None
    is_small: bool


@router.get("/health")
def health_page(call: MayRead) -> Response:
    """The findings, with their evidence."""
    looked = _looked(call)
    is_running = looked.run is not None and looked.run.is_running(call.now)
    if call.request.headers.get("hx-request") == "true":
        if not is_running:
            return go_to(call, "/reports/health")
        return show(call, "reports/health.html.jinja", part="progress", run=looked.run)
    return show_report(
        call, "health", looked=looked, run=looked.run, is_running=is_running, **_told(call, looked.found)
    )


@router.post("/health")
def look_again(call: MayRead) -> Response:
    """Have a big base looked at anew, in the background."""
    response = go_to(call, "/reports/health")
    total = size(call.connection)
    if total > health.SMALL and kept.begin(call.connection, "health", total, call.by, call.now):
        services = call.services
        # After the answer, and so after the commit.
        response.background = BackgroundTask(
            Thread(target=health.run, args=(services.database, services.now), daemon=True).start
        )
    return response


@router.get("/health.csv")
def health_file(call: MayExport) -> Response:
    """The checks with their figures, as a file."""
    looked = _looked(call)
    rows = []
    for one in (looked.found or {}).get("findings", ()):
        figure = one["figure"] or {}
        value = figure.get("share", figure.get("value"))
        rows.append(
            [one["check"]["name"], one["state"], value, figure.get("low"), figure.get("high"), one["n"],
             one["limit"]]
        )  # fmt: skip
    return sheet("health.csv", ["check", "state", "value", "low", "high", "n", "line"], rows)


def _looked(call: Call) -> Looked:
    if size(call.connection) <= health.SMALL:
        return Looked(health.looked_at(call.services.database), call.now, None, is_small=True)
    run = kept.kept(call.connection, "health")
    if run is None:
        return Looked(None, None, None, is_small=False)
    return Looked(run.found, run.found_at, run, is_small=False)


# ---------------------------------------------------------------------------------------------- in words


def _told(call: Call, found: Figures | None) -> Mapping[str, Any]:
    if found is None:
        return {"found": None}
    visit, labels = visit_of(call), reason_labels(call)
    findings = [_finding(visit, labels, one) for one in found["findings"]]
    speeds = _speeds(visit, found["findings"])
    cohorts = [_cohort(visit, one) for one in found["cohorts"]]
    changes = []
    if found["cohorts"]:
        changes = put_live(
            call.connection, start_of(date.fromisoformat(f"{found['cohorts'][0]['month']}-01")), call.now
        )
    marks = marked_months(visit, changes)
    became = [Shown(one["name"], one["sql"][-1] or Share(0, 0), one["name"]) for one in cohorts]
    return {
        "found": found,
        "until": datetime.fromisoformat(found["until"]),
        "findings": findings,
        "states": STATES,
        "signs": SIGNS,
        "counts": {state: sum(one.state == state for one in findings) for state in STATES},
        "speeds": speeds,
        "speed_chart": shares_side_by_side([Shown(name, share, name) for name, share in speeds]),
        "slices": [_slice(visit, one) for one in found["slices"]],
        "cohorts": cohorts,
        "cohort_chart": shares_over_time(became, marks, hue="sql"),
        "changes": changes,
    }


def _finding(visit: Visit, labels: Mapping[str, str], one: Figures) -> Finding:
    name = one["check"]["name"]
    words = CHECKS[name]
    beside = [
        (_beside(visit, labels, name, said), _share(figure))
        for said, figure in one["beside"]
        if name not in _TOLD_ELSEWHERE
    ]
    return Finding(one["state"], words, _seen(visit, words, name, one), beside)


def _seen(visit: Visit, words: Words, name: str, one: Figures) -> str:
    _, figure = visit.gettext, one["figure"]
    n = _number(visit, one["n"])
    if figure is None or one["state"] == "unknown":
        return _("Too little is known: %(n)s leads.", n=n)
    limits = {"n": n, "limit": "–"}
    if "share" in figure:
        told = {key: _percent(visit, figure[key]) for key in ("share", "low", "high")}
        return _(words.seen, **limits | told | {"limit": _percent(visit, one["limit"])})
    scale, places = (100, 0) if name == "reps" else (1, 0 if name == "slow" else 1)
    told = {
        key: "…" if figure[key] is None else _number(visit, scale * figure[key], places)
        for key in ("value", "low", "high")
    }
    groups = {"groups": _number(visit, len(one["beside"]))}
    if name == "volume":
        groups["before"] = _(_BESIDE.get(one["beside"][0][0], one["beside"][0][0]))
    if one["limit"] is not None:
        groups["limit"] = _number(visit, one["limit"], 0 if name == "slow" else 1)
    return _(words.seen, **limits | told | groups)


def _speeds(visit: Visit, findings: Sequence[Figures]) -> Sequence[tuple[str, Share]]:
    """What became of leads by how fast they were called."""
    [low] = [one for one in findings if one["check"]["name"] == "conversion low"]
    return [(_beside(visit, {}, "conversion low", said), _share(figure)) for said, figure in low["beside"]]


def _beside(visit: Visit, labels: Mapping[str, str], check: str, name: str) -> str:
    if check == "rejected":
        return labels.get(name, name)
    return visit.gettext(_BESIDE[name]) if name in _BESIDE else name


def _slice(visit: Visit, one: Figures) -> Mapping[str, Any]:
    _, apart = visit.gettext, one["apart"]
    told = None
    if apart is not None:
        points = [_number(visit, 100 * apart[key]) for key in ("value", "low", "high")]
        told = _("%(value)s points (%(low)s to %(high)s)", value=points[0], low=points[1], high=points[2])
    return {
        "by": _(_BY.get(one["by"], one["by"])),
        "name": one["name"],
        "what": _(_WHAT.get(one["what"], one["what"])),
        "share": _share(one["share"]),
        "rest": _share(one["rest"]),
        "apart": told,
    }


def _cohort(visit: Visit, one: Figures) -> dict[str, Any]:
    return {
        "name": month_name(visit, date.fromisoformat(f"{one['month']}-01")),
        "n": one["n"],
        "accepted": _share(one["accepted"]),
        "sql": [None if share is None else _share(share) for share in one["sql"]],
        "won": None if one["won"] is None else _share(one["won"]),
    }


def _share(figure: Figures) -> Share:
    return Share(figure["count"], figure["n"])


def _percent(visit: Visit, share: float | None) -> str:
    return "–" if share is None else str(format_percent(share, locale=visit.language))


def _number(visit: Visit, value: float, places: int = 0) -> str:
    form = "#,##0" + ("." + "0" * places if places else "")
    written: str = format_decimal(value, format=form, locale=visit.language)
    return written.replace("-", "−")
