"""Pages that belong together: a list of them, beside or above the one that is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from handraise.core.roles import Permission
from handraise.http.callers import Call
from handraise.web.visits import show, visit_of


@dataclass(frozen=True)
class Section:
    """One of them: where it is, what it is called, and what one needs to see it."""

    path: str
    label: str
    permission: Permission


def sections_for(call: Call, among: Sequence[Section]) -> Sequence[Section]:
    """Those that the viewer may see."""
    visit = visit_of(call)
    return tuple(one for one in among if visit.may(one.permission))


def show_section(
    call: Call, among: Sequence[Section], template: str, *, status: int = 200, **values: Any
) -> Response:
    """A page, with the list of its sections. Below a section's path one is still in it."""
    path = call.request.url.path
    around = [one.path for one in among if path == one.path or path.startswith(f"{one.path}/")]
    return show(
        call,
        template,
        status=status,
        sections=sections_for(call, among),
        here=max(around, key=len, default=None),
        **values,
    )
