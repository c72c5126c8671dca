"""The base as columns says of every lead what scoring the lead by itself says."""

from random import Random

import pytest

from handraise.core.definition import read_definition
from handraise.core.event import Event, Lead
from handraise.engine.evaluate import Evaluator
from handraise.flow.snapshot import snapshot_of
from tests.builders import DAY, HOUR, NOW
from tests.histories import Around, random_lead

DEFINITION = read_definition("""
name: Everything
timezone: Europe/Berlin
signals:
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  opened: {event: Email Opened}
  demo: {event: Demo Requested}
fit:
  bar: 10
  rules:
    - {rule: senior, when: {lead.seniority: [vp, director, c_suite]}, points: 10}
    - {rule: size, when: {account.employees: {at_least: 50}}, points: 5}
    - {rule: tools, when: {account.technologies: {has: salesforce}}, points: 5}
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
    - {rule: silent, none_of: pricing, in_last: 10 days, points: -5}
qualify: {mql: {all: [fit, engagement]}}
disqualify: [{reason: student, when: {lead.seniority: student}}]
""").definition
AROUND = Around(NOW, NOW - 12 * HOUR, ("7 days", "10 days", "20 days"))


@pytest.mark.parametrize("seed", range(4))
def test_columns_score_as_leads_do(seed: int) -> None:
    random = Random(seed)
    leads = [random_lead(random, str(number), AROUND) for number in range(120)]
    pages = [leads[:50], [], leads[50:]]

    found = snapshot_of(pages, NOW, len(leads)).scored(DEFINITION)

    expected = Evaluator(DEFINITION).scores(leads, NOW)
    assert found.fit.tolist() == [score.fit for score in expected]
    assert found.engagement.tolist() == [score.engagement for score in expected]
    assert (found.is_mql == 1).tolist() == [score.is_mql for score in expected]
    assert len({score.total for score in expected}) > 8


def test_values_of_several_kinds_are_told_apart_as_in_the_store() -> None:
    said = [30, "30", 12.5, True, "n/a", None, '["x"]']
    leads = [
        Lead(
            str(place),
            {"lead.email": f"{place}@a.example"},
            (Event("page", NOW - DAY, {"path": "/pricing", "seconds": value}),),
        )
        for place, value in enumerate(said)
    ]
    found = snapshot_of([leads[:2], leads[2:]], NOW, len(leads)).scored(DEFINITION)
    assert found.engagement.tolist() == [one.engagement for one in Evaluator(DEFINITION).scores(leads, NOW)]


def test_a_base_of_nobody_is_scored() -> None:
    assert snapshot_of([], NOW, 0).scored(DEFINITION).fit.tolist() == []


def test_a_property_cannot_pass_for_what_the_product_says() -> None:
    named = Event(
        "page", NOW - DAY, {"path": "/pricing", "event": "Demo Requested", "lead_id": "2", "occurred_at": "x"}
    )
    lead = Lead("1", {}, (named,))
    [expected] = Evaluator(DEFINITION).scores([lead], NOW)
    assert snapshot_of([[lead]], NOW, 1).scored(DEFINITION).engagement.tolist() == [expected.engagement]
