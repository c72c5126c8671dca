"""The senders' formats by name, as sources and what is in quarantine name them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from handraise.connect.inbound import (
    calendly,
    generic,
    mailgun,
    posthog,
    postmark,
    segment,
    sendgrid,
    snowplow,
    zoom,
)
from handraise.connect.inbound.refusing import Unfit
from handraise.connect.inbound.requests import refused_whole
from handraise.connect.inbound.signatures import SignatureInvalid
from handraise.core.message import Parsed


class Parse(Protocol):
    """Reads one request; never raises."""

    def __call__(
        self, body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]
    ) -> Parsed:
        """Every call of the request, as a message or a refusal."""


class Verify(Protocol):
    """Raises `SignatureInvalid` unless the request comes from who it says."""

    def __call__(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        """Check the signature."""


TRACKERS: Final[Mapping[str, Parse]] = {
    "segment": segment.parse,
    "posthog": posthog.parse,
    "snowplow": snowplow.parse,
}
WEBHOOKS: Final[Mapping[str, tuple[Verify, Parse]]] = {
    "calendly": (calendly.verify, calendly.parse),
    "mailgun": (mailgun.verify, mailgun.parse),
    "postmark": (postmark.verify, postmark.parse),
    "sendgrid": (sendgrid.verify, sendgrid.parse),
    "zoom": (zoom.verify, zoom.parse),
}
GENERIC: Final = "generic"
_NOTHING: Final[Mapping[str, Any]] = {}


def parse(
    adapter: str,
    body: bytes,
    *,
    received_at: datetime,
    path: str = "",
    headers: Mapping[str, str] = _NOTHING,
    settings: Mapping[str, Any] = _NOTHING,
) -> Parsed:
    """Read a request in the format of that name; an unknown one refuses it whole.

    Parameters
    ----------
    settings
        Those of the source; `mapping` is what the `generic` format reads by.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> parse("carrier-pigeon", b"{}", received_at=at).refused[0].code
    'unknown_format'
    """
    if adapter == GENERIC:
        return _by_mapping(body, received_at, settings.get("mapping"))
    found = TRACKERS.get(adapter) or (WEBHOOKS[adapter][1] if adapter in WEBHOOKS else None)
    if found is None:
        known = ", ".join((*TRACKERS, *WEBHOOKS, GENERIC))
        return refused_whole(body, Unfit("unknown_format", f"the format is not one of {known}"))
    return found(body, received_at=received_at, path=path, headers=headers)


def verify(
    adapter: str,
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    now: datetime,
    settings: Mapping[str, Any] = _NOTHING,
) -> None:
    """Check the signature of a webhook; without one that fits, nothing in it may be believed.

    A `generic` sender signs as Standard Webhooks says, unless `signature_header` in the settings names the
    header that holds the HMAC of the body.

    Raises
    ------
    SignatureInvalid
        When it does not fit, and when nothing of that name signs.
    """
    if adapter in WEBHOOKS:
        WEBHOOKS[adapter][0](headers, body, secret, now)
    elif adapter != GENERIC:
        raise SignatureInvalid("this source is set up for no sender of webhooks")
    elif isinstance(name := settings.get("signature_header"), str):
        generic.verify_hmac(headers, body, secret, now, name=name)
    else:
        generic.verify(headers, body, secret, now)


def _by_mapping(body: bytes, received_at: datetime, mapping: object) -> Parsed:
    try:
        fields = generic.fields_from(mapping if isinstance(mapping, Mapping) else {})
    except generic.MappingInvalid as wrong:
        return refused_whole(body, Unfit("mapping_invalid", f"the source's mapping cannot be used: {wrong}"))
    return generic.parse(body, received_at=received_at, path="", headers={}, mapping=fields)
