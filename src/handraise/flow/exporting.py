"""The past of all leads, page by page, as rows that the commands on files take."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.store.exports import Past, pasts

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """Some leads as rows of the four files; `after` is the number of the last, None when that was all."""

    leads: Sequence[Row]
    events: Sequence[Row]
    facts: Sequence[Row]
    outcomes: Sequence[Row]
    after: int | None


def rows_after(connection: sa.Connection, after: int = 0, limit: int = 200) -> Rows:
    """The rows of the leads whose numbers come after `after`.

    Facts go by their full names, times are ISO 8601 in UTC. `facts` says since when each value holds.
    """
    found = pasts(connection, after=after, limit=limit)
    return Rows(
        leads=[_lead(past) for past in found],
        events=[row for past in found for row in _events(past)],
        facts=[row for past in found for row in _facts(past)],
        outcomes=[_plain(asdict(past.outcome)) for past in found if past.outcome is not None],
        after=int(found[-1].lead.lead_id) if len(found) == limit else None,
    )


_TWICE: Final = ("lead.lead_id", "account.account_id")  # the lead's own `account_id` says it


def _lead(past: Past) -> Row:
    told = {name: value for name, value in past.lead.facts.items() if name not in _TWICE}
    created = told.pop("lead.created_at", None)
    return _plain({"lead_id": past.lead.lead_id, "created_at": created, **told})


def _events(past: Past) -> Iterator[Row]:
    for event in past.lead.events:
        yield _plain(
            {
                "lead_id": past.lead.lead_id,
                "event": event.event,
                "occurred_at": event.occurred_at,
                "received_at": event.received_at,
                "message_id": event.message_id,
                "session_id": event.session_id,
                "is_bot": event.is_bot,
                "properties": dict(event.properties),
            }
        )


def _facts(past: Past) -> Iterator[Row]:
    for one in past.learned:
        yield _plain(
            {
                "lead_id": past.lead.lead_id,
                "fact": one.fact,
                "value": one.value,
                "known_since": one.known_since,
            }
        )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


__all__ = ["Rows", "rows_after"]
