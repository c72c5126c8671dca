"""History replayed: when each lead would have become an MQL, from what was known at each moment."""

from handraise.engine.backtest.facts import FactChanges, base_as_known
from handraise.engine.backtest.replay import RECEIVED, Replayer, replayed

__all__ = ["RECEIVED", "FactChanges", "Replayer", "base_as_known", "replayed"]
