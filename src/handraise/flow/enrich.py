"""Writing down facts that somebody tells of a lead or an account: a seller, the CRM, an import, a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.store import facts, merges


def told(
    connection: sa.Connection,
    lead_id: int,
    values: Mapping[str, Any],
    *,
    source: str,
    now: datetime,
    said_by: str | None = None,
    said_at: datetime | None = None,
    import_id: int | None = None,
) -> bool:
    """Write down facts of one lead that somebody told (a seller, the CRM, an import); whether any is news.

    Facts go by their full names, None takes back what this source said before. The lead is marked to be
    scored again.
    """
    root = merges.locked_roots(connection, [lead_id])[lead_id]
    said = [
        facts.Said(lead_id, fact, value, source, said_at or now, now, said_by, import_id)
        for fact, value in values.items()
    ]
    if not facts.learn(connection, said):
        return False
    facts.refresh(connection, [root])
    merges.mark_dirty(connection, [root], "fact", {"facts": sorted(values), "source": source}, now)
    return True


def told_of_account(
    connection: sa.Connection,
    account_id: int,
    values: Mapping[str, Any],
    *,
    source: str,
    now: datetime,
    said_by: str | None = None,
    said_at: datetime | None = None,
    import_id: int | None = None,
) -> bool:
    """Write down facts of an account; whether any is news. All its leads are marked to be scored again."""
    said = [
        facts.Said(account_id, fact, value, source, said_at or now, now, said_by, import_id)
        for fact, value in values.items()
    ]
    return bool(facts.learn_of_accounts(connection, said, now))
