"""Which stored events are no person's doing: what is written at them, and taken off again.

`event.bot` says why. It begins with `BY_BEHAVIOUR` when the history itself gave it away, and with `BY_HAND`
when somebody said so; anything else came with the event (its user agent). Events are never taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.store.merges import FAMILY

BY_BEHAVIOUR: Final = "behaviour: "
BY_HAND: Final = "by hand: "

_HAPPENED: Final = f"""
select r.id, e.id, e.received_at, e.event, e.occurred_at, e.properties, e.bot
from handraise.lead r cross join lateral (  -- root by root: the planner may read all events for a join
    select e.* from handraise.event e
    where e.lead_id = any({FAMILY.format(root="r")})
        and (e.bot is null or starts_with(e.bot, %(behaviour)s))
    offset 0
) as e
where r.id = any(%(roots)s::bigint[])
order by e.occurred_at, e.id
"""  # noqa: S608 - of constants alone
_WRITE: Final = """
update handraise.event e set bot = r.bot
from unnest(%(ids)s::bigint[], %(times)s::timestamptz[], %(reasons)s::text[]) as r(id, received_at, bot)
where e.id = r.id and e.received_at = r.received_at
"""
_SAY: Final = """
with marked as (
    update handraise.event e set bot = %(bot)s
    where e.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
        and e.received_at < coalesce(%(until)s::timestamptz, 'infinity')
        and (%(lead_ids)s::bigint[] is null or e.lead_id = any(%(lead_ids)s::bigint[]))
        and (%(message_ids)s::text[] is null or e.message_id = any(%(message_ids)s::text[]))
        and (%(source_id)s::bigint is null or e.source_id = %(source_id)s::bigint)
        and (%(ip)s::text is null or e.context ->> 'ip' = %(ip)s::text)
        and (%(user_agent)s::text is null
            or strpos(lower(e.context ->> 'userAgent'), lower(%(user_agent)s::text)) > 0)
        and {besides}
    returning e.lead_id
)
select coalesce(l.root_id, l.id), count(*) from marked join handraise.lead l on l.id = marked.lead_id
group by 1
"""
_MARK: Final = _SAY.format(besides=f"(e.bot is null or starts_with(e.bot, '{BY_BEHAVIOUR}'))")
_UNMARK: Final = _SAY.format(besides=f"starts_with(e.bot, '{BY_HAND}')")


@dataclass(frozen=True)
class Happened:
    """An event as behaviour is judged by it; `bot` is None or what behaviour gave before."""

    id: int
    received_at: datetime
    event: str
    occurred_at: datetime
    properties: Mapping[str, Any]
    bot: str | None


@dataclass(frozen=True)
class Which:
    """Events by what they have in common; what is None does not matter.

    `since` and `until` are times of arrival, the second not included; `user_agent` is a part of it.
    """

    lead_ids: list[int] | None = None
    message_ids: list[str] | None = None
    source_id: int | None = None
    ip: str | None = None
    user_agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it says more than a time: what else would be all the traffic there was."""
        named = (self.lead_ids, self.message_ids, self.source_id, self.ip, self.user_agent)
        return any(each is not None and each != "" for each in named)


def happened(connection: sa.Connection, roots: Sequence[int]) -> dict[int, list[Happened]]:
    """What these roots and the leads merged into them did, as far as behaviour decides about it."""
    found: dict[int, list[Happened]] = {root: [] for root in roots}
    rows = connection.exec_driver_sql(_HAPPENED, {"roots": list(roots), "behaviour": BY_BEHAVIOUR})
    for root, *values in rows:
        found[root].append(Happened(*values))
    return found


def write(connection: sa.Connection, reasons: Mapping[tuple[int, datetime], str | None]) -> None:
    """Write at events (by id and time of arrival) why they are no person's; None: they are."""
    if reasons:
        ids, times = zip(*reasons, strict=True)
        values = {"ids": list(ids), "times": list(times), "reasons": list(reasons.values())}
        connection.exec_driver_sql(_WRITE, values)


def mark(connection: sa.Connection, which: Which, reason: str) -> dict[int, int]:
    """Say of events that they are no person's; gives how many, by the roots they belong to."""
    return _said(connection, _MARK, which, BY_HAND + reason)


def unmark(connection: sa.Connection, which: Which) -> dict[int, int]:
    """Take back what was said by hand; gives how many, by the roots they belong to."""
    return _said(connection, _UNMARK, which, None)


def _said(connection: sa.Connection, statement: str, which: Which, bot: str | None) -> dict[int, int]:
    values = {**asdict(which), "bot": bot}
    return {int(root): int(count) for root, count in connection.exec_driver_sql(statement, values)}


__all__ = ["BY_BEHAVIOUR", "BY_HAND", "Happened", "Which", "happened", "mark", "unmark", "write"]
