"""The brief of a hand-off: everything a salesperson needs before the first contact, as one value.

It is made when the hand-off is opened and kept as it was then. The lines of why-now are those of the score
that caused it, so they sum to it; the brief says nothing of a lead that is not in its history or its facts.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from handraise.core.definition.model import Definition, EngagementRule, Rule
from handraise.core.effects import LeadType, OpenHandoff
from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED, Event, Lead
from handraise.core.framework import Filled
from handraise.core.score import Line, Score
from handraise.core.words import ENGLISH, TONGUES, Tongue, asked_words

MOST_SHOWN: Final = 20
_CONTACT: Final = ("lead.first_name", "lead.last_name", "lead.email", "lead.phone")
# Numbers that are quantities: the digits of others (a year, an id) are not set apart.
_AMOUNTS: Final = frozenset(
    ("lead.age", "account.employees", "account.engagement", "account.leads_engaged", "account.revenue")
)
_PAGES, _MAILS = ("page", "screen"), ("email ",)
_CONTENT, _CHAT = ("content ", "guide ", "whitepaper "), ("chat ",)
_SOURCE: Final = ("utm_source", "utm_medium", "utm_campaign", "referrer")


class BriefInconsistent(HandraiseError):
    """The lines of the score do not sum to it; score the lead again before handing it over."""


@dataclass(frozen=True)
class Reason:
    """A line of why-now: what fired, in hundredths and in words, with its latest evidence."""

    rule: str
    dimension: str
    points: int
    words: str
    evidence: str | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Crossing:
    """The event with which the definition was satisfied; `event` is None when time alone did it."""

    at: datetime
    event: str | None
    detail: str | None


@dataclass(frozen=True)
class Known:
    """A fact with what people call it."""

    fact: str
    label: str
    value: str


@dataclass(frozen=True)
class Seen:
    """Something the lead did, counted: how often, and when first and last."""

    what: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class History:
    """What the lead did, by kind, the latest first. What is beyond the most recent 20 is in `more`."""

    pages: tuple[Seen, ...] = ()
    content: tuple[Seen, ...] = ()
    mails: tuple[Seen, ...] = ()
    chat: tuple[Seen, ...] = ()
    events: tuple[Seen, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Touch:
    """A visit that came from somewhere."""

    at: datetime
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    referrer: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody else of the same account."""

    name: str
    title: str | None = None
    stage: str | None = None
    last_seen_at: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """Something said before: when, by whom of us, and what came of it."""

    at: datetime
    owner: str
    kind: str
    summary: str = ""


@dataclass(frozen=True)
class Question:
    """What has to be found out for SQL."""

    criterion: str
    label: str
    question: str


@dataclass(frozen=True)
class Translation:
    """What a brief says in another language: the words of why-now in their order, and the opening."""

    why_now: tuple[str, ...]
    opening: str


@dataclass(frozen=True)
class Brief:
    """One hand-off's brief. Points are hundredths; times are in UTC.

    It is kept in English, with `translations` by language of what is made of the rules of that time; the rest
    (labels of facts, questions of frameworks) is translated when it is read: `told_in`.
    """

    lead_id: str
    name: str
    definition: str
    lead_type: LeadType
    temperature: str
    fit: int
    engagement: int
    grade: str | None
    summary: str
    why_now: tuple[Reason, ...]
    crossing: Crossing | None
    facts: tuple[Known, ...]
    history: History
    first_touch: Touch | None
    last_touch: Touch | None
    account: str | None
    people: tuple[Person, ...]
    conversations: tuple[Conversation, ...]
    framework: str | None
    missing: tuple[Question, ...]
    opening: str
    due_at: datetime | None
    links: tuple[tuple[str, str], ...]
    translations: tuple[tuple[str, Translation], ...] = ()

    @property
    def total(self) -> int:
        """Fit and engagement together, in hundredths."""
        return self.fit + self.engagement

    def as_json(self) -> dict[str, Any]:
        """The brief as plain JSON values: times as ISO text, points as hundredths."""
        translations = {language: _plain(told) for language, told in self.translations}
        return {
            **_plain(self), "total": self.total, "links": dict(self.links), "translations": translations
        }  # fmt: skip


