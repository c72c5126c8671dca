"""Leads of one account are no strangers, in tests and in the odds beside the others."""

import numpy as np
import pytest

from handraise.learn.accounts import odds_of, p_of, widening
from handraise.learn.beside import beside_the_others


def test_strangers_widen_nothing() -> None:
    answers = np.random.default_rng(1).normal(size=500)

    assert widening(answers, np.arange(500)) == 1.0


@pytest.mark.parametrize("size", [2, 5, 10])
def test_people_who_answer_as_one_count_as_one(size: int) -> None:
    answers = np.repeat(np.random.default_rng(1).normal(size=300), size)

    found = widening(answers, np.repeat(np.arange(300), size))

    assert found == pytest.approx(np.sqrt(size))


def committees(seed: int, accounts: int = 120, size: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signal and answer of leads whose account decides both, each for itself: the signal tells nothing."""
    rng = np.random.default_rng(seed)
    held, reached = (np.repeat(rng.random(accounts) < 0.4, size) for _ in range(2))
    return held, reached, np.repeat(np.arange(accounts), size)


def test_a_signal_that_tells_nothing_is_found_by_chance_no_more_than_it_may() -> None:
    """As strangers, committees of six would make it look sure in about every second case; as accounts 5 %."""
    strangers = accounts = 0
    for seed in range(200):
        held, reached, of = committees(seed)
        strangers += p_of(odds_of(held, reached, np.arange(len(held)))) < 0.05
        accounts += p_of(odds_of(held, reached, of)) < 0.05

    assert strangers > 60
    assert accounts <= 22


def test_odds_beside_the_others_know_of_accounts() -> None:
    held, reached, of = committees(3)
    both = np.column_stack((held, np.random.default_rng(1).random(len(held)) < 0.5))

    (alone, _), (together, _) = beside_the_others(both, reached), beside_the_others(both, reached, of)

    assert alone is not None
    assert together is not None
    assert alone.value == together.value
    assert np.log(together.high / together.low) > 2 * np.log(alone.high / alone.low)
