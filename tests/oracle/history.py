"""What a lead did, cleaned: no bots, no copies, no future, in order, each in its session."""

from dataclasses import dataclass

from handraise.core.event import Event
from tests.oracle.clock import MINUTE, instant


@dataclass(frozen=True)
class Happening:
    """An event that counts, at its instant, with the key of its session; `number` tells it from others."""

    number: int
    at: int
    event: Event
    session: tuple[str, str | int]

    @property
    def is_done_by_lead(self) -> bool:
        """Whether the lead did it; that sales gave it back is in its history, but nothing of its own."""
        return self.event.event.strip().lower() != "lead recycled"


def history(events: tuple[Event, ...], until: int) -> list[Happening]:
    """The events that count up to `until`, in order of time (decisions 4 to 7)."""
    real = sorted((event for event in events if not event.is_bot), key=_order)
    seen: set[str] = set()
    kept: list[Happening] = []
    runs, last_without = 0, None
    for event in real:
        at = instant(event.occurred_at)
        if at > until:
            break
        if event.message_id:
            if event.message_id in seen:
                continue
            seen.add(event.message_id)
        if event.event.strip().lower() == "lead recycled":
            kept.append(Happening(len(kept), at, event, ("none", 0)))
            continue
        if event.session_id:
            kept.append(Happening(len(kept), at, event, ("tracker", event.session_id)))
            continue
        if last_without is None or at - last_without >= 30 * MINUTE:
            runs += 1
        last_without = at
        kept.append(Happening(len(kept), at, event, ("run", runs)))
    return kept


def _order(event: Event) -> tuple[int, str, list[tuple[str, str]]]:
    properties = sorted((name, str(value)) for name, value in event.properties.items())
    return instant(event.occurred_at), event.event, properties
