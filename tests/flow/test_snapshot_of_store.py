"""The base read at once says of every lead what its history, read by itself, says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.definition import read_definition
from handraise.core.event import Event, Lead
from handraise.engine.evaluate import Evaluator
from handraise.engine.run import Output
from handraise.flow.snapshot import Snapshot, asked_of_events, snapshot, snapshot_in, with_properties
from handraise.store import census
from handraise.store.histories import histories
from handraise.store.session import Database
from tests.builders import DAY, HOUR, NOW
from tests.databases import Database as Fresh
from tests.histories import Around, random_lead

DEFINITION = read_definition("""
name: Everything
timezone: Europe/Berlin
signals:
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  opened: {event: Email Opened}
  demo: {event: Demo Requested}
  rich: {event: '*', where: {quote.total: {at_least: 1000}}}
  deep: {event: '*', where: {quote.by.name: Ann}}
  tagged: {event: '*', where: {tags: {contains: '"b"'}}}
fit:
  bar: 10
  rules:
    - {rule: senior, when: {lead.seniority: [vp, director, c_suite]}, points: 10}
    - {rule: business, when: {lead.email_kind: business}, points: 5}
    - {rule: visits, when: {lead.visits: {at_least: 7}}, points: 3}
    - {rule: fresh, when: {lead.created_at: {in_last: 30 days}}, points: 1}
engagement:
  bar: 20
  half_life: 20 days
  rules:
    - {rule: pricing, signal: pricing, points: 12}
    - {rule: thrice, signal: pricing, at_least: 3, within: 7 days, points: 15}
    - {rule: a campaign, signal: opened, same: campaign, at_least: 2, points: 4}
    - {rule: campaigns, signal: opened, distinct: campaign, at_least: 2, points: 3}
    - {rule: stayed, signal: pricing, sum: seconds, at_least: 30, points: 6}
    - {rule: both, same_session: [pricing, demo], points: 8}
    - {rule: rich, signal: rich, points: 7}
    - {rule: deep, signal: deep, points: 2}
    - {rule: tagged, signal: tagged, points: 5}
    - {rule: silent, none_of: pricing, in_last: 10 days, points: -5}
qualify: {mql: {all: [fit, engagement]}}
""").definition
ASKED = asked_of_events([DEFINITION])
AROUND = Around(NOW, NOW - 12 * HOUR, ("7 days", "10 days", "20 days"))
NESTED: tuple[dict[str, Any], ...] = (
    {"quote": {"total": 1500, "by": {"name": "Ann"}}},
    {"quote": {"total": "1200.0", "by.name": "Ann"}, "quote.by": {"name": "Bob"}},
    {"quote.total": 999, "quote": {"total": 5000}},
    {"quote.total": None, "quote": {"total": 5000, "by": None}},
    {"quote": [1, 2], "quote.by.name": "Ann"},
    {"tags": ["a", "b"]},
    {"tags": '["b"]', "event": "Demo Requested", "lead_id": 2, "occurred_at": "x", "session_id": "s"},
    {"tags": {"b": 1}, "path": {"is": "/pricing"}},
    {"seconds": 2**60, "campaign": 10.0},
    {"seconds": [], "campaign": 10},
    {"campaign": "10.0"},
    {"campaign": True},
)
_MAKE = """
insert into handraise.lead (created_at, facts, is_known) values (:at, :facts, true) returning id
"""
_LOG = """
insert into handraise.event
    (received_at, occurred_at, lead_id, kind, event, message_id, session_id, properties, bot)
