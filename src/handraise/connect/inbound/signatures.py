"""Whether a webhook really comes from who it says: the parts that all senders' signatures share.

Whatever is malformed is `SignatureInvalid`, never another error, and says nothing about what would be right.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from handraise.connect.inbound.requests import header
from handraise.core.errors import HandraiseError

TOLERANCE: Final = timedelta(seconds=300)
"""How far the time of a signature may be from now; older ones may be played back by somebody."""
_SECONDS: Final = re.compile(r"\d{1,13}", re.ASCII)
_MILLISECONDS_FROM: Final = 100_000_000_000
Secret = str | bytes


class SignatureInvalid(HandraiseError):
    """The request is not proven to come from its sender: check the secret that is stored for it."""


def required(headers: Mapping[str, str], name: str) -> str:
    """The header's value, which must be there."""
    found = header(headers, name)
    if not found:
        raise SignatureInvalid(f"the header {name} is missing: is signing switched on at the sender?")
    return found


def check_age(seconds: object, now: datetime) -> None:
    """Refuse a signature whose time (seconds or milliseconds since 1970) is not within `TOLERANCE` of now."""
    text = str(seconds)
    if not _SECONDS.fullmatch(text):
        raise SignatureInvalid("the time of the signature cannot be read")
    number = int(text)
    if number >= _MILLISECONDS_FROM:
        number //= 1000
    if abs(now.timestamp() - number) > TOLERANCE.total_seconds():
        raise SignatureInvalid("the time of the signature is over five minutes from now: is the clock right?")


def hmac_sha256(secret: Secret, *parts: bytes | str) -> bytes:
    """The digest of the parts, one after another, under the secret."""
    key = as_bytes(secret)
    if not key:
        raise SignatureInvalid("no secret is stored for this sender: enter the one that it shows")
    return hmac.new(key, b"".join(map(as_bytes, parts)), hashlib.sha256).digest()


def check_same(expected: bytes | str, *given: object) -> None:
    """Refuse unless one of the given is the expected, in a time that does not tell how much of it is."""
    right = as_bytes(expected)
    matches = [
        hmac.compare_digest(right, as_bytes(value)) for value in given if isinstance(value, bytes | str)
    ]
    if not any(matches):
        raise SignatureInvalid(
            "the signature does not fit the request: check the secret stored for the sender"
        )


def as_bytes(value: bytes | str) -> bytes:
    """The value as it is signed."""
    return value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
