"""Laws of deciding: always legal, idempotent, indifferent to the order of arrival, and never lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.core.decision import Judged, decide, decide_all
from handraise.core.effects import Effect, OpenHandoff, after, move_of
from handraise.core.framework import BANT, Filled
from handraise.core.score import Score
from handraise.core.situation import Answers, Handed, Situation
from handraise.core.stage import LEGAL, STAGES, Cause, moved
from handraise.engine.companion import Companion
from handraise.engine.evaluate import Evaluator
from tests.builders import DAY, NOW, defined, event, lead

LIMITS = ", ".join(
    f"{stage}: {{max_age: {days} days, then: {then}}}"
    for stage, days, then in [("lead", 40, "disqualify"), ("mql", 30, "recycle"), ("sal", 14, "review"),
                              ("sql", 60, "recycle"), ("opportunity", 90, "disqualify"),
                              ("recycled", 99, "recycle")]
)  # fmt: skip
TEXT = f"""
fit: {{bar: 10}}
engagement: {{bar: 20, rules: [{{rule: demo, signal: demo, points: 20, half_life: 30 days}}]}}
qualify: {{mql: {{all: [fit, engagement]}}, skip_to_sql: {{framework: bant, complete: false}}}}
requalify: [job_change, date_reached, renewed_engagement]
stages: {{{LIMITS}}}
handoff: {{route: [{{team: a}}], sla: [{{within: 1 hours}}], alert: [slack]}}
recycle: {{cool_down: 10 days, reset: engagement}}
nurture: {{low_fit_high_engagement: educate, high_fit_low_engagement: retarget, recycled: stay}}
"""
DEFINITION = defined(TEXT)
PRODUCT = defined("name: Product\nmotion: product\n" + TEXT)

moments = st.integers(-120, 5).map(lambda days: NOW + days * DAY)
handed = st.builds(
    Handed,
    st.sampled_from(["Test", "Product"]),
    st.integers(0, 3),
    st.sampled_from(["open", "accepted", "rejected", "cancelled", "done"]),
    st.sampled_from(["inbound", "product"]),
)
filled = st.builds(
    Filled,
    st.just(BANT),
    st.dictionaries(st.sampled_from(["budget", "authority", "need", "timeline"]), st.just("x")),
    moments,
)  # fmt: skip
situations = st.builds(
    Situation,
    lead_id=st.just("ann"),
    stage=st.sampled_from(STAGES),
    stage_since=moments,
    cycle=st.integers(0, 3),
    has_contact=st.booleans(),
    has_consented=st.booleans(),
    handoffs=st.lists(handed, max_size=3, unique_by=lambda one: (one.definition, one.cycle)).map(tuple),
    recycled_at=st.none() | moments,
    cool_down_until=st.none() | moments,
    disqualified_at=st.none() | moments,
    requalify_at=st.none() | moments,
    facts_changed_at=st.none() | moments,
    frozen_until=st.none() | moments,
    is_wanted_elsewhere=st.booleans(),
    nurture=st.sampled_from([None, "educate", "stay", "onboarding"]),
    demo_confirmed_at=st.none() | moments,
    reviews=st.frozensets(st.sampled_from(["stayed in sal for 14 days", "disqualifier: rival"])),
    frameworks=st.lists(filled, max_size=1).map(tuple),
)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    fit, engagement = draw(st.sampled_from([0, 1500])), draw(st.sampled_from([0, 3000]))
    reason = draw(st.sampled_from([None, None, "rival"]))
    applies = draw(st.sampled_from([True, True, True, False]))
    is_mql = applies and reason is None and fit > 0 and engagement > 0
    became = draw(st.none() | moments) if not is_mql else draw(moments)
    reason = reason if applies else None
    return Score("ann", NOW, fit, engagement, None, applies, is_mql, reason, became, None, None)


@st.composite
def answers_for(draw: st.DrawFn, situation: Situation) -> Answers:
    return Answers(
        routes=(True,),
        sla=draw(st.sampled_from([None, 0])),
        requalify=draw(st.sampled_from([(), ("job_change",)])),
        is_renewed=draw(st.booleans()),
        has_engaged=draw(st.booleans()),
        has_asked=draw(st.booleans()),
        demo_requested_at=draw(st.none() | moments),
        since=draw(st.sampled_from([situation.since, None])),
    )


cases = situations.flatmap(lambda one: st.tuples(st.just(one), scores(), answers_for(one)))


def carried_out(situation: Situation, effects: list[Effect], now: datetime) -> Situation:
    """The situation after the effects; raises when one of them is an illegal move."""
    for effect in effects:
        move_of(effect, situation, now)
        situation = after(situation, [effect], now)
    return situation


@settings(max_examples=600)
@given(cases)
def test_from_every_state_every_effect_is_legal_and_a_second_time_there_are_none(
    case: tuple[Situation, Score, Answers],
) -> None:
    situation, score, answers = case
    effects = decide(DEFINITION, situation, score, answers, NOW)
    left = carried_out(situation, effects, NOW)
    assert decide(DEFINITION, left, score, answers, NOW) == []
    assert (
        decide(
            DEFINITION, left, score, replace(answers, since=left.since, requalify=(), is_renewed=False), NOW
        )
        == []
    )


@settings(max_examples=300)
@given(cases, scores())
def test_side_by_side_too_and_no_cycle_has_two_hand_offs_of_a_motion(
    case: tuple[Situation, Score, Answers], other: Score
) -> None:
    situation, score, answers = case
    judged = [Judged(DEFINITION, score, answers), Judged(PRODUCT, other, answers)]
    effects = decide_all(judged, situation, NOW)
    left = carried_out(situation, effects, NOW)
    assert decide_all(judged, left, NOW) == []
    opened = [(e.motion, e.cycle) for e in effects if isinstance(e, OpenHandoff)]
    assert len(opened) == len(set(opened))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(["wait", "score", "person", "crm"]), st.data()), max_size=25))
def test_random_walks_stay_legal_and_count_their_mqls(steps: list[tuple[str, Any]]) -> None:
    """Rules, people and the CRM move one lead about for months."""
    now, mqls = NOW, 0
    situation = Situation("ann", "subscriber", NOW)
    score, answers = Score("ann", NOW, 0, 0, None, True, False, None, None, None, None), Answers()
    for what, data in steps:
        now += timedelta(days=data.draw(st.integers(1, 45)))
        if what == "score":
            score, answers = data.draw(scores()), data.draw(answers_for(situation))
        elif what in ("person", "crm"):
            ways = LEGAL[what][situation.stage]  # type: ignore[index]
            if ways:
                to_stage = data.draw(st.sampled_from(ways))
                cause = Cause(what, "somebody")  # type: ignore[arg-type]
                cycle = moved("ann", situation.stage, to_stage, now, cause, cycle=situation.cycle).cycle
                mqls += cycle - situation.cycle
                situation = replace(
                    situation, stage=to_stage, stage_since=now, cycle=cycle, reviews=frozenset()
                )
        effects = decide(DEFINITION, situation, score, answers, now)
        for effect in effects:
            move = move_of(effect, situation, now)
            mqls += 0 if move is None else move.cycle - situation.cycle
            situation = after(situation, [effect], now)
        assert situation.stage in STAGES
        assert situation.cycle == mqls
        keys = [(each.definition, each.cycle) for each in situation.handoffs]
        assert len(keys) == len(set(keys)), "one hand-off for each lead, definition and cycle"
        assert decide(DEFINITION, situation, score, answers, now) == []


EVALUATOR, COMPANION = Evaluator(DEFINITION), Companion(DEFINITION)
HISTORY = (
    event("Demo Requested", NOW - 3 * DAY, "m1"),
    event("Email Opened", NOW - 20 * DAY, "m2"),
    event("Job Changed", NOW - 5 * DAY, "m3"),
    event("page", NOW - 6 * DAY, "m4", path="/pricing"),
    event("Lead Recycled", NOW - 10 * DAY, "m5"),
)


@settings(max_examples=40)
@given(st.permutations([*HISTORY, HISTORY[0]]), situations)
def test_the_order_in_which_events_arrive_changes_no_decision(events: Any, situation: Situation) -> None:
    found = []
    for order in (HISTORY, tuple(events)):
        one = lead(*order, facts={"lead.title": "VP Sales"})
        score = replace(EVALUATOR.scores([one], NOW)[0], fit=1500, is_mql=True)
        answers = COMPANION.answers(one, score, situation, NOW)
        found.append(decide(DEFINITION, situation, score, answers, NOW))
    assert found[0] == found[1]
