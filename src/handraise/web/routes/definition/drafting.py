"""Writing a definition: as a form and as text side by side, with what is wrong, and what it would do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Form, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from handraise.core.definition import adding
from handraise.core.definition.adding import Asked
from handraise.core.definition.asking import FORM_TESTS
from handraise.core.definition.completing import completions
from handraise.core.definition.form import PLACES, Kind, form_of, with_changes
from handraise.core.definition.form import Form as Fields
from handraise.core.definition.model import Definition
from handraise.core.definition.rewriting import without_item, without_value
from handraise.core.errors import DefinitionInvalid, HandraiseError, InputInvalid, Problem
from handraise.core.fact_names import FACT_NAMES
from handraise.core.lint import lint
from handraise.core.saying import Saying
from handraise.core.words import Tongue
from handraise.engine.companion import Companion
from handraise.engine.evaluate import Evaluator
from handraise.flow import backtests, define
from handraise.flow.preview import Reading
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.rendering.sections import shared
from handraise.store import backtest_runs, definitions, drafts, managed_lists, people
from handraise.store.definitions import read_text
from handraise.store.drafts import Draft
from handraise.templates import TEMPLATES, template_text
from handraise.web.routes.definition.reading import changes_since, freeze
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/definition/drafts")
runs = site("/definition/backtests")
MayPropose = Annotated[Call, needs("definitions:propose")]
Text = Annotated[str, Form(max_length=1_000_000)]
Short = Annotated[str, Form(max_length=200)]
Needed = Annotated[str, Form(min_length=1, max_length=200)]
_LONGEST: Final = 2_000
_PAGE: Final = "definition/draft.html.jinja"


@dataclass(frozen=True)
class Judged:
    """A text, read: what is wrong and doubtful in it, and its form as far as it is YAML.

    `said`: its lines in words, as long as it can be read.
    """

    definition: Definition | None
    problems: Sequence[Problem]
    form: Fields | None
    said: Mapping[Kind, Sequence[str]] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many places are wrong."""
        return sum(problem.severity == "error" for problem in self.problems)


@router.post("")
def begin(
    call: MayPropose,
    version: Annotated[int | None, Form(ge=1, le=2**63 - 1)] = None,
    template: Short = "",
) -> Response:
    """Begin with a version, or with a template."""
    if version is not None:
        text = definitions.version(call.connection, version).text
    elif template in TEMPLATES:
        text = template_text(template)
    else:
        raise InputInvalid(Saying("Choose a version or a template to begin with."))
    made = drafts.begin(call.connection, text, version, call.by, call.now)
    return go_to(call, f"/definition/drafts/{made.id}")


@router.get("/{draft_id}")
def draft(call: MayPropose, draft_id: Id) -> Response:
    """The draft: form and text, and what it would do."""
    return show(call, _PAGE, **_shown(call, drafts.draft_of(call.connection, draft_id, call.by)))


@router.post("/{draft_id}/text")
def write(call: MayPropose, draft_id: Id, text: Text) -> Response:
    """Keep what was written."""
    return _changed(call, draft_id, text.replace("\r\n", "\n"), "text")


async def _given(request: Request) -> dict[str, str]:
    """The fields of the form by their ids."""
    form = await request.form()
    return {
        name.removeprefix("set:"): value
        for name, value in form.items()
        if name.startswith("set:") and isinstance(value, str) and len(value) <= _LONGEST
    }


@router.post("/{draft_id}/fields")
def change(call: MayPropose, draft_id: Id, given: Annotated[dict[str, str], Depends(_given)]) -> Response:
    """Change values by the form."""
    return _changed(call, draft_id, with_changes(_text(call, draft_id), given), "form")


def _asked(
    fact: Short = "",
    test: Short = "is",
    value: Short = "",
    signal: Short = "",
    at_least: Short = "",
    within: Short = "",
    in_last: Short = "",
) -> Asked:
    """The condition that a form asks for."""
    if test not in FORM_TESTS:
        raise InputInvalid(Saying("Choose a test of the list."))
    given = (fact, test, value, signal, at_least, within, in_last)
    return Asked(*(one.strip() for one in given))


Condition = Annotated[Asked, Depends(_asked)]


@router.post("/{draft_id}/rules/fit")
def add_fit_rule(call: MayPropose, draft_id: Id, rule: Needed, points: Needed, asked: Condition) -> Response:
    """Add a rule about who they are."""
    text = _text(call, draft_id)
    return _changed(call, draft_id, adding.with_fit_rule(text, rule.strip(), asked, points.strip()), "form")


@router.post("/{draft_id}/rules/engagement")
def add_engagement_rule(
    call: MayPropose, draft_id: Id, rule: Needed, points: Needed, asked: Condition, each: Short = ""
) -> Response:
    """Add a rule about what they did."""
    text = adding.with_engagement_rule(
        _text(call, draft_id), rule.strip(), asked, points.strip(), each.strip()
    )
    return _changed(call, draft_id, text, "form")


