"""The audit log."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from handraise.flow import audit
from handraise.http.callers import Call, needs, resource
from handraise.http.paging import Cursor, Limit, Page
from handraise.store.audit import entries

router = resource("/audit")
MayRead = Annotated[Call, needs("audit:read")]
Filter = Annotated[str | None, Query(max_length=100)]


class Entry(BaseModel):
    """Who did what to what, when."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class Broken(BaseModel):
    """A row that is not as it was written."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    kind: str
    words: str


class Verified(BaseModel):
    """Whether the chain holds. Keep `seq` and `hash` elsewhere: they show later that nothing was cut off."""

    holds: bool
    seq: int
    hash: str
    broken: list[Broken]


@router.get("")
def list_entries(
    call: MayRead,
    cursor: Cursor = None,
    limit: Limit = 50,
    actor: Filter = None,
    action: Filter = None,
    subject: Filter = None,
) -> Page[Entry]:
    """Entries, the latest first."""
    found = entries(
        call.connection,
        before=call.place(cursor),
        limit=limit + 1,
        actor=actor,
        action=action,
        subject=subject,
    )
    items = [Entry.model_validate(one) for one in found[:limit]]
    return Page(items=items, next=call.cursor(items[-1].seq) if len(found) > limit else None)


@router.get("/verify")
def verify(call: MayRead) -> Verified:
    """Check every entry against its hash, its neighbours and the end of the chain."""
    found = audit.verify(call.connection)
    return Verified(
        holds=found.holds,
        seq=found.head.seq,
        hash=found.head.hash.hex(),
        broken=[Broken.model_validate(one) for one in found.broken[:100]],
    )
