"""Two versions of a definition side by side on one history, with what sales made of the leads.

Four things keep the comparison honest:

- A lead that a version finds only once sales was in contact is no finding of it: what is known from then on
  may be sales' own work. It counts as not found, and is shown by itself.
- Only leads that were handed to sales have an outcome. A lead without one is neither success nor failure.
- A fact that is known of hardly anybody but those sales was in contact with was probably filled in by sales;
  where nobody says since when it is known, it is named as suspicious.
- What came of a lead takes time. A share of SQL or won counts only leads that were handed over long enough
  ago (the time that nine in ten successes took), so that young leads do not look like failures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa

from handraise.learn.backtest.load import Load, Promise, load_of
from handraise.learn.backtest.outcomes import (
    DAY,
    I64,
    INSTANT,
    NEVER,
    Group,
    KnownOutcomes,
    Mask,
    instants_of,
    share_of,
)
from handraise.learn.intervals import Estimate, Share, bootstrap, median, ratio

ALIKE: Final = 3_600_000_000
"""Within an hour two versions find a lead at the same time: nobody at work would notice."""
_DRAWN: Final = 20_000_000
_FILLED_IN: Final = 5.0
_SEED: Final = 20_260_101


class GroupName(StrEnum):
    """What the change does to a lead."""

    GAINED = "gained"
    LOST = "lost"
    EARLIER = "earlier"
    LATER = "later"
    SAME = "same"


@dataclass(frozen=True)
class Period:
    """From `start` to before `end`; both carry a zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Backtest:
    """What a comparison found.

    Attributes
    ----------
    candidate, against
        All leads that each version makes an MQL in the period (and before sales was in contact).
    groups
        What the change does: gained, lost, earlier, later, same.
    after_contact, against_after_contact
        Leads that a version finds only when sales is already in contact; they count for nothing.
    lost_to_contact
        Those among the lost that the candidate finds so: whether they would have come by themselves, nobody
        can tell.
    accepted_difference
        How much larger the share accepted is under the candidate (−1 to 1), with the bootstrap interval over
        leads; None when there is too little.
    days_earlier
        For the leads that both find: days by which the candidate is earlier (negative: later); median.
    days_before_contact, against_days_before_contact
        From each version's moment to the actual first contact, in days; median.
    contacted, against_contacted
        Leads behind these medians.
    load
        Leads per week.
    suspicious
        Facts that look as if sales filled them in, with the shares of leads of whom they are known: of those
        that sales was in contact with, and of the others.
    days_to_sql, days_to_won
        How long after the hand-off nine in ten of them had come; None when there was none.
    people
        One row for each lead of a group: the people behind every number.
    """

    period: Period
    leads: int
    candidate: Group
    against: Group
    groups: Mapping[GroupName, Group]
    after_contact: int
    against_after_contact: int
    lost_to_contact: int
    accepted_difference: Estimate | None
    days_earlier: Estimate | None
    days_before_contact: Estimate | None
    against_days_before_contact: Estimate | None
    contacted: int
    against_contacted: int
    load: Load
    suspicious: Mapping[str, tuple[Share, Share]]
    days_to_sql: float | None
    days_to_won: float | None
    is_against_history: bool
    people: pa.Table


