"""The brief of a hand-off as templates take it: every part is there, if only empty."""

from collections.abc import Mapping
from typing import Any, Final

from handraise.core.brief import told_in
from handraise.web.visits import Visit

_EMPTY: Final[Mapping[str, Any]] = {
    "why_now": [],
    "grade": None,
    "total": 0,
    "crossing": None,
    "opening": "",
    "facts": [],
    "framework": None,
    "missing": [],
    "people": [],
    "conversations": [],
}
_KINDS: Final = ("pages", "content", "mails", "chat", "events")


def brief_for(brief: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """The brief in the viewer's language, with what it leaves out."""
    return whole(told_in(brief, visit.tongue))


def whole(brief: Mapping[str, Any]) -> dict[str, Any]:
    """The brief with what it leaves out: one that was kept by an earlier version knows less.

    Examples
    --------
    >>> whole({"total": 500})["why_now"], whole({})["history"]["pages"]
    ([], [])
    """
    history = {**{kind: [] for kind in _KINDS}, **(brief.get("history") or {})}
    return {**_EMPTY, **brief, "history": history}
