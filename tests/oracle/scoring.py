"""A lead's score by the oracle."""

from datetime import datetime

from handraise.core.definition.model import Definition
from handraise.core.event import Lead
from handraise.core.score import Score
from tests.oracle.clock import CENTURY, instant, moment
from tests.oracle.instants import first_instant
from tests.oracle.judge import Judge


def score(definition: Definition, lead: Lead, as_of: datetime) -> Score:
    """What the definition says of the lead at `as_of`, slowly."""
    now = instant(as_of)
    judge = Judge(definition, lead, now)
    sums, verdict = judge.sums(now), judge.verdict(now)
    start = now if judge.known_since is None else min(judge.known_since, now)
    became = first_instant(judge, start, now, lambda then: then.is_mql)
    ceases = (
        first_instant(judge, now, now + CENTURY, lambda then: not then.is_mql) if verdict.is_mql else None
    )
    changes = first_instant(judge, now, now + CENTURY, lambda then: then != verdict)
    return Score(
        lead_id=lead.lead_id,
        as_of=moment(now),
        fit=sums.fit,
        engagement=sums.engagement,
        grade=verdict.grade,
        applies=judge.is_judged(now),
        is_mql=verdict.is_mql,
        disqualified=verdict.reason,
        became_mql_at=None if became is None else moment(became),
        ceases_at=None if ceases is None else moment(ceases),
        next_change_at=None if changes is None else moment(changes),
        patterns=tuple(p.pattern for p in definition.patterns if judge.holds(p.condition, now)),
        fast_tracks=judge.fast_tracks(now),
        lines=sums.lines,
    )
