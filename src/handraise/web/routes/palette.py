"""The command palette: leads by a part of their name, for Ctrl-K."""

from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.store import leads
from handraise.store.leads import LeadFilter
from handraise.web.sites import site
from handraise.web.visits import show

router = site("/palette")
MayRead = Annotated[Call, needs("leads:read")]
_MOST: Final = 8
_LEAST: Final = 2  # letters; one finds everybody


@router.get("")
def found(call: MayRead, text: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Leads whose name or address has that in it."""
    wanted = text.strip()
    few = (
        leads.leads(call.connection, LeadFilter(text=wanted), limit=_MOST).leads
        if len(wanted) >= _LEAST
        else ()
    )
    return show(call, "parts/palette_found.html.jinja", leads=few, text=wanted)
