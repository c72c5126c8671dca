"""Writing an audience: lines and text side by side, with a live count; saved, renamed, deleted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from handraise.core.audiences.lines import (
    CannotChange,
    Deed,
    Group,
    Line,
    Lines,
    Question,
    lines_of,
    placed,
    with_event,
    with_line,
    with_values,
    without_line,
)
from handraise.core.audiences.reading import NOBODY
from handraise.core.audiences.starters import STARTERS
from handraise.core.definition.model import Definition
from handraise.core.errors import DefinitionInvalid, HandraiseError, Problem
from handraise.core.fact_names import FACT_NAMES, misspelt
from handraise.core.saying import Saying
from handraise.flow import audiences as asking
from handraise.flow.audiences import Ready
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import audiences
from handraise.store.audiences import AudienceRow
from handraise.web.routes.audiences.reading import counted, live_names, meaning, people_part
from handraise.web.routes.audiences.wording import (
    choices_of,
    grades_of,
    kinds_of,
    starter_words,
    subject_words,
    words_of_tests,
)
from handraise.web.sites import form_of, site
from handraise.web.visits import go_to, show, visit_of

router = site("/audiences")
MayWrite = Annotated[Call, needs("audiences:write")]
_EDIT: Final = "audiences/edit.html.jinja"
_LONGEST: Final = 100_000
# What a line begins as: right from the start, so that it can be changed from there.
_NEW: Final[Mapping[str, Line]] = {
    "fact": Question("lead.country", "known"),
    "fit": Question("fit", "at_least", "30"),
    "engagement": Question("engagement", "at_least", "30"),
    "total": Question("total", "at_least", "50"),
    "stage": Question("stage", "is", "lead, mql"),
    "stage_since": Question("stage_since", "before", "14 days"),
    "stalled": Question("stalled", "is", "true"),
    "owner": Question("owner", "known"),
    "rejected": Question("rejected", "known"),
    "reject_reason": Question("reject_reason", "known"),
    "nurture": Question("nurture", "known"),
    "sessions": Question("sessions", "at_least", "2"),
    "first_seen": Question("first_seen", "in_last", "30 days"),
    "last_seen": Question("last_seen", "in_last", "14 days"),
}


@dataclass(frozen=True)
class Written:
    """What somebody is writing: read as far as it goes."""

    text: str
    name: str
    definition: str | None
    ready: Ready | None
    problems: Sequence[Problem]
    lines: Lines | None
    live: Definition


@router.get("/new")
def new_audience(
    call: MayWrite,
    starter: Annotated[str, Query(max_length=50)] = "",
    definition: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Write an audience, from a starter or from a first line."""
    name = live_names(call)[0] if definition is None and live_names(call) else definition
    chosen = next((one for one in STARTERS if one.key == starter), None)
    text = chosen.text if chosen else "who:\n  all:\n    - stage: [subscriber, lead]\n"
    called = starter_words(visit_of(call).gettext)[chosen.key][0] if chosen else ""
    return _editor(call, None, _written(call, text, called, name or None))


@router.post("/build")
def build(call: MayWrite) -> Response:
    """What was written or changed in the lines; nothing is kept."""
    kept = audiences.audience_of(call.connection, number) if (number := _id(call)) else None
    given = _given(call)
    try:
        given = _changed(call, given, str(form_of(call.request).get("op", ""))[:100])
        wrong = None
    except HandraiseError as error:
        wrong = visit_of(call).told(error)
    return _editor(call, kept, given, wrong=wrong, is_part=_is_htmx(call))


@router.post("/count")
def count(call: MayWrite) -> Response:
    """How many that would be."""
    return people_part(call, _given(call).ready, _EDIT, "/audiences/count")


@router.post("")
def make(call: MayWrite) -> Response:
    """Keep a new audience."""
    given = _given(call)
    if given.ready is None or not given.name.strip():
        return _editor(call, None, given, status=422)
    try:
        name = asking.name_of(given.name)
        made = audiences.add_audience(call.connection, name, given.definition, given.text, call.by, call.now)
    except HandraiseError as error:
        return _editor(call, None, given, status=422, wrong=visit_of(call).told(error))
    call.record("audience.make", f"audience:{made.id}", {"name": made.name})
    said = visit_of(call).gettext("%(name)s is saved.", name=made.name)
    return go_to(call, f"/audiences/{made.id}", said=said)


@router.get("/{audience_id}/edit")
def edit(call: MayWrite, audience_id: Id) -> Response:
    """Change it."""
    row = audiences.audience_of(call.connection, audience_id)
    return _editor(call, row, _written(call, row.text, row.name, row.definition))


@router.post("/{audience_id}")
def change(call: MayWrite, audience_id: Id) -> Response:
    """Have it be this from now on."""
    before = audiences.audience_of(call.connection, audience_id)
    given = _given(call)
    if given.ready is None or not given.name.strip():
        return _editor(call, before, given, status=422)
    try:
        name = asking.name_of(given.name)
        kept = audiences.change_audience(
            call.connection, audience_id, name, given.definition, given.text, call.by, call.now
        )
    except HandraiseError as error:
        return _editor(call, before, given, status=422, wrong=visit_of(call).told(error))
    call.record("audience.change", f"audience:{kept.id}", {"name": kept.name, "before": before.name})
    said = visit_of(call).gettext("%(name)s is saved.", name=kept.name)
    return go_to(call, f"/audiences/{kept.id}", said=said)


@router.post("/{audience_id}/delete")
def delete(call: MayWrite, audience_id: Id) -> Response:
    """Delete it; nobody in it is touched."""
    gone = audiences.drop_audience(call.connection, audience_id)
    call.record("audience.delete", f"audience:{gone.id}", {"name": gone.name, "text": gone.text})
    return go_to(call, "/audiences", said=visit_of(call).gettext("%(name)s is deleted.", name=gone.name))


