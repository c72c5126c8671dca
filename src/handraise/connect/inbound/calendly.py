"""Calendly's webhooks: meetings booked and canceled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import object_from
from handraise.connect.inbound.links import UTM
from handraise.connect.inbound.mail import left_out
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.refusing import Unfit
from handraise.connect.inbound.requests import id_from, refused_whole
from handraise.connect.inbound.signatures import (
    Secret,
    SignatureInvalid,
    check_age,
    check_same,
    hmac_sha256,
    required,
)
from handraise.core.message import Message, Parsed

SIGNATURE: Final = "Calendly-Webhook-Signature"
_EVENTS: Final = {"invitee.created": "Meeting Booked", "invitee.canceled": "Meeting Canceled"}


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless Calendly signed the request within the last five minutes.

    Parameters
    ----------
    secret
        The *signing key* given when the webhook was subscribed to.
    """
    parts = [part.strip().partition("=") for part in required(headers, SIGNATURE).split(",")[:10]]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not given:
        raise SignatureInvalid(f"the header {SIGNATURE} has not the form t=…,v1=…")
    check_age(times[0], now)
    check_same(hmac_sha256(secret, times[0], ".", body).hex(), *given)


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read the event of a request; never raises."""
    del path, headers
    try:
        return Parsed((_message(object_from(body), body, received_at),))
    except Unfit as unfit:
        return refused_whole(body, unfit)


def _message(record: Mapping[str, Any], raw: bytes, received_at: datetime) -> Message:
    happened = record.get("event")
    event = _EVENTS.get(happened) if isinstance(happened, str) else None
    if event is None:
        raise left_out(happened)
    invitee = _object(record, "payload")
    address = email_of(invitee.get("email"))
    if address is None:
        raise Unfit("no_identity", "the invitee has no e-mail address")
    original = moment(record.get("created_at"), "created_at")
    at, clock = occurred(original, None, received_at)
    theirs = invitee.get("uri")
    name = invitee.get("name")
    return Message(
        kind="track",
        event=event,
        message_id=f"calendly-{happened}-{theirs}"[:300]
        if isinstance(theirs, str) and theirs
        else id_from(raw),
        occurred_at=at,
        received_at=received_at,
        original_at=original,
        email=address,
        properties=_properties(invitee),
        traits={"email": address} | ({"name": name} if isinstance(name, str) and name else {}),
        context={"timezone": invitee["timezone"]} if invitee.get("timezone") else {},
        clock=clock,
    )


def _properties(invitee: Mapping[str, Any]) -> dict[str, Any]:
    meeting, tracking = _object(invitee, "scheduled_event"), _object(invitee, "tracking")
    hosts = [host for host in _listed(meeting, "event_memberships") if isinstance(host, dict)]
    answers = {
        str(answer.get("question")): answer.get("answer")
        for answer in _listed(invitee, "questions_and_answers")
        if isinstance(answer, dict)
    }
    found = {
        "meeting": meeting.get("name"),
        "meeting_id": meeting.get("uri"),
        "starts_at": meeting.get("start_time"),
        "ends_at": meeting.get("end_time"),
        "owner_email": email_of(hosts[0].get("user_email")) if hosts else None,
        "answers": answers,
        "is_rescheduled": invitee.get("rescheduled") is True or bool(invitee.get("old_invitee")),
        "canceled_by": _object(invitee, "cancellation").get("canceler_type"),
        "reason": _object(invitee, "cancellation").get("reason"),
        **{name: tracking.get(name) for name in UTM},
    }
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _object(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _listed(record: Mapping[str, Any], name: str) -> list[Any]:
    found = record.get(name)
    return found if isinstance(found, list) else []
