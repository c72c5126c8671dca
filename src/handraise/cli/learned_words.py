"""What was learned, said on the terminal, to machines and above the definition."""

from typing import TYPE_CHECKING, Any, Final

from handraise.cli import output
from handraise.cli.figures import for_machines, share, told
from handraise.learn.intervals import Estimate, Share, percent

if TYPE_CHECKING:
    from handraise.cli.learn import Found
    from handraise.learn.points import Card, CardRule, Judged, Step, Suspicion, Trial


_GOT_THERE: Final = {"accepted": "were accepted by sales", "sql": "became SQLs", "won": "were won"}
DOES_NOT_HOLD: Final = (
    "It does not hold: on later leads it ranks no better than chance, or worse. Do not sign it. What told "
    "leads apart has changed since, or its rules speak of the time (a season, an interest rate) and not of "
    "the lead: leave such facts out, or learn from the latest leads only."
)


def auc(estimate: Estimate) -> str:
    """An AUC, or a calibration error, with its interval.

    Examples
    --------
    >>> auc(Estimate(0.8769, 0.8698, 0.8841))
    '0.877 (0.870–0.884)'
    """
    return f"{estimate.value:.3f} ({estimate.low:.3f}–{estimate.high:.3f})"


def chance(estimate: Estimate) -> str:
    """A probability with its interval.

    Examples
    --------
    >>> chance(Estimate(0.742, 0.727, 0.758))
    '74 % (73–76)'
    """
    return f"{percent(estimate.value)} % ({percent(estimate.low)}–{percent(estimate.high)})"


def signed(points: int) -> str:
    """Points with their sign.

    Examples
    --------
    >>> signed(15), signed(-5)
    ('+15', '−5')
    """
    return f"{points:+d}".replace("-", "−")


def span(step: "Step") -> str:
    """Totals of a step."""
    return str(step.low) if step.low == step.high else f"{step.low} to {step.high}".replace("-", "−")


def dimension(rule: "CardRule") -> str:
    """Fit or engagement."""
    return "engagement" if rule.candidate.is_behaviour else "fit"


def base(found: "Found") -> Share:
    """Share of the cases that reached the target."""
    reached = found.learned.evidence.reached
    return Share(int(reached.sum()), len(reached))


def got_there(target: str) -> str:
    """What the leads did that reached the target.

    Examples
    --------
    >>> got_there("sql"), got_there("Converted")
    ('became SQLs', 'have yes in “Converted”')
    """
    return _GOT_THERE.get(target, f"have yes in “{target}”")


def summary(found: "Found") -> str:
    """The whole in one paragraph."""
    learned = found.learned
    first = learned.folds.models[0]
    lead = f"Of the leads whose end is known, {base(found).words} {got_there(found.target)}."
    if learned.card is None:
        return (
            f"{lead} There is nothing to learn: on leads that they had not seen, cards ranked no better than "
            f"chance (AUC {auc(first.auc)}, where 0.5 is chance) or promised no better than the base rate."
        )
    card = learned.card
    parts = [
        lead,
        f"A card of {output.counted(len(card.rules), 'rule')} ranks leads that it has not seen with an AUC "
        f"of {auc(first.auc)}; {_price(learned.folds)}.",
    ]
    if learned.later is not None:
        parts.append(
            f"Learned from the earlier {learned.later.learned:,} leads and tried on the later "
            f"{learned.later.tested:,}, it reaches {auc(learned.later.models[0].auc)}."
        )
    if learned.holds_later is False:
        parts.append(DOES_NOT_HOLD)
    parts.append(_bar(card))
    return " ".join(parts)


def _price(trial: "Trial") -> str:
    best = max(
        (each for each in trial.models if not each.name.startswith("Card")), key=lambda each: each.auc.value
    )
    return f"the best of the models that nobody could sign ({best.name}) reaches {auc(best.auc)}"


def _bar(card: "Card") -> str:
    bar = card.bar
    return (
        f"With a bar of {bar.total} points, {told(bar.qualified, 'leads')} qualify; a lead just at the bar "
        f"gets there in {chance(bar.chance)}."
    )


def notes(found: "Found") -> list[str]:
    """Comments above the definition: from what, how good, what to do next."""
    learned = found.learned
    if learned.card is None:
        return []
    lines = [
        f"Learned from leads whose end is known: {base(found).words} {got_there(found.target)}.",
        f"Of all leads {learned.card.bar.qualified.words} reach the bar.",
        f"On leads not seen: AUC {auc(learned.folds.models[0].auc)} in random folds"
        + (f", {auc(learned.later.models[0].auc)} on later leads." if learned.later is not None else "."),
        *([DOES_NOT_HOLD] if learned.holds_later is False else []),
        "A proposal, not a decision: read it, rename rules, then `handraise check`, `diff`, `backtest`, sign",
    ]
    lines += [f"{found_rule.candidate.name}: {_with(found_rule)}" for found_rule in learned.card.rules]
    return lines


