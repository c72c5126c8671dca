"""What the quarterly review counts of a span of time: MQLs, how many went on, and what sales answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from handraise.store.reports.funnel import MADE

WITHIN: Final = 30
"""Days after which an MQL of a span is looked at: few enough to say something of a change soon."""
AT_ONCE: Final = timedelta(hours=24)
"""What becomes an MQL so soon after a version went live had been waiting for it."""

_MQLS: Final = f"""{MADE}
select count(*), count(*) filter (where made_at < %(settled)s),
    count(*) filter (where made_at + %(days)s * interval '24 hours' <= %(now)s),
    count(*) filter (where made_at + %(days)s * interval '24 hours' <= %(now)s
        and sql_at < made_at + %(days)s * interval '24 hours')
from made where made_at < %(end)s
"""  # noqa: S608 - of constants alone
# As `answers` counts them: what was taken back was never answered.
_ANSWERS: Final = """
select count(*) filter (where h.state = 'rejected'),
    count(*) filter (where h.state in ('accepted', 'done', 'rejected'))
from handraise.handoff h where h.opened_at >= %(start)s and h.opened_at < %(end)s and h.state <> 'cancelled'
"""


@dataclass(frozen=True)
class Span:
    """What happened from `start` up to `end`.

    Attributes
    ----------
    mqls, at_once
        How many times a lead became an MQL; how many of those within `AT_ONCE` of the start.
    ripe, sqls
        MQLs that have had `WITHIN` days, and how many of those were SQL within them.
    answered, rejected
        Hand-offs that were opened in it and are answered by now.
    """

    start: datetime
    end: datetime
    mqls: int
    at_once: int
    ripe: int
    sqls: int
    answered: int
    rejected: int

    @property
    def weeks(self) -> float:
        """How long it is."""
        return (self.end - self.start) / timedelta(weeks=1)


def span(connection: sa.Connection, start: datetime, end: datetime, now: datetime) -> Span:
    """Everything of a span of time, as it is known now."""
    asked = {"start": start, "end": end, "settled": start + AT_ONCE, "days": WITHIN, "now": now}
    mqls, at_once, ripe, sqls = connection.exec_driver_sql(_MQLS, asked).one()
    rejected, answered = connection.exec_driver_sql(_ANSWERS, asked).one()
    return Span(start, end, mqls, at_once, ripe, sqls, answered, rejected)
