"""Whether a decision needs to know which conditions of a hand-off hold: most of them do not."""

from datetime import datetime, timedelta
from typing import Final

from handraise.core.decision.kinds import UNMADE
from handraise.core.definition.model import Definition
from handraise.core.score import Score
from handraise.core.situation import Situation

CONFIRM_WITHIN: Final = timedelta(days=1)  # an import of last month's requests confirms none of them


def hinges_on_answers(definition: Definition, situation: Situation, score: Score, now: datetime) -> bool:
    """Whether a decision may come out differently by the `Answers` it is made with.

    Said of where the lead stands before any effect. False is certain, but for demo requests (see
    `confirms_since`); True says no more than that the decision may look at them. Of several definitions that
    judge a lead all are to be asked as soon as one of them hinges: what one does, another may answer.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition("{name: Small, qualify: {mql: {total: 50}}}").definition
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> cold, hot = (Score("L1", now, 0, n, None, True, n >= 5000, None, None, None, None) for n in (0, 5000))
    >>> [hinges_on_answers(definition, Situation("L1", "lead", now), each, now) for each in (cold, hot)]
    [False, True]
    """
    stage = situation.stage
    if situation.is_bot or situation.is_frozen(now):
        return False
    if stage in ("recycled", "disqualified") or (stage == "subscriber" and situation.has_contact):
        return True
    if score.is_mql and (stage in UNMADE or is_new_motion(definition, situation)):
        return True
    # Whatever the stage: what another definition takes back, a framework may make an SQL again at once.
    return definition.qualify.skip_to_sql is not None and bool(situation.frameworks)


def is_new_motion(definition: Definition, situation: Situation) -> bool:
    """Whether an MQL or SAL has been handed off in the running cycle, but never by this motion."""
    this = [handed for handed in situation.handoffs if handed.cycle == situation.cycle]
    return (
        situation.stage in ("mql", "sal")
        and bool(this)
        and all(handed.motion != definition.motion for handed in this)
    )


def confirms_since(situation: Situation, now: datetime) -> datetime | None:
    """From when on a request for a demo would be confirmed at `now`; None when none would be."""
    if not situation.has_contact or situation.stage == "disqualified" or situation.is_frozen(now):
        return None
    earliest, confirmed = now - CONFIRM_WITHIN, situation.demo_confirmed_at
    return earliest if confirmed is None else max(earliest, confirmed)
