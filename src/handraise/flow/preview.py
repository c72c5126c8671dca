"""What a definition would do, on the real base as it is: who comes in, who goes out, how much work it makes.

Before and after are scored on one snapshot by the one evaluator, so what is shown is what going live does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock, Thread
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
import structlog

from handraise.core.decision import Judged, decide_each
from handraise.core.definition.conditions import ScoreAtLeast, leaves
from handraise.core.definition.model import Definition
from handraise.core.differences import differences
from handraise.core.effects import OpenHandoff
from handraise.engine.asked import microseconds_of
from handraise.engine.companion import Asked, Companion
from handraise.engine.evaluate import Evaluator
from handraise.engine.kernel import MISSING
from handraise.engine.run import Output
from handraise.flow.score import Evaluators, asks_of_colleagues
from handraise.flow.snapshot import (
    MOST,
    Snapshot,
    asked_of_events,
    size,
    snapshot,
    snapshot_in,
    with_properties,
)
from handraise.learn.backtest.load import load_of
from handraise.store import definitions, situations
from handraise.store.histories import histories
from handraise.store.session import Database

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SMALL: Final = 1_000
"""A base of so many leads is read anew for every preview; of a larger one a snapshot is held."""
FRESH: Final = timedelta(minutes=10)
"""So old a snapshot may be; then a new one is read, while the old one serves on."""
WEEKS: Final = 12
NAMED: Final = 100
DECIDED: Final = 300
"""So many gained leads are decided on one by one, to know who is handed off at once."""
_BINS: Final = 24
_STEPS: Final = (100, 200, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000)
_log = structlog.get_logger("handraise.preview")


@dataclass(frozen=True)
class Person:
    """A lead that comes in or goes out, with its scores (hundredths) before and after."""

    lead_id: int
    name: str | None
    account: str | None
    before: int | None
    after: int


@dataclass(frozen=True)
class Histogram:
    """How many leads have how much of a score; bin `i` begins at `start + i * step` hundredths."""

    dimension: str
    start: int
    step: int
    before: tuple[int, ...] | None
    after: tuple[int, ...]
    bar_before: int | None
    bar_after: int | None


@dataclass(frozen=True)
class WeekLoad:
    """Leads that became an MQL in the week that begins on `start`, under each version."""

    start: date
    before: int | None
    after: int


@dataclass(frozen=True)
class Preview:
    """What a candidate would do.

    Attributes
    ----------
    as_of, leads, total
        The moment asked about; how many leads were scored, of how many.
    against_id
        The version it is compared with, None when none is live.
    mqls_before, mqls_after
        Leads that are an MQL at that moment.
    gained, lost
        How many are one only after, and only before; `coming_in` and `going_out` name the first of them.
    disqualified_before, disqualified_after
        Leads that a disqualifier keeps out.
    handed_off
        Hand-offs that would be opened at once when it goes live; None when too many are gained to say.
    weekly_before, weekly_after
        Leads that become an MQL a week, the mean of `weeks`.
    moves_on_colleagues
        Whether it asks what colleagues' engagement is, which going live itself changes.
    """

    as_of: datetime
    leads: int
    total: int
    against_id: int | None
    mqls_before: int | None
    mqls_after: int
    gained: int
    lost: int
    disqualified_before: int | None
    disqualified_after: int
    handed_off: int | None
    weekly_before: float | None
    weekly_after: float
    weeks: tuple[WeekLoad, ...]
    histograms: tuple[Histogram, ...]
    coming_in: tuple[Person, ...]
    going_out: tuple[Person, ...]
    changes: tuple[str, ...]
    moves_on_colleagues: bool = False

    @property
    def is_sample(self) -> bool:
        """Whether the base is larger than what was scored."""
        return self.leads < self.total

    @property
    def factor(self) -> float:
        """By how much a count of a sample is to be multiplied for the base."""
        return self.total / self.leads if self.leads else 1.0

    def give_or_take(self, count: int) -> int:
        """How far the whole base's number may be from a sample's count times `factor` (95 %)."""
        if not self.is_sample or not self.leads:
            return 0
        share = count / self.leads
        # of a sample without replacement: what is not in the sample is all there is to be wrong about
        unseen = 1 - self.leads / self.total
        return round(1.96 * self.total * float(np.sqrt(share * (1 - share) / self.leads * unseen)))


def as_figures(found: Preview) -> dict[str, Any]:
    """The preview as JSON keeps it: points are hundredths, times ISO 8601."""

    def plain(value: Any) -> Any:
        match value:
            case datetime() | date():
                return value.isoformat()
            case dict():
                return {name: plain(each) for name, each in value.items()}
            case list() | tuple():
                return [plain(each) for each in value]
            case _:
                return value

    figures: dict[str, Any] = plain(asdict(found))
    return figures


def of_figures(figures: Mapping[str, Any]) -> Preview:
    """The preview that was kept as figures."""
    made = dict(figures)
    made["as_of"] = datetime.fromisoformat(made["as_of"])
    made["weeks"] = tuple(
        WeekLoad(date.fromisoformat(one["start"]), one["before"], one["after"]) for one in made["weeks"]
    )
    made["histograms"] = tuple(
        Histogram(
            **{
                **one,
                "before": None if one["before"] is None else tuple(one["before"]),
                "after": tuple(one["after"]),
            }
        )
        for one in made["histograms"]
    )
    for who in ("coming_in", "going_out"):
        made[who] = tuple(Person(**one) for one in made[who])
    made["changes"] = tuple(made["changes"])
    return Preview(**made)


@dataclass(frozen=True)
class Reading:
    """The base is being read for the first time: `done` of `total` leads."""

    done: int
    total: int


@dataclass
class Previews:
    """The snapshot of this process, and what the live versions say of it.

    Several threads may share it; one reads at a time.
    """

    most: int = MOST
    small: int = SMALL
    evaluators: Evaluators = field(default_factory=Evaluators)
    _held: Snapshot | None = None
    _reading: Reading | None = None
    _asked: frozenset[str] = frozenset()
    _before: dict[int, Output] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def preview(
        self, connection: sa.Connection, database: Database, candidate: Definition, now: datetime
    ) -> Preview | Reading:
        """What going live with a definition would do, or how far reading the base is.

        Raises
        ------
        TooComplex
            When it asks for more than the evaluator takes.
        """
        live = [each for each in definitions.open_rollouts(connection) if each.mode == "live"]
        judges = self.evaluators.judges(connection, [each.version_id for each in live])
        mine = next((each.version_id for each in live if each.name == candidate.name), None)
        asked = asked_of_events([candidate, *(judge.definition for judge in judges.values())])
        taken = self.taken(connection, database, now, asked)
        if isinstance(taken, Reading):
            return taken
        before = None if mine is None else self._scored_before(taken, mine, judges[mine].definition)
        after = taken.scored(candidate)
        handed = None
        gained = np.flatnonzero(_is_gained(before, after))
        if gained.size <= DECIDED:
            others = [judge.definition for version, judge in judges.items() if version != mine]
            handed = _handed_off(connection, taken, gained, candidate, others, now)
        return _preview(
            taken,
            candidate,
            None if mine is None else judges[mine].definition,
            before,
            after,
            against_id=mine,
            handed_off=handed,
        )

    def taken(
        self, connection: sa.Connection, database: Database, now: datetime, properties: frozenset[str]
    ) -> Snapshot | Reading:
        """The base as columns, or how far reading it is; of a large one the same for some minutes.

        Parameters
        ----------
        properties
            What is asked of events. What nobody asked before is read by itself.
        """
        if size(connection) <= self.small:
            return snapshot_in(connection, now, properties)
        with self._lock:
            self._asked |= properties
            held = self._held
            is_old = held is None or now - held.taken_at > FRESH or bool(held.lacks(properties))
            if is_old and self._reading is None:
                self._reading = Reading(0, 0)
                Thread(target=self._read, args=(database, now), name="snapshot", daemon=True).start()
            if held is not None and not held.lacks(properties):
                return held
            return self._reading or Reading(0, 0)

    def _read(self, database: Database, now: datetime) -> None:
        def progress(done: int, total: int) -> None:
            self._reading = Reading(done, total)

        held, asked = self._held, self._asked
        is_fresh = held is not None and now - held.taken_at <= FRESH
        try:
            if held is not None and is_fresh:
                taken = with_properties(database, held, asked, progress)
            else:
                taken = snapshot(database, now, asked, progress, most=self.most)
        except Exception:
            _log.exception("the base could not be read for previews")
            taken = None
        with self._lock:
            self._reading = None
            if taken is not None:
                self._held = taken
                self._before = self._before if is_fresh else {}

    def _scored_before(self, taken: Snapshot, version_id: int, definition: Definition) -> Output:
        if taken is not self._held:
            return taken.scored(definition)
        found = self._before.get(version_id)
        if found is None:
            found = self._before[version_id] = taken.scored(definition)
        return found


def _is_gained(before: Output | None, after: Output) -> Bools:
    is_mql: Bools = after.is_mql == 1
    return is_mql if before is None else is_mql & (before.is_mql == 0)


def _handed_off(
    connection: sa.Connection,
    taken: Snapshot,
    gained: I64,
    candidate: Definition,
    others: Sequence[Definition],
    now: datetime,
) -> int:
    """How many of the gained leads would get a hand-off at once: the decision that the worker makes."""
    roots = [int(taken.ids[int(place)].as_py()) for place in gained]
    leads = histories(connection, roots)
    if not leads:
        return 0
    deciding = [candidate, *others]
    standing = situations.standings(
        connection, roots, with_frameworks=any(each.qualify.skip_to_sql for each in deciding)
    )
    judged: list[list[Judged]] = [[] for _ in leads]
    for definition in deciding:
        scores = Evaluator(definition).scores(leads, now)
        asked = [
            Asked(lead, score, standing[int(lead.lead_id)].situation)
            for lead, score in zip(leads, scores, strict=True)
        ]
        answers = Companion(definition).answers_of(asked, now)
        for of_lead, score, answer in zip(judged, scores, answers, strict=True):
            of_lead.append(Judged(definition, score, answer))
    return sum(
        any(
            isinstance(effect, OpenHandoff) and each.definition is candidate
            for each, effects in decide_each(of_lead, standing[int(lead.lead_id)].situation, now)
            for effect in effects
        )
        for lead, of_lead in zip(leads, judged, strict=True)
    )


def _preview(
    taken: Snapshot,
    candidate: Definition,
    live: Definition | None,
    before: Output | None,
    after: Output,
    *,
    against_id: int | None,
    handed_off: int | None,
) -> Preview:
    gained = np.flatnonzero(_is_gained(before, after))
    lost = (
        np.zeros(0, np.int64)
        if before is None
        else np.flatnonzero((before.is_mql == 1) & (after.is_mql == 0))
    )
    weeks = _weeks(taken, candidate, before, after)
    return Preview(
        as_of=taken.taken_at,
        leads=len(taken),
        total=taken.total,
        against_id=against_id,
        mqls_before=None if before is None else int((before.is_mql == 1).sum()),
        mqls_after=int((after.is_mql == 1).sum()),
        gained=int(gained.size),
        lost=int(lost.size),
        disqualified_before=None if before is None else int((before.disqualified >= 0).sum()),
        disqualified_after=int((after.disqualified >= 0).sum()),
        handed_off=handed_off,
        weekly_before=None if before is None else float(np.mean([week.before or 0 for week in weeks])),
        weekly_after=float(np.mean([week.after for week in weeks])),
        weeks=weeks,
        histograms=tuple(_histograms(candidate, live, before, after)),
        coming_in=_people(taken, gained, before, after),
        going_out=_people(taken, lost, before, after),
        changes=tuple(each.sentence for each in differences(live, candidate)) if live is not None else (),
        moves_on_colleagues=asks_of_colleagues(candidate),
    )


def _weeks(
    taken: Snapshot, candidate: Definition, before: Output | None, after: Output
) -> tuple[WeekLoad, ...]:
    """The whole weeks before the moment asked about, in the candidate's zone."""
    end = microseconds_of(taken.taken_at)
    start = microseconds_of(taken.taken_at - timedelta(weeks=WEEKS + 1))

    def within(found: Output) -> I64:
        became: I64 = found.became[(found.became != MISSING) & (found.became >= start) & (found.became < end)]
        return became

    load = load_of(
        within(after),
        within(after if before is None else before),
        start,
        end,
        zone=candidate.timezone,
        capacity=None,
        promise=None,
    )
    return tuple(
        WeekLoad(week.start, None if before is None else week.against, week.candidate)
        for week in load.whole_weeks[-WEEKS:]
    )


