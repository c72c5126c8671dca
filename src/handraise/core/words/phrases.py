"""English phrases with places for names and numbers. The modules beside choose among them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from handraise.core.definition.conditions import Comparable, Scalar
from handraise.core.duration import Duration
from handraise.core.points import written
from handraise.core.words import english as say

ALWAYS: Final = "always"
SESSIONS: Final = say.FactLabel("number of sessions", "there are {} sessions", "there is {} session")
_SEEN: Final = {"first_seen": "first", "last_seen": "last"}

# ------------------------------------------------------------------------------------- tests on facts


def equals(label: say.FactLabel, values: Sequence[Scalar]) -> str:
    """The value is one of these."""
    said = [say.value(each) for each in values]
    if label.amount and all(isinstance(each, Decimal) for each in values):
        return label.clause(say.either(said))
    return f"{label.label} is {say.either(said)}"


def anything_but(label: say.FactLabel, values: Sequence[str]) -> str:
    """The value is none of these, or unknown."""
    return f"{label.label} is anything but {say.either(values)}"


def none_of_values(label: say.FactLabel, values: Sequence[str]) -> str:
    """The value is known and none of these."""
    return f"{label.label} is known and none of {', '.join(values)}"


def between(label: say.FactLabel, low: Comparable, high: Comparable) -> str:
    """Both ends included."""
    return label.clause(f"{say.amount(low)} to {say.amount(high)}")


def at_least(label: say.FactLabel, bound: Decimal) -> str:
    """So much or more."""
    return label.clause(f"{say.number(bound)} or more")


def at_most(label: say.FactLabel, bound: Decimal) -> str:
    """So much or less."""
    return label.clause(f"at most {say.number(bound)}")


def starts_with(label: say.FactLabel, prefixes: Sequence[str]) -> str:
    """Of a text."""
    return f"{label.label} starts with {say.either(prefixes)}"


def contains(label: say.FactLabel, parts: Sequence[str]) -> str:
    """Of a text."""
    return f"{label.label} contains {say.either([say.quoted(part) for part in parts])}"


def matches(label: say.FactLabel, pattern: str) -> str:
    """Of a text."""
    return f"{label.label} matches the pattern {pattern}"


def on_list(label: say.FactLabel, name: str) -> str:
    """An entry of a managed list."""
    return f"{label.label} is on the list {say.quoted(say.listed_name(name))}"


def off_list(label: say.FactLabel, name: str) -> str:
    """No entry of a managed list, or unknown."""
    return f"{label.label} is not on the list {say.quoted(say.listed_name(name))}"


def has(label: say.FactLabel, values: Sequence[str]) -> str:
    """Of a list."""
    return f"{label.label} includes {say.either(values)}"


def lacks(label: say.FactLabel, values: Sequence[str]) -> str:
    """Of a list, or nothing is known."""
    return f"{label.label} does not include {say.either(values)}"


def known(label: say.FactLabel) -> str:
    """Something is known."""
    return f"{label.label} is known"


def unknown(label: say.FactLabel) -> str:
    """Nothing is known."""
    return f"{label.label} is not known"


def before(label: say.FactLabel, moment: datetime) -> str:
    """Earlier than."""
    return f"{label.label} is before {say.moment(moment)}"


def on_or_after(label: say.FactLabel, moment: datetime) -> str:
    """At or later."""
    return f"{label.label} is {say.moment(moment)} or later"


def on_or_before(label: say.FactLabel, moment: datetime) -> str:
    """At or earlier."""
    return f"{label.label} is {say.moment(moment)} or earlier"


def long_ago(label: say.FactLabel, length: Duration) -> str:
    """At least that long ago."""
    return f"{label.label} is at least {say.duration(length)} ago"


def short_ago(label: say.FactLabel, length: Duration) -> str:
    """Less than that long ago."""
    return f"{label.label} is less than {say.duration(length)} ago"


# --------------------------------------------------------------------------------- seen, scores, stages


def seen_before(which: str, moment: Duration | datetime) -> str:
    """The first or last event lies back."""
    when = (
        f"at least {say.duration(moment)} ago"
        if isinstance(moment, Duration)
        else f"before {say.moment(moment)}"
    )
    return f"the lead was {_SEEN[which]} seen {when}"


def seen_after(which: str, moment: datetime) -> str:
    """The first or last event is not earlier."""
    return f"the lead was {_SEEN[which]} seen on {say.moment(moment)} or later"


def seen_in_last(which: str, window: Duration) -> str:
    """The first or last event is recent."""
    return f"the lead was {_SEEN[which]} seen less than {say.duration(window)} ago"


def seen(_: str, *, ever: bool) -> str:
    """Whether there is any event."""
    return "the lead has done something" if ever else "the lead has done nothing yet"


def reaches(dimension: str, hundredths: int) -> str:
    """A score of at least."""
    verb = "reach" if dimension == "total" else "reaches"
    return f"{say.DIMENSIONS[dimension]} {verb} {say.points(hundredths)}"


def passes_bar(dimension: str, bar: int | None) -> str:
    """The dimension's own bar."""
    height = "" if bar is None else f" of {say.points(bar)}"
    return f"{say.DIMENSIONS[dimension]} reaches its bar{height}"


