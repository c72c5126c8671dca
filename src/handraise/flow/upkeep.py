"""What has to be done now and then: months ahead made, what is too old taken out, lost jobs put in again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from handraise.store import leftovers
from handraise.store.deliveries import forget_deliveries
from handraise.store.queue import forget_finished
from handraise.store.session import Database

BATCH: Final = 1_000
Forget = Callable[[sa.Connection, datetime, int], int]


@dataclass(frozen=True)
class Retention:
    """How many days each kind of row is kept; None keeps it for ever.

    Events, facts, stage changes and the audit chain are no concern of this: they are what the product knows.

    Examples
    --------
    >>> Retention.of({"deliveries": 90}).deliveries
    90
    """

    quarantine: int | None = 90
    deliveries: int | None = 180
    login_attempts: int | None = 30
    sessions: int | None = 1
    idempotency_keys: int | None = 2
    jobs: int | None = 7
    score_changes: int | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Retention":
        """From the setting `retention_days`; names it does not know are left out."""
        names = {each.name for each in fields(cls)}
        return cls(**{name: days for name, days in kept.items() if name in names})


@dataclass(frozen=True)
class Swept:
    """What was done: new partitions by name, and rows taken out by kind."""

    partitions: tuple[str, ...] = ()
    forgotten: Mapping[str, int] = field(default_factory=dict)


_FORGET: Final[Mapping[str, Forget]] = {
    "quarantine": leftovers.forget_quarantine,
    "deliveries": forget_deliveries,
    "login_attempts": leftovers.forget_login_attempts,
    "sessions": leftovers.forget_sessions,
    "idempotency_keys": leftovers.forget_idempotency_keys,
    "jobs": forget_finished,
    "score_changes": leftovers.forget_score_changes,
}


def upkeep(
    database: Database, now: datetime, retention: Retention = Retention(), *, batch: int = BATCH
) -> Swept:
    """Take out what is too old, in many small transactions, so that nobody waits for it."""
    forgotten = {}
    for name, forget in _FORGET.items():
        days = getattr(retention, name)
        if days is not None:
            forgotten[name] = _forgotten(database, forget, now - timedelta(days=days), batch)
    return Swept(_months_ahead(database, now), forgotten)


def _forgotten(database: Database, forget: Forget, before: datetime, batch: int) -> int:
    done = 0
    while True:
        with database.transaction() as connection:
            taken = forget(connection, before, batch)
        done += taken
        if taken < batch:
            return done


def _months_ahead(database: Database, now: datetime) -> tuple[str, ...]:
    with database.transaction() as connection:
        return leftovers.make_months(connection, now)
