"""What was said of leads and accounts: when, by whom, and what of it holds.

Every source has its own word on a fact: the one it said last. What holds is the word of the source that comes
first in the setting `fact_precedence`; null takes a source's word back, and the next source is heard.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa

from handraise.store.merges import FAMILY

Subject = Literal["lead", "account"]

# Sales corrects in the CRM, the person says it in a form, an integration is told to say it: those were meant.
# A file is of some day, an enrichment provider guesses, an application's traits are what a login left.
PRECEDENCE: Final = ("crm", "form", "api", "import", "enrichment", "product")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said of a lead or an account; `value` is JSON, None takes back what the source said before.

    `said_at` is when it was said, `known_at` when it reached us.
    """

    subject_id: int
    fact: str
    value: Any
    source: str
    said_at: datetime
    known_at: datetime
    said_by: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is new in what was said: words with when they were last said; and rows that were said again.

    `again` has the row, when, and the lead (or account).
    """

    said: tuple[tuple[Said, datetime], ...] = ()
    again: tuple[tuple[int, datetime, int], ...] = ()


_WORDS: Final = """
select distinct on (f.{subject}_id, f.fact, f.source)
    f.id, f.{subject}_id, f.fact, f.source, f.value, f.last_said_at
from unnest(%(subjects)s::bigint[], %(facts)s::text[], %(sources)s::text[]) as w(subject_id, fact, source)
join handraise.{subject}_fact f
    on f.{subject}_id = w.subject_id and f.fact = w.fact and f.source = w.source
order by f.{subject}_id, f.fact, f.source, f.last_said_at desc, f.known_at desc, f.id desc
"""
_WRITE: Final = """
insert into handraise.{subject}_fact
    ({subject}_id, fact, value, source, known_at, said_at, last_said_at, said_by, import_id)
select subject_id, fact, nullif(value, 'null'), source, known_at, said_at, last_said_at, said_by, import_id
from jsonb_to_recordset(%(rows)s::jsonb) as r(
    subject_id bigint, fact text, value jsonb, source text, known_at timestamptz, said_at timestamptz,
    last_said_at timestamptz, said_by text, import_id bigint
)
"""
# In the order of the rows, so that two transactions that hear the same wait for, not on, one another.
_AGAIN: Final = """
with again as (
    select f.id, u.at from unnest(%(ids)s::bigint[], %(times)s::timestamptz[]) as u(id, at)
    join handraise.{subject}_fact f on f.id = u.id
    order by f.id for no key update of f
)
update handraise.{subject}_fact f set last_said_at = greatest(f.last_said_at, again.at)
from again where f.id = again.id
"""
# Of every source its last word at that time; with merged leads, the last word on any of them. Root by root:
# joined at once, the planner may read all facts.
_HOLDING: Final = f"""
select distinct on (root.id, f.fact, f.source) root.id, f.fact, f.source, f.value
from (
    select r.id, {FAMILY.format(root="r")} as family
    from handraise.lead r where r.id = any(%(roots)s::bigint[]) offset 0
) as root cross join lateral (
    select f.* from handraise.lead_fact f where f.lead_id = any(root.family) and {{when}} offset 0
) as f
order by root.id, f.fact, f.source, {{last}} desc, f.known_at desc, f.id desc
"""  # noqa: S608 - of constants alone
_HOLDING_OF_ACCOUNTS: Final = """
select distinct on (f.account_id, f.fact, f.source) f.account_id, f.fact, f.source, f.value
from handraise.account_fact f
where f.account_id = any(%(roots)s::bigint[]) and {when}
order by f.account_id, f.fact, f.source, {last} desc, f.known_at desc, f.id desc
"""
_EVER: Final = {"when": "true", "last": "f.last_said_at"}
_AS_OF: Final = {
    "when": "f.known_at <= %(as_of)s and f.said_at <= %(as_of)s",
    "last": "case when f.last_said_at <= %(as_of)s then f.last_said_at else f.said_at end",
}
_KEEP: Final = f"""
update handraise.lead l set
    facts = r.facts,
    email = r.email,
    name = r.name,
    is_known = exists (
        select from handraise.lead_alias a
        where a.lead_id = any({FAMILY.format(root="l")}) and a.kind <> 'anonymous_id'
    )