def _with(rule: "CardRule") -> str:
    return f"{share(rule.having)} with it, {share(rule.without)} without"


def show(found: "Found") -> None:
    """Print it for people."""
    learned = found.learned
    output.say(summary(found))
    if learned.card is not None:
        output.say("")
        output.table(
            ("Rule", "", "Points", "Get there with it", "Without it"),
            [
                (
                    each.candidate.name,
                    dimension(each),
                    signed(each.points),
                    share(each.having),
                    share(each.without),
                )
                for each in learned.card.rules
            ],
            right=(2,),
        )
        output.say("")
        output.table(
            ("Total", "Leads", "Says", "Seen"),
            [
                (span(each), f"{each.leads:,}", chance(each.chance), share(each.seen))
                for each in learned.card.steps
            ],
            right=(1,),
        )
    output.say("")
    output.table(("Model", *trial_heads(found)), trial_rows(found))
    for line in cautions(found):
        output.say("", line)


def trial_heads(found: "Found") -> tuple[str, ...]:
    """Heads of the comparison."""
    later = ("AUC on later leads", "Calibration error later") if found.learned.later is not None else ()
    return ("AUC in random folds", "Calibration error", *later)


def trial_rows(found: "Found") -> list[tuple[str, ...]]:
    """Every model, in folds and out of time."""
    later = found.learned.later
    return [
        (each.name, *_judged(each), *(_judged(later.of(each.name)) if later is not None else ()))
        for each in found.learned.folds.models
    ]


def _judged(model: "Judged") -> tuple[str, str]:
    return auc(model.auc), auc(model.calibration)


def cautions(found: "Found") -> list[str]:
    """What was refused, what looks too good, what was left out, and what cannot be said."""
    evidence = found.learned.evidence
    lines = [f"Refused: {each.name}; {each.why}." for each in evidence.refused]
    lines += [
        f"Too good to be true: {_too_good(each)}. Facts that are known before a sale hardly ever tell so "
        "much; ask who fills it in and when. If it is sales: --known-after "
        f"'{each.fact.partition('.')[2]}'."
        for each in evidence.suspicions
    ]
    lines += [f"Left out: {each.name}; {each.why}." for each in evidence.left_out]
    if evidence.too_young:
        lines.append(f"Left out: {evidence.too_young:,} leads that had too little time to get there.")
    if found.learned.later is None:
        lines.append(
            "No trial on later leads: nothing tells the order of time, or too few got there at one end. "
            "Leads in order of time: --in-order, or --decided-at COLUMN."
        )
    if evidence.target not in ("accepted", "sql", "won") and not evidence.refused:
        lines.append(
            "Facts are taken as the file has them. Which of them were known before the answer, only you "
            "know: --known-after COLUMN."
        )
    return lines


def _too_good(each: "Suspicion") -> str:
    if each.share is None:
        return f"{each.fact} alone reaches an AUC of {auc(each.auc)}"
    return f"where {each.fact} is {each.value}, {each.share.words} got there"


def as_json(found: "Found", written: "list[Any]") -> dict[str, Any]:
    """The same for machines."""
    learned, evidence = found.learned, found.learned.evidence
    card = learned.card
    return {
        "target": found.target,
        "reached": for_machines(base(found)),
        "candidates": len(evidence.candidates),
        "card": None if card is None else _card(card),
        "folds": _trial(learned.folds),
        "later": None if learned.later is None else _trial(learned.later),
        "refused": for_machines(evidence.refused),
        "suspicions": for_machines(evidence.suspicions),
        "left_out": for_machines(evidence.left_out),
        "too_young": evidence.too_young,
        "written": [str(path) for path in written],
    }


def _card(card: "Card") -> dict[str, Any]:
    return {
        "rules": [
            {
                "rule": each.candidate.name,
                "dimension": dimension(each),
                "about": each.candidate.about,
                "points": each.points,
                "having": for_machines(each.having),
                "without": for_machines(each.without),
            }
            for each in card.rules
        ],
        "slope": card.scale.slope,
        "intercept": card.scale.intercept,
        "steps": for_machines(card.steps),
        "bar": for_machines(card.bar),
    }


def _trial(trial: "Trial") -> dict[str, Any]:
    return {
        "learned": trial.learned,
        "tested": trial.tested,
        "base_learned": trial.base_learned,
        "base_tested": trial.base_tested,
        "models": [
            {
                "name": each.name,
                **{
                    name: for_machines(getattr(each, name)) for name in ("auc", "calibration", "gain", "bins")
                },
            }
            for each in trial.models
        ],
    }
