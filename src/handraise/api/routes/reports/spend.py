"""What marketing spent, by month, source and campaign."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field

from handraise.core.errors import InputInvalid
from handraise.core.spend import Spent, spent_of
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.store import spend
from handraise.store.reports.funnel import LONGEST
from handraise.store.reports.periods import month_of

router = resource("/reports/spend")
MayWrite = Annotated[Call, needs("imports:write")]


class GivenSpend(BaseModel, extra="forbid"):
    """A sum spent in a month on a source, or on one campaign of it. `amount_cents` is hundredths."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Such as 2026-03.")
    source: str = Field(min_length=1, max_length=200)
    campaign: str = Field("", max_length=200)
    currency: str = Field(pattern="^[A-Z]{3}$")
    amount_cents: int = Field(ge=0, lt=10**14)

    @property
    def spent(self) -> Spent:
        """As the store takes it."""
        cents = f"{self.amount_cents // 100}.{self.amount_cents % 100:02}"
        parts = {"month": self.month, "source": self.source, "campaign": self.campaign}
        return spent_of({**parts, "currency": self.currency, "amount": cents})


class GivenSpends(BaseModel, extra="forbid"):
    """Sums to be kept: all of them, or none when one is wrong."""

    items: list[GivenSpend] = Field(min_length=1, max_length=5_000)


class KeptSpend(BaseModel):
    """A sum as it is kept."""

    id: int
    month: date
    source: str
    campaign: str
    currency: str
    amount_cents: int
    entered_by: str
    entered_at: datetime


class SpendReport(BaseModel):
    """What was spent, the latest month first."""

    items: list[KeptSpend]


class Counts(BaseModel):
    """How many sums are new, and how many took the place of another."""

    new: int
    replaced: int


@router.get("")
def show_spend(
    call: Annotated[Call, needs("reports:read")], months: Annotated[int, Query(ge=1, le=LONGEST)] = 12
) -> SpendReport:
    """What was spent in the last months."""
    found = spend.spent_between(call.connection, month_of(call.now, 1 - months), month_of(call.now))
    return SpendReport(items=[KeptSpend(**vars(one)) for one in found])


@router.put("")
def keep_spend(call: MayWrite, given: GivenSpends) -> Counts:
    """Write sums down: one for the same month, source, campaign and currency takes the other's place."""
    spent = [one.spent for one in given.items]
    if len({(one.month, one.source, one.campaign, one.currency) for one in spent}) < len(spent):
        raise InputInvalid("two of the sums have the same month, source, campaign and currency")
    new, replaced = spend.keep(call.connection, spent, call.by, call.now)
    call.record("spend.enter", "spend", {"new": new, "replaced": replaced, "months": _months(spent)})
    return Counts(new=new, replaced=replaced)


@router.delete("/{number}", status_code=204)
def delete_spend(call: MayWrite, number: Id) -> Response:
    """Take a sum back."""
    gone = spend.forget(call.connection, number)
    call.record("spend.delete", f"spend:{gone.month:%Y-%m}", _said(gone))
    return Response(status_code=204)


def _months(spent: list[Spent]) -> list[str]:
    return sorted({f"{one.month:%Y-%m}" for one in spent})


def _said(one: Spent) -> dict[str, Any]:
    return {"source": one.source, "campaign": one.campaign, "amount_cents": one.amount_cents,
            "currency": one.currency}  # fmt: skip
