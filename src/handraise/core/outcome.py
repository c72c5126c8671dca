"""What sales made of a lead: the history that a definition is judged by."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Outcome:
    """What became of one lead that was handed to sales; instants carry a zone, None is `not (yet)`.

    `accepted_at` and `rejected_at` are sales' answer to the hand-off; `first_contact_at` is when sales first
    spoke to the lead: what is known of the lead only from then on may be a result of sales' work.
    """

    lead_id: str
    mql_at: datetime | None = None
    handed_to: str | None = None
    first_contact_at: datetime | None = None
    accepted_at: datetime | None = None
    rejected_at: datetime | None = None
    reject_reason: str | None = None
    sql_at: datetime | None = None
    opportunity_at: datetime | None = None
    amount: float | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None
    lost_reason: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether sales has accepted or rejected the lead.

        Examples
        --------
        >>> Outcome("L1").is_answered
        False
        """
        return self.accepted_at is not None or self.rejected_at is not None
