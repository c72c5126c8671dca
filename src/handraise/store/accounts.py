"""Accounts: the companies people are of, by e-mail domain, CRM id or group id; and who of them is here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.facts.email import (
    EmailKind,
    email_kind,
    email_registrable_domain,
    registrable_domain,
)
from handraise.facts.title import function_of, seniority_named, seniority_of
from handraise.store.merges import FAMILY
from handraise.store.tables.leads import account

# Kinds of domains that people of many companies share.
_SHARED: Final = (EmailKind.PERSONAL, EmailKind.DISPOSABLE)

# In the order of the key; who comes second waits, and finds what the first one made.
_MAKE: Final = """
insert into handraise.account (domain, created_at)
select domain, %(now)s from unnest(%(domains)s::text[]) as d(domain) order by domain
on conflict do nothing
"""
_BY_DOMAIN: Final = "select domain, id from handraise.account where domain = any(%(domains)s::text[])"
_ASSIGN: Final = """
update handraise.lead l set account_id = a.account_id
from unnest(%(leads)s::bigint[], %(accounts)s::bigint[]) as a(lead_id, account_id)
where l.id = a.lead_id and (l.account_id is null or %(is_move)s)
    and l.account_id is distinct from a.account_id
returning l.id
"""
_BY_GROUP: Final = """
select value, account_id from handraise.account_alias
where kind = 'group_id' and value = any(%(groups)s::text[])
"""
_LINK_GROUP: Final = """
insert into handraise.account_alias (kind, value, account_id, created_at)
select 'group_id', value, account_id, %(now)s
from unnest(%(groups)s::text[], %(accounts)s::bigint[]) as g(value, account_id)
order by value
on conflict do nothing
"""
_OF_LEADS: Final = """
select l.id, r.account_id
from handraise.lead l join handraise.lead r on r.id = coalesce(l.root_id, l.id)
where l.id = any(%(ids)s::bigint[])
"""
# Account by account and lead by lead: joined at once, the planner may read all scores.
_ENGAGED: Final = """
select home.id, count(*) filter (where of_lead.engagement > 0), coalesce(sum(of_lead.engagement), 0)
from unnest(%(ids)s::bigint[]) as home(id) cross join lateral (
    select (
        select max(s.engagement) from handraise.lead_score s
        where s.lead_id = l.id and s.version_id = any(array(
            select version_id from handraise.rollout where mode = 'live' and until_at is null))
    ) as engagement
    from handraise.lead l where l.account_id = home.id and l.root_id is null and l.is_known
    offset 0
) as of_lead
group by home.id
"""
# What stood then: of each lead its last change under the version that was live then.
_ENGAGED_AS_OF: Final = """
select account_id, count(*) filter (where engagement > 0), coalesce(sum(engagement), 0)
from (
    select account_id, id, max(engagement) as engagement
    from (
        select distinct on (l.id, c.version_id) l.account_id, l.id, c.engagement
        from handraise.lead l
        join handraise.score_change c on c.lead_id = l.id and c.at <= %(as_of)s
        join handraise.rollout r on r.version_id = c.version_id and r.mode = 'live'
            and r.from_at <= %(as_of)s and (r.until_at is null or r.until_at > %(as_of)s)
        where l.account_id = any(%(ids)s::bigint[]) and l.root_id is null and l.is_known
        order by l.id, c.version_id, c.at desc, c.id desc
    ) as then_
    group by account_id, id
) as of_lead
group by account_id
"""
# The last deed of each is looked up lead by lead: asked for in one join, the planner reads all events.
_COMMITTEE: Final = f"""
select l.id, l.name, l.email, l.facts, l.stage, s.fit, s.engagement, s.grade, coalesce(s.is_mql, false),
    (select max(last.at)
     from unnest({FAMILY.format(root="l")}) as family(id)
     cross join lateral (
         select e.occurred_at as at from handraise.event e
         where e.lead_id = family.id and e.bot is null order by e.occurred_at desc limit 1
     ) as last)
from handraise.lead l
left join lateral (
    select s.fit, s.engagement, s.grade, s.is_mql
    from handraise.lead_score s
    join handraise.rollout r on r.version_id = s.version_id and r.mode = 'live' and r.until_at is null
    where s.lead_id = l.id
    order by s.is_mql desc, s.fit + s.engagement desc limit 1
) as s on true
where l.account_id = %(account)s and l.root_id is null
order by coalesce(s.fit + s.engagement, 0) desc, l.id
limit %(limit)s
"""  # noqa: S608 - of constants alone

_LISTED: Final = """
select a.id, a.name, a.domain, a.crm_id, a.owner_id, a.created_at, a.facts
from handraise.account a
where (%(text)s::text is null or a.name ilike %(text)s::text or a.domain ilike %(text)s::text)
    and (%(after)s::bigint is null or a.id < %(after)s::bigint)
    and (not %(mql)s or a.id in (
        select l.account_id from handraise.lead_score s
        join handraise.rollout r on r.version_id = s.version_id and r.mode = 'live' and r.until_at is null
        join handraise.lead l on l.id = s.lead_id
        where s.is_mql and l.root_id is null))
