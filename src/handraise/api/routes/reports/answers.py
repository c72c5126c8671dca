"""What sales answered: how much it rejected, and why; why leads were archived."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from handraise.core.calibration import MOST_REJECTED
from handraise.http.callers import Call, needs, resource
from handraise.learn.shares import Share
from handraise.store.reports import answers
from handraise.store.reports.answers import Asked, Tally
from handraise.store.reports.funnel import LONGEST

router = resource("/reports/answers")
Months = Annotated[int, Query(ge=1, le=LONGEST)]


class Answered(BaseModel):
    """Hand-offs and their answers. `share_rejected` is of those answered, with its 95 % interval."""

    open: int
    accepted: int
    rejected: int
    share_rejected: float | None
    low: float
    high: float


class ByMonth(Answered):
    """Those opened in a month (UTC)."""

    month: date


class ByRep(Answered):
    """Those that somebody has; null: nobody."""

    rep_id: int | None
    rep: str | None


class ByChannel(Answered):
    """Those of leads from a channel (the fact `lead.source`); empty where nobody says."""

    channel: str


class ReasonCount(BaseModel):
    """How often a reason was given."""

    reason: str
    count: int


class ArchivedCount(ReasonCount):
    """How many leads were disqualified for a reason in a month, by a rule, a person or the CRM."""

    month: date
    by: str


class AnswerReport(BaseModel):
    """What sales answered to hand-offs opened in the last months, those taken back left out.

    `limit` is the share of rejections from which on the definition or its bar is off.
    """

    limit: float
    total: Answered
    months: list[ByMonth]
    reasons: list[ReasonCount]
    reps: list[ByRep]
    channels: list[ByChannel]
    disqualified: list[ArchivedCount]


class ToRead(BaseModel):
    """A rejected hand-off to be read together with others."""

    handoff_id: int
    lead_id: int
    name: str | None
    rep: str | None
    channel: str
    answered_at: datetime | None
    reason: str | None
    note: str | None


class Handful(BaseModel):
    """Of each reason the latest, then the next of each."""

    items: list[ToRead]


@router.get("")
def show_answers(
    call: Annotated[Call, needs("reports:read")],
    months: Months = 12,
    rep: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    channel: Annotated[str | None, Query(max_length=200)] = None,
) -> AnswerReport:
    """How many of the hand-offs were rejected, why, by whom and from which channel.

    Each hand-off counts by itself, in the month it was opened in.
    """
    asked = Asked(rep_id=rep, channel=channel)
    found = [one for one in answers.cells(call.connection, months, call.now) if asked.has(one)]
    by_month = answers.tallies(found, lambda one: one.month)
    by_rep = answers.tallies(found, lambda one: (one.rep_id, one.rep))
    by_channel = answers.tallies(found, lambda one: one.channel)
    return AnswerReport(
        limit=MOST_REJECTED,
        total=Answered(**_told(answers.tally(found))),
        months=[
            ByMonth(month=month, **_told(by_month.get(month, Tally())))
            for month in answers.months_back(months, call.now)
        ],
        reasons=[ReasonCount(reason=name, count=n) for name, n in answers.reasons_of(found).items()],
        reps=[ByRep(rep_id=who[0], rep=who[1], **_told(one)) for who, one in by_rep.items()],
        channels=[ByChannel(channel=name, **_told(one)) for name, one in by_channel.items()],
        disqualified=[
            ArchivedCount(**vars(one)) for one in answers.archived(call.connection, months, call.now)
        ],
    )


@router.get("/to-read")
def show_handful(
    call: Annotated[Call, needs("leads:read")],
    months: Months = 3,
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Handful:
    """A handful of rejected hand-offs for both teams to read together."""
    found = answers.handful(call.connection, months, call.now, limit=limit)
    items = [
        ToRead(
            handoff_id=one.id,
            lead_id=one.lead_id,
            name=one.name or one.email,
            rep=one.rep,
            channel=one.channel,
            answered_at=one.answered_at,
            reason=one.reason,
            note=one.note,
        )
        for one in found
    ]
    return Handful(items=items)


def _told(one: Tally) -> dict[str, Any]:
    share = Share(one.rejected, one.answered)
    counts = {"open": one.open, "accepted": one.accepted, "rejected": one.rejected}
    return {**counts, "share_rejected": share.value, "low": share.low, "high": share.high}
