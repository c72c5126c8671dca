"""The conditions of the hand-off and of re-qualification, asked of the same kernel as the score."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.core.definition import Definition
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.core.situation import Answers, Situation
from handraise.core.stage import Stage
from handraise.engine.batch import BatchEvaluator
from handraise.engine.companion import Asked, Companion
from handraise.engine.evaluate import Evaluator
from tests.builders import DAY, HOUR, NOW, SIGNALS, defined, event, lead, page

TEXT = (
    "name: Test\n"
    + SIGNALS
    + """
  news: {event: Newsletter Subscribed}
fit: {bar: 10, rules: [{rule: vp, when: {lead.seniority: vp}, points: 10}]}
engagement:
  bar: 20
  rules:
    - {rule: demo, signal: demo, points: 50}
    - {rule: pricing, signal: pricing, points: 10, each: event}
    - {rule: news, signal: news, points: 5}
    - {rule: careers, signal: careers, points: -20}
patterns: [{pattern: Keen, signal: pricing, at_least: 3, within: 7 days}]
qualify:
  mql: {any: [{all: [fit, engagement]}, {pattern: Keen}]}
  grades: {fit: {A: 10, B: 0}, engagement: {1: 40, 2: 0}}
requalify: [job_change, renewed_engagement, pricing, {signal: demo, in_last: 30 days},
            {account.employees: {at_least: 50}}]
lists: {dach: [de, at, ch]}
handoff:
  route:
    - {to: account_owner, when: {account.name: {known: true}}}
    - {team: dach, when: {lead.country: {in_list: dach}}}
    - {team: enterprise, when: {account.employees: {at_least: 1000}}}
    - {team: inbound}
  sla:
    - {within: 5 minutes, hours: business, when: {signal: demo, in_last: 7 days}}
    - {within: 1 hours, when: {pattern: Keen}}
    - {within: 2 hours, when: {total: 80}}
    - {within: 3 hours, when: {all: [fit, {not: engagement}]}}
    - {within: 4 hours, when: {grade: [A2]}}
    - {within: 48 hours, when: {from_stage: [recycled, disqualified]}}
    - {within: 24 hours, when: {not: {from_stage: subscriber}}}
