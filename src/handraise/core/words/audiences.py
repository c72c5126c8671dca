"""An audience in words."""

from handraise.core.definition.conditions import Condition
from handraise.core.definition.model import Definition
from handraise.core.words.conditions import condition_words
from handraise.core.words.tongues import ENGLISH, Tongue


def audience_words(who: Condition, definition: Definition | None = None, tongue: Tongue = ENGLISH) -> str:
    """Whom an audience means, in one sentence.

    Examples
    --------
    >>> from handraise.core.audiences import read_audience
    >>> audience_words(read_audience("who: {stage: mql, stalled: true}").who)
    'Everybody of whom this is true: stage is MQL and the lead is in its stage for longer than it may.'
    """
    return tongue.in_audience(condition_words(who, definition, tongue))
