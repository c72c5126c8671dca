"""What there is to show of a product: how much it holds, leads with a story, who is known, running clocks."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

_COUNTS: Final = """
select (select count(*) from handraise.lead where root_id is null) as leads,
    (select count(*) from handraise.event) as events,
    (select count(*) from handraise.handoff) as handoffs,
    (select count(*) from handraise.handoff where state = 'rejected') as rejected,
    (select count(*) from handraise.deal where state = 'won') as won
"""
# The latest of each: it is the one people are curious about.
_STORIES: Final = """
(select l.email, 'waits for an answer' from handraise.handoff h join handraise.lead l on l.id = h.lead_id
    where h.state = 'open' order by h.opened_at desc, h.id desc limit 1)
union all
(select l.email, 'a deal was won' from handraise.deal d join handraise.lead l on l.id = d.lead_id
    where d.state = 'won' order by d.closed_at desc, d.id desc limit 1)
union all
(select l.email, 'sales sent it back' from handraise.handoff h join handraise.lead l on l.id = h.lead_id
    where h.state = 'rejected' order by h.closed_at desc, h.id desc limit 1)
"""
_ADDRESSES: Final = "select email from handraise.lead where email is not null"
_ADDRESS: Final = "select email from handraise.lead where id = %(lead)s"
_RUNNING: Final = "select id, next_at from handraise.sla_clock where next_at is not null order by id"


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many leads, events, hand-offs, rejections and won deals there are."""
    return dict(connection.exec_driver_sql(_COUNTS).one()._mapping)


def stories(connection: sa.Connection) -> list[tuple[str, str]]:
    """Addresses of leads with a story, and what it is; of each kind the latest."""
    return [(email, story) for email, story in connection.exec_driver_sql(_STORIES)]


def addresses(connection: sa.Connection) -> frozenset[str]:
    """The e-mail addresses of everybody who is known."""
    return frozenset(connection.exec_driver_sql(_ADDRESSES).scalars())


def address_of(connection: sa.Connection, lead_id: int) -> str | None:
    """The e-mail address of a lead."""
    found: str | None = connection.exec_driver_sql(_ADDRESS, {"lead": lead_id}).scalar_one()
    return found


def running_clocks(connection: sa.Connection) -> list[tuple[int, datetime]]:
    """Clocks that are still to be looked at, and when."""
    return [(clock_id, at) for clock_id, at in connection.exec_driver_sql(_RUNNING)]
