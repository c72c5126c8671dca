"""Why somebody cannot have a hand-off, in words; working hours apart, which only put it off."""

from collections.abc import Sequence
from datetime import UTC, datetime

from handraise.core.routing.model import (
    ATTRIBUTES,
    EVERY_VALUE,
    Member,
    Outcome,
    Person,
    Requirement,
    RoutingSituation,
    Team,
    Values,
)

Obstacle = tuple[Outcome, str]


def obstacle(person: Person, situation: RoutingSituation, now: datetime) -> Obstacle | None:
    """What keeps this person from any hand-off, the most lasting reason first; None: nothing."""
    if not person.is_active:
        return "inactive", f"{person.name} is no longer active"
    if person.id in situation.previous_owners:
        return "had_it_before", f"{person.name} had it before"
    if person.is_away(now):
        until = f" until {moment(person.away_until)}" if person.away_until else ""
        return "away", f"{person.name} is out of office{until}"
    if not person.is_open and person.opens_at is not None and person.is_away(person.opens_at):
        return "away", f"{person.name} is closed, and out of office when working hours begin again"
    if person.capacity is not None and person.open_handoffs >= person.capacity:
        return "full", f"{person.name} has {person.open_handoffs} open of {person.capacity}"
    if person.per_day is not None and person.handoffs_today >= person.per_day:
        return "full_today", f"{person.name} has had {person.handoffs_today} of {person.per_day} for the day"
    return None


def obstacle_in_team(
    person: Person, member: Member, team: Team, situation: RoutingSituation, now: datetime
) -> Obstacle | None:
    """As `obstacle`, and what the team asks for: territory, then segment, skill, language."""
    found = obstacle(person, situation, now)
    if found is not None:
        return found
    missing = misfit(person, team.requires, situation.needs)
    if missing is not None:
        return "unfit", f"{person.name} {missing}"
    if member.weight == 0:
        return "no_turns", f"{person.name} takes no turns in {team.name} (weight 0)"
    return None


def misfit(person: Person, requires: Sequence[Requirement], needs: Values) -> str | None:
    """The first attribute that is asked for and missing, in words to put after a name; None: all there."""
    for requirement in sorted(requires, key=lambda asked: ATTRIBUTES.index(asked.attribute)):
        attribute = requirement.attribute
        asked = requirement.values or needs.get(attribute, ())
        served = {value.casefold() for value in person.serves.get(attribute, ())}
        if not asked or EVERY_VALUE in served:
            continue
        lacking = [value for value in asked if value.casefold() not in served]
        needs_all = attribute == "skill" and not requirement.values
        if lacking and (needs_all or len(lacking) == len(asked)):
            return f"does not serve the {attribute} {(' and ' if needs_all else ' or ').join(lacking)}"
    return None


def moment(at: datetime) -> str:
    """An instant as the reasons write it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
