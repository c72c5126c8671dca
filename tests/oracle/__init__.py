"""The oracle: a second evaluator, slow and obvious, written from the specification alone.

For any instant it evaluates everything anew from the list of events. It shares no code with the engine.
"""

from tests.oracle.scoring import score

__all__ = ["score"]
