"""Files that were imported: what each brought, and taking it out again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying
from handraise.store import facts, merges
from handraise.store.events import message_key
from handraise.store.sources import Source, create_source, revoke, sources
from handraise.store.tables.events import import_batch

ADAPTER: Final = "import"
"""The adapter of the source that imported events belong to: no key of it was ever given out."""

OF_LEADS: Final = ("leads", "accounts", "events")
"""The kinds of imports that bring leads and what is said of them."""

_MARK_LEADS: Final = """
update handraise.lead set import_id = %(import)s
where id = any(%(leads)s::bigint[]) and created_at = %(now)s and import_id is null
"""
_MARK_FACTS: Final = """
update handraise.{subject}_fact set import_id = %(import)s
where {subject}_id = any(%(ids)s::bigint[]) and source = 'import' and known_at = %(now)s and import_id is null
"""
_BROUGHT: Final = """
select
    (select count(*) from handraise.lead where import_id = %(import)s),
    (select count(*) from handraise.lead_fact where import_id = %(import)s)
        + (select count(*) from handraise.account_fact where import_id = %(import)s),
    (select count(*) from handraise.event where import_id = %(import)s)
"""
_EVENTS_OUT: Final = """
delete from handraise.event where import_id = %(import)s returning lead_id, source_id, message_id
"""
_FACTS_OUT: Final = "delete from handraise.{subject}_fact where import_id = %(import)s returning {subject}_id"
# What an import made and nobody has touched since: nothing was said, done, decided or joined by others.
_UNTOUCHED: Final = """
select l.id from handraise.lead l
where l.import_id = %(import)s and l.root_id is null
    and not exists (select from handraise.lead_fact f where f.lead_id = l.id)
    and not exists (select from handraise.event e where e.lead_id = l.id)
    and not exists (select from handraise.lead_merge m where l.id in (m.child_id, m.parent_id))
    and not exists (select from handraise.stage_change s where s.lead_id = l.id
        and (s.cause_kind <> 'rule' or s.to_stage not in ('subscriber', 'lead')))
    and not exists (select from handraise.handoff h where h.lead_id = l.id)
    and not exists (select from handraise.framework_answer a where a.lead_id = l.id)
    and not exists (select from handraise.deal d where d.lead_id = l.id)
