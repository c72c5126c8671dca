"""Service levels: whose clock runs, when it warns, when it is breached, and how often it was kept."""

from handraise.core.sla.clock import Clock, Ending, Pause, State
from handraise.core.sla.compliance import Compliance, compliance, summed
from handraise.core.sla.entries import (
    Cancelled,
    Entry,
    OwnerChanged,
    Paused,
    Resumed,
    Started,
    Stopped,
    entry_as_json,
    entry_from,
)
from handraise.core.sla.history import ClockInvalid, clocks_from
from handraise.core.sla.policy import Action, BreachPolicy, Timer, actions_due, next_timer, timers
from handraise.core.sla.timing import Outcome, due_at, elapsed, outcome, remaining, state, warn_at

__all__ = [
    "Action",
    "BreachPolicy",
    "Cancelled",
    "Clock",
    "ClockInvalid",
    "Compliance",
    "Ending",
    "Entry",
    "Outcome",
    "OwnerChanged",
    "Pause",
    "Paused",
    "Resumed",
    "Started",
    "State",
    "Stopped",
    "Timer",
    "actions_due",
    "clocks_from",
    "compliance",
    "due_at",
    "elapsed",
    "entry_as_json",
    "entry_from",
    "next_timer",
    "outcome",
    "remaining",
    "state",
    "summed",
    "timers",
    "warn_at",
]
