"""The audit log: entries are only added, each chained to the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.core import audit
from handraise.core.audit import BEGINNING, AuditEntry, AuditHead, Broken, ChainedEntry
from handraise.store.tables.access import audit_entry, audit_head


@dataclass(frozen=True)
class Verified:
    """What checking the chain found: where it ends, and every row that is not as it was written."""

    head: AuditHead
    broken: tuple[Broken, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.broken


def append(
    connection: sa.Connection,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    now: datetime,
) -> AuditEntry:
    """Write down who did what to what, as part of the transaction that does it.

    Other transactions that write entries wait until this one has ended, since each entry holds the hash of
    the one before: append last, just before the transaction ends.

    Parameters
    ----------
    actor, subject
        A kind and an id (`member:7`, `definition:3`), never a name or an address: entries stay for ever.
    """
    row = connection.execute(sa.select(audit_head).where(audit_head.c.id == 1).with_for_update()).one()
    made = audit.chained(_head(row.seq, row.hash), now, actor, action, subject, detail)
    connection.execute(
        sa.insert(audit_entry).values(
            seq=made.entry.seq,
            at=now,
            actor=actor,
            action=action,
            subject=subject,
            detail=_plain(detail),
            previous_hash=made.previous_hash,
            hash=made.hash,
        )
    )
    connection.execute(
        sa.update(audit_head).where(audit_head.c.id == 1).values(seq=made.head.seq, hash=made.head.hash)
    )
    return made.entry


def verify(connection: sa.Connection) -> Verified:
    """Read the whole chain once, as it stands at one moment, a thousand rows at a time."""
    rows = connection.execution_options(yield_per=1000).execute(
        # One statement sees one moment, the head included. Only entries without a head would be missed, and
        # then the database is broken altogether.
        sa.select(audit_entry, audit_head.c.seq.label("head_seq"), audit_head.c.hash.label("head_hash"))
        .select_from(audit_head.outerjoin(audit_entry, sa.true()))
        .order_by(audit_entry.c.seq)
    )
    first = next(rows, None)
    connection.execution_options(yield_per=None)
    if first is None:
        return Verified(BEGINNING, (Broken(1, "missing", "the end of the chain is not kept any more"),))
    head = _head(first.head_seq, first.head_hash)

    def chain() -> Iterator[ChainedEntry]:
        if first.seq is not None:
            yield _chained(first)
        yield from map(_chained, rows)

    return Verified(head, tuple(audit.verify(chain(), head)))


def entries(
    connection: sa.Connection,
    *,
    before: int | None = None,
    limit: int = 50,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
) -> list[AuditEntry]:
    """Entries, the latest first, back from the one before `before`."""
    statement = sa.select(audit_entry).order_by(audit_entry.c.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(audit_entry.c.seq < before)
    for column, wanted in (("actor", actor), ("action", action), ("subject", subject)):
        if wanted is not None:
            statement = statement.where(audit_entry.c[column] == wanted)
    return [_chained(row).entry for row in connection.execute(statement)]


def _head(seq: int, digest: bytes) -> AuditHead:
    return AuditHead(seq, bytes(digest)) if seq else BEGINNING


def _chained(row: Any) -> ChainedEntry:
    entry = AuditEntry(row.seq, row.at, row.actor, row.action, row.subject, row.detail)
    return ChainedEntry(entry, bytes(row.previous_hash), bytes(row.hash))


def _plain(value: Any) -> Any:
    """The value in the types that JSON writes."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
