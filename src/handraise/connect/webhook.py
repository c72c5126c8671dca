"""Webhooks as Standard Webhooks has them: signed, never redirected, one attempt a call."""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from standardwebhooks.webhooks import Webhook

from handraise.connect.lead_text import one_line
from handraise.connect.pinned import Answer, Outgoing
from handraise.connect.ports import Gone, Permanent, Receipt, SignatureInvalid, Temporary, WebhookCall
from handraise.connect.retry import retry_after_of

TOLERANCE: Final = timedelta(seconds=300)
_PREFIX: Final = "whsec_"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_MOST_SIGNATURES: Final = 16
_SHORTEST_SECRET, _LONGEST_SECRET = 24, 64


class StandardHooks:
    """Signs and posts; everything it does not know about the answer is worth another attempt."""

    def __init__(self, outgoing: Outgoing, *, agent: str = "Handraise-Webhooks") -> None:
        self._outgoing = outgoing
        self._agent = agent

    def send(self, call: WebhookCall) -> Receipt:
        """Make one attempt.

        Raises
        ------
        Gone
            On 410: switch the endpoint off.
        Permanent
            When the URL is refused (`AddressRefused`), or the payload or the secret cannot be used.
        Temporary
            On every other answer and on none; `retry_after` holds what 429 and 503 asked for.
        """
        body = body_of(call.payload)
        headers = signed_headers(call, body) | {"Content-Type": "application/json", "User-Agent": self._agent}
        return _receipt(self._outgoing.post(call.url, body, headers), call.timestamp)


def body_of(payload: Mapping[str, Any]) -> bytes:
    r"""The exact bytes that are signed and sent: compact JSON in ASCII.

    Examples
    --------
    >>> body_of({"type": "handoff.opened", "data": {"name": "Zoë"}})
    b'{"type":"handoff.opened","data":{"name":"Zo\\u00eb"}}'
    """
    try:
        return json.dumps(payload, separators=(",", ":"), allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise Permanent("the payload of the webhook cannot be written as JSON") from error


def signed_headers(call: WebhookCall, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; two signatures while a secret is being changed."""
    if not _ID.fullmatch(call.id):
        raise Permanent("the id of a webhook call is letters, digits, `_` and `-`, at most 128")
    if call.timestamp.tzinfo is None:
        raise Permanent("the timestamp of a webhook call needs a time zone")
    moment = call.timestamp.astimezone(UTC)
    secrets = [call.secret, *([call.previous_secret] if call.previous_secret else [])]
    return {
        "webhook-id": call.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(_signature(call.id, moment, body, secret) for secret in secrets),
    }


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check a signed call as a receiver does.

    Raises
    ------
    SignatureInvalid
        When a header is missing or malformed, the timestamp is five minutes off, or nothing matches.
    """
    said = {name.lower(): value for name, value in headers.items()}
    call_id, written = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not _ID.fullmatch(call_id) or not _TIMESTAMP.fullmatch(written):
        raise SignatureInvalid("the headers webhook-id and webhook-timestamp are missing or malformed")
    if abs(now.timestamp() - int(written)) > TOLERANCE.total_seconds():
        raise SignatureInvalid("the webhook is too old, or the clocks differ by more than five minutes")
    moment = datetime.fromtimestamp(int(written), UTC)
    try:
        expected = _signature(call_id, moment, body, secret).encode()
    except UnicodeDecodeError:
        raise SignatureInvalid("the body of the webhook is not UTF-8") from None
    given = said.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not any(hmac.compare_digest(expected, each.encode(errors="replace")) for each in given):
        raise SignatureInvalid("no signature of the webhook matches")


def secret_of(random: bytes) -> str:
    """Random bytes (24 to 64) as a secret that people can copy.

    Examples
    --------
    >>> secret_of(bytes(24))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    if not _SHORTEST_SECRET <= len(random) <= _LONGEST_SECRET:
        raise Permanent("a webhook secret has 24 to 64 random bytes")
    return _PREFIX + base64.b64encode(random).decode()


def _signature(call_id: str, moment: datetime, body: bytes, secret: str) -> str:
    return Webhook(_key(secret)).sign(call_id, moment, body.decode())


def _key(secret: str) -> bytes:
    """The secret's bytes, read strictly: the library drops letters it does not know."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _SHORTEST_SECRET <= len(key) <= _LONGEST_SECRET:
        raise Permanent("the webhook secret must be `whsec_` and 24 to 64 bytes in base64; make a new one")
    return key


def _receipt(answer: Answer, now: datetime) -> Receipt:
    detail = one_line(answer.body[:1000].decode(errors="replace"), 300)
    if 200 <= answer.status < 300:
        return Receipt(answer.status, detail)
    if answer.status == 410:
        raise Gone("the receiver says that this endpoint is gone", status=410)
    if 300 <= answer.status < 400:
        raise Temporary("the receiver answered with a redirect; give its final URL", status=answer.status)
    wait = retry_after_of(answer.headers.get("retry-after"), now) if answer.status in (429, 503) else None
    raise Temporary(
        f"the receiver answered {answer.status}: {detail!a}", status=answer.status, retry_after=wait
    )
