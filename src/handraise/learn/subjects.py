"""What a past is asked about: rules, patterns and signals of a definition, and what is found in the data.

Everything is asked through the one evaluator: what no definition has yet becomes a pattern of a definition
made for the question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Behaviour,
    Between,
    Condition,
    Equals,
    FactTest,
    StartsWith,
    leaves,
)
from handraise.core.definition.model import (
    Definition,
    Engagement,
    EngagementRule,
    Fit,
    FitRule,
    Pattern,
    Qualify,
    Signal,
)
from handraise.core.event import LEAD_RECYCLED
from handraise.engine.batch import BOT, EVENT, LEAD
from handraise.engine.columns import encoded, one_array
from handraise.engine.keys import KeyIndex
from handraise.facts import CATALOG, Kind
from handraise.learn.intervals import Floats
from handraise.learn.past import Bools, Ints, Past, judged, values_of

SubjectKind = Literal["rule", "pattern", "fast track", "disqualifier", "signal", "event", "page", "fact"]

AT_ONCE: Final = 60  # a definition takes at most 64 patterns
MOST_VALUES: Final = 40  # a fact with more values is no category
LEAST_LEADS: Final = 20  # below so many leads nothing can be told of a subject
BANDS: Final = 4  # of a number: quarters of the leads
PATH: Final = "path"
NAMES: Final = frozenset(
    {"lead.lead_id", "lead.account_id", "lead.created_at", "lead.email", "lead.first_name", "lead.last_name"}
    | {"lead.title", "lead.phone", "account.account_id", "account.name", "account.domain"}
    | {"lead.email_domain", "lead.email_registrable_domain", "account.technologies"}
)


@dataclass(frozen=True)
class Subject:
    """Something that holds for a lead or not, at a moment.

    `condition` is how the evaluator is asked; signals that are not the definition's own come with it.
    """

    kind: SubjectKind
    name: str
    condition: Condition
    signals: tuple[Signal, ...] = ()

    @property
    def is_behaviour(self) -> bool:
        """Whether it is something a lead does, which has a time, and not only something it is."""
        return any(not isinstance(leaf, FactTest) for leaf in leaves(self.condition))

    def __str__(self) -> str:
        return self.name if self.kind == "rule" else f"{self.kind}: {self.name}"


def subjects_of(definition: Definition) -> tuple[Subject, ...]:
    """Rules, patterns, fast tracks, disqualifiers and signals of a definition, in this order.

    A signal that a rule asks for and nothing else is that rule.
    """
    found = [Subject("rule", rule.rule, _condition(rule)) for rule in definition.rules]
    found += [Subject("pattern", pattern.pattern, pattern.condition) for pattern in definition.patterns]
    found += [Subject("fast track", track.rule, track.when) for track in definition.qualify.fast_track]
    found += [Subject("disqualifier", each.reason, each.when) for each in definition.disqualify]
    asked_for = {each.condition for each in found if each.kind == "rule"}
    signals = ((signal.name, Behaviour("signal", (signal.name,))) for signal in definition.signals)
    found += [Subject("signal", name, shown) for name, shown in signals if shown not in asked_for]
    return tuple(found)


def _condition(rule: FitRule | EngagementRule) -> Condition:
    if isinstance(rule, FitRule):
        return rule.when
    return rule.behaviour if rule.when is None else AllOf((rule.behaviour, rule.when))


def held(definition: Definition, subjects: Sequence[Subject], past: Past, moments: Ints) -> Bools:
    """(leads, subjects) what holds for each lead at its own moment (microseconds)."""
    found = np.zeros((len(past), len(subjects)), np.bool_)
    rules = {rule.rule: place for place, rule in enumerate(definition.rules)}
    own = [place for place, each in enumerate(subjects) if each.kind == "rule"]
    if own:
        fired = judged(definition, past, moments).fired
        found[:, own] = fired[:, [rules[subjects[place].name] for place in own]]
    others = [place for place, each in enumerate(subjects) if each.kind != "rule"]
    for first in range(0, len(others), AT_ONCE):
        part = others[first : first + AT_ONCE]
        asking = asked(definition, [subjects[place] for place in part])
        found[:, part] = judged(asking, past, moments).patterns
    return found


def first_held(definition: Definition, subject: Subject, past: Past, moments: Ints) -> Ints:
    """When the subject first held for each lead, up to its moment; MISSING if never."""
    asking = replace(asked(definition, (subject,)), qualify=Qualify(mql=subject.condition))
    return judged(asking, past, moments, look_back=True).became


def asked(definition: Definition, subjects: Sequence[Subject]) -> Definition:
    """A definition with a pattern for each subject and nothing else: at most `AT_ONCE`."""
    return replace(
        definition,
        applies_to=ALWAYS,
        signals=(*definition.signals, *(signal for each in subjects for signal in each.signals)),
        fit=Fit(),
        engagement=Engagement(),
        patterns=tuple(Pattern(str(place), each.condition) for place, each in enumerate(subjects)),
        qualify=Qualify(mql=ALWAYS),
        disqualify=(),
    )


def discovered(definition: Definition, past: Past, cases: Bools) -> tuple[Subject, ...]:
    """Event names, first parts of page paths and values of facts that `LEAST_LEADS` of the cases have.

    Parameters
    ----------
    cases
        Which leads count.
    """
    events, pages = _counted(past, cases)
    told = {
        name.casefold() for signal in definition.signals if signal.where == ALWAYS for name in signal.events
    }
    found = [
        _of_signal("event", name, Signal(f"event {name}", (name.casefold(),)))
        for name, leads in sorted(events.items())
        if leads >= LEAST_LEADS and name.casefold() not in {*told, LEAD_RECYCLED.casefold()}
    ]
    found += [
        _of_signal("page", path, Signal(f"page {path}", ("page",), _under(path)))
        for path, leads in sorted(pages.items())
        if leads >= LEAST_LEADS
    ]
    return (*found, *_of_facts(past, cases))


def _under(path: str) -> Condition:
    own = FactTest(PATH, (Equals((path,)),))
    return own if path == "/" else AnyOf((own, FactTest(PATH, (StartsWith((f"{path}/", f"{path}?")),))))


def _of_signal(kind: SubjectKind, name: str, signal: Signal) -> Subject:
    return Subject(kind, name, Behaviour("signal", (signal.name,)), (signal,))


def _counted(past: Past, cases: Bools) -> tuple[dict[str, int], dict[str, int]]:
    """How many of the cases have each event, and a page under each first part of a path."""
    index = KeyIndex(past.ids)
    events: dict[str, set[int]] = {}
    pages: dict[str, set[int]] = {}
    for table in past.events():
        if BOT in table.column_names:
            is_bot = pc.fill_null(one_array(table[BOT]).cast(pa.bool_()), False)
            table = table.filter(pc.invert(is_bot))
        lead = encoded(table[LEAD])
        rows = index.rows(lead.dictionary)[lead.indices.to_numpy()]
        kept = np.flatnonzero((rows >= 0) & cases[rows])
        name = encoded(table[EVENT]).take(pa.array(kept))
        _add(events, name, rows[kept])
        if PATH in table.column_names:
            path = encoded(table[PATH]).take(pa.array(kept))
            is_page = pc.equal(pc.utf8_lower(name.dictionary_decode()), "page")
            seen = pc.and_(is_page, path.is_valid()).to_numpy(zero_copy_only=False)
            _add(pages, path.filter(pa.array(seen)), rows[kept][seen], of_path=True)
    return {key: len(leads) for key, leads in events.items()}, {k: len(leads) for k, leads in pages.items()}


def _add(
    found: dict[str, set[int]], column: pa.DictionaryArray, rows: Ints, *, of_path: bool = False
) -> None:
    """Add the leads (rows) to each value of the column, once each."""
    column = column.drop_null() if not column.null_count else column
    codes = column.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    values, starts = np.unique(codes[order], return_index=True)
    for code, leads in zip(values.tolist(), np.split(rows[order], starts[1:]), strict=True):
        key = column.dictionary[int(code)].as_py()
        key = _first_part(key) if of_path else key
        found.setdefault(key, set()).update(np.unique(leads).tolist())


def _first_part(path: str) -> str:
    """The path up to its second slash.

    Examples
    --------
    >>> _first_part("/customers/willow-travel"), _first_part("/")
    ('/customers', '/')
    """
    return "/" + path.split("?", 1)[0].strip("/").split("/", 1)[0]


def _of_facts(past: Past, cases: Bools) -> Iterator[Subject]:
    """Values of facts with few values, and quarters of numbers."""
    derived = [
        name for name, fact in CATALOG.items() if any(each in past.facts for each in fact.derived_from)
    ]
    for fact in sorted({*past.facts, *derived} - NAMES):
        kind = CATALOG[fact].kind if fact in CATALOG else None
        if kind in (Kind.DATE, Kind.LIST, Kind.DOMAIN):
            continue
        values = values_of(past, fact)
        numbers = _numbers(values.values) if kind in (None, Kind.NUMBER, Kind.RANGE) else None
        counts = np.bincount(values.codes[cases], minlength=len(values.values) + 1)
        if len(values.values) > MOST_VALUES and numbers is not None:
            yield from _bands(fact, numbers[values.codes[cases]])
        elif kind is Kind.RANGE or len(values.values) > MOST_VALUES:
            continue
        else:
            for place, value in enumerate(values.values):
                if counts[place] >= LEAST_LEADS:
                    yield Subject("fact", f"{fact} is {value}", FactTest(fact, (Equals((value,)),)))


def _numbers(values: Sequence[str]) -> Floats | None:
    """The values as numbers, with NaN last for an absent one; None when any is no number."""
    try:
        return np.array([*map(float, values), np.nan])
    except ValueError:
        return None


def _bands(fact: str, numbers: Floats) -> Iterator[Subject]:
    known = np.sort(numbers[~np.isnan(numbers)])
    if len(known) < BANDS * LEAST_LEADS:
        return
    edges = [known[(len(known) - 1) * part // BANDS] for part in range(BANDS + 1)]
    for low, high in dict.fromkeys(pairwise(edges)):
        between = Between(Decimal(repr(float(low))), Decimal(repr(float(high))))
        yield Subject("fact", f"{fact} from {low:g} to {high:g}", FactTest(fact, (between,)))
