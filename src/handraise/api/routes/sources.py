"""Where events come from: each source has a write key."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.store import sources

router = resource("/sources")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Kind = Literal["server", "browser", "webhook"]


class Source(BaseModel):
    """A place that sends events. `public_key` is there for browser sources only: the page shows it anyway."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    kind: Kind
    adapter: str
    public_key: str | None
    origins: list[str]
    settings: dict[str, Any]
    is_active: bool
    created_at: datetime
    first_event_at: datetime | None
    revoked_at: datetime | None


class NewSource(BaseModel, extra="forbid"):
    """A source to make. A browser's names its origins, a webhook the secret its calls are signed with."""

    name: str = Field(min_length=1, max_length=200)
    kind: Kind
    adapter: Literal["segment", "generic", "sendgrid", "mailgun", "postmark", "calendly", "zoom"] = "segment"
    origins: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=100)
    secret: str | None = Field(None, max_length=2_000, json_schema_extra={"format": "password"})
    settings: dict[str, Any] = {}


class MadeSource(BaseModel):
    """A source and its write key, which (but for browsers') is shown once."""

    source: Source
    key: str


class NewKey(BaseModel):
    """A write key, shown once."""

    key: str


@router.get("")
def list_sources(call: MayRead) -> Page[Source]:
    """Every source, revoked ones too."""
    return Page(items=[Source.model_validate(one) for one in sources.sources(call.connection)], next=None)


@router.post("", status_code=201)
def add_source(call: MayWrite, given: NewSource) -> MadeSource:
    """Make a source."""
    call.hold_back()
    made, key = sources.create_source(call.connection, **given.model_dump(), now=call.now)
    call.record("source.add", f"source:{made.id}", {"kind": made.kind, "adapter": made.adapter})
    return MadeSource(source=Source.model_validate(made), key=key)


@router.post("/{source_id}/key", status_code=201)
def rotate_key(call: MayWrite, source_id: Id) -> NewKey:
    """Give the source a new key; the old one is worth nothing within ten seconds."""
    call.hold_back()
    key = sources.rotate(call.connection, source_id)
    call.record("source.rotate", f"source:{source_id}")
    return NewKey(key=key)


@router.delete("/{source_id}", status_code=204)
def revoke(call: MayWrite, source_id: Id) -> Response:
    """Take nothing more from the source; what it sent stays."""
    sources.revoke(call.connection, source_id, call.now)
    call.record("source.revoke", f"source:{source_id}")
    return Response(status_code=204)
