"""The sections of the settings, in the order of their list."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from handraise.http.callers import Call
from handraise.web import sections
from handraise.web.sections import Section, sections_for
from handraise.web.wording import to_translate as _

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
    return sections_for(call, SECTIONS)


def show_section(call: Call, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of a section, with the list of sections beside it."""
    return sections.show_section(call, SECTIONS, f"settings/{template}.html.jinja", status=status, **values)
