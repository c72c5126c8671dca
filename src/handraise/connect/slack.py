"""Slack, by incoming webhook or with a bot's token."""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from handraise.connect.lead_text import one_line
from handraise.connect.pinned import Answer, Outgoing
from handraise.connect.ports import DeliveryFailed, Gone, Permanent, Receipt, SlackMessage, Temporary
from handraise.connect.retry import LONGEST_WAIT
from handraise.connect.slack_blocks import escaped

API: Final = "https://slack.com/api/chat.postMessage"
HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_GONE: Final = frozenset({"channel_is_archived", "is_archived", "no_service", "no_service_id", "no_team"})
# What is wrong with our set-up is mended by a person, not by giving a hand-off's alert up.
_MENDABLE: Final = frozenset(
    {
        *("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"),
        *("request_timeout", "team_added_to_org", "rollup_error"),
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("missing_scope", "not_in_channel", "no_permission"),
    }
)


class SlackChat:
    """Posts messages; links in them are not unfolded, and nothing in them calls people."""

    def __init__(
        self,
        outgoing: Outgoing,
        *,
        token: str | None = None,
        api: str = API,
        hosts: Collection[str] = HOSTS,
    ) -> None:
        self._outgoing = outgoing
        self._token = token
        self._api = api
        self._hosts = frozenset(hosts)

    def send(self, message: SlackMessage) -> Receipt:
        """Post one message.

        Raises
        ------
        Temporary
            On 429 (with the wait asked for), when Slack is away, and when our token or its rights are wrong.
        Gone
            When the channel or the webhook is no more.
        Permanent
            When Slack will never take this message.
        """
        body: dict[str, Any] = {
            "text": message.text,
            "blocks": list(message.blocks),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.webhook is not None:
            return _of_webhook(self._posted(message.webhook, body, hosts=self._hosts))
        if not self._token:
            raise Temporary("no Slack token is set; set one, or give an incoming webhook")
        body |= {"channel": message.channel, "link_names": False, "parse": "none"}
        return _of_api(self._posted(self._api, body, {"Authorization": f"Bearer {self._token}"}))

    def reply(self, response_url: str, text: str) -> Receipt:
        """Replace the message that somebody answered by one line.

        Raises
        ------
        AddressRefused
            When the URL is not Slack's, whoever signed the action that carried it.
        """
        body = {"replace_original": True, "text": escaped(text), "mrkdwn": False}
        return _of_webhook(self._posted(response_url, body, hosts=self._hosts))

    def _posted(
        self,
        url: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        *,
        hosts: Collection[str] | None = None,
    ) -> Answer:
        # ASCII JSON: a lone surrogate stays an escape and cannot break the encoding.
        content = json.dumps(body, allow_nan=False).encode("ascii")
        named = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Handraise",
            **(headers or {}),
        }
        return self._outgoing.post(url, content, named, hosts=hosts)


def _of_webhook(answer: Answer) -> Receipt:
    _checked(answer)
    said = one_line(answer.body[:100].decode(errors="replace"))
    if 200 <= answer.status < 300:
        return Receipt(answer.status, said)
    raise _refused(said, answer.status)


def _of_api(answer: Answer) -> Receipt:
    _checked(answer)
    try:
        told = json.loads(answer.body)
        said = "" if told["ok"] is True else str(told.get("error", "unknown_error"))
        receipt = Receipt(answer.status, one_line(told.get("ts"), 40))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Temporary("Slack's answer could not be read", status=answer.status) from None
    if said:
        raise _refused(said, answer.status)
    return receipt


def _checked(answer: Answer) -> None:
    """Raise for what every door of Slack says in the same way."""
    if answer.status == 429:
        raise Temporary("Slack asks us to slow down", status=429, retry_after=_wait(answer))
    if answer.status >= 500 or 300 <= answer.status < 400:
        raise Temporary(f"Slack answered {answer.status}", status=answer.status, retry_after=_wait(answer))


def _refused(said: str, status: int) -> DeliveryFailed:
    words = f"Slack refused the message: {said[:100]!a}"
    if said in _GONE or status == 410:
        return Gone(words, status=status)
    if said in _MENDABLE:
        return Temporary(words, status=status)
    return Permanent(words, status=status)


def _wait(answer: Answer) -> timedelta | None:
    """Slack gives seconds, never a date."""
    text = answer.headers.get("retry-after", "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    return min(timedelta(seconds=int(text)), LONGEST_WAIT) if is_number else None
