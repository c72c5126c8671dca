"""What came of a hand-off that sales worked."""

from typing import Annotated

from pydantic import BaseModel, Field

from handraise.api.routes.handoffs import Handoff
from handraise.flow.feedback import Outcome, OutcomeKind, conclude
from handraise.flow.handoff import refuse_stranger
from handraise.http.actors import actor_of
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.moments import Moment
from handraise.store import handoffs

router = resource("/handoffs")


class Given(BaseModel, extra="forbid"):
    """How it ended: a recycling, disqualification or lost deal needs a reason of its list."""

    outcome: OutcomeKind
    reason: str | None = Field(None, min_length=1, max_length=100)
    note: str | None = Field(None, max_length=2_000)
    come_back_at: Moment | None = None
    amount_cents: int | None = Field(None, ge=0, le=2**53)
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")


@router.post("/{handoff_id}/outcome")
def give_outcome(call: Annotated[Call, needs("handoffs:answer")], handoff_id: Id, given: Given) -> Handoff:
    """Say what came of a hand-off: the lead moves accordingly. The same said again changes nothing.

    A lead that is an SQL or an opportunity goes on; say `won` or `lost` with another call.
    """
    by = actor_of(call)
    # Also for what changes nothing: the answer holds the brief.
    refuse_stranger(call.connection, handoffs.handoff_of(call.connection, handoff_id), by, "handoffs:answer")
    outcome = Outcome(
        given.outcome,
        reason=given.reason,
        note=given.note,
        come_back_at=given.come_back_at,
        amount_cents=given.amount_cents,
        currency=given.currency,
    )
    done = conclude(call.connection, handoff_id, outcome, by, call.now, call.services.desk)
    return Handoff.model_validate(done)