def brief(
    definition: Definition,
    lead: Lead,
    score: Score,
    handoff: OpenHandoff,
    *,
    people: Sequence[Person] = (),
    conversations: Sequence[Conversation] = (),
    filled: Filled | None = None,
    due_at: datetime | None = None,
    links: Mapping[str, str] | None = None,
) -> Brief:
    """Write the brief of a hand-off.

    Parameters
    ----------
    lead
        Its facts and events; bots and what happened after `score.as_of` are left out.
    score
        The score that caused the hand-off, with its lines.
    filled
        The qualification framework with what is known so far.
    due_at
        When the first contact is due.
    links
        Addresses by name, such as `accept`, `reject`, `lead`.

    Raises
    ------
    BriefInconsistent
        When the lines do not sum to the score.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition('''
    ... name: Small
    ... signals: {demo: {event: Demo Requested}}
    ... engagement: {rules: [{rule: asked for a demo, signal: demo, points: 50}]}
    ... qualify: {mql: {total: 50}}
    ... ''').definition
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> ann = Lead("L1", {"lead.first_name": "Ann"}, (Event("Demo Requested", noon),))
    >>> line = Line("asked for a demo", "engagement", 5000, 1, noon, "Demo Requested")
    >>> score = Score("L1", noon, 0, 5000, None, True, True, None, noon, None, None, lines=(line,))
    >>> handoff = OpenHandoff("Small", 1, "demo_request", "hot", "inbound", "lead")
    >>> written = brief(definition, ann, score, handoff)
    >>> written.why_now[0].words, written.opening
    ('a demo', 'Hello Ann, you asked us for a demo. What would you like to see first?')
    """
    if sum(line.points for line in score.lines) != score.total:
        raise BriefInconsistent(
            f"the lines of {lead.lead_id} do not sum to its score; score the lead again, then hand it over"
        )
    events = _events(lead, score.as_of)
    why = tuple(_reasons(definition, score, ENGLISH))
    touches = _touches(events)
    name = _name(lead)
    return Brief(
        lead_id=lead.lead_id,
        name=name,
        definition=definition.name,
        lead_type=handoff.lead_type,
        temperature=handoff.temperature,
        fit=score.fit,
        engagement=score.engagement,
        grade=score.grade,
        summary=handoff.why,
        why_now=why,
        crossing=_crossing(events, score),
        facts=tuple(_facts(lead)),
        history=_history(events),
        first_touch=touches[0] if touches else None,
        last_touch=touches[-1] if touches else None,
        account=_text(lead.facts.get("account.name")) or _text(lead.facts.get("account.domain")),
        people=tuple(people),
        conversations=tuple(sorted(conversations, key=lambda said: said.at, reverse=True)),
        framework=None if filled is None else filled.framework.label,
        missing=() if filled is None else _questions(filled),
        opening=opening_line(lead, why, handoff.lead_type, conversations),
        due_at=due_at,
        links=tuple((links or {}).items()),
        translations=tuple(
            (
                tongue.language,
                Translation(
                    tuple(reason.words for reason in _reasons(definition, score, tongue)),
                    opening_line(lead, why, handoff.lead_type, conversations, tongue),
                ),
            )
            for tongue in TONGUES.values()
            if tongue is not ENGLISH
        ),
    )


