"""Reading the definition, signing what is proposed, and having it act: now, at a date, or no more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import sqlalchemy as sa
from babel.dates import format_date
from fastapi import Form, Query
from starlette.responses import Response

from handraise.core.definition import Definition
from handraise.core.differences import differences
from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.core.words import Tongue
from handraise.flow import define
from handraise.flow.preview import Reading, as_figures, of_figures
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.rendering.paper import document_pdf
from handraise.rendering.sections import Shared, shared
from handraise.rendering.wording import wording_of
from handraise.store import definitions, drafts, evidence, plans, settings_kept
from handraise.store.definitions import SIDES, Rollout, Side, Signed, Version, read_text
from handraise.store.plans import Plan
from handraise.templates import TEMPLATES
from handraise.web.naming import names_of
from handraise.web.sheets import as_pdf
from handraise.web.sites import site
from handraise.web.visits import go_to, local_moment, show, visit_of

router = site("/definition")
MayRead = Annotated[Call, needs("definitions:read")]
MayPropose = Annotated[Call, needs("definitions:propose")]
MayPublish = Annotated[Call, needs("definitions:publish")]
Name = Annotated[str, Form(min_length=1, max_length=500)]
Reason = Annotated[str, Form(max_length=2_000)]


@dataclass(frozen=True)
class Proposed:
    """A version on its way: who signed it, and when it goes live if that is planned."""

    version: Version
    signed: Mapping[Side, Signed]
    is_shadow: bool
    plan: Plan | None

    @property
    def missing(self) -> list[Side]:
        """The sides that have not signed."""
        return [side for side in SIDES if side not in self.signed]


@dataclass(frozen=True)
class Step:
    """Something that was live or in shadow, with what it changed."""

    rollout: Rollout
    changes: tuple[str, ...] | None


@router.get("")
def definition(call: MayRead, name: Annotated[str, Query(max_length=500)] = "") -> Response:
    """The definition that acts, as people read it, and what is on its way."""
    connection = call.connection
    live = [each for each in definitions.open_rollouts(connection) if each.mode == "live"]
    chosen = next((each for each in live if each.name == name), live[0] if live else None)
    waiting = _proposed(connection, None if chosen is None else chosen.name)
    mine = drafts.drafts_of(connection, call.by)
    told: dict[str, Any] = {"live": live, "rollout": chosen, "waiting": waiting, "mine": mine}
    if chosen is not None:
        told |= _document(call, definitions.version(connection, chosen.version_id))
        told["back_to"] = define.before_live(connection, chosen.name)
    people = names_of(connection, _actors(told, waiting))
    return show(call, "definition/live.html.jinja", templates=TEMPLATES.values(), people=people, **told)


@router.get("/document.pdf")
def paper(call: MayRead, version: Annotated[int, Query(ge=1, le=2**63 - 1)]) -> Response:
    """The page they sign, as PDF; with who signed, or lines to sign on."""
    told = _document(call, definitions.version(call.connection, version))
    people = names_of(call.connection, _actors(told, []))
    visit = visit_of(call)
    signed = {
        side: (people[one.by], format_date(one.at.astimezone(visit.zone), locale=visit.language))
        for side, one in told["signed"].items()
    }
    made = document_pdf(told["page"], signed=signed, language=visit.language, say=told["say"], made=call.now)
    return as_pdf(made, f"definition-{version}.pdf")


@router.get("/versions/{version_id}")
def version(call: MayRead, version_id: Id) -> Response:
    """A version: what it changes and would do, who signed it, and the page they sign."""
    connection = call.connection
    found = definitions.version(connection, version_id)
    live = next((r for r in definitions.open_rollouts(connection, found.name) if r.mode == "live"), None)
    kept = evidence.evidence_of(connection, version_id)
    shown = None if kept is None else of_figures(kept.figures)
    read = read_text(found.text, found.lists).definition
    changes = () if live is None else changes_since(call, live.version_id, read)
    on_its_way = _way(connection, found)
    told = {
        **_document(call, found),
        "live": live,
        "is_live": live is not None and live.version_id == version_id,
        "was_live": any(
            r.version_id == version_id and r.mode == "live"
            for r in definitions.rollouts(connection, found.name)
        ),
        "way": on_its_way,
        "evidence": kept,
        "preview": shown,
        "changes": changes if shown is None else changes_since(call, shown.against_id, read),
        "changes_now": changes,
        "may_sign": [side for side in on_its_way.missing if visit_of(call).may(SIGNING[side])],
        "has_signed": has_signed_before(call, on_its_way.signed),
    }
    people = names_of(connection, _actors(told, [on_its_way]))
    return show(call, "definition/version.html.jinja", people=people, **told)


@router.get("/history")
def history(call: MayRead, name: Annotated[str, Query(max_length=500)]) -> Response:
    """Everything that was ever live or in shadow, with what each change changed."""
    connection = call.connection
    rollouts = definitions.rollouts(connection, name)
    read = {
        number: read_text(each.text, each.lists).definition
        for number, each in definitions.versions_of(connection, [r.version_id for r in rollouts]).items()
    }
    lived = [each for each in rollouts if each.mode == "live"]
    before = {each.id: earlier.version_id for each, earlier in pairwise(lived)}
    tongue = visit_of(call).tongue
    steps = [
        Step(
            each,
            _sentences(read[before[each.id]], read[each.version_id], tongue) if each.id in before else None,
        )
        for each in rollouts
    ]
    people = names_of(connection, [each.by for each in rollouts])
    back_to = define.before_live(connection, name)
    is_live = any(each.is_open and each.mode == "live" for each in rollouts)
    return show(
        call,
        "definition/history.html.jinja",
        name=name,
        steps=steps,
        people=people,
        back_to=back_to,
        is_live=is_live,
    )


@router.post("/versions/{version_id}/sign-marketing")
def sign_for_marketing(
    call: Annotated[Call, needs("definitions:sign_marketing")], version_id: Id
) -> Response:
    """Sign for marketing."""
    return _sign(call, version_id, "marketing")


@router.post("/versions/{version_id}/sign-sales")
def sign_for_sales(call: Annotated[Call, needs("definitions:sign_sales")], version_id: Id) -> Response:
    """Sign for sales."""
    return _sign(call, version_id, "sales")


@router.post("/versions/{version_id}/live")
def go_live(
    call: MayPublish,
    version_id: Id,
    when: Annotated[Literal["now", "at"], Form()] = "now",
    at: Annotated[str, Form(max_length=40)] = "",
    reason: Reason = "",
) -> Response:
    """Have it act: now, or at a date."""
    visit, why = visit_of(call), reason.strip() or None
    if when == "at":
        made = define.plan_live(call.connection, version_id, local_moment(visit, at), call.by, call.now, why)
        call.record("definition.plan", f"version:{version_id}", {"at": made.at.isoformat()})
        return go_to(
            call, f"/definition/versions/{version_id}", said=visit.gettext("It goes live at that time.")
        )
    define.go_live(call.connection, version_id, call.by, call.now, why)
    call.record("definition.live", f"version:{version_id}")
    name = definitions.version(call.connection, version_id).name
    return go_to(call, of(name), said=visit.gettext("It is live. Every lead is being scored by it."))


@router.post("/versions/{version_id}/shadow")
def shadow(call: MayPropose, version_id: Id) -> Response:
    """Have it score beside the live one."""
    define.shadow(call.connection, version_id, call.by, call.now)
    call.record("definition.shadow", f"version:{version_id}")
    said = visit_of(call).gettext("In shadow: it scores every lead and does nothing else.")
    return go_to(call, f"/definition/versions/{version_id}", said=said)


@router.post("/versions/{version_id}/end-shadow")
def end_shadow(call: MayPropose, version_id: Id) -> Response:
    """Have it score no more."""
    if define.end_shadow(call.connection, version_id, call.now):
        call.record("definition.shadow_end", f"version:{version_id}")
    return go_to(
        call, f"/definition/versions/{version_id}", said=visit_of(call).gettext("No longer in shadow.")
    )


@router.post("/versions/{version_id}/evidence")
def keep_evidence(call: MayPropose, version_id: Id) -> Response:
    """Freeze what it would do, for a version that was published without."""
    found = definitions.version(call.connection, version_id)
    freeze(call, version_id, read_text(found.text, found.lists).definition)
    return go_to(call, f"/definition/versions/{version_id}")


@router.post("/withdraw")
def withdraw(call: MayPublish, name: Name) -> Response:
    """Have nothing go live later."""
    if define.withdraw_plan(call.connection, name, call.now):
        call.record("definition.plan_withdrawn", "definition", {"name": name})
    return go_to(call, of(name), said=visit_of(call).gettext("Nothing goes live later."))


@router.post("/roll-back")
def roll_back(call: MayPublish, name: Name, reason: Reason = "") -> Response:
    """Have the version act again that did before."""
    visit = visit_of(call)
    why = reason.strip() or visit.gettext("Rolled back")
    made = define.roll_back(call.connection, name, call.by, why, call.now)
    call.record("definition.roll_back", f"version:{made.version_id}")
    said = visit.gettext("Rolled back: version %(n)s is live again.", n=made.version_id)
    return go_to(call, of(name), said=said)


# ---------------------------------------------------------------------------------------------- shared


SIGNING: Mapping[Side, Any] = {"marketing": "definitions:sign_marketing", "sales": "definitions:sign_sales"}


def has_signed_before(call: Call, signed: Mapping[Side, Signed]) -> bool:
    """Whether the viewer signed for a side, and so not for the other, unless one person may for both."""
    may_both = settings_kept.kept(call.connection, "one_person_may_sign_for_both")
    return not may_both and any(one.by == call.by for one in signed.values())


def of(name: str) -> str:
    """The address of a definition."""
    return f"/definition?{urlencode({'name': name})}"


def freeze(call: Call, version_id: int, candidate: Any) -> None:
    """Keep what a version would do as evidence.

    Raises
    ------
    InputInvalid
        While the base is still being read.
    """
    shown = call.services.previews.preview(call.connection, call.services.database, candidate, call.now)
    if isinstance(shown, Reading):
        raise InputInvalid(
            Saying("The base is still being read for the preview; try again when it is shown.")
        )
    evidence.freeze(call.connection, version_id, as_figures(shown), call.by, call.now)
    call.record("definition.evidence", f"version:{version_id}")


def _sign(call: Call, version_id: int, side: Literal["marketing", "sales"]) -> Response:
    define.sign(call.connection, version_id, side, call.by, call.now)
    call.record("definition.sign", f"version:{version_id}", {"side": side})
    return go_to(call, f"/definition/versions/{version_id}", said=visit_of(call).gettext("Signed."))


def _document(call: Call, found: Version) -> dict[str, Any]:
    read = read_text(found.text, found.lists).definition
    tongue = visit_of(call).tongue
    page: Shared = shared(
        read, version=str(found.id), content_hash=found.content_hash, generated=None, tongue=tongue
    )
    return {
        "version": found,
        "page": page,
        "say": wording_of(tongue).heading,
        "signed": definitions.signatures(call.connection, found.id),
    }


def changes_since(call: Call, version_id: int | None, new: Definition) -> tuple[str, ...]:
    """What a definition changes against a version, in the reader's language; None: nothing to compare."""
    if version_id is None:
        return ()
    old = definitions.version(call.connection, version_id)
    return _sentences(read_text(old.text, old.lists).definition, new, visit_of(call).tongue)


