"""The bare floor: what it costs DuckDB merely to read the columns and group them by lead.

Every other figure is a ratio to one of these in the same run.
"""

from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from bench.data import Dataset

_BARE = "count(*) as events, max(occurred_at) as last_seen"
_READING_ALL = f"""{_BARE}, count(path) as paths, count(kind) as kinds, count(campaign) as campaigns,
    sum(seconds) as seconds, count(session_id) as sessions, count(event) as names"""


def bare(data: Dataset) -> pa.Table:
    """One row a lead: the number of events and the last one's time."""
    return _by_lead(data, _BARE)


def reading_all(data: Dataset) -> pa.Table:
    """One row a lead, with every column read that the definition of 40 rules reads."""
    return _by_lead(data, _READING_ALL)


def _by_lead(data: Dataset, aggregates: str) -> pa.Table:
    query = f"select lead_id, {aggregates} from read_parquet('{data.events_glob}') group by lead_id"
    return warm_connection().sql(query).to_arrow_table()


@cache
def warm_connection() -> Any:
    """The process's one connection: opening it is part of no contestant's measured time."""
    return duckdb.connect()
