"""Taking in files of leads, accounts and events: what each row says, what it came to, and taking it back.

Rows become the calls that a server would send, so what holds for those (limits, addresses, clocks, who is
whom) holds for rows. What a file says of people counts as the word of `import`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.connect.inbound.formats import parse
from handraise.core.message import Message
from handraise.files.tables import Row, Wrong, header_of, rows_of, wrong_rows
from handraise.store import accounts, facts, imports
from handraise.store.facts import Said
from handraise.store.imports import Undone
from handraise.store.sources import Source

Kind = Literal["leads", "accounts", "events"]
KINDS: Final[tuple[Kind, ...]] = ("leads", "accounts", "events")
_IDS: Final = {"email": "email", "user_id": "userId", "lead_id": "userId", "anonymous_id": "anonymousId"}
_TIMES: Final = ("occurred_at", "timestamp", "time")
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
# Digits that are no quantity: a leading zero or plus is lost on a number.
_TEXTS: Final = re.compile(r"(^|[._ ])(id|phone|mobile|zip|postcode|postal_?code|name)$|_id$", re.IGNORECASE)
_TRUTHS: Final = {"true": True, "false": False}

Resolve = Callable[[sa.Connection, Sequence[Message], datetime], list[int]]
Receive = Callable[[sa.Connection, Source, Sequence[Message], datetime, int], Sequence[Any]]


@dataclass(frozen=True)
class Plan:
    """What a file says: messages of leads or events, facts of accounts by domain; and rows left out."""

    kind: Kind
    rows: int
    messages: tuple[Message, ...] = ()
    accounts: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What an import came to: its number, and counts by what was counted."""

    id: int
    counts: Mapping[str, int]


def plan(kind: Kind, rows: Sequence[Row], now: datetime) -> Plan:
    """What the rows say. Nothing is written.

    Leads need one of `email`, `user_id` (or `lead_id`), `anonymous_id`. Events need that, `event` and
    `occurred_at`; a time without a zone is UTC. Accounts need `domain`. All else is facts and properties.
    """
    if kind == "accounts":
        return _of_accounts(rows)
    typed = _typed(rows)
    make = _lead_call if kind == "leads" else _event_call
    calls: list[tuple[Row, dict[str, Any]]] = []
    wrong: list[Wrong] = []
    seen: Counter[str] = Counter()
    for row, values in zip(rows, typed, strict=True):
        call = make(row.cells, values)
        if isinstance(call, str):
            wrong.append(Wrong(row.line, call, row.cells))
            continue
        call.setdefault("messageId", _message_id(row, seen))
        calls.append((row, call))
    messages: list[Message] = []
    for row, call in calls:
        body = json.dumps({"batch": [call]}).encode()
        parsed = parse("segment", body, received_at=now, path="/v1/batch", headers={})
        messages += parsed.messages
        wrong += [Wrong(row.line, refused.message, row.cells) for refused in parsed.refused]
    return Plan(kind, len(rows), tuple(messages), wrong=tuple(sorted(wrong, key=lambda one: one.line)))


def commit(
    connection: sa.Connection,
    planned: Plan,
    *,
    file_name: str,
    mapping: Mapping[str, str],
    by: str,
    now: datetime,
    resolve: Resolve,
    receive: Receive,
) -> Imported:
    """Take in what the file says, in the transaction of `connection`; rolled back, it was a rehearsal.

    Parameters
    ----------
    now
        No other import may have it: what was said then counts as this one's.
    resolve
        Finds or makes the leads of messages and writes down what they say, as the word of `import`.
    receive
        Stores messages of a source as events of an import; gives an outcome with a `status` for each.
    """
    number = imports.add_import(
        connection, kind=planned.kind, file_name=file_name, mapping=mapping, by=by, now=now
    )
    counts = {"rows": planned.rows, "wrong": len(planned.wrong)}
    if planned.kind == "accounts":
        counts["accounts"] = _tell_of_accounts(connection, planned, number, now)
    elif planned.kind == "leads":
        leads = resolve(connection, planned.messages, now) if planned.messages else []
        imports.mark_leads(connection, number, leads, now)
        counts["leads"] = len(set(leads))
    elif planned.messages:
        source = imports.source_of_imports(connection, now)
        outcomes = receive(connection, source, planned.messages, now, number)
        counts |= Counter(outcome.status for outcome in outcomes)
    counts |= {name: count for name, count in imports.brought(connection, number).items() if count}
    imports.keep_counts(connection, number, counts)
    return Imported(number, counts)


