"""Zoom's webhooks: who registered for a webinar and who came; and its question whether we are really here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import object_from
from handraise.connect.inbound.mail import left_out
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.refusing import Unfit
from handraise.connect.inbound.requests import id_from, refused_whole
from handraise.connect.inbound.signatures import Secret, check_age, check_same, hmac_sha256, required
from handraise.core.message import Message, Parsed

SIGNATURE: Final = "x-zm-signature"
TIMESTAMP: Final = "x-zm-request-timestamp"
VALIDATION: Final = "endpoint.url_validation"
_EVENTS: Final = {
    "webinar.registration_created": ("Webinar Registered", "registrant"),
    "webinar.registration_cancelled": ("Webinar Registration Canceled", "registrant"),
    "webinar.participant_joined": ("Webinar Attended", "participant"),
}
_TRAITS: Final = {
    "first_name": "firstName",
    "last_name": "lastName",
    "job_title": "title",
    "org": "company",
    "phone": "phone",
    "country": "country",
}


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless Zoom signed the request within the last five minutes.

    Parameters
    ----------
    secret
        The app's *secret token*.
    """
    timestamp = required(headers, TIMESTAMP)
    check_age(timestamp, now)
    check_same("v0=" + hmac_sha256(secret, "v0:", timestamp, ":", body).hex(), required(headers, SIGNATURE))


def challenge_answer(body: bytes, secret: Secret) -> dict[str, str] | None:
    """What Zoom wants to hear when it asks whether this address is ours; None when it asks nothing.

    Answer with it as JSON, after `verify`.

    Examples
    --------
    >>> challenge_answer(b'{"event": "webinar.started"}', "s") is None
    True
    """
    try:
        record = object_from(body)
    except Unfit:
        return None
    token = _object(record, "payload").get("plainToken")
    if record.get("event") != VALIDATION or not isinstance(token, str):
        return None
    return {"plainToken": token, "encryptedToken": hmac_sha256(secret, token).hex()}


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read the event of a request; never raises."""
    del path, headers
    try:
        return Parsed((_message(object_from(body), received_at),))
    except Unfit as unfit:
        return refused_whole(body, unfit)


def _message(record: Mapping[str, Any], received_at: datetime) -> Message:
    happened = record.get("event")
    if not isinstance(happened, str) or happened not in _EVENTS:
        raise left_out(happened)
    event, role = _EVENTS[happened]
    webinar = _object(_object(record, "payload"), "object")
    person = _object(webinar, role)
    address = email_of(person.get("email"))
    if address is None:
        raise Unfit("no_identity", f"the {role} has no e-mail address: have attendees register")
    original = moment(person.get("join_time") or record.get("event_ts"), "event_ts")
    at, clock = occurred(original, None, received_at)
    traits = {ours: person[theirs] for theirs, ours in _TRAITS.items() if person.get(theirs)}
    return Message(
        kind="track",
        event=event,
        # Who leaves and comes back has attended once: each session of a webinar has its own uuid.
        message_id=id_from("zoom", happened, str(webinar.get("uuid") or webinar.get("id")), address),
        occurred_at=at,
        received_at=received_at,
        original_at=original,
        email=address,
        properties=_properties(webinar),
        traits={"email": address, **traits},
        clock=clock,
    )


def _properties(webinar: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "webinar": webinar.get("topic"),
        "campaign": webinar.get("topic"),
        "webinar_id": str(webinar.get("id") or ""),
        "starts_at": webinar.get("start_time"),
    }
    return {name: value for name, value in found.items() if value}


def _object(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}
