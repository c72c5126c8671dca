"""Qualification frameworks, and what is known of each lead by them. Answers are only added."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.framework import FRAMEWORKS, Filled, Framework, FrameworkInvalid, framework_from
from handraise.core.saying import Saying
from handraise.store.tables.handoffs import framework as table
from handraise.store.tables.handoffs import framework_answer

_FILLED: Final = """
select distinct on (root, a.framework, a.criterion)
    coalesce(l.root_id, l.id) as root, a.framework, a.criterion, a.value, a.at
from handraise.lead l join handraise.framework_answer a on a.lead_id = l.id
where l.id = any(%(roots)s::bigint[]) or l.root_id = any(%(roots)s::bigint[])
order by root, a.framework, a.criterion, a.at desc, a.id desc
"""


def frameworks(connection: sa.Connection) -> dict[str, Framework]:
    """Every framework that can be used, by name: BANT, MEDDIC, CHAMP and one's own, which come first."""
    found = dict(FRAMEWORKS)
    rows = connection.execute(sa.select(table.c.name, table.c.content, table.c.is_active))
    for name, content, is_active in rows:
        found.pop(name, None)
        if is_active:
            found[name] = framework_from(content)
    return found


def framework(connection: sa.Connection, name: str) -> Framework:
    """The framework of that name.

    Raises
    ------
    FrameworkInvalid
        When there is none.
    """
    known = frameworks(connection)
    if name not in known:
        raise FrameworkInvalid(
            Saying("There is no framework `{name}`; there are {listed}.", name=name, listed=", ".join(known))
        )
    return known[name]


def put_framework(
    connection: sa.Connection, content: Mapping[str, Any], *, is_active: bool = True
) -> Framework:
    """Keep a framework of one's own, or one's own version of one that comes with the product.

    Raises
    ------
    FrameworkInvalid
        When it cannot be used.
    """
    made = framework_from(content)
    new = {"content": dict(content), "is_active": is_active}
    statement = insert(table).values(name=made.name, **new)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))
    return made


def record(
    connection: sa.Connection, lead_id: int, name: str, answers: Mapping[str, object], by: str, at: datetime
) -> None:
    """Add answers; a None takes the answer to a criterion back."""
    rows = [
        {"lead_id": lead_id, "framework": name, "criterion": criterion, "value": value, "at": at, "by": by}
        for criterion, value in answers.items()
    ]
    if rows:
        connection.execute(framework_answer.insert(), rows)


def answers(connection: sa.Connection, lead_id: int, name: str) -> list[tuple[str, Any, datetime, str]]:
    """Every answer ever given of a lead (and those merged into it), the oldest first: what, when, by whom."""
    rows = connection.exec_driver_sql(
        "select a.criterion, a.value, a.at, a.by from handraise.framework_answer a "
        "join handraise.lead l on l.id = a.lead_id "
        "where (l.id = %(lead)s or l.root_id = %(lead)s) and a.framework = %(name)s order by a.at, a.id",
        {"lead": lead_id, "name": name},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def filled(connection: sa.Connection, roots: Iterable[int]) -> dict[int, tuple[Filled, ...]]:
    """The frameworks that have any answer, for each of these roots, with what holds."""
    wanted = sorted(set(roots))
    known: dict[tuple[int, str], dict[str, tuple[Any, datetime]]] = {}
    for root, name, criterion, value, at in connection.exec_driver_sql(_FILLED, {"roots": wanted}):
        known.setdefault((root, name), {})[criterion] = (value, at)
    usable = frameworks(connection) if known else {}
    found: dict[int, tuple[Filled, ...]] = dict.fromkeys(wanted, ())
    for (root, name), given in known.items():
        if name in usable:
            held = {criterion: value for criterion, (value, _) in given.items() if value is not None}
            last = max(at for _, at in given.values())
            found[root] = (*found[root], Filled(usable[name], held, last))
    return found