def _histograms(
    candidate: Definition, live: Definition | None, before: Output | None, after: Output
) -> "list[Histogram]":
    """One for each score that the definition asks to reach; the total when it asks for none."""
    asked = dict.fromkeys(
        leaf.dimension for leaf in leaves(candidate.qualify.mql) if isinstance(leaf, ScoreAtLeast)
    )
    return [
        _histogram(
            dimension,
            None if before is None else _points(before, dimension),
            _points(after, dimension),
            None if live is None else _bar(live, dimension),
            _bar(candidate, dimension),
        )
        for dimension in asked or {"total": None}
    ]


def _points(found: Output, dimension: str) -> I64:
    if dimension == "total":
        return found.fit + found.engagement
    points: I64 = found.fit if dimension == "fit" else found.engagement
    return points


def _bar(definition: Definition, dimension: str) -> int | None:
    """What the definition asks of this score, where it asks for one height."""
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar}
    found = {
        bars.get(leaf.dimension) if leaf.hundredths is None else leaf.hundredths
        for leaf in leaves(definition.qualify.mql)
        if isinstance(leaf, ScoreAtLeast) and leaf.dimension == dimension
    }
    return found.pop() if len(found) == 1 else None


def _histogram(
    dimension: str, before: I64 | None, after: I64, bar_before: int | None, bar_after: int | None
) -> Histogram:
    """Bins of one width from the lowest score, or what is asked, to the highest."""
    shown = [column for column in (before, after) if column is not None and column.size]
    bars = [bar for bar in (bar_before, bar_after) if bar is not None]
    low = min([0, *(int(column.min()) for column in shown), *bars])
    high = max([0, *(int(column.max()) for column in shown), *bars])
    step = next((one for one in _STEPS if (high - low) / one < _BINS), (high - low) // _BINS + 1)
    start = low // step * step
    bins = (high - start) // step + 1

    def counted(column: I64) -> tuple[int, ...]:
        return tuple(int(n) for n in np.bincount((column - start) // step, minlength=bins))

    return Histogram(
        dimension,
        start,
        step,
        None if before is None else counted(before),
        counted(after),
        bar_before,
        bar_after,
    )


def _people(taken: Snapshot, rows: I64, before: Output | None, after: Output) -> tuple[Person, ...]:
    """The first of these leads by name, those with most points first."""
    points = (
        after.fit + after.engagement
        if before is None
        else np.maximum(after.fit + after.engagement, before.fit + before.engagement)
    )
    chosen = rows[np.argsort(-points[rows], kind="stable")][:NAMED]
    return tuple(
        Person(
            lead_id=int(taken.ids[int(row)].as_py()),
            name=_name(taken, int(row)),
            account=_fact(taken, "account.name", int(row)) or _fact(taken, "lead.company", int(row)),
            before=None if before is None else int(before.fit[row] + before.engagement[row]),
            after=int(after.fit[row] + after.engagement[row]),
        )
        for row in chosen
    )


def _name(taken: Snapshot, row: int) -> str | None:
    parts = [_fact(taken, f"lead.{part}", row) for part in ("first_name", "last_name")]
    whole = " ".join(part for part in parts if part)
    return whole or _fact(taken, "lead.name", row) or _fact(taken, "lead.email", row)


def _fact(taken: Snapshot, name: str, row: int) -> str | None:
    column = taken.facts.get(name)
    value = None if column is None else column[row].as_py()
    return None if value is None else str(value)


__all__ = ["Preview", "Previews", "Reading", "as_figures", "of_figures"]
