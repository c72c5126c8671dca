"""The whole product: what the live definitions promise, and what administrators set at run time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import Path
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.flow.upkeep import Retention
from handraise.http.callers import Call, needs
from handraise.rendering.sections import shared
from handraise.store import definitions, settings_kept
from handraise.store.settings_kept import RETAINED
from handraise.web.routes.settings.sections import Fields, show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of
from handraise.web.wording import to_translate as _

router = site("/settings/product")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Setting = Literal["fact_precedence", "one_person_may_sign_for_both", "retention_days"]
_ROWS: Final = {
    "quarantine": _("What could not be read"),
    "deliveries": _("Deliveries and their attempts"),
    "login_attempts": _("Tries to log in"),
    "sessions": _("Sessions that are over"),
    "idempotency_keys": _("Answers kept for repeated calls"),
    "jobs": _("Jobs that are done"),
    "score_changes": _("Changes of scores"),
}


@dataclass(frozen=True)
class Kept:
    """How long rows of one kind are kept, as the form has it: `days` is empty for ever."""

    name: str
    label: str
    days: str
    usual: int | None


@router.get("")
def show_product(call: MayRead) -> Response:
    """Service levels as the live definitions say, and what is kept in the database."""
    return _product(call)


@router.post("/{name}")
def keep(call: MayWrite, name: Annotated[Setting, Path()], form: Fields) -> Response:
    """Set one of the kept settings."""
    try:
        settings_kept.keep(call.connection, name, _READERS[name](form), call.by, call.now)
    except InputInvalid as error:
        return _product(call, status=422, wrong=visit_of(call).told(error), at=name, form=form)
    call.record("setting.set", f"setting:{name}")
    return go_to(call, "/settings/product", said=visit_of(call).gettext("Saved."))


def _product(
    call: Call, status: int = 200, wrong: str = "", at: str = "", form: Mapping[str, str] | None = None
) -> Response:
    form = form or {}
    live = [one for one in definitions.open_rollouts(call.connection) if one.mode == "live"]
    levels = []
    for rollout in live:
        version = definitions.version(call.connection, rollout.version_id)
        definition = definitions.read_text(version.text, version.lists).definition
        found = shared(
            definition, version=None, content_hash=None, generated=None, tongue=visit_of(call).tongue
        )
        levels.append((definition.name, found.promises))
    kept = {one.name: one.value for one in settings_kept.all_kept(call.connection)}
    return show_section(
        call,
        "product",
        status=status,
        levels=levels,
        precedence=form.get("sources", "\n".join(kept["fact_precedence"])),
        one_may_sign=kept["one_person_may_sign_for_both"],
        retained=[_kept(call, name, kept["retention_days"], form) for name in RETAINED],
        wrong=wrong,
        at=at,
    )


def _kept(call: Call, name: str, set_to: Mapping[str, int | None], form: Mapping[str, str]) -> Kept:
    usual: int | None = getattr(Retention(), name)
    days = set_to.get(name, usual)
    written = form.get(name, "" if days is None else str(days))
    return Kept(name, visit_of(call).gettext(_ROWS[name]), written, usual)


def _sources(form: Mapping[str, str]) -> list[str]:
    return [line.strip() for line in form.get("sources", "").splitlines() if line.strip()]


def _retention(form: Mapping[str, str]) -> dict[str, int | None]:
    """What differs from the usual."""
    found: dict[str, int | None] = {}
    for name in RETAINED:
        written = form.get(name, "").strip()
        if written and not written.isdecimal():
            raise InputInvalid(
                Saying("`{written}` is no number of days; leave it empty for ever.", written=written[:20])
            )
        days = int(written[:9]) if written else None
        if days != getattr(Retention(), name):
            found[name] = days
    return found


_READERS: Final[Mapping[str, Any]] = {
    "fact_precedence": _sources,
    "one_person_may_sign_for_both": lambda form: "allowed" in form,
    "retention_days": _retention,
}
