"""One lead judged by one definition at any instant, everything from the beginning each time."""

from copy import copy
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from handraise.core.definition.conditions import (
    AllOf,
    AnyOf,
    Behaviour,
    Condition,
    FactTest,
    GradeIn,
    Negation,
    PatternHolds,
    ScoreAtLeast,
    Seen,
    SessionCount,
)
from handraise.core.definition.model import Definition, EngagementRule, FitRule, HalfLife
from handraise.core.event import Lead
from handraise.core.score import Line
from tests.oracle.behaviour import Met, counted, each, same_session, sequence, silence
from tests.oracle.clock import instant, moment
from tests.oracle.history import Happening, history
from tests.oracle.known import created_at, fact, is_domain, lists_of
from tests.oracle.points import bounding, worth
from tests.oracle.values import Asked, Value, holds, text_of, typed


@dataclass(frozen=True)
class Sums:
    """Both dimensions at an instant, with their lines."""

    fit: int
    engagement: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Verdict:
    """What people act on: whether it is an MQL, the reason why not, the grade."""

    is_mql: bool
    reason: str | None
    grade: str | None


class Judge:
    """Answers for one definition and one lead, at any instant; events after `until` do not exist."""

    def __init__(self, definition: Definition, lead: Lead, until: int) -> None:
        self.definition, self.lead = definition, lead
        self.zone = ZoneInfo(definition.timezone)
        self.lists = lists_of(definition)
        self.events = history(lead.events, until)
        created = created_at(lead)
        self.known_since = instant(created) if created else (self.events[0].at if self.events else None)
        self.matching = {
            signal.name: {e.number for e in self.events if self.matches(signal.events, signal.where, e)}
            for signal in definition.signals
        }
        self.fact = cache(lambda name: fact(lead, name))
        self.half_lives_until: int | None = None
        self.sums = cache(self._sums)
        self.verdict = cache(self._verdict)

    def with_half_lives_until(self, at: int) -> "Judge":
        """The same judge, for whom half-lives stand still from that instant on."""
        other = copy(self)
        other.half_lives_until = at
        other.sums, other.verdict = cache(other._sums), cache(other._verdict)
        return other

    # ----------------------------------------------------------------------------------- conditions

    def matches(self, names: tuple[str, ...], where: Condition, event: Happening) -> bool:
        """Whether an event is one of these and its properties satisfy the condition."""
        by_name = text_of(event.event.event) in [text_of(name) for name in names]
        named = by_name or ("*" in names and event.is_done_by_lead)
        return named and self.property_holds(where, event)

    def property_holds(self, condition: Condition, event: Happening) -> bool:
        """The condition on the properties of an event."""
        match condition:
            case AllOf(items):
                return all(self.property_holds(item, event) for item in items)
            case AnyOf(items):
                return any(self.property_holds(item, event) for item in items)
            case Negation(item):
                return not self.property_holds(item, event)
            case FactTest(name, tests):
                value = typed(event.event.properties.get(name))
                return all(holds(test, value, Asked(event.at, self.lists)) for test in tests)
        raise AssertionError(condition)

    def holds(self, condition: Condition, now: int) -> bool:
        """Any condition, at an instant."""
        match condition:
            case AllOf(items):
                return all(self.holds(item, now) for item in items)
            case AnyOf(items):
                return any(self.holds(item, now) for item in items)
            case Negation(item):
                return not self.holds(item, now)
            case FactTest(name, tests):
                asked = Asked(now, self.lists, is_domain(name))
                return all(holds(test, self.fact(name), asked) for test in tests)
            case Behaviour():
                return self.met(condition, now, None) is not None
            case SessionCount(tests):
                count = typed(len({e.session for e in self.events if e.at <= now and e.is_done_by_lead}))
                return all(holds(test, count, Asked(now, self.lists)) for test in tests)
            case Seen(which, tests):
                return all(holds(test, self.seen_at(which, now), Asked(now, self.lists)) for test in tests)
            case PatternHolds(name):
                return self.holds(self.definition.pattern(name).condition, now)
            case ScoreAtLeast() | GradeIn():
                return self.score_holds(condition, now)
        return False  # stages are the lifecycle's matter, not the score's

    def seen_at(self, which: str, now: int) -> Value:
        """The lead's first or last event."""
        times = [e.at for e in self.events if e.at <= now and e.is_done_by_lead]
        return moment(times[0 if which == "first_seen" else -1]) if times else None

    def score_holds(self, condition: ScoreAtLeast | GradeIn, now: int) -> bool:
        """Bars, points and grades."""
        if isinstance(condition, GradeIn):
            return self.grade(now) in condition.grades
        sums, least = self.sums(now), condition.hundredths
        if condition.dimension == "total":
            return sums.fit + sums.engagement >= (least or 0)
        if condition.dimension == "fit":
            bar = self.definition.fit.bar if least is None else least
            return bar is not None and sums.fit >= bar
        bar = self.definition.engagement.bar if least is None else least
        return bar is not None and sums.engagement >= bar

    # ------------------------------------------------------------------------------------ behaviour

    def met(self, asked: Behaviour, now: int, reset: int | None) -> Met | None:
        """How a behaviour is met by the events up to `now`, after the reset if there is one."""
        opens = reset
        if asked.in_last is not None and asked.form != "none_of":
            start = now - asked.in_last.microseconds
            opens = start if reset is None else max(start, reset)

        def seen(*names: str) -> list[Happening]:
            return [e for e in self.of(*names) if e.at <= now and (opens is None or e.at > opens)]

        if asked.form == "same_session":
            return same_session([seen(name) for name in asked.signals])
        if asked.form == "sequence":
            return sequence(
                [seen(name) for name in asked.signals],
                None if asked.within is None else asked.within.microseconds,
            )
        if asked.form == "none_of":
            since = self.known_since if reset is None else max(reset, self.known_since or reset)
            return silence(asked, seen(*asked.signals), since, now)
        if asked.each is not None:
            return each(asked, asked.each, seen(*asked.signals), self.zone)
        return counted(asked, seen(*asked.signals))

    def of(self, *names: str) -> list[Happening]:
        """The events that match any of the signals, in order of time."""
        return [e for e in self.events if any(e.number in self.matching[name] for name in names)]

    def last_reset(self, now: int) -> int | None:
        """The lead's last reset event up to `now`."""
        return max((e.at for e in self.resets() if e.at <= now), default=None)

    def resets(self) -> list[Happening]:
        """The events that take engagement back, a recycling among them where the definition says so."""
        named = self.of(*self.definition.engagement.reset_on)
        recycle = self.definition.recycle
        if recycle is None or recycle.reset != "engagement":
            return named
        return named + [e for e in self.events if not e.is_done_by_lead]

    # --------------------------------------------------------------------------------------- scores

    def _sums(self, now: int) -> Sums:
        fit, engagement = self.definition.fit, self.definition.engagement
        fit_lines = [(self.fit_line(rule), rule.group) for rule in fit.rules if self.holds(rule.when, now)]
        reset = self.last_reset(now)
        found = [(self.engagement_line(rule, now, reset), rule.group) for rule in engagement.rules]
        earned = [(line, group) for line, group in found if line is not None]
        fit_all = [line for line, _ in fit_lines] + bounding(fit_lines, fit.groups, fit.bounds, "fit")
        engagement_all = [line for line, _ in earned]
        engagement_all += bounding(earned, engagement.groups, engagement.bounds, "engagement")
        return Sums(
            sum(line.points for line in fit_all),
            sum(line.points for line in engagement_all),
            (*fit_all, *engagement_all),
        )

    def fit_line(self, rule: FitRule) -> Line:
        """The line of a fit rule that holds."""
        return Line(rule.rule, "fit", rule.points)

    def engagement_line(self, rule: EngagementRule, now: int, reset: int | None) -> Line | None:
        """The line of an engagement rule, if it holds."""
        met = self.met(rule.behaviour, now, reset)
        if met is None or (rule.when is not None and not self.holds(rule.when, now)):
            return None
        points = sum(
            rule.points if at is None else worth(rule.points, rule.decay, self.age(rule, at, now))
            for at in met.earned
        )
        last = None if met.last is None else moment(met.last)
        return Line(rule.rule, "engagement", points, met.count, last)

    def age(self, rule: EngagementRule, at: int, now: int) -> int:
        """How old a contribution is for its decay."""
        if isinstance(rule.decay, HalfLife) and self.half_lives_until is not None:
            return max(0, min(now, self.half_lives_until) - at)
        return now - at

    def grade(self, now: int) -> str | None:
        """The best label of each dimension that is reached; below the last, the last."""
        grades = self.definition.qualify.grades
        if grades is None:
            return None
        sums = self.sums(now)
        return _label(grades.fit, sums.fit) + _label(grades.engagement, sums.engagement) or None

    def is_judged(self, now: int) -> bool:
        """Whether the definition judges this lead at all."""
        return self.holds(self.definition.applies_to, now)

    def fast_tracks(self, now: int) -> tuple[str, ...]:
        """The fast tracks that hold, with what they need."""
        tracks = self.definition.qualify.fast_track
        return tuple(t.rule for t in tracks if self.holds(t.when, now) and self.holds(t.needs, now))

    def _verdict(self, now: int) -> Verdict:
        if not self.is_judged(now):
            return Verdict(is_mql=False, reason=None, grade=None)
        satisfied = self.holds(self.definition.qualify.mql, now) or bool(self.fast_tracks(now))
        reasons = [d.reason for d in self.definition.disqualify if self.holds(d.when, now)]
        reason = reasons[0] if reasons else None
        return Verdict(satisfied and reason is None, reason, self.grade(now))


def _label(levels: tuple[tuple[str, int], ...], score: int) -> str:
    reached = [label for label, start in levels if score >= start]
    return reached[0] if reached else (levels[-1][0] if levels else "")
