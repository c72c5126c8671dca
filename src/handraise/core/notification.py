"""Something that people or subscribers are to be told, before anybody knows how it goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Notification:
    """One thing to tell.

    Attributes
    ----------
    kind
        What happened: `handoff.opened`, `handoff.reassigned`, `handoff.unassigned`, `sla.warned`,
        `sla.breached`, `sla.escalated`, `demo.confirmed`, `lead.review_due`; with the channel `webhook` any
        event that subscribers hear of.
    key
        Names this very occasion: the same key twice is the same thing told twice, and goes out once.
    channels
        Where: `email`, `slack`, `webhook`. Empty: as the people who are told have it.
    to
        Whom, besides the owner of the hand-off: `member:7`, an address, a Slack channel. The lead itself is
        told of nothing but `demo.confirmed`.
    payload
        Plain JSON.
    """

    kind: str
    key: str
    lead_id: int
    handoff_id: int | None = None
    channels: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    payload: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
