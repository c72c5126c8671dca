"""What reports call leads, reasons and kinds of leads."""

from collections.abc import Collection, Mapping
from typing import Final

from handraise.core.reasons import ReasonKind
from handraise.http.callers import Call
from handraise.store import leads, reasons
from handraise.store.leads import LeadFilter, LeadRow
from handraise.web.wording import to_translate as _

LEAD_TYPES: Final[Mapping[str, str]] = {
    "demo_request": _("Demo request"),
    "high_intent": _("High intent"),
    "standard": _("Standard"),
    "re_engaged": _("Re-engaged"),
    "pql": _("Product sign-up"),
    "outbound": _("Outbound"),
}


def named_leads(call: Call, lead_ids: Collection[int]) -> Mapping[int, LeadRow]:
    """These leads as lists have them, by their numbers."""
    wanted = sorted(set(lead_ids))
    found = leads.leads(call.connection, LeadFilter(ids=wanted), limit=max(1, len(wanted)))
    return {one.id: one for one in found.leads}


def reason_labels(call: Call, first: ReasonKind = "reject") -> Mapping[str, str]:
    """What people read for the codes of all lists; where lists share a code, as `first` has it."""
    found = sorted(reasons.reasons(call.connection), key=lambda one: one.kind == first)
    return {one.code: one.label for one in found}
