"""Postmark's webhooks: one event a request, told by its record type."""

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
from handraise.connect.inbound.requests import basic, header, id_from, refused_whole
from handraise.connect.inbound.signatures import Secret, SignatureInvalid, as_bytes, check_same
from handraise.core.message import Message, Parsed

TOKEN: Final = "X-Webhook-Token"  # noqa: S105  (a header's name)
_EVENTS: Final = {
    "Delivery": (DELIVERED, "DeliveredAt"),
    "Open": (OPENED, "ReceivedAt"),
    "Click": (CLICKED, "ReceivedAt"),
    "Bounce": (BOUNCED, "BouncedAt"),
    "SpamComplaint": (SPAM, "BouncedAt"),
    "SubscriptionChange": (UNSUBSCRIBED, "ChangedAt"),
}
_NO_BOUNCES: Final = frozenset(
    ("AutoResponder", "AddressChange", "Subscribe", "ChallengeVerification", "OpenRelayTest")
)


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless the request carries the secret; Postmark does not sign.

    Parameters
    ----------
    secret
        ``user:password`` of Basic authorization as in the webhook's address, or a token without a colon that
        Postmark sends in the header ``X-Webhook-Token``.
    """
    del body, now
    wanted = as_bytes(secret)
    if not wanted:
        raise SignatureInvalid("no secret is stored for Postmark: enter user:password or a token")
    if b":" in wanted:
        credentials = basic(headers)
        check_same(wanted, ":".join(credentials) if credentials else "")
    else:
        check_same(wanted, header(headers, TOKEN) or "")


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read the event of a request; never raises."""
    del path, headers
    try:
        return Parsed((_message(object_from(body), received_at),))
    except Unfit as unfit:
        return refused_whole(body, unfit)


def _message(record: Mapping[str, Any], received_at: datetime) -> Message:
    event, time = _what(record)
    address = record.get("Recipient") or record.get("Email")
    theirs = [str(record.get(name) or "") for name in ("RecordType", "MessageID", time, "ID", "OriginalLink")]
    metadata = record.get("Metadata")
    campaign = metadata.get("campaign") if isinstance(metadata, dict) else None
    return mail_event(
        event,
        # Postmark has no id for an event, but says the same of it when it tries again.
        message_id=id_from("postmark", str(address), *theirs),
        email=address,
        at=record.get(time),
        received_at=received_at,
        properties={
            "email_id": record.get("MessageID"),
            "campaign": campaign or record.get("Tag"),
            "link_url": record.get("OriginalLink"),
            "bounce_type": record.get("Type") if event == BOUNCED else None,
            "reason": record.get("Description"),
        },
        user_agent=record.get("UserAgent"),
    )


def _what(record: Mapping[str, Any]) -> tuple[str, str]:
    kind = record.get("RecordType")
    if not isinstance(kind, str) or kind not in _EVENTS:
        raise left_out(kind)
    event, time = _EVENTS[kind]
    if kind == "Bounce":
        if record.get("Type") in _NO_BOUNCES:
            raise left_out(record.get("Type"))
        if record.get("Type") == "Unsubscribe":
            event = UNSUBSCRIBED
    if kind == "SubscriptionChange" and (
        record.get("SuppressSending") is not True
        or record.get("SuppressionReason") in ("HardBounce", "SpamComplaint")  # these come by themselves too
    ):
        raise left_out(kind)
    return event, time
