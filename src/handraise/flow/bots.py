"""Finding out later that no person did something, and taking it out of every score, the past ones too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from handraise.connect.inbound.bots import CLICK, FLOOD, suspected
from handraise.core.errors import InputInvalid
from handraise.core.event import Lead
from handraise.core.saying import Saying
from handraise.store import bots, dirty
from handraise.store.bots import BY_BEHAVIOUR, Which
from handraise.store.histories import histories


@dataclass(frozen=True)
class Marked:
    """How many events are marked (or are no longer), and how many leads they belong to."""

    events: int
    leads: int


def settled(connection: sa.Connection, leads: Sequence[Lead]) -> list[Lead]:
    """These leads with what behaviour says of their events written down and left out.

    The marks are a function of the whole history: what came late marks and unmarks just as if it had come in
    time (a page view after an instant click shows that somebody was there). Costs nothing for leads that did
    nothing by which behaviour could tell.
    """
    asked = [int(lead.lead_id) for lead in leads if _may_tell(lead)]
    if not asked:
        return list(leads)
    reasons: dict[tuple[int, datetime], str | None] = {}
    changed: set[int] = set()
    for root, events in bots.happened(connection, asked).items():
        found = suspected(events)
        for place, event in enumerate(events):
            reason = BY_BEHAVIOUR + found[place] if place in found else None
            if reason != event.bot:
                reasons[event.id, event.received_at] = reason
                changed.add(root)
    if not changed:
        return list(leads)
    bots.write(connection, reasons)
    anew = {lead.lead_id: lead for lead in histories(connection, sorted(changed))}
    return [anew.get(lead.lead_id, lead) for lead in leads]


def _may_tell(lead: Lead) -> bool:
    pages = 0
    for event in lead.events:
        # What is marked already may have lost its reason: by an unmerge, or by what came late.
        if event.is_bot or event.event == CLICK:
            return True
        pages += event.event == "page"
    return pages > FLOOD


def mark(connection: sa.Connection, which: Which, reason: str, now: datetime) -> Marked:
    """Say of events that no person did them. They stay, count for nothing, and their leads are scored again.

    Raises
    ------
    InputInvalid
        When nothing says which events, or why.
    """
    _require_narrow(which)
    if not reason.strip():
        raise InputInvalid(Saying("say why these events are no person's; it stands beside each of them"))
    return _again(connection, bots.mark(connection, which, reason.strip()), now)


def unmark(connection: sa.Connection, which: Which, now: datetime) -> Marked:
    """Take back what was said by hand of these events; their leads are scored again."""
    _require_narrow(which)
    return _again(connection, bots.unmark(connection, which), now)


def _require_narrow(which: Which) -> None:
    if not which.is_narrow:
        raise InputInvalid(
            Saying("say which events: by lead, message id, source, IP address or a part of the user agent")
        )


def _again(connection: sa.Connection, by_root: Mapping[int, int], now: datetime) -> Marked:
    events = sum(by_root.values())
    dirty.mark(connection, by_root, "correction", {"events": events}, now)
    return Marked(events, len(by_root))


__all__ = ["Marked", "Which", "mark", "settled", "unmark"]
