"""What the flow may ask of the outside, and how the outside says no."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from handraise.core.errors import HandraiseError

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_OWN_HEADERS: Final = frozenset(
    {
        *("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version"),
        *("list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "content-type"),
        *("content-transfer-encoding", "return-path"),
    }
)


@dataclass(frozen=True)
class Receipt:
    """What the other side answered, in the form that an attempt is recorded.

    `status` is the HTTP or SMTP code, 0 where there was no answer at all.
    """

    status: int
    detail: str = ""
    retry_after: timedelta | None = None


class DeliveryFailed(HandraiseError):
    """The other side did not take it; `receipt` holds what it said."""

    def __init__(self, detail: str, *, status: int = 0, retry_after: timedelta | None = None) -> None:
        self.receipt = Receipt(status, detail, retry_after)
        super().__init__(detail)

    @property
    def retry_after(self) -> timedelta | None:
        """How long the other side asked us to wait, if it did."""
        return self.receipt.retry_after


class Temporary(DeliveryFailed):
    """Worth another attempt, not before `retry_after` where that is given."""


class Permanent(DeliveryFailed):
    """Another attempt with the same content would fail in the same way."""


class Gone(Permanent):
    """The destination says that it no longer exists: send nothing to it again."""


class RequestRefused(HandraiseError):
    """A call from outside that cannot be trusted or read: answer 401, change nothing."""


class SignatureInvalid(RequestRefused):
    """The signature is missing, malformed, too old, or not made with our secret."""


@dataclass(frozen=True)
class Mail:
    """One message to one person.

    Parameters
    ----------
    delivery_id
        Stays the same on every attempt; the Message-ID is made from it, so a mail sent twice is one mail.
    to
        A bare address.
    date
        Aware; what the reader sees as the time of sending.
    list_unsubscribe
        An https address that accepts the one-click POST of RFC 8058.
    headers
        Further ones; those the adapter writes itself are refused.

    Raises
    ------
    Permanent
        When a header would hold a line break or another control character.
    """

    delivery_id: str
    to: str
    subject: str
    text: str
    date: datetime
    html: str | None = None
    reply_to: str | None = None
    list_unsubscribe: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = (self.delivery_id, self.to, self.subject, self.reply_to or "", self.list_unsubscribe or "")
        for value in (*named, *self.headers.values()):
            if _CONTROL.search(value):
                raise Permanent("a mail header holds a line break or another control character; remove it")
        for name in self.headers:
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise Permanent(f"`{name[:64]!a}` cannot be given as a further mail header")
        if self.date.tzinfo is None:
            raise Permanent("the date of a mail needs a time zone")


@dataclass(frozen=True)
class SlackMessage:
    """One message to a channel (`channel`, with the bot's token) or to an incoming webhook (`webhook`).

    `text` is what notifications and screen readers get; `blocks` is Block Kit.
    """

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()
    channel: str | None = None
    webhook: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.channel is None) == (self.webhook is None):
            raise Permanent("a Slack message needs either a channel or an incoming webhook")


@dataclass(frozen=True)
class WebhookCall:
    """One attempt to tell a subscriber something.

    `id` stays the same on every attempt, `timestamp` is the time of this one. While a secret is being
    changed, `previous_secret` signs too, so receivers can change theirs at any moment in between.
    """

    url: str
    id: str
    payload: Mapping[str, Any]
    secret: str = field(repr=False)
    timestamp: datetime
    previous_secret: str | None = field(default=None, repr=False)


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: Mail, /) -> Receipt:
        """Hand the mail over, or raise `Temporary` or `Permanent`."""


class Chat(Protocol):
    """Posts to a chat."""

    def send(self, message: SlackMessage, /) -> Receipt:
        """Post the message, or raise `Temporary`, `Permanent` or `Gone`."""

    def reply(self, response_url: str, text: str, /) -> Receipt:
        """Put `text` in place of the message that somebody answered."""


class Hooks(Protocol):
    """Calls subscribers' webhooks."""

    def send(self, call: WebhookCall, /) -> Receipt:
        """Make one attempt, or raise `Temporary`, `Permanent` or `Gone`."""
