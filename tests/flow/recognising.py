"""The simplest recognition: one lead for each user id, or else e-mail address, or else anonymous id."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from handraise.core.message import Message


def resolve(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> list[int]:
    names = [message.user_id or message.email or message.anonymous_id for message in messages]
    found = {}
    connection.execute(sa.text("select pg_advisory_xact_lock(1)"))
    for name in sorted({name or "" for name in names}):
        found[name] = connection.execute(
            sa.text(
                """
                with there as (select id from lead where name = :name),
                made as (
                    insert into lead (name, created_at)
                    select cast(:name as text), cast(:now as timestamptz) where not exists (select from there)
                    returning id
                )
                select id from there union all select id from made
                """
            ),
            {"name": name, "now": now},
        ).scalar_one()
    return [found[name or ""] for name in names]
