"""Matching: predicates on facts and event properties become bits, asked once per distinct value.

The same `SignalMatcher` and `FactMatcher` serve one live event and a column of a million: both hand over
distinct values, both get words of bits back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN
from typing import Final

import numpy as np
import numpy.typing as npt

from handraise.core.definition.conditions import (
    Equals,
    Has,
    InList,
    Known,
    Lacks,
    NotIn,
    Scalar,
    Test,
    Unknown,
)
from handraise.core.definition.model import ANY_EVENT, BUILT_IN_LISTS
from handraise.core.event import LEAD_RECYCLED
from handraise.engine.asked import (
    ListOf,
    Value,
    holds,
    instant_of,
    list_source,
    number_in,
    text_in,
    value_of,
    window_of,
)
from handraise.engine.kernel import MISSING
from handraise.engine.layout import FACT_WORDS, MILLIONTHS, WORDS
from handraise.engine.plan import Plan
from handraise.facts import CATALOG, Kind, built_in_list

U64 = npt.NDArray[np.uint64]
RECYCLED: Final = LEAD_RECYCLED.casefold()
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
KEPT: Final = 200_000  # distinct values whose answer is remembered, per column


def words_of(bits: int, count: int) -> U64:
    """A whole number as `count` words of 64 bits, lowest first.

    Examples
    --------
    >>> words_of(1 << 65 | 3, 2).tolist()
    [3, 2]
    """
    return np.array([(bits >> (64 * word)) & (2**64 - 1) for word in range(count)], np.uint64)


def is_recycling(event: object) -> bool:
    """Whether the event says that sales gave the lead back: nothing that the lead did.

    It is in no session, is no sign of the lead, and no signal on any event (`*`) takes it in.

    Examples
    --------
    >>> is_recycling("Lead Recycled"), is_recycling("page")
    (True, False)
    """
    return isinstance(event, str) and event.strip().casefold() == RECYCLED


class SignalMatcher:
    """Which signals an event is: the *and* of one table per column, then the unions."""

    def __init__(self, plan: Plan) -> None:
        self.words = int(plan.arrays.setting[WORDS])
        self.unions = plan.unions
        self.properties = plan.where_properties
        self._plan = plan
        self._lists = list_source(plan.definition.lists)
        self._atoms = (1 << len(plan.atoms)) - 1
        self._events: dict[str, int] = {}
        self._values: dict[str, dict[object, int]] = {name: {} for name in self.properties}

    def event_bits(self, event: object) -> int:
        """Bits of the signals that this event name may be."""
        name = str(event if event is not None else "").strip().casefold()
        bits = self._events.get(name)
        if bits is None:
            bits = sum(
                1 << bit
                for bit, atom in enumerate(self._plan.atoms)
                if (ANY_EVENT in atom.events and name != RECYCLED) or name in atom.events
            )
            if len(self._events) < KEPT:
                self._events[name] = bits
        return bits

    def property_bits(self, name: str, raw: object) -> int:
        """Bits of the signals whose tests on this property the value passes, or that ask nothing of it."""
        kept = self._values[name]
        key = (raw.__class__, raw) if raw.__class__ in _PLAIN else None
        bits = kept.get(key) if key is not None else None
        if bits is None:
            bits = self._asked(name, value_of(raw))
            if key is not None and len(kept) < KEPT:
                kept[key] = bits
        return bits

    def _asked(self, name: str, value: Value | None) -> int:
        bits = 0
        for bit, atom in enumerate(self._plan.atoms):
            tests = dict(atom.where).get(name, ())
            if all(
                all(holds(test, value, self._lists) for test in group) is wanted for group, wanted in tests
            ):
                bits |= 1 << bit
        return bits

    def bits(self, event: str, properties: Mapping[str, object]) -> int:
        """Bits of the signals that one event is, unions included."""
        bits = self.event_bits(event) & self._atoms
        for name in self.properties:
            if not bits:
                return 0
            bits &= self.property_bits(name, properties.get(name))
        for union, members in self.unions:
            if any(bits >> member & 1 for member in members):
                bits |= 1 << union
        return bits


@dataclass(frozen=True)
class FactBits:
    """The answers one raw value gives: bits of the tests that hold, and the value as a time (or None)."""

    bits: int
    instant: int | None
    is_known: bool


class FactMatcher:
    """Which fact tests hold for a lead; tests on how long ago something is are given as windows of age."""

    def __init__(self, plan: Plan) -> None:
        self.words = int(plan.arrays.setting[FACT_WORDS])
        self.facts = tuple(sorted({test.fact for test in plan.facts}))
        self.windows: tuple[tuple[int, str, int, int | None], ...] = tuple(
            (bit, test.fact, *window)
            for bit, test in enumerate(plan.facts)
            if (window := window_of(test.tests)) is not None
        )
        self._timed = {fact for _, fact, _, _ in self.windows}
        self._domains = {f for f in self.facts if f in CATALOG and CATALOG[f].kind is Kind.DOMAIN}
        self._tests: dict[str, list[tuple[int, tuple[Test, ...]]]] = {}
        for bit, test in enumerate(plan.facts):
            tests = tuple(normalised_test(test.fact, one) for one in test.tests)
            self._tests.setdefault(test.fact, []).append((bit, tests))
        self._list_entries = list_source(plan.definition.lists)
        self._lists: dict[str, ListOf] = {fact: self._lists_for(fact) for fact in self.facts}
        self._own: dict[str, dict[str, FactBits]] = {fact: {} for fact in self.facts}
        self._derived: dict[str, dict[str, FactBits]] = {fact: {} for fact in self.facts}
        self._nothing = {fact: self._asked(fact, None) for fact in self.facts}

    def _lists_for(self, fact: str) -> ListOf:
        """Lists whose entries are read as the fact's values are: `Financial services` finds itself."""
        kept: dict[str, frozenset[str]] = {}

        def entries(name: str) -> frozenset[str]:
            if name not in kept:
                written = self._list_entries(name)
                kept[name] = (
                    written
                    if name in BUILT_IN_LISTS
                    else frozenset(map(str, as_written_and_normalised(fact, written)))
                )
            return kept[name]

        return entries

    def needed(self) -> tuple[str, ...]:
        """Columns that can give the facts: the facts themselves and what they are derived from."""
        found = dict.fromkeys(self.facts)
        for name in self.facts:
            if name in CATALOG:
                found.update(dict.fromkeys(CATALOG[name].derived_from))
        return tuple(found)

    def named_domains(self, fact: str) -> frozenset[str] | None:
        """Every domain that the answers about a domain fact may depend on; None when that cannot be said.

        An address whose domain lies under none of them gives the same answers as any other such address.
        """
        if fact not in ("lead.email_domain", "lead.email_kind"):
            return None
        found: set[str] = set()
        if fact == "lead.email_kind":
            return frozenset().union(*(built_in_list(name) or () for name in BUILT_IN_LISTS))
        for _, tests in self._tests[fact]:
            for test in tests:
                match test:
                    case InList(name):
                        found |= self._lists[fact](name)
                    case Equals(values) | NotIn(values) | Has(values) | Lacks(values):
                        found |= {str(value).strip().casefold() for value in values}
                    case Known() | Unknown():
                        pass
                    case _:
                        return None
        return frozenset(found)

    def own(self, fact: str, raw: object) -> FactBits:
        """Answers for the fact from its own column."""
        return self._answers(self._own[fact], fact, own_value, raw)

    def derived(self, fact: str, raw: object) -> FactBits:
        """Answers for the fact from the column it is derived from."""
        return self._answers(self._derived[fact], fact, derived_value, raw)

    def _answers(
        self, kept: dict[str, FactBits], fact: str, read: Callable[[str, object], Value | None], raw: object
    ) -> FactBits:
        if isinstance(raw, str):
            answers = kept.get(raw)
            if answers is None:
                answers = self._asked(fact, read(fact, raw))
                if len(kept) < KEPT:
                    kept[raw] = answers
            return answers
        return self._nothing[fact] if raw is None else self._asked(fact, read(fact, raw))

    def _asked(self, fact: str, value: Value | None) -> FactBits:
        lists, is_domain = self._lists[fact], fact in self._domains
        bits = 0
        for bit, tests in self._tests[fact]:
            if all(holds(test, value, lists, is_domain=is_domain) for test in tests):
                bits |= 1 << bit
        return FactBits(bits, instant_of(value) if fact in self._timed else None, value is not None)

    def of_lead(self, facts: Mapping[str, object]) -> tuple[int, dict[str, int | None]]:
        """Bits of a lead's facts, and the instants of its facts that are times."""
        bits, instants = 0, {}
        for fact in self.facts:
            answers = self.own(fact, facts.get(fact))
            source = source_of(fact)
            if not answers.is_known and source is not None:
                answers = self.derived(fact, facts.get(source))
            bits |= answers.bits
            instants[fact] = answers.instant
        return bits, instants


