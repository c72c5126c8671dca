"""Compile the kernel ahead of use: `python -m handraise.engine.warm`.

It takes about 30 seconds, once a machine and version.
"""

from datetime import UTC, datetime

import pyarrow as pa

from handraise.core.definition import read_definition
from handraise.core.event import Lead
from handraise.engine.backtest import Replayer, base_as_known, replayed
from handraise.engine.evaluate import evaluate

SMALLEST = "{name: Smallest, qualify: {mql: {total: 1}}}"


def warm() -> None:
    """Score and replay one lead by the smallest definition, which compiles all and keeps it on disk."""
    definition = read_definition(SMALLEST).definition
    evaluate(definition, [Lead("nobody")], datetime(2026, 1, 1, tzinfo=UTC))
    replayer = Replayer(definition)
    base = base_as_known(pa.array(["nobody"]), {}, None, replayer.plan, replayer.facts)
    for _ in replayed([(replayer, base)], [], until=0):
        pass


if __name__ == "__main__":
    warm()
