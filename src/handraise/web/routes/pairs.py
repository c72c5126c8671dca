"""Pairs of leads that may be one person: seen side by side, and answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from handraise.flow import merge
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.paging import Cursor
from handraise.http.reaching import require_every_lead
from handraise.store import leads, merges
from handraise.store.leads import LeadFilter, LeadRow
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/merge-suggestions")
MayRead = Annotated[Call, needs("leads:read")]
MayWrite = Annotated[Call, needs("leads:write")]
MOST: Final = 20


@dataclass(frozen=True)
class Pair:
    """Two leads whose ids met, the older one first, and how they met."""

    id: int
    leads: tuple[LeadRow, ...]
    reason: str
    suggested_at: datetime


@router.get("")
def list_pairs(call: MayRead, cursor: Cursor = None) -> Response:
    """The pairs that wait for an answer, the oldest first."""
    found = merges.suggestions(call.connection, limit=MOST + 1, after=call.place(cursor) or 0)
    more = len(found) > MOST
    found = found[:MOST]
    ids = [lead for one in found for lead in (one.lead_id, one.other_id)]
    roots = merges.roots_of(call.connection, ids)
    wanted = LeadFilter(ids=sorted(set(roots.values())))
    rows = {one.id: one for one in leads.leads(call.connection, wanted, limit=2 * MOST).leads}
    return show(
        call,
        "leads/pairs.html.jinja",
        pairs=[
            Pair(
                one.id,
                tuple(rows[root] for root in (roots[one.lead_id], roots[one.other_id]) if root in rows),
                one.reason,
                one.suggested_at,
            )
            for one in found
        ],
        may_answer=call.caller.may_with("leads:write", None, frozenset()),
        following=call.cursor(found[-1].id) if more else None,
        is_first=cursor is None,
    )


@router.post("/{suggestion_id}")
def answer(call: MayWrite, suggestion_id: Id, is_same: Annotated[bool, Form()]) -> Response:
    """Say whether they are one person; the newer lead is merged into the older one if so."""
    require_every_lead(call)
    _ = visit_of(call).gettext
    merge.answer(call.connection, suggestion_id, call.by, call.now, is_same=is_same)
    call.record("merge.answer", f"suggestion:{suggestion_id}", {"is_same": is_same})
    said = _("Merged. It is scored anew in a moment.") if is_same else _("They stay two.")
    return go_to(call, "/merge-suggestions", said=said)
