"""What happened to a lead, told line by line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from handraise.core.points import written
from handraise.engine.lines import LINKS
from handraise.store.timelines import Entry
from handraise.web.laying_out import without_scheme
from handraise.web.visits import Visit, stage_names
from handraise.web.wording import to_translate as _


@dataclass(frozen=True)
class Group:
    """What a filter of the timeline shows: kinds of entries, and of events those whose name matches."""

    label: str
    kinds: Collection[str] | None = None
    named: str | None = None


_EVENTS: Final = ("event",)
SHOWN: Final[Mapping[str, Group]] = {
    "all": Group(_("All")),
    "pages": Group(_("Pages"), _EVENTS, r"^(page|screen)$"),
    "content": Group(_("Content"), _EVENTS, r"content|guide|whitepaper|webinar|download|video"),
    "mails": Group(_("Mails"), _EVENTS, r"^e-?mail|^mail"),
    "chat": Group(_("Chat"), _EVENTS, r"^chat|conversation"),
    "meetings": Group(_("Meetings"), _EVENTS, r"meeting|demo|call |booked|scheduled"),
    "moves": Group(_("Stages and hand-offs"), ("stage", "handoff")),
    "scores": Group(_("Scores"), ("score",)),
}
"""The filters, by their name in the address."""


@dataclass(frozen=True)
class Told:
    """An entry as people read it. `sign` is what kind it is, for a shape; `anchor` names it in the page.

    `whole` is the link it is about, where the words have it shorter.
    """

    at: datetime
    sign: str
    words: str
    note: str
    anchor: str
    stage: str | None = None
    new_day: date | None = None
    whole: str = ""


def told_of(visit: Visit, entries: Sequence[Entry], names: Mapping[str, str]) -> Sequence[Told]:
    """The entries, the first of each day with its date in the viewer's zone.

    `names`: of members (`member:3`), and of reasons by their code.
    """
    found: list[Told] = []
    day: date | None = None
    for entry in entries:
        here = entry.at.astimezone(visit.zone).date()
        sign, words, note, stage = _TELLERS[entry.kind](visit, entry.detail, names)
        message = entry.detail.get("message_id") if entry.kind == "event" else None
        anchor = f"m-{message}" if message else f"{entry.kind}-{entry.id}"
        link = _link(entry.detail) if entry.kind == "event" else ""
        new_day = here if here != day else None
        found.append(Told(entry.at, sign, words, note, anchor, stage, new_day, link))
        day = here
    return found


_BECAUSE: Final = {
    "time": _("time alone"),
    "fact": _("another fact"),
    "definition": _("another version of the definition"),
    "merge": _("a merge"),
    "correction": _("a correction"),
    "import": _("an import"),
}
_Parts = tuple[str, str, str, str | None]


def _event(visit: Visit, detail: Mapping[str, Any], _names: Mapping[str, str]) -> _Parts:
    kind = str(detail["kind"])
    if kind == "identify":
        told = ", ".join(sorted(str(name) for name in (detail.get("traits") or {})))
        return kind, visit.gettext("said who they are"), told, None
    link = without_scheme(_link(detail))
    if link and kind in ("page", "screen"):
        words = visit.gettext("saw %(page)s", page=link)
    else:
        words = f"{detail['event']} {link}".strip()
    if detail.get("bot"):
        return "bot", words, visit.gettext("a bot; does not count"), None
    return kind, words, _source(detail.get("properties") or {}), None


def _link(detail: Mapping[str, Any]) -> str:
    properties = detail.get("properties") or {}
    return next((str(properties[name]) for name in LINKS if properties.get(name) not in (None, "")), "")


def _source(properties: Mapping[str, Any]) -> str:
    named = (properties.get(name) for name in ("utm_source", "utm_medium", "utm_campaign", "referrer"))
    return " · ".join(str(one) for one in named if one)[:200]


def _stage(visit: Visit, detail: Mapping[str, Any], names: Mapping[str, str]) -> _Parts:
    called: Mapping[str, str] = stage_names(visit.gettext)  # type: ignore[assignment]
    words = f"{called.get(detail['from'], detail['from'])} → {called[detail['to']]}"
    by, _, why = str(detail.get("cause") or "").partition(": ")
    by, why = names.get(by, by), names.get(why) or visit.tongue.retold(why)
    return "stage", words, f"{by}: {why}" if why else by, str(detail["to"])


def _score(visit: Visit, detail: Mapping[str, Any], _names: Mapping[str, str]) -> _Parts:
    words = visit.gettext(
        "score %(total)s: fit %(fit)s, engagement %(engagement)s",
        total=written(detail["fit"] + detail["engagement"]),
        fit=written(detail["fit"]),
        engagement=written(detail["engagement"]),
    )
    cause = detail.get("cause") or {}
    kind = detail["cause_kind"]
    because = str(cause.get("event") or visit.gettext(_BECAUSE.get(kind, kind)))
    note = f"{because}, MQL" if detail["is_mql"] else because
    return "score", words, note, None


def _handoff(visit: Visit, detail: Mapping[str, Any], names: Mapping[str, str]) -> _Parts:
    _ = visit.gettext
    known = {
        "opened": _("handed off"),
        "assigned": _("given to %(name)s", name=names.get(f"member:{detail.get('owner')}", _("the queue"))),
        "accepted": _("accepted"),
        "rejected": _("rejected"),
        "snoozed": _("put off"),
        "contacted": _("reached"),
        "cancelled": _("taken back"),
        "done": _("done"),
        "warned": _("reminded: little time is left"),
        "breached": _("not reached in time"),
        "escalated": _("told to the team's lead"),
        "kept": _("stays: nobody else could take it"),
        "paused": _("the clock was stopped"),
        "resumed": _("the clock goes on"),
        "concluded": _("concluded"),
    }
    kind = str(detail["kind"])
    by = names.get(str(detail.get("by")), "")
    notes = [str(detail[name]) for name in ("reason", "note", "how") if detail.get(name)]
    said = [by, *(names.get(one) or visit.tongue.retold(one) for one in notes)]
    return "handoff", known.get(kind, kind), " · ".join(one for one in said if one), None


_TELLERS: Final = {"event": _event, "stage": _stage, "score": _score, "handoff": _handoff}
