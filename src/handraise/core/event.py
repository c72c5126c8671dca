"""What a lead did, and who the lead is, as the evaluator takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Event:
    """One thing a lead did.

    `event` is the Segment name (`page`, `Demo Requested`). `occurred_at` carries a zone. Property values are
    text, numbers, booleans or None. Events that are `is_bot` count for nothing; of several with one
    `message_id` the earliest counts.
    """

    event: str
    occurred_at: datetime
    properties: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    message_id: str | None = None
    session_id: str | None = None
    received_at: datetime | None = None
    is_bot: bool = False


@dataclass(frozen=True)
class Lead:
    """A lead: its facts as typed, and its events in any order.

    Facts go by their full names: `{"lead.title": "VP Sales", "account.employees": "51-200"}`.
    """

    lead_id: str
    facts: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    events: tuple[Event, ...] = ()
