"""What came in from outside, read but not yet stored: a message for each call, or why it cannot be taken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

Kind = Literal["track", "page", "screen", "identify", "group", "alias"]
Clock = Literal["given", "corrected", "clamped", "missing"]
NOISE: Final = "noise"


class Message(msgspec.Struct, frozen=True, gc=False):
    """One thing that somebody did (track, page, screen) or is (identify, group, alias).

    Attributes
    ----------
    event
        The Segment name: that of a track call, otherwise the kind.
    message_id
        The sender's id, the same when the message is sent again; made from the content when there is none.
    occurred_at
        When it happened by the server's clock, never after `received_at`.
    original_at, sent_at
        What the sender's clock said, when it said something.
    email
        Normalised: lower case, the domain in ASCII. As the sender claims: nothing here proves it.
    previous_id
        Of an alias call: the id that `user_id` replaces.
    traits
        Of a group call: the group's. Otherwise: the person's, those of the context beneath those of the call.
    context
        Page, campaign, referrer, user agent, locale, library and such, kept small.
    bot
        Why this is no person's doing, None when nothing says so.
    clock
        How `occurred_at` was found: as `given`, `corrected` by the time of sending, `clamped` to
        `received_at` because it lay after it, or taken from `received_at` because it was `missing`.
    """

    kind: Kind
    event: str
    message_id: str
    occurred_at: datetime
    received_at: datetime
    original_at: datetime | None = None
    sent_at: datetime | None = None
    anonymous_id: str | None = None
    user_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None
    email: str | None = None
    session_id: str | None = None
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}
    bot: str | None = None
    clock: Clock = "given"


@dataclass(frozen=True, slots=True)
class Refused:
    """One call that cannot be taken.

    Attributes
    ----------
    code
        What is wrong, for machines: `bad_time`, `no_identity`, `nul`, …
    message
        What is wrong and what would do, for people.
    raw
        What was sent. Of an item of a batch: a batch of that item alone, which can be read again as it is.
    place
        Where in the batch it stood, counting from 0.
    """

    code: str
    message: str
    raw: bytes
    message_id: str | None = None
    place: int = 0

    @property
    def is_noise(self) -> bool:
        """Whether it is left out on purpose, with nothing wrong (a technical event of the sender)."""
        return self.code == NOISE


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one request held: each of its calls is in `messages` or in `refused`, once.

    `write_key` is the source's key as the request gives it, unchecked.
    """

    messages: tuple[Message, ...] = ()
    refused: tuple[Refused, ...] = ()
    write_key: str | None = None
