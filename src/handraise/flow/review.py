"""The quarterly review: everything both teams need to look at together, of one quarter.

What a change was expected to do is the evidence that was frozen when it was proposed; what it really did is
counted since. Figures of a quarter are of all definitions together; rules are those of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import sqlalchemy as sa

from handraise.core.differences import differences
from handraise.core.quarter import Quarter
from handraise.core.sla import Compliance
from handraise.core.words import ENGLISH, Tongue
from handraise.flow import speed
from handraise.flow.define import SignedByOne
from handraise.flow.preview import Preview, of_figures
from handraise.learn.shares import Share
from handraise.store import clocks, definitions, evidence, reasons, reviews, settings_kept
from handraise.store.definitions import Rollout, Side, Signed, Version, read_text
from handraise.store.reports import answers, funnel
from handraise.store.reports.answers import Cell, Told
from handraise.store.reports.periods import month_of
from handraise.store.reports.review import Span, span
from handraise.store.reviews import Agreed, Decision, Study, Topic

MONTHS: Final = 3
LONGEST: Final = timedelta(weeks=13)
"""So much time before and after a version went live is held against each other."""
READ_TOGETHER: Final = 5
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Effect:
    """A version that acted in the quarter: what was expected of it, and what happened.

    Attributes
    ----------
    changes
        Against the version that was live before it, in words; None when it was the first.
    expected
        What both sides signed by; None when nothing was frozen.
    before, since
        Equally long times at most (`LONGEST`) on both sides of the day it went live; `before` is None when
        nothing was live then.
    """

    version: Version
    rollout: Rollout
    changes: tuple[str, ...] | None
    expected: Preview | None
    before: Span | None
    since: Span


@dataclass(frozen=True)
class Review:
    """A quarter as both teams look at it.

    Attributes
    ----------
    until
        The end of the quarter, or now while it lasts.
    name, names
        The definition that is looked at, of those that were live in the quarter.
    version, signed
        Its version at the end, and who signed that.
    mqls, sqls
        How many MQLs it made; of those, how many were SQL within 30, 60 and 90 days. None while the youngest
        have not had that time.
    cells, cells_before
        Hand-offs opened in the quarter and in the one before.
    speed, speed_before
        How their service levels were kept: of all (None), and of each lead type.
    labels
        What reasons are called, by their codes.
    handful
        Rejected ones to read together.
    """

    quarter: Quarter
    until: datetime
    name: str
    names: tuple[str, ...]
    version: Version
    signed: Mapping[Side, Signed]
    mqls: int
    mqls_before: int
    sqls: Mapping[int, Share | None]
    sqls_before: Mapping[int, Share | None]
    cells: Sequence[Cell]
    cells_before: Sequence[Cell]
    speed: Mapping[speed.Key, Compliance]
    speed_before: Compliance | None
    labels: Mapping[str, str]
    handful: Sequence[Told]
    effects: Sequence[Effect]
    study: Study | None
    decisions: Mapping[Topic, Decision]
    agreed: Mapping[Side, Agreed]

    @property
    def is_over(self) -> bool:
        """Whether the quarter has ended."""
        return self.until == self.quarter.end


def quarters(connection: sa.Connection, now: datetime, most: int = 12) -> list[Quarter]:
    """The quarters in which a definition was live, the latest first; at most so many."""
    first = definitions.first_live(connection)
    found: list[Quarter] = []
    one = Quarter.at(now)
    while first is not None and one.end > first and len(found) < most:
        found.append(one)
        one = one.before
    return found


def acted(connection: sa.Connection, quarter: Quarter, now: datetime) -> dict[str, list[Rollout]]:
    """What was live in a quarter up to now: of each definition by name, the oldest first."""
    found: dict[str, list[Rollout]] = {}
    for each in definitions.lived(connection, quarter.start, min(quarter.end, now)):
        if each.mode == "live":
            found.setdefault(each.name, []).append(each)
    return found


def version_of(connection: sa.Connection, quarter: Quarter, now: datetime, name: str = "") -> int | None:
    """The version that a review of the quarter looks at; None when there was none."""
    mine = _chosen(acted(connection, quarter, now), name)
    return mine[-1].version_id if mine else None


def _chosen(lived: Mapping[str, list[Rollout]], name: str) -> list[Rollout]:
    return lived.get(name) or next(iter(lived.values()), [])


def review(
    connection: sa.Connection, quarter: Quarter, now: datetime, name: str = "", tongue: Tongue = ENGLISH
) -> Review | None:
    """Everything of a quarter; None when no definition was live in it.

    Parameters
    ----------
    name
        Which definition's rules are looked at; another than there were: the first.
    tongue
        The language in which changes are told.
    """
    until = min(quarter.end, now)
    lived = acted(connection, quarter, now)
    mine = _chosen(lived, name)
    if not mine:
        return None
    version = definitions.version(connection, mine[-1].version_id)
    last = until - _INSTANT
    before = quarter.before
    counted = funnel.cohorts(connection, _months_since(before, now), now)[: 2 * MONTHS]
    return Review(
        quarter=quarter,
        until=until,
        name=version.name,
        names=tuple(lived),
        version=version,
        signed=definitions.signatures(connection, version.id),
        mqls=sum(one.mqls for one in counted[MONTHS:]),
        mqls_before=sum(one.mqls for one in counted[:MONTHS]),
        sqls=_sqls(counted[MONTHS:]),
        sqls_before=_sqls(counted[:MONTHS]),
        cells=answers.cells(connection, _months_of(last), last),
        cells_before=answers.cells(connection, MONTHS, quarter.start - _INSTANT),
        speed=_speed(connection, quarter, until, now),
        speed_before=speed.compliance(connection, before.start, before.end, now).get(None),
        labels={one.code: one.label for one in reasons.reasons(connection, "reject")},
        handful=answers.handful(connection, _months_of(last), last, limit=READ_TOGETHER),
        effects=_effects(connection, version.name, mine, now, tongue),
        study=reviews.latest_study(connection, quarter, version.id),
        decisions=reviews.decisions(connection, quarter),
        agreed=reviews.agreements(connection, quarter),
    )


def agree(connection: sa.Connection, quarter: Quarter, side: Side, by: str, now: datetime) -> None:
    """Agree for a side to what is decided.

    Raises
    ------
    SignedByOne
        When the same person agreed for the other side, unless one person may.
    NothingDecided
        When nothing is decided.
    """
    others = [one for one in reviews.agreements(connection, quarter).values() if one.side != side]
    if any(one.by == by and one.is_current for one in others) and not settings_kept.kept(
        connection, "one_person_may_sign_for_both"
    ):
        raise SignedByOne(
            "You agreed for the other side. Two people agree, unless the settings let one for both."
        )
    reviews.agree(connection, quarter, side, by, now)


def _months_since(quarter: Quarter, now: datetime) -> int:
    """How many months up to now begin with the first of a quarter."""
    this = month_of(now)
    return (this.year - quarter.start.year) * 12 + this.month - quarter.start.month + 1


def _months_of(last: datetime) -> int:
    """How many months of its quarter have begun by then."""
    return (last.month - 1) % MONTHS + 1


def _sqls(months: Sequence[funnel.Cohort]) -> dict[int, Share | None]:
    found: dict[int, Share | None] = {}
    for days in funnel.WITHIN:
        counts = [one.reached["sql"][days] for one in months]
        mqls = sum(one.mqls for one in months)
        known = [count for count in counts if count is not None]
        found[days] = Share(sum(known), mqls) if len(known) == MONTHS else None
    return found


def _speed(
    connection: sa.Connection, quarter: Quarter, until: datetime, now: datetime
) -> dict[speed.Key, Compliance]:
    turns = speed.turns(clocks.measured(connection, quarter.start, until), now)
    return {**speed.grouped(turns), **speed.grouped(turns, "lead_type")}


def _effects(
    connection: sa.Connection, name: str, mine: Sequence[Rollout], now: datetime, tongue: Tongue
) -> list[Effect]:
    lived = [each for each in reversed(definitions.rollouts(connection, name)) if each.mode == "live"]
    earlier = {later.id: one for one, later in pairwise(lived)}
    return [_effect(connection, each, earlier.get(each.id), now, tongue) for each in mine]


def _effect(
    connection: sa.Connection, rollout: Rollout, earlier: Rollout | None, now: datetime, tongue: Tongue
) -> Effect:
    version = definitions.version(connection, rollout.version_id)
    kept = evidence.evidence_of(connection, version.id)
    changes = None
    before = None
    if earlier is not None:
        was = definitions.version(connection, earlier.version_id)
        old, new = (read_text(each.text, each.lists).definition for each in (was, version))
        changes = tuple(each.sentence for each in differences(old, new, tongue=tongue))
        start = max(earlier.from_at, rollout.from_at - LONGEST)
        before = span(connection, start, rollout.from_at, now)
    end = min(rollout.until_at or now, rollout.from_at + LONGEST)
    return Effect(
        version=version,
        rollout=rollout,
        changes=changes,
        expected=None if kept is None else of_figures(kept.figures),
        before=before,
        since=span(connection, rollout.from_at, end, now),
    )
