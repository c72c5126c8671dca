"""A decision that fell: what one definition asks for of one lead, with all that it was made from."""

from dataclasses import dataclass

from handraise.core.definition.model import Definition
from handraise.core.effects import Effect
from handraise.core.event import Lead
from handraise.core.score import Score
from handraise.core.situation import Situation


@dataclass(frozen=True)
class Decided:
    """Effects to carry out, in their order.

    Attributes
    ----------
    version_id
        The version of the definition that decided.
    situation
        The lead's committed state, before any effect of this transaction.
    lead
        Its facts and events, as the score was made from them.
    """

    lead_id: int
    version_id: int
    definition: Definition
    content_hash: str
    effects: tuple[Effect, ...]
    score: Score
    situation: Situation
    lead: Lead
