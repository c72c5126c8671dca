"""A delivery in the words of its channel, written when it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handraise.connect.brief_view import BriefView, brief_view
from handraise.connect.lead_text import one_line
from handraise.connect.mails import demo_mail, handoff_mail, sla_breach_mail, sla_warning_mail
from handraise.connect.message_words import message_words
from handraise.connect.ports import Mail, SlackMessage
from handraise.connect.slack_blocks import escaped, handoff_message
from handraise.core.brief import told_in
from handraise.core.words import tongue_of
from handraise.store.deliveries import Delivery

_HANDED: Final = frozenset({"handoff.opened", "handoff.reassigned", "handoff.unassigned"})
_SLA: Final = {"sla.warned": "Due soon", "sla.breached": "Overdue", "sla.escalated": "Overdue, escalated"}
_LONGEST: Final = 500


def mail_of(delivery: Delivery, now: datetime) -> Mail:
    """The delivery as a mail: the brief, a clock's warning, a demo's confirmation, or a plain line."""
    to, said, name = delivery.destination, delivery.payload, str(delivery.id)
    view = _view(delivery)
    match delivery.kind:
        case "demo.confirmed":
            return demo_mail(
                to=to,
                delivery_id=name,
                date=now,
                company=said.get("company") or "us",
                name=said.get("name"),
                booking_url=said.get("booking_url"),
                reply_to=said.get("reply_to"),
            )
        case "handoff.unassigned":
            mail = handoff_mail(view, to=to, delivery_id=name, date=now)
            return replace(mail, subject=one_line(f"{view.who}: {_subject(delivery, view)}", 160))
        case kind if kind in _HANDED:
            return handoff_mail(view, to=to, delivery_id=name, date=now)
        case "sla.warned":
            return sla_warning_mail(view, to=to, delivery_id=name, date=now)
        case "sla.breached" | "sla.escalated":
            step = _retold(said.get("next_step"), view)
            return sla_breach_mail(view, to=to, delivery_id=name, date=now, next_step=step)
        case _:
            subject = _subject(delivery, view)
            text = one_line(said.get("text"), _LONGEST) or subject
            link = f"\n\n{view.open_link}" if view.open_link else ""
            return Mail(name, to, subject, f"{text}{link}\n", now)


def slack_of(delivery: Delivery, *, channel: str | None, webhook: str | None) -> SlackMessage:
    """The delivery as a Slack message: the brief with its buttons, or a plain line."""
    view = _view(delivery)
    if delivery.kind in _HANDED:
        reasons = [
            (str(code), view.words.tongue.retold(str(label)))
            for code, label in delivery.payload.get("reasons", ())
        ]
        return handoff_message(view, reasons, channel=channel, webhook=webhook)
    step = _retold(delivery.payload.get("next_step"), view)
    words = _subject(delivery, view) + (f". {step}" if step else "")
    link = f" {view.open_link}" if view.open_link else ""
    return SlackMessage(escaped(one_line(words, _LONGEST)) + link, channel=channel, webhook=webhook)


def _subject(delivery: Delivery, view: BriefView) -> str:
    if delivery.kind in _SLA:
        return f"{view.words.heading(_SLA[delivery.kind])}: {view.who}"
    return _retold(delivery.payload.get("subject"), view) or delivery.kind.replace(".", " ").replace("_", " ")


def _retold(kept: object, view: BriefView) -> str:
    """What was written down when it happened, in the reader's language."""
    return one_line(view.words.tongue.retold(one_line(kept)), 160)


def _view(delivery: Delivery) -> BriefView:
    said: Mapping[str, Any] = delivery.payload
    handoff = "" if delivery.handoff_id is None else str(delivery.handoff_id)
    tongue = tongue_of(said.get("language"))
    return brief_view(
        told_in(said.get("brief") or {}, tongue),
        handoff_id=handoff,
        email=said.get("email") or "",
        zone=_zone(said.get("zone")),
        words=message_words(tongue),
    )


def _zone(name: object) -> tzinfo:
    try:
        return ZoneInfo(str(name)) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
