"""What was kept in English is told in the language of whoever reads it."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.core.brief import told_in
from handraise.core.decision import decide
from handraise.core.definition.model import Route
from handraise.core.effects import DueReview, MoveStage, OpenHandoff, Recycle, Requalify
from handraise.core.framework import FRAMEWORKS
from handraise.core.reasons import REASONS
from handraise.core.routing import (
    Member,
    Person,
    Requirement,
    RoutingPolicy,
    RoutingSituation,
    Team,
    owner_for,
)
from handraise.core.score import Score
from handraise.core.situation import Answers, Situation
from handraise.core.words import ENGLISH, GERMAN
from handraise.core.words.german.sentences import SENTENCES
from handraise.templates import TEMPLATES
from tests.builders import NOW
from tests.core.test_decision_laws import DEFINITION, cases
from tests.core.words.test_german import FUNCTION_WORDS, WORD

SAME = {"Budget"}  # the same word in both languages
HOURS = st.none() | st.integers(-3, 40).map(lambda hours: NOW + timedelta(hours=hours))


@st.composite
def staff(draw: st.DrawFn) -> list[Person]:
    """Up to four people, in every state that somebody can be in."""
    serves: st.SearchStrategy[Any] = st.dictionaries(
        st.sampled_from(["territory", "segment", "skill", "language"]),
        st.lists(st.sampled_from(["DE", "AT", "smb"]), max_size=2).map(tuple),
        max_size=2,
    )
    return [
        Person(
            number,
            name,
            is_active=draw(st.sampled_from([True, True, True, False])),
            away_from=draw(HOURS),
            away_until=draw(HOURS),
            capacity=draw(st.none() | st.integers(0, 5)),
            per_day=draw(st.none() | st.integers(0, 5)),
            open_handoffs=draw(st.integers(0, 5)),
            handoffs_today=draw(st.integers(0, 5)),
            is_open=draw(st.booleans()),
            opens_at=draw(HOURS),
            serves=MappingProxyType(draw(serves)),
        )
        for number, name in enumerate(["Ada", "Ben Berg", "Cléo", "Dee"], start=1)
    ]


@st.composite
def routings(draw: st.DrawFn) -> list[str]:
    """What routing says, for some people, teams and lead."""
    attributes = st.sampled_from(["territory", "segment", "skill", "language"])
    values = st.lists(st.sampled_from(["DE", "AT", "smb"]), max_size=2).map(tuple)
    needs: Any = draw(st.dictionaries(attributes, values, max_size=3))
    requires = draw(st.lists(st.builds(Requirement, attributes, values), max_size=2).map(tuple))
    weights = st.integers(0, 3)
    team = Team("inbound", tuple(Member(number, draw(weights)) for number in (1, 2, 3, 4)), requires)
    routes = draw(
        st.lists(
            st.sampled_from([
                Route(to="account_owner"), Route(to="lead_owner"), Route(to="queue"), Route(team="gone"),
                Route(team="inbound"), Route(team="inbound", by="weight"),
                Route(team="inbound", by="capacity"), Route(team="empty"),
            ]),
            max_size=3,
        )
    )  # fmt: skip
    owners = st.none() | st.integers(1, 6)
    found = owner_for(
        routes,
        [draw(st.sampled_from([True, True, False])) for _ in routes],
        draw(staff()),
        [team, Team("empty")],
        RoutingSituation(draw(owners), draw(owners), draw(st.frozensets(st.integers(1, 4))), needs),
        {},
        NOW,
        RoutingPolicy(keep_in_team=timedelta(hours=draw(st.integers(0, 20)))),
    )
    return [*(line.words for line in found.why), *([found.alert] if found.alert else [])]


def is_german(said: str, kept: str) -> bool:
    return said != kept and not FUNCTION_WORDS & set(WORD.findall(said))


@settings(max_examples=150)
@given(routings())
def test_whatever_routing_says_is_told_in_german(kept: list[str]) -> None:
    assert [said for said in kept if not is_german(GERMAN.retold(said), said)] == []


@settings(max_examples=150)
@given(cases)
def test_whatever_a_decision_gives_as_its_reason_is_told_in_german(
    case: tuple[Situation, Score, Answers],
) -> None:
    situation, score, answers = case
    for effect in decide(DEFINITION, situation, score, answers, NOW):
        match effect:
            case MoveStage(cause=cause) | Recycle(cause=cause) | Requalify(cause=cause):
                kept = cause.reason
            case OpenHandoff(why=why) | DueReview(why=why):
                kept = why
            case _:
                continue
        assert is_german(GERMAN.retold(kept), kept), kept


def test_every_reason_and_every_question_of_the_product_has_its_german() -> None:
    criteria = [each for framework in FRAMEWORKS.values() for each in framework.criteria]
    kept = {
        *(reason.label for reason in REASONS),
        *(each.label for each in criteria),
        *(each.question for each in criteria),
        *(template.for_whom for template in TEMPLATES.values()),
    }
    assert {text for text in kept if GERMAN.retold(text) == text} <= SAME | {"Champion"}


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            "fit 30 and engagement 62.5 satisfy Mid-market",
            "Passung 30 und Engagement 62,5 erfüllen Mid-market",
        ),
        ("fast track: demo and trial", "Sofortregel: demo und trial"),
        ("BANT is filled in", "BANT ist ausgefüllt"),
        ("stayed in sal for 1 week", "war 1 Woche lang in der Stufe SAL (vom Vertrieb angenommen)"),
        ("job_change and funding_round", "ein Stellenwechsel und eine Finanzierungsrunde"),
        ("Ada is next in turn by weight (3) in dach", "Ada ist in dach nach Gewicht (3) an der Reihe"),
        (
            "Ada opens first in dach; waited for until 2026-03-02 08:00 UTC",
            "Ada ist in dach als Erstes wieder in der Arbeitszeit; gewartet wird bis 2026-03-02 08:00 UTC",
        ),
        ("met at the fair, wants a call", "met at the fair, wants a call"),
        ("", ""),
    ],
)
def test_a_sentence_of_ours_is_told_and_what_somebody_wrote_stays(kept: str, said: str) -> None:
    assert GERMAN.retold(kept) == said
    assert ENGLISH.retold(kept) == kept


def test_a_pair_of_sentences_has_the_same_places() -> None:
    for english, german in SENTENCES:
        places = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in (english, german)]
        assert places[0] == places[1], english


def test_a_brief_of_before_stays_as_it_was_kept() -> None:
    kept = {"why_now": [{"words": "a demo", "points": 5000}], "opening": "Hello Ann, …", "people": []}
    assert told_in(kept, GERMAN) == kept
    assert told_in({}, GERMAN) == {}
