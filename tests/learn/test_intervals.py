"""Shares, differences, ratios and many tests at once: published values, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from handraise.learn.intervals import Share, bootstrap, difference, discoveries, median, ratio

SHARES = st.integers(0, 400).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))
SHARES_OF_SOME = SHARES.filter(lambda share: share.n > 0)

# Newcombe 1998 (two proportions), table II, method 10, rows (a) to (h): counts, then lower and upper limit.
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("one", "other", "low", "high"), NEWCOMBE)
def test_difference_is_as_newcombe_published(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(Share(*one), Share(*other))

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


# Newcombe 1998 (single proportion), table I, Wilson without continuity correction.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_share_has_wilson_limits_as_published(count: int, n: int, low: float, high: float) -> None:
    share = Share(count, n)

    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


@given(SHARES_OF_SOME)
def test_share_agrees_with_scipy(share: Share) -> None:
    found = binomtest(share.count, share.n).proportion_ci(method="wilson")

    assert (share.low, share.high) == pytest.approx((found.low, found.high), abs=1e-9)


@given(SHARES)
def test_interval_holds_the_share_and_stays_within_0_and_1(share: Share) -> None:
    assert 0 <= share.low <= share.high <= 1
    assert share.value is None or share.low <= share.value <= share.high


@given(SHARES_OF_SOME)
def test_the_other_side_of_a_share_has_the_mirrored_interval(share: Share) -> None:
    rest = Share(share.n - share.count, share.n)

    assert (1 - rest.high, 1 - rest.low) == pytest.approx((share.low, share.high), abs=1e-12)


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 2)])
def test_more_than_all_is_no_share(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        Share(count, n)


@given(SHARES_OF_SOME, SHARES_OF_SOME)
def test_difference_turned_round_is_its_negative(one: Share, other: Share) -> None:
    there, back = difference(one, other), difference(other, one)

    assert there is not None
    assert back is not None
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert there.low <= there.value <= there.high


@given(SHARES_OF_SOME, SHARES_OF_SOME)
def test_ratio_turned_round_is_its_inverse(one: Share, other: Share) -> None:
    there, back = ratio(one, other), ratio(other, one)

    if one.count == other.count == 0:
        assert there is None
        return
    assert there is not None
    assert back is not None
    assert 0 <= there.low <= there.value <= there.high
    if one.count > 0 and other.count > 0:
        assert there.value * back.value == pytest.approx(1)
        assert there.low * back.high == pytest.approx(1)


def test_ratio_covers_the_truth_as_often_as_it_says() -> None:
    """Rates of 4 % and 12 % with 150 cases each, 2,000 times: it misses about one time in twenty."""
    rng = np.random.default_rng(7)
    pairs = zip(rng.binomial(150, 0.12, 2_000).tolist(), rng.binomial(150, 0.04, 2_000).tolist(), strict=True)
    found = [ratio(Share(one, 150), Share(other, 150)) for one, other in pairs]

    missed = sum(estimate is not None and estimate.excludes(3.0) for estimate in found)

    assert 60 <= missed <= 130


def test_ratio_to_nothing_has_no_upper_limit() -> None:
    found = ratio(Share(4, 20), Share(0, 30))

    assert found is not None
    assert math.isinf(found.value)
    assert math.isinf(found.high)
    assert found.low > 1


@pytest.mark.parametrize(("one", "other"), [(Share(0, 0), Share(1, 2)), (Share(1, 2), Share(0, 0))])
def test_nothing_is_compared_with_no_case(one: Share, other: Share) -> None:
    assert difference(one, other) is None
    assert ratio(one, other) is None


def test_median_of_many_is_within_its_interval_about_the_textbook_width() -> None:
    """The standard error of a normal sample's median is 1.2533 / sqrt(n)."""
    values = np.random.default_rng(3).normal(10, 1, 900)

    found = median(values, seed=5)

    assert found is not None
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * 1.2533 / 30, rel=0.25)
    assert found == median(values, seed=5)


def test_bootstrap_says_nothing_when_most_drawings_do() -> None:
    assert bootstrap(lambda rows: math.nan if len(set(rows.tolist())) < 3 else 1.0, 3, seed=1) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_agree_with_scipy(p_values: list[float]) -> None:
    assert discoveries(p_values) == pytest.approx(false_discovery_control(p_values, method="bh"))


def test_no_tests_have_no_q_values() -> None:
    assert discoveries([]).tolist() == []
