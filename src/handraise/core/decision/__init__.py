"""What follows from a score: a pure function from where a lead stands to the effects that are due.

The rules, in the order in which they are asked:

1. Bots, and leads that a partner works, are left alone.
2. A subscriber that can be reached and has engaged (or agreed to be contacted) is a lead.
3. A disqualifier archives a subscriber, lead, MQL or recycled lead, and takes back a hand-off that nobody has
   accepted. While sales works a lead (SAL, SQL) it asks for a review instead; deals and customers stay. Where
   another live definition still would have the lead, only this definition's own hand-off is taken back.
4. A framework filled in to its bar makes an SQL; the stages passed over are recorded as skipped.
5. A stage that lasted too long has its consequence; one that a rule may not bring about is a review.
6. A trigger, or the date that a "not now" named, brings back who was recycled or disqualified (if no
   disqualifier holds any more), and ends a cool-down.
7. A satisfied definition makes an MQL with a hand-off of the lead's next cycle. A recycled lead needs an end
   of its cool-down and something new since: an event in its favour, or a changed fact. A lower score never
   un-makes an MQL. A definition of another motion opens a hand-off of its own in the running cycle.
8. Streams of nurture follow the stage; a demo request is confirmed at once.

An MQL is made at `now`: whenever its events happened, nobody could have acted earlier. When they satisfied
the definition is kept beside it (`became_at`).
"""

from handraise.core.decision.asking import confirms_since, hinges_on_answers
from handraise.core.decision.deciding import (
    Judged,
    Simulation,
    decide,
    decide_all,
    decide_each,
    simulate,
)
from handraise.core.decision.kinds import is_demo, lead_type, stream_for
from handraise.core.decision.timing import limit_ends, limit_of, next_due, recycling

__all__ = [
    "Judged",
    "Simulation",
    "confirms_since",
    "decide",
    "decide_all",
    "decide_each",
    "hinges_on_answers",
    "is_demo",
    "lead_type",
    "limit_ends",
    "limit_of",
    "next_due",
    "recycling",
    "simulate",
    "stream_for",
]
