"""What goes out: each delivery, each attempt; and the webhook endpoints of subscribers."""

import secrets
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from handraise.connect.addresses import destination
from handraise.connect.webhook import secret_of
from handraise.flow import deliver
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Cursor, Limit, Page
from handraise.store import deliveries, endpoints

router = resource("/deliveries")
hooks = resource("/webhook-endpoints")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
State = Literal["waiting", "sent", "failed", "dropped"]
Kind = Annotated[str, Field(min_length=1, max_length=100)]


class Delivery(BaseModel):
    """Something that goes to one destination; its content is not shown here."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: str
    destination: str
    kind: str
    lead_id: int | None
    handoff_id: int | None
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None


class Attempt(BaseModel):
    """One attempt, and what the other side said."""

    model_config = ConfigDict(from_attributes=True)

    attempt: int
    at: datetime
    outcome: str
    status: str | None
    detail: str | None
    milliseconds: int | None


class Endpoint(BaseModel):
    """Where a subscriber is told. Without `events`, everything is sent."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    url: str
    events: list[str]
    is_active: bool
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


class NewEndpoint(BaseModel, extra="forbid"):
    """A subscriber's address."""

    url: str = Field(max_length=2_000)
    events: list[Kind] = Field(default=[], max_length=100)


class EndpointChange(BaseModel, extra="forbid"):
    """What to change; what is left out stays."""

    url: str | None = Field(None, max_length=2_000)
    events: list[Kind] | None = Field(None, max_length=100)
    is_active: bool | None = None


class MadeEndpoint(BaseModel):
    """An endpoint and the secret its calls are signed with, which is shown once."""

    endpoint: Endpoint
    secret: str


class Replayed(BaseModel):
    """How many go out again."""

    deliveries: int


@router.get("")
def list_deliveries(
    call: MayRead,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: State | None = None,
    channel: Literal["email", "slack", "webhook"] | None = None,
    lead_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    handoff_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Page[Delivery]:
    """Deliveries, the newest first."""
    place = call.place(cursor)
    found = deliveries.deliveries(
        call.connection,
        state=state,
        channel=channel,
        lead_id=lead_id,
        handoff_id=handoff_id,
        before=None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1])),
        limit=limit + 1,
    )
    items = [Delivery.model_validate(one) for one in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return Page(
        items=items, next=None if last is None else call.cursor(last.created_at.isoformat(), str(last.id))
    )


@router.get("/{delivery_id}/attempts")
def list_attempts(call: MayRead, delivery_id: UUID) -> Page[Attempt]:
    """Every attempt of a delivery, in order."""
    deliveries.delivery(call.connection, delivery_id)
    found = deliveries.attempts_of(call.connection, delivery_id)
    return Page(items=[Attempt.model_validate(one) for one in found], next=None)


@router.post("/{delivery_id}/replay")
def replay(call: MayWrite, delivery_id: UUID) -> Replayed:
    """Send it once more; a receiver that knows its id ignores it."""
    deliveries.delivery(call.connection, delivery_id)
    count = deliver.replay(call.connection, [delivery_id], call.now)
    call.record("delivery.replay", f"delivery:{delivery_id}")
    return Replayed(deliveries=count)


@hooks.get("")
def list_endpoints(call: MayRead) -> Page[Endpoint]:
    """Every endpoint."""
    found = endpoints.endpoints(call.connection)
    return Page(items=[Endpoint.model_validate(one) for one in found], next=None)


@hooks.post("", status_code=201)
def add_endpoint(call: MayWrite, given: NewEndpoint) -> MadeEndpoint:
    """Subscribe an address; only https to public ones, unless the settings allow a private network."""
    call.hold_back()
    destination(given.url, call.services.destinations)
    secret = secret_of(secrets.token_bytes(24))
    made = endpoints.add_endpoint(call.connection, given.url, secret, given.events, call.now)
    call.record("endpoint.add", f"endpoint:{made.id}")
    return MadeEndpoint(endpoint=Endpoint.model_validate(made), secret=secret)


@hooks.patch("/{endpoint_id}")
def change_endpoint(call: MayWrite, endpoint_id: Id, given: EndpointChange) -> Endpoint:
    """Change an endpoint, or switch it on or off; what waits for one that is off is dropped."""
    if given.url is not None:
        destination(given.url, call.services.destinations)
    endpoints.change_endpoint(call.connection, endpoint_id, url=given.url, events=given.events)
    if given.is_active is True:
        endpoints.switch_on(call.connection, endpoint_id)
    elif given.is_active is False:
        deliver.disable_endpoint(call.connection, endpoint_id, "switched off by hand", call.now)
    call.record("endpoint.change", f"endpoint:{endpoint_id}")
    return Endpoint.model_validate(endpoints.endpoint(call.connection, endpoint_id))


@hooks.post("/{endpoint_id}/replay")
def replay_endpoint(call: MayWrite, endpoint_id: Id) -> Replayed:
    """Send again what the endpoint did not get."""
    endpoints.endpoint(call.connection, endpoint_id)
    count = deliver.replay_endpoint(call.connection, endpoint_id, call.now)
    call.record("endpoint.replay", f"endpoint:{endpoint_id}", {"deliveries": count})
    return Replayed(deliveries=count)


@hooks.delete("/{endpoint_id}", status_code=204)
def switch_off(call: MayWrite, endpoint_id: Id) -> Response:
    """Send nothing more to the endpoint; what waits for it is dropped and can be replayed."""
    deliver.disable_endpoint(call.connection, endpoint_id, "switched off by hand", call.now)
    call.record("endpoint.off", f"endpoint:{endpoint_id}")
    return Response(status_code=204)
