"""A happening becomes deliveries: who is told, by which way, with which words.

Deliveries and the jobs that send them are written in the transaction of what happened: either all of it is
true or none. Their ids follow from what happened and to whom it goes, so telling twice sends once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import sqlalchemy as sa

from handraise.core.notification import Notification
from handraise.store.deliveries import (
    Audience,
    Delivery,
    add_deliveries,
    audience,
    lead_address,
    reject_reasons,
    ways_to,
)
from handraise.store.endpoints import subscribed
from handraise.store.queue import defer_all, delivery_job

INCOMING: Final = "incoming-webhook"
"""The Slack destination that is a URL in the settings, not a channel."""
HANDED: Final = frozenset({"handoff.opened", "handoff.reassigned", "handoff.unassigned"})
DEMO: Final = "demo.confirmed"
MEMBER: Final = "member:"
CHANNELS: Final = ("email", "slack", "webhook")
_SAID: Final = ("subject", "next_step", "text")
_NAMES: Final = UUID("5b0f6a8e-0c86-5f0c-9a53-6a1d6f6b2f10")
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
    about = None
    if notification.handoff_id is not None:
        about = audience(connection, notification.handoff_id)
    found = [
        _delivery(notification, channel, destination, payload, now)
        for channel, destination, payload in _told(connection, notification, about, now, ways)
    ]
    new = add_deliveries(connection, list({each.id: each for each in found}.values()))
    priority = _FIRST.get(notification.kind, 0)
    defer_all(connection, [delivery_job(each.id, each.channel, priority=priority) for each in new])
    return [each.id for each in new]


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
    connection: sa.Connection, told: Notification, about: Audience | None, now: datetime, ways: Ways
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Channel, destination and payload of each."""
    channels = told.channels or CHANNELS
    besides = _besides(connection, told)
    if "email" in channels and ways.mail:
        payload = _letter(connection, told, about, ways)
        for address in _addresses(connection, told, about, besides):
            yield "email", address, payload
    if "slack" in channels and told.kind != DEMO and (places := _slack_places(about, besides, ways)):
        payload = _words(told, about)
        if told.kind in HANDED:
            payload["reasons"] = [list(each) for each in reject_reasons(connection)]
        for place in places:
            yield "slack", place, payload
    if "webhook" in channels:
        body = _body(told, about, now)
        for endpoint in subscribed(connection, told.kind):
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


def _addresses(
    connection: sa.Connection, told: Notification, about: Audience | None, besides: _Besides
) -> list[str]:
    if told.kind == DEMO:
        address, _ = lead_address(connection, told.lead_id)
        return [address] if address else []
    first = None if about is None else about.owner_email or about.team_email
    return [address for address in dict.fromkeys([first, *besides.addresses]) if address]


def _letter(
    connection: sa.Connection, told: Notification, about: Audience | None, ways: Ways
) -> dict[str, Any]:
    if told.kind != DEMO:
        return _words(told, about)
    _, name = lead_address(connection, told.lead_id)
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
    return {**data, "brief": dict(about.brief), "email": about.lead_email, "zone": about.owner_zone}


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
