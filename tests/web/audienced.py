"""Audiences that a company keeps: two that are answered, and one whose words mean nothing any more."""

from typing import TYPE_CHECKING

from handraise.core.audiences.starters import STARTERS
from handraise.store.audiences import add_audience

if TYPE_CHECKING:
    from tests.web.filled import Filled

NESTED = """\
# For the campaign in spring
signals:
  reads_the_blog: {event: page, where: {path: {starts_with: /blog}}}
who:
  all:
    - lead.email: {known: true}
    - not: {stage: [customer, disqualified]}
    - any:
        - {signal: pricing_visit, at_least: 2, in_last: 30 days}
        - {signal: reads_the_blog}
        - lead.seniority: [vp, c_suite]
"""


def keep_audiences(found: "Filled") -> None:
    """Keep them; ids are `audience`, `nested_audience` and `wrong_audience`."""
    marketing, now = f"member:{found.site.member('marketing')}", found.company.now
    with found.site.services.database.transaction() as connection:
        for name, called, definition, text in (
            ("audience", "High fit, low engagement", "Mid-market", STARTERS[0].text),
            ("nested_audience", "Spring campaign", "Mid-market", NESTED),
            ("wrong_audience", "Last year's winners", "Enterprise", "who: {total: 80}\n"),
        ):
            made = add_audience(connection, called, definition, text, marketing, now)
            found.ids[name] = made.id
