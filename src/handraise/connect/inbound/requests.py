"""What every adapter needs of a request: headers, keys, and messages or refusals item by item."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

from handraise.connect.inbound.decoding import alone
from handraise.connect.inbound.poison import problem_of
from handraise.connect.inbound.refusing import LONGEST_ID, Unfit
from handraise.core.message import Message, Parsed, Refused


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header's value, whatever the case of its name."""
    low = name.lower()
    found = headers.get(low)  # as servers give them
    if found is None:
        found = next((value for key, value in headers.items() if key.lower() == low), None)
    return found


def basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """User and password of Basic authorization; None when there is none that can be read.

    Examples
    --------
    >>> basic({"authorization": "Basic V0tfcHk6"})
    ('WK_py', '')
    """
    given = header(headers, "Authorization")
    return _credentials(given) if given else None


@lru_cache(maxsize=256)
def _credentials(given: str) -> tuple[str, str] | None:
    """Kept, since a sender's are the same in each request, and are asked for more than once in each."""
    scheme, _, value = given.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if colon else None


def key_of(given: object, headers: Mapping[str, str]) -> str | None:
    """The source's key: as the body gives it, otherwise the user of Basic authorization."""
    key = given
    if not isinstance(key, str) or not key:
        credentials = basic(headers)
        key = credentials[0] if credentials else ""
    return key if key and len(key) <= LONGEST_ID and not problem_of(key) else None


def id_from(*parts: bytes | str | None) -> str:
    """An id made from content, the same whenever it is sent again."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update((part or "").encode() if not isinstance(part, bytes) else part)
        digest.update(b"\x1f")
    return f"content-{digest.hexdigest()}"


def one_by_one(
    items: Iterable[bytes],
    read: Callable[[bytes, int], Message],
    *,
    around: dict[str, bytes],
    name: str,
    write_key: str | None = None,
) -> Parsed:
    """Each item a message or a refusal, with the place it has in the batch called `name`."""
    messages: list[Message] = []
    refused: list[Refused] = []
    for place, raw in enumerate(items):
        try:
            messages.append(read(raw, place))
        except Unfit as unfit:
            refused.append(Refused(unfit.code, str(unfit), alone(raw, around, name), unfit.message_id, place))
    return Parsed(tuple(messages), tuple(refused), write_key)


def refused_whole(body: bytes, unfit: Unfit, write_key: str | None = None) -> Parsed:
    """The request as one refusal."""
    return Parsed((), (Refused(unfit.code, str(unfit), body, unfit.message_id),), write_key)
