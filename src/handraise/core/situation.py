"""Where a lead stands when a decision is made, and which of the definition's conditions hold for it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from handraise.core.definition.model import Motion
from handraise.core.framework import Filled
from handraise.core.stage import Stage

HandoffState = Literal["open", "accepted", "rejected", "cancelled", "done"]


@dataclass(frozen=True)
class Handed:
    """A hand-off of the lead, live (open or accepted) or past."""

    definition: str
    cycle: int
    state: HandoffState
    motion: Motion = "inbound"

    @property
    def is_live(self) -> bool:
        """Whether somebody still has it."""
        return self.state in ("open", "accepted")


@dataclass(frozen=True)
class Situation:
    """A lead's committed state, as far as decisions look at it. All times carry a zone.

    Attributes
    ----------
    cycle
        How many MQLs the lead has been; the next one is `cycle + 1`.
    has_contact
        Whether the lead can be reached: it gave an address or a number of its own.
    has_consented
        Whether it agreed to be contacted by sales; signing up for a newsletter is not that.
    requalify_at
        The date that a "not now" named.
    facts_changed_at
        When a fact of the lead or its account last changed.
    frozen_until
        A partner works the lead until then: rules leave it alone.
    is_wanted_elsewhere
        Another live definition judges the lead and does not disqualify it.
    demo_confirmed_at
        When a demo request was last answered with a confirmation.
    reviews
        Why reviews have been asked for since the lead came to this stage.
    """

    lead_id: str
    stage: Stage
    stage_since: datetime
    cycle: int = 0
    has_contact: bool = False
    has_consented: bool = False
    handoffs: tuple[Handed, ...] = ()
    recycled_at: datetime | None = None
    cool_down_until: datetime | None = None
    disqualified_reason: str | None = None
    disqualified_at: datetime | None = None
    requalify_at: datetime | None = None
    facts_changed_at: datetime | None = None
    frozen_until: datetime | None = None
    is_bot: bool = False
    is_wanted_elsewhere: bool = False
    nurture: str | None = None
    demo_confirmed_at: datetime | None = None
    reviews: frozenset[str] = frozenset()
    frameworks: tuple[Filled, ...] = field(default=(), hash=False)

    def is_frozen(self, now: datetime) -> bool:
        """Whether a partner works the lead at that time."""
        return self.frozen_until is not None and now < self.frozen_until

    def is_cooling_down(self, now: datetime) -> bool:
        """Whether it is too early for the lead to become an MQL again."""
        return self.cool_down_until is not None and now < self.cool_down_until

    @property
    def live_handoffs(self) -> tuple[Handed, ...]:
        """The hand-offs that somebody still has."""
        return tuple(handed for handed in self.handoffs if handed.is_live)

    @property
    def since(self) -> datetime | None:
        """From when on something counts as new: since the lead was last recycled or disqualified."""
        match self.stage:
            case "recycled":
                return self.recycled_at or self.stage_since
            case "disqualified":
                return self.disqualified_at or self.stage_since
        left = [at for at in (self.recycled_at, self.disqualified_at) if at is not None]
        return max(left, default=None)


@dataclass(frozen=True)
class Answers:
    """Which conditions of the hand-off and of re-qualification hold for one lead, and what it asked for.

    Attributes
    ----------
    routes
        One for each of `handoff.route`.
    sla
        The place of the first of `handoff.sla` that holds; None when none does.
    requalify
        The names of the triggers that hold, by events since the lead was recycled or disqualified.
    is_renewed
        Whether it did something since then that the definition counts in its favour.
    has_engaged
        Whether it ever did something of that kind, other than signing up for a newsletter.
    has_asked
        Whether it ever asked for something: a demo, a trial, a call, a gated download.
    demo_requested_at
        When it last asked for a demo.
    since
        What "since then" was taken to be: the situation's `since` when the answers were given.
    """

    routes: tuple[bool, ...] = ()
    sla: int | None = None
    requalify: tuple[str, ...] = ()
    is_renewed: bool = False
    has_engaged: bool = False
    has_asked: bool = False
    demo_requested_at: datetime | None = None
    since: datetime | None = None


UNASKED: Final = Answers()
"""What a decision is made with that no answer would change (`decision.hinges_on_answers`)."""
