"""Leads that stand still: in a stage for longer than the definitions that are live allow."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from handraise.core.stage import stage_named
from handraise.flow.desk import definition_of
from handraise.store import definitions
from handraise.store.reports import stages
from handraise.store.reports.stages import Limit, Stalled


def stalled(connection: sa.Connection, now: datetime) -> list[Stalled]:
    """The leads that are in their stage for too long, the longest overdue first."""
    return stages.stalled(connection, limits(connection, now), now)


def limits(connection: sa.Connection, now: datetime) -> list[Limit]:
    """How long a lead may stay in each stage, by each definition that is live."""
    found = []
    for version in definitions.live_at(connection, now):
        found.append(Limit(version.name))
        for one in definition_of(connection, version.id).stages:
            longest = timedelta(microseconds=one.max_age.microseconds)
            found.append(Limit(version.name, stage_named(one.stage), longest))
    return found


__all__ = ["limits", "stalled"]
