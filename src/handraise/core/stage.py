"""The lifecycle: its stages, which moves between them are legal and who may make them, and the record of one.

Four kinds of causes make moves. A *rule* (the definition) only ever brings a lead forward, recycles or
disqualifies it; it never un-makes an MQL because a score fell, and it never touches a deal. A *person* works
the funnel and may give a lead back at any point. The *CRM* is where sales keeps its truth: whatever stage it
says is taken over, and a step backwards is recorded as a correction, so that conversion reports can leave it
out. An *import* places leads that have not been worked yet.

A lost deal is not a stage: the lead is recycled, and the hand-off it came from ends with the outcome `lost`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, get_args

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

Stage = Literal[
    "subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "recycled", "disqualified"
]
CauseKind = Literal["rule", "person", "crm", "import"]

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
FUNNEL: Final[tuple[Stage, ...]] = STAGES[:7]
SIDE_STATES: Final[tuple[Stage, ...]] = STAGES[7:]
OWNERS: Final[Mapping[Stage, Literal["marketing", "sales"]]] = MappingProxyType(
    {stage: "sales" if stage in FUNNEL[3:] else "marketing" for stage in STAGES}
)

_RULE: Final[Mapping[Stage, tuple[Stage, ...]]] = {
    "subscriber": ("lead", "mql", "sql", "disqualified"),
    "lead": ("mql", "sql", "disqualified"),
    "mql": ("sql", "recycled", "disqualified"),
    "sal": ("sql", "recycled", "disqualified"),
    "sql": ("recycled", "disqualified"),
    "opportunity": (),
    "customer": (),
    "recycled": ("lead", "mql", "sql", "disqualified"),
    "disqualified": ("lead",),
}
_PERSON: Final[Mapping[Stage, tuple[Stage, ...]]] = {
    "subscriber": ("lead", "mql", "sal", "sql", "opportunity", "disqualified"),
    "lead": ("mql", "sal", "sql", "opportunity", "recycled", "disqualified"),
    "mql": ("sal", "sql", "opportunity", "recycled", "disqualified"),
    "sal": ("sql", "opportunity", "recycled", "disqualified"),
    "sql": ("sal", "opportunity", "customer", "recycled", "disqualified"),
    "opportunity": ("sql", "customer", "recycled", "disqualified"),
    "customer": ("recycled",),
    "recycled": ("lead", "mql", "sal", "sql", "opportunity", "disqualified"),
    "disqualified": ("lead", "mql", "sal", "recycled"),
}
LEGAL: Final[Mapping[CauseKind, Mapping[Stage, tuple[Stage, ...]]]] = MappingProxyType(
    {
        "rule": _RULE,
        "person": _PERSON,
        # Nobody becomes unknown again: `subscriber` is where a lead begins, never where it is sent back to.
        "crm": {one: tuple(s for s in STAGES if s not in (one, "subscriber")) for one in STAGES},
        "import": {
            one: tuple(s for s in STAGES if s != one) if one in ("subscriber", "lead") else ()
            for one in STAGES
        },
    }
)


class StageUnknown(HandraiseError):
    """There is no such stage in the lifecycle."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` is no stage; the stages are {', '.join(STAGES)}")


class MoveIllegal(HandraiseError):
    """The lifecycle does not allow this move; `allowed` says what it does allow from there."""

    def __init__(self, from_stage: Stage, to_stage: Stage, by: CauseKind) -> None:
        self.from_stage, self.to_stage, self.by = from_stage, to_stage, by
        self.allowed = LEGAL[by][from_stage]
        form = (
            "a lead does not move from {from_stage} to {to_stage} by {who}; "
            "from there {who} may move it to {ways}"
        )
        none = (
            "a lead does not move from {from_stage} to {to_stage} by {who}; "
            "{who} may not move it from there at all"
        )
        super().__init__(
            Saying(
                form if self.allowed else none,
                from_stage=from_stage,
                to_stage=to_stage,
                who=_WHO[by],
                **({"ways": ", ".join(self.allowed)} if self.allowed else {}),
            )
        )


_WHO: Final = {
    "rule": Saying("a rule"),
    "person": Saying("a person"),
    "crm": Saying("the CRM"),
    "import": Saying("an import"),
}


@dataclass(frozen=True)
class Cause:
    """Why a lead moved: the kind of cause, its name (definition, person, CRM, import), and the reason."""

    kind: CauseKind
    name: str
    reason: str = ""


