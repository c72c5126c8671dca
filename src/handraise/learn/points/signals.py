"""Signals that the events themselves suggest: names, first parts of page paths, values of properties."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition.conditions import ALWAYS, AnyOf, Condition, Equals, FactTest, StartsWith
from handraise.core.definition.model import ANY_EVENT, Definition, Signal
from handraise.core.event import LEAD_RECYCLED
from handraise.engine.batch import BOT, EVENT, LEAD
from handraise.engine.columns import one_array
from handraise.learn.past import Bools, Past
from handraise.learn.points.choosing import LEAST
from handraise.learn.subjects import PATH

MOST_KINDS: Final = 30  # a property with more values is no kind of event
ANY: Final = Signal("event", (ANY_EVENT,))
_NOT_KINDS: Final = frozenset(
    {LEAD, EVENT, BOT, PATH, "occurred_at", "received_at", "message_id", "session_id", "url", "title"}
    | {"source", "medium", "channel", "campaign", "referrer"}  # where a visit came from, not what was done
)


def found_signals(definition: Definition, past: Past, cases: Bools) -> tuple[Signal, ...]:
    """Signals that at least `LEAST` of the cases have and the definition has not, with names of their own."""
    counted: dict[tuple[str, str, str], set[str]] = {}
    wanted = past.ids.filter(pa.array(cases))
    for table in past.events():
        for key, leads in _seen(table.filter(pc.is_in(table[LEAD], value_set=wanted))):
            counted.setdefault(key, set()).update(leads)
    own = {(frozenset(each.casefold() for each in one.events), one.where) for one in definition.signals}
    taken = {signal.name for signal in definition.signals} | {ANY.name}
    found = []
    for (event, name, value), leads in sorted(counted.items()):
        where = _where(name, value)
        if len(leads) < LEAST or event.casefold() == LEAD_RECYCLED.casefold():
            continue
        if (frozenset({event.casefold()}), where) in own:
            continue
        named = _unused(_name(event, name, value), taken)
        taken.add(named)
        found.append(Signal(named, (event,), where))
    return tuple(found)


def _where(name: str, value: str) -> Condition:
    if not name:
        return ALWAYS
    own = FactTest(name, (Equals((value,)),))
    if name != PATH or value == "/":
        return own
    return AnyOf((own, FactTest(name, (StartsWith((f"{value}/", f"{value}?")),))))


def _name(event: str, name: str, value: str) -> str:
    r"""A name that a definition may give a signal, and that reads well in a sentence.

    Examples
    --------
    >>> _name("page", "path", "/pricing"), _name("Webinar Attended", "kind", "product")
    ('pricing_page', 'product_webinar_attended')
    >>> _name("Demo Requested", "", ""), _name("page", "path", "/")
    ('demo_requested', 'home_page')
    """
    text = f"{value} {event}" if name else event
    if name == PATH:
        text = f"{value.strip('/') or 'home'} page"
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_") or "event_named"


def _unused(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _seen(table: pa.Table) -> Iterator[tuple[tuple[str, str, str], set[str]]]:
    """Which leads have each event, and each with a value of a property."""
    if BOT in table.column_names:
        table = table.filter(pc.invert(pc.fill_null(one_array(table[BOT]).cast(pa.bool_()), False)))
    if not table.num_rows:
        return
    yield from _grouped(table.select([LEAD, EVENT]), "")
    if PATH in table.column_names:
        pages = table.filter(pc.equal(pc.utf8_lower(table[EVENT].cast(pa.string())), "page"))
        first = pc.replace_substring_regex(
            pages[PATH].cast(pa.string()), r"^/*([^/?]*).*$", r"/\1"
        )  # "/customers/willow?x=1" is under "/customers"
        yield from _grouped(pages.select([LEAD, EVENT]).append_column(PATH, first), PATH)
    for name in table.column_names:
        if name in _NOT_KINDS or not _is_text(table.schema.field(name).type):
            continue
        yield from _grouped(table.select([LEAD, EVENT, name]), name)


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def _grouped(table: pa.Table, name: str) -> Iterator[tuple[tuple[str, str, str], set[str]]]:
    """Leads by event and value; nothing for a property that has too many values to be a kind."""
    keys = [EVENT, name] if name else [EVENT]
    plain = pa.table({column: table[column].cast(pa.string()) for column in (LEAD, *keys)}).drop_null()
    if name and name != PATH and len(pc.unique(plain[name])) > MOST_KINDS:
        return
    each = plain.group_by([*keys, LEAD]).aggregate([]).sort_by([(key, "ascending") for key in keys])
    if not each.num_rows:
        return
    columns = [each[key].to_pylist() for key in keys]
    pairs = list(zip(*columns, strict=True))
    starts = [0, *(at for at in range(1, len(pairs)) if pairs[at] != pairs[at - 1])]
    leads = np.array(each[LEAD].to_pylist(), object)
    for start, end in zip(starts, [*starts[1:], len(pairs)], strict=True):
        event, value = pairs[start][0], pairs[start][1] if name else ""
        yield (event, name, value), set(leads[start:end].tolist())
