"""What happened to an e-mail, in Segment's names, whichever provider sent it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handraise.connect.inbound import bots
from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.links import campaign_in
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.refusing import Unfit
from handraise.core.message import NOISE, Message

DELIVERED: Final = "Email Delivered"
OPENED: Final = "Email Opened"
CLICKED: Final = "Email Link Clicked"
BOUNCED: Final = "Email Bounced"
SPAM: Final = "Email Marked as Spam"
UNSUBSCRIBED: Final = "Unsubscribed"


def left_out(what: object) -> Unfit:
    """The refusal of what the provider tells and no lead did."""
    return Unfit(NOISE, f"{str(what)[:60]!r} says nothing about what a lead did and is left out")


def mail_event(
    event: str,
    *,
    message_id: str,
    email: object,
    at: object,
    received_at: datetime,
    properties: Mapping[str, Any],
    user_agent: object = None,
    bot: str | None = None,
) -> Message:
    """An e-mail's event as a message.

    Parameters
    ----------
    message_id
        Stable: the provider's own id of the event where it has one.
    at
        When it happened, by the provider's clock, which is taken as right.
    properties
        ``email_id``, ``campaign``, ``link_url`` and such; those without a value are left out. The campaign of
        a clicked link is added.
    """
    address = email_of(email)
    if address is None:
        raise Unfit("no_identity", "the event names no e-mail address")
    original = moment(at, "the time of the event")
    occurred_at, clock = occurred(original, None, received_at)
    found = {name: value for name, value in properties.items() if value not in (None, "", [], {})}
    link = found.get("link_url")
    if isinstance(link, str):
        found = {**campaign_in(link), **found}
    return Message(
        kind="track",
        event=event,
        message_id=message_id[:300],
        occurred_at=occurred_at,
        received_at=received_at,
        original_at=original,
        email=address,
        properties=found,
        context={"userAgent": user_agent} if user_agent else {},
        bot=bot or bots.by_user_agent(user_agent),
        clock=clock,
    )
