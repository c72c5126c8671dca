"""Who gets a hand-off, and why this person and nobody else: from values to a value, no state anywhere."""

from handraise.core.routing.choice import owner_for
from handraise.core.routing.model import (
    ATTRIBUTES,
    Assignment,
    Attribute,
    Considered,
    Member,
    Outcome,
    Person,
    Requirement,
    RoutingPolicy,
    RoutingSituation,
    Team,
)
from handraise.core.routing.turns import TeamLedger

__all__ = [
    "ATTRIBUTES",
    "Assignment",
    "Attribute",
    "Considered",
    "Member",
    "Outcome",
    "Person",
    "Requirement",
    "RoutingPolicy",
    "RoutingSituation",
    "Team",
    "TeamLedger",
    "owner_for",
]
