"""The replay against the slow oracle, on random histories whose events and facts become known late."""

import os
import random
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from handraise.core.event import Event, Lead
from handraise.engine.asked import microseconds_of
from handraise.engine.backtest import FactChanges, Replayer, base_as_known, replayed
from handraise.engine.backtest import replay as replaying
from handraise.engine.kernel import MISSING
from tests.cases import Case, case
from tests.engine.test_batch import EVENTS, as_text, as_typed, row_of
from tests.oracle.clock import moment
from tests.oracle.replay import Learned, became

LEADS = 12
CHUNKS = 4
CASES = int(os.environ.get("HANDRAISE_REPLAY_CASES", "960"))  # noqa: TID251 - how long the proof runs
FIRST = int(os.environ.get("HANDRAISE_ORACLE_FIRST_SEED", "0"))  # noqa: TID251 - and where it begins
SEEDS = range(FIRST, FIRST + max(1, CASES // LEADS))
SCHEMA = EVENTS.append(pa.field("received_at", pa.timestamp("us", "UTC")))
LEARNED = ("lead.title", "lead.country", "account.employees", "lead.renewal_on")
LATE = (0, 0, 1, 1, 20, 1800, 3600, 86_400, 7 * 86_400, 30 * 86_400)


def received(chance: random.Random, event: Event) -> Event:
    """The event with a time of reception: none, at once, late, or before it happened (a clock is wrong)."""
    drawn = chance.random()
    if drawn < 0.2:
        return event
    if drawn < 0.3:
        return replace(event, received_at=event.occurred_at - timedelta(hours=1))
    late = timedelta(seconds=chance.choice(LATE) * chance.choice((1, 1, 0.5)))
    return replace(event, received_at=event.occurred_at + late)


def learned_of(chance: random.Random, lead: Lead, as_of: datetime) -> list[Learned]:
    """A history of some facts, in no order, with values of the lead's own or others."""
    found = []
    for fact in LEARNED:
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            since = as_of - timedelta(seconds=chance.choice((0, 60, 3600, 86_400, 3 * 86_400, 20 * 86_400)))
            value = chance.choice((as_text(lead.facts.get(fact)), "CEO", "DE", "250", None))
            found.append(Learned(fact, since, value))
    # of two words at one instant nobody knows which was the last
    return list({(one.fact, one.since): one for one in found}.values())


def late_case(seed: int) -> tuple[Case, list[Lead], dict[str, list[Learned]]]:
    one = case(seed, LEADS)
    chance = random.Random(seed)
    leads = [as_typed(lead) for lead in one.leads]
    leads = [replace(lead, events=tuple(received(chance, event) for event in lead.events)) for lead in leads]
    histories = {lead.lead_id: learned_of(chance, lead, one.as_of) for lead in leads}
    return one, leads, histories


def replayed_by_engine(
    one: Case, leads: list[Lead], histories: dict[str, list[Learned]], until: datetime
) -> dict[str, datetime | None]:
    replayer = Replayer(one.definition)
    names = sorted({name for lead in leads for name in lead.facts})
    columns = {name: pa.array([lead.facts.get(name) for lead in leads], pa.string()) for name in names}
    ids = pa.array([lead.lead_id for lead in leads])
    told = [(row, each) for row, lead in enumerate(leads) for each in histories[lead.lead_id]]
    changes = FactChanges(
        np.array([row for row, _ in told], np.int64),
        np.array([microseconds_of(each.since) for _, each in told], np.int64),
        pa.array([each.fact for _, each in told], pa.string()),
        pa.array([each.value for _, each in told], pa.string()),
    )
    base = base_as_known(ids, columns, changes, replayer.plan, replayer.facts)
    rows = [row_of(lead, e) | {"received_at": e.received_at} for lead in leads for e in lead.events]
    table = pa.Table.from_pylist(rows, SCHEMA)
    found: dict[str, datetime | None] = {}
    for places, (instants,) in replayed([(replayer, base)], [table], microseconds_of(until)):
        for place, at in zip(places.tolist(), instants.tolist(), strict=True):
            found[ids[place].as_py()] = None if at == MISSING else moment(at)
    return found


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_replay_says_what_the_oracle_says(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if chunk % 2:
        monkeypatch.setattr(replaying, "AT_ONCE", 7)  # pieces of leads laid out a few at a time
    for seed in SEEDS[chunk::CHUNKS]:
        one, leads, histories = late_case(seed)
        until = one.as_of + timedelta(days=random.Random(seed).choice((0, 3, 40)))
        found = replayed_by_engine(one, leads, histories, until)
        for lead in leads:
            expected = became(one.definition, lead, until, histories[lead.lead_id])
            assert found[lead.lead_id] == expected, told(one, lead, histories[lead.lead_id], until)


def told(one: Case, lead: Lead, learned: list[Learned], until: datetime) -> str:
    """The case, so that it can be tried by hand."""
    events = "\n".join(f"  {event}" for event in sorted(lead.events, key=lambda e: e.occurred_at))
    facts = "\n".join(f"  {each}" for each in learned)
    return (
        f"seed {one.seed}, {lead.lead_id}, until {until}\n{one.text}\n{dict(lead.facts)}\n{facts}\n{events}"
    )


def test_the_random_histories_are_late_enough_to_prove_something() -> None:
    """Some leads become an MQL, some of them not when they would have, had everything been known at once."""
    dated, later = 0, 0
    for seed in list(SEEDS)[:20]:
        one, leads, histories = late_case(seed)
        for lead in leads:
            known = became(one.definition, lead, one.as_of, histories[lead.lead_id])
            at_once = replace(lead, events=tuple(replace(e, received_at=None) for e in lead.events))
            dated += known is not None
            later += known != became(one.definition, at_once, one.as_of, histories[lead.lead_id])
    assert dated > 20
    assert later > 5
