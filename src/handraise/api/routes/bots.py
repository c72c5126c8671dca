"""Traffic that was no person's: said by hand, of the past too, and taken back."""

from typing import Annotated

from pydantic import BaseModel, Field

from handraise.flow import bots
from handraise.flow.bots import Marked, Which
from handraise.http.callers import Call, needs, resource
from handraise.http.moments import Moment

router = resource("/bots")
MayRepair = Annotated[Call, needs("capture:repair")]
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Events(BaseModel, extra="forbid"):
    """Events by what they have in common; what is left out does not matter. A time alone is refused.

    `user_agent` is a part of it, in any case of letters. `since` and `until` are times of arrival.
    """

    lead_ids: list[Number] | None = Field(None, min_length=1, max_length=10_000)
    message_ids: list[Annotated[str, Field(max_length=200)]] | None = Field(
        None, min_length=1, max_length=10_000
    )
    source_id: Number | None = None
    ip: str | None = Field(None, min_length=2, max_length=45)
    user_agent: str | None = Field(None, min_length=3, max_length=500)
    since: Moment | None = None
    until: Moment | None = None

    @property
    def which(self) -> Which:
        """As the flow takes them."""
        return Which(**{name: getattr(self, name) for name in Events.model_fields})


class Said(BaseModel, extra="forbid"):
    """Which events no person did, and how that is known; the reason stands beside each of them."""

    events: Events
    reason: str = Field(min_length=1, max_length=200, pattern=r"\S")


class Found(BaseModel):
    """How many events it was, of how many leads. They are scored again in a moment."""

    events: int
    leads: int


@router.post("")
def mark(call: MayRepair, given: Said) -> Found:
    """Say of events that no person did them: they stay and count for nothing, in past scores too."""
    return _told(call, "bots.mark", bots.mark(call.connection, given.events.which, given.reason, call.now))


@router.post("/undo")
def unmark(call: MayRepair, given: Events) -> Found:
    """Take back what was said by hand of these events."""
    return _told(call, "bots.unmark", bots.unmark(call.connection, given.which, call.now))


def _told(call: Call, action: str, found: Marked) -> Found:
    call.record(action, "events", {"events": found.events, "leads": found.leads})
    return Found(events=found.events, leads=found.leads)
