"""The audit log: who did what, and whether anybody changed what was written."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from handraise.flow import audit
from handraise.http.callers import Call, needs
from handraise.http.paging import Cursor
from handraise.store.audit import entries
from handraise.store.people import members
from handraise.web.routes.settings.sections import show_section
from handraise.web.sites import site

router = site("/settings/audit")
MayRead = Annotated[Call, needs("audit:read")]
_PAGE = 50


@router.get("")
def list_entries(
    call: MayRead,
    cursor: Cursor = None,
    action: Annotated[str, Query(max_length=100)] = "",
    verify: bool = False,
) -> Response:
    """Entries, the latest first; with `verify` the whole chain is checked."""
    found = entries(
        call.connection, before=call.place(cursor), limit=_PAGE + 1, action=action.strip() or None
    )
    return show_section(
        call,
        "audit",
        entries=found[:_PAGE],
        next=call.cursor(found[_PAGE - 1].seq) if len(found) > _PAGE else None,
        action=action,
        names={f"member:{one.id}": one.name for one in members(call.connection)},
        checked=audit.verify(call.connection) if verify else None,
    )