def compared(
    ids: pa.Array,
    candidate: pa.Array,
    against: pa.Array | None,
    outcomes: pa.Table,
    period: Period,
    *,
    zone: str = "UTC",
    capacity: int | None = None,
    promise: Promise | None = None,
    undated: Mapping[str, pa.Array] | None = None,
) -> Backtest:
    """Compare when two versions make leads an MQL.

    Parameters
    ----------
    ids
        All leads.
    candidate, against
        When each lead first was an MQL under each version (`timestamp[us, UTC]`, null for never), as long as
        `ids`. Without `against`, the candidate is compared with what really was handed over: at `mql_at` of
        the outcomes, and at the first trace of sales where that is earlier or `mql_at` is not told.
    outcomes
        A table of `handraise.files.outcomes.SCHEMA`.
    period
        The leads that one of the versions makes an MQL in it are looked at. What was known of outcomes is
        taken as of its end.
    zone
        Whose weeks are counted.
    capacity
        How many leads the team works in a week, if that is known.
    promise
        Within what time first contact is due, for the load.
    undated
        Facts of which nobody says since when they are known; for each, of which leads it is known.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = lambda n: datetime(2026, 3, n, tzinfo=UTC)
    >>> instants = lambda *days: pa.array([None if n is None else day(n) for n in days], INSTANT)
    >>> columns = ("lead_id", "mql_at", "first_contact_at", "accepted_at", "rejected_at", "sql_at",
    ...            "opportunity_at", "won_at", "lost_at")
    >>> outcomes = pa.table({name: pa.array([], INSTANT) for name in columns}).set_column(
    ...     0, "lead_id", pa.array([], pa.string()))
    >>> found = compared(pa.array(["a", "b", "c"]), instants(2, None, 5), instants(4, 4, None),
    ...                  outcomes, Period(day(1), day(31)))
    >>> [(name.value, group.leads) for name, group in found.groups.items() if group.leads]
    [('gained', 1), ('lost', 1), ('earlier', 1)]
    """
    start, end = _microseconds(period.start), _microseconds(period.end)
    known = KnownOutcomes.of(ids, outcomes, end)
    candidate_at = instants_of(candidate)
    candidate_found, candidate_late = _found(candidate_at, known.touched, end)
    if against is None:
        against_at = against_found = known.handed
        against_late = np.zeros(len(ids), bool)
    else:
        against_at = instants_of(against)
        against_found, against_late = _found(against_at, known.touched, end)
    candidate_late &= candidate_at >= start
    against_late &= against_at >= start
    in_candidate = (candidate_found >= start) & (candidate_found < end)
    in_against = (against_found >= start) & (against_found < end)
    group = _groups(candidate_found, against_found, in_candidate | in_against)
    contacted = in_candidate & (known.contact < end)
    against_contacted = in_against & (known.contact < end)
    both = (group >= 0) & (candidate_found < NEVER) & (against_found < NEVER)
    return Backtest(
        period=period,
        leads=len(ids),
        candidate=known.group(in_candidate),
        against=known.group(in_against),
        groups={name: known.group(group == place) for place, name in enumerate(GroupName)},
        after_contact=int(candidate_late.sum()),
        against_after_contact=int(against_late.sum()),
        lost_to_contact=int((candidate_late & (group == list(GroupName).index(GroupName.LOST))).sum()),
        accepted_difference=_accepted_difference(known, in_candidate, in_against),
        days_earlier=_median_days(against_found - candidate_found, both),
        days_before_contact=_median_days(known.contact - candidate_found, contacted),
        against_days_before_contact=_median_days(known.contact - against_found, against_contacted),
        contacted=int(contacted.sum()),
        against_contacted=int(against_contacted.sum()),
        load=load_of(
            candidate_found[in_candidate],
            against_found[in_against],
            start,
            end,
            zone=zone,
            capacity=capacity,
            promise=promise,
        ),
        suspicious=_suspicious(undated or {}, known.touched < NEVER),
        days_to_sql=known.days_to_sql,
        days_to_won=known.days_to_won,
        is_against_history=against is None,
        people=_people(ids, group, candidate_at, against_at, known, candidate_late, against_late),
    )


def _found(at: I64, touched: I64, end: int) -> tuple[I64, Mask]:
    """When a version finds each lead before sales did (NEVER for not), and whom it finds only after."""
    reached = at < end
    late = reached & (at >= touched)
    return np.where(reached & ~late, at, NEVER), late