def stays_below(dimension: str, hundredths: int) -> str:
    """A score of less."""
    verb = "stay" if dimension == "total" else "stays"
    return f"{say.DIMENSIONS[dimension]} {verb} below {say.points(hundredths)}"


def misses_bar(dimension: str, bar: int | None) -> str:
    """Below the dimension's own bar."""
    height = "" if bar is None else f" of {say.points(bar)}"
    return f"{say.DIMENSIONS[dimension]} stays below its bar{height}"


def stands_still(*, longer: bool) -> str:
    """Whether a lead is overdue in its stage."""
    return f"the lead is {'' if longer else 'not '}in its stage for longer than it may"


def was_rejected(*, ever: bool) -> str:
    """Whether sales ever said no."""
    return "sales has rejected the lead" if ever else "sales has never rejected the lead"


def in_audience(clause: str) -> str:
    """Whom an audience means."""
    return f"Everybody of whom this is true: {clause}."


def grade(grades: Sequence[str]) -> str:
    """One of these grades."""
    return f"grade is {say.either(grades)}"


def pattern_holds(pattern: str) -> str:
    """A named pattern is true."""
    return f"the pattern {say.quoted(pattern)} is true"


def one_pattern_holds(patterns: Sequence[str]) -> str:
    """One of several named patterns is true."""
    return f"one of the patterns {say.either([say.quoted(pattern) for pattern in patterns])} is true"


def pattern_fails(pattern: str) -> str:
    """A named pattern is not true."""
    return f"the pattern {say.quoted(pattern)} is not true"


def from_stage(stages: Sequence[str]) -> str:
    """Where the lead comes from in the lifecycle."""
    if tuple(stages) == ("recycled",):
        return "the lead had been given back by sales"
    return f"the lead comes from the stage {say.either([say.STAGES.get(stage, stage) for stage in stages])}"


def denied(clause: str) -> str:
    """Plain negation."""
    return f"it is not so that {clause}"


# -------------------------------------------------------------------------------------- behaviours


def there_is(noun: str, *, several: bool) -> str:
    """A behaviour as a clause."""
    return f"there {'are' if several else 'is'} {noun}"


def there_is_no(noun: str) -> str:
    """A behaviour that did not happen."""
    for article in ("a ", "an ", "any "):
        if noun.startswith(article):
            return f"there is no {noun.removeprefix(article)}"
    return f"there is not {noun}"


def windowed(said: str, within: Duration | None, in_last: Duration | None, *, steps: bool) -> str:
    """A behaviour with its windows."""
    if within is not None:
        said += f"{',' if steps else ''} within {say.duration(within)}"
    if in_last is not None:
        said += f"{',' if within is not None else ''} in the last {say.duration(in_last)}"
    return said


def times(nouns: Sequence[str], least: Decimal) -> str:
    """So many events."""
    if least == 1:
        return say.either([say.one(noun) for noun in nouns])
    return f"{say.number(least)} or more {say.either([say.many(noun) for noun in nouns])}"


def different(nouns: Sequence[str], least: Decimal, name: str) -> str:
    """So many different values."""
    single, plural = _property(name)
    counted = f"{say.number(least)} or more different {plural}" if least != 1 else f"a known {single}"
    return f"{_all(nouns)} with {counted}"


def added_up(nouns: Sequence[str], least: Decimal, name: str) -> str:
    """A total to reach."""
    if name == "seconds":
        return f"{_all(nouns)} that add up to {say.seconds(least)} or more"
    return f"{_all(nouns)} whose {_property(name)[0]} adds up to {say.number(least)} or more"


def sharing(nouns: Sequence[str], least: Decimal, name: str) -> str:
    """So many that share one value."""
    if least == 1:
        return f"{_all(nouns)} with a known {_property(name)[0]}"
    return f"{say.number(least)} or more {_all(nouns)} with the same {_property(name)[0]}"


def every(nouns: Sequence[str], how_often: str, at_most: int | None) -> str:
    """Points again and again."""
    limits = [part for part in (how_often, _latest(at_most)) if part]
    return f"each {say.either(nouns)}" + (f" ({', '.join(limits)})" if limits else "")


