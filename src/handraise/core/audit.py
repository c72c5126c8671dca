"""The audit chain: every entry carries the hash of the one before, so that no row can be quietly changed.

What the chain shows depends on what is kept apart from it. The rows alone show a changed row and a row taken
out of the middle. The head (the last entry's number and hash), kept elsewhere, shows a tail cut off or a new
one. With a key, which whoever can write to the database does not have, nobody else can write a chain that
holds. Rows, head and key in one hand: then only a copy of an earlier head tells.

An entry cannot be erased without breaking the chain: it names people by their ids, never by name or address.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from handraise.core.errors import InputInvalid

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 2**53 - 1  # beyond it, readers of JSON in other languages round

Kind = Literal["changed", "replaced", "missing", "out_of_order", "added"]


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what, when.

    Parameters
    ----------
    seq
        Counts from 1 without gaps.
    detail
        Text, whole numbers, booleans, null, lists and mappings by text. No fractions: they do not come back
        from every database as they went.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class AuditHead:
    """The end of a chain: the number and hash of its last entry."""

    seq: int
    hash: bytes


BEGINNING: Final = AuditHead(0, bytes(32))


@dataclass(frozen=True)
class ChainedEntry:
    """An entry in its place in the chain."""

    entry: AuditEntry
    previous_hash: bytes
    hash: bytes

    @property
    def head(self) -> AuditHead:
        """The head of the chain that ends here."""
        return AuditHead(self.entry.seq, self.hash)


@dataclass(frozen=True)
class Broken:
    """A row that is not as it was written, by its number, and what is wrong, in words."""

    seq: int
    kind: Kind
    words: str

    def __str__(self) -> str:
        return f"{self.seq}: {self.words}"


def canonical(entry: AuditEntry) -> bytes:
    """The entry as the only bytes it can have: JSON in UTF-8, keys sorted, the time in whole microseconds.

    Raises
    ------
    InputInvalid
        When the detail holds what has no one form (fractions, numbers beyond 2⁵³ − 1, keys that are no text,
        halves of a character), or the time has no zone.

    Examples
    --------
    >>> canonical(AuditEntry(1, datetime(2026, 3, 2, tzinfo=UTC), "m:7", "login", "m:7", {"b": 1, "a": []}))
    b'{"action":"login","actor":"m:7","at":1772409600000000,"detail":{"a":[],"b":1},"seq":1,"subject":"m:7"}'
    """
    if entry.at.tzinfo is None:
        raise InputInvalid("an audit entry needs a time with its zone")
    _refuse_ambiguous(entry.detail, "detail")
    content = {
        "seq": entry.seq,
        "at": (entry.at - _EPOCH) // timedelta(microseconds=1),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=dict)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InputInvalid("an audit entry holds half a character (a lone surrogate): leave it out") from None


def entry_hash(previous_hash: bytes, entry: AuditEntry, key: bytes | None = None) -> bytes:
    """SHA-256 of the hash before (32 bytes) and the entry; with a key, its HMAC.

    Examples
    --------
    >>> entry = AuditEntry(1, datetime(2026, 3, 2, tzinfo=UTC), "member:7", "login", "member:7")
    >>> entry_hash(BEGINNING.hash, entry).hex()[:16]
    '01b53b1ac705f3e8'
    """
    content = previous_hash + canonical(entry)
    return hmac.digest(key, content, "sha256") if key else hashlib.sha256(content).digest()


def chained(
    head: AuditHead,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] = MappingProxyType({}),
    key: bytes | None = None,
) -> ChainedEntry:
    """The next entry of the chain that ends at `head`; the chain then ends at its `.head`.

    Examples
    --------
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> first = chained(BEGINNING, now, "member:7", "definition.publish", "definition:3", {"mode": "shadow"})
    >>> second = chained(first.head, now, "member:7", "definition.publish", "definition:3", {"mode": "live"})
    >>> verify([first, second], second.head)
    []
    >>> [str(broken) for broken in verify([first], second.head)]
    ['2: missing at the end of the chain']
    """
    entry = AuditEntry(head.seq + 1, at, actor, action, subject, detail)
    return ChainedEntry(entry, head.hash, entry_hash(head.hash, entry, key))


def verify(
    chain: Iterable[ChainedEntry],
    head: AuditHead | None,
    key: bytes | None = None,
    after: AuditHead = BEGINNING,
) -> list[Broken]:
    """Every row that is not as it was written, in the order of the chain; an empty list: all are.

    Parameters
    ----------
    chain
        The rows by their numbers, beginning after `after`; read once, one at a time.
    head
        Where the chain ends, as kept apart from the rows; None when none is kept, which is wrong as soon as
        there is a row.
    key
        The key it was written with.
    after
        Where an earlier check ended, to go on from there.
    """
    broken: list[Broken] = []
    last, last_holds = after, True
    for row in chain:
        broken += _gap(last, row.entry.seq)
        fault = _fault(row, last, head, key)
        if fault is not None:
            broken.append(fault)
        elif last_holds and row.entry.seq == last.seq + 1 and row.previous_hash != last.hash:
            broken.append(_not_the_one_before(last, row, after))
        if row.entry.seq > last.seq:
            last, last_holds = row.head, fault is None
    return broken + _cut_off(last, head)


def _gap(last: AuditHead, seq: int) -> list[Broken]:
    """The rows between two that should follow each other: one finding, however many."""
    first, up_to = last.seq + 1, seq - 1
    if up_to < first:
        return []
    through = f", and all up to {up_to}" if up_to > first else ""
    return [Broken(first, "missing", f"missing from its place{through}")]


def _fault(row: ChainedEntry, last: AuditHead, head: AuditHead | None, key: bytes | None) -> Broken | None:
    """What is wrong with a row, whatever its neighbours."""
    seq = row.entry.seq
    if seq <= last.seq:
        return Broken(seq, "out_of_order", f"comes after row {last.seq}")
    if not _is_as_hashed(row, key):
        return Broken(seq, "changed", "is not what was written: its content and its hash disagree")
    if head is not None and seq > head.seq:
        return Broken(seq, "added", f"stands behind the end of the chain, which is row {head.seq}")
    if head is not None and seq == head.seq and row.hash != head.hash:
        return Broken(seq, "replaced", "is not the row at which the chain ended")
    return None


def _is_as_hashed(row: ChainedEntry, key: bytes | None) -> bool:
    try:
        return hmac.compare_digest(entry_hash(row.previous_hash, row.entry, key), row.hash)
    except InputInvalid:
        return False


def _not_the_one_before(last: AuditHead, row: ChainedEntry, after: AuditHead) -> Broken:
    """Two rows that are whole and do not belong together: the earlier one is another than it was."""
    if last == after:
        return Broken(row.entry.seq, "replaced", f"does not follow on what ended with row {after.seq}")
    return Broken(last.seq, "replaced", f"is not the row that row {row.entry.seq} was written after")


def _cut_off(last: AuditHead, head: AuditHead | None) -> list[Broken]:
    if head is None:
        where = "no end of the chain is kept: rows from here on may have been cut off"
        return [Broken(last.seq + 1, "missing", where)] if last.seq else []
    if last.seq >= head.seq:
        return []
    through = f", and all up to {head.seq}" if head.seq > last.seq + 1 else ""
    return [Broken(last.seq + 1, "missing", f"missing at the end of the chain{through}")]


def _refuse_ambiguous(value: object, where: str) -> None:
    """Pass what has one form in JSON and comes back from a database as it went."""
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > _MOST:
            raise InputInvalid(f"{where} of an audit entry is beyond {_MOST}: write it as text")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise InputInvalid(f"{where} of an audit entry has the key {name!r}: keys are text")
            _refuse_ambiguous(inner, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _refuse_ambiguous(inner, f"{where}[{index}]")
    else:
        raise InputInvalid(f"{where} of an audit entry is {value!r}: write it as text or in whole numbers")
