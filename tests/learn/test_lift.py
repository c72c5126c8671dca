"""Lift finds what was planted in the example company, and does not sell what was not."""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from handraise.core.definition.conditions import Behaviour
from handraise.example import PLANTED
from handraise.learn.beside import beside_the_others
from handraise.learn.intervals import Share
from handraise.learn.lift import LiftReport, Lifts, Verdict, cases_of, lift_report, lifts_of
from handraise.learn.past import DAY
from handraise.learn.subjects import Subject, discovered, held, subjects_of
from tests.learn.company import PLANTED_AS, definition, past

SAID = (Verdict.RAISES, Verdict.LOWERS, Verdict.SHARED)


@cache
def report(leads: int = 4_000, seed: int = 1) -> LiftReport:
    """What history says of the drivers."""
    return lift_report(definition(), past(leads, seed), steps=("accepted", "sql", "won"))


def step(name: str) -> Lifts:
    """The lifts of that step."""
    return next(each for each in report().steps if each.step == name)


def test_strong_drivers_are_found_with_their_sign() -> None:
    """Those with a coefficient of 0.4 or more that at least 150 leads have; none the wrong way round."""
    missed = []
    for lift in step("sql").lifts:
        coefficient = PLANTED.get(PLANTED_AS.get(lift.subject.name, ""), 0.0)
        if lift.subject.kind != "rule" or abs(coefficient) < 0.4:
            continue
        if lift.verdict in SAID:
            assert lift.lift is not None
            assert (lift.lift.value > 1) is (coefficient > 0), lift.subject.name
        elif lift.having.n >= 150:
            missed.append(lift.subject.name)

    assert set(missed) <= {"director"}


def test_the_strongest_are_said_to_raise_or_lower() -> None:
    found = {lift.subject.name: lift.verdict for lift in step("sql").lifts if lift.subject.kind == "rule"}

    for name in ("demo request", "price page", "case study", "50 to 500 employees", "target industry"):
        assert found[name] is Verdict.RAISES, name
    for name in ("student", "outside our countries", "1 to 10 employees"):
        assert found[name] is Verdict.LOWERS, name


@pytest.mark.parametrize("name", ["early download", "newsletter", "educational webinar"])
def test_what_does_nothing_is_not_sold_as_if_it_did(name: str) -> None:
    """Ebooks look bad, newsletter and lessons look good; beside the others nothing is left of it."""
    found = step("sql").of(name)

    assert found.q <= 0.05
    assert found.verdict is Verdict.SHARED


def test_meetings_that_sales_booked_are_caught() -> None:
    found = step("sql").of("meeting booked")

    assert found.loose is not None
    assert found.lift is not None
    assert found.loose.value > 5 * found.lift.value
    assert found.later.low > 0.8
    assert found.verdict is Verdict.OF_SALES


def test_lift_that_sales_adds_to_is_told_apart_from_one_that_sales_makes() -> None:
    found = step("sql").of("price page")

    assert found.is_inflated
    assert found.verdict is Verdict.RAISES


def test_facts_have_no_later() -> None:
    assert step("sql").of("target industry").later.count == 0


def test_days_are_counted_from_the_first_time_to_the_win() -> None:
    found = step("won").of("price page")

    assert found.days is not None
    assert 30 < found.days.low < found.days.value < found.days.high < 130
    assert found.days_n == found.having.count


def test_young_leads_are_left_out_of_wins_and_counted() -> None:
    found = past(4_000)

    cases, window, young = cases_of(found, "won")

    assert 80 < window < 130
    assert young > 0
    assert int(cases.sum()) + young == int(found.sold.is_known.sum())
    assert (found.sold.handed[cases] <= found.until - window * DAY + 1).all()


def test_last_leads_that_got_there_are_read_together() -> None:
    assert all(lift.of_last.n == 30 for lift in step("won").lifts)
    assert step("won").of("price page").of_last.low > 0.5


