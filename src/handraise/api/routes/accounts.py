"""Accounts, what is known of them, and who of them is here."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from handraise.flow import enrich
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.store import accounts

router = resource("/accounts")
MayRead = Annotated[Call, needs("leads:read")]
MayWrite = Annotated[Call, needs("imports:write")]


class Person(BaseModel):
    """Somebody of an account; points are hundredths."""

    model_config = ConfigDict(from_attributes=True)

    lead_id: int
    name: str | None
    email: str | None
    title: str | None
    seniority: str | None
    function: str | None
    stage: str
    fit: int | None
    engagement: int | None
    grade: str | None
    is_mql: bool
    last_activity_at: datetime | None


class Facts(BaseModel, extra="forbid"):
    """Facts by their full names (`account.industry`)."""

    facts: dict[Annotated[str, Field(pattern=r"^account\.\w[\w.]{0,200}$")], JsonValue] = Field(
        min_length=1, max_length=200
    )


class Changed(BaseModel):
    """Whether anything changed."""

    changed: bool


@router.get("/{account_id}")
def show_account(call: MayRead, account_id: Id) -> dict[str, Any]:
    """An account, its facts and how much is going on there."""
    found = accounts.account_detail(call.connection, account_id)
    engaged = accounts.engaged(call.connection, [account_id])[account_id]
    return {**asdict(found), "engaged": asdict(engaged)}


@router.get("/{account_id}/committee")
def show_committee(call: MayRead, account_id: Id) -> Page[Person]:
    """Who of the account is here, most points first; at most 200 people."""
    accounts.account_detail(call.connection, account_id)
    found = accounts.committee(call.connection, account_id)
    return Page(items=[Person.model_validate(one) for one in found], next=None)


@router.post("/{account_id}/facts")
def tell_facts(call: MayWrite, account_id: Id, given: Facts) -> Changed:
    """Tell facts of an account; its leads are scored again when any is news."""
    accounts.account_detail(call.connection, account_id)
    is_news = enrich.told_of_account(
        call.connection, account_id, given.facts, source="api", now=call.now, said_by=call.by
    )
    call.record("account.facts", f"account:{account_id}", {"facts": sorted(given.facts)})
    return Changed(changed=is_news)
