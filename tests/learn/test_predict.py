"""The predictive score beside the card: calibrated, with its reasons, and only where LightGBM is."""

from functools import cache

import numpy as np
import pytest

from handraise.core.errors import InputInvalid
from handraise.learn.points import Asked, Evidence, gathered
from handraise.learn.points import trees as boosting
from handraise.learn.points.measures import auc, calibration_error
from handraise.learn.predict import Predicted, predicted
from tests.learn.test_points import EMPTY, table


@cache
def evidence() -> Evidence:
    """A base of which half the leads' end is known."""
    return gathered(EMPTY, table(2_500, 9), Asked("lead.bought"))


@cache
def found() -> Predicted:
    """What is said of its leads."""
    return predicted(evidence(), seed=3)


def test_probabilities_rank_and_keep_their_word() -> None:
    chances, reached = found().chances[evidence().cases], evidence().reached

    assert ((chances > 0) & (chances < 1)).all()
    assert auc(chances, reached).value > 0.7
    assert calibration_error(chances, reached) < 0.1


def test_calibration_is_made_on_leads_that_the_trees_had_not_seen() -> None:
    """Trees are too sure of leads that they have seen: the scale pulls them in."""
    assert found().scale.slope < 1.1


def test_reasons_are_the_strongest_and_name_what_the_lead_has() -> None:
    words = [each.words for row in found().reasons for each in row]

    assert any(word == "lead.source is referral" for word in words)
    assert any(word.startswith("lead.size is ") for word in words)
    for row in found().reasons[:50]:
        sizes = [abs(each.log_odds) for each in row]
        assert sizes == sorted(sizes, reverse=True)
        assert len(row) <= 3
    referral = [
        each.log_odds for row in found().reasons for each in row if each.words == "lead.source is referral"
    ]
    assert np.mean(np.array(referral) > 0) > 0.95


def test_same_seed_gives_the_same_score() -> None:
    assert np.array_equal(found().chances, predicted(evidence(), seed=3).chances)


def test_too_few_leads_are_refused() -> None:
    with pytest.raises(InputInvalid, match="needs 50 leads"):
        predicted(gathered(EMPTY, table(80, 1), Asked("lead.bought")), seed=1)


def test_without_lightgbm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "is_there", lambda: False)

    with pytest.raises(InputInvalid, match=r"pip install 'handraise\[predict\]'"):
        predicted(evidence(), seed=1)
