"""What can be measured: who runs, which function it is, and which floor it is compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

from bench.data import Dataset

Answer: TypeAlias = "pa.Table | Callable[[], pa.Table]"
Run: TypeAlias = Callable[[Dataset], Answer]

FLOOR = "floor"
FLOOR_READING_ALL = "floor (all columns)"


@dataclass(frozen=True)
class Contestant:
    """One row of the table.

    Parameters
    ----------
    name
        As printed.
    function
        ``"module:function"``, imported only in the subprocess that measures it. The function takes a
        :class:`~bench.data.Dataset` and returns the answer as an Arrow table; or a callable that returns it,
        called after the clock has stopped, for work that is not the contestant's (renaming columns for the
        check). It is called once on a tiny data set before it is measured on the real one.
    against
        The name of the floor whose CPU time is its unit.
    is_template_c
        Whether the answer has the columns of :data:`bench.template_c.COLUMNS`, checked against the others'.
    largest
        The most events it is given.
    """

    name: str
    function: str
    against: str = FLOOR
    is_template_c: bool = True
    largest: int = 1_000_000_000


FLOORS = (
    Contestant(FLOOR, "bench.floor:bare", is_template_c=False),
    Contestant(FLOOR_READING_ALL, "bench.floor:reading_all", is_template_c=False),
)
PEERS = (
    Contestant("DuckDB", "bench.peer_duckdb:template_c"),
    Contestant("Polars", "bench.peer_polars:template_c"),
    Contestant("pandas", "bench.peer_pandas:template_c", largest=5_000_000),
)