@router.post("/{draft_id}/lines/signals")
def add_signal(call: MayPropose, draft_id: Id, name: Needed, event: Needed, asked: Condition) -> Response:
    """Add a signal, which rules may count."""
    text = adding.with_signal(_text(call, draft_id), name.strip(), event.strip(), asked)
    return _changed(call, draft_id, text, "form")


@router.post("/{draft_id}/lines/disqualify")
def add_disqualifier(call: MayPropose, draft_id: Id, reason: Needed, asked: Condition) -> Response:
    """Add a reason for which nobody is an MQL."""
    text = adding.with_disqualifier(_text(call, draft_id), reason.strip(), asked)
    return _changed(call, draft_id, text, "form")


@router.post("/{draft_id}/lines/route")
def add_route(
    call: MayPropose,
    draft_id: Id,
    asked: Condition,
    to: Annotated[Literal["", "account_owner", "lead_owner", "queue"], Form()] = "",
    team: Short = "",
) -> Response:
    """Add a route for hand-offs."""
    return _changed(call, draft_id, adding.with_route(_text(call, draft_id), to, team.strip(), asked), "form")


@router.post("/{draft_id}/lines/sla")
def add_service_level(
    call: MayPropose,
    draft_id: Id,
    due: Needed,
    asked: Condition,
    hours: Annotated[Literal["", "business", "always"], Form()] = "",
) -> Response:
    """Add a time within which first contact is due."""
    text = adding.with_service_level(_text(call, draft_id), due.strip(), hours, asked)
    return _changed(call, draft_id, text, "form")


@router.post("/{draft_id}/lines/remove")
def remove_line(
    call: MayPropose,
    draft_id: Id,
    kind: Annotated[Kind, Form()],
    place: Short,
    line: Annotated[str, Form(max_length=20_000)],
) -> Response:
    """Take a line out; only if it still is the one that was meant."""
    before = _text(call, draft_id)
    [lines] = [each.lines for each in form_of(before).lines if each.kind == kind]
    there = next((each for each in lines if str(each.place) == place), None)
    if there is None or there.text != line:
        raise InputInvalid(Saying("The lines have changed meanwhile; load the page again."))
    path = (*PLACES[kind], there.place)
    text = without_value(before, path) if kind == "signals" else without_item(before, path)
    return _changed(call, draft_id, text, "form")


@router.post("/{draft_id}/rules/remove")
def remove_rule(
    call: MayPropose,
    draft_id: Id,
    dimension: Annotated[Literal["fit", "engagement"], Form()],
    place: Annotated[int, Form(ge=0, le=10_000)],
    rule: Short,
) -> Response:
    """Take a rule out; only if it still is the one that was meant."""
    before = _text(call, draft_id)
    [there] = [each for each in form_of(before).dimensions if each.name == dimension]
    if place >= len(there.rules) or there.rules[place].name != rule:
        raise InputInvalid(Saying("The rules have changed meanwhile; load the page again."))
    return _changed(call, draft_id, without_item(before, (dimension, "rules", place)), "form")


@router.post("/{draft_id}/completions")
def complete(
    call: MayPropose, draft_id: Id, text: Text, offset: Annotated[int, Form(ge=0, le=1_000_000)]
) -> Response:
    """What may stand at the cursor."""
    drafts.draft_of(call.connection, draft_id, call.by)
    found = completions(text, offset, managed_lists.current(call.connection))
    told = visit_of(call).tongue.retold
    words = [
        {"word": one.word, "insert": one.insert, "meaning": told(Saying(one.meaning))} for one in found.found
    ]
    return JSONResponse({"typed": found.typed, "words": words})


@router.get("/{draft_id}/preview")
def preview(call: MayPropose, draft_id: Id) -> Response:
    """What it would do."""
    found = drafts.draft_of(call.connection, draft_id, call.by)
    judged = judged_of(call, found.text)
    told: dict[str, Any] = {"draft": found, "judged": judged, "preview": None, "reading": None}
    if judged.definition is not None and not judged.errors:
        shown = call.services.previews.preview(
            call.connection, call.services.database, judged.definition, call.now
        )
        if isinstance(shown, Reading):
            told["reading"] = shown
        else:
            told |= {"preview": shown, "changes": changes_since(call, shown.against_id, judged.definition)}
    return show(call, _PAGE, part="preview", **told)


