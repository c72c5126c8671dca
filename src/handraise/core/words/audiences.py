"""An audience in words."""

from handraise.core.definition.conditions import Condition
from handraise.core.definition.model import Definition
from handraise.core.words import phrases
from handraise.core.words.conditions import condition_words


def audience_words(who: Condition, definition: Definition | None = None) -> str:
    """Whom an audience means, in one sentence.

    Examples
    --------
    >>> from handraise.core.audiences import read_audience
    >>> audience_words(read_audience("who: {stage: mql, stalled: true}").who)
    'Everybody of whom this is true: stage is MQL and the lead is in its stage for longer than it may.'
    """
    return phrases.in_audience(condition_words(who, definition))
