"""Evidence: what a version would do, as it was seen when it was proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.store.tables.definitions import evidence


@dataclass(frozen=True)
class Evidence:
    """A preview, frozen."""

    version_id: int
    figures: Mapping[str, Any] = field(repr=False)
    frozen_at: datetime
    frozen_by: str


def freeze(
    connection: sa.Connection, version_id: int, figures: Mapping[str, Any], by: str, now: datetime
) -> Evidence:
    """Keep what a version would do; what was kept first stays, so that signatures keep their meaning."""
    connection.execute(
        insert(evidence)
        .values(version_id=version_id, figures=figures, frozen_at=now, frozen_by=by)
        .on_conflict_do_nothing()
    )
    found = evidence_of(connection, version_id)
    assert found is not None
    return found


def evidence_of(connection: sa.Connection, version_id: int) -> Evidence | None:
    """The evidence of a version, if any was kept."""
    row = connection.execute(sa.select(evidence).where(evidence.c.version_id == version_id)).one_or_none()
    return None if row is None else Evidence(**row._mapping)
