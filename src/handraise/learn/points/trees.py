"""Gradient-boosted trees (LightGBM, an extra): what could be known if nobody had to read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np

from handraise.core.errors import InputInvalid
from handraise.facts import CATALOG, Kind
from handraise.learn.intervals import Floats
from handraise.learn.past import Bools, Ints, values_of
from handraise.learn.points.candidates import Candidate, numbers_of
from handraise.learn.points.evidence import Evidence

ROUNDS: Final = 150


@dataclass(frozen=True)
class Feature:
    """A column of the trees: a fact with the words of its values, or a question that holds or not."""

    name: str
    values: tuple[str, ...] | None = None
    is_question: bool = False

    def words(self, value: float) -> str:
        """What the lead has there.

        Examples
        --------
        >>> Feature("lead.source", ("partner", "referral")).words(1.0)
        'lead.source is referral'
        >>> Feature("account.employees").words(float("nan"))
        'account.employees is not known'
        >>> Feature("2 or more pricing pages", is_question=True).words(0.0)
        'without 2 or more pricing pages'
        """
        if self.is_question:
            return self.name if value else f"without {self.name}"
        if np.isnan(value):
            return f"{self.name} is not known"
        return f"{self.name} is {self.values[int(value)] if self.values is not None else f'{value:g}'}"


@dataclass(frozen=True)
class Features:
    """What trees look at: (leads, features), NaN where nothing is known; words as whole numbers."""

    matrix: Floats
    names: tuple[Feature, ...]

    def only(self, rows: Ints | Bools) -> "Features":
        """Those of some leads."""
        return Features(self.matrix[rows], self.names)

    @property
    def categories(self) -> list[int]:
        """Places of features that are words."""
        return [place for place, each in enumerate(self.names) if each.values is not None]


def features_of(evidence: Evidence) -> Features:
    """Facts as they are, and the questions about behaviour."""
    columns: list[Floats] = []
    names: list[Feature] = []
    for fact in evidence.facts:
        values = values_of(evidence.past, fact)
        numbers = numbers_of(values.values) if _may_count(fact) else None
        if numbers is not None:
            columns.append(numbers[values.codes])
            names.append(Feature(fact))
        else:
            columns.append(np.array([*range(len(values.values)), np.nan])[values.codes])
            names.append(Feature(fact, tuple(values.values)))
    for place, each in _behaviours(evidence.candidates):
        columns.append(evidence.held[:, place].astype(np.float64))
        names.append(Feature(each.name, is_question=True))
    matrix = np.column_stack(columns) if columns else np.zeros((len(evidence.past), 0))
    return Features(matrix, tuple(names))


def _may_count(fact: str) -> bool:
    return fact not in CATALOG or CATALOG[fact].kind in (Kind.NUMBER, Kind.RANGE)


def _behaviours(candidates: Sequence[Candidate]) -> list[tuple[int, Candidate]]:
    return [(place, each) for place, each in enumerate(candidates) if each.is_behaviour]


def is_there() -> bool:
    """Whether LightGBM is installed."""
    from importlib.util import find_spec

    return find_spec("lightgbm") is not None


def _lightgbm() -> ModuleType:
    if not is_there():
        raise InputInvalid(
            "the predictive score needs LightGBM, which is not installed: pip install 'handraise[predict]'"
        )
    from importlib import import_module

    return import_module("lightgbm")


def trees(features: Features, reached: Floats, rows: Ints, seed: int) -> Any:
    """LightGBM trees of these rows; the same rows and seed give the same trees.

    Raises
    ------
    InputInvalid
        When LightGBM is not installed.
    """
    lightgbm = _lightgbm()
    settings = {
        "objective": "binary",
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": max(10, min(40, len(rows) // 50)),
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "cat_smooth": 20.0,
        "lambda_l2": 1.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(
        features.matrix[rows],
        reached[rows],
        categorical_feature=features.categories,
        params={"verbosity": -1},
        free_raw_data=True,
    )
    return lightgbm.train(settings, data, num_boost_round=ROUNDS)