def _sentences(old: Definition, new: Definition, tongue: Tongue) -> tuple[str, ...]:
    return tuple(each.sentence for each in differences(old, new, tongue=tongue))


def _way(connection: sa.Connection, found: Version) -> Proposed:
    there = definitions.open_rollouts(connection, found.name)
    return Proposed(
        found,
        definitions.signatures(connection, found.id),
        any(each.version_id == found.id and each.mode == "shadow" for each in there),
        next(
            (each for each in plans.open_plans(connection, found.name) if each.version_id == found.id), None
        ),
    )


def _proposed(connection: sa.Connection, name: str | None) -> list[Proposed]:
    """Versions of it (of all, when none is live) that are newer than everything that ever was live."""
    found = []
    newest: dict[str, int] = {}
    for each in definitions.versions(connection, name):
        if each.name not in newest:
            lived = [r.version_id for r in definitions.rollouts(connection, each.name) if r.mode == "live"]
            newest[each.name] = max(lived, default=0)
        way = _way(connection, each)
        if each.id > newest[each.name] or way.is_shadow or way.plan is not None:
            found.append(way)
    return found


def _actors(told: Mapping[str, Any], ways: Iterable[Proposed]) -> list[str]:
    found = [one.by for way in ways for one in way.signed.values()]
    found += [way.version.published_by for way in ways]
    found += [way.plan.decided_by for way in ways if way.plan is not None]
    if told.get("version") is not None:
        found += [told["version"].published_by, *(one.by for one in told["signed"].values())]
    if told.get("evidence") is not None:
        found.append(told["evidence"].frozen_by)
    if isinstance(told.get("rollout"), Rollout):
        found.append(told["rollout"].by)
    return found
