"""Compile the kernel ahead of use: `python -m handraise.engine.warm`.

It takes about 20 seconds, once a machine and version.
"""

from datetime import UTC, datetime

from handraise.core.definition import read_definition
from handraise.core.event import Lead
from handraise.engine.evaluate import evaluate

SMALLEST = "{name: Smallest, qualify: {mql: {total: 1}}}"


def warm() -> None:
    """Score one lead by the smallest definition, which compiles the kernel and keeps it on disk."""
    evaluate(read_definition(SMALLEST).definition, [Lead("nobody")], datetime(2026, 1, 1, tzinfo=UTC))


if __name__ == "__main__":
    warm()
