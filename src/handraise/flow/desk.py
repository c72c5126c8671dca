"""What the steps of a hand-off ask of the rest of the product, and the rules that sales has set for them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from handraise.core.definition import read_definition
from handraise.core.definition.model import Definition
from handraise.core.notification import Notification
from handraise.core.routing import RoutingPolicy
from handraise.core.sla import BreachPolicy
from handraise.store import definitions
from handraise.store.queue import watch_clock

Notify = Callable[[sa.Connection, Sequence[Notification], datetime], object]
Links = Callable[[int, int], Mapping[str, str]]


class Audit(Protocol):
    """Writes down who did what, in the transaction that does it."""

    def __call__(
        self,
        connection: sa.Connection,
        actor: str,
        action: str,
        subject: str,
        now: datetime,
        detail: Mapping[str, object],
        /,
    ) -> None:
        """Write one entry."""


def _no_links(_lead_id: int, _handoff_id: int) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Desk:
    """What hand-offs need.

    Parameters
    ----------
    notify
        Has people and subscribers told of one thing or of many, in the same transaction.
    audit
        Writes down what people did.
    watch
        Has somebody look at a clock at an instant.
    links
        The addresses a brief carries, from the lead's and the hand-off's id.
    absent
        What becomes of the clocks of somebody out of office. `reassign`: hand-offs that nobody accepted go to
        somebody else, the clocks of accepted ones pause; `pause`: all pause.
    """

    notify: Notify
    audit: Audit
    watch: Callable[[sa.Connection, int, datetime], None] = watch_clock
    links: Links = _no_links
    routing: RoutingPolicy = field(default_factory=RoutingPolicy)
    breach: BreachPolicy = field(default_factory=BreachPolicy)
    absent: Literal["reassign", "pause"] = "reassign"
    clock_skew: timedelta = timedelta(minutes=2)


def definition_of(connection: sa.Connection, version_id: int) -> Definition:
    """The definition that a hand-off was opened by, whichever is live now.

    Raises
    ------
    VersionUnknown
        When there is no such version.
    """
    version = definitions.version(connection, version_id)
    return _read(version.text, json.dumps({name: list(entries) for name, entries in version.lists.items()}))


@lru_cache(maxsize=64)
def _read(text: str, lists: str) -> Definition:
    beside: dict[str, Any] = json.loads(lists)
    return read_definition(text, beside.get, beside).definition
