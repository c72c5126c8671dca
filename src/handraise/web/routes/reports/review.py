"""The quarterly review: an agenda of an hour, what both teams decide on it, who agreed; the same as PDF."""

from collections.abc import Sequence
from threading import Thread
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.background import BackgroundTask
from starlette.responses import Response

from handraise.core.quarter import Quarter
from handraise.flow import studying
from handraise.flow.review import agree, quarters, review, version_of
from handraise.http.callers import Call, needs
from handraise.rendering.review import review_pdf
from handraise.store import reviews
from handraise.store.definitions import Side
from handraise.store.reviews import Study, Topic
from handraise.web.reviewing import Speaking, page_of, people_of
from handraise.web.routes.definition.reading import SIGNING
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import as_pdf
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayExport = Annotated[Call, needs("export")]
MayDecide = Annotated[Call, needs("definitions:propose")]
Written = Annotated[str, Query(alias="quarter", max_length=10)]
Name = Annotated[str, Query(max_length=500)]
FormQuarter = Annotated[str, Form(max_length=10)]
FormName = Annotated[str, Form(max_length=500)]


@router.get("/review")
def review_of_a_quarter(call: MayRead, quarter: Written = "", name: Name = "") -> Response:
    """The agenda of a quarter, with its figures and decisions."""
    there = quarters(call.connection, call.now)
    asked = _asked(quarter, there, call)
    visit = visit_of(call)
    found = review(call.connection, asked, call.now, name, visit.tongue)
    say = Speaking(visit.language, visit.zone)
    told: dict[str, Any] = {"found": found, "quarter": asked, "page": None}
    if found is not None:
        told |= {
            "page": page_of(found, say, people_of(call.connection, found)),
            "name_choices": [(one, one) for one in found.names],
            "agreed": found.agreed,
            "may_agree": [side for side, permission in SIGNING.items() if visit.may(permission)],
            "study": found.study,
            "is_lost": found.study is not None and found.study.is_lost(call.now),
        }
    choices = [(str(one), say.quarter(one)) for one in dict.fromkeys((*there, asked))]
    return show_report(call, "review", quarter_choices=choices, **told)


@router.get("/review.pdf")
def review_as_pdf(call: MayExport, quarter: Written = "", name: Name = "") -> Response:
    """The same on paper."""
    asked = _asked(quarter, quarters(call.connection, call.now), call)
    visit = visit_of(call)
    found = review(call.connection, asked, call.now, name, visit.tongue)
    if found is None:
        return go_to(call, _at(asked))
    say = Speaking(visit.language, visit.zone)
    page = page_of(found, say, people_of(call.connection, found))
    return as_pdf(review_pdf(page, language=visit.language, made=call.now), f"review-{asked}.pdf")


@router.get("/review/study")
def study(call: MayRead, quarter: Written, name: Name = "") -> Response:
    """How far looking at history is; once it has ended, the page is loaded again."""
    asked = Quarter.of(quarter)
    found = _study(call, asked, name)
    if found is None or found.state != "running" or found.is_lost(call.now):
        return go_to(call, _at(asked, name))
    return show(
        call, "reports/review.html.jinja", part="study", study=found, quarter=asked, name=name, is_lost=False
    )


@router.post("/review/study")
def begin_study(call: MayDecide, quarter: FormQuarter, name: FormName = "") -> Response:
    """Look at history, in the background."""
    asked = Quarter.of(quarter)
    response = go_to(call, _at(asked, name))
    version = version_of(call.connection, asked, call.now, name)
    if version is None:
        return response
    made, is_new = reviews.begin(call.connection, asked, version, call.by, call.now)
    if is_new:
        services = call.services
        # After the answer, and so after the commit.
        response.background = BackgroundTask(
            Thread(target=studying.run, args=(services.database, made.id, services.now), daemon=True).start
        )
    return response


@router.post("/review/decisions")
def decide(
    call: MayDecide,
    quarter: FormQuarter,
    topic: Annotated[Topic, Form()],
    text: Annotated[str, Form(max_length=4_000)] = "",
    name: FormName = "",
) -> Response:
    """Write down what was decided on a topic."""
    asked = Quarter.of(quarter)
    said = visit_of(call).gettext("Nothing has changed.")
    if reviews.decide(call.connection, asked, topic, text.replace("\r\n", "\n").strip(), call.by, call.now):
        call.record("review.decide", f"review:{asked}", {"topic": topic})
        said = visit_of(call).gettext("It is written down.")
    return go_to(call, f"{_at(asked, name)}#{topic}", said=said)


@router.post("/review/agree-marketing")
def agree_for_marketing(
    call: Annotated[Call, needs("definitions:sign_marketing")], quarter: FormQuarter, name: FormName = ""
) -> Response:
    """Agree for marketing."""
    return _agree(call, Quarter.of(quarter), "marketing", name)


@router.post("/review/agree-sales")
def agree_for_sales(
    call: Annotated[Call, needs("definitions:sign_sales")], quarter: FormQuarter, name: FormName = ""
) -> Response:
    """Agree for sales."""
    return _agree(call, Quarter.of(quarter), "sales", name)


# ---------------------------------------------------------------------------------------------- shared


def _agree(call: Call, quarter: Quarter, side: Side, name: str) -> Response:
    agree(call.connection, quarter, side, call.by, call.now)
    call.record("review.agree", f"review:{quarter}", {"side": side})
    return go_to(call, f"{_at(quarter, name)}#agreed", said=visit_of(call).gettext("Agreed."))


def _asked(given: str, there: Sequence[Quarter], call: Call) -> Quarter:
    """The quarter that is asked for; else the last one that is over, else the one that is on."""
    if given:
        return Quarter.of(given)
    over = [one for one in there if one.end <= call.now]
    return next(iter((*over, *there)), Quarter.at(call.now))


def _at(quarter: Quarter, name: str = "") -> str:
    """The address of a review."""
    asked = {"quarter": str(quarter), **({"name": name} if name else {})}
    return f"/reports/review?{urlencode(asked)}"


def _study(call: Call, quarter: Quarter, name: str) -> Study | None:
    version = version_of(call.connection, quarter, call.now, name)
    return None if version is None else reviews.latest_study(call.connection, quarter, version)
