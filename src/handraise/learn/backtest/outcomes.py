"""What became of leads, as far as it was known at the end of a period."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.learn.intervals import Share

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
INSTANT: Final = pa.timestamp("us", "UTC")
DAY: Final = 86_400_000_000
NEVER: Final = 2**62
"""The instant of what did not happen."""
_TRACES: Final = (
    "first_contact_at",
    "accepted_at",
    "rejected_at",
    "sql_at",
    "opportunity_at",
    "won_at",
    "lost_at",
)
_SETTLED: Final = 0.9


@dataclass(frozen=True)
class Group:
    """Some leads, and what became of them.

    Attributes
    ----------
    leads
        How many.
    handed
        How many of them sales really got; only these have an outcome.
    accepted
        Of those that sales answered.
    sql, won
        Of those handed over long enough ago to tell.
    too_recent
        Handed over too recently to count in `won`.
    wins
        Won by the end of the period, the recent ones too.
    """

    leads: int
    handed: int
    accepted: Share
    sql: Share
    won: Share
    too_recent: int
    wins: int

    @property
    def without_outcome(self) -> int:
        """Leads of whom nothing is known, because nobody in sales ever got them."""
        return self.leads - self.handed


@dataclass(frozen=True)
class KnownOutcomes:
    """What is known of each lead's outcome at the end of the period; NEVER where there is no instant.

    Attributes
    ----------
    handed
        When sales got the lead: `mql_at`, or the first trace of sales where that is earlier or alone.
    contact
        The first contact.
    touched
        The first trace of sales: contact, answer, SQL, opportunity or deal.
    days_to_sql, days_to_won
        How long after the hand-off nine in ten of them had come; None when there was none.
    """

    has_outcome: Mask
    handed: I64
    contact: I64
    touched: I64
    accepted: I64
    rejected: I64
    sql: I64
    won: I64
    end: int
    days_to_sql: float | None
    days_to_won: float | None

    @classmethod
    def of(cls, ids: pa.Array, outcomes: pa.Table, end: int) -> "KnownOutcomes":
        """Lay outcomes out along the leads; outcomes of leads that there are not are left out."""
        row = pc.index_in(ids.cast(pa.string()), value_set=outcomes["lead_id"].combine_chunks())
        at = {}
        for name in ("mql_at", *_TRACES):
            instants = instants_of(outcomes[name].combine_chunks().take(row))
            at[name] = np.where(instants < end, instants, NEVER)
        touched = np.minimum.reduce([at[name] for name in _TRACES])
        handed = np.minimum(at["mql_at"], touched)
        return cls(
            has_outcome=handed < NEVER,
            handed=handed,
            contact=at["first_contact_at"],
            touched=touched,
            accepted=at["accepted_at"],
            rejected=at["rejected_at"],
            sql=at["sql_at"],
            won=at["won_at"],
            end=end,
            days_to_sql=_days_taken(handed, at["sql_at"]),
            days_to_won=_days_taken(handed, at["won_at"]),
        )

    def group(self, leads: Mask) -> Group:
        """What became of these leads."""
        handed = leads & self.has_outcome
        is_won = handed & self._is_settled(self.days_to_won)
        is_sql = handed & self._is_settled(self.days_to_sql)
        return Group(
            leads=int(leads.sum()),
            handed=int(handed.sum()),
            accepted=share_of(self.is_accepted, handed & self.is_answered),
            sql=share_of(self.sql < NEVER, is_sql),
            won=share_of(self.won < NEVER, is_won),
            too_recent=int((handed & ~is_won).sum()),
            wins=int((handed & (self.won < NEVER)).sum()),
        )

    @property
    def is_accepted(self) -> Mask:
        """Whom sales accepted, or made an SQL without a word."""
        return (self.accepted < NEVER) | (self.sql < NEVER)

    @property
    def is_answered(self) -> Mask:
        """Whom sales accepted or rejected."""
        return self.is_accepted | (self.rejected < NEVER)

    def _is_settled(self, days: float | None) -> Mask:
        """Handed over long enough ago."""
        wait = 0 if days is None else int(days * DAY)
        settled: Mask = self.handed + wait <= self.end
        return settled


def share_of(succeeded: Mask, of: Mask) -> Share:
    """How many of some leads are among others."""
    return Share(int((succeeded & of).sum()), int(of.sum()))


def _days_taken(begin: I64, end: I64) -> float | None:
    """In how many days nine in ten of those that ended had ended."""
    both = (begin < NEVER) & (end < NEVER)
    if not both.any():
        return None
    return max(0.0, float(np.quantile((end - begin)[both], _SETTLED)) / DAY)


def instants_of(column: pa.Array) -> I64:
    """Times as microseconds, NEVER where there is none."""
    found: I64 = pc.fill_null(column.cast(INSTANT).cast(pa.int64()), NEVER).to_numpy(zero_copy_only=False)
    return found