def as_written_and_normalised(fact: str, values: Iterable[Scalar]) -> tuple[Scalar, ...]:
    """The values as they stand in the definition, and as a standard fact would be normalised to.

    Examples
    --------
    >>> as_written_and_normalised("account.industry", ["Financial services"])
    ('Financial services', 'financial_services')
    """
    entry = CATALOG.get(fact)
    found = dict.fromkeys(values)
    if entry is not None and entry.normalise is not None:
        for value in tuple(found):
            normal = entry.normalise(value) if isinstance(value, str) else None
            if isinstance(normal, str):
                found[str(normal)] = None
    return tuple(found)


def normalised_test(fact: str, test: Test) -> Test:
    """The test with its values read as the fact's own values are."""
    match test:
        case Equals(values):
            return Equals(as_written_and_normalised(fact, values))
        case NotIn(values):
            return NotIn(as_written_and_normalised(fact, values))
        case Has(values):
            return Has(as_written_and_normalised(fact, values))
        case Lacks(values):
            return Lacks(as_written_and_normalised(fact, values))
        case _:
            return test


def source_of(fact: str) -> str | None:
    """The column a fact is derived from when its own is empty."""
    entry = CATALOG.get(fact)
    return entry.derived_from[0] if entry is not None and entry.derived_from else None


