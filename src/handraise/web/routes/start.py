"""The first start: from an empty product to a definition that both sides signed and that acts.

The page keeps nothing of its own. What is done is read from what is there, so it can be left and taken up
again, and a step done on its real page is done here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from fastapi import Form
from starlette.responses import Response

from handraise.core.definition.model import Definition
from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.flow import access
from handraise.flow.preview import Preview, Reading, of_figures
from handraise.flow.snapshot import size
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import definitions, drafts, evidence, imports, people, sources
from handraise.store.access import EmailTaken
from handraise.store.definitions import SIDES, Side, Signed, Version, read_text
from handraise.store.drafts import Draft
from handraise.store.people import MemberRow
from handraise.templates import TEMPLATES, template_text
from handraise.web.routes.definition import drafting, reading
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/start")
State = Literal["done", "next", "later"]
StepName = Literal["data", "template", "preview", "sales", "sign"]
_PAGE: Final = "start.html.jinja"
_NAMED: Final = 6
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "preview": None,
        "reading": None,
        "invited": None,
        "password": None,
        "wrong": "",
        "given": {"email": "", "name": ""},
    }
)
MayLook = Annotated[Call, needs("settings:read")]
MayPropose = Annotated[Call, needs("definitions:propose")]


@dataclass(frozen=True)
class Candidate:
    """What is to become the first definition: a draft of the viewer, or a version.

    `definition` is None while a draft has errors.
    """

    draft: Draft | None
    version: Version | None
    definition: Definition | None


@dataclass(frozen=True)
class Staffed:
    """A team that the definition routes to, and who of it gets hand-offs; `id` is None when there is none."""

    name: str
    id: int | None
    members: tuple[str, ...]


@router.get("")
def start(call: MayLook) -> Response:
    """Every step, with what is done and what is next."""
    return _shown(call)


@router.post("/template")
def choose(call: MayPropose, template: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Begin with a template, in place of one that was chosen before and not changed since."""
    if template not in TEMPLATES:
        raise InputInvalid(Saying("Choose a template of the list."))
    text = template_text(template)
    found = _candidate(call, live=None)
    if found is not None and found.draft is not None and _template_of(found.draft) is not None:
        drafts.change(call.connection, found.draft.id, text, call.by, call.now)
    else:
        drafts.begin(call.connection, text, None, call.by, call.now)
    return go_to(call, "/start#preview")


@router.post("/drafts/{draft_id}/propose")
def propose(call: MayPropose, draft_id: Id) -> Response:
    """Propose the draft as the page of the definition does, and come back here."""
    drafting.propose(call, draft_id)
    return go_to(call, "/start", said=visit_of(call).gettext("Proposed. Marketing and sales sign next."))


