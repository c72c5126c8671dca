"""Managed lists: competitors, target accounts and the like, with every state they were in."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from handraise.http.callers import Call, needs, resource
from handraise.http.paging import Page
from handraise.store import managed_lists

router = resource("/lists")
MayRead = Annotated[Call, needs("definitions:read")]
MayWrite = Annotated[Call, needs("lists:write")]
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class ManagedList(BaseModel):
    """A list as it was from `changed_at` on; entries in small letters, each once."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    entries: list[str]
    note: str | None
    changed_by: str
    changed_at: datetime


class Entries(BaseModel, extra="forbid"):
    """What a list is to be."""

    entries: list[Annotated[str, Field(max_length=500)]] = Field(max_length=100_000)
    note: str | None = Field(None, max_length=2_000)


@router.get("")
def list_lists(call: MayRead) -> Page[ManagedList]:
    """Every list as it is now, by name."""
    found = managed_lists.current(call.connection).values()
    return Page(items=[ManagedList.model_validate(one) for one in found], next=None)


@router.get("/{name}/history")
def show_history(call: MayRead, name: Name) -> Page[ManagedList]:
    """Every state of a list, the newest first."""
    found = managed_lists.history(call.connection, name)
    return Page(items=[ManagedList.model_validate(one) for one in found], next=None)


@router.put("/{name}")
def keep_list(call: MayWrite, name: Name, given: Entries) -> ManagedList:
    """Have a list be this from now on. Versions keep the entries that they were signed with."""
    kept = managed_lists.keep(call.connection, name, given.entries, given.note, call.by, call.now)
    call.record("list.change", f"list:{kept.id}", {"name": name, "entries": len(kept.entries)})
    return ManagedList.model_validate(kept)