def once_per(unit: str, count: int, length: Duration | None) -> str:
    """How often in a stretch of time."""
    if length is not None:
        return f"once every {say.duration(length)}"
    return f"once a {unit}" if count == 1 else f"up to {count} a {unit}"


def _latest(at_most: int | None) -> str:
    if at_most is None:
        return ""
    return "only the latest counts" if at_most == 1 else f"the latest {at_most} count"


def same_session(nouns: Sequence[str]) -> str:
    """All in one session."""
    return f"{say.both(nouns)} in one session"


def sequence(nouns: Sequence[str]) -> str:
    """One after another."""
    return ", then ".join(nouns)


def silence(nouns: Sequence[str], length: Duration | None) -> str:
    """Nothing for a time."""
    return f"no {say.either(nouns)}" + (f" for {say.duration(length)}" if length else "")


def every_silence(
    nouns: Sequence[str], every: Duration, in_last: Duration | None, at_most: int | None
) -> str:
    """Each full stretch of nothing."""
    counted = f", at most {at_most} times" if at_most is not None else ""
    since = f", once there is none for {say.duration(in_last)}" if in_last is not None else ""
    what = say.either([say.one(noun) for noun in nouns])
    return f"every full {say.duration(every)} without {what}{since}{counted}"


def _all(nouns: Sequence[str]) -> str:
    return say.either([say.many(noun) for noun in nouns])


def _property(name: str) -> tuple[str, str]:
    single = name.replace("_", " ")
    return say.PROPERTIES.get(name, (single, say.many(single)))


# --------------------------------------------------------------------------------- rules and promises


def earns(hundredths: int, what: str) -> str:
    """What a rule gives, and for what."""
    return f"{written(hundredths, sign=True)} for {what}"


def earns_when(hundredths: int, clause: str) -> str:
    """What a rule gives, and when."""
    return f"{written(hundredths, sign=True)} when {clause}"


def only_when(clause: str) -> str:
    """A further condition of a rule."""
    return f"only when {clause}"


def halves(length: Duration) -> str:
    """A half-life."""
    return f"halves every {say.duration(length)}"


def steps_down(share: Decimal, every: Duration) -> str:
    """Decay in steps."""
    return f"loses {say.number(share * 100)} % every {say.duration(every)}"


def stays() -> str:
    """No decay."""
    return "does not fade"


def in_group(group: str) -> str:
    """A rule that is held with others."""
    return f"counts within the group {say.quoted(group)}"


def contact_within(length: Duration, *, business: bool) -> str:
    """A promise of first contact."""
    return f"first contact within {say.duration(length)}" + (", in business hours" if business else "")


def promise(who: str, contact: str) -> str:
    """For whom a promise is."""
    return f"when {who}: {contact}"


def goes_to(whom: str) -> str:
    """A route."""
    return f"to {whom}"


def team(name: str, chosen: str) -> str:
    """A route's team."""
    return f"the team {say.quoted(name)}, {chosen}"


def stage_limit(stage: str, length: Duration, then: str) -> str:
    """How long a lead may stay."""
    return f"a lead that has been {stage} for {say.duration(length)} {then}"


def mql_when(clause: str) -> str:
    """What an MQL is."""
    return f"A lead is an MQL when {clause}."


def as_long_as(clause: str, needs: str) -> str:
    """What a fast track asks for, and what it needs all the same."""
    return f"{clause}, as long as {needs}" if needs else clause


def at_once(name: str, clause: str) -> str:
    """A fast track."""
    return f"{say.quoted(name)}: an MQL at once when {clause}"


def skip_to_sql(framework: str, *, complete: bool) -> str:
    """A framework that skips the MQL."""
    answered = "every question of" if complete else "part of"
    return f"a lead with {answered} {framework} answered goes straight to SQL"


def recycled(reset: str | None, cool_down: Duration | None) -> str:
    """What happens to a lead that sales gave back."""
    parts = []
    if reset:
        parts.append(f"{reset} starts again from zero")
    if cool_down:
        parts.append(f"it cannot become an MQL again for {say.duration(cool_down)}")
    return f"when sales gives a lead back, {say.both(parts)}" if parts else ""


def signal_is(events: Sequence[str], where: str) -> str:
    """What a signal is made of."""
    return say.either(events) + (f" where {where}" if where else "")


PAGE: Final = "a page view"
ANY_EVENT: Final = "anything a lead does"


def event(name: str) -> str:
    """An event by its name."""
    return {"page": PAGE, "*": ANY_EVENT}.get(name.casefold(), say.quoted(name))


def held(cap: int | None, floor: int | None) -> str:
    """What a dimension or group is held between."""
    parts = []
    if cap is not None:
        parts.append(f"never more than {say.points(cap)}")
    if floor is not None:
        parts.append(f"never less than {say.points(floor)}")
    return say.both(parts)
