"""The base: leads as columns, each with the answers to the definition's questions about its facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.conditions import FactTest, leaves
from handraise.core.definition.model import FitRule
from handraise.engine.asked import instant_of
from handraise.engine.columns import Coded, Distinct, coded, codes_of, encoded, microseconds, one_array
from handraise.engine.kernel import MISSING
from handraise.engine.keys import KeyIndex, by_domain
from handraise.engine.match import U64, Epochs, FactBits, FactMatcher, epochs_of, own_value, pack, source_of
from handraise.engine.plan import Plan

I64 = npt.NDArray[np.int64]
CREATED: Final = "lead.created_at"
EMAIL: Final = "lead.email"
DOMAIN: Final = "@domain"
MANY: Final = 1_000
_PLAIN_DOMAIN: Final = r"^someone@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,3}[a-z]{2,24}$"


@dataclass(frozen=True)
class Evidence:
    """A fact column as text for the lines: code of each lead, and `name: value` of each code."""

    name: str
    column: Coded


@dataclass(frozen=True)
class Base:
    """Leads ready for scoring; `rows` of the kernel are rows of `ids`."""

    ids: pa.Array
    index: KeyIndex
    known: I64
    epochs: Epochs
    evidence: Mapping[str, Evidence]

    def __len__(self) -> int:
        return len(self.ids)


def base_of(
    ids: pa.Array, columns: Mapping[str, pa.ChunkedArray | pa.Array], plan: Plan, matcher: FactMatcher
) -> Base:
    """Answer the definition's questions about every lead's facts, once per distinct value.

    Parameters
    ----------
    ids
        Lead ids, unique.
    columns
        Fact columns by name (`lead.title`, `account.employees` …), as long as `ids`.
    """
    arrays = {name: encoded(columns[name]) for name in matcher.needed() if name in columns}
    values = {name: Coded(codes_of(array), Distinct(array.dictionary)) for name, array in arrays.items()}
    if EMAIL in values:
        values[DOMAIN] = _by_domain(values[EMAIL])
    bits = np.zeros((len(ids), matcher.words), np.uint64)
    timed = {fact for _, fact, _, _ in matcher.windows}
    instants: dict[str, I64] = {}
    for fact in matcher.facts:
        answered, instant = _answered(fact, values, matcher, len(ids))
        bits |= answered
        if fact in timed:
            instants[fact] = instant
    known = _created(columns.get(CREATED), len(ids))
    return Base(ids, KeyIndex(ids), known, epochs_of(bits, matcher, instants), _evidence(plan, values))


def _by_domain(emails: Coded) -> Coded:
    """Addresses by their domain alone, which is all that facts about an address look at.

    Plain addresses become `someone@domain`; anything else stays as it was typed.
    """
    typed = emails.values.array if isinstance(emails.values, Distinct) else pa.array(emails.values)
    if not pa.types.is_string(typed.type):
        return emails
    domains = coded(by_domain(typed))
    return _recoded(emails, domains.codes, list(domains.values))


def _recoded(column: Coded, codes: npt.NDArray[np.int32], values: list[Any]) -> Coded:
    """The column with its distinct values put together: value `i` is now value `codes[i]`."""
    return Coded(np.take(np.append(codes, np.int32(len(values))), column.codes), values)


def _telling(addresses: Coded, entries: frozenset[str]) -> Coded:
    """Addresses with all those put together whose domain no list or value names: they give the same answers.

    `entries` are all the domains that any answer may depend on, parents included.
    """
    typed = pa.array(addresses.values, pa.string())
    plain = pc.match_substring_regex(typed, _PLAIN_DOMAIN)
    named = pa.array(sorted(entries), pa.string())
    rest = pc.replace_substring_regex(typed, "^someone@", "")
    telling = pc.or_(pc.invert(plain), pc.match_substring(typed, "xn--"))
    while pc.any(pc.not_equal(rest, "")).as_py():
        telling = pc.or_(telling, pc.is_in(rest, value_set=named))
        rest = pc.replace_substring_regex(rest, r"^[^.]*\.?", "")
    alike = np.flatnonzero(~telling.to_numpy(zero_copy_only=False))
    if alike.size < 2:
        return addresses
    codes = np.arange(len(addresses.values), dtype=np.int32)
    codes[alike] = alike[0]
    return _recoded(addresses, codes, list(addresses.values))


def _answered(fact: str, encoded: Mapping[str, Coded], matcher: FactMatcher, leads: int) -> tuple[U64, I64]:
    """Bits and instants of one fact: from its own column, else from the one it is derived from."""
    nothing = Coded(np.zeros(leads, np.int32), [])
    own = _answers(encoded.get(fact, nothing), lambda raw: matcher.own(fact, raw), matcher.words)
    source = source_of(fact)
    if source is None or source not in encoded:
        return own[0], own[1]
    column = encoded[DOMAIN] if source == EMAIL else encoded[source]
    entries = matcher.named_domains(fact) if source == EMAIL else None
    if entries is not None and len(column.values) > MANY:
        column = _telling(column, entries)
    derived = _answers(column, lambda raw: matcher.derived(fact, raw), matcher.words)
    known = own[2]
    return np.where(known[:, None], own[0], derived[0]), np.where(known, own[1], derived[1])


def _answers(
    column: Coded, ask: Callable[[Any], FactBits], words: int
) -> tuple[U64, I64, npt.NDArray[np.bool_]]:
    """Ask about every value that occurs, and hand the answers to the leads."""
    used = np.zeros(len(column.values) + 1, bool)
    used[column.codes] = True
    nothing = ask(None)
    answers = [ask(value) if asked else nothing for value, asked in zip(column.values, used, strict=False)]
    answers.append(nothing)
    bits = pack((answer.bits for answer in answers), words)
    instants = np.array([MISSING if a.instant is None else a.instant for a in answers], np.int64)
    known = np.array([answer.is_known for answer in answers])
    return bits[column.codes], instants[column.codes], known[column.codes]


def _created(column: pa.ChunkedArray | pa.Array | None, leads: int) -> I64:
    """Since when each lead is known, MISSING when nobody says."""
    if column is None:
        return np.full(leads, MISSING, np.int64)
    if pa.types.is_timestamp(column.type):
        return microseconds(column)

    def instant(raw: object) -> int:
        found = instant_of(own_value(CREATED, raw))
        return MISSING if found is None else found

    found = coded(column)
    return np.take(found.table(instant, np.int64), found.codes)


def _evidence(plan: Plan, encoded: Mapping[str, Coded]) -> dict[str, Evidence]:
    """For every fit rule the column that shows best why it holds."""
    found = {}
    for rule in plan.rules:
        if not isinstance(rule, FitRule):
            continue
        for leaf in leaves(rule.when):
            if isinstance(leaf, FactTest):
                name = next((n for n in (leaf.fact, source_of(leaf.fact)) if n in encoded), None)
                if name is not None:
                    found[rule.rule] = Evidence(name, encoded[name])
                    break
    return found


def texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The column as plain text in one piece."""
    return pc.cast(one_array(column), pa.string())
