"""Whether events satisfy a behaviour at an instant, by the words of the language (decisions 11 to 17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from handraise.core.definition.conditions import Behaviour, Each
from tests.oracle.clock import moment
from tests.oracle.history import Happening
from tests.oracle.values import number_of, text_of, typed

Seen = Sequence[Happening]


@dataclass(frozen=True)
class Met:
    """A behaviour that is met: what it counts, its latest event, and when each contribution was earned."""

    count: int
    last: int | None
    earned: tuple[int | None, ...]


def once(count: int, times: Iterable[int]) -> Met | None:
    """Met once, from the latest of the times that satisfy; not met when there is none."""
    last = max(times, default=None)
    return None if last is None else Met(count, last, (last,))


def value_of(happening: Happening, name: str) -> str | None:
    """The property as text to compare; None when the event does not have it."""
    value = typed(happening.event.properties.get(name))
    return None if value is None else text_of(value)


def amount_of(happening: Happening, name: str) -> Decimal | None:
    """The property as a number rounded to six places; None when it is no number."""
    number = number_of(typed(happening.event.properties.get(name)))
    return None if number is None else number.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


# ------------------------------------------------------------------------------------- one or many events


def counted(asked: Behaviour, seen: Seen) -> Met | None:
    """At least N events, different values, events that share a value, or a sum; perhaps within a time."""
    if asked.distinct is not None:
        return _distinct(asked, asked.distinct, seen)
    if asked.same is not None:
        return _same(asked, asked.same, seen)
    if asked.sum is not None:
        return _sum(asked, asked.sum, seen)
    if asked.within is not None:
        closing = [e.at for e in seen if len(_up_to(e, seen, asked)) >= asked.at_least]
        return once(len(seen), closing)
    return once(len(seen), [e.at for e in seen]) if len(seen) >= asked.at_least else None


def _up_to(last: Happening, seen: Seen, asked: Behaviour) -> list[Happening]:
    """The events up to one, no longer before it than `within`."""
    earliest = None if asked.within is None else last.at - asked.within.microseconds
    return [e for e in seen if e.at <= last.at and (earliest is None or e.at >= earliest)]


def _distinct(asked: Behaviour, name: str, seen: Seen) -> Met | None:
    having = [e for e in seen if value_of(e, name) is not None]
    different = len({value_of(e, name) for e in having})
    if asked.within is None:
        return once(different, [e.at for e in having]) if different >= asked.at_least else None
    closing = [
        e.at for e in having if len({value_of(o, name) for o in _up_to(e, having, asked)}) >= asked.at_least
    ]
    return once(different, closing)


def _same(asked: Behaviour, name: str, seen: Seen) -> Met | None:
    having = [(e, value_of(e, name)) for e in seen if value_of(e, name) is not None]
    most = max((sum(1 for _, other in having if other == value) for _, value in having), default=0)
    closing = []
    for event, value in having:
        sharing = [e for e, other in having if other == value]
        if len(_up_to(event, sharing, asked)) >= asked.at_least:
            closing.append(event.at)
    return once(most, closing)


def _sum(asked: Behaviour, name: str, seen: Seen) -> Met | None:
    having = [e for e in seen if amount_of(e, name) is not None]
    if asked.within is None:
        total = sum(amount_of(e, name) or 0 for e in having)
        return once(len(having), [e.at for e in having]) if total >= asked.at_least else None
    closing = [
        e.at
        for e in having
        if sum(amount_of(o, name) or 0 for o in _up_to(e, having, asked)) >= asked.at_least
    ]
    return once(len(having), closing)


# -------------------------------------------------------------------------------------------- each


def each(asked: Behaviour, how: Each, seen: Seen, zone: ZoneInfo) -> Met | None:
    """Points for every event that counts; the most recent `at_most` of them."""
    chosen = [e.at for e in seen] if how.unit == "event" else _chosen(how, seen, zone)
    if asked.at_most is not None:
        chosen = chosen[-asked.at_most :]
    return Met(len(chosen), chosen[-1], tuple(chosen)) if chosen else None


def _chosen(how: Each, seen: Seen, zone: ZoneInfo) -> list[int]:
    if how.duration is not None:
        chosen: list[int] = []
        for event in seen:
            if not chosen or event.at - chosen[-1] >= how.duration.microseconds:
                chosen.append(event.at)
        return chosen
    taken: dict[object, list[int]] = {}
    for event in seen:
        times = taken.setdefault(_period(how, event, zone), [])
        if len(times) < how.count:
            times.append(event.at)
    return sorted(time for times in taken.values() for time in times)


def _period(how: Each, event: Happening, zone: ZoneInfo) -> object:
    if how.unit == "session":
        return event.session
    local = moment(event.at).astimezone(zone)
    if how.unit == "day":
        return local.date()
    if how.unit == "week":
        return local.isocalendar()[:2]
    return local.year, local.month


# --------------------------------------------------------------------------- several signals, silence


def same_session(seen_of: Sequence[Seen]) -> Met | None:
    """All signals in one session: the latest of their events by which a session has them all."""
    times = []
    for event in (event for seen in seen_of for event in seen):
        mates = [[e for e in seen if e.session == event.session and e.at <= event.at] for seen in seen_of]
        if all(mates):
            times.append(event.at)
    return once(1, times)


def sequence(seen_of: Sequence[Seen], within: int | None) -> Met | None:
    """One signal after another, each strictly later: the latest event that completes it in time."""
    # For every event that ends a part of the sequence: the latest start such a part can have.
    starts = [(e.at, e.at) for e in seen_of[0]]
    for seen in seen_of[1:]:
        longer = []
        for event in seen:
            earlier = [start for end, start in starts if end < event.at]
            if earlier:
                longer.append((event.at, max(earlier)))
        starts = longer
    return once(1, [end for end, start in starts if within is None or end - start <= within])


def silence(asked: Behaviour, seen: Seen, since: int | None, now: int) -> Met | None:
    """None of the events for the window, or once for every full stretch since the last (decision 17).

    `since` is when the lead is known, or the reset if that is later. `seen` is not narrowed by `in_last`.
    """
    stretch = asked.each.duration if asked.each is not None else None
    window = asked.in_last or stretch
    if window is None or since is None or now - since < window.microseconds:
        return None
    if any(e.at > now - window.microseconds for e in seen):
        return None
    if stretch is None:
        return Met(1, None, (None,))
    start = max((e.at for e in seen), default=since)
    full = (now - start) // stretch.microseconds
    if asked.at_most is not None:
        full = min(full, asked.at_most)
    return Met(full, None, (None,) * full) if full else None
