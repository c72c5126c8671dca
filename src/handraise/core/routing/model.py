"""What routing reads and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from handraise.core.errors import InputInvalid
from handraise.core.routing.turns import TeamLedger

Attribute = Literal["territory", "segment", "skill", "language"]
ATTRIBUTES: Final[tuple[Attribute, ...]] = ("territory", "segment", "skill", "language")
EVERY_VALUE: Final = "*"

Values = Mapping[Attribute, tuple[str, ...]]

Outcome = Literal[
    "chosen",
    "not_their_turn",  # free too, but somebody else was next
    "closed",  # outside working hours
    "away",
    "full",  # as many open hand-offs as they take
    "full_today",
    "unfit",  # the team asks for something they do not have
    "no_turns",  # weight 0
    "had_it_before",
    "inactive",
    "route_skipped",  # the route as a whole: its condition does not hold, or it leads to nobody
]


@dataclass(frozen=True)
class Person:
    """Somebody who can own hand-offs, as they stand now.

    Parameters
    ----------
    away_from, away_until
        Out of office from the first instant up to, not including, the second. Only the second: away
        already. Only the first: nobody knows until when.
    capacity
        Most hand-offs open at a time; None: no limit.
    per_day
        Most hand-offs on one day; None: no limit.
    handoffs_today
        Hand-offs got on the working day that is open now, or that opens next.
    is_open, opens_at
        Whether their working hours are on, and if not, when they next are (None: never as far as known).
    serves
        Territories (countries, regions), segments, skills and languages; `*` is all of them.
    """

    id: int
    name: str
    is_active: bool = True
    away_from: datetime | None = None
    away_until: datetime | None = None
    capacity: int | None = None
    per_day: int | None = None
    open_handoffs: int = 0
    handoffs_today: int = 0
    is_open: bool = True
    opens_at: datetime | None = None
    serves: Values = field(default_factory=lambda: MappingProxyType({}))

    def is_away(self, at: datetime) -> bool:
        """Whether they are out of office at that instant."""
        if self.away_from is None:
            return self.away_until is not None and at < self.away_until
        return self.away_from <= at and (self.away_until is None or at < self.away_until)


@dataclass(frozen=True)
class Member:
    """A person's place in a team; twice the weight gets twice as many by weight, and 0 none in any order."""

    person: int
    weight: int = 1

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise InputInvalid(f"person {self.person} has the weight {self.weight}: 0 is the smallest")


@dataclass(frozen=True)
class Requirement:
    """What the members of a team must have to get a hand-off.

    Parameters
    ----------
    attribute
        Which of their attributes.
    values
        They must have one of these. None given: they must serve what the lead is (a skill: all that it
        needs); a lead of whom that is unknown fits everybody, or it would reach nobody.
    """

    attribute: Attribute
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """People who share hand-offs. The queue of the team that is the fallback has what nobody could take."""

    name: str
    members: tuple[Member, ...] = ()
    requires: tuple[Requirement, ...] = ()
    is_fallback: bool = False


@dataclass(frozen=True)
class RoutingSituation:
    """What matters of the lead.

    Parameters
    ----------
    previous_owners
        Who had this hand-off before and shall not have it again.
    needs
        The lead's territories (its country, its region), segments, languages; the skills it needs.
    """

    account_owner: int | None = None
    lead_owner: int | None = None
    previous_owners: frozenset[int] = frozenset()
    needs: Values = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class RoutingPolicy:
    """How long a lead waits for people who are out of working hours, 0 being not at all.

    Parameters
    ----------
    keep_for_owner
        The owner of the account or lead gets it when they open within this, before other routes are tried.
        The default reaches from Friday evening to Monday morning.
    keep_in_team
        A team whose people are all closed keeps it for the first to open within this, before the next route
        is tried.
    wait_for_next_open
        When no route has anybody open: the first to open within this. Beyond it: the fallback queue.
    """

    keep_for_owner: timedelta = timedelta(hours=72)
    keep_in_team: timedelta = timedelta()
    wait_for_next_open: timedelta = timedelta(hours=16)


@dataclass(frozen=True)
class Considered:
    """Somebody who was looked at on a route (by its index), or the route as a whole when `person` is None."""

    route: int
    person: int | None
    outcome: Outcome
    words: str


@dataclass(frozen=True)
class Assignment:
    """Who gets it and why.

    Parameters
    ----------
    owner
        The person; None in a queue.
    route
        Index of the route that decided; None in the fallback queue.
    team
        Whose turn was taken, or whose queue it is in.
    why
        Everybody looked at, in the order of the routes.
    fallback
        Nobody could take it.
    alert
        What to tell those who watch the queue; None when there is nothing to tell.
    starts_at
        When the owner can begin: now, or when they open. None in a queue.
    ledger
        The team's turns from now on; None where nobody's turn was taken, so that hand-offs which go to an
        owner or a queue leave the order as it was.
    """

    owner: int | None
    route: int | None
    team: str | None
    why: tuple[Considered, ...]
    fallback: bool = False
    alert: str | None = None
    starts_at: datetime | None = None
    ledger: TeamLedger | None = None
