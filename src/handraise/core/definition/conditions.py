"""Conditions: what can be asked of a lead's facts, behaviour and score. Trees of frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from handraise.core.duration import Duration

Scalar = str | Decimal | bool
Comparable = Decimal | datetime


@dataclass(frozen=True)
class Equals:
    """The value is one of these; text compares case-insensitively."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class NotIn:
    """The value is known and none of these."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Between:
    """low ≤ value ≤ high."""

    low: Comparable
    high: Comparable


@dataclass(frozen=True)
class AtLeast:
    """value ≥ bound."""

    bound: Comparable


@dataclass(frozen=True)
class AtMost:
    """value ≤ bound."""

    bound: Comparable


@dataclass(frozen=True)
class StartsWith:
    """The text starts with one of these."""

    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Contains:
    """The text contains one of these."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Matches:
    """The RE2 pattern is found somewhere in the text."""

    pattern: str


@dataclass(frozen=True)
class InList:
    """The value is an entry of the managed list; a domain also when a parent domain is."""

    name: str


@dataclass(frozen=True)
class Has:
    """The list has at least one of these."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Lacks:
    """The list has none of these, or nothing is known."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Known:
    """Something is known."""


@dataclass(frozen=True)
class Unknown:
    """Nothing is known."""


@dataclass(frozen=True)
class Before:
    """The time is at least this long ago, or before this moment."""

    moment: Duration | datetime


@dataclass(frozen=True)
class After:
    """The time is at or after this moment."""

    moment: datetime


@dataclass(frozen=True)
class InLast:
    """The time is less than this long ago, and not ahead."""

    window: Duration


Test = (
    Equals
    | NotIn
    | Between
    | AtLeast
    | AtMost
    | StartsWith
    | Contains
    | Matches
    | InList
    | Has
    | Lacks
    | Known
    | Unknown
    | Before
    | After
    | InLast
)


@dataclass(frozen=True)
class FactTest:
    """All tests hold for one fact (`lead.…`, `account.…`) or one event property."""

    fact: str
    tests: tuple[Test, ...]


EachUnit = Literal["event", "day", "week", "month", "session", "duration"]


@dataclass(frozen=True)
class Each:
    """Points for every event, or for the first `count` in each calendar unit, session or running duration."""

    unit: EachUnit
    count: int = 1
    duration: Duration | None = None

    def __str__(self) -> str:
        if self.unit == "event":
            return "event"
        return f"{self.count} per {self.duration if self.unit == 'duration' else self.unit}"


Form = Literal["signal", "same_session", "sequence", "none_of"]


@dataclass(frozen=True)
class Behaviour:
    """Something the lead's events satisfy or not.

    `signals` is read as "any of" for the forms `signal` and `none_of`, as "all of" for `same_session` and
    in order for `sequence`. `at_least` counts events, different values (`distinct`), a total (`sum`, to six
    places) or events that share a value (`same`).
    """

    form: Form
    signals: tuple[str, ...]
    at_least: Decimal = Decimal(1)
    in_last: Duration | None = None
    within: Duration | None = None
    each: Each | None = None
    at_most: int | None = None
    distinct: str | None = None
    sum: str | None = None
    same: str | None = None


@dataclass(frozen=True)
class SessionCount:
    """How many sessions the lead has had."""

    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Seen:
    """When the lead's first or last event was."""

    which: Literal["first_seen", "last_seen"]
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class ScoreAtLeast:
    """The dimension (or the total of both) is at least so many hundredths; None means its bar."""

    dimension: Literal["fit", "engagement", "total"]
    hundredths: int | None


@dataclass(frozen=True)
class GradeIn:
    """The grade is one of these, such as A1."""

    grades: tuple[str, ...]


@dataclass(frozen=True)
class PatternHolds:
    """A named pattern is true."""

    pattern: str


@dataclass(frozen=True)
class FromStage:
    """The lead comes from one of these lifecycle stages (known only where a decision acts)."""

    stages: tuple[str, ...]


@dataclass(frozen=True)
class AllOf:
    """Every item holds; of no items it holds."""

    items: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one item holds."""

    items: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    """The item does not hold."""

    item: "Condition"


Leaf = FactTest | Behaviour | SessionCount | Seen | ScoreAtLeast | GradeIn | PatternHolds | FromStage
Condition = Leaf | AllOf | AnyOf | Negation

ALWAYS = AllOf(())


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of the tree, left to right.

    Examples
    --------
    >>> tree = AllOf((FactTest("lead.title", (Known(),)), Negation(PatternHolds("keen"))))
    >>> [type(leaf).__name__ for leaf in leaves(tree)]
    ['FactTest', 'PatternHolds']
    """
    match condition:
        case AllOf(items) | AnyOf(items):
            for item in items:
                yield from leaves(item)
        case Negation(item):
            yield from leaves(item)
        case _:
            yield condition
