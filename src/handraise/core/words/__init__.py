"""A definition in the words a salesperson reads aloud, in the language of whoever reads.

The functions here choose what is said. How it is said stands in `english` and `german` only: a language is a
class with a phrase for everything, so a sentence is never put together from translated fragments.
"""

from handraise.core.words.audiences import audience_words
from handraise.core.words.behaviours import behaviour_words
from handraise.core.words.clause import capital
from handraise.core.words.conditions import condition_words, fact_words, when_words
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
from handraise.core.words.tongues import ENGLISH, GERMAN, TONGUES, Tongue, tongue_of

__all__ = [
    "ENGLISH",
    "GERMAN",
    "TONGUES",
    "Tongue",
    "asked_words",
    "audience_words",
    "behaviour_words",
    "bounds_words",
    "capital",
    "condition_words",
    "contact_words",
    "decay_words",
    "fact_words",
    "fast_track_words",
    "mql_words",
    "recycle_words",
    "route_words",
    "rule_notes",
    "rule_words",
    "signal_words",
    "skip_words",
    "sla_words",
    "stage_words",
    "tongue_of",
    "track_words",
    "trigger_words",
    "when_words",
]
