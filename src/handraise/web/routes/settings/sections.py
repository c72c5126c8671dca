"""The sections of the settings, in the order of their list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from handraise.core.roles import Permission
from handraise.http.callers import Call
from handraise.web.visits import show, visit_of
from handraise.web.wording import to_translate as _


@dataclass(frozen=True)
class Section:
    """A section: where it is, what it is called, and what one needs to see it."""

    path: str
    label: str
    permission: Permission


SECTIONS: Final = (
    Section("/settings/people", _("People"), "settings:read"),
    Section("/settings/teams", _("Teams and routing"), "settings:read"),
    Section("/settings/calendars", _("Calendars"), "settings:read"),
    Section("/settings/sources", _("Sources and keys"), "settings:read"),
    Section("/settings/imports", _("Imports"), "imports:write"),
    Section("/settings/quarantine", _("Quarantine"), "capture:repair"),
    Section("/settings/deliveries", _("Deliveries"), "settings:read"),
    Section("/settings/webhooks", _("Webhooks"), "settings:read"),
    Section("/settings/reasons", _("Reasons"), "settings:read"),
    Section("/settings/frameworks", _("Frameworks"), "settings:read"),
    Section("/settings/product", _("Product"), "settings:read"),
    Section("/settings/api-keys", _("API keys"), "users:write"),
    Section("/settings/audit", _("Audit log"), "audit:read"),
)


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=2_000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]
"""Every field of a form whose fields depend on what there is."""


def sections_of(call: Call) -> Sequence[Section]:
    """Those that the viewer may see."""
    visit = visit_of(call)
    return tuple(one for one in SECTIONS if visit.may(one.permission))


def show_section(call: Call, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of a section, with the list of sections beside it."""
    path = call.request.url.path
    here = next((one.path for one in SECTIONS if path.startswith(one.path)), None)
    return show(
        call,
        f"settings/{template}.html.jinja",
        status=status,
        sections=sections_of(call),
        here=here,
        **values,
    )
