"""What `known at that moment` means, one sentence a test."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from handraise.core.event import Event
from handraise.engine.asked import microseconds_of
from handraise.engine.backtest import FactChanges, Replayer, base_as_known, replayed
from handraise.engine.batch import NotClustered
from handraise.engine.kernel import MISSING
from tests.builders import DAY, HOUR, NOW, defined, event, page
from tests.engine.test_batch import EVENTS
from tests.oracle.clock import moment

SCHEMA = EVENTS.append(pa.field("received_at", pa.timestamp("us", "UTC")))
DEMO = "engagement: {rules: [{rule: demo, signal: demo, points: 10}]}\nqualify: {mql: {engagement: 10}}"


def table_of(events: list[Event], received: dict[int, datetime], lead_id: str = "ann") -> pa.Table:
    rows = [
        {
            "lead_id": lead_id,
            "event": e.event,
            "occurred_at": e.occurred_at,
            "message_id": e.message_id,
            "is_bot": e.is_bot,
            "received_at": received.get(place),
            **e.properties,
        }
        for place, e in enumerate(events)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def became(
    text: str,
    *events: Event,
    received: dict[int, datetime] | None = None,
    facts: dict[str, str] | None = None,
    learned: Sequence[tuple[str, datetime, str | None]] = (),
    until: datetime = NOW + 100 * DAY,
) -> datetime | None:
    replayer = Replayer(defined(text))
    columns = {name: pa.array([value]) for name, value in (facts or {}).items()}
    told = list(learned)
    changes = FactChanges(
        np.zeros(len(told), np.int64),
        np.array([microseconds_of(since) for _, since, _ in told], np.int64),
        pa.array([fact for fact, _, _ in told], pa.string()),
        pa.array([value for _, _, value in told], pa.string()),
    )
    base = base_as_known(pa.array(["ann"]), columns, changes, replayer.plan, replayer.facts)
    table = table_of(list(events), received or {})
    (found,) = [
        int(instants[0]) for _, (instants,) in replayed([(replayer, base)], [table], microseconds_of(until))
    ]
    return None if found == MISSING else moment(found)


def demo(when: datetime, message_id: str | None = None) -> Event:
    return event("Demo Requested", when, message_id)


def test_an_event_counts_from_when_it_was_received() -> None:
    assert became(DEMO, demo(NOW)) == NOW
    assert became(DEMO, demo(NOW), received={0: NOW + 9 * DAY}) == NOW + 9 * DAY


def test_an_event_received_before_it_happened_counts_from_when_it_happened() -> None:
    assert became(DEMO, demo(NOW), received={0: NOW - DAY}) == NOW


def test_a_late_event_lies_at_its_own_time_in_windows() -> None:
    rule = "engagement: {rules: [{rule: two, signal: visit, at_least: 2, within: 1 day, points: 10}]}"
    text = f"{rule}\nqualify: {{mql: {{engagement: 10}}}}"
    events = [page(NOW), page(NOW + 2 * DAY), page(NOW + 2 * DAY - HOUR)]
    assert became(text, *events, received={2: NOW + 20 * DAY}) == NOW + 20 * DAY


def test_a_late_event_that_its_window_has_left_comes_too_late() -> None:
    rule = "engagement: {rules: [{rule: fresh, signal: demo, in_last: 7 days, points: 10}]}"
    text = f"{rule}\nqualify: {{mql: {{engagement: 10}}}}"
    assert became(text, demo(NOW), received={0: NOW + 8 * DAY}) is None
    assert became(text, demo(NOW), received={0: NOW + 6 * DAY}) == NOW + 6 * DAY


def test_a_late_event_can_end_what_nobody_knew_had_ended() -> None:
    """Nobody knew of the unsubscribe when the bar was crossed: it happened, and counts."""
    text = (
        "engagement: {reset_on: [stop], rules: [{rule: demo, signal: demo, points: 10}]}\n"
        "qualify: {mql: {engagement: 10}}"
    )
    stop = event("Unsubscribed", NOW + HOUR)
    assert became(text, demo(NOW), stop, received={0: NOW + 2 * HOUR, 1: NOW + 3 * HOUR}) == NOW + 2 * HOUR
    assert became(text, demo(NOW), stop, received={0: NOW + 3 * HOUR, 1: NOW + 2 * HOUR}) is None


def test_of_copies_the_first_to_arrive_counts_until_an_earlier_one_is_known() -> None:
    early, late = demo(NOW, "m"), demo(NOW + DAY, "m")
    assert became(DEMO, early, late, received={0: NOW + 9 * DAY, 1: NOW + 2 * DAY}) == NOW + 2 * DAY
    twice = "engagement: {rules: [{rule: two, signal: demo, at_least: 2, points: 10}]}"
    text = f"{twice}\nqualify: {{mql: {{engagement: 10}}}}"
    assert became(text, early, late, received={0: NOW + 9 * DAY, 1: NOW + 2 * DAY}) is None


def test_a_lead_is_nobodys_mql_before_it_is_made() -> None:
    created = {"lead.created_at": (NOW + 3 * DAY).isoformat()}
    assert became(DEMO, demo(NOW), facts=created) == NOW + 3 * DAY


def test_a_lead_of_whom_nothing_is_dated_has_no_moment() -> None:
    text = "fit: {rules: [{rule: chief, when: {lead.title: CEO}, points: 10}]}\nqualify: {mql: {fit: 10}}"
    assert became(text, facts={"lead.title": "CEO"}) is None
    dated = {"lead.title": "CEO", "lead.created_at": NOW.isoformat()}
    assert became(text, facts=dated) == NOW


def test_a_fact_counts_from_when_it_was_learned() -> None:
    text = "fit: {rules: [{rule: chief, when: {lead.title: CEO}, points: 10}]}\nqualify: {mql: {fit: 10}}"
    facts = {"lead.title": "CEO", "lead.created_at": NOW.isoformat()}
    assert became(text, facts=facts, learned=[("lead.title", NOW + DAY, "CEO")]) == NOW + DAY
    changed = [("lead.title", NOW, "CEO"), ("lead.title", NOW + DAY, "intern")]
    assert became(text, facts=facts, learned=changed) == NOW
    assert became(text, facts=facts, learned=[("lead.title", NOW + DAY, "intern")]) is None


def test_a_fact_that_is_derived_is_known_when_its_source_is() -> None:
    text = (
        "fit: {rules: [{rule: chief, when: {lead.seniority: c_suite}, points: 10}]}\n"
        "qualify: {mql: {fit: 10}}"
    )
    made = {"lead.created_at": NOW.isoformat()}
    assert became(text, facts=made, learned=[("lead.title", NOW + DAY, "CEO")]) == NOW + DAY


def test_the_end_of_a_window_crosses_the_bar_too() -> None:
    text = (
        "engagement: {rules: [{rule: demo, signal: demo, points: 10},\n"
        "  {rule: job seeker, signal: careers, in_last: 30 days, points: -5}]}\n"
        "qualify: {mql: {engagement: 10}}"
    )
    careers = page(NOW, "/careers")
    assert became(text, careers, demo(NOW + DAY)) == NOW + 30 * DAY
    # the careers visit is heard of late, and only after the bar was crossed
    late = {0: NOW + 2 * DAY}
    assert became(text, careers, demo(NOW + DAY), received=late) == NOW + DAY


def test_what_lies_after_the_end_is_not_looked_at() -> None:
    assert became(DEMO, demo(NOW), until=NOW - timedelta(microseconds=1)) is None
    assert became(DEMO, demo(NOW), received={0: NOW + DAY}, until=NOW + HOUR) is None
    assert became(DEMO, demo(NOW), until=NOW) == NOW


def test_events_of_strangers_are_left_out_and_torn_leads_are_refused() -> None:
    replayer = Replayer(defined(DEMO))
    base = base_as_known(pa.array(["ann", "bob"]), {}, None, replayer.plan, replayer.facts)
    strange = table_of([demo(NOW)], {}, "zoe")
    ann, bob = table_of([demo(NOW)], {}), table_of([demo(NOW + DAY)], {}, "bob")
    until = microseconds_of(NOW + 2 * DAY)
    found: dict[int, int] = {}
    for rows, (instants,) in replayed([(replayer, base)], [ann, strange, bob], until):
        found |= dict(zip(rows.tolist(), instants.tolist(), strict=True))
    assert found == {0: microseconds_of(NOW), 1: microseconds_of(NOW + DAY)}
    with pytest.raises(NotClustered):
        list(replayed([(replayer, base)], [ann, bob, ann], until))