order by a.id desc limit %(limit)s
"""


class AccountUnknown(HandraiseError):
    """No account has that id."""

    def __init__(self, account_id: int) -> None:
        super().__init__(f"There is no account {account_id}.")


@dataclass(frozen=True)
class Account:
    """A company; `facts` is what holds of it, by full fact name."""

    id: int
    name: str | None
    domain: str | None
    crm_id: str | None
    owner_id: int | None
    created_at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Engaged:
    """How much is going on at an account.

    `leads` counts its people whose engagement is above zero; `engagement` adds theirs up, in hundredths of
    points. Of several live definitions, each person counts with the one that gives most.
    """

    leads: int = 0
    engagement: int = 0


@dataclass(frozen=True)
class Person:
    """Somebody of an account, with the live score that is furthest; points are hundredths."""

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


def domain_for(email: object = None, website: object = None) -> str | None:
    """The domain that stands for somebody's company; None for personal and throw-away addresses.

    The address says it before the website does: people type their customer's, their school's.

    Examples
    --------
    >>> domain_for("ann@mail.acme.co.uk"), domain_for("ann@gmail.com"), domain_for(None, "www.acme.com/team")
    ('acme.co.uk', None, 'acme.com')
    """
    if isinstance(email, str) and email_kind(email) not in (None, *_SHARED):
        return email_registrable_domain(email)
    domain = registrable_domain(website) if isinstance(website, str) else None
    return domain if domain and email_kind(f"info@{domain}") not in _SHARED else None


def of_domains(connection: sa.Connection, domains: Iterable[str]) -> dict[str, int]:
    """The accounts of these registrable domains, as far as they are there."""
    return _found(connection, _BY_DOMAIN, domains=sorted(set(domains)))


def with_domains(connection: sa.Connection, domains: Iterable[str], now: datetime) -> dict[str, int]:
    """The accounts of these registrable domains; those that are not there are made, each once."""
    wanted = sorted(set(domains))
    if not wanted:
        return {}
    found = _found(connection, _BY_DOMAIN, domains=wanted)
    if missing := [domain for domain in wanted if domain not in found]:
        connection.exec_driver_sql(_MAKE, {"domains": missing, "now": now})
        found |= _found(connection, _BY_DOMAIN, domains=missing)
    return found


def with_groups(connection: sa.Connection, groups: Iterable[str]) -> dict[str, int]:
    """The accounts that are known by these group ids."""
    wanted = sorted(set(groups))
    return _found(connection, _BY_GROUP, groups=wanted) if wanted else {}


def link_groups(connection: sa.Connection, accounts: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Let group ids name accounts; gives the account each names now. The first comer keeps it."""
    if not accounts:
        return {}
    groups = sorted(accounts)
    connection.exec_driver_sql(
        _LINK_GROUP, {"groups": groups, "accounts": [accounts[group] for group in groups], "now": now}
    )
    return with_groups(connection, groups)


def make(connection: sa.Connection, now: datetime, *, name: str | None = None) -> int:
    """A new account without a domain."""
    made = connection.execute(account.insert().values(name=name, created_at=now).returning(account.c.id))
    return int(made.scalar_one())


def with_crm_id(
    connection: sa.Connection,
    crm_id: str,
    now: datetime,
    *,
    name: str | None = None,
    website: str | None = None,
    owner_id: int | None = None,
) -> int:
    """The CRM's account: by its id, else by its domain unless another id of the CRM has that, else made."""
    found = connection.execute(sa.select(account.c.id).where(account.c.crm_id == crm_id)).scalar()
    domain = registrable_domain(website)
    if found is None and domain is not None:
        found = connection.execute(
            account.update()
            .where(
                account.c.id == with_domains(connection, [domain], now)[domain], account.c.crm_id.is_(None)
            )
            .values(crm_id=crm_id)
            .returning(account.c.id)
        ).scalar()
    if found is None:
        connection.exec_driver_sql(
            "insert into handraise.account (crm_id, created_at) values (%(crm_id)s, %(now)s) "
            "on conflict do nothing",
            {"crm_id": crm_id, "now": now},
        )
        found = connection.execute(sa.select(account.c.id).where(account.c.crm_id == crm_id)).scalar_one()
    told = {"name": name, "owner_id": owner_id}
    values = {column: value for column, value in told.items() if value is not None}
    if values:
        connection.execute(account.update().where(account.c.id == found).values(**values))
    return int(found)


