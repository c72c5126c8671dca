"""Why a call cannot be taken, said once for all formats."""

from typing import Final

from handraise.core.errors import HandraiseError

LONGEST_EVENT: Final = 200
LONGEST_ID: Final = 300
LARGEST_CALL: Final = 32 * 1024
"""Bytes of one call, as Segment takes them."""


class Unfit(HandraiseError):
    """A call that cannot be taken; `code` says why to machines, the text to people."""

    message_id: str | None = None

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def id_text(value: object, name: str) -> str | None:
    """An id as text; whole numbers are taken too, and nothing or an empty text is no id.

    Examples
    --------
    >>> id_text(17, "userId"), id_text("", "userId")
    ('17', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unfit("wrong_type", f"{name} is no text: send the id as text")
    text = str(value)
    if len(text) > LONGEST_ID:
        raise Unfit("id_too_long", f"{name} has {len(text)} characters: an id has at most {LONGEST_ID}")
    return text.strip() or None


def event_name(value: object, name: str = "event") -> str:
    """The name of an event, which must be there."""
    if not isinstance(value, str):
        raise Unfit("no_event", f"{name} is missing or no text: name what happened, such as Demo Requested")
    text = value.strip()
    if not text:
        raise Unfit("no_event", f"{name} is empty: name what happened, such as Demo Requested")
    if len(text) > LONGEST_EVENT:
        raise Unfit(
            "event_too_long", f"{name} has {len(text)} characters: a name has at most {LONGEST_EVENT}"
        )
    return text