from jsonb_to_recordset(%(rows)s::jsonb) as r(id bigint, facts jsonb, email text, name text)
where l.id = r.id and l.id = any(%(ids)s::bigint[])
"""  # noqa: S608 - of constants alone
_KEEP_OF_ACCOUNTS: Final = """
update handraise.account a set facts = r.facts, name = coalesce(r.name, a.name)
from jsonb_to_recordset(%(rows)s::jsonb) as r(id bigint, facts jsonb, name text)
where a.id = r.id
"""
_LOCK_ACCOUNTS: Final = """
select id from handraise.account where id = any(%(ids)s::bigint[]) order by id for no key update
"""
_MARK_PEOPLE: Final = """
with marked as (
    insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
    select id, 'fact', jsonb_build_object('account', account_id), %(now)s from handraise.lead
    where account_id = any(%(ids)s::bigint[]) and root_id is null
    returning lead_id
)
select pg_notify('handraise_dirty', '') where exists (select from marked)
"""
_MERGED: Final = """
select l.id from handraise.lead l
where l.id = any(%(ids)s::bigint[])
    and (l.root_id is not null or exists (select from handraise.lead c where c.root_id = l.id))
"""
_HISTORY: Final = """
select f.{subject}_id, f.fact, f.value, f.source, f.said_at, f.known_at, f.said_by, f.import_id
from handraise.{subject}_fact f
where f.{subject}_id = any(%(ids)s::bigint[]) and (%(fact)s::text is null or f.fact = %(fact)s::text)
order by f.known_at, f.id
"""


def news(connection: sa.Connection, said: Sequence[Said], subject: Subject = "lead") -> News:
    """What of this is not known yet. A word that a source repeats is not written again."""
    if not said:
        return News()
    keys = list(dict.fromkeys((one.subject_id, one.fact, one.source) for one in said))
    parameters = dict(zip(("subjects", "facts", "sources"), map(list, zip(*keys, strict=True)), strict=True))
    rows = connection.exec_driver_sql(_WORDS.format(subject=subject), parameters)
    words = {(row[1], row[2], row[3]): _Word(_text(row[4]), row[5], row_id=row[0]) for row in rows}
    fresh: list[_Word] = []
    for one in sorted(said, key=lambda one: one.said_at):
        key, text = (one.subject_id, one.fact, one.source), _text(one.value)
        word = words.get(key)
        if word is None and one.value is None:
            continue
        if word is not None and word.text == text:
            word.repeat(one.said_at)
            continue
        new = _Word(text, one.said_at, said=one)
        fresh.append(new)
        if word is None or one.said_at >= word.last:
            words[key] = new
    again = sorted(
        (word.row_id, word.last, subject_id)
        for (subject_id, _, _), word in words.items()
        if word.row_id and word.is_repeated
    )
    return News(tuple((word.said, word.last) for word in fresh if word.said), tuple(again))


@dataclass(slots=True)
class _Word:
    """The last word of a source on a fact: a row, or something just said."""

    text: str
    last: datetime
    row_id: int = 0
    said: Said | None = None
    is_repeated: bool = False

    def repeat(self, at: datetime) -> None:
        if at > self.last:
            self.last, self.is_repeated = at, True


def write(connection: sa.Connection, found: News, subject: Subject = "lead") -> None:
    """Write news down. What holds must be found anew afterwards: `refresh`, `refresh_accounts`."""
    if found.again:
        ids, times, _ = zip(*found.again, strict=True)
        connection.exec_driver_sql(_AGAIN.format(subject=subject), {"ids": list(ids), "times": list(times)})
    if found.said:
        rows = msgspec.json.encode([_row(one, last) for one, last in found.said]).decode()
        connection.exec_driver_sql(_WRITE.format(subject=subject), {"rows": rows})


def learn(connection: sa.Connection, said: Sequence[Said], subject: Subject = "lead") -> set[int]:
    """Write down what is new of what was said; gives the leads (or accounts) of which other facts may hold.

    The caller holds the locks of their roots (`merges.locked_roots`), or has made them in this transaction.
    """
    found = news(connection, said, subject)
    write(connection, found, subject)
    return moved(connection, found, subject)


def moved(connection: sa.Connection, found: News, subject: Subject = "lead") -> set[int]:
    """The leads (or accounts) of which other facts may hold by this news.

    What is said again changes nothing, unless another word was said of a lead merged with this one.
    """
    changed = {one.subject_id for one, _ in found.said}
    repeated = {subject_id for _, _, subject_id in found.again} - changed
    if repeated and subject == "lead":
        changed.update(connection.exec_driver_sql(_MERGED, {"ids": sorted(repeated)}).scalars())
    return changed


def precedence(connection: sa.Connection) -> tuple[str, ...]:
    """The sources, the one to be believed first in front."""
    value = connection.exec_driver_sql(
        "select value from handraise.setting where name = 'fact_precedence'"
    ).scalar()
    return tuple(value) if isinstance(value, list) else PRECEDENCE


def holding(
    connection: sa.Connection,
    ids: Sequence[int],
    subject: Subject = "lead",
    *,
    as_of: datetime | None = None,
) -> dict[int, dict[str, Any]]:
    """What holds of each root (its merged leads included) or account, by full fact name.

    With `as_of`, what was said and had reached us then.
    """
    statement = _HOLDING if subject == "lead" else _HOLDING_OF_ACCOUNTS
    rows = connection.exec_driver_sql(
        statement.format(**(_EVER if as_of is None else _AS_OF)), {"roots": list(ids), "as_of": as_of}
    )
    order = {source: place for place, source in enumerate(precedence(connection))}
    best: dict[int, dict[str, tuple[tuple[int, str], Any]]] = {one: {} for one in ids}
    for root, fact, source, value in rows:
        if value is None:
            continue
        rank = (order.get(source, len(order)), source)
        known = best[root].get(fact)
        if known is None or rank < known[0]:
            best[root][fact] = (rank, value)
    return {root: {fact: value for fact, (_, value) in facts.items()} for root, facts in best.items()}


def refresh(connection: sa.Connection, roots: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Find anew what holds of these roots and keep it in their rows, with e-mail, name and being known."""
    ids = sorted(set(roots))
    if not ids:
        return {}
    found = holding(connection, ids)
    rows = [
        {"id": root, "facts": facts, "email": _word(facts, "lead.email"), "name": full_name(facts)}
        for root, facts in found.items()
    ]
    connection.exec_driver_sql(_KEEP, {"rows": msgspec.json.encode(rows).decode(), "ids": ids})
    return found


