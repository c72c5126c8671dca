"""A happening becomes deliveries: who is told, by which way, with which words.

Deliveries and the jobs that send them are written in the transaction of what happened: either all of it is
true or none. Their ids follow from what happened and to whom it goes, so telling twice sends once.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid5

import sqlalchemy as sa

from handraise.core.notification import Notification
from handraise.store.deliveries import (
    Audience,
    Delivery,
    add_deliveries,
    audiences,
    lead_addresses,
    reject_reasons,
    ways_to,
)
from handraise.store.endpoints import Endpoint, active
from handraise.store.queue import defer_all, delivery_job

INCOMING: Final = "incoming-webhook"
"""The Slack destination that is a URL in the settings, not a channel."""
HANDED: Final = frozenset({"handoff.opened", "handoff.reassigned", "handoff.unassigned"})
DEMO: Final = "demo.confirmed"
MEMBER: Final = "member:"
CHANNELS: Final = ("email", "slack", "webhook")
_SAID: Final = ("subject", "next_step", "text")
_NAMES: Final = UUID("5b0f6a8e-0c86-5f0c-9a53-6a1d6f6b2f10")
_NOBODY: Final = (None, None)
_FIRST: Final = {DEMO: 20, "handoff.opened": 10, "handoff.reassigned": 10}


@dataclass(frozen=True)
class Ways:
    """Which ways to people there are on this installation.

    Parameters
    ----------
    slack_channel
        For hand-offs whose team names none and whose owner has no Slack id.
    slack_webhook
        Whether there is an incoming webhook, used where no channel can be named.
    company, booking_url, reply_to
        What the confirmation of a demo says: who we are, where to book, where answers go.
    """

    mail: bool = True
    slack: bool = False
    slack_channel: str | None = None
    slack_webhook: bool = False
    company: str = ""
    booking_url: str | None = None
    reply_to: str | None = None


def notify(
    connection: sa.Connection, notification: Notification, now: datetime, ways: Ways = Ways()
) -> list[UUID]:
    """Tell everybody concerned; gives the ids of the deliveries that are new."""
    return notify_all(connection, [notification], now, ways)


def notify_all(
    connection: sa.Connection, told: Sequence[Notification], now: datetime, ways: Ways = Ways()
) -> list[UUID]:
    """Tell everybody concerned of each of these; as many statements as for one."""
    known = _Known(connection, told)
    found: dict[UUID, Delivery] = {}
    for one in told:
        for channel, destination, payload in _told(known, one, now, ways):
            made = _delivery(one, channel, destination, payload, now)
            found.setdefault(made.id, made)
    new = add_deliveries(connection, list(found.values()))
    defer_all(
        connection,
        [delivery_job(each.id, each.channel, priority=_FIRST.get(each.kind, 0)) for each in new],
    )
    return [each.id for each in new]


class _Known:
    """What is asked of the database for all that is told together, each thing once and only when needed."""

    def __init__(self, connection: sa.Connection, told: Sequence[Notification]) -> None:
        self.connection, self.told = connection, told

    @cached_property
    def audiences(self) -> Mapping[int, Audience]:
        """Whom each hand-off concerns."""
        return audiences(self.connection, {one.handoff_id for one in self.told if one.handoff_id is not None})

    @cached_property
    def addresses(self) -> Mapping[int, tuple[str | None, str | None]]:
        """Address and name of each lead that is told something itself."""
        return lead_addresses(self.connection, {one.lead_id for one in self.told if one.kind == DEMO})

    @cached_property
    def endpoints(self) -> Sequence[Endpoint]:
        """Whoever subscribed to anything."""
        return active(self.connection)

    @cached_property
    def reasons(self) -> list[list[str]]:
        """For what a hand-off may be rejected: code and label."""
        return [list(each) for each in reject_reasons(self.connection)]


def delivery_id(notification: Notification, channel: str, destination: str) -> UUID:
    """The id of telling this to that destination: always the same.

    Examples
    --------
    >>> opened = Notification("handoff.opened", "handoff 3", lead_id=7, handoff_id=3)
    >>> delivery_id(opened, "email", "a@b.com") == delivery_id(opened, "email", "a@b.com")
    True
    """
    named = [notification.kind, notification.lead_id, notification.handoff_id, notification.key]
    return uuid5(_NAMES, json.dumps([*named, channel, destination]))


def _delivery(
    notification: Notification, channel: str, destination: str, payload: dict[str, Any], now: datetime
) -> Delivery:
    return Delivery(
        id=delivery_id(notification, channel, destination),
        channel=channel,
        destination=destination,
        kind=notification.kind,
        payload=payload,
        created_at=now,
        lead_id=notification.lead_id,
        handoff_id=notification.handoff_id,
    )


def _told(
    known: _Known, told: Notification, now: datetime, ways: Ways
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Channel, destination and payload of each."""
    channels = told.channels or CHANNELS
    about = None if told.handoff_id is None else known.audiences.get(told.handoff_id)
    besides = _besides(known.connection, told)
    if "email" in channels and ways.mail:
        payload = _letter(known, told, about, ways)
        for address in _addresses(known, told, about, besides):
            yield "email", address, payload
    if "slack" in channels and told.kind != DEMO and (places := _slack_places(about, besides, ways)):
        payload = _words(told, about)
        if told.kind in HANDED:
            payload["reasons"] = known.reasons
        for place in places:
            yield "slack", place, payload
    if "webhook" in channels:
        body = _body(told, about, now)
        for endpoint in known.endpoints:
            if endpoint.takes(told.kind):
                yield "webhook", str(endpoint.id), body