@router.post("")
def invite(
    call: Annotated[Call, needs("users:write")],
    email: Annotated[str, Form(max_length=255)],
    name: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Invite somebody of sales; their first password is shown on the answer, and nowhere else."""
    try:
        made, password = access.add_member(
            call.connection, email=email, name=name.strip(), role="sales", by=call.by, now=call.now
        )
    except (InputInvalid, EmailTaken) as error:
        return _shown(
            call, status=422, wrong=visit_of(call).told(error), given={"email": email, "name": name}
        )
    return _shown(call, status=201, invited=made, password=password)


@router.post("/teams")
def staff(call: Annotated[Call, needs("settings:write")]) -> Response:
    """Make the teams that the definition routes to, and put all of sales into those that are empty."""
    connection = call.connection
    found = _candidate(call, _live(connection))
    sellers = {one.id: 1 for one in people.members(connection) if one.is_active and one.role == "sales"}
    if found is None or found.definition is None or not sellers:
        raise InputInvalid(Saying("Pick a template and invite somebody of sales first."))
    names = _routed(found.definition)
    people.lock_teams(connection, names)
    for team in _teams(connection, names):
        if team.members:
            continue
        number = people.create_team(connection, team.name).id if team.id is None else team.id
        people.set_weights(connection, number, sellers)
        members = {str(person): weight for person, weight in sellers.items()}
        call.record("team.members", f"team:{number}", {"members": members})
    return go_to(call, "/start", said=visit_of(call).gettext("Saved."))


@router.post("/versions/{version_id}/sign-marketing")
def sign_for_marketing(
    call: Annotated[Call, needs("definitions:sign_marketing")], version_id: Id
) -> Response:
    """Sign for marketing, and come back here."""
    reading.sign_for_marketing(call, version_id)
    return go_to(call, "/start", said=visit_of(call).gettext("Signed."))


@router.post("/versions/{version_id}/sign-sales")
def sign_for_sales(call: Annotated[Call, needs("definitions:sign_sales")], version_id: Id) -> Response:
    """Sign for sales, and come back here."""
    reading.sign_for_sales(call, version_id)
    return go_to(call, "/start", said=visit_of(call).gettext("Signed."))


@router.post("/versions/{version_id}/live")
def go_live(call: Annotated[Call, needs("definitions:publish")], version_id: Id) -> Response:
    """Have it act from now on, and come back here."""
    reading.go_live(call, version_id)
    said = visit_of(call).gettext("It is live. Every lead is being scored by it.")
    return go_to(call, "/start", said=said)


# --- what is there ------------------------------------------------------------------------------------------


def _shown(call: Call, status: int = 200, **values: Any) -> Response:
    connection = call.connection
    leads = size(connection)
    live = _live(connection)
    found = _candidate(call, live)
    version = None if found is None else found.version
    definition = None if found is None else found.definition
    everybody = people.members(connection)
    sellers = [one for one in everybody if one.is_active and one.role == "sales"]
    teams = [] if definition is None else _teams(connection, _routed(definition))
    signed = {} if version is None else definitions.signatures(connection, version.id)
    shown = _preview(call, found)
    done: dict[StepName, bool] = {
        "data": leads > 0,
        "template": found is not None,
        "preview": version is not None,
        "sales": definition is not None and bool(sellers) and all(team.members for team in teams),
        "sign": live is not None,
    }
    told: dict[str, Any] = {
        "states": _states(done),
        "leads": leads,
        "sources": [one for one in sources.sources(connection) if one.is_active],
        "imports": [one for one in imports.imports(connection) if one.undone_at is None],
        "templates": TEMPLATES.values(),
        "found": found,
        "chosen": None if found is None or found.draft is None else _template_of(found.draft),
        "reading" if isinstance(shown, Reading) else "preview": shown,
        "named": _NAMED,
        "sellers": sellers,
        "teams": teams,
        "live": live,
    }
    told |= _signing(call, signed, everybody)
    return show(call, _PAGE, status=status, **{**_EMPTY, **told, **values})


def _states(done: Mapping[StepName, bool]) -> dict[StepName, State]:
    """What is done, the first step that is not, and the rest."""
    following = next((name for name, is_done in done.items() if not is_done), None)
    return {
        name: "done" if is_done else "next" if name == following else "later"
        for name, is_done in done.items()
    }


def _live(connection: sa.Connection) -> Version | None:
    acting = [each for each in definitions.open_rollouts(connection) if each.mode == "live"]
    return definitions.version(connection, acting[0].version_id) if acting else None


def _candidate(call: Call, live: Version | None) -> Candidate | None:
    """What acts; else what was written or proposed last."""
    version = live or next(iter(definitions.versions(call.connection)), None)
    mine = drafts.drafts_of(call.connection, call.by) if live is None else []
    draft = max(mine, key=lambda one: (one.changed_at, one.id), default=None)
    if draft is not None and (version is None or draft.changed_at > version.published_at):
        judged = drafting.judged_of(call, draft.text)
        return Candidate(draft, None, None if judged.errors else judged.definition)
    if version is None:
        return None
    return Candidate(None, version, read_text(version.text, version.lists).definition)


def _template_of(draft: Draft) -> str | None:
    """The title of the template that a draft still is, word for word."""
    return next((one.title for one in TEMPLATES.values() if template_text(one.name) == draft.text), None)


def _preview(call: Call, found: Candidate | None) -> Preview | Reading | None:
    """What it would do: of a draft as the base is now, of a version as it was proposed."""
    if found is None:
        return None
    if found.version is not None:
        kept = evidence.evidence_of(call.connection, found.version.id)
        return None if kept is None else of_figures(kept.figures)
    if found.definition is None:
        return None
    services = call.services
    return services.previews.preview(call.connection, services.database, found.definition, call.now)


def _routed(definition: Definition) -> list[str]:
    """The teams that hand-offs go to, in the order of the routes."""
    return list(dict.fromkeys(one.team for one in definition.handoff.route if one.team is not None))


def _teams(connection: sa.Connection, names: Sequence[str]) -> list[Staffed]:
    there = {team.name: team for team in people.teams(connection)}
    here = {one.id: one.name for one in people.members(connection) if one.is_active}
    return [
        Staffed(name, None, ())
        if (team := there.get(name)) is None
        else Staffed(
            name,
            team.id,
            tuple(here[one] for one, weight in team.weights.items() if weight and one in here),
        )
        for name in names
    ]


def _signing(call: Call, signed: Mapping[Side, Signed], everybody: Sequence[MemberRow]) -> dict[str, Any]:
    """Who has signed, and which sides the viewer may sign for."""
    visit = visit_of(call)
    names = {f"member:{one.id}": one.name for one in everybody}
    missing = [side for side in SIDES if side not in signed]
    has_signed = reading.has_signed_before(call, signed)
    return {
        "signed": {side: (names.get(one.by, one.by), one.at) for side, one in signed.items()},
        "missing": missing,
        "may_sign": [side for side in missing if visit.may(reading.SIGNING[side]) and not has_signed],
        "has_signed": has_signed,
    }
