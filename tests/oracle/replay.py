"""When a lead would have become an MQL, with only what was known at each moment; slowly.

Between two instants at which somebody learns something, the lead is judged as if nothing else existed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handraise.core.definition.model import Definition
from handraise.core.event import Event, Lead
from tests.oracle.clock import instant, moment
from tests.oracle.instants import first_instant
from tests.oracle.judge import Judge
from tests.oracle.known import created_at


@dataclass(frozen=True)
class Learned:
    """A fact that became known; before the first word on a fact it is unknown."""

    fact: str
    since: datetime
    value: object


def known_at(event: Event) -> int:
    """From when an event counts: it has happened, and we have heard of it."""
    times = [instant(event.occurred_at)]
    if event.received_at is not None:
        times.append(instant(event.received_at))
    return max(times)


def became(
    definition: Definition, lead: Lead, until: datetime, learned: Sequence[Learned] = ()
) -> datetime | None:
    """The first instant up to `until` at which the lead is an MQL."""
    people = [event for event in lead.events if not event.is_bot]
    created = created_at(lead)
    heard = sorted({known_at(event) for event in people})
    if created is None and not heard:
        return None
    begin = heard[0] if created is None else instant(created)
    last = instant(until)
    turns = sorted({begin, *(t for t in heard if t > begin), *_turns(learned, begin)})
    for now, after in zip(turns, [*turns[1:], last + 1], strict=True):
        end = min(after - 1, last)
        if now > end:
            continue
        events = tuple(event for event in people if known_at(event) <= now)
        judge = Judge(definition, Lead(lead.lead_id, _facts(lead, learned, now), events), end)
        found = first_instant(judge, now, end, lambda verdict: verdict.is_mql)
        if found is not None:
            return moment(found)
    return None


def _turns(learned: Sequence[Learned], begin: int) -> list[int]:
    return [instant(one.since) for one in learned if instant(one.since) > begin]


def _facts(lead: Lead, learned: Sequence[Learned], now: int) -> dict[str, object]:
    facts = {name: value for name, value in lead.facts.items() if name not in {one.fact for one in learned}}
    for one in sorted(learned, key=lambda one: one.since):
        if instant(one.since) <= now:
            facts[one.fact] = one.value
    return {name: value for name, value in facts.items() if value is not None}
