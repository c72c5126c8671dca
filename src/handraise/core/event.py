"""What a lead did, and who the lead is, as the evaluator takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

LEAD_RECYCLED: Final = "Lead Recycled"
"""What sales giving a lead back leaves in its history; nothing that the lead did."""

TRIGGER_EVENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "job_change": ("Job Changed",),
        "funding_round": ("Funding Round Announced", "Funding Raised"),
        "technology_change": ("Technology Changed",),
        "new_intent": ("Intent Detected", "Intent Surged"),
    }
)
"""The events by which the outside triggers of `requalify` are known."""

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
