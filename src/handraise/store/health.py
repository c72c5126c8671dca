"""How the database is doing: what waits, since when, and how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

_COUNTS: Final = """
select 'leads' as what, 'waiting' as state, count(*) from handraise.dirty_lead
union all select 'quarantine', 'waiting', count(*) from handraise.quarantine
    where replayed_at is null and discarded_at is null
union all select 'deliveries', state, count(*) from handraise.delivery
    where state in ('waiting', 'failed') group by state
union all select 'jobs', status::text, count(*) from handraise.procrastinate_jobs
    where status in ('todo', 'doing', 'failed') group by status
union all select 'handoffs', state, count(*) from handraise.handoff
    where state in ('open', 'accepted') group by state
"""

_RIGHTS: Final = """
select 'is superuser' from pg_roles where rolname = current_user and rolsuper
union all
select 'owns ' || min(tablename) from pg_tables where schemaname = 'handraise' and tableowner = current_user
    having count(*) > 0
union all
select 'may ' || lower(may) || ' ' || name
from unnest(array['audit_entry', 'score_change', 'stage_change', 'signature', 'definition_version']) as name,
    unnest(array['UPDATE', 'DELETE']) as may
where has_table_privilege(current_user, 'handraise.' || name, may)
    and not (may = 'DELETE' and name in ('score_change', 'stage_change'))
"""


@dataclass(frozen=True)
class Backlog:
    """What waits. `lag_seconds` is how long the lead that waits longest has not been looked at."""

    lag_seconds: float
    counts: Mapping[tuple[str, str], int]


def lag(connection: sa.Connection, now: datetime) -> float:
    """Seconds that the lead has waited which waits longest; 0 when none does."""
    oldest: datetime | None = connection.exec_driver_sql(
        "select marked_at from handraise.dirty_lead order by id limit 1"
    ).scalar()
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def backlog(connection: sa.Connection, now: datetime) -> Backlog:
    """Everything that waits, counted."""
    rows = connection.exec_driver_sql(_COUNTS)
    return Backlog(lag(connection, now), {(what, state): count for what, state, count in rows})


def database_now(connection: sa.Connection) -> datetime:
    """What the database's clock says."""
    found: datetime = connection.exec_driver_sql("select clock_timestamp()").scalar_one()
    return found


def rights_too_many(connection: sa.Connection) -> list[str]:
    """What the role of this connection may and should not: be superuser, own tables, change records."""
    return list(connection.exec_driver_sql(_RIGHTS).scalars())
