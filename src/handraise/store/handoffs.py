"""Hand-offs and what happened to them. Entries are only added.

A hand-off stays with the lead that it was opened for: merged, it shows at the root; unmerged, it goes with
its lead again, owner, clock and all.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.brief import Conversation
from handraise.core.errors import HandraiseError
from handraise.core.routing import Assignment
from handraise.core.sla import Entry, entry_as_json
from handraise.store.stages import Standing, standing
from handraise.store.tables.handoffs import handoff, handoff_entry
from handraise.store.tables.leads import lead

LIVE: Final = ("open", "accepted")
_EVER: Final = "-infinity"
_CONVERSATIONS: Final = """
select coalesce(h.closed_at, h.answered_at, h.opened_at), m.name, coalesce(h.outcome, h.state),
    concat_ws(': ', h.reason, h.note)
from handraise.handoff h
join handraise.lead l on l.id = h.lead_id
left join handraise.member m on m.id = h.owner_id
where (l.id = %(root)s or l.root_id = %(root)s) and h.id <> %(but)s
    and (h.answered_at is not null or h.first_contact_at is not null)
order by h.id
"""
_LAST_OWNER: Final = """
select h.owner_id from handraise.handoff h join handraise.lead l on l.id = h.lead_id
where (l.id = %(root)s or l.root_id = %(root)s) and h.id <> %(but)s
    and h.owner_id is not null and (h.first_contact_at is not null or h.state in ('accepted', 'done'))
order by h.id desc limit 1
"""
_ENTER: Final = """
insert into handraise.handoff_entry (handoff_id, at, kind, by, detail)
select %(handoff)s, %(at)s, e.kind, %(by)s, e.detail
from unnest(%(kinds)s::text[], %(details)s::jsonb[]) with ordinality as e(kind, detail, place) order by place
"""
_OWNERS: Final = """
select distinct (detail->>'owner')::bigint from handraise.handoff_entry
where handoff_id = %(id)s and kind = 'assigned' and detail->>'owner' is not null
"""
_TIME_LEFT: Final = """
select h.id, h.lead_id, coalesce(l.root_id, l.id), r.name, r.email, a.name, h.definition, h.lead_type,
    h.temperature, h.state, h.owner_id, m.name, h.team_id, t.name, h.opened_at, h.snoozed_until,
    c.due_at, c.breached_at, h.first_contact_at, h.outcome, h.cycle
from handraise.handoff h
join handraise.lead l on l.id = h.lead_id
join handraise.lead r on r.id = coalesce(l.root_id, l.id)
left join handraise.account a on a.id = r.account_id
left join handraise.member m on m.id = h.owner_id
left join handraise.team t on t.id = h.team_id
left join lateral (
    select due_at, breached_at from handraise.sla_clock
    where handoff_id = h.id and stopped_at is null order by id desc limit 1
) as c on true
where h.state = any(%(states)s::text[])
    and (%(owner)s::bigint is null or h.owner_id = %(owner)s::bigint)
    and (not %(unowned)s or h.owner_id is null)
    and (%(teams)s::bigint[] is null or h.team_id = any(%(teams)s::bigint[]))
    and (%(lead)s::bigint is null or l.id = %(lead)s::bigint or l.root_id = %(lead)s::bigint)
    and (coalesce(c.due_at, 'infinity'), h.id)
        > (%(due)s::text::timestamptz, %(after)s)
