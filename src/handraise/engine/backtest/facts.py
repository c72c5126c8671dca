"""Facts as they were known: a base whose facts change at the instants at which somebody learned of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.base import Base, base_of
from handraise.engine.columns import one_array
from handraise.engine.kernel import MISSING, NEVER
from handraise.engine.match import Epochs, FactMatcher
from handraise.engine.plan import Plan

I64 = npt.NDArray[np.int64]
_NO_ROW = -1


@dataclass(frozen=True)
class FactChanges:
    """What was learned of leads, and when; all of one length.

    For a lead and a fact that are named here, this is the whole history: before the first entry the fact is
    unknown, and what the lead's own column says is not looked at. Facts that are not named hold from the
    beginning.

    Attributes
    ----------
    rows
        Row of the base of each change.
    since
        When it became known, in microseconds.
    facts
        The fact of each, by its full name.
    values
        What it became, as text; null for unknown.
    """

    rows: I64
    since: I64
    facts: pa.Array
    values: pa.Array


def base_as_known(
    ids: pa.Array,
    columns: Mapping[str, pa.ChunkedArray | pa.Array],
    changes: FactChanges | None,
    plan: Plan,
    matcher: FactMatcher,
) -> Base:
    """As `base_of`, with facts that become known in the course of time."""
    base = base_of(ids, columns, plan, matcher)
    if changes is None:
        return base
    needed = np.asarray(pc.is_in(changes.facts, pa.array(sorted(matcher.needed()), pa.string())))
    if not needed.any():
        return base
    states = _States.of(changes, needed)
    then = {name: one_array(column).take(pa.array(states.lead)) for name, column in columns.items()}
    for fact in pc.unique(changes.facts.filter(pa.array(needed))).to_pylist():
        then[fact] = states.values(fact, then.get(fact), changes)
    names = pa.array([str(number) for number in range(states.lead.size)])
    epochs = base_of(names, then, plan, matcher).epochs
    return replace(base, epochs=_stitched(base.epochs, epochs, states))


@dataclass(frozen=True)
class _States:
    """What was known of each lead with changes, from one change to the next: lead, first and last instant."""

    lead: I64
    since: I64
    before: I64

    @classmethod
    def of(cls, changes: FactChanges, needed: npt.NDArray[np.bool_]) -> "_States":
        """A state from ever for each lead, and one from each instant at which something changed."""
        leads = np.unique(changes.rows[needed])
        lead = np.concatenate([leads, changes.rows[needed]])
        since = np.concatenate([np.full(leads.size, MISSING, np.int64), changes.since[needed]])
        order = np.lexsort((since, lead))
        lead, since = lead[order], since[order]
        fresh = np.ones(lead.size, bool)
        fresh[1:] = (lead[1:] != lead[:-1]) | (since[1:] != since[:-1])
        lead, since = lead[fresh], since[fresh]
        before = np.full(lead.size, NEVER, np.int64)
        same = lead[1:] == lead[:-1]
        before[:-1][same] = since[1:][same]
        return cls(lead, since, before)

    def values(self, fact: str, own: pa.Array | None, changes: FactChanges) -> pa.Array:
        """The fact in each state: as it was told last by then, and as the column says where nobody told."""
        told = np.flatnonzero(np.asarray(pc.equal(changes.facts, fact)))
        order = np.lexsort((told, changes.since[told], changes.rows[told]))
        told = told[order]
        lead, since = changes.rows[told], changes.since[told]
        first, end = np.searchsorted(lead, self.lead), np.searchsorted(lead, self.lead, "right")
        # the entries of a lead lie in order of time: the last that is not after the state's beginning
        found = np.full(self.lead.size, _NO_ROW, np.int64)
        for place in np.flatnonzero(end > first):
            at = first[place] + np.searchsorted(since[first[place] : end[place]], self.since[place], "right")
            if at > first[place]:
                found[place] = told[at - 1]
        values = changes.values.cast(pa.string()).take(pa.array(found, mask=found == _NO_ROW))
        if own is None:
            return values
        return pc.if_else(pa.array(end > first), values, _as_text(own))


def _as_text(column: pa.Array) -> pa.Array:
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return plain.cast(pa.string())


def _stitched(usual: Epochs, known: Epochs, states: _States) -> Epochs:
    """The epochs of all leads: those of the states, each in its time, instead of the usual ones."""
    state = np.repeat(np.arange(states.lead.size), np.diff(known.start))
    since, before = states.since[state], states.before[state]
    following = np.full(state.size, NEVER, np.int64)
    same = state[1:] == state[:-1]
    following[:-1][same] = known.time[1:][same]
    kept = (known.time < before) & (following > since)
    changed = np.zeros(usual.start.size - 1, bool)
    changed[states.lead] = True
    usual_lead = np.repeat(np.arange(changed.size), np.diff(usual.start))
    stays = ~changed[usual_lead]
    lead = np.concatenate([usual_lead[stays], states.lead[state[kept]]])
    time = np.concatenate([usual.time[stays], np.maximum(known.time, since)[kept]])
    facts = np.concatenate([usual.facts[stays], known.facts[kept]])
    order = np.lexsort((time, lead))
    start = np.searchsorted(lead[order], np.arange(changed.size + 1)).astype(np.int64)
    return Epochs(start, time[order], facts[order])
