"""Learn a card, and say what it is worth: or that there is nothing to learn, or too little to learn from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from handraise.core.definition.grammar import nearest
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.learn.past import Ints
from handraise.learn.points.candidates import Candidate
from handraise.learn.points.card import Card, Learner, Points, card_of
from handraise.learn.points.choosing import Wanted
from handraise.learn.points.evidence import Evidence
from handraise.learn.points.judging import (
    CardModel,
    LogisticModel,
    Model,
    TreesModel,
    Trial,
    in_folds,
    out_of_time,
)
from handraise.learn.points.trees import features_of, is_there

LEAST: Final = 50  # leads that reached the target, and that did not: below, nothing is learned at all
PER_RULE: Final = 10  # of the rarer kind, for each rule (P. Peduzzi and others, J. Clin. Epidemiol. 49, 1996)
MOST_RULES: Final = 20
QUALIFIED: Final = 0.2  # of all leads, in the middle of the 15–25 % that sales can follow up

LOGISTIC: Final = "Full logistic regression"
TREES: Final = "LightGBM"


class TooLittle(HandraiseError):
    """There are too few leads to learn from; the message says how many are needed, and what would do."""


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes
    ----------
    card
        None when there is nothing to learn.
    folds
        Every model on the same five folds at random.
    later
        Every model learned from earlier leads and tested on later ones; None without an order of time.
    wanted
        What the card was allowed to be.
    points
        The card as it was found; None without one.
    """

    evidence: Evidence
    card: Card | None
    folds: Trial
    later: Trial | None
    wanted: Wanted

    points: Points | None = None

    @property
    def holds_later(self) -> bool | None:
        """Whether the card tells anything on later leads; None when there was no such trial."""
        return None if self.later is None else self.later.models[0].auc.low > 0.5

    @property
    def totals(self) -> Ints:
        """The card's total of every lead; 0 without a card."""
        if self.points is None:
            return np.zeros(len(self.evidence.past), np.int64)
        return self.points.totals(self.evidence.held)