order by coalesce(c.due_at, 'infinity'), h.id limit %(limit)s
"""

_WHY_NOW: Final = """
select h.id,
    coalesce(said->>0, brief#>>'{why_now,0,words}'),
    coalesce(said->>1, brief#>>'{why_now,1,words}'),
    coalesce(said->>2, brief#>>'{why_now,2,words}'),
    coalesce(jsonb_array_length(brief->'why_now'), 0)
from handraise.handoff h,
    lateral (select brief#>array['translations', %(language)s, 'why_now'] as said) as translated
where id = any(%(ids)s::bigint[])
"""


class HandoffUnknown(HandraiseError):
    """There is no such hand-off."""

    def __init__(self, handoff_id: int) -> None:
        super().__init__(f"There is no hand-off {handoff_id}.")


@dataclass(frozen=True)
class HandoffRow:
    """A hand-off as it is kept."""

    id: int
    lead_id: int
    definition: str
    version_id: int
    cycle: int
    lead_type: str
    temperature: str | None
    state: str
    owner_id: int | None
    team_id: int | None
    why_owner: list[dict[str, Any]]
    brief: dict[str, Any]
    opened_at: datetime
    answered_at: datetime | None
    answered_by: int | None
    reason: str | None
    note: str | None
    first_contact_at: datetime | None
    snoozed_until: datetime | None
    outcome: str | None
    closed_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether somebody still has it."""
        return self.state in LIVE


@dataclass(frozen=True)
class EntryRow:
    """Something that happened to a hand-off."""

    id: int
    at: datetime
    kind: str
    by: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class QueueRow:
    """A hand-off in a list. `due_at` is when the first contact is due; None: no clock runs."""

    id: int
    lead_id: int
    root_id: int
    lead: str | None
    email: str | None
    account: str | None
    definition: str
    lead_type: str
    temperature: str | None
    state: str
    owner_id: int | None
    owner: str | None
    team_id: int | None
    team: str | None
    opened_at: datetime
    snoozed_until: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    first_contact_at: datetime | None
    outcome: str | None
    cycle: int

    @property
    def place(self) -> tuple[datetime | None, int]:
        """Where it stands in the list: hand it in as `after` to go on from here."""
        return self.due_at, self.id


def begin(
    connection: sa.Connection,
    lead_id: int,
    definition: str,
    version_id: int,
    cycle: int,
    lead_type: str,
    temperature: str,
    now: datetime,
) -> int | None:
    """A new hand-off that nobody has yet; None when the lead has the one of that definition and cycle."""
    made = connection.execute(
        insert(handoff)
        .values(
            lead_id=lead_id,
            definition=definition,
            version_id=version_id,
            cycle=cycle,
            lead_type=lead_type,
            temperature=temperature,
            state="open",
            opened_at=now,
        )
        .on_conflict_do_nothing()
        .returning(handoff.c.id)
    )
    return made.scalar()


def handoff_of(connection: sa.Connection, handoff_id: int) -> HandoffRow:
    """The hand-off of that id.

    Raises
    ------
    HandoffUnknown
        When there is none.
    """
    row = connection.execute(sa.select(handoff).where(handoff.c.id == handoff_id)).one_or_none()
    if row is None:
        raise HandoffUnknown(handoff_id)
    return HandoffRow(**row._mapping)


def locked(connection: sa.Connection, handoff_id: int) -> tuple[HandoffRow, Standing]:
    """A hand-off and where its lead stands, both locked until the transaction ends.

    The lead is locked first, as by whoever scores it: so nobody waits crosswise.

    Raises
    ------
    HandoffUnknown
        When there is none of that id.
    """
    stands = standing(connection, handoff_of(connection, handoff_id).lead_id)
    row = connection.execute(sa.select(handoff).where(handoff.c.id == handoff_id).with_for_update()).one()
    return HandoffRow(**row._mapping), stands


def change(connection: sa.Connection, handoff_id: int, **changes: Any) -> HandoffRow:
    """Change a hand-off; gives it as it is now."""
    row = connection.execute(
        handoff.update().where(handoff.c.id == handoff_id).values(**changes).returning(*handoff.c)
    ).one()
    return HandoffRow(**row._mapping)


def why_json(assignment: Assignment) -> list[dict[str, Any]]:
    """Everybody who was considered, as it is kept."""
    return [
        {"route": one.route, "person": one.person, "outcome": one.outcome, "words": one.words}
        for one in assignment.why
    ]


def enter(
    connection: sa.Connection,
    handoff_id: int,
    kind: str,
    by: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    *,
    clock: Entry | None = None,
) -> None:
    """Write down what happened to a hand-off, and with `clock` what that means to its clock."""
    enter_all(connection, handoff_id, by, at, [(kind, detail or {}, clock)])


def enter_all(
    connection: sa.Connection,
    handoff_id: int,
    by: str,
    at: datetime,
    happened: Sequence[tuple[str, Mapping[str, Any], Entry | None]],
) -> None:
    """Write down what happened to a hand-off at one time, in order: kind, detail and clock of each."""
    details = [
        json.dumps({**detail, **({} if clock is None else {"clock": entry_as_json(clock)})})
        for _, detail, clock in happened
    ]
    kinds = [kind for kind, _, _ in happened]
    values = {"handoff": handoff_id, "by": by, "at": at, "kinds": kinds, "details": details}
    connection.exec_driver_sql(_ENTER, values)


def entries(connection: sa.Connection, handoff_id: int) -> list[EntryRow]:
    """What happened to a hand-off, the oldest first."""
    columns = (handoff_entry.c[name] for name in ("id", "at", "kind", "by", "detail"))
    rows = connection.execute(
        sa.select(*columns)
        .where(handoff_entry.c.handoff_id == handoff_id)
        .order_by(handoff_entry.c.at, handoff_entry.c.id)
    )
    return [EntryRow(**row._mapping) for row in rows]


def opening(connection: sa.Connection, handoff_id: int) -> dict[str, Any]:
    """What was known when it was opened: which routes held, what the lead needs."""
    row = connection.execute(
        sa.select(handoff_entry.c.detail)
        .where(handoff_entry.c.handoff_id == handoff_id, handoff_entry.c.kind == "opened")
        .order_by(handoff_entry.c.id)
    ).first()
    return {} if row is None else dict(row.detail)


def owners_before(connection: sa.Connection, handoff_id: int) -> frozenset[int]:
    """Everybody who ever had this hand-off."""
    return frozenset(connection.exec_driver_sql(_OWNERS, {"id": handoff_id}).scalars())


def last_owner(connection: sa.Connection, root: int, but: int = 0) -> int | None:
    """Who last worked this lead, by its other hand-offs."""
    return connection.exec_driver_sql(_LAST_OWNER, {"root": root, "but": but}).scalar()


def live_of(connection: sa.Connection, root: int) -> list[HandoffRow]:
    """The hand-offs of a root, or of a lead merged into it, that somebody still has."""
    rows = connection.execute(
        sa.select(handoff)
        .join(lead, lead.c.id == handoff.c.lead_id)
        .where((lead.c.id == root) | (lead.c.root_id == root), handoff.c.state.in_(LIVE))
        .order_by(handoff.c.id)
    )
    return [HandoffRow(**row._mapping) for row in rows]


def latest_of(connection: sa.Connection, root: int) -> HandoffRow | None:
    """The latest hand-off of a root or of a lead merged into it."""
    row = connection.execute(
        sa.select(handoff)
        .join(lead, lead.c.id == handoff.c.lead_id)
        .where((lead.c.id == root) | (lead.c.root_id == root))
        .order_by(handoff.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else HandoffRow(**row._mapping)


def held_by(connection: sa.Connection, owner_id: int) -> list[HandoffRow]:
    """The live hand-offs of somebody."""
    rows = connection.execute(
        sa.select(handoff)
        .where(handoff.c.owner_id == owner_id, handoff.c.state.in_(LIVE))
        .order_by(handoff.c.id)
    )
    return [HandoffRow(**row._mapping) for row in rows]


def waiting(connection: sa.Connection, *, limit: int = 200) -> list[int]:
    """The open hand-offs that are nobody's, the longest waiting first."""
    found = connection.execute(
        sa.select(handoff.c.id)
        .where(handoff.c.owner_id.is_(None), handoff.c.state == "open")
        .order_by(handoff.c.opened_at, handoff.c.id)
        .limit(limit)
    )
    return list(found.scalars())


def conversations(connection: sa.Connection, root: int, but: int = 0) -> list[Conversation]:
    """What came of the lead's other hand-offs, the oldest first."""
    rows = connection.exec_driver_sql(_CONVERSATIONS, {"root": root, "but": but})
    return [Conversation(at, owner or "nobody", kind, said or "") for at, owner, kind, said in rows]


def queue(
    connection: sa.Connection,
    *,
    states: Collection[str] = LIVE,
    owner_id: int | None = None,
    team_ids: Collection[int] | None = None,
    is_unowned: bool = False,
    lead_id: int | None = None,
    after: tuple[datetime | None, int] | None = None,
    limit: int = 50,
) -> list[QueueRow]:
    """Hand-offs by the time that is left, those without a running clock last."""
    due, place = (_EVER, 0) if after is None else (after[0].isoformat() if after[0] else "infinity", after[1])
    rows = connection.exec_driver_sql(
        _TIME_LEFT,
        {
            "states": list(states),
            "owner": owner_id,
            "teams": None if team_ids is None else list(team_ids),
            "unowned": is_unowned,
            "lead": lead_id,
            "due": due,
            "after": place,
            "limit": limit,
        },
    )
    return [QueueRow(*row) for row in rows]


def why_now(
    connection: sa.Connection, handoff_ids: Collection[int], language: str = "en"
) -> dict[int, tuple[list[str], int]]:
    """What speaks for each of these hand-offs, by their briefs: the first words, and how many there are."""
    rows = connection.exec_driver_sql(_WHY_NOW, {"ids": list(handoff_ids), "language": language})
    return {row[0]: ([words for words in row[1:4] if words], row[4]) for row in rows}


def team_queues(connection: sa.Connection) -> dict[int | None, int]:
    """How many hand-offs wait in each team's queue with nobody who has them."""
    rows = connection.execute(
        sa.select(handoff.c.team_id, sa.func.count())
        .where(handoff.c.state == "open", handoff.c.owner_id.is_(None))
        .group_by(handoff.c.team_id)
    )
    return {row[0]: row[1] for row in rows}
