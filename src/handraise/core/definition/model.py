"""A definition: what a qualified lead is, as one frozen value.

`reading` makes it from a file; the engine compiles it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from handraise.core.definition.conditions import ALWAYS, Behaviour, Condition, leaves
from handraise.core.duration import Duration

Motion = Literal["inbound", "outbound", "product"]
DimensionName = Literal["fit", "engagement"]
ANY_EVENT = "*"
BUILT_IN_LISTS = ("universities", "personal_domains", "disposable_domains")


@dataclass(frozen=True)
class Signal:
    """A named kind of event: one of these event names, whose properties satisfy `where`."""

    name: str
    events: tuple[str, ...]
    where: Condition = ALWAYS


@dataclass(frozen=True)
class HalfLife:
    """A contribution halves every `duration`."""

    duration: Duration

    def __str__(self) -> str:
        return f"halves every {self.duration}"


@dataclass(frozen=True)
class Steps:
    """A contribution loses the share `lose` (in (0, 1]) every `every`."""

    lose: Decimal
    every: Duration

    def __str__(self) -> str:
        return f"loses {(self.lose * 100).normalize():f} % every {self.every}"


Decay = HalfLife | Steps


@dataclass(frozen=True)
class FitRule:
    """Points (hundredths) for who the lead is."""

    rule: str
    when: Condition
    points: int
    group: str | None = None


@dataclass(frozen=True)
class EngagementRule:
    """Points (hundredths) for what the lead did; `decay` is resolved (the rule's own or the default)."""

    rule: str
    behaviour: Behaviour
    points: int
    when: Condition | None = None
    decay: Decay | None = None
    group: str | None = None


Rule = FitRule | EngagementRule


@dataclass(frozen=True)
class Bounds:
    """What a group or dimension is held between, in hundredths."""

    cap: int | None = None
    floor: int | None = None


@dataclass(frozen=True)
class Fit:
    """The fit dimension: explicit data."""

    rules: tuple[FitRule, ...] = ()
    bar: int | None = None
    bounds: Bounds = Bounds()
    groups: tuple[tuple[str, Bounds], ...] = ()


@dataclass(frozen=True)
class Engagement:
    """The engagement dimension: implicit data. `reset_on` names signals."""

    rules: tuple[EngagementRule, ...] = ()
    bar: int | None = None
    bounds: Bounds = Bounds()
    groups: tuple[tuple[str, Bounds], ...] = ()
    reset_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """A named condition without points."""

    pattern: str
    condition: Condition


@dataclass(frozen=True)
class FastTrack:
    """Qualifies at once when `when` holds and `needs` (a score condition) does."""

    rule: str
    when: Condition
    needs: Condition = ALWAYS


@dataclass(frozen=True)
class SkipToSql:
    """A filled-in framework takes a lead past MQL."""

    framework: str
    complete: bool = True


@dataclass(frozen=True)
class Grades:
    """Labels by dimension, best first, with the hundredths each starts at; below the last is the last."""

    fit: tuple[tuple[str, int], ...] = ()
    engagement: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Qualify:
    """When a lead is an MQL."""

    mql: Condition
    fast_track: tuple[FastTrack, ...] = ()
    skip_to_sql: SkipToSql | None = None
    grades: Grades | None = None


@dataclass(frozen=True)
class Disqualifier:
    """A reason for which a lead is never an MQL."""

    reason: str
    when: Condition


@dataclass(frozen=True)
class Trigger:
    """What brings a disqualified or recycled lead back: a named outside event, or a condition."""

    name: str
    when: Condition | None = None


@dataclass(frozen=True)
class StageLimit:
    """How long a lead may stay in a stage, and what then."""

    stage: str
    max_age: Duration
    then: str


@dataclass(frozen=True)
class Route:
    """Where a hand-off goes when `when` holds: a role (`to`) or a `team` and how its member is chosen."""

    to: str | None = None
    team: str | None = None
    by: str = "round_robin"
    when: Condition = ALWAYS


@dataclass(frozen=True)
class ServiceLevel:
    """First contact is due within this, in business hours or round the clock."""

    within: Duration
    hours: Literal["business", "always"] = "always"
    when: Condition = ALWAYS


@dataclass(frozen=True)
class Handoff:
    """Who gets a qualified lead, how fast they must act, who is told."""

    route: tuple[Route, ...] = ()
    sla: tuple[ServiceLevel, ...] = ()
    alert: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recycle:
    """What happens to the score of a lead that sales gave back."""

    reset: DimensionName | None = None
    cool_down: Duration | None = None


@dataclass(frozen=True)
class Definition:
    """What a qualified lead is, said once. Points are hundredths everywhere."""

    name: str
    qualify: Qualify
    timezone: str = "UTC"
    motion: Motion = "inbound"
    applies_to: Condition = ALWAYS
    signals: tuple[Signal, ...] = ()
    fit: Fit = Fit()
    engagement: Engagement = Engagement()
    patterns: tuple[Pattern, ...] = ()
    disqualify: tuple[Disqualifier, ...] = ()
    requalify: tuple[Trigger, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    stages: tuple[StageLimit, ...] = ()
    handoff: Handoff = Handoff()
    recycle: Recycle | None = None
    nurture: tuple[tuple[str, str], ...] = ()
    review: Duration | None = None

    @property
    def resets_on_recycling(self) -> bool:
        """Whether engagement starts again from nothing when sales gives a lead back."""
        return self.recycle is not None and self.recycle.reset == "engagement"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Fit rules, then engagement rules, in the order of the file."""
        return (*self.fit.rules, *self.engagement.rules)

    def signal(self, name: str) -> Signal:
        """The signal of that name; KeyError when there is none."""
        for signal in self.signals:
            if signal.name == name:
                return signal
        raise KeyError(name)

    def pattern(self, name: str) -> Pattern:
        """The pattern of that name; KeyError when there is none."""
        for pattern in self.patterns:
            if pattern.pattern == name:
                return pattern
        raise KeyError(name)


def conditions_of(definition: Definition) -> Iterator[tuple[str, Condition]]:
    """Every condition that decides a score or a status, with the place it stands in."""
    yield "applies_to", definition.applies_to
    for rule in definition.rules:
        if rule.when is not None:
            yield f"rule {rule.rule}", rule.when
    for pattern in definition.patterns:
        yield f"pattern {pattern.pattern}", pattern.condition
    yield "qualify", definition.qualify.mql
    for track in definition.qualify.fast_track:
        yield f"fast track {track.rule}", track.when
        yield f"fast track {track.rule}", track.needs
    for disqualifier in definition.disqualify:
        yield f"disqualify {disqualifier.reason}", disqualifier.when


def behaviours_of(definition: Definition) -> Iterator[Behaviour]:
    """Every behaviour asked for, of rules and of conditions."""
    for rule in definition.engagement.rules:
        yield rule.behaviour
    for _, condition in conditions_of(definition):
        for leaf in leaves(condition):
            if isinstance(leaf, Behaviour):
                yield leaf
