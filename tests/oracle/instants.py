"""The first instant at which something is so (decisions 30 to 32).

Something can begin or end at an *instant of note*: an event, the end of a window, a fact that comes of age, a
full stretch of silence, a step. Between two of them only half-lives are at work, so engagement only falls;
what changes then is found at the first whole second at which engagement is under a threshold.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from handraise.core.definition.conditions import (
    Before,
    Behaviour,
    FactTest,
    InLast,
    ScoreAtLeast,
    Seen,
    Test,
    leaves,
)
from handraise.core.definition.model import Steps, behaviours_of, conditions_of
from handraise.core.duration import Duration
from tests.oracle.clock import SECOND, instant
from tests.oracle.judge import Judge, Verdict
from tests.oracle.values import entries_of, moment_in


def first_instant(judge: Judge, start: int, end: int, wanted: Callable[[Verdict], bool]) -> int | None:
    """The first instant from `start` to `end`, both included, at which the verdict is wanted."""
    if wanted(judge.verdict(start)):
        return start
    now, coming = start, sorted({at for at in instants_of_note(judge) if start < at < end} | {end})
    while coming:
        upcoming = coming.pop(0)
        for fall in falls(judge, now, upcoming):
            if wanted(judge.verdict(fall)):
                return fall
        if wanted(judge.verdict(upcoming)):
            if upcoming == end or wanted(without_half_lives(judge, upcoming).verdict(upcoming)):
                return upcoming
            insort(coming, min(end, next_second(upcoming)))  # a half-life did it
        now = upcoming
    return None


def without_half_lives(judge: Judge, at: int) -> Judge:
    """A judge for whom no half-life does anything just at this instant, unless that is a whole second."""
    return judge if at % SECOND == 0 else judge.with_half_lives_until(at - 1)


def next_second(at: int) -> int:
    """The next whole second."""
    return (at // SECOND + 1) * SECOND


def instants_of_note(judge: Judge) -> Iterator[int]:
    """When anything but decay and silence counted in stretches can change."""
    definition = judge.definition
    known = [] if judge.known_since is None else [judge.known_since]
    yield from known
    for event in judge.events:
        yield event.at
    resets = [event.at for event in judge.resets()]
    for behaviour in behaviours_of(definition):
        starts = [event.at for event in judge.of(*behaviour.signals)]
        if behaviour.form == "none_of":
            starts += known + resets
        for window in _windows(behaviour):
            yield from (at + window.microseconds for at in starts)
    for _, condition in conditions_of(definition):
        for leaf in leaves(condition):
            if isinstance(leaf, Seen):
                yield from _deadlines(leaf.tests, (event.at for event in judge.events))
            if isinstance(leaf, FactTest):
                moments = [moment_in(entry) for entry in entries_of(judge.fact(leaf.fact))]
                yield from _deadlines(leaf.tests, (instant(at) for at in moments if isinstance(at, datetime)))


def _windows(behaviour: Behaviour) -> list[Duration]:
    stretch = behaviour.each.duration if behaviour.form == "none_of" and behaviour.each else None
    return [window for window in (behaviour.in_last, stretch) if window is not None]


def _deadlines(tests: tuple[Test, ...], times: Iterable[int]) -> Iterator[int]:
    for at in times:
        for test in tests:
            match test:
                case InLast(window) | Before(Duration() as window):
                    yield at
                    yield at + window.microseconds


def falls(judge: Judge, now: int, upcoming: int) -> Iterator[int]:
    """The instants between two instants of note at which engagement is first under a threshold, in order."""
    if upcoming <= now:
        return
    before, after = judge.sums(now), judge.sums(upcoming - 1)
    if before.engagement == after.engagement:
        return
    for threshold in sorted(_thresholds(judge, before.fit), reverse=True):
        if after.engagement < threshold <= before.engagement:
            fall = _first_under(judge, threshold, now, upcoming)
            if fall is not None:
                yield fall


def _thresholds(judge: Judge, fit: int) -> set[int]:
    """Every engagement at which a verdict may turn, with fit as it is."""
    engagement, qualify = judge.definition.engagement, judge.definition.qualify
    found = {start for _, start in qualify.grades.engagement} if qualify.grades else set()
    found |= {engagement.bar} - {None} if engagement.bar is not None else set()
    for condition in (qualify.mql, *(track.needs for track in qualify.fast_track)):
        for leaf in leaves(condition):
            if isinstance(leaf, ScoreAtLeast) and leaf.hundredths is not None:
                found.add(leaf.hundredths - (fit if leaf.dimension == "total" else 0))
    return found


def _first_under(judge: Judge, threshold: int, now: int, upcoming: int) -> int | None:
    """The first whole second (or end of a stretch of silence, or step) in between that is under it."""
    low, high = now // SECOND, (upcoming - 1) // SECOND  # the last whole second that may be too early or late
    if judge.sums(high * SECOND).engagement >= threshold or high <= low:
        second, last_early = None, max(now, high * SECOND)
    else:
        while high - low > 1:
            middle = (low + high) // 2
            if judge.sums(middle * SECOND).engagement < threshold:
                high = middle
            else:
                low = middle
        second, last_early = high * SECOND, max(now, low * SECOND)
    for end in _stretch_ends(judge, last_early, upcoming if second is None else second):
        if without_half_lives(judge, end).sums(end).engagement < threshold:
            return end
    return second


def _stretch_ends(judge: Judge, after: int, before: int) -> list[int]:
    """When a stretch of silence is full or a contribution loses a step, strictly in between."""
    ends = set()
    resets = [event.at for event in judge.resets()]
    known = [] if judge.known_since is None else [judge.known_since]
    for rule in judge.definition.engagement.rules:
        behaviour = rule.behaviour
        starts = [event.at for event in judge.of(*behaviour.signals)]
        stretches = []
        if behaviour.form == "none_of" and behaviour.each is not None and behaviour.each.duration is not None:
            stretches.append(behaviour.each.duration.microseconds)
            starts += [*resets, *known]
        if isinstance(rule.decay, Steps):
            stretches.append(rule.decay.every.microseconds)
        for stretch in stretches:
            for start in starts:
                end = start + ((after - start) // stretch + 1) * stretch
                if start < end < before:
                    ends.add(end)
    return sorted(ends)