def test_shuffled_answers_say_nothing() -> None:
    """In 20 shuffles of who was accepted: at a corrected level of 5 %, one would say something."""
    found = past(4_000)
    subjects = subjects_of(definition())
    cases, _, _ = cases_of(found, "accepted")
    guarded = held(definition(), subjects, found, found.cut)[cases]
    reached = found.sold.has("accepted")[cases]
    none = np.zeros(0, np.int64)

    def says_something(seed: int) -> bool:
        shuffled = np.random.default_rng(seed).permutation(reached)
        return any(lift.q <= 0.05 for lift in lifts_of(subjects, guarded, guarded, shuffled, none))

    assert sum(map(says_something, range(20))) <= 3


def test_counts_are_as_counted_by_hand() -> None:
    subject = Subject("signal", "demo", Behaviour("signal", ("demo",)))
    guarded = np.array([1, 1, 1, 0, 0, 0, 0, 0], bool)[:, None]
    everything = np.array([1, 1, 1, 1, 0, 0, 0, 0], bool)[:, None]
    reached = np.array([1, 1, 0, 1, 0, 0, 0, 0], bool)

    (found,) = lifts_of([subject], guarded, everything, reached, np.array([0, 3]))

    assert (found.having, found.without) == (Share(2, 3), Share(1, 5))
    assert found.lift is not None
    assert found.lift.value == pytest.approx(10 / 3)
    assert found.later == Share(1, 4)
    assert found.of_last == Share(1, 2)
    assert found.p == pytest.approx(26 / 56)  # of 56 tables, 15 + 10 + 1 are as rare or rarer
    assert found.verdict is Verdict.RARE


def test_rules_that_never_fire_and_that_always_fire_together_are_named() -> None:
    text = definition()
    again = replace(text.fit.rules[0], rule="chief")
    demo = text.engagement.rules[0]
    nobody = replace(demo, rule="nobody", behaviour=replace(demo.behaviour, at_least=Decimal(99)))
    doubled = replace(
        text,
        fit=replace(text.fit, rules=(*text.fit.rules, again)),
        engagement=replace(text.engagement, rules=(*text.engagement.rules, nobody)),
    )

    found = lift_report(doubled, past(1_000), steps=("accepted",))

    assert found.never == ("nobody",)
    assert [(pair.one, pair.other) for pair in found.together] == [("C-suite", "chief")]
    assert found.together[0].common.value == 1.0


def test_discovery_names_what_the_definition_does_not_have() -> None:
    found = past(1_000)

    names = {str(each) for each in discovered(definition(), found, found.sold.is_known)}

    assert {"event: Contact Form Submitted", "page: /features", "fact: lead.source is organic"} <= names
    assert "event: Demo Requested" not in names
    assert any(name.startswith("fact: account.employees from 1 to ") for name in names)
    assert not any("lead.email is" in name or "first_name" in name for name in names)


def test_start_page_is_no_folder_of_all_pages() -> None:
    found = past(1_000)
    start, features = (
        next(each for each in discovered(definition(), found, found.sold.is_known) if str(each) == name)
        for name in ("page: /", "page: /features")
    )

    on_start, on_features = held(definition(), [start, features], found, found.cut).mean(axis=0)

    assert 0 < on_start < 1
    assert 0 < on_features < 1


def test_beside_the_others_finds_the_planted_odds() -> None:
    rng = np.random.default_rng(5)
    held_ = rng.random((20_000, 3)) < [0.5, 0.3, 0.2]
    held_[:, 1] |= held_[:, 0] & (rng.random(20_000) < 0.5)
    log_odds = -1 + 0.8 * held_[:, 0] - 1.2 * held_[:, 2]
    reached = rng.random(20_000) < 1 / (1 + np.exp(-log_odds))

    raises, nothing, lowers = beside_the_others(held_, reached)

    assert raises is not None
    assert nothing is not None
    assert lowers is not None
    assert raises.low < np.exp(0.8) < raises.high
    assert nothing.low < 1 < nothing.high
    assert lowers.low < np.exp(-1.2) < lowers.high


def test_beside_the_others_says_nothing_of_too_few() -> None:
    held_ = np.random.default_rng(1).random((60, 8)) < 0.5

    assert beside_the_others(held_, np.arange(60) < 20) == [None] * 8