def told_in(kept: Mapping[str, Any], tongue: Tongue) -> dict[str, Any]:
    """A brief that was kept (`Brief.as_json`), in the language of whoever reads it.

    What an earlier version of the product kept in English only stays so.

    Examples
    --------
    >>> kept = {"facts": [{"fact": "lead.country", "label": "country", "value": "AT"}], "opening": "Hello",
    ...     "translations": {"de": {"why_now": [], "opening": "Guten Tag"}}}
    >>> told = told_in(kept, TONGUES["de"])
    >>> told["opening"], told["facts"][0]["label"]
    ('Guten Tag', 'Land')
    """
    told = _mapping(_mapping(kept.get("translations")).get(tongue.language))
    words = _listed(told.get("why_now"))
    why = [_mapping(each) for each in _listed(kept.get("why_now"))]
    if len(words) == len(why):
        why = [{**each, "words": said} for each, said in zip(why, words, strict=True)]
    changed = {
        "why_now": why,
        "opening": told.get("opening", kept.get("opening")),
        "summary": tongue.retold(str(kept.get("summary") or "")),
        "facts": [_retold(_mapping(each), tongue) for each in _listed(kept.get("facts"))],
        "missing": [
            {
                **_mapping(each),
                "label": tongue.retold(str(_mapping(each).get("label") or "")),
                "question": tongue.retold(str(_mapping(each).get("question") or "")),
            }
            for each in _listed(kept.get("missing"))
        ],
    }
    return {**kept, **{name: value for name, value in changed.items() if name in kept}}