@dataclass(frozen=True)
class _Besides:
    """Who is told besides the owner."""

    addresses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def _besides(connection: sa.Connection, told: Notification) -> _Besides:
    ids = [each.removeprefix(MEMBER) for each in told.to if each.startswith(MEMBER)]
    others = [each for each in told.to if not each.startswith(MEMBER)]
    members = ways_to(connection, [int(each) for each in ids if each.isdecimal()])
    return _Besides(
        (*(address for address, _ in members), *(each for each in others if "@" in each)),
        (*(place for _, place in members if place), *(each for each in others if "@" not in each)),
    )


def _addresses(known: _Known, told: Notification, about: Audience | None, besides: _Besides) -> list[str]:
    if told.kind == DEMO:
        address, _ = known.addresses.get(told.lead_id, _NOBODY)
        return [address] if address else []
    first = None if about is None else about.owner_email or about.team_email
    return [address for address in dict.fromkeys([first, *besides.addresses]) if address]


def _letter(known: _Known, told: Notification, about: Audience | None, ways: Ways) -> dict[str, Any]:
    if told.kind != DEMO:
        return _words(told, about)
    _, name = known.addresses.get(told.lead_id, _NOBODY)
    return {
        "name": name,
        "company": ways.company,
        "booking_url": ways.booking_url,
        "reply_to": ways.reply_to,
    }


def _words(told: Notification, about: Audience | None) -> dict[str, Any]:
    """What a message to people is written from when it is sent."""
    data = {name: told.payload[name] for name in _SAID if name in told.payload}
    if about is None:
        return data
    return {
        **data,
        "brief": dict(about.brief),
        "email": about.lead_email,
        "zone": about.owner_zone,
        "language": about.owner_language,
    }


def _slack_places(about: Audience | None, besides: _Besides, ways: Ways) -> list[str]:
    """The team's channel, else the owner, else the usual channel; and whoever is told besides."""
    if ways.slack:
        first = None if about is None else about.team_channel or about.owner_slack or ways.slack_channel
        return [place for place in dict.fromkeys([first, *besides.places]) if place]
    return [INCOMING] if ways.slack_webhook and (about is not None or besides.places) else []


def _body(told: Notification, about: Audience | None, now: datetime) -> dict[str, Any]:
    """What a webhook gets: ids and values, no brief; who wants more asks for it by id."""
    data: dict[str, Any] = {**told.payload, "lead_id": told.lead_id}
    if about is not None:
        data |= {
            "handoff_id": told.handoff_id,
            "definition": about.definition,
            "cycle": about.cycle,
            "lead_type": about.lead_type,
            "temperature": about.temperature,
            "owner": about.owner_email,
        }
    return {"type": told.kind, "timestamp": now.isoformat(), "data": data}