def assign(connection: sa.Connection, accounts: Mapping[int, int], *, is_move: bool = False) -> set[int]:
    """Put leads into accounts; gives those that moved. A lead that has one stays in it unless `is_move`."""
    if not accounts:
        return set()
    leads = sorted(accounts)
    rows = connection.exec_driver_sql(
        _ASSIGN, {"leads": leads, "accounts": [accounts[one] for one in leads], "is_move": is_move}
    )
    return set(rows.scalars())


def of_leads(connection: sa.Connection, lead_ids: Iterable[int]) -> dict[int, int]:
    """The account of each of these leads, of its root when it was merged; those without one are left out."""
    wanted = sorted(set(lead_ids))
    if not wanted:
        return {}
    rows = connection.exec_driver_sql(_OF_LEADS, {"ids": wanted})
    return {lead_id: account_id for lead_id, account_id in rows if account_id is not None}


def without(connection: sa.Connection, lead_ids: Iterable[int]) -> set[int]:
    """Those of the leads that have no account."""
    wanted = set(lead_ids)
    return wanted - of_leads(connection, wanted).keys()


def listed(
    connection: sa.Connection,
    *,
    text: str | None = None,
    has_mql: bool = False,
    after: int | None = None,
    limit: int = 50,
) -> list[tuple[Account, Engaged]]:
    """Accounts, the newest first, and how much is going on at each.

    Parameters
    ----------
    text
        Part of the name or the domain, in any case.
    has_mql
        Only those of which somebody is an MQL.
    after
        The id of the last account of the page before.
    """
    pattern = None if text is None else "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"
    rows = connection.exec_driver_sql(
        _LISTED, {"text": pattern, "mql": has_mql, "after": after, "limit": limit}
    )
    found = [Account(*row) for row in rows]
    going_on = engaged(connection, [one.id for one in found])
    return [(one, going_on[one.id]) for one in found]


def account_detail(connection: sa.Connection, account_id: int) -> Account:
    """An account with its facts.

    Raises
    ------
    AccountUnknown
        When there is none.
    """
    row = connection.execute(sa.select(account).where(account.c.id == account_id)).one_or_none()
    if row is None:
        raise AccountUnknown(account_id)
    return Account(**row._mapping)


def owner_of(connection: sa.Connection, account_id: int) -> int | None:
    """Who in sales owns an account; None when nobody does, or there is no such account."""
    found: int | None = connection.exec_driver_sql(
        "select owner_id from handraise.account where id = %(id)s", {"id": account_id}
    ).scalar()
    return found


def engaged(
    connection: sa.Connection, account_ids: Sequence[int], *, as_of: datetime | None = None
) -> dict[int, Engaged]:
    """How much is going on at these accounts, now or as it stood at `as_of`."""
    wanted = sorted(set(account_ids))
    found = {one: Engaged() for one in wanted}
    if wanted:
        rows = connection.exec_driver_sql(
            _ENGAGED if as_of is None else _ENGAGED_AS_OF, {"ids": wanted, "as_of": as_of}
        )
        found |= {one: Engaged(int(leads), int(points)) for one, leads, points in rows.all()}
    return found


def committee(connection: sa.Connection, account_id: int, *, limit: int = 200) -> list[Person]:
    """Who of the account is here, most points first: the buying committee as far as it is known."""
    rows = connection.exec_driver_sql(_COMMITTEE, {"account": account_id, "limit": limit})
    return [_person(row) for row in rows]


def _person(row: Any) -> Person:
    lead_id, name, email, facts, stage, fit, engagement, grade, is_mql, last = row
    title = _word(facts.get("lead.title"))
    seniority, function = _word(facts.get("lead.seniority")), _word(facts.get("lead.function"))
    return Person(
        lead_id=lead_id,
        name=name,
        email=email,
        title=title,
        seniority=(seniority and seniority_named(seniority)) or seniority_of(title or ""),
        function=function or function_of(title or ""),
        stage=stage,
        fit=fit,
        engagement=engagement,
        grade=grade,
        is_mql=is_mql,
        last_activity_at=last,
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _found(connection: sa.Connection, statement: str, **parameters: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(statement, parameters)}