@dataclass(frozen=True)
class ScoreAt:
    """A score as it stood when something was decided; points are hundredths."""

    as_of: datetime
    fit: int
    engagement: int
    grade: str | None = None


@dataclass(frozen=True)
class Move:
    """One transition, kept for ever.

    `at` is when it was decided; `became_at` when the definition was first satisfied, which is earlier when
    its events came late. `cycle` counts the lead's MQLs, this move included. `definition` is the content
    hash of the version that decided or was in force. `is_correction`: the CRM took an earlier move back.
    """

    lead_id: str
    from_stage: Stage
    to_stage: Stage
    at: datetime
    cause: Cause
    definition: str | None = None
    skipped: tuple[Stage, ...] = ()
    cycle: int = 0
    score_at: ScoreAt | None = None
    became_at: datetime | None = None
    is_correction: bool = False


def stage_named(name: str) -> Stage:
    """The stage of that name.

    Raises
    ------
    StageUnknown
        When there is none.
    """
    for stage in STAGES:
        if stage == name.strip().lower():
            return stage
    raise StageUnknown(name)


def is_legal(from_stage: Stage, to_stage: Stage, by: CauseKind) -> bool:
    """Whether that kind of cause may make the move.

    Examples
    --------
    >>> is_legal("lead", "mql", "rule"), is_legal("mql", "lead", "rule"), is_legal("sql", "mql", "crm")
    (True, False, True)
    """
    return to_stage in LEGAL[by][from_stage]


def skipped_between(from_stage: Stage, to_stage: Stage) -> tuple[Stage, ...]:
    """The stages that a move forward passes over; whoever comes back from a side state comes back as a lead.

    Examples
    --------
    >>> skipped_between("lead", "sql"), skipped_between("recycled", "sal"), skipped_between("sql", "lead")
    (('mql', 'sal'), ('mql',), ())
    """
    if to_stage not in FUNNEL:
        return ()
    start = FUNNEL.index("lead" if from_stage in SIDE_STATES else from_stage)
    return FUNNEL[start + 1 : FUNNEL.index(to_stage)]


def is_backward(from_stage: Stage, to_stage: Stage) -> bool:
    """Whether a move takes back ground: to an earlier stage of the funnel."""
    if from_stage not in FUNNEL or to_stage not in FUNNEL:
        return False
    return FUNNEL.index(to_stage) < FUNNEL.index(from_stage)


def counts_as_mql(from_stage: Stage, to_stage: Stage) -> bool:
    """Whether the move makes a new MQL: it arrives at MQL, or goes past it without having been one.

    Examples
    --------
    >>> counts_as_mql("recycled", "mql"), counts_as_mql("lead", "sql"), counts_as_mql("mql", "sal")
    (True, True, False)
    """
    if is_backward(from_stage, to_stage):
        return False
    return to_stage == "mql" or "mql" in skipped_between(from_stage, to_stage)


def moved(
    lead_id: str,
    from_stage: Stage,
    to_stage: Stage,
    at: datetime,
    cause: Cause,
    *,
    cycle: int,
    definition: str | None = None,
    score_at: ScoreAt | None = None,
    became_at: datetime | None = None,
) -> Move:
    """The record of a legal move. `cycle` is the lead's count of MQLs before it.

    Raises
    ------
    MoveIllegal
        When that kind of cause may not make the move.
    ValueError
        When `at` has no time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> booked = moved("L1", "lead", "sql", noon, Cause("rule", "Small", "BANT is filled in"), cycle=0)
    >>> booked.skipped, booked.cycle
    (('mql', 'sal'), 1)
    >>> moved("L1", "mql", "lead", noon, Cause("rule", "Small"), cycle=1)
    Traceback (most recent call last):
    ...
    handraise.core.stage.MoveIllegal: a lead does not move from mql to lead by a rule; from there a rule \
may move it to sql, recycled, disqualified
    """
    if at.tzinfo is None:
        raise ValueError("a move happens at an instant; give `at` a time zone")
    if not is_legal(from_stage, to_stage, cause.kind):
        raise MoveIllegal(from_stage, to_stage, cause.kind)
    return Move(
        lead_id=lead_id,
        from_stage=from_stage,
        to_stage=to_stage,
        at=at,
        cause=cause,
        definition=definition,
        skipped=skipped_between(from_stage, to_stage),
        cycle=cycle + counts_as_mql(from_stage, to_stage),
        score_at=score_at,
        became_at=became_at,
        is_correction=cause.kind == "crm" and is_backward(from_stage, to_stage),
    )