"""
)
DEFINITION = defined(TEXT)
BARE = defined("qualify: {mql: {total: 1}}\nsignals: {visit: {event: page}}")
COMPANION = Companion(DEFINITION)
EVALUATOR = Evaluator(DEFINITION)


def stands(stage: Stage = "lead", since: datetime | None = None, **more: Any) -> Situation:
    at: dict[str, Any] = {f"{stage}_at": since} if stage in ("recycled", "disqualified") else {}
    return Situation("ann", stage, NOW - 100 * DAY, **at, **more)


def asked(one: Lead, situation: Situation | None = None, score: Score | None = None) -> Answers:
    return COMPANION.answers(one, score or EVALUATOR.scores([one], NOW)[0], situation or stands(), NOW)


def test_every_route_says_whether_it_holds() -> None:
    assert asked(lead()).routes == (False, False, False, True)
    facts = {"account.name": "Ode", "lead.country": "Austria", "account.employees": "1001-5000"}
    assert asked(lead(facts=facts)).routes == (True, True, True, True)


def test_the_first_service_level_that_holds_applies() -> None:
    recent = event("Demo Requested", NOW - DAY)
    assert asked(lead(recent)).sla == 0
    assert asked(lead(event("Demo Requested", NOW - 8 * DAY))).sla == 6
    assert asked(lead(), stands("subscriber")).sla is None


@pytest.mark.parametrize(
    ("stage", "place"), [("lead", 6), ("recycled", 5), ("disqualified", 5), ("subscriber", None)]
)
def test_conditions_know_the_stage_a_lead_comes_from(stage: Stage, place: int | None) -> None:
    assert asked(lead(), stands(stage)).sla == place


def test_patterns_and_scores_are_those_of_the_score_decided_on() -> None:
    visits = [page(NOW - n * HOUR, "/pricing") for n in range(1, 4)]
    assert asked(lead(*visits)).sla == 1
    plain = EVALUATOR.scores([lead()], NOW)[0]
    assert asked(lead(), score=replace(plain, fit=3000, engagement=5000, grade="A1")).sla == 2
    assert asked(lead(), score=replace(plain, fit=3000, engagement=4999, grade="A1")).sla == 6
    assert asked(lead(), score=replace(plain, fit=1000, engagement=1999, grade="B2")).sla == 3
    assert asked(lead(), score=replace(plain, fit=999, engagement=0, grade="A2")).sla == 4


def test_nothing_brings_back_who_never_left() -> None:
    assert asked(lead(event("Job Changed", NOW - DAY))).requalify == ()


@pytest.mark.parametrize("stage", ["recycled", "disqualified"])
def test_triggers_count_only_what_happened_since(stage: Stage) -> None:
    left = stands(stage, NOW - 10 * DAY)
    assert asked(lead(event("Job Changed", NOW - 9 * DAY)), left).requalify == ("job_change",)
    assert asked(lead(event("Job Changed", NOW - 10 * DAY)), left).requalify == ()
    assert asked(lead(event("Demo Requested", NOW - 11 * DAY)), left).requalify == ()
    again = asked(lead(event("Demo Requested", NOW - 11 * DAY), event("Demo Requested", NOW - DAY)), left)
    assert again.requalify == ("there is a demo in the last 30 days", "renewed_engagement")


def test_a_signal_can_be_a_trigger() -> None:
    left = stands("recycled", NOW - 10 * DAY)
    assert asked(lead(page(NOW - DAY, "/pricing")), left).requalify == ("pricing", "renewed_engagement")
    assert asked(lead(page(NOW - DAY, "/careers")), left).requalify == ()


def test_a_trigger_on_facts_alone_waits_for_something_new() -> None:
    large, left = {"account.employees": 80}, stands("disqualified", NOW - 10 * DAY)
    assert asked(lead(facts=large), left).requalify == ()
    changed = replace(left, facts_changed_at=NOW - DAY)
    assert asked(lead(facts=large), changed).requalify == ("company has 50 or more employees",)
    assert asked(lead(page(NOW - DAY), facts=large), left).requalify == ("company has 50 or more employees",)


def test_bots_and_the_future_bring_nobody_back() -> None:
    left = stands("recycled", NOW - 10 * DAY)
    bot = Event("Job Changed", NOW - DAY, is_bot=True)
    assert asked(lead(bot, event("Job Changed", NOW + DAY)), left) == replace(
        asked(lead(), left), since=NOW - 10 * DAY
    )


def test_renewed_is_engagement_in_its_favour_since_it_left() -> None:
    left = stands("recycled", NOW - 10 * DAY)
    assert asked(lead(page(NOW - DAY, "/pricing")), left).is_renewed
    assert not asked(lead(page(NOW - 11 * DAY, "/pricing")), left).is_renewed
    assert not asked(lead(event("Lead Recycled", NOW - 10 * DAY)), left).is_renewed


def test_a_newsletter_is_no_engagement_and_a_download_is_asking() -> None:
    found = asked(lead(event("Newsletter Subscribed", NOW)))
    assert (found.has_engaged, found.has_asked) == (False, False)
    assert asked(lead(event("Content Downloaded", NOW))).has_asked
    assert asked(lead(page(NOW, "/pricing"))).has_engaged


def test_the_last_demo_request_is_dated() -> None:
    two = lead(event("Demo Requested", NOW - 2 * DAY), event("Demo Requested", NOW - DAY))
    assert asked(two).demo_requested_at == NOW - DAY
    assert asked(lead()).demo_requested_at is None


def test_many_leads_at_once_get_the_answers_of_each_alone() -> None:
    leads = [
        lead(event("Job Changed", NOW - DAY), lead_id="a"),
        lead(page(NOW - DAY, "/pricing"), facts={"lead.country": "DE"}, lead_id="b"),
        lead(event("Demo Requested", NOW - DAY), lead_id="c"),
    ]
    stages = [stands("recycled", NOW - 5 * DAY), stands(), stands("disqualified", NOW - 5 * DAY)]
    scores = EVALUATOR.scores(leads, NOW)
    together = COMPANION.answers_of([Asked(*each) for each in zip(leads, scores, stages, strict=True)], NOW)
    assert together == [asked(one, where) for one, where in zip(leads, stages, strict=True)]
    assert COMPANION.answers_of([], NOW) == []


def test_more_conditions_than_one_plan_takes_are_asked_all_the_same() -> None:
    routes = ", ".join(f"{{team: t{n}, when: {{lead.plan: p{n}}}}}" for n in range(150))
    many = defined(f"qualify: {{mql: {{total: 1}}}}\nhandoff: {{route: [{routes}]}}")
    one = lead(facts={"lead.plan": "p149"})
    found = Companion(many).answers(one, Evaluator(many).scores([one], NOW)[0], stands(), NOW)
    assert [place for place, holds in enumerate(found.routes) if holds] == [149]


def test_a_definition_without_a_hand_off_has_nothing_to_answer() -> None:
    bare: Definition = defined("qualify: {mql: {total: 1}}")
    found = Companion(bare).answers(lead(), Evaluator(bare).scores([lead()], NOW)[0], stands(), NOW)
    assert (found.routes, found.sla, found.requalify) == ((), None, ())


def test_a_recycling_resets_in_batch_as_it_does_live() -> None:
    import pyarrow as pa

    from handraise.engine.base import base_of
    from handraise.engine.run import Moment
    from tests.builders import with_rules

    definition = with_rules(
        "{signal: visit, each: event, points: 10}", "{signal: anything, each: 1 per session, points: 1}",
        qualify="{any: [{total: 1000}, {last_seen: {in_last: 5 days}}, {sessions: {at_least: 3}}]}",
        more="recycle: {reset: engagement}",
    )  # fmt: skip
    one = lead(page(NOW - 20 * DAY), event("Lead Recycled", NOW - 10 * DAY), page(NOW - 6 * DAY))
    live = Evaluator(definition).scores([one], NOW)[0]
    evaluator = BatchEvaluator(definition)
    base = base_of(pa.array(["ann"]), {}, evaluator.plan, evaluator.facts)
    table = pa.table(
        {
            "lead_id": ["ann"] * 3,
            "occurred_at": pa.array([e.occurred_at for e in one.events], pa.timestamp("us", "UTC")),
            "event": [e.event for e in one.events],
        }
    )
    moment = Moment((NOW - datetime(1970, 1, 1, tzinfo=NOW.tzinfo)) // (DAY / 86_400 / 1_000_000))
    found = evaluator.scored(base, table, moment).output
    assert (found.engagement[0], bool(found.is_mql[0])) == (live.engagement, live.is_mql) == (1100, False)


names = st.sampled_from(["Demo Requested", " demo requested", "page", "Meeting Requested", "Lead Recycled"])
moments = st.integers(-60, 6).map(lambda hours: NOW + hours * HOUR)


@settings(max_examples=60)
@given(st.lists(st.builds(event, names, moments), max_size=6), moments)
def test_whoever_may_not_have_asked_for_a_demo_has_not(events: list[Event], since: datetime) -> None:
    for definition, companion in ((DEFINITION, COMPANION), (BARE, Companion(BARE))):
        one = lead(*events)
        score = Evaluator(definition).scores([one], NOW)[0]
        at = companion.answers(one, score, stands(), NOW).demo_requested_at
        if at is not None and at >= since:
            assert companion.may_ask_for_demo(one, since)
    assert not COMPANION.may_ask_for_demo(lead(page(NOW)), since)
