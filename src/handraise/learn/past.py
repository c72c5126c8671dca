"""The past of a base: leads, what they did, and what sales made of them; and a definition's view of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.model import Definition
from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED
from handraise.engine.asked import Value, text_in
from handraise.engine.base import base_of
from handraise.engine.batch import score_stream
from handraise.engine.columns import Coded, coded, microseconds
from handraise.engine.kernel import MISSING
from handraise.engine.keys import KeyIndex
from handraise.engine.match import derived_value, own_value, source_of
from handraise.engine.moments import AtOwnMoments
from handraise.engine.run import Moment
from handraise.facts.ranges import Range

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
CREATED: Final = "lead.created_at"
STEPS: Final = ("mql", "contact", "accepted", "rejected", "sql", "opportunity", "won", "lost")
ACCOUNTS: Final = ("account.account_id", "lead.account_id", "account.domain")
_COLUMNS: Final = {
    "contact": "first_contact_at",
    **{step: f"{step}_at" for step in STEPS if step != "contact"},
}


class NoMoment(HandraiseError):
    """The outcomes tell of no moment, so nobody knows where the history ends."""

    def __init__(self) -> None:
        super().__init__(
            "the outcomes tell of no moment: nothing was accepted, rejected or won. If that is so, say "
            "where the history ends with --until"
        )


@dataclass(frozen=True)
class Sold:
    """What sales made of each lead; instants are microseconds, MISSING where it has not happened.

    Attributes
    ----------
    is_known
        Whether there is an outcome of the lead: only then sales has seen it.
    mql, contact, accepted, rejected, sql, opportunity, won, lost
        Instants, one for each lead of the past.
    rep, reason
        Who had the lead, and why it was rejected.
    """

    is_known: Bools
    mql: Ints
    contact: Ints
    accepted: Ints
    rejected: Ints
    sql: Ints
    opportunity: Ints
    won: Ints
    lost: Ints
    rep: Coded
    reason: Coded

    def at(self, step: str) -> Ints:
        """When each lead reached the step; MISSING for not yet.

        A later step implies the earlier ones that a CRM may have skipped: what was won was accepted, by then.
        """
        later = {"accepted": ("sql", "opportunity", "won"), "sql": ("opportunity", "won")}
        found: Ints = getattr(self, step)
        for name in later.get(step, ()):
            found = np.where(found == MISSING, getattr(self, name), found)
        return found

    def has(self, step: str) -> Bools:
        """Which leads have reached the step."""
        reached: Bools = self.at(step) != MISSING
        return reached

    @property
    def is_answered(self) -> Bools:
        """Leads that sales has accepted or rejected."""
        return self.has("accepted") | self.has("rejected")

    @property
    def handed(self) -> Ints:
        """When sales got the lead: when it became an MQL, else the first thing that sales did."""
        first = np.min([_or_never(getattr(self, name)) for name in STEPS[1:]], axis=0)
        return np.where(self.mql != MISSING, self.mql, np.where(first == _NEVER, MISSING, first))


_NEVER: Final = np.iinfo(np.int64).max


def _or_never(instants: Ints) -> Ints:
    return np.where(instants == MISSING, _NEVER, instants)


@dataclass(frozen=True)
class Past:
    """A base as it is at `until` (microseconds).

    Attributes
    ----------
    ids
        Lead ids, each once.
    facts
        Columns of facts by name (`lead.title`), as long as `ids`. They are as the files have them: files
        keep no history of facts, so what sales typed in after a call counts as known before it.
    events
        Gives the events from the start at every call, as tables clustered by lead with `lead_id`, `event`,
        `occurred_at` and properties.
    strangers
        Outcomes of leads that are not among `ids`.
    """

    ids: pa.Array
    facts: Mapping[str, pa.Array]
    events: Callable[[], Iterable[pa.Table]]
    sold: Sold
    until: int
    strangers: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def created(self) -> Ints:
        """Since when each lead is known, MISSING where nobody says."""
        column = self.facts.get(CREATED)
        return np.full(len(self), MISSING) if column is None else microseconds(column)

    @property
    def cut(self) -> Ints:
        """Up to when a lead's behaviour is its own: the first contact of sales.

        Where no contact is written down: the first answer, else when it was handed over, else `until`.
        What a lead does after that may be a result of sales' work, and so can be no reason for it.
        """
        sold = self.sold
        moments = np.full(len(self), self.until, np.int64)
        answers = ("accepted", "rejected", "sql", "opportunity", "won", "lost")
        answered = np.min([_or_never(getattr(sold, name)) for name in answers], axis=0)
        for known in (sold.mql, np.where(answered == _NEVER, MISSING, answered), sold.contact):
            moments = np.where(known != MISSING, known, moments)
        return np.minimum(moments, self.until)

    def only(self, rows: Ints) -> "Past":
        """The past of some of the leads, rows of this one."""
        places = pa.array(rows)
        wanted = self.ids.take(places)
        kept_sold = replace(
            self.sold,
            **{name: getattr(self.sold, name)[rows] for name in ("is_known", *STEPS)},
            rep=Coded(self.sold.rep.codes[rows], self.sold.rep.values),
            reason=Coded(self.sold.reason.codes[rows], self.sold.reason.values),
        )
        kept = [table.filter(pc.is_in(table["lead_id"], value_set=wanted)) for table in self.events()]
        facts = {name: column.take(places) for name, column in self.facts.items()}
        return Past(wanted, facts, lambda: kept, kept_sold, self.until, self.strangers)

    @property
    def accounts(self) -> Ints:
        """A number for each lead that leads of one account share; who is of no account stands alone.

        People of one account come together and fare alike, so ten of them tell less than ten strangers.
        """
        for name in ACCOUNTS:
            if name in self.facts:
                found = coded(self.facts[name])
                alone = found.codes == len(found.values)
                return np.where(alone, len(found.values) + np.arange(len(self)), found.codes)
        return np.arange(len(self), dtype=np.int64)


def past_of(
    ids: pa.Array,
    facts: Mapping[str, pa.Array],
    events: Callable[[], Iterable[pa.Table]],
    outcomes: pa.Table,
    until: int | None = None,
) -> Past:
    """Put outcomes beside the leads they are of; leads that became known after the end are left out.

    Parameters
    ----------
    outcomes
        With `lead_id` and any of the columns that `core.outcome.Outcome` has; each lead once.
    until
        End of the history in microseconds: what is later has not happened. None: the latest instant of the
        outcomes.

    Raises
    ------
    NoMoment
        When `until` is None and the outcomes have no instant.
    """
    named = outcomes["lead_id"].combine_chunks()
    strangers = int((KeyIndex(ids).rows(named) < 0).sum())
    instants = {
        step: microseconds(outcomes[name])
        if name in outcomes.column_names and not pa.types.is_null(outcomes[name].type)
        else np.full(outcomes.num_rows, MISSING)
        for step, name in _COLUMNS.items()
    }
    end = max((int(column.max(initial=MISSING)) for column in instants.values()), default=MISSING)
    if until is None and end == MISSING:
        raise NoMoment
    until = end if until is None else until
    if CREATED in facts and (late := microseconds(facts[CREATED]) > until).any():
        there = pa.array(~late)
        ids, facts = ids.filter(there), {name: column.filter(there) for name, column in facts.items()}
    rows = KeyIndex(ids).rows(named)
    known = rows >= 0
    steps = {}
    for step, column in instants.items():
        steps[step] = np.full(len(ids), MISSING, np.int64)
        steps[step][rows[known]] = np.where(column > until, MISSING, column)[known]
    is_known = np.zeros(len(ids), np.bool_)
    is_known[rows[known]] = True
    if "mql_at" in outcomes.column_names:  # who was handed over later than `until` is not known yet
        late = np.zeros(len(ids), np.bool_)
        late[rows[known]] = (instants["mql"] > until)[known]
        is_known &= ~late
    sold = Sold(
        is_known=is_known,
        rep=_named(outcomes, "handed_to", rows, len(ids)),
        reason=_named(outcomes, "reject_reason", rows, len(ids)),
        **steps,
    )
    return _without_what_answers_did(Past(ids, facts, events, sold, until, strangers))


def _without_what_answers_did(past: Past) -> Past:
    """Without returns to nurture at the answer of sales or after it.

    A definition may take engagement back to nothing on such a return. It comes at the very instant of the
    rejection that causes it, and would have rejected leads look as if they had never done anything.
    """
    index, cut = KeyIndex(past.ids), past.cut

    def own(table: pa.Table) -> pa.Table:
        if "event" not in table.column_names or not table.num_rows:
            return table
        events = coded(table["event"])
        if LEAD_RECYCLED not in events.values:
            return table
        rows = index.rows(table["lead_id"].combine_chunks())
        returns = events.codes == events.values.index(LEAD_RECYCLED)
        is_late = (rows >= 0) & (microseconds(table["occurred_at"]) >= cut[rows])
        return table.filter(pa.array(~(returns & is_late)))

    return replace(past, events=lambda: map(own, past.events()))


def _named(outcomes: pa.Table, name: str, rows: Ints, leads: int) -> Coded:
    if name not in outcomes.column_names:
        return Coded(np.zeros(leads, np.int32), [])
    column = coded(outcomes[name].cast(pa.string()))
    codes = np.full(leads, len(column.values), np.int32)
    codes[rows[rows >= 0]] = column.codes[rows >= 0]
    return Coded(codes, column.values)


@dataclass(frozen=True)
class Judged:
    """What a definition says of every lead of a past (n), each at its own moment; points are hundredths.

    Attributes
    ----------
    fired
        (n, rules) which rules held, in the order of the definition.
    patterns
        (n, patterns) which patterns held.
    became
        When it first qualified, MISSING if never up to then (only when looked for).
    """

    fit: Ints
    engagement: Ints
    is_mql: Bools
    became: Ints
    fired: Bools
    patterns: Bools


def judged(definition: Definition, past: Past, moments: Ints, *, look_back: bool = False) -> Judged:
    """Judge every lead at its own moment, by the one evaluator.

    Parameters
    ----------
    moments
        Microseconds, one for each lead: what happened later does not exist.
    look_back
        Whether to find out when each lead first qualified.
    """
    return judged_by(AtOwnMoments(definition, moments), past, look_back=look_back)


def judged_by(evaluator: AtOwnMoments, past: Past, *, look_back: bool = False) -> Judged:
    """The same by an evaluator that is there."""
    definition = evaluator.plan.definition
    base = base_of(past.ids, past.facts, evaluator.plan, evaluator.facts)
    n = len(past)
    found = {
        name: np.zeros(n, np.int64) for name in ("fit", "engagement", "is_mql", "became", "disqualified")
    }
    fired = np.zeros((n, len(evaluator.plan.rules)), np.bool_)
    bits = np.zeros(n, np.int64)
    for scored in score_stream(evaluator, base, past.events(), Moment(past.until, look_back, forward=False)):
        for name, column in found.items():
            column[scored.rows] = getattr(scored.output, name)
        fired[scored.rows] = scored.output.fired
        bits[scored.rows] = scored.output.patterns
    return Judged(
        fit=found["fit"],
        engagement=found["engagement"],
        is_mql=found["is_mql"] == 1,
        became=found["became"],
        fired=fired,
        patterns=_bits(bits, len(definition.patterns)),
    )


def _bits(words: Ints, count: int) -> Bools:
    found: Any = (words[:, None] >> np.arange(count)) & 1 != 0
    return np.asarray(found, np.bool_).reshape(len(words), count)


def values_of(past: Past, fact: str) -> Coded:
    """What a fact says of every lead, as text: read as the evaluator reads it, derived where it is derived.

    Raises
    ------
    KeyError
        When neither the fact nor what it is derived from is among the facts of the past.
    """
    source = source_of(fact)
    if fact not in past.facts and source not in past.facts:
        raise KeyError(fact)
    names: dict[str, int] = {}

    def codes(column: str | None, read: Callable[[str, object], Any]) -> Ints:
        if column is None or column not in past.facts:
            return np.full(len(past), -1, np.int64)
        found = coded(past.facts[column])

        def code(raw: object) -> int:
            text = _text_of(read(fact, raw))
            return -1 if text is None else names.setdefault(text, len(names))

        return np.asarray(found.table(code, np.int64)[found.codes])

    own = codes(fact, own_value)
    merged = np.where(own >= 0, own, codes(source, derived_value))
    return Coded(np.where(merged >= 0, merged, len(names)).astype(np.int32), list(names))


def _text_of(value: Value | None) -> str | None:
    """A value as people read it; None for instants, which are no names of groups."""
    match value:
        case None:
            return None
        case tuple():
            return ", ".join(map(str, value))
        case Range(low, high):
            return f"{low.normalize():f}" if low == high else str(value)
        case _:
            return text_in(value)
