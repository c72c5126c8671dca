"""Leads as they are found, made and listed. What is merged away is seen through its root."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import LeadUnknown
from handraise.store import merges
from handraise.store.accounts import Account, account_detail
from handraise.store.aliases import Alias, aliases_of
from handraise.store.merges import MergeRow
from handraise.store.tables.definitions import rollout
from handraise.store.tables.handoffs import handoff
from handraise.store.tables.leads import account, lead
from handraise.store.tables.scores import lead_score

_MAKE: Final = """
insert into handraise.lead (created_at, is_known, import_id)
select %(now)s, is_known, %(import_id)s from unnest(%(known)s::boolean[]) as n(is_known)
returning id, is_known
"""
_SCORES: Final = """
select v.name, s.version_id, r.mode, s.as_of, s.fit, s.engagement, s.grade, s.is_mql, s.disqualified,
    s.became_mql_at, s.ceases_at, s.next_change_at, s.lines
from handraise.lead_score s
join handraise.definition_version v on v.id = s.version_id
join handraise.rollout r on r.version_id = s.version_id and r.until_at is null
where s.lead_id = %(lead)s
order by r.mode, v.name
"""


@dataclass(frozen=True)
class LeadFilter:
    """Which leads to list; what is None does not matter.

    Attributes
    ----------
    text
        Part of the name or the e-mail address, in any case.
    owner_id
        Has an open or accepted hand-off of the lead, or owns its account.
    min_score
        Least total of a live score, in hundredths.
    is_known
        Only people (True) or only browsers (False).
    ids
        Only these.
    """

    stage: str | None = None
    account_id: int | None = None
    text: str | None = None
    owner_id: int | None = None
    min_score: int | None = None
    is_known: bool | None = None
    ids: Sequence[int] | None = None


@dataclass(frozen=True)
class LeadRow:
    """A lead in a list, with the live score that is furthest; points are hundredths."""

    id: int
    name: str | None
    email: str | None
    account_id: int | None
    account: str | None
    stage: str
    stage_since: datetime | None
    is_known: bool
    created_at: datetime
    fit: int | None
    engagement: int | None
    grade: str | None
    is_mql: bool


@dataclass(frozen=True)
class LeadPage:
    """Some leads, the newest first; `after` asks for the next page, None when this is the last."""

    leads: tuple[LeadRow, ...]
    after: int | None


@dataclass(frozen=True)
class ScoreRow:
    """The score of a lead by one definition, as it is kept; points are hundredths."""

    definition: str
    version_id: int
    mode: str
    as_of: datetime
    fit: int
    engagement: int
    grade: str | None
    is_mql: bool
    disqualified: str | None
    became_mql_at: datetime | None
    ceases_at: datetime | None
    next_change_at: datetime | None
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class LeadDetail:
    """All that is kept in one place of a lead. `facts` is what holds, by full fact name."""

    id: int
    name: str | None
    email: str | None
    is_known: bool
    created_at: datetime
    facts: Mapping[str, Any]
    standing: Mapping[str, Any]
    account: Account | None
    aliases: tuple[Alias, ...]
    merges: tuple[MergeRow, ...]
    scores: tuple[ScoreRow, ...]


def make_leads(
    connection: sa.Connection, are_known: Sequence[bool], now: datetime, *, import_id: int | None = None
) -> list[int]:
    """New leads, one for each entry, in its order."""
    if not are_known:
        return []
    rows = connection.exec_driver_sql(
        _MAKE, {"known": list(are_known), "now": now, "import_id": import_id}
    ).all()
    made: dict[bool, list[int]] = {True: [], False: []}
    for lead_id, is_known in sorted(map(tuple, rows), reverse=True):
        made[is_known].append(lead_id)
    return [made[is_known].pop() for is_known in are_known]


def leads(
    connection: sa.Connection, wanted: LeadFilter | None = None, *, after: int | None = None, limit: int = 50
) -> LeadPage:
    """A page of leads, the newest first."""
    wanted = wanted or LeadFilter()
    best = (
        sa.select(lead_score.c.fit, lead_score.c.engagement, lead_score.c.grade, lead_score.c.is_mql)
        .join(rollout, rollout.c.version_id == lead_score.c.version_id)
        .where(lead_score.c.lead_id == lead.c.id, rollout.c.mode == "live", rollout.c.until_at.is_(None))
        .order_by(lead_score.c.is_mql.desc(), (lead_score.c.fit + lead_score.c.engagement).desc())
        .limit(1)
        .lateral("best")
    )
    statement = (
        sa.select(
            lead.c.id, lead.c.name, lead.c.email, lead.c.account_id,
            sa.func.coalesce(account.c.name, account.c.domain), lead.c.stage, lead.c.stage_since,
            lead.c.is_known, lead.c.created_at, best.c.fit, best.c.engagement, best.c.grade,
            sa.func.coalesce(best.c.is_mql, sa.false()),
        )
        .select_from(
            lead.outerjoin(account, account.c.id == lead.c.account_id).outerjoin(best, sa.true())
        )
        .where(lead.c.root_id.is_(None), *_conditions(wanted, best))
        .order_by(lead.c.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if after is not None:
        statement = statement.where(lead.c.id < after)
    rows = [LeadRow(*values) for values in map(tuple, connection.execute(statement).all())]
    return LeadPage(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _conditions(wanted: LeadFilter, best: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.stage is not None:
        found.append(lead.c.stage == wanted.stage)
    if wanted.account_id is not None:
        found.append(lead.c.account_id == wanted.account_id)
    if wanted.is_known is not None:
        found.append(lead.c.is_known == wanted.is_known)
    if wanted.ids is not None:
        found.append(lead.c.id == sa.func.any(sa.cast(list(wanted.ids), sa.ARRAY(sa.BigInteger))))
    if wanted.text:
        found.append(
            lead.c.email.icontains(wanted.text, autoescape=True)
            | lead.c.name.icontains(wanted.text, autoescape=True)
        )
    if wanted.min_score is not None:
        found.append(best.c.fit + best.c.engagement >= wanted.min_score)
    if wanted.owner_id is not None:
        has_handoff = sa.exists().where(
            handoff.c.lead_id == lead.c.id,
            handoff.c.owner_id == wanted.owner_id,
            handoff.c.state.in_(("open", "accepted")),
        )
        found.append(has_handoff | (account.c.owner_id == wanted.owner_id))
    return found


_OWN: Final = ("id", "name", "email", "is_known", "created_at", "facts", "account_id", "root_id", "import_id")


def lead_detail(connection: sa.Connection, lead_id: int) -> LeadDetail:
    """All that is kept of a lead, of its root when it was merged.

    Raises
    ------
    LeadUnknown
        When there is no such lead.
    """
    root = merges.roots_of(connection, [lead_id]).get(lead_id)
    if root is None:
        raise LeadUnknown(f"There is no lead {lead_id}.")
    row = connection.execute(sa.select(lead).where(lead.c.id == root)).one()._mapping
    scores = connection.exec_driver_sql(_SCORES, {"lead": root})
    return LeadDetail(
        id=root,
        name=row["name"],
        email=row["email"],
        is_known=row["is_known"],
        created_at=row["created_at"],
        facts=row["facts"],
        standing={name: value for name, value in row.items() if name not in _OWN},
        account=None if row["account_id"] is None else account_detail(connection, row["account_id"]),
        aliases=aliases_of(connection, [root])[root],
        merges=tuple(merges.merges_of(connection, root)),
        scores=tuple(ScoreRow(*one) for one in scores),
    )
