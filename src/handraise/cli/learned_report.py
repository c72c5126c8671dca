"""What was learned as a page that explains itself."""

from typing import TYPE_CHECKING, Final

from handraise.cli.figures import share
from handraise.cli.learned_words import (
    auc,
    cautions,
    chance,
    dimension,
    got_there,
    signed,
    span,
    summary,
    trial_heads,
    trial_rows,
)
from handraise.learn.intervals import percent
from handraise.rendering.charts import STAGE_HUES, Interval, Point, curves, intervals
from handraise.rendering.report import Figure, Report, Section, Table

if TYPE_CHECKING:
    from handraise.cli.learn import Found
    from handraise.learn.points import Card, CardRule

_FOLDS: Final = "random folds"
_LATER: Final = "later leads"
_HUES: Final = {_FOLDS: STAGE_HUES["mql"], _LATER: STAGE_HUES["sql"]}


def report_of(found: "Found") -> Report:
    """The report of what was learned, also when it is nothing."""
    evidence, card = found.learned.evidence, found.learned.card
    of_card = () if card is None else (_rules(card), _totals(card, found.target), _bar(card, found.target))
    return Report(
        kind="Points learned from history",
        title=found.definition.name if found.definition is not None else "Nothing to learn",
        subtitle=(
            f"Leads that {got_there(found.target)}. From {len(evidence.reached):,} leads whose end is known "
            f"and {len(evidence.candidates):,} questions that a rule could ask of them"
        ),
        answer=summary(found),
        sections=(*of_card, _price(found), _promises(found), _guard(found)),
        reading=READING,
    )


READING: Final = (
    (
        "Points",
        "What a rule adds to the total of a lead for which it holds. They are rounded so that people can add "
        "them up; the search for round numbers looks at what is lost, and loses as little as it can.",
    ),
    (
        "Get there with it, without it",
        "Share of the leads that reached the target, of those for which the rule holds and of the others. In "
        "brackets where the true share lies (95 % interval, Wilson). A rule may have points against what "
        "these shares suggest: beside the other rules it says something else than by itself.",
    ),
    (
        "What a total says",
        "The probability to reach the target that goes with a total, and what was seen of leads with it. "
        "The card was made from these leads; how it does on others is the question after next.",
    ),
    (
        "AUC",
        "Take a lead that got there and one that did not: how often does the first have the higher total? "
        "0.5 is chance, 1 is always.",
    ),
    (
        "Calibration error",
        "By how much what is promised differs from what is seen, on average over tenths of the leads. 0.02: "
        "two in a hundred.",
    ),
    (
        "Random folds, later leads",
        "Either way the models are tried on leads that they have not seen. Random folds take every fifth "
        "lead from any time. Later leads are what a card will really meet: the world moves on. Where the two "
        "differ, believe the later leads.",
    ),
    (
        "Association, not cause",
        "Points say what goes with getting there. Making people do what earns points does not make them buy.",
    ),
    (
        "A proposal",
        "This changes nothing by itself. Read it, name the rules in your words, then check, compare, "
        "backtest and sign it like any other definition.",
    ),
)


def _rules(card: "Card") -> Section:
    rows = tuple(
        (each.candidate.name, dimension(each), signed(each.points), share(each.having), share(each.without))
        for each in card.rules
    )
    drawn = [shown for each in card.rules for shown in _drawn(each)]
    return Section(
        question="Which rules, and how many points?",
        answer=f"{len(card.rules)} rules. {_strongest(card)}",
        figure=Figure(
            intervals(
                drawn,
                "share that got there",
                hues={"with it": STAGE_HUES["customer"], "without it": STAGE_HUES["lead"]},
            ),
            "For each rule the share of leads that got there, with it and without it.",
        ),
        table=Table(
            ("Rule", "Dimension", "Points", "Get there with it", "Without it"), rows, right=(2, 3, 4)
        ),
    )


def _strongest(card: "Card") -> str:
    ranked = sorted(card.rules, key=lambda each: -abs(each.points))[:3]
    return (
        "Most points: " + "; ".join(f"{each.candidate.name} {signed(each.points)}" for each in ranked) + "."
    )


def _drawn(rule: "CardRule") -> list[Interval]:
    return [
        Interval(rule.candidate.name, each.value, each.low, each.high, group)
        for group, each in (("with it", rule.having), ("without it", rule.without))
        if each.value is not None
    ]


