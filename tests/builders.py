"""Small words for tests: a time, an event, a lead, a definition, and a score that the oracle agrees with.

>>> scored("{signal: visit, points: 10}", page(NOW)).engagement
1000
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from handraise.core.definition.model import Definition
from handraise.core.definition.reading import read_definition
from handraise.core.event import Event, Lead
from handraise.core.score import Line, Score
from handraise.engine.evaluate import evaluate
from tests import oracle

MICRO: Final = timedelta(microseconds=1)
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

SIGNALS: Final = """
signals:
  visit:    {event: page}
  pricing:  {event: page, where: {path: {starts_with: /pricing}}}
  vs:       {event: page, where: {path: {starts_with: /vs/}}}
  demo:     {event: Demo Requested}
  guide:    {event: Content Downloaded}
  open:     {event: Email Opened}
  careers:  {event: page, where: {path: {starts_with: /careers}}}
  stop:     {event: Unsubscribed}
  anything: {event: '*'}
"""


def at(text: str, zone: str = "UTC") -> datetime:
    """The moment as the clocks of the zone show it, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


NOW: Final = at("2026-03-01 12:00")


def event(
    name: str, when: datetime, message_id: str | None = None, session: str | None = None, **properties: object
) -> Event:
    """An event with its properties."""
    return Event(name, when, properties, message_id, session)


def page(when: datetime, path: str = "/", session: str | None = None, **properties: object) -> Event:
    """A page view."""
    return event("page", when, None, session, path=path, **properties)


def lead(*events: Event, facts: Mapping[str, object] | None = None, lead_id: str = "ann") -> Lead:
    """A lead with these events and facts."""
    return Lead(lead_id, facts or {}, events)


@cache
def defined(text: str) -> Definition:
    """The definition of this YAML; the name and the standard signals are added when they are not in it."""
    name = "" if "name:" in text else "name: Test\n"
    signals = "" if "signals:" in text else SIGNALS
    return read_definition(name + signals + text).definition


def with_rules(
    *rules: str, engagement: str = "", qualify: str = "{total: 1000}", more: str = ""
) -> Definition:
    """A definition with these engagement rules; a rule without a name gets one: rule 1, rule 2 …"""
    named = [rule if "rule:" in rule else f"{{rule: rule {n}, {rule[1:]}" for n, rule in enumerate(rules, 1)]
    own = f"{engagement}, " if engagement else ""
    return defined(f"engagement: {{{own}rules: [{', '.join(named)}]}}\nqualify: {{mql: {qualify}}}\n{more}")


def judged(definition: Definition | str, one: Lead, as_of: datetime = NOW) -> Score:
    """The lead's score by the engine, after checking that the oracle says the same."""
    definition = defined(definition) if isinstance(definition, str) else definition
    found = evaluate(definition, [one], as_of)[0]
    differing = differing_fields(found, oracle.score(definition, one, as_of))
    if differing:
        raise AssertionError(f"the engine and the oracle differ (engine first): {differing}")
    return found


def scored(rule: str, *events: Event, as_of: datetime = NOW, **definition: str) -> Score:
    """The score of a lead with these events by a definition with this one engagement rule."""
    return judged(with_rules(rule, **definition), lead(*events), as_of)


def earned(rule: str, *events: Event, as_of: datetime = NOW, **definition: str) -> float:
    """The points that this one engagement rule gives for these events."""
    return scored(rule, *events, as_of=as_of, **definition).engagement / 100


def is_met(
    condition: str, *events: Event, as_of: datetime = NOW, facts: Mapping[str, object] | None = None
) -> bool:
    """Whether a pattern with this condition holds."""
    text = f"patterns: [{{pattern: p, all: [{condition}]}}]\nqualify: {{mql: {{total: 1000}}}}\n"
    return judged(text, lead(*events, facts=facts), as_of).patterns == ("p",)


def line_of(score: Score, rule: str = "rule 1") -> Line:
    """The line of that rule."""
    return next(line for line in score.lines if line.rule == rule)


# ----------------------------------------------------------------------------------- comparing scores


def differing_fields(one: Score, other: Score) -> dict[str, tuple[object, object]]:
    """The fields in which two scores differ; lines are compared as a multiset, without their evidence."""
    names = [field.name for field in fields(Score) if field.name != "lines"]
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in names}
    pairs["lines"] = (sorted_lines(one), sorted_lines(other))
    return {name: (mine, yours) for name, (mine, yours) in pairs.items() if mine != yours}


def sorted_lines(score: Score) -> list[tuple[object, ...]]:
    """The lines without their evidence, in one order."""
    lines = [(i.rule, i.dimension, i.points, i.count, i.last_at, i.kind) for i in score.lines]
    return sorted(lines, key=str)
