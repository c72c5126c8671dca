"""What there is to learn from: leads whose end is known, and what held for each before sales came to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
import pyarrow as pa

from handraise.core.definition.model import Definition
from handraise.core.errors import InputInvalid
from handraise.engine.backtest import FactChanges
from handraise.engine.columns import encoded, microseconds
from handraise.engine.kernel import MISSING
from handraise.engine.keys import KeyIndex
from handraise.engine.match import source_of
from handraise.learn.intervals import Estimate, Floats, Share
from handraise.learn.lift import cases_of
from handraise.learn.past import Bools, Ints, Past, values_of
from handraise.learn.points.candidates import (
    Candidate,
    LeftOut,
    answers,
    askable,
    numbers_of,
    of_definition,
    of_facts,
    of_signal,
    of_silence,
    unique,
)
from handraise.learn.points.measures import auc
from handraise.learn.points.signals import ANY, found_signals

STEPS: Final = ("accepted", "sql", "won")
YES: Final = frozenset({"1", "true", "yes", "y", "won", "converted"})
NO: Final = frozenset({"0", "false", "no", "n", "lost", "not converted"})
HALF: Final = 0.5
TOO_GOOD: Final = 0.9  # an AUC that a single fact known before a sale hardly ever has
TOO_PURE: Final = 0.95  # of the leads with one value, a share that is hardly ever seen before a sale
_DATED: Final = 0.95  # of the leads must have a time for there to be an order of time
_PARTS: Final = 50  # of a number, when one fact is looked at by itself


@dataclass(frozen=True)
class Asked:
    """What is to be learned, and what may be used for it.

    Attributes
    ----------
    target
        `accepted`, `sql`, `won`, or a fact that says yes or no.
    known_after
        Facts (or patterns such as `lead.asymmetrique*`) that are known only after sales worked a lead.
    decided
        When each lead was decided on, one for each, where outcomes do not say it.
    in_order
        Whether the leads stand in the order of time.
    """

    target: str = "accepted"
    known_after: tuple[str, ...] = ()
    decided: Ints | None = None
    in_order: bool = False

    @property
    def is_step(self) -> bool:
        """Whether sales' own words are the target."""
        return self.target in STEPS


@dataclass(frozen=True)
class Suspicion:
    """A fact that alone tells nearly everything: mostly one that was written down after the answer.

    Attributes
    ----------
    auc
        Of the fact by itself.
    value, share
        The value of which nearly every lead reached the target, and the share of those; None where it is the
        AUC alone that looks too good.
    """

    fact: str
    auc: Estimate
    value: str | None = None
    share: Share | None = None


@dataclass(frozen=True)
class Evidence:
    """All that a card is learned from.

    Attributes
    ----------
    definition
        Gives the time zone, signals and lists.
    moments
        (leads,) up to when each lead is looked at.
    cases
        (leads,) whose end is known.
    reached
        (cases,) 1.0 for those that reached the target.
    when
        (cases,) their order in time; None when nothing tells it.
    candidates, held
        The questions, and (leads, candidates) whether they held.
    refused
        Facts that are known too late, with the reason.
    left_out
        Facts that give no question, with the reason.
    suspicions
        Facts that look too good.
    too_young
        Leads left out because they had too little time to reach the target.
    """

    definition: Definition
    past: Past
    target: str
    moments: Ints
    cases: Bools
    reached: Floats
    when: Ints | None
    candidates: tuple[Candidate, ...]
    held: Bools
    refused: tuple[LeftOut, ...]
    left_out: tuple[LeftOut, ...]
    suspicions: tuple[Suspicion, ...]
    facts: tuple[str, ...]
    too_young: int = 0