def _totals(card: "Card", target: str) -> Section:
    rows = tuple(
        (span(each), f"{each.leads:,}", chance(each.chance), share(each.seen)) for each in card.steps
    )
    drawn = [
        Interval(span(each), each.chance.value, each.chance.low, each.chance.high, "says")
        for each in card.steps
    ]
    drawn += [
        Interval(span(each), each.seen.value, each.seen.low, each.seen.high, "seen")
        for each in card.steps
        if each.seen.value is not None
    ]
    return Section(
        question="What does a total say?",
        answer=f"From {percent(card.steps[0].chance.value)} % for the lowest totals to "
        f"{percent(card.steps[-1].chance.value)} % for the highest {got_there(target)}.",
        figure=Figure(
            intervals(
                drawn,
                f"share that {got_there(target)}",
                hues={"says": STAGE_HUES["mql"], "seen": STAGE_HUES["customer"]},
            ),
            "For each step of totals, what the card says and what was seen.",
        ),
        table=Table(("Total", "Leads", "The card says", "Seen"), rows, right=(1, 2, 3)),
    )


def _bar(card: "Card", target: str) -> Section:
    bar = card.bar
    return Section(
        question="Where could the bar stand?",
        answer=f"At {bar.total} points. That is where the share of leads that qualify comes nearest to what "
        f"was asked for. A lead just at the bar gets there in {chance(bar.chance)}.",
        table=Table(
            ("", ""),
            (
                ("Qualify, of all leads", share(bar.qualified)),
                (f"Of those at the bar or above, {got_there(target)}", share(bar.precision)),
                (f"Of those that {got_there(target)}, at the bar or above", share(bar.recall)),
            ),
            right=(1,),
        ),
        notes=(
            "The bar stands on the total of both dimensions, because the total is what the probability "
            "belongs to. To set a bar for each dimension from history and capacity: handraise threshold.",
        ),
    )


def _price(found: "Found") -> Section:
    learned = found.learned
    trials = [(_FOLDS, learned.folds)] + ([(_LATER, learned.later)] if learned.later is not None else [])
    drawn = [
        Interval(each.name, each.auc.value, each.auc.low, each.auc.high, name)
        for name, trial in trials
        for each in trial.models
    ]
    answer = "The same folds for all. "
    card = learned.folds.models[0]
    best = max(learned.folds.models, key=lambda each: each.auc.value)
    answer += (
        "No model does better than the card."
        if best is card
        else f"The card reaches an AUC of {auc(card.auc)}; {best.name} {auc(best.auc)}."
    )
    notes: tuple[str, ...] = ()
    if learned.later is not None:
        notes = (
            f"Later leads: learned from the earlier {learned.later.learned:,} "
            f"({percent(learned.later.base_learned)} % got there), tried on the later "
            f"{learned.later.tested:,} ({percent(learned.later.base_tested)} %).",
        )
    return Section(
        question="What does simplicity cost?",
        answer=answer,
        figure=Figure(
            intervals(
                drawn, "AUC", form=".2f", hues={name: _HUES[name] for name, _ in trials}, reference=0.5
            ),
            "Each model on leads that it has not seen; the line is chance.",
        ),
        table=Table(
            ("Model", *trial_heads(found)),
            tuple(trial_rows(found)),
            right=tuple(range(1, 1 + len(trial_heads(found)))),
        ),
        notes=notes,
    )


def _promises(found: "Found") -> Section:
    card = found.learned.folds.models[0]
    rows = tuple((f"{percent(each.said)} %", share(each.seen)) for each in card.bins)
    error = (
        f" On average they differ by {100 * card.calibration.value:.1f} in a hundred "
        f"({100 * card.calibration.low:.1f}–{100 * card.calibration.high:.1f})."
    )
    figure = None
    if len(card.bins) > 1:
        points = [Point(each.said, each.seen.value or 0.0, "seen") for each in card.bins]
        points += [Point(each.said, each.said, "as promised") for each in card.bins]
        figure = Figure(
            curves(points, "promised share", "share that got there"),
            "Leads in tenths by what the card promised of them; on the dashed line it is kept exactly.",
        )
    return Section(
        question="Are its promises kept?",
        answer=f"On leads that the card had not seen, what it says and what came.{error}",
        figure=figure,
        table=Table(("The card said", "Got there"), rows, right=(0, 1)),
    )


def _guard(found: "Found") -> Section:
    lines = tuple(cautions(found))
    evidence = found.learned.evidence
    answer = "Every fact was taken as the files have it."
    if evidence.refused:
        names = ", ".join(each.name for each in evidence.refused)
        answer = f"Refused, because sales fills them in: {names}. A rule on them would repeat the answer."
    elif evidence.suspicions:
        answer = "Some facts look too good to be known before the answer."
    return Section("What was not looked at, and what is doubtful?", answer, notes=lines)
