"""SendGrid's event webhook: a list of what happened to e-mails, signed with an elliptic curve key."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handraise.connect.inbound.decoding import batch_in, object_from
from handraise.connect.inbound.mail import (
    BOUNCED,
    CLICKED,
    DELIVERED,
    OPENED,
    SPAM,
    UNSUBSCRIBED,
    left_out,
    mail_event,
)
from handraise.connect.inbound.refusing import Unfit
from handraise.connect.inbound.requests import id_from, one_by_one, refused_whole
from handraise.connect.inbound.signatures import Secret, SignatureInvalid, as_bytes, check_age, required
from handraise.core.message import Message, Parsed

SIGNATURE: Final = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP: Final = "X-Twilio-Email-Event-Webhook-Timestamp"
_EVENTS: Final = {
    "delivered": DELIVERED,
    "open": OPENED,
    "click": CLICKED,
    "bounce": BOUNCED,
    "spamreport": SPAM,
    "unsubscribe": UNSUBSCRIBED,
    "group_unsubscribe": UNSUBSCRIBED,
}


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless SendGrid signed the request within the last five minutes.

    Parameters
    ----------
    secret
        The public *verification key* as SendGrid shows it: base64 of its DER form.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    timestamp = required(headers, TIMESTAMP)
    check_age(timestamp, now)
    try:
        key = load_der_public_key(b64decode(as_bytes(secret)))
        signature = b64decode(as_bytes(required(headers, SIGNATURE)), validate=True)
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureInvalid(
            "the signature or the verification key stored for SendGrid is no key"
        ) from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise SignatureInvalid(
            "the verification key stored for SendGrid is of another kind than its keys are"
        )
    try:
        key.verify(signature, timestamp.encode() + body, ECDSA(SHA256()))
    except InvalidSignature:
        raise SignatureInvalid("the signature does not fit the request: check the verification key") from None


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read the events of a request; never raises."""
    del path, headers
    try:
        found = batch_in(body, "events")
        around, items = found or ({}, [body])
    except Unfit as unfit:
        return refused_whole(body, unfit)

    def read(raw: bytes, place: int) -> Message:
        del place
        return _message(object_from(raw), raw, received_at)

    return one_by_one(items, read, around=around, name="")


def _message(record: Mapping[str, Any], raw: bytes, received_at: datetime) -> Message:
    happened = record.get("event")
    event = _EVENTS.get(happened) if isinstance(happened, str) else None
    if event is None:
        raise left_out(happened)
    sent_as = record.get("sg_message_id")
    category = record.get("category")
    return mail_event(
        event,
        message_id=_id(record) or id_from(raw),
        email=record.get("email"),
        at=record.get("timestamp"),
        received_at=received_at,
        properties={
            # What follows the first dot differs between the events of one e-mail.
            "email_id": sent_as.partition(".")[0] if isinstance(sent_as, str) else None,
            "campaign": record.get("marketing_campaign_name")
            or record.get("singlesend_name")
            or _first(category),
            "category": category,
            "link_url": record.get("url"),
            "reason": record.get("reason"),
            "bounce_type": record.get("type") if event == BOUNCED else None,
        },
        user_agent=record.get("useragent"),
        bot="mail scanner: machine open" if record.get("sg_machine_open") is True else None,
    )


def _id(record: Mapping[str, Any]) -> str | None:
    found = record.get("sg_event_id")
    return f"sendgrid-{found}" if isinstance(found, str) and found else None


def _first(category: object) -> object:
    return category[0] if isinstance(category, list) and category else category