def gathered(
    definition: Definition, past: Past, asked: Asked, history: FactChanges | None = None
) -> Evidence:
    """Look at every lead as it was before sales came to it.

    Parameters
    ----------
    definition
        Its rules and signals are among the questions; one without any asks for nothing by itself.
    history
        When facts became known. A fact that most leads that have it got only after sales came is refused; of
        the others each lead has what was known of it then.

    Raises
    ------
    InputInvalid
        When the target is not there, or says something else than yes and no.
    """
    cases, reached, too_young = ends(past, asked.target)
    moments = past.cut if asked.decided is None else np.minimum(asked.decided, past.until)
    refused = list(_said(past, asked.known_after))
    if history is not None:
        refused += _learned_later(history, moments, cases)
        past = replace(past, facts=_facts_then(past, history, moments))
    past = _heard_by(past, moments)
    without = [each.name for each in refused] + [asked.target]
    facts, left_out = askable(past, cases, without)
    signals = found_signals(definition, past, cases)
    own = [each for each in of_definition(definition) if not _looks_at(each, without)]
    counted = [ANY] if signals or definition.signals else []
    candidates = unique(
        [
            *own,
            *of_facts(past, cases, facts),
            *(each for signal in (*signals, *counted) for each in of_signal(signal)),
            *(each for signal in counted for each in of_silence(signal)),
        ]
    )
    return Evidence(
        definition=definition,
        past=past,
        target=asked.target,
        moments=moments,
        cases=cases,
        reached=reached,
        when=_order(past, asked, cases),
        candidates=candidates,
        held=answers(definition, candidates, past, moments),
        refused=tuple(refused),
        left_out=left_out,
        suspicions=tuple(_suspicions(past, cases, reached, facts)),
        facts=facts,
        too_young=too_young,
    )


def ends(past: Past, target: str) -> tuple[Bools, Floats, int]:
    """Which leads' end is known, which of those reached the target, and how many are too young to tell.

    Raises
    ------
    InputInvalid
        When the target is neither a step nor a fact that says yes or no.
    """
    if target in STEPS:
        cases, _, too_young = cases_of(past, target)  # type: ignore[arg-type]  # one of STEPS
        return cases, past.sold.has(target)[cases].astype(np.float64), too_young
    try:
        values = values_of(past, target)
    except KeyError:
        raise InputInvalid(
            f"the target `{target}` is none of {', '.join(STEPS)} and no column of the leads"
        ) from None
    said = [value.strip().casefold() for value in values.values]
    if strange := [value for value in said if value not in YES | NO]:
        raise InputInvalid(
            f"the target `{target}` says `{strange[0]}`, which is neither yes nor no; it must hold 1 and 0, "
            "yes and no, or true and false"
        )
    meaning = np.array([*(1.0 if value in YES else 0.0 for value in said), np.nan])[values.codes]
    cases = ~np.isnan(meaning)
    return cases, meaning[cases], 0


def _order(past: Past, asked: Asked, cases: Bools) -> Ints | None:
    """What tells the order of time: when sales got a lead, else when it was decided on or became known."""
    if asked.in_order:
        return np.arange(len(past), dtype=np.int64)[cases]
    for instants in (past.sold.handed if asked.is_step else asked.decided, past.created):
        if instants is None or not cases.any():
            continue
        found = instants[cases]
        if (found != MISSING).mean() >= _DATED and np.unique(found).size > 1:
            return found
    return None


# ------------------------------------------------------------------------------------- leak guard


def _looks_at(candidate: Candidate, facts: Sequence[str]) -> bool:
    return any(fact in facts or source_of(fact) in facts for fact in candidate.facts)


def _said(past: Past, patterns: Sequence[str]) -> Iterator[LeftOut]:
    """Facts that somebody said are known too late."""
    for pattern in patterns:
        found = [name for name in sorted(past.facts) if _is_named(name, pattern)]
        if not found:
            names = ", ".join(sorted(name for name in past.facts if name != "lead.lead_id"))
            raise InputInvalid(f"--known-after {pattern}: there is no such column; there are {names}")
        for name in found:
            yield LeftOut(
                name, "you said that it is known only after sales worked the lead: it repeats the answer"
            )


def _is_named(fact: str, pattern: str) -> bool:
    folded = pattern.casefold()
    return any(fnmatchcase(name, folded) for name in (fact.casefold(), fact.casefold().partition(".")[2]))


