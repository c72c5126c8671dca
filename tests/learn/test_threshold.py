"""The bar: counted exactly, chosen by the aims, honest about what nobody knows."""

from functools import cache

import numpy as np
import pytest

from handraise.core.definition import read_definition
from handraise.engine.kernel import MISSING
from handraise.learn.bars import NoBar, bars_of, crossings, steps_along, with_bars
from handraise.learn.intervals import Share
from handraise.learn.past import judged
from handraise.learn.threshold import Aims, ThresholdReport, threshold_report
from tests.learn.company import as_past, company, definition, past


@cache
def report(seed: int = 1) -> ThresholdReport:
    """What each bar of the drivers would have let through."""
    return threshold_report(definition(), past(4_000, seed), Aims(), by="lead.source")


def rejected_of_old_rule(seed: int) -> float:
    """Share of what the old rule handed over that sales rejected."""
    sold = past(4_000, seed).sold
    return 1 - float(sold.has("accepted").sum() / sold.is_answered.sum())


def test_chosen_bar_meets_the_aims_and_beats_the_old_rule() -> None:
    choice = report().choice

    assert choice is not None
    assert choice.missed == ()
    assert 0.15 <= (choice.passing.qualified.value or 0) <= 0.25
    assert choice.passing.rejected.high < 0.30 < rejected_of_old_rule(1)


def test_chosen_bar_holds_what_it_promises_on_another_company_of_the_kind() -> None:
    choice = report().choice
    assert choice is not None
    assert choice.held_out is not None

    there = report(2).at(choice.passing.bars)

    assert (there.rejected.value or 1) < 0.6 * rejected_of_old_rule(2)
    assert choice.held_out.low - 0.05 < (there.rejected.value or 0) < choice.held_out.high + 0.05


def test_higher_bars_let_fewer_through_and_find_fewer() -> None:
    along = [each for each in report().along if each.bars["fit"] == 2_000]

    counts = [(each.qualified.count, each.won_found.count) for each in along]

    assert counts == sorted(counts, reverse=True)
    assert [each.bars["engagement"] for each in along] == sorted(each.bars["engagement"] for each in along)


def test_of_the_bars_that_meet_the_aims_none_finds_more() -> None:
    choice = report().choice
    assert choice is not None
    able = [
        each.won_found.count
        for each in report().along
        if 0.15 <= (each.qualified.value or 0) <= 0.25
        and each.rejected.n >= 30
        and (each.rejected.value or 0) <= 0.30
    ]

    assert choice.passing.won_found.count == max(able)


def test_team_that_can_work_little_gets_a_higher_bar() -> None:
    choice = threshold_report(definition(), past(4_000), Aims(capacity=3)).choice

    assert choice is not None
    assert choice.passing.a_week.value <= 3
    assert choice.missed == ("qualified",)


def test_aims_that_no_bar_meets_are_named() -> None:
    choice = threshold_report(definition(), past(4_000), Aims(capacity=0.01)).choice

    assert choice is not None
    assert choice.missed == ("capacity", "qualified")


def test_same_seed_same_doubts() -> None:
    again = threshold_report(definition(), past(4_000), Aims(), by="lead.source")

    assert again == report()


def test_leads_that_sales_never_got_are_said() -> None:
    choice = report().choice
    assert choice is not None

    assert choice.passing.unseen.low > 0.3
    assert report().seen.n == report().leads > 3_950


def test_figures_are_as_counted_lead_by_lead() -> None:
    found = past(4_000)
    one = report().at({"fit": 2_000, "engagement": 1_500})
    became = judged(definition(), found, found.cut, look_back=True).became
    passes = (became != MISSING).tolist()
    accepted, answered = found.sold.has("accepted").tolist(), found.sold.is_answered.tolist()

    assert one.qualified == Share(sum(passes), len(passes))
    assert one.accepted == Share(
        sum(a and p for a, p in zip(accepted, passes, strict=True)),
        sum(a and p for a, p in zip(answered, passes, strict=True)),
    )
    assert one.rejected.count == one.accepted.n - one.accepted.count


def test_segments_add_up_to_the_whole_and_have_their_own_bars() -> None:
    segments = report().segments

    assert sum(each.leads for each in segments) <= report().leads
    assert {"organic", "referral"} <= {each.name for each in segments}
    assert next(each for each in segments if each.name == "organic").own is not None


def test_without_any_answer_there_is_no_choice() -> None:
    found = company(1_000)
    nothing = as_past(found, found.outcomes.slice(0, 0), past(1_000).until)

    made = threshold_report(definition(), nothing, Aims())

    assert made.choice is None
    assert made.present.accepted == Share(0, 0)


DECAYING = """
name: Small
signals: {price: {event: page, where: {path: {starts_with: /pricing}}}, demo: {event: Demo Requested}}
fit:
  bar: 10
  rules:
    - {rule: senior, when: {lead.seniority: [vp, director]}, points: 20}
    - {rule: not small, when: {account.employees: {at_least: 50}}, points: 10}
engagement:
  bar: 20
  half_life: 20 days
  rules:
    - {rule: price page, signal: price, each: event, points: 15}
    - {rule: demo, signal: demo, points: 30}
qualify: {mql: MQL}
"""
CONDITIONS = [
    "{all: [fit, engagement]}",
    "{any: [fit, {engagement: 40}]}",
    "{total: 45}",
    "{all: [fit, {not: {engagement: 30}}]}",
]


@pytest.mark.parametrize("mql", CONDITIONS)
def test_many_bars_at_once_are_as_one_by_one(mql: str) -> None:
    read = read_definition(DECAYING.replace("MQL", mql)).definition
    found = past(1_000)
    present = bars_of(read)
    choices = [{name: bar + more for name, bar in present.items()} for more in (-1_000, 0, 1_500)]

    many = crossings(read, choices, found, found.cut, since=found.until - 10**13)

    for place, bars in enumerate(choices):
        alone = judged(with_bars(read, bars), found, found.cut, look_back=True).became
        assert (many.qualifies[:, place] == (alone != MISSING)).all()
        assert (many.recent[:, place] == (alone >= found.until - 10**13)).all()
    assert 0 < many.qualifies[:, 1].sum() < 1_000


def test_definition_of_patterns_alone_has_no_bar_to_choose() -> None:
    read = read_definition(
        "{name: x, signals: {d: {event: Demo}}, patterns: [{pattern: p, all: [{signal: d}]}], qualify: "
        "{mql: {pattern: p}}}"
    ).definition

    with pytest.raises(NoBar, match="asks for no score"):
        bars_of(read)


def test_round_bars_are_few_and_hold_the_present_one() -> None:
    bars = steps_along(np.random.default_rng(1).integers(-3_000, 9_000, 5_000), 4_321, 13)

    assert 4_321 in bars
    assert len(bars) <= 13
    assert all(bar % 100 == 0 for bar in bars if bar != 4_321)
    assert bars[0] > 0
