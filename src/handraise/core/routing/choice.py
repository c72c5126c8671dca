"""The routes in order: the first that leads to somebody free decides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from handraise.core.definition.model import Route
from handraise.core.routing.model import (
    Assignment,
    Considered,
    Person,
    RoutingPolicy,
    RoutingSituation,
    Team,
)
from handraise.core.routing.pools import Pool, pool_of, with_most_room
from handraise.core.routing.reasons import alert_of, reasons
from handraise.core.routing.turns import TeamLedger, charged, next_in_turn

_STANDARD: Final = RoutingPolicy()


def owner_for(
    routes: Sequence[Route],
    answers: Sequence[bool],
    people: Iterable[Person],
    teams: Iterable[Team],
    situation: RoutingSituation,
    ledgers: Mapping[str, TeamLedger],
    now: datetime,
    policy: RoutingPolicy = _STANDARD,
) -> Assignment:
    """Who gets a hand-off.

    The routes are tried in their order. Nobody inactive, out of office, full, or who had this hand-off
    before gets it, owners included. A person who is only out of working hours gets it when the policy lets
    the lead wait so long. The order of `people` and `teams` does not matter.

    Parameters
    ----------
    routes, answers
        The definition's routes, and for each whether its condition holds.
    people, teams
        Everybody who may own hand-offs, as they stand now.
    situation
        What matters of the lead.
    ledgers
        Where each team's turns stand, by team; a team without one begins. Whoever keeps them has to let one
        decision finish before the next reads, or two hand-offs take the same turn.
    now
        The instant of the decision.
    policy
        How long a lead may wait for working hours.

    Raises
    ------
    ValueError
        When there are not as many answers as routes.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.routing import Member
    >>> found = owner_for(
    ...     [Route(to="account_owner"), Route(team="inbound")],
    ...     [True, True],
    ...     [Person(1, "Ada", is_active=False), Person(2, "Ben"), Person(3, "Cleo")],
    ...     [Team("inbound", (Member(2), Member(3)))],
    ...     RoutingSituation(account_owner=1),
    ...     {},
    ...     datetime(2026, 3, 2, 9, tzinfo=UTC),
    ... )
    >>> found.owner, found.team
    (2, 'inbound')
    >>> for line in found.why:
    ...     print(line.words)
    Ada is no longer active
    Ben is next in turn in inbound
    Cleo is free too, and Ben is next in turn
    """
    known = {person.id: person for person in people}
    by_name = {team.name: team for team in teams}
    pools = [
        pool_of(index, route, holds, known, by_name, situation, now)
        for index, (route, holds) in enumerate(zip(routes, answers, strict=True))
    ]
    for count, pool in enumerate(pools, start=1):
        if pool.is_queue:
            return _queued(pools[:count], pool)
        keep = policy.keep_in_team if pool.team else policy.keep_for_owner
        if free := pool.open_now() or pool.opening(now, keep):
            return _assigned(pools[:count], pool, free, ledgers, now)
    for pool in pools:
        if free := pool.opening(now, policy.wait_for_next_open):
            return _assigned(pools, pool, free, ledgers, now)
    return _fallen_back(pools, by_name.values())


def _assigned(
    looked_at: Sequence[Pool],
    pool: Pool,
    free: Sequence[Person],
    ledgers: Mapping[str, TeamLedger],
    now: datetime,
) -> Assignment:
    """One of `free`, who are all open, or else in the order in which they open: the first to open get it.

    All of `free` earn: or whoever opens first had the night's hand-offs beside a full share of the day's.
    """
    first = [person for person in free if person.is_open or person.opens_at == free[0].opens_at]
    favoured = with_most_room(first) if pool.route.by == "capacity" else first
    weights = {person.id: pool.weights[person.id] for person in free}
    ledger = ledgers.get(pool.team.name, TeamLedger()) if pool.team else TeamLedger()
    chosen = next_in_turn(ledger, weights, [person.id for person in favoured])
    owner = next(person for person in favoured if person.id == chosen)
    members = {member.person for member in pool.team.members} if pool.team else set()
    return Assignment(
        owner=chosen,
        route=pool.index,
        team=pool.team.name if pool.team else None,
        why=reasons(looked_at, pool, owner, first),
        starts_at=now if owner.is_open else owner.opens_at,
        ledger=charged(ledger, weights, chosen, members) if pool.team else None,
    )


def _queued(looked_at: Sequence[Pool], pool: Pool) -> Assignment:
    line = Considered(pool.index, None, "chosen", "the route leads to the queue")
    return Assignment(None, pool.index, None, (*reasons(looked_at), line))


def _fallen_back(pools: Sequence[Pool], teams: Iterable[Team]) -> Assignment:
    why = reasons(pools)
    fallback = min((team.name for team in teams if team.is_fallback), default=None)
    return Assignment(None, None, fallback, why, fallback=True, alert=alert_of(why))