for update of l
"""
_LEADS_OUT: Final = (
    "delete from handraise.merge_suggestion where lead_id = any(%(ids)s) or other_id = any(%(ids)s)",
    "delete from handraise.lead_alias where lead_id = any(%(ids)s)",
    "delete from handraise.dirty_lead where lead_id = any(%(ids)s)",
    "delete from handraise.lead_score where lead_id = any(%(ids)s)",
    "delete from handraise.stage_change where lead_id = any(%(ids)s)",
    "delete from handraise.score_change where lead_id = any(%(ids)s)",
    "delete from handraise.lead where id = any(%(ids)s)",
)


class ImportUnknown(HandraiseError):
    """No import has that number."""


class ImportUndone(HandraiseError):
    """The import was taken back already."""


@dataclass(frozen=True)
class ImportRow:
    """An import as it is kept; `counts` is what it came to when it was made."""

    id: int
    kind: str
    file_name: str
    mapping: Mapping[str, str]
    counts: Mapping[str, int]
    imported_by: str
    imported_at: datetime
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True)
class Undone:
    """What taking an import back came to. Leads that others had touched stay, without what it had said."""

    events: int
    facts: int
    leads: int
    leads_kept: int


def add_import(
    connection: sa.Connection,
    *,
    kind: str,
    file_name: str,
    mapping: Mapping[str, str],
    by: str,
    now: datetime,
) -> int:
    """Begin an import; gives its number."""
    made = connection.execute(
        sa.insert(import_batch)
        .values(kind=kind, file_name=file_name, mapping=dict(mapping), imported_by=by, imported_at=now)
        .returning(import_batch.c.id)
    )
    return int(made.scalar_one())


def keep_counts(connection: sa.Connection, import_id: int, counts: Mapping[str, int]) -> None:
    """Keep what the import came to."""
    connection.execute(
        sa.update(import_batch).where(import_batch.c.id == import_id).values(counts=dict(counts))
    )


def imports(
    connection: sa.Connection, *, kinds: Sequence[str] = OF_LEADS, limit: int = 100
) -> list[ImportRow]:
    """The imports of these kinds, the newest first."""
    wanted = sa.select(import_batch).where(import_batch.c.kind.in_(kinds))
    rows = connection.execute(wanted.order_by(import_batch.c.id.desc()).limit(limit))
    return [ImportRow(**row._mapping) for row in rows]


def source_of_imports(connection: sa.Connection, now: datetime) -> Source:
    """The source that imported events belong to, made the first time."""
    connection.exec_driver_sql("select pg_advisory_xact_lock(4857267)")
    for one in sources(connection):
        if one.adapter == ADAPTER:
            return one
    made, _ = create_source(connection, name="Imports", kind="server", adapter=ADAPTER, now=now)
    revoke(connection, made.id, now)  # nobody sends with it
    return made


def mark_leads(connection: sa.Connection, import_id: int, leads: Iterable[int], now: datetime) -> None:
    """Write down that what was said of these leads at `now` came by the import; they are scored again."""
    ids = sorted(set(leads))
    connection.exec_driver_sql(_MARK_LEADS, {"import": import_id, "leads": ids, "now": now})
    connection.exec_driver_sql(
        _MARK_FACTS.format(subject="lead"), {"import": import_id, "ids": ids, "now": now}
    )
    roots = set(merges.roots_of(connection, ids).values())
    merges.mark_dirty(connection, roots, "import", {"import": import_id}, now)


def brought(connection: sa.Connection, import_id: int) -> dict[str, int]:
    """What came by the import: new leads, facts, events."""
    leads, told, events = connection.exec_driver_sql(_BROUGHT, {"import": import_id}).one()
    return {"new_leads": leads, "facts": told, "events": events}


def mark_undone(
    connection: sa.Connection, import_id: int, by: str, now: datetime, *, kinds: Sequence[str]
) -> None:
    """Write down that an import of one of these kinds is taken back, before it is.

    Raises
    ------
    ImportUnknown, ImportUndone
        When there is nothing to take out.
    """
    row = connection.execute(
        sa.select(import_batch).where(import_batch.c.id == import_id).with_for_update()
    ).one_or_none()
    if row is None or row.kind not in kinds:
        raise ImportUnknown(
            Saying(
                "There is no import {number} of {kinds}. `handraise {group} imports` lists them.",
                number=import_id,
                kinds=", ".join(kinds),
                group=kinds[0],
            )
        )
    if row.undone_at is not None:
        raise ImportUndone(
            Saying(
                "Import {number} was taken back already, at {moment} UTC.",
                number=import_id,
                moment=f"{row.undone_at:%Y-%m-%d %H:%M}",
            )
        )
    connection.execute(
        sa.update(import_batch).where(import_batch.c.id == import_id).values(undone_at=now, undone_by=by)
    )


def undo(connection: sa.Connection, import_id: int, by: str, now: datetime) -> Undone:
    """Take out what an import brought: its events, its facts, and the leads it made that nobody touched.

    Stages that leads reached and hand-offs that were opened stay: people have acted on them. Its events can
    be imported again. Accounts it made stay, empty.

    Raises
    ------
    ImportUnknown, ImportUndone
        When there is nothing to take out, or it is an import of something else.
    """
    mark_undone(connection, import_id, by, now, kinds=OF_LEADS)
    parameters = {"import": import_id}
    events = connection.exec_driver_sql(_EVENTS_OUT, parameters).all()
    _forget_messages(connection, events)
    told = connection.exec_driver_sql(_FACTS_OUT.format(subject="lead"), parameters).scalars().all()
    of_accounts = connection.exec_driver_sql(_FACTS_OUT.format(subject="account"), parameters).scalars().all()
    gone = connection.exec_driver_sql(_UNTOUCHED, parameters).scalars().all()
    for statement in _LEADS_OUT:
        connection.exec_driver_sql(statement, {"ids": list(gone)})
    touched = {*told, *(lead for lead, _, _ in events)} - set(gone)
    roots = set(merges.locked_roots(connection, touched).values()) if touched else set()
    facts.refresh(connection, roots)
    merges.mark_dirty(connection, roots, "import", {"import": import_id, "undone": True}, now)
    _say_anew(connection, set(of_accounts), now)
    return Undone(len(events), len(told) + len(of_accounts), len(gone), len(roots))


def _forget_messages(connection: sa.Connection, events: Sequence[Any]) -> None:
    """Let the same events be taken again."""
    keys = [message_key(source, message) for _, source, message in events]
    connection.exec_driver_sql(
        "delete from handraise.event_message where key = any(%(keys)s::uuid[])", {"keys": keys}
    )


def _say_anew(connection: sa.Connection, accounts: set[int], now: datetime) -> None:
    """Find anew what holds of accounts, and have their people scored again."""
    if not accounts:
        return
    facts.refresh_accounts(connection, accounts)
    people = connection.exec_driver_sql(
        "select id from handraise.lead where account_id = any(%(ids)s) and root_id is null",
        {"ids": sorted(accounts)},
    ).scalars()
    merges.mark_dirty(connection, set(people), "import", {"undone": True}, now)