def undo(connection: sa.Connection, import_id: int, by: str, now: datetime) -> Undone:
    """Take an import back; see `handraise.store.imports.undo` for what stays."""
    return imports.undo(connection, import_id, by, now)


def _typed(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Cells as values: a column of numbers alone is of numbers, one of true and false alone of truths."""
    numbers, truths, names = set[str](), set[str](), {name for row in rows for name in row.cells}
    for name in names:
        cells = [row.cells[name] for row in rows if name in row.cells]
        if not _TEXTS.search(name) and all(_NUMBER.fullmatch(cell) for cell in cells):
            numbers.add(name)
        elif all(cell.casefold() in _TRUTHS for cell in cells):
            truths.add(name)

    def value(name: str, cell: str) -> Any:
        if name in numbers:
            return float(cell) if "." in cell else int(cell)
        return _TRUTHS[cell.casefold()] if name in truths else cell

    return ({name: value(name, cell) for name, cell in row.cells.items()} for row in rows)


def _lead_call(cells: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any] | str:
    """An identify call, or what is wrong."""
    ids = _ids(cells)
    if not ids:
        return "says nobody: it needs email, user_id or anonymous_id"
    traits: dict[str, Any] = {"company": {}}
    for name, value in values.items():
        owner, _, own = name.rpartition(".")
        if name == "email" or name not in _IDS:
            (traits["company"] if owner == "account" else traits)[own if owner in _OWNERS else name] = value
    if not traits["company"]:
        del traits["company"]
    named = {theirs: value for theirs, value in ids.items() if theirs != "email"}
    return {"type": "identify", "traits": traits, **named}


_OWNERS: Final = ("lead", "account")


def _event_call(cells: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any] | str:
    """A track call, or what is wrong."""
    ids = _ids(cells)
    if not ids:
        return "says nobody: it needs email, user_id or anonymous_id"
    if not cells.get("event"):
        return "has no event"
    column = next((name for name in _TIMES if name in cells), None)
    if column is None:
        return "has no occurred_at"
    at = _moment(cells[column])
    if at is None:
        return f"`{cells[column][:50]}` is no time; write for example 2026-10-01T09:30:00Z"
    own = {*_IDS, "event", "message_id", column}
    properties = {name: value for name, value in values.items() if name not in own}
    call: dict[str, Any] = {
        "type": "track",
        "event": cells["event"],
        "timestamp": at.isoformat(),
        "properties": properties,
    }
    if "email" in ids:
        call["context"] = {"traits": {"email": ids["email"]}}
    if "message_id" in cells:
        call["messageId"] = cells["message_id"]
    return {**call, **{theirs: value for theirs, value in ids.items() if theirs != "email"}}


def _ids(cells: Mapping[str, str]) -> dict[str, str]:
    return {theirs: cells[ours] for ours, theirs in _IDS.items() if ours in cells}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _message_id(row: Row, seen: Counter[str]) -> str:
    """The same for the same row of another try; rows that are alike within a file are told apart."""
    told = sha256(json.dumps(dict(row.cells), sort_keys=True).encode()).hexdigest()[:40]
    seen[told] += 1
    return f"import-{told}-{seen[told]}"


def _of_accounts(rows: Sequence[Row]) -> Plan:
    found: list[tuple[str, Mapping[str, Any]]] = []
    wrong: list[Wrong] = []
    for row, values in zip(rows, _typed(rows), strict=True):
        said = {name.removeprefix("account."): value for name, value in values.items()}
        domain = accounts.domain_for(website=said.pop("domain", None) or said.pop("website", None))
        if domain is None:
            wrong.append(Wrong(row.line, "says no company: it needs its own domain", row.cells))
        else:
            found.append(
                (domain, {f"account.{name.replace('.', '_')}": value for name, value in said.items()})
            )
    return Plan("accounts", len(rows), accounts=tuple(found), wrong=tuple(wrong))


def _tell_of_accounts(connection: sa.Connection, planned: Plan, number: int, now: datetime) -> int:
    ids = accounts.with_domains(connection, (domain for domain, _ in planned.accounts), now)
    said = [
        Said(ids[domain], fact, value, "import", now, now, import_id=number)
        for domain, told in planned.accounts
        for fact, value in told.items()
    ]
    if said:
        facts.learn_of_accounts(connection, said, now)
    return len(ids)


__all__ = [
    "KINDS",
    "Imported",
    "Kind",
    "Plan",
    "Row",
    "Undone",
    "Wrong",
    "commit",
    "header_of",
    "plan",
    "rows_of",
    "undo",
    "wrong_rows",
]
