"""Why this person and none of the others, in words."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from handraise.core.routing.availability import moment
from handraise.core.routing.model import Considered, Outcome, Person
from handraise.core.routing.pools import OWNED, Pool, room_of, with_most_room

_IN_SHORT: Final[dict[Outcome, str]] = {
    "closed": "out of working hours",
    "away": "out of office",
    "full": "full",
    "full_today": "full for the day",
    "unfit": "without what the team asks for",
    "no_turns": "without turns",
    "had_it_before": "had it before",
    "inactive": "inactive",
}


def reasons(
    looked_at: Sequence[Pool],
    decided: Pool | None = None,
    owner: Person | None = None,
    rivals: Sequence[Person] = (),
) -> tuple[Considered, ...]:
    """Everybody looked at, by route and id; `rivals` could have had it at the same time as the owner."""
    why: list[Considered] = []
    for pool in looked_at:
        lines = list(pool.ruled_out)
        for person in pool.able:
            if owner is not None and pool is decided and person in rivals:
                outcome, words = _beside(pool, person, owner, rivals)
            else:
                outcome, words = "closed", f"{person.name} is out of working hours{_until(person)}"
            lines.append(Considered(pool.index, person.id, outcome, words))
        why += sorted(lines, key=lambda line: line.person or 0)
    return tuple(why)


def alert_of(why: Sequence[Considered]) -> str:
    """Nobody could take it: how many were kept from it by what. Somebody on two routes counts once.

    Examples
    --------
    >>> said = [(0, 1, "away"), (0, 2, "full"), (1, 1, "away")]
    >>> alert_of([Considered(route, person, outcome, "…") for route, person, outcome in said])
    'nobody can take it (1 out of office, 1 full): it waits in the fallback queue'
    """
    last_said = {line.person: line.outcome for line in why if line.person is not None}
    if not last_said:
        return "no route leads to anybody: it waits in the fallback queue"
    count = Counter(last_said.values())
    counts = ", ".join(f"{count[outcome]} {words}" for outcome, words in _IN_SHORT.items() if count[outcome])
    return f"nobody can take it ({counts}): it waits in the fallback queue"


def _beside(pool: Pool, person: Person, owner: Person, rivals: Sequence[Person]) -> tuple[Outcome, str]:
    """How somebody who could have had it stands beside the owner."""
    if person == owner:
        waiting = "" if person.is_open else f"; waited for{_until(person)}"
        return "chosen", f"{person.name} {_merit(pool, owner, rivals)}{waiting}"
    room = room_of(rivals)
    is_by_room = pool.route.by == "capacity" and room[person.id] < room[owner.id]
    ahead = "has more room" if is_by_room else "is next in turn"
    able = "is free too" if person.is_open else "opens at the same time"
    return "not_their_turn", f"{person.name} {able}, and {owner.name} {ahead}"


def _merit(pool: Pool, owner: Person, rivals: Sequence[Person]) -> str:
    """What speaks for the owner, in words to put after their name."""
    if pool.team is None:
        return f"owns {OWNED[pool.route.to or 'lead_owner']}"
    team = pool.team.name
    if len(rivals) == 1:
        return f"is the only one free in {team}" if owner.is_open else f"opens first in {team}"
    if pool.route.by == "capacity" and len(with_most_room(rivals)) == 1:
        return f"has most room in {team}"
    share = f" by weight ({pool.weights[owner.id]})" if pool.route.by == "weight" else ""
    return f"is next in turn{share} in {team}"


def _until(person: Person) -> str:
    return f" until {moment(person.opens_at)}" if person.opens_at else ""