def _learned_later(history: FactChanges, moments: Ints, cases: Bools) -> Iterator[LeftOut]:
    """Facts that most of the leads that have them got only after sales came."""
    names = encoded(history.facts)
    codes = names.indices.to_numpy(zero_copy_only=False)
    valid = np.asarray(history.values.is_valid()) & cases[history.rows]
    for code, fact in enumerate(names.dictionary.to_pylist()):
        mine = (codes == code) & valid
        ever = np.unique(history.rows[mine])
        before = np.unique(history.rows[mine & (history.since <= moments[history.rows])])
        later = Share(int(ever.size - before.size), int(ever.size))
        if later.n and later.low > HALF:
            yield LeftOut(
                fact,
                f"of the leads that have it, {later.words} got it only after sales came: it cannot have told "
                "them apart before",
            )


def _facts_then(past: Past, history: FactChanges, moments: Ints) -> dict[str, pa.Array]:
    """The facts as they were known of each lead at its moment."""
    facts = dict(past.facts)
    names = encoded(history.facts)
    codes = names.indices.to_numpy(zero_copy_only=False)
    known = history.since <= moments[history.rows]
    for code, fact in enumerate(names.dictionary.to_pylist()):
        told = np.unique(history.rows[codes == code])
        rows = np.flatnonzero((codes == code) & known)
        rows = rows[np.lexsort((rows, history.since[rows]))]
        last = np.full(len(past), -1, np.int64)
        last[history.rows[rows]] = rows  # later rows overwrite earlier ones
        then = history.values.cast(pa.string()).take(pa.array(last, mask=last < 0))
        own = facts.get(fact)
        if own is not None:
            is_told = np.zeros(len(past), np.bool_)
            is_told[told] = True
            text = own.dictionary_decode() if pa.types.is_dictionary(own.type) else own
            then = pa.array(
                np.where(
                    is_told,
                    np.array(then.to_pylist(), object),
                    np.array(text.cast(pa.string()).to_pylist(), object),
                ),
                pa.string(),
            )
        facts[fact] = then
    return facts


def _heard_by(past: Past, moments: Ints) -> Past:
    """The past without events that arrived only after the moment of their lead, whenever they occurred."""
    index = KeyIndex(past.ids)

    def events() -> Iterable[pa.Table]:
        for table in past.events():
            if "received_at" not in table.column_names:
                yield table
                continue
            lead = encoded(table["lead_id"])
            rows = index.rows(lead.dictionary)[lead.indices.to_numpy()]
            late = (rows >= 0) & (microseconds(table["received_at"]) > moments[np.maximum(rows, 0)])
            yield table.filter(pa.array(~late)) if late.any() else table

    return replace(past, events=events)


def _suspicions(past: Past, cases: Bools, reached: Floats, facts: Sequence[str]) -> Iterator[Suspicion]:
    """Facts whose values alone put nearly all leads on the right side."""
    if not 0 < reached.sum() < len(reached):
        return
    for fact in facts:
        values = values_of(past, fact)
        codes = values.codes[cases].astype(np.int64)
        numbers = numbers_of(values.values)
        if numbers is not None:
            given = numbers[codes]
            edges = np.unique(np.nanquantile(given, np.linspace(0, 1, _PARTS))) if len(given) else given
            codes = np.where(np.isnan(given), len(edges) + 1, np.searchsorted(edges, given))
        n, hits = np.bincount(codes), np.bincount(codes, weights=reached).astype(np.float64)
        others = (hits[codes] - reached + reached.mean()) / n[codes]  # without the lead itself
        found = auc(others, reached).estimate
        purest, share = _purest(n, hits)
        if share.low > TOO_PURE and reached.mean() < HALF and numbers is None:
            told = values.values[purest] if purest < len(values.values) else "not known"
            yield Suspicion(fact, found, told, share)
        elif found.low > TOO_GOOD:
            yield Suspicion(fact, found)


def _purest(n: Ints, hits: Floats) -> tuple[int, Share]:
    """The value whose share of leads that reached the target is surely the highest."""
    shares = [Share(round(hit), int(count)) for hit, count in zip(hits.tolist(), n.tolist(), strict=True)]
    place = max(range(len(shares)), key=lambda each: shares[each].low)
    return place, shares[place]
