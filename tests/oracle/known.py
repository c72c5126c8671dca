"""A lead's facts as values: what was typed, normalised, else derived (the catalogue's own functions)."""

from collections.abc import Mapping
from datetime import datetime

from handraise.core.definition.model import BUILT_IN_LISTS, Definition
from handraise.core.event import Lead
from handraise.facts import CATALOG, Range, built_in_list
from tests.oracle.values import Span, Value, typed


def fact(lead: Lead, name: str) -> Value:
    """The fact's own value when its column holds something, else what is derived from another."""
    own, entry = typed(lead.facts.get(name)), CATALOG.get(name)
    if entry is None:
        return own
    if own is not None:
        return _span(entry.normalise(own)) if isinstance(own, str) and entry.normalise is not None else own
    source = typed(lead.facts.get(entry.derived_from[0])) if entry.derived_from else None
    return _span(entry.derive(str(source))) if entry.derive is not None and source is not None else None


def _span(value: object) -> Value:
    return Span(value.low, value.high) if isinstance(value, Range) else typed(value)


def is_domain(name: str) -> bool:
    """Whether the fact is a domain, whose subdomains are in a list with it."""
    return name in CATALOG and CATALOG[name].kind == "domain"


def created_at(lead: Lead) -> datetime | None:
    """When the lead came to be, if that is known."""
    value = fact(lead, "lead.created_at")
    return value if isinstance(value, datetime) else None


def lists_of(definition: Definition) -> Mapping[str, frozenset[str]]:
    """The definition's lists, and the built-in ones it does not give itself."""
    built_in = {name: built_in_list(name) or frozenset() for name in BUILT_IN_LISTS}
    own = {name: frozenset(entries) for name, entries in definition.lists.items()}
    return built_in | own
