"""What pages call people, leads, reasons, kinds of leads, months and sums."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from babel.dates import format_skeleton
from babel.numbers import format_currency

from handraise.core.reasons import ReasonKind
from handraise.http.callers import Call
from handraise.store import access, leads, reasons
from handraise.store.leads import LeadFilter, LeadRow
from handraise.store.reports.changes import PutLive
from handraise.store.reports.periods import month_of
from handraise.web.interval_charts import Marked
from handraise.web.visits import Visit
from handraise.web.wording import to_translate as _

LEAD_TYPES: Final[Mapping[str, str]] = {
    "demo_request": _("Demo request"),
    "high_intent": _("High intent"),
    "standard": _("Standard"),
    "re_engaged": _("Re-engaged"),
    "pql": _("Product sign-up"),
    "outbound": _("Outbound"),
}


def names_of(connection: sa.Connection, actors: Iterable[str]) -> dict[str, str]:
    """Names of members by what records call them (`member:7`); others are called as they are recorded."""
    found = {}
    for actor in dict.fromkeys(actors):
        kind, _, number = actor.partition(":")
        found[actor] = (
            access.member_by_id(connection, int(number)).name
            if kind == "member" and number.isdecimal()
            else actor
        )
    return found


def named_leads(call: Call, lead_ids: Collection[int]) -> Mapping[int, LeadRow]:
    """These leads as lists have them, by their numbers."""
    wanted = sorted(set(lead_ids))
    found = leads.leads(call.connection, LeadFilter(ids=wanted), limit=max(1, len(wanted)))
    return {one.id: one for one in found.leads}


def reason_labels(call: Call, first: ReasonKind = "reject") -> Mapping[str, str]:
    """What people read for the codes of all lists; where lists share a code, as `first` has it."""
    found = sorted(reasons.reasons(call.connection), key=lambda one: one.kind == first)
    return {one.code: one.label for one in found}


def month_name(visit: Visit, month: date) -> str:
    """A month as people write it."""
    named: str = format_skeleton("yMMM", month, locale=visit.language)
    return named


def money(visit: Visit, cents: float | None, currency: str, *, is_exact: bool = False) -> str:
    """A sum in hundredths: whole units from 10 on (not where it is to be exact), else with cents.

    A dash for what is not known.
    """
    if cents is None or not currency:
        return "–"
    is_whole = (abs(cents) >= 1000 or not cents) and not is_exact
    digits = "#,##0" if is_whole else "#,##0.00"
    pattern = f"{digits} ¤" if visit.language == "de" else f"¤{digits}"
    said: str = format_currency(
        cents / 100, currency, format=pattern, locale=visit.language, currency_digits=False
    )
    return said


def marked_months(visit: Visit, changes: Sequence[PutLive]) -> list[Marked]:
    """When definitions went live, on an axis of months."""
    return [Marked(month_name(visit, month_of(one.at)), one.name) for one in changes]
