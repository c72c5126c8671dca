"""What senders are told, each in the form its client expects."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from handraise.api.ingest.requests import RequestRefused, Send
from handraise.flow.capture import Outcome

NOT_NOW: Final = "Nothing can be stored right now."
RETRY_AFTER: Final = "2"
_JSON: Final = "application/json"
_PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
_ALWAYS: Final = ((b"x-content-type-options", b"nosniff"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and its type."""

    status: int
    body: bytes = b""
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """The value as JSON; not kept by anybody in between unless the headers say so."""
    return Answer(
        status, msgspec.json.encode(value), headers={"cache-control": "no-store", **(headers or {})}
    )


def script_answer(text: str) -> Answer:
    """A piece of JavaScript."""
    return Answer(200, text.encode(), "application/javascript")


def pixel() -> Answer:
    """One transparent point, which is what an image's request expects."""
    return Answer(200, _PIXEL, "image/gif", {"cache-control": "no-store"})


def refusal(refused: RequestRefused) -> Answer:
    """Why a request is not taken."""
    error = {"code": refused.code, "message": str(refused)}
    return json_answer({"success": False, "error": error}, refused.status, refused.headers)


def away(message: str) -> Answer:
    """Nothing was stored: the same request is right in a moment."""
    error = {"code": "away", "message": message}
    return json_answer({"success": False, "error": error}, 503, {"retry-after": RETRY_AFTER})


def taken(outcomes: Sequence[Outcome], *, is_whole_wrong: bool, more: Mapping[str, Any]) -> Answer:
    """What became of each call: 200, but 400 when the request as a whole could not be read.

    A call in quarantine does not make its batch wrong: the sender has nothing to do about it.
    """
    results = [_result(outcome) for outcome in outcomes]
    if is_whole_wrong:
        error = {"code": outcomes[0].code, "message": outcomes[0].error}
        return json_answer({"success": False, "error": error, "results": results}, 400)
    return json_answer({"success": True, **more, "results": results})


def _result(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {"message_id": outcome.message_id, "status": outcome.status}
    if outcome.code is not None:
        found["error"] = {"code": outcome.code, "message": outcome.error}
    return found


def mistake() -> Answer:
    """Something is wrong with us; the log says what."""
    error = {"code": "mistake", "message": "This is a mistake of ours; it is in the server's log."}
    return json_answer({"success": False, "error": error}, 500)


def header_fields(answer: Answer, shared: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """The fields of an answer's head."""
    fields = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        *_ALWAYS,
    ]
    for headers in (answer.headers, shared):
        fields += [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return fields


async def send_answer(
    send: Send, answer: Answer, shared: Mapping[str, str], *, has_body: bool = True
) -> None:
    """Put the answer on the wire."""
    headers = header_fields(answer, shared)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if has_body else b""})
