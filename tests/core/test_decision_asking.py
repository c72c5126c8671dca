"""Where a decision does not hinge on the conditions of a hand-off, no answer to them changes it."""

from dataclasses import replace
from datetime import datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handraise.core.decision import Judged, confirms_since, decide_each, hinges_on_answers
from handraise.core.effects import ConfirmDemo
from handraise.core.score import Score
from handraise.core.situation import UNASKED, Answers, Situation
from tests.builders import DAY, HOUR, NOW
from tests.core.test_decision_laws import DEFINITION, PRODUCT, answers_for, scores, situations


def told_of(situation: Situation) -> st.SearchStrategy[tuple[Score, Answers]]:
    """A score with answers as they can be: what happened since a moment that is only now is nothing yet."""
    return st.tuples(scores(), answers_for(situation)).map(
        lambda told: (told[0], _nothing_since_now(told[1]))
    )


def _nothing_since_now(answers: Answers) -> Answers:
    is_now = answers.since is not None and answers.since >= NOW
    return replace(answers, requalify=(), is_renewed=False) if is_now else answers


cases = situations.flatmap(lambda one: st.tuples(st.just(one), told_of(one), told_of(one)))


@settings(max_examples=300)
@given(cases)
def test_a_decision_that_does_not_hinge_on_answers_is_the_same_without_them(
    case: tuple[Situation, tuple[Score, Answers], tuple[Score, Answers]],
) -> None:
    situation, *told = case
    both = list(zip((DEFINITION, PRODUCT), told, strict=True))
    assume(not any(hinges_on_answers(each, situation, score, NOW) for each, (score, _) in both))
    since = confirms_since(situation, NOW)
    asked = [answers.demo_requested_at for _, (_, answers) in both]
    assume(since is None or all(at is None or at < since for at in asked))
    known = [Judged(each, score, answers) for each, (score, answers) in both]
    unasked = [Judged(each, score, UNASKED) for each, (score, _) in both]
    assert [effects for _, effects in decide_each(known, situation, NOW)] == [
        effects for _, effects in decide_each(unasked, situation, NOW)
    ]


def test_no_request_before_the_day_or_the_last_confirmation_is_confirmed() -> None:
    def confirmed(asked_at: datetime, situation: Situation) -> bool:
        cold = Score("ann", NOW, 0, 0, None, True, False, None, None, None, None)
        told = Judged(DEFINITION, cold, Answers(demo_requested_at=asked_at))
        found = [effect for _, effects in decide_each([told], situation, NOW) for effect in effects]
        return any(isinstance(effect, ConfirmDemo) for effect in found)

    reached = Situation("ann", "lead", NOW - 9 * DAY, has_contact=True)
    assert confirms_since(reached, NOW) == NOW - DAY
    assert [confirmed(NOW - DAY - HOUR, reached), confirmed(NOW - DAY, reached)] == [False, True]
    before = Situation("ann", "lead", NOW - 9 * DAY, has_contact=True, demo_confirmed_at=NOW - HOUR)
    assert confirms_since(before, NOW) == NOW - HOUR
    assert [confirmed(NOW - HOUR, before), confirmed(NOW, before)] == [False, True]
    assert confirms_since(Situation("ann", "lead", NOW), NOW) is None
