"""The brief of a hand-off as messages show it: every text one line, every link a web link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from handraise.connect.lead_text import one_line, web_link
from handraise.connect.message_words import IN_ENGLISH, MessageWords

MOST_LINES: Final = 12
_KINDS: Final = ("pages", "content", "mails", "chat", "events")
_LONGEST: Final = 600


@dataclass(frozen=True)
class BriefView:
    """What a seller reads. Texts are clean but not escaped: whoever lays them out escapes for that place."""

    handoff_id: str
    name: str
    email: str
    title: str
    company: str
    kind: str
    total: str
    why_now: tuple[tuple[str, str], ...]
    fit: tuple[str, ...]
    history: tuple[str, ...]
    source: tuple[str, ...]
    people: tuple[str, ...]
    conversations: tuple[str, ...]
    missing: tuple[str, ...]
    opener: str
    due: str
    open_link: str
    accept_link: str
    reject_link: str
    words: MessageWords = IN_ENGLISH

    @property
    def who(self) -> str:
        """The person in a few words: name or address, title, company."""
        person = self.name or self.email or self.words.UNNAMED
        role = f"{person}, {self.title}" if self.title else person
        return one_line(self.words.at_company(role, self.company) if self.company else role, 140)

    @property
    def reason(self) -> str:
        """The first reason with its points; empty where there is none."""
        if not self.why_now:
            return ""
        points, text = self.why_now[0]
        return f"{text} ({points})" if points else text


def brief_view(
    brief: Mapping[str, Any],
    *,
    handoff_id: str = "",
    email: str = "",
    zone: tzinfo = UTC,
    words: MessageWords = IN_ENGLISH,
) -> BriefView:
    """Read a brief as it is kept (`Brief.as_json`); what is absent, or of another shape, stays empty.

    Lists are cut after `MOST_LINES` lines and say how many more there are; the link leads to all of them.

    Parameters
    ----------
    email
        The lead's address, which the brief itself does not hold.
    zone, words
        The reader's time zone, and what messages say in their language; the brief itself is in it already.

    Examples
    --------
    >>> demo = {"words": "a demo", "points": 5000}
    >>> view = brief_view({"name": "Jo Li", "account": "Acme", "why_now": [demo]})
    >>> view.who, view.reason
    ('Jo Li at Acme', 'a demo (+50)')
    """
    links = _mapping(brief.get("links"))
    facts = [_mapping(each) for each in _listed(brief.get("facts"))]
    titles = (each.get("value") for each in facts if each.get("fact") == "lead.title")
    return BriefView(
        handoff_id=one_line(handoff_id, 100),
        name=one_line(brief.get("name"), 80),
        email=one_line(email, 254),
        title=one_line(next(titles, ""), 80),
        company=one_line(brief.get("account"), 80),
        kind=_kind(brief, words),
        total=_points(brief.get("total"), words, sign=False),
        why_now=_reasons(_listed(brief.get("why_now")), words),
        fit=_cut([_joined((each.get("label"), each.get("value")), ": ") for each in facts], words),
        history=_history(_mapping(brief.get("history")), zone, words),
        source=_source(brief, zone, words),
        people=_cut(
            [_joined((each.get("name"), each.get("title"))) for each in _each(brief, "people")], words
        ),
        conversations=_cut([_conversation(each, zone) for each in _each(brief, "conversations")], words),
        missing=_cut([_question(each) for each in _each(brief, "missing")], words),
        opener=one_line(brief.get("opening"), _LONGEST),
        due=_moment(brief.get("due_at"), zone),
        open_link=web_link(links.get("lead")),
        accept_link=web_link(links.get("accept")),
        reject_link=web_link(links.get("reject")),
        words=words,
    )


def _kind(brief: Mapping[str, Any], words: MessageWords) -> str:
    grade = one_line(brief.get("grade"), 20)
    kind = words.kind(one_line(brief.get("lead_type"), 60))
    warmth = words.kind(one_line(brief.get("temperature"), 20))
    return _joined((warmth, kind, words.grade(grade) if grade else ""), ", ")


def _reasons(reasons: list[Any], words: MessageWords) -> tuple[tuple[str, str], ...]:
    """The first reasons; the last line holds the points of the rest, so the lines still sum to the score."""
    told = [_mapping(each) for each in reasons]
    cut = MOST_LINES - 1 if len(told) > MOST_LINES else len(told)
    shown = [
        (_points(each.get("points"), words, sign=True), one_line(each.get("words"))) for each in told[:cut]
    ]
    if told[cut:]:
        rest = sum(points for each in told[cut:] if isinstance(points := each.get("points"), int))
        shown.append((words.tongue.written(rest, sign=True), words.further(len(told) - cut)))
    return tuple(shown)


def _history(history: Mapping[str, Any], zone: tzinfo, words: MessageWords) -> tuple[str, ...]:
    seen = [each for kind in _KINDS for each in _each(history, kind)]
    seen.sort(key=lambda each: str(each.get("last_at")), reverse=True)
    lines = [_joined((_moment(each.get("last_at"), zone), _counted(each, words))) for each in seen]
    more = history.get("more")
    return _cut(lines, words, more if isinstance(more, int) else 0)


def _counted(seen: Mapping[str, Any], words: MessageWords) -> str:
    what, count = one_line(seen.get("what")), seen.get("count")
    return words.times(what, count) if what and isinstance(count, int) and count > 1 else what


def _source(brief: Mapping[str, Any], zone: tzinfo, words: MessageWords) -> tuple[str, ...]:
    first, last = _touch(brief.get("first_touch"), zone), _touch(brief.get("last_touch"), zone)
    if first == last:
        return (first,) if first else ()
    return tuple(f"{which}: {said}" for which, said in ((words.FIRST, first), (words.LAST, last)) if said)


def _touch(touch: Any, zone: tzinfo) -> str:
    told = _mapping(touch)
    named = (told.get(key) for key in ("source", "medium", "campaign", "referrer"))
    return _joined((_moment(told.get("at"), zone), *named))


def _conversation(told: Mapping[str, Any], zone: tzinfo) -> str:
    return _joined((_moment(told.get("at"), zone), told.get("owner"), told.get("kind"), told.get("summary")))


def _question(told: Mapping[str, Any]) -> str:
    return _joined((told.get("label"), told.get("question")), ": ")


def _cut(lines: Iterable[str], words: MessageWords, more: int = 0) -> tuple[str, ...]:
    """The first lines that say something, and how many more there are."""
    said = [line for line in lines if line]
    more += max(0, len(said) - MOST_LINES)
    return (*said[:MOST_LINES], *([words.more(more)] if more > 0 else []))


def _joined(parts: Iterable[Any], between: str = " · ") -> str:
    return one_line(between.join(said for said in map(one_line, parts) if said))


def _moment(value: Any, zone: tzinfo) -> str:
    """A time as the reader's clock shows it; empty when it is none."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{aware.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    except (TypeError, ValueError, OverflowError):
        return ""


def _points(value: Any, words: MessageWords, *, sign: bool) -> str:
    return (
        words.tongue.written(value, sign=sign)
        if isinstance(value, int) and not isinstance(value, bool)
        else ""
    )


def _each(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [_mapping(each) for each in _listed(told.get(key))]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