@router.post("/{draft_id}/propose")
def propose(call: MayPropose, draft_id: Id, note: Annotated[str, Form(max_length=2_000)] = "") -> Response:
    """Publish it as a version to be signed, with the preview frozen as its evidence."""
    found = drafts.draft_of(call.connection, draft_id, call.by, lock=True)
    made = define.publish(call.connection, found.text, _lists(call), call.by, note.strip() or None, call.now)
    call.record("definition.publish", f"version:{made.id}", {"content": made.content_hash})
    freeze(call, made.id, read_text(made.text, made.lists).definition)
    drafts.discard(call.connection, draft_id, call.by)
    said = visit_of(call).gettext("Proposed. Marketing and sales sign next.")
    return go_to(call, f"/definition/versions/{made.id}", said=said)


@router.post("/{draft_id}/backtest")
def run_backtest(call: MayPropose, draft_id: Id) -> Response:
    """Replay history under it, in the background."""
    found = drafts.draft_of(call.connection, draft_id, call.by)
    judged = judged_of(call, found.text)
    if judged.definition is None or judged.errors:
        raise InputInvalid(Saying("Mend the errors first."))
    open_ = definitions.open_rollouts(call.connection, judged.definition.name)
    live = next((each.version_id for each in open_ if each.mode == "live"), None)
    asked = backtest_runs.begin(call.connection, found.text, _lists(call), live, call.by, call.now)
    response = go_to(call, f"/definition/backtests/{asked.id}?draft={draft_id}")
    services = call.services
    # After the answer, and so after the commit.
    response.background = BackgroundTask(
        Thread(target=backtests.run, args=(services.database, asked.id, services.now), daemon=True).start
    )
    return response


@runs.get("/{run_id}")
def backtest(
    call: MayPropose, run_id: Id, draft: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> Response:
    """How far a backtest is, and what it found."""
    found = backtest_runs.run_of(call.connection, run_id)
    part = "run" if call.request.headers.get("hx-request") == "true" else None
    told: dict[str, Any] = {"run": found, "draft_id": draft, "is_lost": found.is_lost(call.now)}
    return show(call, "definition/backtest.html.jinja", part=part, **told)


@router.post("/{draft_id}/discard")
def discard(call: MayPropose, draft_id: Id) -> Response:
    """Throw it away."""
    drafts.discard(call.connection, draft_id, call.by)
    return go_to(call, "/definition", said=visit_of(call).gettext("The draft is discarded."))


# ---------------------------------------------------------------------------------------------- shared


def _text(call: Call, draft_id: int) -> str:
    """The draft's text, which nobody else changes until this is done."""
    return drafts.draft_of(call.connection, draft_id, call.by, lock=True).text


def _lists(call: Call) -> dict[str, tuple[str, ...]]:
    """The managed lists as they are now, by name; the file that `lists:` names goes by it too."""
    found: dict[str, tuple[str, ...]] = {}
    for name, one in managed_lists.current(call.connection).items():
        found |= {name: one.entries, f"lists/{name}.txt": one.entries}
    return found


def judged_of(call: Call, text: str) -> Judged:
    """A text, read with the lists as they are now."""
    try:
        form = form_of(text)
    except DefinitionInvalid:
        form = None
    try:
        read = read_text(text, _lists(call))
    except DefinitionInvalid as error:
        return Judged(None, error.problems, form)
    problems = list(lint(read))
    try:
        Evaluator(read.definition), Companion(read.definition)
    except HandraiseError as error:
        problems.append(Problem(1, 1, error.said, "error"))
    return Judged(read.definition, problems, form, _said(read.definition, visit_of(call).tongue))


def _said(definition: Definition, tongue: Tongue) -> Mapping[Kind, Sequence[str]]:
    """Signals, disqualifiers, routes and service levels in words."""
    told = shared(definition, version=None, content_hash=None, generated=None, tongue=tongue)
    return {
        "signals": [one.text for one in told.signals],
        "disqualify": [one.text for one in told.never],
        "route": [f"{one.name}: {one.text}" for one in told.routes],
        "sla": [one.whom for one in told.promises],
    }


def _changed(call: Call, draft_id: int, text: str, by: Literal["text", "form"]) -> Response:
    """Keep the text; htmx gets what is to be said of it, a browser without scripts the page again."""
    if call.request.headers.get("hx-request") != "true":
        drafts.change(call.connection, draft_id, text, call.by, call.now)
        return go_to(call, f"/definition/drafts/{draft_id}")
    changed = drafts.change(call.connection, draft_id, text, call.by, call.now)
    response = show(call, _PAGE, part="told", **_shown(call, changed, by))
    response.headers["hx-trigger"] = json.dumps({"definition-changed": {}})
    return response


def _shown(call: Call, found: Draft, by: str = "page") -> dict[str, Any]:
    return {
        "draft": found,
        "judged": judged_of(call, found.text),
        "by": by,
        "facts": FACT_NAMES,
        "tests": FORM_TESTS,
        "teams": [one.name for one in people.teams(call.connection)],
        "preview": None,
        "reading": None,
    }
