"""Drift: quiet while nothing changes, loud when it does, and never louder than the number of leads allows."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import roc_auc_score

from handraise.core.definition import Definition, read_definition
from handraise.engine.asked import microseconds_of
from handraise.learn.drift import Change, DriftReport, auc, drift_report, stability
from handraise.learn.past import DAY, Past, past_of
from tests.builders import NOW
from tests.learn import bank
from tests.learn.company import as_past, company, definition, past

INSTANT = pa.timestamp("us", "UTC")


def test_same_distribution_is_stable_and_a_moved_one_is_not() -> None:
    rng = np.random.default_rng(1)
    old, new = (
        rng.normal(4_000, 1_000, 5_000).astype(np.int64),
        rng.normal(4_000, 1_000, 2_000).astype(np.int64),
    )

    same, moved = stability("total", old, new), stability("total", old, new + 800)

    assert same.index < 0.02
    assert not same.has_moved
    assert moved.index > 0.25
    assert moved.has_shifted
    assert sum(before.count for _, before, _ in moved.shares) == 5_000
    assert sum(lately.count for _, _, lately in moved.shares) == 2_000


def test_index_is_as_worked_out_by_hand() -> None:
    """Two bins, 50 and 50 of 100 before, 30 and 70 of 100 lately; half a lead is added to each."""
    old, new = np.repeat([0, 100], 50), np.repeat([0, 100], [30, 70])

    found = stability("total", old, new)

    p, q = np.array([50.5, 50.5]) / 101, np.array([30.5, 70.5]) / 101
    assert found.index == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert found.chance == pytest.approx(3.841459 * (1 / 100 + 1 / 100), rel=1e-6)


def test_chance_is_exceeded_in_one_of_twenty_unchanged_bases() -> None:
    rng = np.random.default_rng(4)
    beyond = sum(
        (found := stability("total", rng.integers(0, 100, 1_500), rng.integers(0, 100, 300))).index
        > found.chance
        for _ in range(400)
    )

    assert 8 <= beyond <= 36


def test_few_leads_do_not_shift_a_distribution() -> None:
    found = stability("total", np.arange(40), np.arange(20, 50))

    assert found.index > 0.25
    assert found.chance > 0.25


def test_area_agrees_with_scikit_learn_and_counts_ties_half() -> None:
    rng = np.random.default_rng(2)
    scores, reached = rng.integers(0, 20, 500), rng.random(500) < 0.3

    found = auc(scores, reached)

    assert found is not None
    assert found.value == pytest.approx(roc_auc_score(reached, scores))
    tied = auc(np.zeros(10, np.int64), np.arange(10) < 5)
    assert tied is not None
    assert tied.value == 0.5
    assert auc(scores, np.zeros(500, np.bool_)) is None


def test_area_covers_the_truth_as_often_as_it_says() -> None:
    """Normal scores one standard deviation apart have an area of 0.7602."""
    rng = np.random.default_rng(3)
    reached = np.arange(200) < 60
    found = [auc((1_000 * (rng.normal(size=200) + reached)).astype(np.int64), reached) for _ in range(400)]

    missed = sum(estimate is not None and estimate.excludes(0.7602) for estimate in found)

    assert 8 <= missed <= 36


# --- rules that lose what they told

RULES: Definition = read_definition(
    "{name: Small, fit: {rules: [{rule: keen, when: {lead.keen: true}, points: 10}, {rule: tall, when: "
    "{lead.tall: true}, points: 5}]}, qualify: {mql: {total: 10}}}"
).definition


def drifting(
    keen_before: float, keen_now: float, leads: int = 1_200, copies: int = 1, *, accounts: bool = False
) -> DriftReport:
    """Leads of 400 days: keen ones are accepted with these shares before the last quarter and in it.

    Others are accepted in four of ten cases. Each lead comes `copies` times, as people of one account if
    wanted.
    """
    rng = np.random.default_rng(1)
    alone = leads // copies
    days = np.sort(rng.random(alone))[::-1] * 400
    keen, tall = rng.random(alone) < 0.5, rng.random(alone) < 0.5
    accepted = rng.random(alone) < np.where(keen, np.where(days < 91, keen_now, keen_before), 0.4)
    keen, tall, accepted = (np.repeat(column, copies) for column in (keen, tall, accepted))
    at = np.repeat(microseconds_of(NOW) - (days * DAY).astype(np.int64), copies)
    ids = [f"L{place:05d}" for place in range(leads)]
    outcomes = pa.table(
        {
            "lead_id": ids,
            "mql_at": pa.array(at, INSTANT),
            "accepted_at": pa.array(at, INSTANT, mask=~accepted),
            "rejected_at": pa.array(at, INSTANT, mask=accepted),
        }
    )
    facts = {"lead.keen": pa.array(keen), "lead.tall": pa.array(tall)}
    if accounts:
        facts["account.account_id"] = pa.array([f"A{place // copies}" for place in range(leads)])
    past_: Past = past_of(pa.array(ids), facts, list, outcomes, microseconds_of(NOW))
    return drift_report(RULES, past_)


def change(report: DriftReport, rule: str) -> Change:
    """What became of the rule."""
    return next(each.change for each in report.rules if each.subject.name == rule)


def test_rule_that_tells_nothing_any_more_is_named_with_its_numbers() -> None:
    report = drifting(0.8, 0.4)

    assert change(report, "keen") is Change.LOST
    assert change(report, "tall") is Change.SAME
    lost = report.lost[0]
    assert lost.before.low > 1
    assert lost.lately.low < 1 < lost.lately.high
    assert report.is_alarming


def test_rule_that_tells_the_contrary_is_reversed() -> None:
    assert change(drifting(0.8, 0.1), "keen") is Change.REVERSED


def test_rule_that_begins_to_tell_is_no_alarm() -> None:
    report = drifting(0.4, 0.85)

    assert change(report, "keen") is Change.NEW
    assert report.lost == ()


def test_rule_that_grows_weaker_is_told_apart_from_one_that_is_lost() -> None:
    assert change(drifting(0.95, 0.7, leads=4_000), "keen") is Change.WEAKER


def test_few_late_leads_say_nothing() -> None:
    report = drifting(0.8, 0.1, leads=100)

    assert change(report, "keen") is Change.FEW
    assert not report.is_known
    assert not report.is_alarming


def test_leads_of_one_account_are_no_strangers() -> None:
    """Sixteen people who answer as one tell as much as one: the interval is four times as wide."""
    strangers, together = (drifting(0.8, 0.4, 1_600, 16, accounts=accounts) for accounts in (False, True))

    for one, other in (
        (strangers.accepted_apart, together.accepted_apart),
        (strangers.auc_before, together.auc_before),
        (strangers.rules[0].before, together.rules[0].before),
    ):
        assert one is not None
        assert other is not None
        assert one.value == other.value
    assert strangers.accepted_apart is not None
    assert together.accepted_apart is not None
    widths = [each.high - each.low for each in (strangers.accepted_apart, together.accepted_apart)]
    assert widths[1] == pytest.approx(4 * widths[0], rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_example_company_does_not_drift(seed: int) -> None:
    assert not drift_report(definition(), past(4_000, seed)).is_alarming


def test_answers_drawn_at_random_lately_are_noticed() -> None:
    """In the last half year sales answers by lot: the score ranks worse, and rules are lost."""
    found = company(4_000)
    outcomes = found.outcomes.to_pylist()
    rng = np.random.default_rng(1)
    since = max(row["mql_at"] for row in outcomes) - timedelta(days=182)
    for row in outcomes:
        answered = row["accepted_at"] or row["rejected_at"]
        if answered is not None and row["mql_at"] >= since:
            is_accepted = rng.random() < 0.6
            row |= {"accepted_at": answered if is_accepted else None, "sql_at": None, "opportunity_at": None}
            row |= {"rejected_at": None if is_accepted else answered, "won_at": None}
    made = as_past(found, pa.Table.from_pylist(outcomes, found.outcomes.schema))

    report = drift_report(definition(), made, since=microseconds_of(since))

    assert report.ranks_worse
    assert len(report.lost) >= 3
    assert report.is_alarming


def test_before_and_lately_share_out_what_was_handed_over() -> None:
    found = past(4_000)
    report = drift_report(definition(), found)

    assert report.before + report.lately == int(found.sold.is_known.sum())
    assert sum(each.handed for each in report.periods) <= int(found.sold.is_known.sum())
    assert report.since == found.until - 91 * DAY


@pytest.mark.skipif(not bank.FILE.exists(), reason=f"the bank's calls are not at {bank.FILE}")
def test_bank_drifts() -> None:
    """From 2008 to 2010 interest fell, other people were called, and the card tells them apart worse."""
    report = drift_report(bank.card(), bank.bank_past())

    assert report.is_alarming
    assert next(each for each in report.stability if each.name == "total").has_shifted
    assert report.answers_differ
    assert report.ranks_worse
    assert {each.subject.name for each in report.lost} >= {"student or retired", "no default"}
