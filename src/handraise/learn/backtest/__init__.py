"""What a change of the definition would have done: whom it gains and loses, when, and what became of them."""

from handraise.learn.backtest.comparing import Backtest, GroupName, Period, compared
from handraise.learn.backtest.load import Load, Promise, Week
from handraise.learn.backtest.outcomes import Group
from handraise.learn.backtest.telling import in_short

__all__ = ["Backtest", "Group", "GroupName", "Load", "Period", "Promise", "Week", "compared", "in_short"]
