"""The definition that Lumen Desk's marketing and sales agreed on, and the looser one they began with."""

from typing import Final

from handraise.templates import template_text

NAME: Final = "B2B SaaS"
LISTS: Final = {
    "competitors": ("helpboard.example", "rivaldesk.example"),
    "icp_industries": ("E-commerce", "Financial services", "Professional services", "Software"),
}
FIRST_BAR: Final = 40
SECOND_BAR: Final = 50
# What of the template is Lumen Desk's own: lists, teams, and service levels that its sellers can keep.
_OWN: Final = (
    ("  icp_industries: [software, financial services, logistics]\n",
     f"  icp_industries: [{', '.join(LISTS['icp_industries'])}]\n"),
    ("  competitors: [rivaldesk.example, helpboard.example]\n",
     f"  competitors: [{', '.join(LISTS['competitors'])}]\n"),
    ("  route: [{to: account_owner}, {team: inbound}]\n",
     "  route: [{to: account_owner}, {team: dach, when: {lead.country: [DE, AT, CH]}, by: round_robin}, "
     "{team: inbound}]\n  alert: [email]\n"),
    ("    - {within: 5 minutes, hours: business, when: {signal: demo_request}}\n"
     "    - {within: 2 hours, when: {total: 80}}\n",
     "    - {within: 2 hours, hours: business, when: {signal: demo_request}}\n"
     "    - {within: 6 hours, hours: business, when: {total: 80}}\n"),
    ("    - {within: 24 hours}\n", "    - {within: 12 hours, hours: business}\n"),
)  # fmt: skip
_BAR: Final = "mql: {total: 50}"


def definition_text(bar: int) -> str:
    """The template B2B SaaS as Lumen Desk uses it, with this bar.

    Examples
    --------
    >>> "mql: {total: 40}" in definition_text(40), "E-commerce" in definition_text(40)
    (True, True)
    """
    text = _replaced(template_text("b2b-saas"), _BAR, f"mql: {{total: {bar}}}")
    for before, after in _OWN:
        text = _replaced(text, before, after)
    return text


def _replaced(text: str, before: str, after: str) -> str:
    if before not in text:
        raise AssertionError(f"the template says no more: {before.strip()}")
    return text.replace(before, after, 1)
