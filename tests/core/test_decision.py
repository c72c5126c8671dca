"""What a decision asks for, rule by rule, and that deciding again asks for nothing more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handraise.core.decision import Judged, decide, decide_all, lead_type, next_due, simulate
from handraise.core.definition import Definition
from handraise.core.effects import (
    Alert,
    CancelHandoff,
    ConfirmDemo,
    Disqualify,
    DueReview,
    Effect,
    JoinNurture,
    LeaveNurture,
    MoveStage,
    Notify,
    OpenHandoff,
    Recycle,
    Requalify,
    after,
    move_of,
    words,
)
from handraise.core.framework import BANT, Filled
from handraise.core.score import Score
from handraise.core.situation import Answers, Handed, Situation
from handraise.core.stage import Stage
from tests.builders import DAY, HOUR, NOW, defined

TEXT = """
fit: {bar: 10}
engagement: {bar: 20}
qualify: {mql: {all: [fit, engagement]}, skip_to_sql: {framework: bant}}
disqualify: [{reason: competitor, when: {lead.email_domain: rival.example}}]
requalify: [job_change, date_reached]
stages: {mql: {max_age: 30 days, then: recycle}, sal: {max_age: 14 days, then: review},
         opportunity: {max_age: 90 days, then: recycle}, lead: {max_age: 400 days, then: disqualify}}
handoff:
  sla:
    - {within: 5 minutes, hours: business, when: {signal: demo}}
    - {within: 2 hours, when: {total: 80}}
    - {within: 48 hours, when: {from_stage: recycled}}
    - {within: 24 hours}
  alert: [slack, email]
