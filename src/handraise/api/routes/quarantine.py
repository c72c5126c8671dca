"""What could not be read: look at it, read it again, give it up."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from handraise.flow.pipeline import replay_quarantine
from handraise.http.callers import Call, needs, resource
from handraise.http.paging import Cursor, Limit, Page
from handraise.store import quarantine

router = resource("/quarantine")
MayRepair = Annotated[Call, needs("capture:repair")]
_SHOWN = 4_000


class Held(BaseModel):
    """A call held back; `raw` is how it begins."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    received_at: datetime
    source_id: int | None
    adapter: str
    path: str
    code: str
    problem: str
    message_id: str | None
    raw: str


class Which(BaseModel, extra="forbid"):
    """Which calls; all that wait when `ids` is null."""

    ids: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] | None = Field(max_length=10_000)


class Replayed(BaseModel):
    """What a replay did."""

    taken: int
    still_wrong: int


class Discarded(BaseModel):
    """How many calls were given up."""

    discarded: int


@router.get("")
def list_held(call: MayRepair, cursor: Cursor = None, limit: Limit = 50) -> Page[Held]:
    """What waits, the oldest first."""
    found = quarantine.waiting(call.connection, after=call.place(cursor) or 0, limit=limit + 1)
    items = [
        Held(
            **{name: getattr(one, name) for name in Held.model_fields if name != "raw"},
            raw=bytes(one.raw[:_SHOWN]).decode(errors="replace"),
        )
        for one in found[:limit]
    ]
    return Page(items=items, next=call.cursor_if(len(found) > limit, items))


@router.get("/counts")
def counts(call: MayRepair) -> dict[str, int]:
    """How many calls wait, by what is wrong with them."""
    return quarantine.count_waiting(call.connection)


@router.post("/replay")
def replay(call: MayRepair, given: Which) -> Replayed:
    """Read calls again as the program does today, and take those that it can read."""
    done = replay_quarantine(call.connection, given.ids, call.now)
    call.record("quarantine.replay", "quarantine", {"taken": done.taken, "still_wrong": done.still_wrong})
    return Replayed(taken=done.taken, still_wrong=done.still_wrong)


@router.post("/discard")
def discard(call: MayRepair, given: Which) -> Discarded:
    """Give calls up; they stay readable in the database until retention takes them."""
    count = quarantine.discard(call.connection, given.ids, call.now)
    call.record("quarantine.discard", "quarantine", {"discarded": count})
    return Discarded(discarded=count)
