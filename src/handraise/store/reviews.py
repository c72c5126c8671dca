"""Quarterly reviews: what was decided on each topic, who agreed, and the study that was made for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.quarter import Quarter
from handraise.core.saying import Saying
from handraise.store.definitions import SIDES, Side
from handraise.store.tables.reviews import review_agreement, review_decision, review_study

Topic = Literal["agreement", "signals", "fit", "speed", "reasons", "rejected", "effect"]
TOPICS: Final[tuple[Topic, ...]] = (
    "agreement", "signals", "fit", "speed", "reasons", "rejected", "effect",
)  # fmt: skip
"""What a review talks about, in the order of its agenda."""
SILENCE: Final = timedelta(minutes=5)
"""A study that gave no sign of life for so long belongs to a process that is gone."""
_LOCK: Final = 4857269


class NothingDecided(HandraiseError):
    """There is nothing to agree to yet; write down a decision first."""


class StudyUnknown(HandraiseError):
    """No study has that id."""


@dataclass(frozen=True)
class Decision:
    """What was decided on a topic, in the words of whoever wrote it down last."""

    id: int
    topic: Topic
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Agreed:
    """That a side agreed; `is_current` is false when something was decided since."""

    side: Side
    by: str
    at: datetime
    is_current: bool


@dataclass(frozen=True)
class Study:
    """What history says of a version; `done` of `total` leads are read."""

    id: int
    quarter: str
    version_id: int
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    found: Mapping[str, Any] | None = field(repr=False)
    problem: str | None
    asked_by: str
    asked_at: datetime
    alive_at: datetime

    def is_lost(self, now: datetime) -> bool:
        """Whether whoever made it is gone."""
        return self.state == "running" and now - self.alive_at > SILENCE


def decide(
    connection: sa.Connection, quarter: Quarter, topic: Topic, text: str, by: str, now: datetime
) -> bool:
    """Write down what was decided; gives whether that is another text than before."""
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    before = decisions(connection, quarter).get(topic)
    if text == ("" if before is None else before.text):
        return False
    connection.execute(
        review_decision.insert().values(
            quarter=str(quarter), topic=topic, text=text, decided_by=by, decided_at=now
        )
    )
    return True


def decisions(connection: sa.Connection, quarter: Quarter) -> dict[Topic, Decision]:
    """The last decision on each topic that was decided on; an empty text took one back."""
    rows = connection.execute(
        sa.select(review_decision)
        .where(review_decision.c.quarter == str(quarter))
        .order_by(review_decision.c.id)
    )
    return {row.topic: Decision(row.id, row.topic, row.text, row.decided_by, row.decided_at) for row in rows}


def agree(connection: sa.Connection, quarter: Quarter, side: Side, by: str, now: datetime) -> None:
    """Keep that a side agreed to everything that is decided by now.

    Raises
    ------
    NothingDecided
        When nothing is.
    """
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    latest = _latest(connection, quarter)
    if latest is None or not any(one.text for one in decisions(connection, quarter).values()):
        raise NothingDecided(Saying("There is nothing to agree to yet; write down a decision first."))
    connection.execute(
        review_agreement.insert().values(
            quarter=str(quarter), side=side, decision_id=latest, agreed_by=by, agreed_at=now
        )
    )


def agreements(connection: sa.Connection, quarter: Quarter) -> dict[Side, Agreed]:
    """Who agreed last for each side that did, and whether it still is to what is decided."""
    latest = _latest(connection, quarter)
    rows = connection.execute(
        sa.select(review_agreement)
        .where(review_agreement.c.quarter == str(quarter))
        .order_by(review_agreement.c.id)
    )
    found = {
        row.side: Agreed(row.side, row.agreed_by, row.agreed_at, row.decision_id == latest) for row in rows
    }
    return {side: found[side] for side in SIDES if side in found}


def _latest(connection: sa.Connection, quarter: Quarter) -> int | None:
    found: int | None = connection.execute(
        sa.select(sa.func.max(review_decision.c.id)).where(review_decision.c.quarter == str(quarter))
    ).scalar_one()
    return found


def begin(
    connection: sa.Connection, quarter: Quarter, version_id: int, by: str, now: datetime
) -> tuple[Study, bool]:
    """Ask for a study; gives one of the version that is being made instead, and whether it is new."""
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    there = latest_study(connection, quarter, version_id)
    if there is not None and there.state == "running" and not there.is_lost(now):
        return there, False
    row = connection.execute(
        review_study.insert()
        .values(
            quarter=str(quarter),
            version_id=version_id,
            state="running",
            asked_by=by,
            asked_at=now,
            alive_at=now,
        )
        .returning(*review_study.c)
    ).one()
    return Study(**row._mapping), True


def study_of(connection: sa.Connection, study_id: int) -> Study:
    """The study of that id.

    Raises
    ------
    StudyUnknown
        When there is none.
    """
    row = connection.execute(sa.select(review_study).where(review_study.c.id == study_id)).one_or_none()
    if row is None:
        raise StudyUnknown(f"There is no study {study_id}.")
    return Study(**row._mapping)


def latest_study(connection: sa.Connection, quarter: Quarter, version_id: int) -> Study | None:
    """The last study of a version for a quarter."""
    row = connection.execute(
        sa.select(review_study)
        .where(review_study.c.quarter == str(quarter), review_study.c.version_id == version_id)
        .order_by(review_study.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Study(**row._mapping)


def note(connection: sa.Connection, study_id: int, now: datetime, **values: Any) -> None:
    """Write down how far a study is, or how it ended."""
    connection.execute(
        review_study.update().where(review_study.c.id == study_id).values(alive_at=now, **values)
    )