def own_value(fact: str, raw: object) -> Value | None:
    """A fact's value from its own column, normalised when it is a standard fact given as text."""
    entry = CATALOG.get(fact)
    if entry is not None and entry.normalise is not None and isinstance(raw, str):
        return value_of(entry.normalise(raw)) if raw.strip() else None
    return value_of(raw)


def derived_value(fact: str, raw: object) -> Value | None:
    """A fact's value from the column it is derived from."""
    entry = CATALOG.get(fact)
    if entry is None or entry.derive is None or not isinstance(raw, str) or not raw.strip():
        return None
    return value_of(entry.derive(raw))


def counted_value(raw: object) -> object | None:
    """The value as `distinct` and `same` tell values apart; None when absent."""
    value = value_of(raw)
    if value is None or isinstance(value, tuple):
        return None
    text = text_in(value)  # so that 1 and "1", which a CSV file cannot tell apart, are one value
    return value if text is None else text


def millionths(raw: object) -> int:
    """A summed property in millionths, rounded half to even; MISSING when it is no number.

    Examples
    --------
    >>> millionths("1,200.5"), millionths("many") == MISSING
    (1200500000, True)
    """
    value = value_of(raw)
    number = None if value is None else number_in(value)
    if number is None or abs(number) > 10**11:
        return MISSING
    return int((number * MILLIONTHS).to_integral_value(rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True)
class Epochs:
    """How the leads' facts change with time: CSR over leads; `facts` are words of bits."""

    start: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    facts: U64

    def of(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The CSR of some leads: where the epochs of each start, and which epochs they are."""
        if self.time.size == self.start.size - 1:
            return np.arange(rows.size + 1), rows
        first = self.start[rows]
        length = self.start[rows + 1] - first
        start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        return start, np.repeat(first - start[:-1], length) + np.arange(start[-1])


def epochs_of(bits: U64, matcher: FactMatcher, instants: Mapping[str, npt.NDArray[np.int64]]) -> Epochs:
    """Epochs of each lead's facts.

    Parameters
    ----------
    bits
        (leads, words): tests that hold, those on ages as if their window were always open.
    instants
        For each fact with a test on its age, the fact as microseconds (MISSING when unknown), shape (leads,).
    """
    count = bits.shape[0]
    flips = [
        (np.arange(count), instants[fact] + edge, instants[fact] != MISSING)
        for _, fact, least, below in matcher.windows
        for edge in ((least,) if below is None else (least, below))
    ]
    if not flips:
        return Epochs(np.arange(count + 1), np.full(count, MISSING, np.int64), bits)
    lead = np.concatenate([np.arange(count), *(who[known] for who, _, known in flips)])
    time = np.concatenate([np.full(count, MISSING, np.int64), *(when[known] for _, when, known in flips)])
    order = np.lexsort((time, lead))
    lead, time = lead[order], time[order]
    fresh = np.ones(lead.size, bool)
    fresh[1:] = (lead[1:] != lead[:-1]) | (time[1:] != time[:-1])
    lead, time = lead[fresh], time[fresh]
    facts = bits[lead].copy()
    for bit, fact, least, below in matcher.windows:
        since = instants[fact][lead]
        age = np.where(time == MISSING, -1, time - since)
        open_ = (age >= least) & (age >= 0) & (since != MISSING)
        if below is not None:
            open_ &= age < below
        facts[~open_, bit // 64] &= ~np.uint64(1 << (bit % 64))
    return Epochs(np.searchsorted(lead, np.arange(count + 1)).astype(np.int64), time, facts)


def pack(rows: Iterable[int], words: int) -> U64:
    """Whole numbers as rows of words, shape (rows, words)."""
    listed: Sequence[int] = list(rows)
    if words == 1:
        return np.array(listed, np.uint64).reshape(len(listed), 1)
    return np.array([words_of(bits, words) for bits in listed], np.uint64).reshape(len(listed), words)
