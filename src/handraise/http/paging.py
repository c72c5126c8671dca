"""Lists in pages: `next` of a page asks for the one after; what it holds is nobody's business but ours."""

import base64
import binascii
import hmac
import json
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from handraise.http.problems import Refusal

MOST: Final = 200
_SIGNATURE: Final = 9  # bytes

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=MOST, description="The most items in the page.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]


class Page(BaseModel, Generic[Item]):
    """Some items; `next` is null on the last page."""

    items: list[Item]
    next: str | None = Field(None, description="Give it as `cursor` to get the page after this one.")


def cursor(key: bytes, place: list[Any]) -> str:
    """A place in a list as text that cannot be made up.

    Examples
    --------
    >>> place_of(b"k", cursor(b"k", [7, "b"]))
    [7, 'b']
    """
    content = json.dumps(place, separators=(",", ":")).encode()
    signed = hmac.digest(key, content, "sha256")[:_SIGNATURE] + content
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def place_of(key: bytes, given: str | None) -> Any:
    """The place that a cursor names; None without one.

    Raises
    ------
    Refusal
        422 when it is not one of ours.
    """
    if given is None:
        return None
    try:
        signed = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except (ValueError, binascii.Error):
        signed = b""
    content = signed[_SIGNATURE:]
    if not hmac.compare_digest(hmac.digest(key, content, "sha256")[:_SIGNATURE], signed[:_SIGNATURE]):
        raise Refusal(422, "cursor_invalid", "the cursor is not one of this list; begin again without one")
    return json.loads(content)