recycle: {reset: engagement, cool_down: 60 days}
nurture: {low_fit_high_engagement: educate, high_fit_low_engagement: retarget, recycled: stay}
"""
DEFINITION = defined(TEXT)
OUTBOUND = defined("name: Out\nmotion: outbound\n" + TEXT.replace("nurture:", "# nurture:"))
FILLED = Filled(BANT, {"budget": 1, "authority": "me", "need": "x", "timeline": "now"}, NOW)


def stands(stage: Stage = "lead", days: float = 1, **more: Any) -> Situation:
    return Situation("ann", stage, NOW - days * DAY, **more)


def score_of(fit: int = 15, engagement: int = 30, **more: Any) -> Score:
    """A score that is an MQL unless it says otherwise."""
    given: dict[str, Any] = {
        "is_mql": True,
        "became_mql_at": NOW,
        "disqualified": None,
        "applies": True,
    } | more
    return Score("ann", NOW, fit * 100, engagement * 100, "A1", ceases_at=None, next_change_at=None, **given)


COLD = score_of(5, 5, is_mql=False, became_mql_at=None)
RIVAL = score_of(is_mql=False, disqualified="competitor")


def decided(
    situation: Situation,
    score: Score | None = None,
    answers: Answers | None = None,
    definition: Definition = DEFINITION,
    now: datetime = NOW,
) -> list[Effect]:
    """The effects but for webhooks, once they were found legal and, a second time, none."""
    score, answers = score or score_of(), answers or Answers(sla=3)
    effects = decide(definition, situation, score, answers, now)
    stage = situation
    for effect in effects:
        move_of(effect, stage, now)
        stage = after(stage, [effect], now)
    assert decide(definition, stage, score, answers, now) == []
    assert all(words(effect) for effect in effects)
    return [effect for effect in effects if not isinstance(effect, Notify)]


def kinds(effects: Iterable[Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def only(effects: Iterable[Effect], kind: type) -> Any:
    (found,) = [effect for effect in effects if isinstance(effect, kind)]
    return found


# ------------------------------------------------------------------------------------------ becoming


def test_a_satisfied_definition_makes_an_mql_with_a_hand_off_and_an_alert() -> None:
    effects = decided(stands())
    assert kinds(effects) == ["MoveStage", "OpenHandoff", "Alert"]
    opened = only(effects, OpenHandoff)
    assert (opened.cycle, opened.lead_type, opened.sla, str(opened.within)) == (1, "standard", 3, "24 hours")
    assert only(effects, Alert).channels == ("slack", "email")


def test_the_score_at_mql_is_kept_with_the_move() -> None:
    move = move_of(only(decided(stands()), MoveStage), stands(), NOW, definition="abc")
    assert move is not None
    assert move.score_at is not None
    assert (move.score_at.fit, move.score_at.engagement, move.definition) == (1500, 3000, "abc")


def test_a_late_event_makes_an_mql_now_and_keeps_when_it_would_have_been_one() -> None:
    late = score_of(became_mql_at=NOW - 90 * DAY)
    moved = only(decided(stands(), late), MoveStage)
    assert moved.became_at == NOW - 90 * DAY
    move = move_of(moved, stands(), NOW)
    assert move is not None
    assert move.at == NOW


def test_an_earlier_cycle_does_not_date_a_later_one() -> None:
    again = stands("lead", cycle=1)
    assert only(decided(again, score_of(became_mql_at=NOW - 90 * DAY)), MoveStage).became_at is None


@pytest.mark.parametrize("stage", ["mql", "sal", "sql", "opportunity", "customer"])
def test_a_lower_score_never_unmakes_what_a_lead_is(stage: Stage) -> None:
    assert decided(stands(stage, cycle=1), COLD) == []


def test_a_fast_track_is_named_as_the_reason() -> None:
    fast = score_of(fast_tracks=("asked for a demo",))
    assert only(decided(stands(), fast), MoveStage).cause.reason == "fast track: asked for a demo"


def test_a_subscriber_with_contact_details_who_engages_is_a_lead() -> None:
    known = stands("subscriber", has_contact=True)
    assert only(decided(known, COLD, Answers(has_engaged=True)), MoveStage).to_stage == "lead"
    assert only(decided(replace(known, has_consented=True), COLD), MoveStage).to_stage == "lead"
    assert decided(known, COLD) == [], "a newsletter alone"
    assert decided(stands("subscriber"), COLD, Answers(has_engaged=True)) == [], "nobody to write to"


def test_a_subscriber_may_become_a_lead_and_an_mql_at_once() -> None:
    known = stands("subscriber", has_contact=True)
    effects = decided(known, answers=Answers(sla=3, has_engaged=True))
    assert [e.to_stage for e in effects if isinstance(e, MoveStage)] == ["lead", "mql"]


def test_an_anonymous_mql_skips_lead() -> None:
    unknown = stands("subscriber")
    move = move_of(only(decided(unknown), MoveStage), unknown, NOW)
    assert move is not None
    assert move.skipped == ("lead",)


@pytest.mark.parametrize(
    ("sla", "stage", "expected"),
    [(0, "lead", "demo_request"), (1, "lead", "high_intent"), (2, "recycled", "re_engaged"),
     (3, "lead", "standard"), (3, "disqualified", "re_engaged"), (None, "lead", "standard")],
)  # fmt: skip
def test_the_kind_of_lead_is_named_by_the_service_level_that_applies(
    sla: int | None, stage: Stage, expected: str
) -> None:
    assert lead_type(DEFINITION, stage, Answers(sla=sla)) == expected


def test_the_motion_names_its_own_kinds() -> None:
    assert lead_type(OUTBOUND, "lead", Answers(sla=0)) == "outbound"
    assert lead_type(replace(OUTBOUND, motion="product"), "lead", Answers()) == "pql"


def test_hot_asked_and_can_be_reached_warm_is_everybody_else() -> None:
    asked = Answers(sla=3, has_asked=True)
    assert only(decided(stands(has_contact=True), answers=asked), OpenHandoff).temperature == "hot"
    assert only(decided(stands(), answers=asked), OpenHandoff).temperature == "warm"
    assert only(decided(stands(has_contact=True)), OpenHandoff).temperature == "warm"


def test_bots_and_leads_that_a_partner_works_are_left_alone() -> None:
    assert decided(stands(is_bot=True)) == []
    assert decided(stands(frozen_until=NOW + DAY)) == []
    assert kinds(decided(stands(frozen_until=NOW)))[0] == "MoveStage"


# ------------------------------------------------------------------------------------ disqualifying


@pytest.mark.parametrize("stage", ["subscriber", "lead", "mql", "recycled"])
def test_a_disqualifier_archives_a_lead_that_sales_does_not_work(stage: Stage) -> None:
    archived = only(decided(stands(stage, recycled_at=NOW - DAY), RIVAL), Disqualify)
    assert archived.reason == "competitor"


def test_disqualifying_takes_back_a_hand_off_that_nobody_accepted() -> None:
    handed = stands("mql", cycle=1, handoffs=(Handed("Test", 1, "open"),))
    assert kinds(decided(handed, RIVAL)) == ["CancelHandoff", "Disqualify"]
    accepted = replace(handed, handoffs=(Handed("Test", 1, "accepted"),))
    assert kinds(decided(accepted, RIVAL)) == ["Disqualify"]


@pytest.mark.parametrize("stage", ["sal", "sql"])
def test_while_sales_works_a_lead_a_disqualifier_asks_for_one_review(stage: Stage) -> None:
    effects = decided(stands(stage, cycle=1), RIVAL)
    assert kinds(effects) == ["DueReview", "Alert"]
    assert only(effects, DueReview).why == "disqualifier: competitor"


@pytest.mark.parametrize("stage", ["opportunity", "customer"])
def test_deals_and_customers_are_not_disqualified(stage: Stage) -> None:
    assert decided(stands(stage, cycle=1), RIVAL) == []


def test_a_disqualified_lead_is_not_an_mql_however_high_it_scores() -> None:
    archived = stands("disqualified", disqualified_at=NOW - DAY, disqualified_reason="competitor")
    assert decided(archived) == []


# -------------------------------------------------------------------------------------- coming back

ARCHIVED = stands("disqualified", disqualified_at=NOW - DAY, disqualified_reason="geography")
GIVEN_BACK = stands("recycled", cycle=1, recycled_at=NOW - DAY)
JOB = Answers(sla=3, requalify=("job_change",), since=NOW - DAY)


def test_a_trigger_brings_a_disqualified_lead_back_and_straight_to_mql_if_satisfied() -> None:
    assert kinds(decided(ARCHIVED, COLD, JOB)) == ["Requalify"]
    effects = decided(ARCHIVED, None, JOB)
    assert kinds(effects) == ["Requalify", "MoveStage", "OpenHandoff", "Alert"]
    assert only(effects, OpenHandoff).lead_type == "re_engaged"


def test_no_trigger_brings_back_whom_a_disqualifier_still_keeps_out() -> None:
    assert decided(ARCHIVED, RIVAL, JOB) == []


def test_triggers_asked_for_another_stay_do_not_count() -> None:
    assert decided(ARCHIVED, COLD, replace(JOB, since=NOW - 9 * DAY)) == []


def test_the_date_that_a_not_now_named_brings_a_lead_back() -> None:
    later = replace(ARCHIVED, requalify_at=NOW)
    assert only(decided(later, COLD), Requalify).triggers == ("date_reached",)
    assert decided(replace(ARCHIVED, requalify_at=NOW + DAY), COLD) == []
    assert decided(replace(ARCHIVED, requalify_at=NOW - 9 * DAY), COLD) == [], "named for an earlier stay"


def test_a_recycled_lead_needs_something_new_to_become_an_mql_again() -> None:
    new = Answers(sla=2, is_renewed=True, since=NOW - DAY)
    assert "MoveStage" not in kinds(decided(GIVEN_BACK))
    again = decided(GIVEN_BACK, None, new)
    assert only(again, OpenHandoff).cycle == 2
    assert only(again, OpenHandoff).lead_type == "re_engaged"
    changed = replace(GIVEN_BACK, facts_changed_at=NOW - HOUR)
    assert "MoveStage" in kinds(decided(changed))


def test_a_cool_down_holds_a_recycled_lead_back_unless_a_trigger_comes() -> None:
    new = Answers(sla=2, is_renewed=True, since=NOW - DAY)
    cooling = replace(GIVEN_BACK, cool_down_until=NOW + DAY)
    assert "MoveStage" not in kinds(decided(cooling, None, new))
    assert "MoveStage" in kinds(decided(replace(cooling, cool_down_until=NOW), None, new))
    assert kinds(decided(cooling, None, JOB))[:2] == ["Requalify", "MoveStage"]
    assert after(cooling, decided(cooling, COLD, JOB), NOW).cool_down_until is None


# --------------------------------------------------------------------------------- skipping, staying


@pytest.mark.parametrize("stage", ["lead", "mql", "sal", "recycled"])
def test_a_filled_in_framework_makes_an_sql(stage: Stage) -> None:
    ready = stands(stage, recycled_at=NOW - DAY, frameworks=(FILLED,))
    moved = only(decided(ready, COLD), MoveStage)
    assert (moved.to_stage, moved.cause.reason) == ("sql", "BANT is filled in")


def test_a_lead_that_skips_is_handed_to_an_account_executive_in_a_new_cycle() -> None:
    opened = only(decided(stands(frameworks=(FILLED,)), COLD), OpenHandoff)
    assert (opened.audience, opened.cycle) == ("account_executive", 1)
    held = stands("sal", cycle=1, handoffs=(Handed("Test", 1, "accepted"),), frameworks=(FILLED,))
    assert kinds(decided(held, COLD)) == ["MoveStage"]


def test_half_a_framework_or_an_old_one_does_not_skip() -> None:
    half = replace(FILLED, answers={"need": "x"})
    assert kinds(decided(stands(frameworks=(half,)), COLD)) == []
    old = replace(FILLED, answered_at=NOW - 9 * DAY)
    assert "MoveStage" not in kinds(decided(replace(GIVEN_BACK, frameworks=(old,)), COLD))


def test_an_mql_that_nobody_touched_is_recycled_with_its_cool_down_and_reset() -> None:
    stale = stands("mql", days=30, cycle=1, handoffs=(Handed("Test", 1, "open"),))
    effects = decided(stale)
    assert kinds(effects) == ["CancelHandoff", "Recycle", "JoinNurture"]
    recycled = only(effects, Recycle)
    assert (recycled.reset, recycled.cool_down_until) == ("engagement", NOW + 60 * DAY)
    assert decided(stands("mql", days=29.9, cycle=1)) == []


def test_a_stage_that_lasted_too_long_is_reviewed_once() -> None:
    assert kinds(decided(stands("sal", days=14, cycle=1))) == ["DueReview", "Alert"]


def test_what_a_rule_may_not_do_becomes_a_review() -> None:
    assert kinds(decided(stands("opportunity", days=90, cycle=1))) == ["DueReview", "Alert"]


def test_a_stage_that_ends_while_a_disqualifier_holds_ends_in_the_archive() -> None:
    stages = tuple(replace(limit, then="recycle") for limit in DEFINITION.stages)
    limits = replace(DEFINITION, stages=stages)
    effects = decided(stands("sal", days=14, cycle=1), RIVAL, definition=limits)
    assert only(effects, Disqualify).reason == "competitor"


def test_a_stage_limit_may_archive() -> None:
    assert only(decided(stands("lead", days=400), COLD), Disqualify).reason == "stayed in lead for 400 days"


def test_the_next_due_date_is_the_first_of_all_that_time_alone_brings() -> None:
    assert next_due(DEFINITION, stands("mql", days=10), NOW) == NOW + 20 * DAY
    cooling = stands("recycled", cool_down_until=NOW + 2 * DAY, requalify_at=NOW + DAY)
    assert next_due(DEFINITION, cooling, NOW) == NOW + DAY
    assert next_due(DEFINITION, stands("sql"), NOW) is None


# -------------------------------------------------------------------------------------- nurture, demo


@pytest.mark.parametrize(
    ("fit", "engagement", "stream"), [(5, 30, "educate"), (15, 5, "retarget"), (5, 5, None)]
)
def test_a_stream_matches_why_the_lead_is_not_ready(fit: int, engagement: int, stream: str | None) -> None:
    effects = decided(stands(), score_of(fit, engagement, is_mql=False))
    assert effects == ([JoinNurture(stream)] if stream else [])


def test_an_mql_leaves_its_stream() -> None:
    assert only(decided(stands(nurture="educate")), LeaveNurture).stream == "educate"


def test_a_recycled_lead_joins_the_stream_for_recycled_ones() -> None:
    assert decided(GIVEN_BACK, COLD) == [JoinNurture("stay")]


def test_a_stream_of_others_is_left_alone() -> None:
    assert decided(stands("customer", nurture="onboarding"), COLD) == []


def test_a_demo_request_is_confirmed_at_once_whatever_the_score() -> None:
    asked = Answers(demo_requested_at=NOW - HOUR)
    assert decided(stands(has_contact=True), COLD, asked) == [ConfirmDemo(NOW - HOUR)]
    assert decided(stands(), COLD, asked) == [], "no address"
    assert decided(stands(has_contact=True, demo_confirmed_at=NOW - HOUR / 2), COLD, asked) == []
    old = Answers(demo_requested_at=NOW - 2 * DAY)
    assert decided(stands(has_contact=True), COLD, old) == []


# ---------------------------------------------------------------------------------- several definitions


def test_another_motion_opens_a_hand_off_of_its_own_in_the_running_cycle() -> None:
    handed = stands("mql", cycle=1, handoffs=(Handed("Test", 1, "open"),))
    opened = only(decided(handed, definition=OUTBOUND), OpenHandoff)
    assert (opened.cycle, opened.definition, opened.lead_type) == (1, "Out", "outbound")
    rejected = replace(handed, handoffs=(*handed.handoffs, Handed("Out", 1, "rejected", "outbound")))
    assert decided(rejected, definition=OUTBOUND) == []


def test_the_same_motion_opens_no_second_hand_off() -> None:
    handed = stands("mql", cycle=1, handoffs=(Handed("Old name", 1, "open"),))
    assert decided(handed) == []


def test_definitions_side_by_side_make_one_move_and_a_hand_off_each() -> None:
    both = [Judged(each, score_of(), Answers(sla=3)) for each in (DEFINITION, OUTBOUND)]
    effects = decide_all(both, stands(), NOW)
    assert kinds(effects).count("MoveStage") == 1
    assert [(e.definition, e.cycle) for e in effects if isinstance(e, OpenHandoff)] == [
        ("Test", 1),
        ("Out", 1),
    ]
    assert decide_all(both, after(stands(), effects, NOW), NOW) == []


def test_a_lead_is_archived_only_when_no_definition_would_have_it() -> None:
    mixed = [Judged(DEFINITION, RIVAL, Answers()), Judged(OUTBOUND, COLD, Answers())]
    assert decide_all(mixed, stands(), NOW) == []
    neither = [Judged(each, RIVAL, Answers()) for each in (DEFINITION, OUTBOUND)]
    assert kinds(decide_all(neither, stands(), NOW)) == ["Disqualify", "Notify"]


def test_only_the_own_hand_off_is_taken_back_where_another_definition_wants_the_lead() -> None:
    handed = (Handed("Test", 1, "open"), Handed("Out", 1, "open", "outbound"))
    mixed = [Judged(DEFINITION, RIVAL, Answers()), Judged(OUTBOUND, score_of(), Answers())]
    effects = decide_all(mixed, stands("mql", cycle=1, handoffs=handed), NOW)
    assert [e.definition for e in effects if isinstance(e, CancelHandoff)] == ["Test"]
    assert "Disqualify" not in kinds(effects)


# --------------------------------------------------------------------------------------------- telling


def test_a_simulation_says_what_would_happen_and_leaves_the_lead_as_it_is() -> None:
    before = stands()
    told = simulate(DEFINITION, before, score_of(), Answers(sla=3), NOW)
    assert told.situation.stage == "mql"
    assert before.stage == "lead"
    assert told.words[0] == "becomes MQL (was lead): fit 15 and engagement 30 satisfy Test"
    assert "first contact within 24 hours" in told.words[1]


def test_every_consequence_goes_out_as_a_webhook() -> None:
    effects = decide(DEFINITION, stands("mql", days=30, cycle=1), score_of(), Answers(), NOW)
    assert [e.event for e in effects if isinstance(e, Notify)] == ["lead.recycled"]
    (sent,) = [e for e in decide(DEFINITION, stands(), RIVAL, Answers(), NOW) if isinstance(e, Notify)]
    assert dict(sent.payload) == {"lead_id": "ann", "from": "lead", "reason": "competitor"}


def test_words_of_every_effect_are_a_sentence() -> None:
    assert words(Recycle("mql", "no answer", FILLED_CAUSE, NOW + timedelta(days=30), "engagement")) == (
        "goes back to nurture (was MQL), not again an MQL until 2026-03-31, "
        "engagement starts again from zero: no answer"
    )


FILLED_CAUSE = only(decided(stands(frameworks=(FILLED,)), COLD), MoveStage).cause
