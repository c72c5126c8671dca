"""Any other system's webhooks: a mapping says where in its JSON the event, the person and the time stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks import Webhook

from handraise.connect.inbound import bots
from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import object_from, pieces
from handraise.connect.inbound.links import add_campaign
from handraise.connect.inbound.mail import left_out
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.refusing import Unfit, event_name, id_text
from handraise.connect.inbound.requests import header, id_from, one_by_one, refused_whole
from handraise.connect.inbound.segment import identified
from handraise.connect.inbound.signatures import (
    Secret,
    SignatureInvalid,
    check_age,
    check_same,
    hmac_sha256,
    required,
)
from handraise.core.errors import HandraiseError
from handraise.core.message import Message, Parsed
from handraise.core.saying import Saying

_PATH: Final = re.compile(r"[^.\s]+(\.[^.\s]+)*")


class MappingInvalid(HandraiseError):
    """The mapping of a webhook cannot be used; the message names the entry."""


@dataclass(frozen=True)
class Fields:
    """Where things stand in the sender's JSON, as dotted paths (``data.person.email``, ``items.0.name``).

    Attributes
    ----------
    event
        Path to the name of the event; or none, when every event is `event_name`.
    names
        Their names to ours. When it is not empty, events of other names are left out.
    properties
        Our names to paths; a path to an object takes it whole where the name is ``*``.
    """

    event: str = ""
    event_name: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    id: str = ""
    email: str = ""
    user_id: str = ""
    anonymous_id: str = ""
    session_id: str = ""
    user_agent: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)


_TABLES: Final = ("names", "properties", "traits")


def fields_from(mapping: Mapping[str, object]) -> Fields:
    """Read a mapping as it is written in the settings of a source.

    Examples
    --------
    >>> fields_from({"event_name": "Form Submitted", "email": "answers.email"}).email
    'answers.email'
    """
    known = {entry.name for entry in fields(Fields)}
    for name, value in mapping.items():
        if name not in known:
            raise MappingInvalid(
                Saying(
                    "{name} is no entry of a mapping: there are {listed}",
                    name=name,
                    listed=", ".join(sorted(known)),
                )
            )
        if name in _TABLES:
            if not isinstance(value, Mapping) or not all(isinstance(path, str) for path in value.values()):
                raise MappingInvalid(
                    Saying("{name} takes names and texts, such as {{plan: data.plan}}", name=name)
                )
        elif not isinstance(value, str) or (name != "event_name" and not _PATH.fullmatch(value)):
            raise MappingInvalid(Saying("{name} takes a path such as data.person.email", name=name))
    found = Fields(**mapping)  # type: ignore[arg-type]
    if bool(found.event) == bool(found.event_name):
        raise MappingInvalid(Saying("say either event (a path) or event_name (a name)"))
    if not (found.email or found.user_id or found.anonymous_id):
        raise MappingInvalid(Saying("say where the person stands: email, user_id or anonymous_id"))
    return found


def verify(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> None:
    """Raise `SignatureInvalid` unless the request is signed as Standard Webhooks says, within five minutes.

    The names that Svix gave the headers are taken too. Keys that are rotated send several signatures.

    Parameters
    ----------
    secret
        ``whsec_…`` or base64, as the sender shows it.
    """
    prefix = "svix" if header(headers, "svix-id") else "webhook"
    timestamp = required(headers, f"{prefix}-timestamp")
    check_age(timestamp, now)
    try:
        signer = Webhook(secret)
        expected = signer.sign(
            required(headers, f"{prefix}-id"),
            # The library signs the whole second that a time stands for, and reads no clock here.
            datetime.fromtimestamp(int(timestamp), tz=UTC),
            body.decode(),
        )
    except SignatureInvalid:
        raise
    except Exception:  # the library raises whatever its decoders do
        raise SignatureInvalid(
            "the request or the stored secret has not the form of Standard Webhooks"
        ) from None
    check_same(expected, *required(headers, f"{prefix}-signature").split(" ")[:20])


def verify_hmac(
    headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime, *, name: str = "X-Signature"
) -> None:
    """Raise `SignatureInvalid` unless the header is the HMAC-SHA256 of the body, in hexadecimal.

    ``sha256=`` may stand before it. There is no time in it, so a request can be played back; its events keep
    their ids and count once.
    """
    del now
    given = required(headers, name).strip().removeprefix("sha256=").lower()
    check_same(hmac_sha256(secret, body).hex(), given)


def parse(
    body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str], mapping: Fields
) -> Parsed:
    """Read a request by its mapping; never raises. A list holds several events."""
    del path, headers
    try:
        items = pieces(body) if body.lstrip().startswith(b"[") else None
        if items is None:
            return Parsed((_message(object_from(body), body, received_at, mapping),))
    except Unfit as unfit:
        return refused_whole(body, unfit)

    def read(raw: bytes, place: int) -> Message:
        del place
        return _message(object_from(raw), raw, received_at, mapping)

    return one_by_one(items, read, around={}, name="")


def _message(record: dict[str, Any], raw: bytes, received_at: datetime, mapping: Fields) -> Message:
    name = mapping.event_name or event_name(_at(record, mapping.event), mapping.event)
    if mapping.names:
        if name not in mapping.names:
            raise left_out(name)
        name = mapping.names[name]
    original = moment(_at(record, mapping.at), mapping.at)
    at, clock = occurred(original, None, received_at)
    properties = _table(record, mapping.properties)
    add_campaign(properties, {})
    traits = _table(record, mapping.traits)
    agent = _at(record, mapping.user_agent)
    return identified(
        Message(
            kind="track",
            event=name,
            message_id=id_text(_at(record, mapping.id), mapping.id) or id_from(raw),
            occurred_at=at,
            received_at=received_at,
            original_at=original,
            anonymous_id=id_text(_at(record, mapping.anonymous_id), mapping.anonymous_id),
            user_id=id_text(_at(record, mapping.user_id), mapping.user_id),
            email=email_of(_at(record, mapping.email), traits.get("email"), properties.get("email")),
            session_id=id_text(_at(record, mapping.session_id), mapping.session_id),
            properties=properties,
            traits=traits,
            context={"userAgent": agent} if isinstance(agent, str) and agent else {},
            bot=bots.by_user_agent(agent),
            clock=clock,
        )
    )


def _at(record: object, path: str) -> Any:
    """The value at a dotted path; None when there is none."""
    if not path:
        return None
    for part in path.split("."):
        if isinstance(record, dict):
            record = record.get(part)
        elif isinstance(record, list) and part.isdecimal() and len(part) < 6 and int(part) < len(record):
            record = record[int(part)]
        else:
            return None
    return record


def _table(record: dict[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, path in paths.items():
        value = _at(record, path)
        if name == "*":
            found |= value if isinstance(value, dict) else {}
        elif value is not None:
            found[name] = value
    return found
