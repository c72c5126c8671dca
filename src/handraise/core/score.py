"""A score and the lines it is made of. The lines of each dimension sum to the dimension exactly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LineKind = Literal["rule", "cap", "floor", "group_cap", "group_floor"]


@dataclass(frozen=True)
class Line:
    """One line of a score: a rule that holds, or what a cap or floor took or gave.

    `points` are hundredths after decay. `count` is what the rule counts: events, different values
    (`distinct`), the events sharing one value (`same`), events added up (`sum`), counted events (`each`),
    full stretches (`none_of` with `each`), else 1; 0 for caps and floors. `last_at` is the latest event that
    satisfies the rule.
    """

    rule: str
    dimension: Literal["fit", "engagement"]
    points: int
    count: int = 1
    last_at: datetime | None = None
    evidence: str | None = None
    kind: LineKind = "rule"


@dataclass(frozen=True)
class Score:
    """What a definition says of one lead at `as_of`. Points are hundredths; times are in UTC.

    `is_mql`: the definition is satisfied at `as_of` and no disqualifier holds. `became_mql_at`: the first
    instant at which that was so. `ceases_at`: when it stops being so if nothing more happens.
    `next_change_at`: when the verdict (MQL, disqualified, grade) next changes if nothing more happens.
    """

    lead_id: str
    as_of: datetime
    fit: int
    engagement: int
    grade: str | None
    applies: bool
    is_mql: bool
    disqualified: str | None
    became_mql_at: datetime | None
    ceases_at: datetime | None
    next_change_at: datetime | None
    patterns: tuple[str, ...] = ()
    fast_tracks: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> int:
        """Fit and engagement together, in hundredths."""
        return self.fit + self.engagement