def refresh_accounts(connection: sa.Connection, ids: Iterable[int]) -> None:
    """Find anew what holds of these accounts and keep it in their rows."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    found = holding(connection, wanted, "account")
    rows = [{"id": one, "facts": facts, "name": _word(facts, "account.name")} for one, facts in found.items()]
    connection.exec_driver_sql(_KEEP_OF_ACCOUNTS, {"rows": msgspec.json.encode(rows).decode()})


def learn_of_accounts(connection: sa.Connection, said: Sequence[Said], now: datetime) -> set[int]:
    """Write down what was said of accounts; gives those with news. Their people are marked to be scored."""
    found = news(connection, said, "account")
    if not found.said:
        write(connection, found, "account")
        return set()
    accounts = sorted({one.subject_id for one in said})
    connection.exec_driver_sql(_LOCK_ACCOUNTS, {"ids": accounts})
    changed = learn(connection, said, "account")
    refresh_accounts(connection, changed)
    connection.exec_driver_sql(_MARK_PEOPLE, {"ids": sorted(changed), "now": now})
    return changed


def history(
    connection: sa.Connection, ids: Sequence[int], subject: Subject = "lead", *, fact: str | None = None
) -> list[Said]:
    """Everything said of these leads (or accounts), or of one fact of them, in the order we learnt it."""
    rows = connection.exec_driver_sql(_HISTORY.format(subject=subject), {"ids": list(ids), "fact": fact})
    return [Said(*row) for row in rows]


def full_name(facts: Mapping[str, Any]) -> str | None:
    """The person's name, put together where only its parts are known.

    Examples
    --------
    >>> full_name({"lead.first_name": "Ann", "lead.last_name": "Lee"}), full_name({})
    ('Ann Lee', None)
    """
    parts = (_word(facts, "lead.first_name"), _word(facts, "lead.last_name"))
    return _word(facts, "lead.name") or " ".join(part for part in parts if part) or None


def _word(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) else None


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _row(one: Said, last: datetime) -> dict[str, Any]:
    return {
        "subject_id": one.subject_id,
        "fact": one.fact,
        "value": one.value,
        "source": one.source,
        "known_at": one.known_at,
        "said_at": one.said_at,
        "last_said_at": last,
        "said_by": one.said_by,
        "import_id": one.import_id,
    }
