"""The brief of a hand-off: complete, honest, summing to the score, and plain JSON."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from handraise.core.brief import (
    Brief,
    BriefInconsistent,
    Conversation,
    Person,
    brief,
    opening_line,
    told_in,
)
from handraise.core.definition import Definition
from handraise.core.effects import LeadType, OpenHandoff
from handraise.core.event import Event, Lead
from handraise.core.framework import BANT, Filled
from handraise.core.score import Line, Score
from handraise.core.words import ENGLISH, TONGUES
from tests.builders import DAY, NOW, defined, event, lead, page

DEFINITION: Definition = defined("""
fit: {bar: 10, cap: 15, rules: [{rule: a VP, when: {lead.seniority: vp}, points: 20}]}
engagement:
  bar: 10
  rules:
    - {rule: pricing, signal: pricing, points: 10, each: event}
    - {rule: guide, signal: guide, points: 5}
    - {rule: careers, signal: careers, points: -3}
qualify: {mql: {all: [fit, engagement]}}
""")
EVENTS = (
    event("page", NOW - 9 * DAY, "m1", path="/blog", utm_source="news", utm_campaign="spring"),
    event("page", NOW - 8 * DAY, "m2", path="/pricing", referrer="https://search.example/"),
    event("page", NOW - 8 * DAY, "m2", path="/pricing"),
    event("page", NOW - 7 * DAY, "m3", path="/pricing"),
    event("Content Downloaded", NOW - 6 * DAY, "m4", title="Buyer's guide"),
    event("Email Opened", NOW - 5 * DAY, "m5", campaign="spring"),
    event("Chat Answered", NOW - 4 * DAY, "m6", kind="timeline"),
    event("page", NOW + DAY, "m7", path="/later"),
    Event("page", NOW - DAY, {"path": "/bot"}, is_bot=True),
    event("Lead Recycled", NOW - 3 * DAY),
)
ANN = lead(
    *EVENTS,
    facts={
        "lead.first_name": "Ann",
        "lead.last_name": "Ode",
        "lead.email": "ann@ode.example",
        "lead.title": "VP Sales",
        "account.name": "Ode",
        "account.technologies": ["sap", "slack"],
        "lead.source": "",
    },
)
LINES = (
    Line("a VP", "fit", 2000, evidence="lead.title: VP Sales"),
    Line("pricing", "engagement", 2000, 2, NOW - 7 * DAY, "page /pricing"),
    Line("guide", "engagement", 500, 1, NOW - 6 * DAY, "Content Downloaded Buyer's guide"),
    Line("cap", "fit", -500, 0, None, "cap took −5", "cap"),
)
SCORE = Score(
    "ann", NOW, 1500, 2500, "A2", True, True, None, NOW - 7 * DAY, None, None, fast_tracks=(), lines=LINES
)
HANDOFF = OpenHandoff("Test", 1, "high_intent", "hot", "inbound", "lead", why="fit 15 and engagement 25")


def written(one: Lead = ANN, score: Score = SCORE, handoff: OpenHandoff = HANDOFF) -> Brief:
    return brief(
        DEFINITION,
        one,
        score,
        handoff,
        people=(Person("Bo", "CEO", "mql", NOW - DAY),),
        conversations=(
            Conversation(NOW - 90 * DAY, "Cy", "call", "too early"),
            Conversation(NOW - 30 * DAY, "Di", "mail"),
        ),
        filled=Filled(BANT, {"budget": 20_000}, NOW),
        due_at=NOW + timedelta(hours=2),
        links={"accept": "https://handraise.example/a"},
    )


def test_the_lines_of_why_now_sum_to_the_score() -> None:
    found = written()
    assert sum(reason.points for reason in found.why_now) == found.total == SCORE.total


def test_lines_that_do_not_sum_are_refused() -> None:
    with pytest.raises(BriefInconsistent, match="score the lead again"):
        written(score=replace(SCORE, lines=LINES[:-1]))


def test_why_now_says_in_words_what_fired_the_strongest_first() -> None:
    reasons = written().why_now
    assert [reason.rule for reason in reasons] == ["a VP", "pricing", "guide", "cap"]
    assert reasons[0].words == "title level is VP"
    assert reasons[1].words.endswith("counted 2 times")
    assert reasons[3].words == "what the cap of fit took"


def test_the_crossing_is_the_event_that_made_it_an_mql() -> None:
    crossing = written().crossing
    assert crossing is not None
    assert (crossing.event, crossing.detail) == ("page", "/pricing")


def test_of_several_events_of_one_instant_the_crossing_is_the_one_that_counts_for_most() -> None:
    demo = replace(
        SCORE.lines[0], points=5000, last_at=NOW, evidence="Demo Requested", dimension="engagement"
    )
    rest = replace(SCORE.lines[0], points=SCORE.total - 5000, last_at=None, evidence=None)
    score = replace(SCORE, became_mql_at=NOW, lines=(demo, rest))
    events = (Event("page", NOW, {"path": "/"}), Event("Demo Requested", NOW))
    crossing = written(replace(ANN, events=events), score=score).crossing
    assert crossing is not None
    assert crossing.event == "Demo Requested"


def test_a_crossing_by_time_alone_has_no_event() -> None:
    crossing = written(score=replace(SCORE, became_mql_at=NOW - 2 * DAY)).crossing
    assert crossing is not None
    assert crossing.event is None


def test_history_counts_alike_events_once_without_bots_copies_and_the_future() -> None:
    history = written().history
    assert [(seen.what, seen.count) for seen in history.pages] == [("page /pricing", 2), ("page /blog", 1)]
    assert [seen.what for seen in history.content] == ["Content Downloaded Buyer's guide"]
    assert [seen.what for seen in history.mails] == ["Email Opened spring"]
    assert [seen.what for seen in history.chat] == ["Chat Answered timeline"]
    assert history.events == ()


def test_a_long_history_is_cut_and_says_so() -> None:
    many = [page(NOW - n * DAY, f"/p{n}") for n in range(1, 26)]
    history = written(lead(*many, facts=ANN.facts)).history
    assert (len(history.pages), history.more, history.pages[0].what) == (20, 5, "page /p1")


def test_first_and_last_touch_are_kept_apart() -> None:
    found = written()
    assert found.first_touch is not None
    assert found.last_touch is not None
    assert (found.first_touch.source, found.first_touch.campaign) == ("news", "spring")
    assert found.last_touch.referrer == "https://search.example/"


def test_facts_are_labelled_and_empty_ones_left_out() -> None:
    facts = {known.label: known.value for known in written().facts}
    assert facts["job title"] == "VP Sales"
    assert facts["technology in use"] == "sap, slack"
    assert "source" not in facts


def test_lists_and_amounts_are_told_as_the_reader_writes_them_to_every_channel() -> None:
    facts = {
        **ANN.facts, "account.technologies": '["sap", "slack"]', "account.employees": 1200.0,
        "account.revenue": "2500000.50", "account.engagement": 15.0, "lead.score_elsewhere": 7.0,
        "account.founded": "1999", "lead.note": "[sic] odd", "lead.range": "50-99",
    }  # fmt: skip
    kept = written(replace(ANN, facts=facts)).as_json()
    told = {
        language: {one["fact"]: one["value"] for one in told_in(kept, TONGUES[language])["facts"]}
        for language in ("en", "de")
    }
    assert told["en"]["account.technologies"] == "sap, slack"
    assert told["en"]["account.employees"] == "1,200"
    assert told["de"]["account.employees"] == "1.200"
    assert told["de"]["account.revenue"] == "2.500.000,5"
    assert (told["en"]["account.engagement"], told["en"]["lead.score_elsewhere"]) == ("15", "7")
    assert (told["en"]["account.founded"], told["en"]["lead.note"]) == ("1999", "[sic] odd")
    assert told["en"]["lead.range"] == "50-99"


def test_a_brief_that_an_earlier_version_kept_is_told_so_too() -> None:
    kept = {
        "facts": [
            {"fact": "account.technologies", "label": "technology", "value": '["slack"]'},
            {"fact": "account.employees", "label": "employees", "value": "15.0"},
            {"fact": "account.employees", "label": "employees", "value": "50-99"},
        ]
    }
    assert [one["value"] for one in told_in(kept, ENGLISH)["facts"]] == ["slack", "15", "50-99"]


def test_the_brief_says_what_is_missing_for_sql() -> None:
    found = written()
    assert (found.framework, [each.criterion for each in found.missing]) == (
        "BANT", ["authority", "need", "timeline"]
    )  # fmt: skip


def test_the_latest_conversation_comes_first() -> None:
    assert [said.owner for said in written().conversations] == ["Di", "Cy"]


@pytest.mark.parametrize(
    ("lead_type", "said"),
    [("demo_request", "you asked us for a demo"), ("high_intent", "Buyer's guide")],
)
def test_the_opening_names_what_the_lead_did_openly(lead_type: LeadType, said: str) -> None:
    assert said in written(handoff=replace(HANDOFF, lead_type=lead_type)).opening


def test_the_opening_never_names_what_was_only_observed() -> None:
    watched = replace(SCORE, engagement=2000, lines=(LINES[0], LINES[1], LINES[3]))
    found = written(score=watched).opening
    assert "pricing" not in found
    assert "Di" in found
    assert opening_line(lead(), (), "standard") == (
        "Hello, which part of this are you working on at the moment, and what gets in the way?"
    )


def test_the_brief_is_plain_json() -> None:
    found = json.loads(json.dumps(written().as_json()))
    assert found["due_at"] == (NOW + timedelta(hours=2)).isoformat()
    assert found["links"] == {"accept": "https://handraise.example/a"}
    assert (found["total"], found["why_now"][0]["points"], found["name"]) == (4000, 2000, "Ann Ode")


def test_a_lead_without_a_name_is_called_by_its_address_or_id() -> None:
    assert written(lead(*EVENTS, facts={"lead.email": "x@y.example"})).name == "x@y.example"
    assert written(lead(*EVENTS, facts={})).name == "ann"
