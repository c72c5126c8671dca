"""When definitions went live: what charts mark on their axis of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

_PUT_LIVE: Final = """
select r.from_at, r.name from handraise.rollout r
where r.mode = 'live' and r.from_at >= %(start)s and r.from_at < %(end)s order by 1, r.id
"""


@dataclass(frozen=True)
class PutLive:
    """A version of a definition that went live at `at`."""

    at: datetime
    name: str


def put_live(connection: sa.Connection, start: datetime, end: datetime) -> list[PutLive]:
    """The definitions that went live from `start` up to `end`, the oldest first."""
    return [PutLive(*row) for row in connection.exec_driver_sql(_PUT_LIVE, {"start": start, "end": end})]