def learn(
    evidence: Evidence,
    wanted: Wanted = Wanted(),  # noqa: B008  # frozen
    *,
    signs: Mapping[str, int] | None = None,
    qualified: float = QUALIFIED,
    seed: int = 0,
    told: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Learned:
    """Learn the best card within what is wanted, and try it beside models that nobody could sign.

    Parameters
    ----------
    signs
        1 or -1 by the name of a rule, of a fact or of a signal: its points may have that sign only.
    qualified
        The share of all leads that the suggested bar lets through.
    seed
        Folds depend on it; the card itself does not.
    told
        Hears how many learnings are done, of how many.

    Raises
    ------
    TooLittle
        When there are fewer than `LEAST` leads of a kind, or `PER_RULE` for each rule.
    InputInvalid
        When a sign names nothing, or the range of points is none.
    """
    _check(wanted)
    _check_size(evidence, wanted)
    learner = learner_of(evidence, wanted, signs)
    models = _models(evidence, learner, seed)
    folds = in_folds(models, evidence.reached, seed=seed, told=told)
    later = None
    if evidence.when is not None:
        later = out_of_time(models, evidence.reached, evidence.when, seed=seed)
    card, found = None, None
    if folds.models[0].says_something:
        found = learner.points(np.arange(len(evidence.reached)))
        if len(found.places):
            card = card_of(
                found, evidence.candidates, evidence.held, evidence.cases, evidence.reached, qualified
            )
    return Learned(evidence, card, folds, later, wanted, found)


def learner_of(evidence: Evidence, wanted: Wanted, signs: Mapping[str, int] | None = None) -> Learner:
    """What learns cards from the cases.

    Raises
    ------
    InputInvalid
        When a sign names nothing.
    """
    return Learner(
        held=evidence.held[evidence.cases],
        reached=evidence.reached,
        signs=_within(signs_of(evidence.candidates, signs or {}), wanted),
        groups=_groups(evidence.candidates),
        alike=np.array([each.is_behaviour for each in evidence.candidates], np.bool_),
        wanted=wanted,
    )


def _models(evidence: Evidence, learner: Learner, seed: int) -> list[Model]:
    """The card, one of half as many rules, and the two that show what simplicity costs."""
    wanted = learner.wanted
    models: list[Model] = [CardModel(card_name(wanted.rules), learner)]
    if wanted.rules >= 4:
        half = replace(wanted, rules=wanted.rules // 2)
        models.append(CardModel(card_name(half.rules), replace(learner, wanted=half)))
    models.append(LogisticModel(LOGISTIC, learner.held, learner.reached))
    if is_there():
        features = features_of(evidence).only(evidence.cases)
        if features.names:
            models.append(TreesModel(TREES, features, learner.reached, seed))
    return models


def card_name(rules: int) -> str:
    """How a card of at most so many rules is called among the models.

    Examples
    --------
    >>> card_name(1), card_name(10)
    ('Card, 1 rule', 'Card, up to 10 rules')
    """
    return "Card, 1 rule" if rules == 1 else f"Card, up to {rules} rules"


def _check(wanted: Wanted) -> None:
    if not 1 <= wanted.rules <= MOST_RULES:
        raise InputInvalid(f"a card has 1 to {MOST_RULES} rules, not {wanted.rules}: people have to read it")
    if not wanted.low <= 0 <= wanted.high or wanted.low == wanted.high:
        raise InputInvalid(
            f"points from {wanted.low} to {wanted.high} are no range around 0, such as -50..50"
        )
    if wanted.step < 1 or max(-wanted.low, wanted.high) < wanted.step:
        raise InputInvalid(
            f"points in steps of {wanted.step} do not fit between {wanted.low} and {wanted.high}"
        )


def _check_size(evidence: Evidence, wanted: Wanted) -> None:
    hits = int(evidence.reached.sum())
    misses = len(evidence.reached) - hits
    rarer, needed = min(hits, misses), max(LEAST, PER_RULE * wanted.rules)
    if rarer >= needed:
        return
    kind = "reached" if hits <= misses else "did not reach"
    ways = [f"wait for {needed - rarer:,} more"]
    if rarer >= LEAST:
        ways.append(f"ask for at most {rarer // PER_RULE} rules (--rules {rarer // PER_RULE})")
    if evidence.target in ("sql", "won"):
        ways.append("learn from an earlier step, such as --target accepted")
    raise TooLittle(
        f"{wanted.rules} rules need {needed:,} leads that reached `{evidence.target}` and {needed:,} that "
        f"did not; there are {rarer:,} that {kind} it, of {len(evidence.reached):,} whose end is known. "
        f"With fewer, points would be noise: {', or '.join(ways)}."
    )


def signs_of(candidates: Sequence[Candidate], signs: Mapping[str, int]) -> Ints:
    """The allowed sign of each candidate, 0 where any is.

    Raises
    ------
    InputInvalid
        When a name is that of no rule, fact or signal.
    """
    found = np.zeros(len(candidates), np.int64)
    for name, sign in signs.items():
        folded = name.casefold()
        mine = [place for place, each in enumerate(candidates) if folded in _names_of(each)]
        if not mine:
            names = sorted({known for each in candidates for known in _names_of(each)})
            raise InputInvalid(
                f"--sign {name}: no rule, fact or signal that could be on the card is called so"
                f"{nearest(folded, names)}"
            )
        found[mine] = sign
    return found


def _within(signs: Ints, wanted: Wanted) -> Ints:
    """The signs that the range leaves: from 0 on, all are positive."""
    if wanted.high < wanted.step:
        return np.full(len(signs), -1, np.int64)
    return np.full(len(signs), 1, np.int64) if -wanted.low < wanted.step else signs


def _names_of(candidate: Candidate) -> tuple[str, ...]:
    return candidate.name.casefold(), candidate.about.casefold(), candidate.about.casefold().partition(".")[2]


def _groups(candidates: Sequence[Candidate]) -> Ints:
    """A number for what each is about."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(each.about, len(numbers)) for each in candidates], np.int64)
