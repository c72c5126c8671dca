"""Finding who gets a hand-off, with each team's turns kept fair whatever happens at the same time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from handraise.core.definition.model import Definition, Route
from handraise.core.routing import (
    Assignment,
    Attribute,
    RoutingPolicy,
    RoutingSituation,
    TeamLedger,
    owner_for,
)
from handraise.facts.place import country_of
from handraise.store import accounts, handoffs, people

# Where a lead's territories, segments, languages and the skills it needs are to be found.
_NEEDS: Final[Mapping[Attribute, tuple[str, ...]]] = {
    "territory": (
        "lead.territory", "lead.country", "lead.region", "account.territory", "account.country",
        "account.region", "account.headquarters",
    ),
    "segment": ("lead.segment", "account.segment", "account.growth_stage"),
    "skill": ("lead.skill", "lead.product", "account.skill"),
    "language": ("lead.language", "account.language"),
}  # fmt: skip
_COUNTRIES: Final = ("lead.country", "account.country", "account.headquarters")

Needs = Mapping[Attribute, tuple[str, ...]]


@dataclass(frozen=True)
class Wanted:
    """What is known when somebody is to be found."""

    handoff_id: int
    root: int
    account_id: int | None
    definition: Definition
    routes: tuple[bool, ...]
    needs: Needs
    without: frozenset[int] = frozenset()


def needs_of(facts: Mapping[str, object]) -> Needs:
    """A lead's territories, segments, languages and the skills it needs, from its facts by full name.

    Examples
    --------
    >>> dict(needs_of({"lead.country": "Deutschland", "lead.language": "de"}))
    {'territory': ('DE',), 'language': ('de',)}
    """
    found: dict[Attribute, tuple[str, ...]] = {}
    for attribute, names in _NEEDS.items():
        values = [_value(name, facts[name]) for name in names if facts.get(name)]
        if values:
            found[attribute] = tuple(dict.fromkeys(values))
    return found


def _value(name: str, fact: object) -> str:
    text = str(fact).strip()
    return (country_of(text) or text) if name in _COUNTRIES else text


def teams_asked(routes: Sequence[Route], answers: Sequence[bool]) -> set[str]:
    """The teams whose turns these routes can take."""
    return {
        route.team for route, holds in zip(routes, answers, strict=False) if holds and route.team is not None
    }


def answers_for(routes: Sequence[Route], given: Sequence[bool]) -> tuple[bool, ...]:
    """One answer for each route; a definition without routes has none, one not asked holds for nobody."""
    return tuple(given[place] if place < len(given) else False for place in range(len(routes)))


class Staff:
    """Everybody who can get hand-offs, and whose turn it is, as one transaction sees and changes it.

    Its teams are held, so nobody else changes it meanwhile.
    """

    def __init__(self, connection: sa.Connection, names: Collection[str], now: datetime) -> None:
        people.lock_teams(connection, names)
        self.connection, self.now = connection, now
        self.look()

    def look(self) -> None:
        """Look anew: something was given back."""
        persons, self.calendars = people.routable(self.connection, self.now)
        rows = people.teams(self.connection)
        self.persons = {person.id: person for person in persons}
        self.teams = [row.as_team for row in rows]
        self.numbers = {row.name: row.id for row in rows}
        self.ledgers = {row.name: TeamLedger.from_json(row.ledger) for row in rows}

    def give(self, found: Assignment) -> None:
        """Have them take their turn, with one more in their hands."""
        if found.team is not None and found.ledger is not None:
            self.ledgers[found.team] = found.ledger
            people.keep_ledger(self.connection, found.team, found.ledger)
        if found.owner is not None:
            person = self.persons[found.owner]
            self.persons[found.owner] = replace(
                person,
                open_handoffs=person.open_handoffs + 1,
                handoffs_today=person.handoffs_today + 1,
            )


def staff_for(connection: sa.Connection, wanted: Wanted, now: datetime) -> Staff:
    """The staff that one hand-off asks for."""
    routes = wanted.definition.handoff.route
    return Staff(connection, teams_asked(routes, answers_for(routes, wanted.routes)), now)


def assign(connection: sa.Connection, wanted: Wanted, policy: RoutingPolicy, staff: Staff) -> Assignment:
    """Who gets it and why. Who it is has taken their turn."""
    routes = wanted.definition.handoff.route
    found = owner_for(
        routes,
        answers_for(routes, wanted.routes),
        staff.persons.values(),
        staff.teams,
        RoutingSituation(
            account_owner=_account_owner(connection, wanted.account_id),
            lead_owner=handoffs.last_owner(connection, wanted.root, wanted.handoff_id),
            previous_owners=wanted.without,
            needs=wanted.needs,
        ),
        staff.ledgers,
        staff.now,
        policy,
    )
    staff.give(found)
    return found


def _account_owner(connection: sa.Connection, account_id: int | None) -> int | None:
    return None if account_id is None else accounts.owner_of(connection, account_id)


def kept_needs(kept: Mapping[str, Iterable[str]]) -> Needs:
    """Needs as the entry of an opening keeps them."""
    return {attribute: tuple(kept[attribute]) for attribute in _NEEDS if kept.get(attribute)}
