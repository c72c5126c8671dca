"""How fast sales is: how service levels were kept, at any past time, by whom and of what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa

from handraise.core.sla import Clock, Compliance, Outcome, State, outcome, summed
from handraise.flow.desk import definition_of
from handraise.store import clocks
from handraise.store.clocks import Measured
from handraise.store.reports.periods import WEEK, start_of, week_of

Group = Literal["owner", "team", "route", "lead_type", "definition", "week"]
Key = str | int | date | None
QUEUE: Final = "queue"
"""The route of what nobody could take."""


@dataclass(frozen=True)
class Turn:
    """One owner's turn at a hand-off, and what became of it by an instant."""

    handed: Measured
    clock: Clock
    outcome: Outcome

    @property
    def state(self) -> State:
        """What the clock was then."""
        return self.outcome.state

    @property
    def took(self) -> timedelta | None:
        """The working time to the first contact, if there had been one."""
        return self.outcome.took


def compliance(
    connection: sa.Connection, start: datetime, end: datetime, as_of: datetime, by: Group | None = None
) -> Mapping[Key, Compliance]:
    """How the service levels of hand-offs opened from `start` up to `end` stood at `as_of`.

    Groups of which no clock had begun by then are not there.

    Under each owner, team, route, lead type, definition or week (its Monday) in which it was opened; with
    `by` None all under None. What was told later of a time before `as_of` counts.
    """
    found = clocks.measured(connection, start, end)
    return grouped(turns(found, as_of), by, routes(connection, found) if by == "route" else {})


def grouped(
    among: Sequence[Turn], by: Group | None = None, routes: Mapping[int, str] | None = None
) -> Mapping[Key, Compliance]:
    """The same of turns that are looked at; `routes` has the route of each hand-off by its number."""
    groups: dict[Key, list[Outcome]] = {}
    for one in among:
        groups.setdefault(key_of(one.handed, one.clock, by, routes or {}), []).append(one.outcome)
    return {group: summed(alike) for group, alike in groups.items()}


def by_week(among: Sequence[Turn], start: datetime, end: datetime) -> list[tuple[date, Compliance]]:
    """Every week from `start` up to `end`, the oldest first; weeks without a hand-off too."""
    kept = grouped(among, "week")
    weeks = []
    at = start_of(week_of(start))
    while at < end:
        weeks.append((at.date(), kept.get(at.date()) or summed(())))
        at += WEEK
    return weeks


def turns(found: Sequence[Measured], as_of: datetime) -> list[Turn]:
    """Every owner's turn that had begun by then, in the order of the hand-offs."""
    return [
        Turn(one, clock, outcome(clock, as_of))
        for one in found
        for clock in one.clocks
        if clock.started_at <= as_of
    ]


def key_of(one: Measured, clock: Clock, by: Group | None, routes: Mapping[int, str]) -> Key:
    """The group that a clock of a hand-off belongs to."""
    match by:
        case "owner":
            return None if clock.owner is None else int(clock.owner)
        case "team":
            return one.team_id
        case "route":
            return routes.get(one.handoff_id)
        case "lead_type":
            return one.lead_type
        case "definition":
            return one.definition
        case "week":
            return week_of(one.opened_at)
    return None


def routes(connection: sa.Connection, found: Sequence[Measured]) -> Mapping[int, str]:
    """By which route each hand-off came to its first owner: `account_owner`, a team's name, or `queue`."""
    return {one.handoff_id: _route(connection, one) for one in found}


def _route(connection: sa.Connection, one: Measured) -> str:
    if one.route is None:
        return QUEUE
    route = definition_of(connection, one.version_id).handoff.route[one.route]
    return route.team or route.to or QUEUE


__all__ = [
    "QUEUE", "Group", "Key", "Turn", "by_week", "compliance", "grouped", "key_of", "routes", "turns",
]  # fmt: skip
