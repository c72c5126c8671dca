"""How service levels were kept, at any past time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel

from handraise.core.errors import InputInvalid
from handraise.core.sla import Compliance
from handraise.flow.speed import Group, Key, compliance
from handraise.http.callers import Call, needs, resource
from handraise.http.moments import Moment
from handraise.learn.shares import Share
from handraise.store import people

router = resource("/reports/sla")
LONGEST: Final = timedelta(days=400)
_LATELY: Final = timedelta(days=30)


class Kept(BaseModel):
    """How often the first contact came in time.

    `share_met` is met of (met + breached), null when nothing is decided yet, with its 95 % interval. Times to
    contact are working time in seconds; `uncontacted` breached hand-offs have none.
    """

    group: Key
    name: str | None
    met: int
    breached: int
    running: int
    cancelled: int
    reassigned: int
    uncontacted: int
    share_met: float | None
    low: float
    high: float
    median_seconds: int | None
    p90_seconds: int | None


class SlaReport(BaseModel):
    """Hand-offs opened from `start` up to `end`, as they stood at `as_of`."""

    start: datetime
    end: datetime
    as_of: datetime
    items: list[Kept]


@router.get("")
def show_sla(
    call: Annotated[Call, needs("reports:read")],
    start: Annotated[Moment | None, Query(description="30 days before the end, if left out.")] = None,
    end: Annotated[Moment | None, Query(description="Now, if left out.")] = None,
    as_of: Annotated[Moment | None, Query(description="Now, if left out.")] = None,
    by: Group | None = None,
) -> SlaReport:
    """How service levels were kept, as it stood at any past time; the same question has the same answer.

    Only what is told later of a time before (a contact that was logged late) still counts.
    """
    end = call.now if end is None else end
    start = end - _LATELY if start is None else start
    as_of = call.now if as_of is None else as_of
    if not start < end or end - start > LONGEST:
        raise InputInvalid(f"A range ends after it starts, and is {LONGEST.days} days at the longest.")
    if as_of > call.now:
        raise InputInvalid("How it will stand, nobody knows: give a time that is past.")
    found = compliance(call.connection, start, end, as_of, by)
    names = _names(call, by)
    items = [_kept(group, names.get(group), one) for group, one in found.items()]
    return SlaReport(start=start, end=end, as_of=as_of, items=sorted(items, key=_order))


def _kept(group: Key, name: str | None, one: Compliance) -> Kept:
    share = Share(one.met, one.met + one.breached)
    return Kept(
        group=group,
        name=name,
        met=one.met,
        breached=one.breached,
        running=one.running,
        cancelled=one.cancelled,
        reassigned=one.reassigned,
        uncontacted=one.uncontacted,
        share_met=one.share_met,
        low=share.low,
        high=share.high,
        median_seconds=_seconds(one.median),
        p90_seconds=_seconds(one.p90),
    )


def _names(call: Call, by: Group | None) -> Mapping[Key, str]:
    match by:
        case "owner":
            return {one.id: one.name for one in people.members(call.connection)}
        case "team":
            return {one.id: one.name for one in people.teams(call.connection)}
    return {}


def _order(one: Kept) -> tuple[str, str]:
    return one.name or "", str(one.group)


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())
