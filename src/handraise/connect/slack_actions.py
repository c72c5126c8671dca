"""What people click in Slack: proof that it came from there, and what it says."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import parse_qs

from handraise.connect.lead_text import one_line
from handraise.connect.ports import RequestRefused, SignatureInvalid
from handraise.connect.slack_blocks import ACCEPT, BLOCK_PREFIX, REJECT

TOLERANCE: Final = timedelta(seconds=300)
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")
_HANDOFF: Final = re.compile(re.escape(BLOCK_PREFIX) + r"([A-Za-z0-9_-]{1,100})")
_USER: Final = re.compile(r"[A-Z0-9]{1,32}")
_LONGEST_REASON: Final = 75


class ActionInvalid(RequestRefused):
    """The body is not an action of Slack that we can read."""


@dataclass(frozen=True)
class SlackAction:
    """One click.

    `kind` is `other` for clicks that ask nothing of us, such as on a link: acknowledge and do nothing.
    `user` is Slack's id of the person; `response_url` is where the message can be replaced, and is only ever
    called through `SlackChat.reply`, which checks where it leads.
    """

    kind: Literal["accept", "reject", "other"]
    handoff_id: str
    user: str
    user_name: str
    reason: str | None
    response_url: str


def verified(headers: Mapping[str, str], body: bytes, signing_secret: str, now: datetime) -> None:
    """Check that Slack sent this body within the last five minutes.

    Raises
    ------
    SignatureInvalid
        In every other case, however malformed.
    """
    said = {name.lower(): value for name, value in headers.items()}
    stamp, given = said.get("x-slack-request-timestamp", ""), said.get("x-slack-signature", "")
    if not signing_secret:
        raise SignatureInvalid("no Slack signing secret is set, so no action can be trusted")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(given):
        raise SignatureInvalid("the signature headers of Slack are missing or malformed")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureInvalid("the action is more than five minutes old, or the clocks differ")
    signed = b"v0:" + stamp.encode() + b":" + body
    expected = "v0=" + hmac.new(signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, given):
        raise SignatureInvalid("the action was not signed with our signing secret")


def action_of(body: bytes) -> SlackAction:
    """Read the body of a verified action (the form field `payload`).

    Raises
    ------
    ActionInvalid
        When it is no click on a message of ours; nothing else is raised, whatever the bytes.
    """
    payload = _payload(body)
    if payload.get("type") != "block_actions":
        raise ActionInvalid("only clicks on messages are understood")
    clicked = payload.get("actions")
    action = _mapping(clicked[0] if isinstance(clicked, list) and clicked else None)
    user, kind = _mapping(payload.get("user")), _kind(action)
    person = user.get("id")
    if not isinstance(person, str) or not _USER.fullmatch(person):
        raise ActionInvalid("the action names nobody")
    url = payload.get("response_url")
    return SlackAction(
        kind=kind,
        handoff_id=_handoff_id(action) if kind != "other" else "",
        user=person,
        user_name=one_line(user.get("name") or user.get("username"), 80),
        reason=_reason(action) if kind == "reject" else None,
        response_url=url if isinstance(url, str) and len(url) <= 2048 else "",
    )


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        fields = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)
        payload = json.loads(fields["payload"][0])
    except (ValueError, KeyError, RecursionError):
        raise ActionInvalid("the body is not a form whose field `payload` holds JSON") from None
    return _mapping(payload)


def _kind(action: Mapping[str, Any]) -> Literal["accept", "reject", "other"]:
    if not action:
        raise ActionInvalid("the body names no action")
    if action.get("action_id") == ACCEPT:
        return "accept"
    return "reject" if action.get("action_id") == REJECT else "other"


def _handoff_id(action: Mapping[str, Any]) -> str:
    block = action.get("block_id")
    named = _HANDOFF.fullmatch(block) if isinstance(block, str) else None
    if named is None:
        raise ActionInvalid("the action names no hand-off")
    return named.group(1)


def _reason(action: Mapping[str, Any]) -> str:
    reason = _mapping(action.get("selected_option")).get("value")
    if not isinstance(reason, str) or not 0 < len(reason) <= _LONGEST_REASON or one_line(reason) != reason:
        raise ActionInvalid("a rejection needs one of the reasons")
    return reason


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
