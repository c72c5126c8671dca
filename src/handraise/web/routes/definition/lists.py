"""Managed lists: read, changed, with every state they were in and where they are used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Path
from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.http.problems import Refusal
from handraise.store import definitions, managed_lists
from handraise.store.definitions import read_text
from handraise.store.managed_lists import ManagedList, entries_of
from handraise.web.naming import names_of
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/definition/lists")
MayRead = Annotated[Call, needs("definitions:read")]
MayWrite = Annotated[Call, needs("lists:write")]
ListName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


@dataclass(frozen=True)
class State:
    """A list as it was, with what came and went against the one before."""

    list: ManagedList
    added: Sequence[str]
    removed: Sequence[str]


@dataclass(frozen=True)
class Use:
    """A live definition that asks for a list, and whether it has the newest entries."""

    name: str
    version_id: int
    is_current: bool


@router.get("")
def all_lists(call: MayRead) -> Response:
    """Every list, and the live definitions that ask for it."""
    current = managed_lists.current(call.connection)
    people = names_of(call.connection, [one.changed_by for one in current.values()])
    uses = {name: _uses(call, name, one.entries) for name, one in current.items()}
    return show(call, "definition/lists.html.jinja", lists=current.values(), people=people, uses=uses)


@router.get("/{name}")
def one_list(call: MayRead, name: ListName) -> Response:
    """A list with its entries and its history."""
    states = managed_lists.history(call.connection, name)
    if not states:
        raise Refusal(404, "not_found", "there is no such list")
    told = [
        State(each, *_difference(before.entries if before else (), each.entries))
        for each, before in zip(states, [*states[1:], None], strict=True)
    ]
    people = names_of(call.connection, [one.changed_by for one in states])
    uses = _uses(call, name, states[0].entries)
    return show(call, "definition/list.html.jinja", one=states[0], states=told, people=people, uses=uses)


@router.post("")
def keep(
    call: MayWrite,
    name: Annotated[str, Form(pattern=r"^[a-z][a-z0-9_]{0,59}$")],
    entries: Annotated[str, Form(max_length=2_000_000)] = "",
    note: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Have a list be this from now on."""
    wanted = entries_of(entries.replace(",", "\n").split("\n"))
    kept = managed_lists.keep(call.connection, name, wanted, note.strip() or None, call.by, call.now)
    call.record("list.change", f"list:{kept.id}", {"name": name, "entries": len(wanted)})
    said = visit_of(call).gettext("%(name)s is saved.", name=name)
    return go_to(call, f"/definition/lists/{name}", said=said)


def _difference(before: Sequence[str], after: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return sorted(set(after) - set(before)), sorted(set(before) - set(after))


def _uses(call: Call, name: str, entries: Sequence[str]) -> list[Use]:
    """A version has the entries that it was signed with; a newer list waits for the next one."""
    found = []
    live = [each for each in definitions.open_rollouts(call.connection) if each.mode == "live"]
    versions = definitions.versions_of(call.connection, [each.version_id for each in live])
    for each in live:
        version = versions[each.version_id]
        theirs = read_text(version.text, version.lists).definition.lists.get(name)
        if theirs is not None:
            found.append(Use(each.name, each.version_id, tuple(theirs) == tuple(entries)))
    return found
