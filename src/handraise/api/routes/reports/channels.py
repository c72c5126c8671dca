"""Where MQLs come from: counts, cohorts, deals and spend by group."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from handraise.http.callers import Call, needs, resource
from handraise.learn.shares import Share
from handraise.store.reports import channels
from handraise.store.reports.channels import Asked, By, Line, Touch
from handraise.store.reports.funnel import LONGEST, Reached

router = resource("/reports/channels")


class Money(BaseModel):
    """What a group cost and brought in one currency, in hundredths; null where there is nothing to divide by.

    `back` is revenue for each unit spent. Sums of different currencies are never added.
    """

    spent: int | None
    revenue: int
    deals_with_amount: int
    per_mql: float | None
    per_sql: float | None
    per_customer: float | None
    average_deal: float | None
    back: float | None


class Group(BaseModel):
    """The leads and MQLs of a group; empty: not known.

    `leads` were first seen in the period, `qualified` of them became an MQL (null: leads that are no MQL have
    no such group), with the 95 % interval of the share. `reached["sql"]["30"]`: how many of the MQLs made at
    least 30 days ago (`due["30"]`) were SQL or further within 30 days of becoming one; `so_far["sql"]`: of
    all, whenever. `growth` is against the same time before, as a share.
    """

    group: str
    leads: int | None
    qualified: int | None
    share_qualified: float | None
    low: float | None
    high: float | None
    mqls: int
    mqls_before: int
    growth: float | None
    by_month: Mapping[date, int]
    so_far: Mapping[Reached, int]
    due: Mapping[int, int]
    reached: Mapping[Reached, Mapping[int, int]]
    won_deals: int
    deals_without_amount: int
    money: Mapping[str, Money]


class ChannelReport(BaseModel):
    """Groups, those with most MQLs first, and all of them together."""

    total: Group
    items: list[Group]


@router.get("")
def show_channels(
    call: Annotated[Call, needs("reports:read")],
    by: By = "lead.source",
    months: Annotated[int, Query(ge=1, le=LONGEST)] = 12,
    touch: Annotated[
        Touch, Query(description="For source and campaign: the fact, or the first or last visit.")
    ] = "said",
) -> ChannelReport:
    """Where the MQLs of the last months came from, what became of them, what they cost and brought.

    Every rate is one of a cohort; facts are as they are now; what an import placed is no MQL.
    """
    found = channels.channels(call.connection, Asked(by, months, touch), call.now)
    return ChannelReport(total=_told(found.total), items=[_told(one) for one in found.lines])


def _told(line: Line) -> Group:
    share = None if line.leads is None else Share(line.qualified or 0, line.leads)
    return Group(
        group=line.key,
        leads=line.leads,
        qualified=line.qualified,
        share_qualified=None if share is None else share.value,
        low=None if share is None else share.low,
        high=None if share is None else share.high,
        mqls=line.mqls,
        mqls_before=line.before,
        growth=line.growth,
        by_month=line.by_month,
        so_far=line.so_far,
        due=line.due,
        reached=line.reached,
        won_deals=line.deals,
        deals_without_amount=line.without_amount,
        money={currency: _money(line, currency) for currency in {**line.spent, **line.revenue}},
    )


def _money(line: Line, currency: str) -> Money:
    return Money(
        spent=line.spent.get(currency),
        revenue=line.revenue.get(currency, 0),
        deals_with_amount=line.deals_in.get(currency, 0),
        per_mql=line.cost(currency, "mql"),
        per_sql=line.cost(currency, "sql"),
        per_customer=line.cost(currency, "customer"),
        average_deal=line.deal_size(currency),
        back=line.times_back(currency),
    )
