"""Each mail as text and HTML from one template pair.

The texts of a lead are one line each before they come here, so none can look like a line of ours, and the
HTML templates escape all of them.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from handraise.connect.brief_view import BriefView
from handraise.connect.lead_text import called, one_line, web_link
from handraise.connect.message_words import IN_ENGLISH
from handraise.connect.ports import Mail

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST_SUBJECT: Final = 160


def handoff_mail(view: BriefView, *, to: str, delivery_id: str, date: datetime) -> Mail:
    """The brief to the owner; the subject says who and why now.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.connect.brief_view import brief_view
    >>> demo = {"words": "a demo", "points": 5000}
    >>> view = brief_view({"name": "Jo Li", "account": "Acme", "why_now": [demo]})
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> handoff_mail(view, to="ae@example.com", delivery_id="d-1", date=at).subject
    'Jo Li at Acme: a demo (+50)'
    """
    subject = f"{view.who}: {view.reason}" if view.reason else view.who
    return _mail("handoff", subject, {"brief": view}, to, delivery_id, date)


def sla_warning_mail(view: BriefView, *, to: str, delivery_id: str, date: datetime) -> Mail:
    """Says that the first contact is due soon."""
    return _mail(
        "sla_warning", f"{view.words.heading('Due soon')}: {view.who}", {"brief": view}, to, delivery_id, date
    )


def sla_breach_mail(
    view: BriefView, *, to: str, delivery_id: str, date: datetime, next_step: str = ""
) -> Mail:
    """Says that the first contact is overdue, and what happens now (`next_step`, such as a new owner)."""
    told = {"brief": view, "next_step": one_line(next_step)}
    return _mail("sla_breach", f"{view.words.heading('Overdue')}: {view.who}", told, to, delivery_id, date)


def demo_mail(
    *,
    to: str,
    delivery_id: str,
    date: datetime,
    company: str,
    name: str | None = None,
    booking_url: str | None = None,
    reply_to: str | None = None,
    list_unsubscribe: str | None = None,
) -> Mail:
    """Confirms a demo request to the lead, with the booking page where there is one.

    Anybody can put anybody's address into a form. So of what was typed only the name is repeated, and only
    when it is nothing but a name.

    Parameters
    ----------
    company
        Ours: who the demo is with.
    """
    told = {
        "name": called(name),
        "company": one_line(company, 80),
        "booking_url": web_link(booking_url),
    }
    subject = f"Your demo with {told['company']}"
    return _mail("demo", subject, told, to, delivery_id, date, reply_to, list_unsubscribe)


def _mail(
    template: str,
    subject: str,
    told: Mapping[str, Any],
    to: str,
    delivery_id: str,
    date: datetime,
    reply_to: str | None = None,
    list_unsubscribe: str | None = None,
) -> Mail:
    words = told["brief"].words if "brief" in told else IN_ENGLISH
    told = {**told, "say": words.heading, "language": words.tongue.language}
    return Mail(
        delivery_id=delivery_id,
        to=to,
        subject=one_line(subject, _LONGEST_SUBJECT),
        text=_environment().get_template(f"{template}.txt.jinja").render(told),
        html=_environment().get_template(f"{template}.html.jinja").render(told),
        date=date,
        reply_to=reply_to,
        list_unsubscribe=list_unsubscribe,
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("handraise.connect.mails", "."),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
