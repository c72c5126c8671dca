"""What is done about a clock that runs out: warn, record the breach, escalate, reassign. All as values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from handraise.core.calendar.spans import in_utc
from handraise.core.sla.clock import Clock
from handraise.core.sla.timing import WARN_SHARE, spent_at

Step = Literal["warn", "breach", "escalate", "reassign"]


@dataclass(frozen=True)
class BreachPolicy:
    """What follows when nobody makes contact.

    Parameters
    ----------
    warn_share
        The owner is warned when this share of the target is used, in (0, 1); None: never.
    escalate_to
        Who is told of the breach; nobody: no escalation.
    escalate_after, reassign_after_breach
        Open time of the owner's calendar after the breach, so that nothing is taken from people while they
        are away. `reassign_after_breach` None: the hand-off stays with its owner.
    most_owners
        A hand-off goes to this many owners in turn and then stays with the last: without a bound a five
        minute service level would pass one lead through a whole team in an hour.
    """

    warn_share: float | None = WARN_SHARE
    escalate_to: tuple[str, ...] = ()
    escalate_after: timedelta = timedelta()
    reassign_after_breach: timedelta | None = timedelta()
    most_owners: int = 3

    def __post_init__(self) -> None:
        if self.warn_share is not None and not 0 < self.warn_share < 1:
            raise ValueError(f"{self.warn_share} is no share to warn at; give one between 0 and 1")
        if self.escalate_after < timedelta() or (self.reassign_after_breach or timedelta()) < timedelta():
            raise ValueError("steps follow a breach; give no negative time")
        if self.most_owners < 1:
            raise ValueError("a hand-off has at least one owner")


@dataclass(frozen=True)
class Timer:
    """An instant at which a step is due, unless something happens before."""

    at: datetime
    step: Step


@dataclass(frozen=True)
class Action:
    """A step to take now: for whose clock, and whom to tell; `at` is when it fell due."""

    step: Step
    at: datetime
    owner: str | None
    tell: tuple[str, ...] = ()


def timers(clock: Clock, policy: BreachPolicy) -> tuple[Timer, ...]:
    """Every step of the policy, in order, that falls due before the clock ends.

    A breach is a fact and falls due even at a clock that was ended later; so are the steps that fell due
    before the ending. A paused clock has only what it reached before the pause.
    """
    steps: list[tuple[Step, timedelta | None]] = [
        ("warn", None if policy.warn_share is None else clock.target * policy.warn_share),
        ("breach", clock.target),
        ("escalate", clock.target + policy.escalate_after if policy.escalate_to else None),
        ("reassign", _reassigned_after(clock, policy)),
    ]
    planned = [(step, spent_at(clock, amount)) for step, amount in steps if amount is not None]
    # Sorting is stable: steps of one instant keep the order above.
    found = sorted(
        (Timer(at, step) for step, at in planned if at is not None and _comes(clock, at)),
        key=lambda timer: timer.at,
    )
    return tuple(found)


def next_timer(clock: Clock, policy: BreachPolicy, as_of: datetime) -> Timer | None:
    """The first step after `as_of`, from what had happened by then; None: nothing to wait for."""
    as_of = in_utc(as_of)
    return next((timer for timer in timers(clock.as_of(as_of), policy) if timer.at > as_of), None)


def actions_due(
    clock: Clock, policy: BreachPolicy, as_of: datetime, taken: Collection[Step] = ()
) -> tuple[Action, ...]:
    """The steps that are due by `as_of` and not taken yet, in order; asking again after taking them: none.

    A worker that comes late takes no step that makes no sense any more: nobody is warned of what has
    happened, and once a clock has ended only its breach is still recorded.
    """
    as_of = in_utc(as_of)
    then = clock.as_of(as_of)
    due = [timer for timer in timers(then, policy) if timer.at <= as_of and timer.step not in taken]
    reached = {timer.step for timer in timers(then, policy) if timer.at <= as_of}
    if then.ending is not None:
        due = [timer for timer in due if timer.step == "breach"]
    if "breach" in reached:
        due = [timer for timer in due if timer.step != "warn"]
    return tuple(
        Action(timer.step, timer.at, clock.owner, policy.escalate_to if timer.step == "escalate" else ())
        for timer in due
    )


def _reassigned_after(clock: Clock, policy: BreachPolicy) -> timedelta | None:
    if policy.reassign_after_breach is None or clock.turn + 1 >= policy.most_owners:
        return None
    return clock.target + policy.reassign_after_breach


def _comes(clock: Clock, at: datetime) -> bool:
    """Whether the clock still runs at this instant; a contact at the very instant is in time."""
    ending = clock.ending
    if ending is None or at < ending.at:
        return True
    return at == ending.at and ending.kind != "contact"
