"""Adapters that send nothing and remember what they were given: for development and for tests."""

from collections import deque
from typing import Final, Generic, TypeVar

from handraise.connect.ports import DeliveryFailed, Mail, Receipt, SlackMessage, WebhookCall

_Sent = TypeVar("_Sent")
REMEMBERED: Final = 1000


class _Recording(Generic[_Sent]):
    """Keeps the last thousand; `fail_next` makes the next attempts fail, in order."""

    def __init__(self) -> None:
        self.sent: deque[_Sent] = deque(maxlen=REMEMBERED)
        self.refused: deque[_Sent] = deque(maxlen=REMEMBERED)
        self._failures: deque[DeliveryFailed] = deque()

    def fail_next(self, *failures: DeliveryFailed) -> None:
        """Let the next calls raise these, one each."""
        self._failures.extend(failures)

    def send(self, what: _Sent) -> Receipt:
        """Keep it."""
        if self._failures:
            self.refused.append(what)
            raise self._failures.popleft()
        self.sent.append(what)
        return Receipt(200, "kept, not sent")


class RecordingMailer(_Recording[Mail]):
    """A mailer whose mails stay here.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> mailer = RecordingMailer()
    >>> mailer.send(Mail("d-1", "jo@acme.example", "Hello", "Hi.", datetime(2026, 3, 2, tzinfo=UTC))).status
    200
    >>> [mail.subject for mail in mailer.sent]
    ['Hello']
    """


class RecordingHooks(_Recording[WebhookCall]):
    """Webhooks that nobody receives."""


class RecordingChat(_Recording[SlackMessage]):
    """A chat that nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def reply(self, response_url: str, text: str) -> Receipt:
        """Keep the reply."""
        self.replies.append((response_url, text))
        return Receipt(200, "kept, not sent")
