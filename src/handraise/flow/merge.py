"""Merging two leads that are one person, and taking a merge back.

A merge joins histories, it adds nothing up: both are scored anew from the union of their events. The root
keeps its stage unless the other is further along; taking the merge back puts that back too, unless the lead
has moved on since.
"""

from datetime import datetime

import sqlalchemy as sa

from handraise.store import families, merges
from handraise.store.merges import Suggestion


def merge(
    connection: sa.Connection, child: int, parent: int, by: str, reason: str, now: datetime
) -> int | None:
    """Make one of two leads: the child's root goes under the parent's. Gives the root, None if they were one.

    Whoever merges two known people says so: `by` is who (`member:4`), `reason` why. Both are locked until the
    transaction ends; a transaction with several merges locks all of them first (`merges.locked_roots`).

    Raises
    ------
    LeadUnknown
        When one of them is not there.
    """
    return families.merge(connection, child, parent, by, reason, now)


def unmerge(connection: sa.Connection, child: int, by: str, now: datetime) -> bool:
    """Take a lead out of the one it was merged into, with those merged into it; False if it was not merged.

    Raises
    ------
    LeadUnknown
        When there is no such lead.
    """
    return families.unmerge(connection, child, by, now)


def answer(
    connection: sa.Connection, suggestion_id: int, by: str, now: datetime, *, is_same: bool
) -> Suggestion:
    """Answer a merge suggestion: one person, so the newer lead is merged into the older one, or two.

    Raises
    ------
    SuggestionUnknown
        When it was answered already, or never was.
    """
    found = merges.answer_suggestion(connection, suggestion_id, "merged" if is_same else "kept apart", now)
    if is_same:
        families.merge(connection, found.other_id, found.lead_id, by, found.reason, now)
    return found