def _retold(known: Mapping[str, Any], tongue: Tongue) -> dict[str, Any]:
    """A fact with its label and its amount as the reader's language writes them."""
    if not known.get("fact"):
        return dict(known)
    name, value = str(known["fact"]), _text(known.get("value")) or ""
    if name in _AMOUNTS:
        with suppress(InvalidOperation):  # a range, such as 50-99, stays as it was said
            value = tongue.number(Decimal(value))
    return {**known, "label": tongue.fact(name).label, "value": value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def opening_line(
    lead: Lead,
    why: Sequence[Reason],
    lead_type: LeadType,
    conversations: Sequence[Conversation] = (),
    tongue: Tongue = ENGLISH,
) -> str:
    """A first sentence from the strongest thing the lead did: it says what happened, and asks.

    It names nothing that was only observed (a page visited, a mail opened): people know what they asked
    for, and do not like to be told that they were watched.
    """
    name = _text(lead.facts.get("lead.first_name"))
    if lead_type == "demo_request":
        return tongue.opening_on_demo(name)
    open_deeds = [reason for reason in why if reason.evidence and _is_own_doing(reason.evidence)]
    if open_deeds:
        return tongue.opening_on_deed(name, max(open_deeds, key=lambda reason: reason.points).evidence or "")
    if conversations:
        last = max(conversations, key=lambda said: said.at)
        return tongue.opening_on_talk(name, last.owner, last.at)
    return tongue.opening(name)


def _is_own_doing(evidence: str) -> bool:
    """Whether the lead did it openly, towards us."""
    said = evidence.casefold()
    return said.startswith(("content downloaded", "webinar", "contact", "trial", "form", "chat", "meeting"))


def _reasons(definition: Definition, score: Score, tongue: Tongue) -> Iterable[Reason]:
    rules = {rule.rule: rule for rule in definition.rules}
    for line in sorted(score.lines, key=lambda line: (line.kind != "rule", -line.points)):
        rule = rules.get(line.rule) if line.kind == "rule" else None
        yield Reason(
            line.rule, line.dimension, line.points, _said(line, rule, tongue), line.evidence, line.last_at
        )


def _said(line: Line, rule: Rule | None, tongue: Tongue) -> str:
    if rule is None:
        bound = line.kind.removeprefix("group_")
        is_group = line.kind.startswith("group")
        return tongue.held_back(bound, line.rule if is_group else line.dimension, line.points)
    asked = asked_words(rule, tongue)
    is_repeated = line.count > 1 and isinstance(rule, EngagementRule)
    return f"{asked}, {tongue.counted_times(line.count)}" if is_repeated else asked


def _events(lead: Lead, as_of: datetime) -> list[Event]:
    """What the lead did, in order: no bots, no copies, nothing later, and not what sales did."""
    seen: set[str] = set()
    kept = []
    for event in sorted(lead.events, key=lambda event: event.occurred_at):
        if event.is_bot or event.occurred_at > as_of or event.event == LEAD_RECYCLED:
            continue
        if event.message_id is not None and event.message_id in seen:
            continue
        seen.update([event.message_id] if event.message_id else [])
        kept.append(event)
    return kept


def _crossing(events: Sequence[Event], score: Score) -> Crossing | None:
    """When it became an MQL and by what: of several events of one instant, the one that counts for most."""
    at = score.became_mql_at
    if at is None:
        return None
    counted = [(line.evidence or "", line.points) for line in score.lines if line.last_at == at]

    def worth(event: Event) -> int:
        return max((points for evidence, points in counted if evidence.startswith(event.event)), default=0)

    event = max((event for event in events if event.occurred_at == at), key=worth, default=None)
    return Crossing(at, None if event is None else event.event, None if event is None else _detail(event))


def _detail(event: Event) -> str | None:
    for name in ("path", "url", "title", "name", "kind", "campaign"):
        found = _text(event.properties.get(name))
        if found:
            return found
    return None


def _facts(lead: Lead) -> Iterable[Known]:
    for name, value in sorted(lead.facts.items()):
        shown = _text(value)
        if shown and name not in _CONTACT:
            yield Known(name, ENGLISH.fact(name).label, shown)


def _history(events: Sequence[Event]) -> History:
    kinds: dict[str, list[Event]] = {"pages": [], "content": [], "mails": [], "chat": [], "events": []}
    for event in events:
        kinds[_kind(event)].append(event)
    seen = {kind: _counted(found) for kind, found in kinds.items()}
    more = sum(max(0, len(found) - MOST_SHOWN) for found in seen.values())
    return History(**{kind: found[:MOST_SHOWN] for kind, found in seen.items()}, more=more)


def _kind(event: Event) -> str:
    name = event.event.casefold()
    if name in _PAGES:
        return "pages"
    for kind, starts in (("mails", _MAILS), ("content", _CONTENT), ("chat", _CHAT)):
        if name.startswith(starts):
            return kind
    return "events"


def _counted(events: Sequence[Event]) -> tuple[Seen, ...]:
    """Alike events as one, the latest first."""
    named = [(" ".join(filter(None, (event.event, _detail(event)))), event.occurred_at) for event in events]
    count = Counter(what for what, _ in named)
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for what, at in named:
        first.setdefault(what, at)
        last[what] = at
    found = [Seen(what, count[what], first[what], last[what]) for what in count]
    return tuple(sorted(found, key=lambda seen: (seen.last_at, seen.what), reverse=True))


def _touches(events: Sequence[Event]) -> list[Touch]:
    found = []
    for event in events:
        values = [_text(event.properties.get(name)) for name in _SOURCE]
        if any(values):
            source, medium, campaign, referrer = values
            found.append(Touch(event.occurred_at, source, medium, campaign, referrer))
    return found


def _questions(filled: Filled) -> tuple[Question, ...]:
    missing = filled.framework.missing(filled.answers)
    return tuple(Question(each.name, each.label, each.question) for each in missing)


def _name(lead: Lead) -> str:
    parts = [_text(lead.facts.get(name)) for name in ("lead.first_name", "lead.last_name")]
    return " ".join(part for part in parts if part) or _text(lead.facts.get("lead.email")) or lead.lead_id


def _text(value: object) -> str | None:
    """The value as people read it; None when there is nothing to read."""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(part) for part in value) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    if text.startswith("["):
        return _text(_list_in(text)) or text
    return text or None


def _list_in(text: str) -> list[Any] | None:
    """The list that a text is, as some sources send lists; None when it is only a text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