def _is_htmx(call: Call) -> bool:
    return call.request.headers.get("hx-request") == "true"


def _id(call: Call) -> int | None:
    given = str(form_of(call.request).get("id", ""))
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _given(call: Call) -> Written:
    """What the form holds: the lines, unless the text was changed since they were made of it."""
    form = form_of(call.request)

    def said(name: str, longest: int = 200) -> str:
        value = form.get(name, "")
        return value.replace("\r\n", "\n")[:longest] if isinstance(value, str) else ""

    text = said("text", _LONGEST)
    if said("was", _LONGEST).strip() == text.strip():
        values = {
            name.removeprefix("line:"): value
            for name, value in form.items()
            if name.startswith("line:") and isinstance(value, str)
        }
        # Boxes that are not ticked are not sent.
        values = {
            f"{name.removeprefix('has:')}/denied": "" for name in form if name.startswith("has:")
        } | values
        try:
            before = lines_of(text)
            after = with_values(before, values)
            text = after.text if after != before else text
        except (CannotChange, DefinitionInvalid):
            pass  # the text is as it was
    return _written(call, text, said("name"), said("definition") or None)


def _written(call: Call, text: str, name: str, definition: str | None) -> Written:
    try:
        lines = lines_of(text)
    except (CannotChange, DefinitionInvalid):
        lines = None
    ready, problems, live = None, list[Problem](), NOBODY
    try:
        live, _ = call.services.audiences.definition(call.connection, definition, call.now)
        ready = call.services.audiences.ready(call.connection, text, definition, call.now)
    except DefinitionInvalid as error:
        problems = list(error.problems)
    except HandraiseError as error:
        ready, problems = None, [Problem(1, 1, error.said)]
    return Written(text, name, definition, ready, problems, lines, live)


def _changed(call: Call, given: Written, op: str) -> Written:
    """After a button of the lines: `add:0.1`, `event:`, `remove:2`.

    Raises
    ------
    CannotChange
        When there is no such place.
    """
    verb, _, where = op.partition(":")
    if given.lines is None or verb not in ("add", "event", "remove"):
        return given
    place = placed(where)
    if verb == "remove":
        lines = without_line(given.lines, place)
    elif verb == "event":
        event = " ".join(str(form_of(call.request).get("event", "")).split())[:200]
        if not event:
            return given
        lines = with_event(given.lines, place, event, [one.name for one in given.live.signals])
    else:
        what = str(form_of(call.request).get(f"what:{where}", ""))
        lines = with_line(given.lines, place, _new(what, given))
    return _written(call, lines.text, given.name, given.definition)


def _new(what: str, given: Written) -> Line:
    """A line of that kind, as it begins."""
    definition = given.live
    signals = [one.name for one in definition.signals]
    match what:
        case "signal" if signals:
            return Deed("signal", signals[0], in_last="30 days")
        case "none_of" if signals:
            return Deed("none_of", signals[0], in_last="30 days")
        case "pattern" if definition.patterns:
            return Question("pattern", "is", definition.patterns[0].pattern)
        case "grade" if grades := grades_of(definition):
            return Question("grade", "is", grades[0])
        case "group":
            return Group("any", (_NEW["stage"], _NEW["fact"]))
    return _NEW.get(what, _NEW["fact"])


def _editor(
    call: Call,
    kept: AudienceRow | None,
    given: Written,
    *,
    status: int = 200,
    wrong: str | None = None,
    is_part: bool = False,
) -> Response:
    """The builder: lines and text side by side, what it means, and the count as it comes."""
    visit = visit_of(call)
    own = () if given.ready is None else given.ready.audience.signals
    signals = [one.name for one in (*given.live.signals, *own)]
    doubts = [] if given.ready is None else _doubts(given.lines)
    response = show(
        call,
        _EDIT,
        part="told" if is_part else None,
        status=status,
        kept=kept,
        given=given,
        words=None if given.ready is None else meaning(call, given.ready),
        wrong=wrong,
        problems=[*given.problems, *doubts],
        is_ready=given.ready is not None,
        is_nameless=status == 422 and not given.name.strip(),
        definitions=_definition_choices(call, given.definition),
        kinds=kinds_of(visit, given.live, signals),
        tests=words_of_tests(visit.gettext),
        subjects=subject_words(visit.gettext),
        signals=signals,
        fact_names=FACT_NAMES,
        choices=choices_of(given.live),
        address="/audiences/count",
        **counted(call, None),
    )
    if is_part:
        response.headers["hx-trigger"] = json.dumps({"audience-changed": {}})
    return response


def _definition_choices(call: Call, chosen: str | None) -> list[tuple[str, str]]:
    """Whose words an audience can use: those of what is live, of what it used, or of none."""
    names = dict.fromkeys([*live_names(call), *([chosen] if chosen else [])])
    return [*((name, name) for name in names), ("", visit_of(call).gettext("no definition"))]


def _doubts(lines: Lines | None) -> list[Problem]:
    """Facts that are probably misspelt."""
    found = []
    for line in [] if lines is None else _questions(lines.root):
        meant = misspelt(line.subject)
        if meant is not None:
            other = "nothing is known as `{fact}`; did you mean `{meant}`?"
            found.append(Problem(1, 1, Saying(other, fact=line.subject, meant=meant), "warning"))
    return found


def _questions(group: Group) -> Iterator[Question]:
    for line in group.lines:
        if isinstance(line, Group):
            yield from _questions(line)
        elif isinstance(line, Question) and line.kind == "fact":
            yield line
