"""From bytes to values: strict and fast while all is well, and an exact reason for each call that is not.

Strict types let the decoder itself refuse what is too deep, too large or no JSON. Only when it refuses
something is the text cut into its calls, so that one bad call does not spoil the others of its batch.
"""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec

from handraise.connect.inbound.poison import (
    LARGEST,
    LONGEST_KEY,
    NOT_UNICODE,
    OUT_OF_RANGE,
    TOO_DEEP,
    problem_of,
)
from handraise.connect.inbound.refusing import LARGEST_CALL, Unfit

_T = TypeVar("_T")
MOST_CALLS: Final = 5_000
"""Calls in one batch; Segment's own clients send at most 2,500."""
_LARGEST_AROUND: Final = 4_096
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"
_BOM: Final = b"\xef\xbb\xbf"
_ESCAPED_NUL: Final = b"\\u0000"
_HALF_OF_A_PAIR: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
Key = Annotated[str, msgspec.Meta(max_length=LONGEST_KEY)]
Number = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST - 1)]
# Each token once and none twice: possessive, so that no text makes the search go back.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[{]++|[\]}]++|,', re.DOTALL)


def _value_type(levels: int) -> Any:
    """Nested by hand, since a type that names itself cannot be written, and each level doubles its size."""
    scalar = None | bool | Number | float | str
    if not levels:
        return scalar
    inner = _value_type(levels - 1)
    return scalar | GenericAlias(list, (inner,)) | GenericAlias(dict, (Key, inner))


if TYPE_CHECKING:
    PlainObject = dict[str, Any]
else:
    PlainObject = dict[Key, _value_type(3)]
"""The type of an object as almost all are: nothing in it that could not be stored, and not deep."""
_ANY: Final = msgspec.json.Decoder()
_PLAIN: Final = msgspec.json.Decoder(PlainObject)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_RAW_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_RAW_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])


def object_from(raw: bytes) -> dict[str, Any]:
    """The object that the JSON is, with nothing in it that could not be stored.

    Examples
    --------
    >>> object_from(b'{"a": [1]}')
    {'a': [1]}
    """
    return checked(raw, _PLAIN.decode, _OBJECT.decode)


def checked(raw: bytes, plain: Callable[[bytes], _T], any_other: Callable[[bytes], _T]) -> _T:
    """What one call holds, or `Unfit` with the reason in words.

    Parameters
    ----------
    plain
        Decodes strictly typed calls only; what it refuses is looked at again, value by value.
    any_other
        Decodes the same fields with whatever is in their objects.
    """
    if len(raw) > LARGEST_CALL:
        raise Unfit("too_large", f"the call has {len(raw)} bytes: at most {LARGEST_CALL} are taken")
    try:
        found = plain(raw)
    except (ValueError, RecursionError):
        return _looked_at(raw, any_other)
    if _ESCAPED_NUL in raw:
        _sound(raw)
    return found


def _looked_at(raw: bytes, decode: Callable[[bytes], _T]) -> _T:
    if not isinstance(_sound(raw), dict):
        raise Unfit("not_an_object", "the call is no JSON object")
    try:
        return decode(raw)
    except (ValueError, RecursionError) as error:
        raise Unfit("wrong_type", f"a field has another type than it should: {error}") from None


def _sound(raw: bytes) -> object:
    try:
        value = _ANY.decode(raw)
    except RecursionError:
        raise Unfit(*TOO_DEEP) from None
    except UnicodeDecodeError:
        raise Unfit(*NOT_UNICODE) from None
    except ValueError as error:
        raise _malformed(raw, str(error)) from None
    if problem := problem_of(value):
        raise Unfit(*problem)
    return value


def _malformed(raw: bytes, reason: str) -> Unfit:
    if "out of range" in reason:
        return Unfit(*OUT_OF_RANGE)
    if "surrogate" in reason or _HALF_OF_A_PAIR.search(raw):
        return Unfit(*NOT_UNICODE)
    return Unfit("not_json", f"the call is no valid JSON: {reason}")


def without_mark(body: bytes) -> bytes:
    """The body without the byte order mark that some senders put before it."""
    return body.removeprefix(_BOM)


