"""What happened to a lead, in one line of time: events, moves, changes of score, what came of hand-offs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

_TIMELINE: Final = """
with member as (
    select id from handraise.lead where id = %(root)s or root_id = %(root)s
), entry as (
    (select e.occurred_at as at, 'event' as kind, e.id, jsonb_build_object(
        'event', e.event, 'kind', e.kind, 'properties', e.properties, 'traits', e.traits, 'bot', e.bot,
        'session_id', e.session_id, 'received_at', e.received_at, 'message_id', e.message_id) as detail
    from handraise.event e where e.lead_id in (select id from member)
        and (%(kinds)s::text[] is null or 'event' = any(%(kinds)s::text[]))
        and (%(named)s::text is null or e.event ~* %(named)s::text)
        and (e.occurred_at, 'event', e.id) < (%(at)s, %(kind)s, %(id)s)
    order by 1 desc, 2 desc, 3 desc limit %(limit)s)
    union all
    (select s.at, 'stage', s.id, jsonb_build_object(
        'from', s.from_stage, 'to', s.to_stage, 'cause_kind', s.cause_kind, 'cause', s.cause,
        'skipped', s.skipped, 'cycle', s.cycle)
    from handraise.stage_change s where s.lead_id in (select id from member)
        and (%(kinds)s::text[] is null or 'stage' = any(%(kinds)s::text[]))
        and (s.at, 'stage', s.id) < (%(at)s, %(kind)s, %(id)s)
    order by 1 desc, 2 desc, 3 desc limit %(limit)s)
    union all
    (select c.at, 'score', c.id, jsonb_build_object(
        'version_id', c.version_id, 'fit', c.fit, 'engagement', c.engagement, 'grade', c.grade,
        'is_mql', c.is_mql, 'disqualified', c.disqualified, 'cause_kind', c.cause_kind, 'cause', c.cause)
    from handraise.score_change c where c.lead_id in (select id from member)
        and (%(kinds)s::text[] is null or 'score' = any(%(kinds)s::text[]))
        and (c.at, 'score', c.id) < (%(at)s, %(kind)s, %(id)s)
    order by 1 desc, 2 desc, 3 desc limit %(limit)s)
    union all
    (select h.at, 'handoff', h.id, h.detail || jsonb_build_object(
        'handoff_id', h.handoff_id, 'kind', h.kind, 'by', h.by)
    from handraise.handoff_entry h join handraise.handoff o on o.id = h.handoff_id
    where o.lead_id in (select id from member)
        and (%(kinds)s::text[] is null or 'handoff' = any(%(kinds)s::text[]))
        and (h.at, 'handoff', h.id) < (%(at)s, %(kind)s, %(id)s)
    order by 1 desc, 2 desc, 3 desc limit %(limit)s)
)
select at, kind, id, detail from entry order by at desc, kind desc, id desc limit %(limit)s
"""
_TIME_OF_EVENT: Final = """
select e.occurred_at from handraise.event e join handraise.lead l on l.id = e.lead_id
where (l.id = %(root)s or l.root_id = %(root)s) and e.message_id = %(message)s limit 1
"""


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `kind` is event, stage, score or handoff, and says what `detail` holds."""

    at: datetime
    kind: str
    id: int
    detail: dict[str, Any]

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Where it stands in the line: hand it in as `after` to go on from here."""
        return self.at, self.kind, self.id


def timeline(
    connection: sa.Connection,
    root: int,
    after: tuple[datetime, str, int] | None = None,
    limit: int = 50,
    *,
    kinds: Collection[str] | None = None,
    named: str | None = None,
) -> list[Entry]:
    """What happened to a root and the leads merged into it, the latest first, back in time from `after`.

    Parameters
    ----------
    kinds
        Only these kinds of entries.
    named
        Of events, only those whose name has this regular expression in it, in any case.
    """
    at, kind, place = after or (None, "", 0)
    rows = connection.exec_driver_sql(
        _TIMELINE.replace("%(at)s", "coalesce(%(at)s::timestamptz, 'infinity')"),
        {
            "root": root, "at": at, "kind": kind, "id": place, "limit": limit,
            "kinds": None if kinds is None else list(kinds), "named": named,
        },
    )  # fmt: skip
    return [Entry(*row) for row in rows]


def time_of_event(connection: sa.Connection, root: int, message_id: str) -> datetime | None:
    """When the event of that message id happened to a root or a lead merged into it; None: not to them."""
    found: datetime | None = connection.exec_driver_sql(
        _TIME_OF_EVENT, {"root": root, "message": message_id}
    ).scalar()
    return found
