"""The managed lists of reason codes that a new installation starts with; administrators change them.

A rejection, a disqualification, a recycling and a lost deal each carry one code, so that they can be counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

ReasonKind = Literal["reject", "disqualify", "recycle", "lost"]
Consequence = Literal["recycle", "disqualify"]


@dataclass(frozen=True)
class Reason:
    """One entry of a list: the code that is kept, what people read, and where the lead goes with it."""

    kind: ReasonKind
    code: str
    label: str
    then: Consequence = "recycle"


class ReasonUnknown(HandraiseError):
    """The reason is not in its list."""

    def __init__(self, kind: ReasonKind, code: str, known: Iterable[str]) -> None:
        super().__init__(
            Saying(
                "`{code}` is no reason to {does}; take one of {listed}, or have it added to the list",
                code=code,
                does=_DOES[kind],
                listed=", ".join(known),
            )
        )


_DOES: Final = {
    "reject": Saying("reject a hand-off"),
    "disqualify": Saying("disqualify a lead"),
    "recycle": Saying("recycle a lead"),
    "lost": Saying("lose a deal"),
}

REASONS: Final[tuple[Reason, ...]] = (
    Reason("reject", "not_icp", "Company does not fit"),
    Reason("reject", "wrong_person", "Wrong person, no influence"),
    Reason("reject", "no_need", "No need at present"),
    Reason("reject", "not_ready", "Too early, still researching"),
    Reason("reject", "no_budget", "No budget"),
    Reason("reject", "unreachable", "Cannot be reached"),
    Reason("reject", "bad_data", "Contact details are wrong", "disqualify"),
    Reason("reject", "already_in_talks", "Already in talks with us"),
    Reason("reject", "existing_customer", "Is a customer already", "disqualify"),
    Reason("reject", "partner", "Belongs to a partner"),
    Reason("reject", "competitor", "Works for a competitor", "disqualify"),
    Reason("reject", "job_seeker", "Looks for a job", "disqualify"),
    Reason("reject", "student", "Student or researcher", "disqualify"),
    Reason("reject", "spam", "Spam or a test", "disqualify"),
    Reason("disqualify", "competitor", "Competitor", "disqualify"),
    Reason("disqualify", "student", "Student or researcher", "disqualify"),
    Reason("disqualify", "company_size", "Company outside the range of sizes", "disqualify"),
    Reason("disqualify", "industry", "Industry not served", "disqualify"),
    Reason("disqualify", "geography", "Country not served", "disqualify"),
    Reason("disqualify", "no_authority", "No authority and no influence", "disqualify"),
    Reason("disqualify", "one_visit", "One visit and no return", "disqualify"),
    Reason("disqualify", "bad_data", "Contact details are wrong", "disqualify"),
    Reason("disqualify", "opted_out", "Asked not to be contacted", "disqualify"),
    Reason("disqualify", "duplicate", "The same person stands elsewhere", "disqualify"),
    Reason("recycle", "not_now", "Not now, at a date they named"),
    Reason("recycle", "no_answer", "Does not answer"),
    Reason("recycle", "no_budget", "No budget this year"),
    Reason("recycle", "project_on_hold", "Project on hold"),
    Reason("recycle", "contact_left", "Contact left the company"),
    Reason("recycle", "stale", "Stayed in a stage for too long"),
    Reason("lost", "price", "Price"),
    Reason("lost", "competitor_won", "A competitor won"),
    Reason("lost", "missing_feature", "Something was missing"),
    Reason("lost", "no_decision", "No decision was taken"),
    Reason("lost", "timing", "Timing"),
    Reason("lost", "went_silent", "Went silent"),
)


def reason_of(kind: ReasonKind, code: str, reasons: Iterable[Reason] = REASONS) -> Reason:
    """The reason with that code in its list.

    Raises
    ------
    ReasonUnknown
        When the list has no such code; the message has those it has.

    Examples
    --------
    >>> reason_of("reject", "competitor").then
    'disqualify'
    """
    listed = {reason.code: reason for reason in reasons if reason.kind == kind}
    if code not in listed:
        raise ReasonUnknown(kind, code, listed)
    return listed[code]