# --- batches ----------------------------------------------------------------------------------------------


def pieces(raw: bytes) -> list[bytes]:
    """The elements of a JSON array, or `"key": value` pairs of an object, as they are written.

    Looks at brackets and quotes only, however deep they lie, so what is inside an element may be anything.

    Examples
    --------
    >>> pieces(b'[1, {"a": [NaN, 2]}, "x,y"]')
    [b'1', b'{"a": [NaN, 2]}', b'"x,y"']
    """
    text = raw.strip()
    if text[:1] not in (b"[", b"{"):
        raise Unfit("not_json", "the body is no JSON object")
    depth, start, found, end = 0, 1, list[bytes](), -1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark[0] in _OPENING:
            depth += len(mark)
        elif mark[0] in _CLOSING:
            if depth <= len(mark):
                end = token.start() + depth - 1
                break
            depth -= len(mark)
        elif mark == b"," and depth == 1:
            found.append(text[start : token.start()].strip())
            start = token.end()
            if len(found) >= MOST_CALLS:
                raise Unfit(
                    "batch_too_long", f"the batch holds more than {MOST_CALLS} calls: send fewer at once"
                )
    if end != len(text) - 1:
        raise Unfit(
            "not_json", "the body is no valid JSON: a bracket is missing or something follows the end"
        )
    last = text[start:end].strip()
    return [*found, last] if last or found else []


def members(raw: bytes) -> dict[str, bytes]:
    """The values of a JSON object by name, as they are written; names that cannot be read are left out."""
    found: dict[str, bytes] = {}
    for piece in pieces(raw):
        token = _TOKEN.match(piece)
        if token is None or token[0][:1] != b'"':
            continue
        value = piece[token.end() :].lstrip()
        try:
            name = _ANY.decode(token[0])
        except ValueError:
            continue
        if isinstance(name, str) and value.startswith(b":"):
            found[name] = value[1:].strip()
    return found


def batch_in(body: bytes, name: str) -> tuple[dict[str, bytes], list[bytes]] | None:
    """What stands around a batch, and its calls; None when the body is an object without a batch.

    A body that is an array is a batch with nothing around it.
    """
    around: dict[str, bytes] = {}
    calls = body
    if not body.lstrip().startswith(b"["):
        around = _members_at_once(body) or members(body)
        if name not in around:
            return None
        calls = around.pop(name)
        if not calls.startswith(b"["):
            raise Unfit("wrong_type", f"{name} is no list of calls")
    try:
        items = [bytes(item) for item in _RAW_ITEMS.decode(calls)]
    except (ValueError, RecursionError):
        items = pieces(calls)
    if len(items) > MOST_CALLS:
        raise Unfit("batch_too_long", f"the batch holds more than {MOST_CALLS} calls: send fewer at once")
    return around, items


def _members_at_once(body: bytes) -> dict[str, bytes]:
    """`members` of an object that is sound; nothing when it is not."""
    try:
        return {key: bytes(value) for key, value in _RAW_MEMBERS.decode(body).items()}
    except (ValueError, RecursionError):
        return {}


def alone(item: bytes, around: dict[str, bytes], name: str) -> bytes:
    """A batch of that call alone, so that it can be sent in again; without what is too much around it.

    Where `name` is empty the batch is a bare array.
    """
    if not name:
        return b"[%s]" % item
    kept = b"".join(
        b"%s:%s," % (msgspec.json.encode(key), value)
        for key, value in around.items()
        if len(value) < _LARGEST_AROUND // 8
    )
    if len(kept) > _LARGEST_AROUND:
        kept = b""
    return b"{%s%s:[%s]}" % (kept, msgspec.json.encode(name), item)


def from_base64(text: str) -> bytes:
    """Base64 in either alphabet, with or without its padding."""
    try:
        raw = text.strip().encode("ascii").rstrip(b"=")
        raw += b"=" * (-len(raw) % 4)
        return urlsafe_b64decode(raw) if b"-" in raw or b"_" in raw else b64decode(raw.replace(b" ", b"+"))
    except ValueError:
        raise Unfit("not_json", "a field should hold base64 and does not") from None
