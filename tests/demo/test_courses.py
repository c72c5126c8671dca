"""What the example's outcomes become when they are told to the product."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import numpy as np
import pytest

from handraise.core.framework import BANT
from handraise.core.reasons import reason_of
from handraise.demo.courses import LOST, REJECT, Course, Deal, Verb, courses_of, deeds_of, made_up
from handraise.demo.present import _request
from handraise.example import generate
from handraise.example.people import PERSONAS
from handraise.example.planted import LOST_REASONS, REJECT_REASONS
from handraise.flow.qualify import fitting

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_each_reason_of_the_example_is_one_of_the_product() -> None:
    assert set(REJECT) == set(REJECT_REASONS)
    assert set(LOST) == set(LOST_REASONS)
    for code in REJECT.values():
        reason_of("reject", code)
    for code in LOST.values():
        reason_of("lost", code)


def test_a_rejection_is_all_that_happens() -> None:
    [deed] = deeds_of(Course(HOUR, rejected=(2 * HOUR, "no_need")), NOON)
    assert (deed.after, deed.verb, deed.detail) == (2 * HOUR, "reject", "no_need")


def test_nobody_answers_what_is_forgotten() -> None:
    assert deeds_of(Course(), NOON) == []


def test_a_won_deal_goes_through_every_stage_in_its_order() -> None:
    deal = Deal(12_000, 30 * HOUR, won=90 * HOUR)
    deeds = deeds_of(Course(HOUR, sql=9 * HOUR, met=frozenset({"need", "budget"}), deal=deal), NOON)
    assert [deed.verb for deed in deeds] == ["accept", "contact", "qualify", "sql", "opportunity", "won"]
    assert [deed.after for deed in deeds] == sorted(deed.after for deed in deeds)
    answers = deeds[2].detail
    assert set(answers) == {"need", "budget"}
    assert all(fitting(BANT, name, value) is not None for name, value in answers.items())


def test_courses_say_what_the_outcomes_say() -> None:
    company = generate(400, 2, NOON)
    courses = courses_of(company)
    rows = {row["lead_id"]: row for row in company.outcomes.to_pylist()}
    assert set(courses) == set(rows)
    for lead, course in courses.items():
        verbs = [deed.verb for deed in deeds_of(course, NOON)]
        assert ("won" in verbs) == (rows[lead]["won_at"] is not None)
        assert ("lost" in verbs) == (rows[lead]["lost_at"] is not None)
        assert ("reject" in verbs) == (rows[lead]["rejected_at"] is not None)
        assert ("sql" in verbs) == (rows[lead]["sql_at"] is not None)


@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_made_up_is_the_same_each_time_and_has_known_reasons(persona: str) -> None:
    truth = {"persona": persona, "intent": 0.4}
    made = [made_up(truth, np.random.default_rng(number)) for number in range(60)]
    assert made == [made_up(truth, np.random.default_rng(number)) for number in range(60)]
    for course in made:
        for deed in deeds_of(course, NOON):
            if deed.verb in ("reject", "recycle", "lost"):
                reason_of(deed.verb, deed.detail)
    assert persona == "buyer" or all(course.sql is None for course in made)


@pytest.mark.parametrize("verb", get_args(Verb))
def test_each_thing_a_seller_does_has_its_request(verb: Verb) -> None:
    deal = Deal(12_000, 30 * HOUR, won=90 * HOUR)
    lost = Deal(12_000, 30 * HOUR, lost=90 * HOUR, lost_reason="price")
    courses = [
        Course(HOUR, sql=9 * HOUR, met=frozenset({"need"}), deal=deal),
        Course(HOUR, sql=9 * HOUR, deal=lost),
        Course(HOUR, rejected=(HOUR, "no_need")),
        Course(HOUR, recycled=(HOUR, "no_answer")),
    ]
    deed = next(deed for course in courses for deed in deeds_of(course, NOON) if deed.verb == verb)
    path, _ = _request(3, 7, deed, NOON)
    assert path.startswith(("/api/v1/handoffs/3/", "/api/v1/leads/7/"))
