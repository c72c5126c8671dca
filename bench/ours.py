"""Our own evaluator in the benchmark: the whole way from Parquet to scores with their lines, in memory.

Names have a meaning for the report: ``ours`` is template C (the 22 rules of the peers, checked against them),
``ours (40 rules)`` the large definition, compared with the floor that reads all columns.
"""

from bench.contestant import Contestant

CONTESTANTS: tuple[Contestant, ...] = ()
LATENCIES: dict[str, str] = {}
CLI_START: tuple[str, ...] = ()
