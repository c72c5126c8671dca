"""Mailgun's webhooks: one event a request, its signature in the body."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handraise.connect.inbound.decoding import object_from
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
from handraise.connect.inbound.requests import id_from, refused_whole
from handraise.connect.inbound.signatures import Secret, SignatureInvalid, check_age, check_same, hmac_sha256
from handraise.core.message import Message, Parsed

_EVENTS: Final = {
    "delivered": DELIVERED,
    "opened": OPENED,
    "clicked": CLICKED,
    "unsubscribed": UNSUBSCRIBED,
    "complained": SPAM,
}


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless Mailgun signed the request within the last five minutes.

    The signature covers a time and a token but not the event, so the request must have come over TLS; a
    token that comes twice carries the same event, which its id makes one.

    Parameters
    ----------
    secret
        The *HTTP webhook signing key*.
    """
    del headers
    try:
        signed = object_from(body).get("signature")
    except Unfit:
        raise SignatureInvalid("the body cannot be read, so there is no signature in it") from None
    if not isinstance(signed, dict):
        raise SignatureInvalid("the body holds no signature")
    timestamp, token = str(signed.get("timestamp")), str(signed.get("token"))
    check_age(timestamp, now)
    check_same(hmac_sha256(secret, timestamp, token).hex(), signed.get("signature"))


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read the event of a request; never raises."""
    del path, headers
    try:
        return Parsed((_message(object_from(body), body, received_at),))
    except Unfit as unfit:
        return refused_whole(body, unfit)


def _message(record: Mapping[str, Any], raw: bytes, received_at: datetime) -> Message:
    data = _object(record, "event-data")
    happened, message = data.get("event"), _object(_object(data, "message"), "headers")
    event = _EVENTS.get(happened) if isinstance(happened, str) else None
    if happened == "failed" and data.get("severity") == "permanent":
        event = BOUNCED
    if event is None:
        raise left_out(happened)
    client, tags = _object(data, "client-info"), data.get("tags")
    variables = _object(data, "user-variables")
    tag = tags[0] if isinstance(tags, list) and tags else None
    theirs = data.get("id")
    return mail_event(
        event,
        message_id=f"mailgun-{theirs}" if isinstance(theirs, str) and theirs else id_from(raw),
        email=data.get("recipient"),
        at=data.get("timestamp"),
        received_at=received_at,
        properties={
            "email_id": message.get("message-id"),
            "subject": message.get("subject"),
            "campaign": variables.get("campaign") or tag,
            "tags": tags,
            "link_url": data.get("url"),
            "reason": data.get("reason"),
        },
        user_agent=client.get("user-agent"),
        bot=f"mail scanner: {client['bot']}" if client.get("bot") else None,
    )


def _object(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}
