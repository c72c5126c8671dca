"""A definition in the words a salesperson reads aloud. The English stands in `english` and `phrases` only."""

from handraise.core.words.audiences import audience_words
from handraise.core.words.behaviours import behaviour_words, there_is
from handraise.core.words.conditions import condition_words, tests_words
from handraise.core.words.english import fact, named, points
from handraise.core.words.rules import (
    asked_words,
    bounds_words,
    contact_words,
    decay_words,
    fast_track_words,
    mql_words,
    recycle_words,
    route_words,
    rule_notes,
    rule_words,
    signal_words,
    skip_words,
    sla_words,
    stage_words,
    track_words,
    trigger_words,
)

__all__ = [
    "asked_words",
    "audience_words",
    "behaviour_words",
    "bounds_words",
    "condition_words",
    "contact_words",
    "decay_words",
    "fact",
    "fast_track_words",
    "mql_words",
    "named",
    "points",
    "recycle_words",
    "route_words",
    "rule_notes",
    "rule_words",
    "signal_words",
    "skip_words",
    "sla_words",
    "stage_words",
    "tests_words",
    "there_is",
    "track_words",
    "trigger_words",
]