def _suspicious(undated: Mapping[str, pa.Array], touched: Mask) -> dict[str, tuple[Share, Share]]:
    """Facts that are surely `_FILLED_IN` times as often known of leads that sales was in contact with."""
    found = {}
    for fact, known_of in undated.items():
        is_known = np.asarray(known_of)
        theirs, others = share_of(is_known, touched), share_of(is_known, ~touched)
        apart = ratio(theirs, others)
        if apart is not None and apart.low > _FILLED_IN:
            found[fact] = (theirs, others)
    return found


def _groups(candidate: I64, against: I64, looked_at: Mask) -> I64:
    """Place in `GroupName` of each lead that is looked at, −1 for others."""
    has_one, has_other = candidate < NEVER, against < NEVER
    apart = candidate - against
    choices = {
        GroupName.GAINED: has_one & ~has_other,
        GroupName.LOST: ~has_one & has_other,
        GroupName.EARLIER: has_one & has_other & (apart < -ALIKE),
        GroupName.LATER: has_one & has_other & (apart > ALIKE),
        GroupName.SAME: has_one & has_other & (abs(apart) <= ALIKE),
    }
    found = np.full(candidate.size, -1, np.int64)
    for place, name in enumerate(GroupName):
        found[choices[name] & looked_at] = place
    return found


def _accepted_difference(known: KnownOutcomes, in_candidate: Mask, in_against: Mask) -> Estimate | None:
    """Share accepted under the candidate less that under the other; leads are in both, hence bootstrap."""
    of = known.has_outcome & known.is_answered & (in_candidate | in_against)
    accepted, one, other = known.is_accepted[of], in_candidate[of], in_against[of]

    def gap(rows: I64) -> float:
        drawn, mine, theirs = accepted[rows], one[rows], other[rows]
        if not mine.any() or not theirs.any():
            return float("nan")
        return float(drawn[mine].mean() - drawn[theirs].mean())

    n = int(of.sum())
    return bootstrap(gap, n, seed=_SEED, repeats=_repeats(n))


def _median_days(microseconds: I64, of: Mask) -> Estimate | None:
    days = microseconds[of] / DAY
    return median(days, seed=_SEED, repeats=_repeats(days.size))


def _repeats(n: int) -> int:
    """How often the bootstrap draws: less often for so many leads that the interval is narrow anyway."""
    return int(np.clip(_DRAWN // max(n, 1), 200, 1_000))


def _people(
    ids: pa.Array,
    group: I64,
    candidate: I64,
    against: I64,
    known: KnownOutcomes,
    candidate_late: Mask,
    against_late: Mask,
) -> pa.Table:
    """One row for each lead that the change concerns, or that a version finds too late."""
    rows = np.flatnonzero((group >= 0) | candidate_late | against_late)
    names = pa.array([name.value for name in GroupName], pa.string())

    def when(column: I64) -> pa.Array:
        return pa.array(column[rows], pa.int64(), mask=column[rows] == NEVER).cast(INSTANT)

    def so(column: Mask, of: Mask) -> pa.Array:
        return pa.array(column[rows], pa.bool_(), mask=~of[rows])

    return pa.table(
        {
            "lead_id": ids.take(pa.array(rows)).cast(pa.string()),
            "group": names.take(pa.array(group[rows], mask=group[rows] < 0)),
            "candidate_at": when(candidate),
            "against_at": when(against),
            "candidate_after_contact": pa.array(candidate_late[rows]),
            "against_after_contact": pa.array(against_late[rows]),
            "has_outcome": pa.array(known.has_outcome[rows]),
            "first_contact_at": when(known.contact),
            "accepted": so(known.is_accepted, known.has_outcome & known.is_answered),
            "sql": so(known.sql < NEVER, known.has_outcome),
            "won": so(known.won < NEVER, known.has_outcome),
        }
    )


def _microseconds(at: datetime) -> int:
    return int(pa.scalar(at, INSTANT).cast(pa.int64()).as_py())