values (:received, :at, :lead, :kind, :event, :message, :session, :properties, :bot)
"""


@pytest.fixture
def connection(connected: Database) -> Iterator[sa.Connection]:
    with connected.transaction() as opened:
        yield opened


def kept(connection: sa.Connection, lead: Lead, random: Random) -> int:
    """A lead with its events in the store; some of them are of others that were merged into it."""
    facts = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in lead.facts.items()
        if isinstance(value, str | int | float) and name != "lead.created_at"
    }
    family = [_made(connection, facts, NOW - random.randint(0, 90) * DAY)]
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        merged = _made(connection, {}, NOW - random.randint(0, 90) * DAY)
        family.append(merged)
        connection.execute(
            sa.text("update handraise.lead set root_id = :root where id = :id"),
            {"root": family[0], "id": merged},
        )
    for event in lead.events:
        _log(connection, random.choice(family), event, random)
    return family[0]


def _made(connection: sa.Connection, facts: dict[str, Any], at: Any) -> int:
    return int(connection.execute(sa.text(_MAKE), {"at": at, "facts": json.dumps(facts)}).scalar_one())


def _log(connection: sa.Connection, lead: int, event: Event, random: Random) -> None:
    said = dict(event.properties)
    if random.random() < 0.3:
        said |= random.choice(NESTED)
    connection.execute(
        sa.text(_LOG),
        {
            "received": NOW + random.choice((0, 270, 300)) * DAY,
            "at": event.occurred_at,
            "lead": lead,
            "kind": "identify" if random.random() < 0.05 else "track",
            "event": event.event,
            "message": event.message_id or "",
            "session": event.session_id or random.choice(("", None)),
            "properties": json.dumps(said),
            "bot": "a bot" if event.is_bot else None,
        },
    )


def a_base(connection: sa.Connection, seed: int, leads: int = 60) -> None:
    random = Random(seed)
    for number in range(leads):
        kept(connection, random_lead(random, str(number), AROUND), random)


def one_by_one(connection: sa.Connection, taken: Snapshot) -> list[Lead]:
    return histories(connection, [int(one) for one in taken.ids.to_pylist()])


def same(found: Output, leads: list[Lead]) -> None:
    expected = Evaluator(DEFINITION).scores(leads, NOW)
    assert found.fit.tolist() == [score.fit for score in expected]
    assert found.engagement.tolist() == [score.engagement for score in expected]
    assert (found.is_mql == 1).tolist() == [score.is_mql for score in expected]


@pytest.mark.parametrize("seed", range(4))
def test_read_at_once_a_base_has_the_scores_of_its_histories(
    connection: sa.Connection, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "AT_ONCE", 4)  # so that it comes in several pieces
    a_base(connection, seed)
    taken = snapshot_in(connection, NOW, ASKED)
    leads = one_by_one(connection, taken)
    assert len(taken) == taken.total == len(leads) == 60
    same(taken.scored(DEFINITION), leads)
    assert len({one.total for one in Evaluator(DEFINITION).scores(leads, NOW)}) > 8
    for name, column in taken.facts.items():
        known = [lead.facts.get(name) for lead in leads]
        if len({type(value) for value in known if value is not None}) == 1:
            assert column.to_pylist() == known, name
    assert {name for lead in leads for name in lead.facts} == {*taken.facts}


def test_a_sample_is_scored_like_the_whole(connection: sa.Connection) -> None:
    a_base(connection, 9)
    taken = snapshot_in(connection, NOW, ASKED, most=25)
    assert (len(taken), taken.total, taken.is_sample) == (25, 60, True)
    same(taken.scored(DEFINITION), one_by_one(connection, taken))


def test_what_nobody_asked_before_is_read_into_the_same_events(database: Fresh) -> None:
    store = Database(database.url)
    with store.transaction() as connection:
        a_base(connection, 5)
    first = snapshot(store, NOW, ["path"])
    assert first.lacks(ASKED) == ASKED - {"path"}
    with pytest.raises(ValueError, match="campaign"):
        first.scored(DEFINITION)
    with store.transaction() as connection:
        leads = one_by_one(connection, first)
        # what comes in later is not of that moment
        _log(connection, int(leads[0].lead_id), Event("page", NOW - DAY, {"seconds": 99}, "new"), Random(1))
    steps: list[tuple[int, int]] = []
    whole = with_properties(store, first, ASKED, lambda done, total: steps.append((done, total)))
    same(whole.scored(DEFINITION), leads)
    assert steps[-1] == (60, 60)
    store.close()


def test_progress_ends_with_all_leads(connection: sa.Connection) -> None:
    a_base(connection, 2, leads=5)
    steps: list[tuple[int, int]] = []
    snapshot_in(connection, NOW, ASKED, lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (5, 5)


def test_a_base_of_nobody_is_read(connection: sa.Connection) -> None:
    taken = snapshot_in(connection, NOW, ASKED)
    assert (len(taken), taken.total, taken.scored(DEFINITION).fit.tolist()) == (0, 0, [])


def test_of_two_copies_the_earlier_counts_wherever_they_lie(connection: sa.Connection) -> None:
    root = _made(connection, {}, NOW - DAY)
    at = NOW - 2 * DAY
    late = Event("page", at + timedelta(hours=5), {"path": "/pricing"}, "m")
    for event in (late, replace(late, occurred_at=at, properties={"path": "/blog"})):
        _log(connection, root, event, Random(3))
    taken = snapshot_in(connection, NOW, ASKED)
    assert taken.at.size == 1
    same(taken.scored(DEFINITION), histories(connection, [root]))
