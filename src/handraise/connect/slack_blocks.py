"""The brief of a hand-off as Slack's Block Kit.

Whatever a lead wrote stands in `plain_text` objects, which Slack does not read for formatting, mentions or
emoji; the three letters that are special even there are escaped.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from handraise.connect.brief_view import BriefView
from handraise.connect.lead_text import one_line
from handraise.connect.ports import Permanent, SlackMessage

ACCEPT: Final = "handoff_accept"
REJECT: Final = "handoff_reject"
OPEN: Final = "handoff_open"
BLOCK_PREFIX: Final = "handoff:"
MOST_BLOCKS: Final = 50
_MOST_TEXT, _MOST_HEADER, _MOST_LABEL, _MOST_OPTIONS, _MOST_VALUE = 3000, 150, 75, 100, 75


def handoff_message(
    view: BriefView,
    reasons: Iterable[tuple[str, str]],
    *,
    channel: str | None = None,
    webhook: str | None = None,
) -> SlackMessage:
    """The brief with accept, and reject with a reason, each in one click.

    Parameters
    ----------
    reasons
        Code and label of each reason for which a hand-off may be rejected, at most 100.
    """
    say = view.words.heading
    summary = f"{say('Hand-off')}: {view.who}" + (f": {view.reason}" if view.reason else "")
    return SlackMessage(
        text=escaped(one_line(summary, 500)),
        blocks=tuple(handoff_blocks(view, reasons)),
        channel=channel,
        webhook=webhook,
    )


def handoff_blocks(view: BriefView, reasons: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The blocks alone, within Slack's limits: 50 blocks, 3,000 letters a text."""
    say = view.words.heading
    title = f"{say('Why now')}: {view.total} {say('points')}" if view.total else say("Why now")
    parts = [
        _part(title, [f"{points}  {text}".strip() for points, text in view.why_now]),
        _part(say("Fit"), view.fit),
        _part(say("What they did"), view.history),
        _part(say("Where they came from"), view.source),
        _part(say("Others at the account"), view.people),
        _part(say("Said before"), view.conversations),
        _part(say("Still to find out"), view.missing),
        _part(say("A way to open"), [view.opener]),
        _part(say("First contact due"), [view.due]),
    ]
    header: dict[str, Any] = {"type": "header", "text": _plain(view.who, _MOST_HEADER)}
    known = [_plain(text, 300) for text in (view.email, view.kind) if text]
    address = [{"type": "context", "elements": known}] if known else []
    blocks = [header, *address, *(block for part in parts for block in part), _actions(view, tuple(reasons))]
    return blocks[:MOST_BLOCKS]


def escaped(text: str) -> str:
    """Text in which nothing is a mention, a link or an entity for Slack.

    Examples
    --------
    >>> escaped("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _part(label: str, lines: Iterable[str]) -> list[dict[str, Any]]:
    said = [line for line in lines if line]
    if not said:
        return []
    heading = {"type": "mrkdwn", "text": f"*{label}*", "verbatim": True}
    return [
        {"type": "section", "text": heading},
        {"type": "section", "text": _plain("\n".join(said), _MOST_TEXT)},
    ]


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _escaped_within(text, longest), "emoji": False}


def _escaped_within(text: str, longest: int) -> str:
    """Escaped text of at most that length, never cut inside an entity."""
    whole = escaped(text)
    if len(whole) <= longest:
        return whole
    kept, length = [], 1
    for letter in text:
        safe = escaped(letter)
        length += len(safe)
        if length > longest:
            break
        kept.append(safe)
    return "".join(kept) + "…"


def _actions(view: BriefView, reasons: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    accept = {
        "type": "button",
        "action_id": ACCEPT,
        "style": "primary",
        "text": _plain(view.words.heading("Accept"), _MOST_LABEL),
        "value": "accept",
    }
    opening = {
        "type": "button",
        "action_id": OPEN,
        "text": _plain(view.words.heading("Open"), _MOST_LABEL),
        "url": view.open_link,
    }
    elements: list[Mapping[str, Any]] = [accept, *([_reject(view, reasons)] if reasons else [])]
    return {
        "type": "actions",
        "block_id": BLOCK_PREFIX + view.handoff_id,
        "elements": [*elements, *([opening] if view.open_link else [])],
    }


def _reject(view: BriefView, reasons: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    if len(reasons) > _MOST_OPTIONS or any(not 0 < len(code) <= _MOST_VALUE for code, _ in reasons):
        raise Permanent(
            "Slack shows at most 100 reasons, each with a code of 1 to 75 letters; shorten the list"
        )
    options = [
        {"text": _plain(one_line(label) or code, _MOST_LABEL), "value": code} for code, label in reasons
    ]
    return {
        "type": "static_select",
        "action_id": REJECT,
        "placeholder": _plain(view.words.heading("Reject because …"), _MOST_LABEL),
        "options": options,
    }
