"""A route's people: those who could have the hand-off, and why the others cannot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handraise.core.definition.model import Route
from handraise.core.routing.availability import Obstacle, obstacle, obstacle_in_team
from handraise.core.routing.model import Considered, Person, RoutingSituation, Team

OWNED: Final = {"account_owner": "the account", "lead_owner": "the lead"}


@dataclass(frozen=True)
class Pool:
    """A route's people: those who could have it, and why the others cannot."""

    index: int
    route: Route
    team: Team | None
    able: tuple[Person, ...]
    ruled_out: tuple[Considered, ...]

    @property
    def is_queue(self) -> bool:
        """Whether the lead goes to the queue by this route."""
        return self.route.to == "queue" and not self.ruled_out

    def open_now(self) -> tuple[Person, ...]:
        """Those whose working hours are on."""
        return tuple(person for person in self.able if person.is_open)

    def opening(self, now: datetime, within: timedelta) -> tuple[Person, ...]:
        """Those who open within that time, by when."""
        opening = [
            (person.opens_at, person.id, person)
            for person in self.able
            if not person.is_open and person.opens_at is not None and now < person.opens_at <= now + within
        ]
        return tuple(person for _, _, person in sorted(opening, key=lambda entry: entry[:2]))

    @property
    def weights(self) -> dict[int, int]:
        """What each is worth in this route's order: in turn, everybody is worth the same."""
        if self.team is None:
            return {person.id: 1 for person in self.able}
        return {
            member.person: member.weight if self.route.by == "weight" else 1
            for member in self.team.members
            if member.weight
        }


def pool_of(
    index: int,
    route: Route,
    holds: bool,
    known: Mapping[int, Person],
    teams: Mapping[str, Team],
    situation: RoutingSituation,
    now: datetime,
) -> Pool:
    """The people a route leads to, sorted into those who could have it and those who cannot."""
    team = teams.get(route.team) if route.team is not None else None
    nowhere = _leads_nowhere(route, holds, team, known, situation)
    if nowhere is not None:
        return Pool(index, route, team, (), (Considered(index, None, "route_skipped", nowhere),))
    able: list[Person] = []
    ruled_out: list[Considered] = []
    for person, found in _looked_at(route, team, known, situation, now):
        if found is None:
            able.append(person)
        else:
            ruled_out.append(Considered(index, person.id, *found))
    return Pool(index, route, team, tuple(able), tuple(ruled_out))


def _leads_nowhere(
    route: Route, holds: bool, team: Team | None, known: Mapping[int, Person], situation: RoutingSituation
) -> str | None:
    """Why a route is not for this lead at all, in words; None when it is."""
    if not holds:
        return "the route's condition does not hold"
    if route.to in OWNED:
        owner = _owner(route, situation)
        if owner is None:
            return f"{OWNED[route.to]} has no owner"
        return None if owner in known else f"the owner of {OWNED[route.to]} does not get hand-offs"
    if route.to is None and team is None:
        return f"there is no team {route.team}"
    if team is not None and not any(member.person in known for member in team.members):
        return f"nobody is in the team {team.name}"
    return None


def _owner(route: Route, situation: RoutingSituation) -> int | None:
    return situation.account_owner if route.to == "account_owner" else situation.lead_owner


def _looked_at(
    route: Route, team: Team | None, known: Mapping[int, Person], situation: RoutingSituation, now: datetime
) -> Iterator[tuple[Person, Obstacle | None]]:
    """Everybody the route leads to, by id, with what keeps them from it."""
    if team is not None:
        for member in sorted(team.members, key=lambda member: member.person):
            person = known.get(member.person)
            if person is not None:
                yield person, obstacle_in_team(person, member, team, situation, now)
    elif route.to in OWNED:
        owner = _owner(route, situation)
        if owner is not None and owner in known:
            yield known[owner], obstacle(known[owner], situation, now)


def with_most_room(people: Sequence[Person]) -> list[Person]:
    """Those who can take most; whoever has no limit has as much room as the roomiest limit here gives."""
    room = room_of(people)
    return [person for person in people if room[person.id] == max(room.values())]


def room_of(people: Sequence[Person]) -> dict[int, int]:
    """How many more each can take, by id; with no limit among them, only fewer or more than the others."""
    widest = max((person.capacity for person in people if person.capacity is not None), default=0)
    return {
        person.id: (widest if person.capacity is None else person.capacity) - person.open_handoffs
        for person in people
    }
