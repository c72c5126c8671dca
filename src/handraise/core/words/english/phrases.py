"""English phrases with places for names and numbers. The modules above choose among them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from handraise.core.definition.conditions import Comparable, Scalar
from handraise.core.duration import Duration
from handraise.core.words.clause import Clause, FactLabel
from handraise.core.words.english.grammar import Grammar


class Phrases(Grammar):
    """What is said of conditions, behaviours, rules and promises."""

    SESSIONS: ClassVar = FactLabel(
        "number of sessions",
        amount=Clause("there", "are", "{} sessions"),
        single=Clause("there", "is", "{} session"),
    )
    _SEEN: ClassVar[Mapping[str, str]] = {"first_seen": "first", "last_seen": "last"}

    def always(self, *, verb_last: bool = False) -> str:
        """No condition at all."""
        return "always"

    def clause(self, clause: Clause, *, verb_last: bool = False) -> str:
        """A clause in the language's order of words; `verb_last`: as it stands after `when`."""
        return " ".join(filter(None, (clause.subject, clause.verb, clause.rest))) + clause.tail

    def inside(
        self, plain: Sequence[str], here: Sequence[str], *, choice: bool, verb_last: bool = False
    ) -> str:
        """A group of clauses inside a group of the other kind.

        Parameters
        ----------
        plain, here
            The clauses in the order of a main clause, and in the order of this place.
        """
        if len(here) == 2 and not any(";" in item for item in here):
            return f"either {here[0]} or {here[1]}" if choice else self.clauses(here, choice=False)
        return f"{'one' if choice else 'all'} of ({'; '.join(plain)})"

    def is_so_much(self, label: FactLabel, amount: str) -> Clause:
        """The fact with an amount such as `50 to 500`."""
        if label.amount is None:
            return Clause(label.head, "is", amount)
        is_one = label.single is not None and amount.split()[-1] == "1"
        return (label.single if is_one and label.single else label.amount).filled(amount)

    def equals(self, label: FactLabel, values: Sequence[Scalar]) -> Clause:
        """The value is one of these."""
        said = [self.value(each) for each in values]
        if label.amount is not None and all(isinstance(each, Decimal) for each in values):
            return self.is_so_much(label, self.either(said))
        return Clause(label.head, "is", self.either(said))

    def anything_but(self, label: FactLabel, values: Sequence[str]) -> Clause:
        """The value is none of these, or unknown."""
        return Clause(label.head, "is", f"anything but {self.either(values)}")

    def none_of_values(self, label: FactLabel, values: Sequence[str]) -> Clause:
        """The value is known and none of these."""
        return Clause(label.head, "is", f"known and none of {', '.join(values)}")

    def between(self, label: FactLabel, low: Comparable, high: Comparable) -> Clause:
        """Both ends included."""
        return self.is_so_much(label, self.from_to(self.amount(low), self.amount(high)))

    def at_least(self, label: FactLabel, bound: Decimal) -> Clause:
        """So much or more."""
        return self.is_so_much(label, f"{self.number(bound)} or more")

    def at_most(self, label: FactLabel, bound: Decimal) -> Clause:
        """So much or less."""
        return self.is_so_much(label, f"at most {self.number(bound)}")

    def starts_with(self, label: FactLabel, prefixes: Sequence[str]) -> Clause:
        """Of a text."""
        return Clause(label.head, "starts", f"with {self.either(prefixes)}")

    def contains(self, label: FactLabel, parts: Sequence[str]) -> Clause:
        """Of a text."""
        return Clause(label.head, "contains", self.either([self.quoted(part) for part in parts]))

    def matches(self, label: FactLabel, pattern: str) -> Clause:
        """Of a text."""
        return Clause(label.head, "matches", f"the pattern {pattern}")

    def on_list(self, label: FactLabel, name: str) -> Clause:
        """An entry of a managed list."""
        return Clause(label.head, "is", f"on the list {self.quoted(self.listed_name(name))}")

    def off_list(self, label: FactLabel, name: str) -> Clause:
        """No entry of a managed list, or unknown."""
        return Clause(label.head, "is", f"not on the list {self.quoted(self.listed_name(name))}")

    def has(self, label: FactLabel, values: Sequence[str]) -> Clause:
        """Of a list."""
        return Clause(label.head, "includes", self.either(values))

    def lacks(self, label: FactLabel, values: Sequence[str]) -> Clause:
        """Of a list, or nothing is known."""
        return Clause(label.head, "does", f"not include {self.either(values)}")

    def known(self, label: FactLabel) -> Clause:
        """Something is known."""
        return Clause(label.head, "is", "known")

    def unknown(self, label: FactLabel) -> Clause:
        """Nothing is known."""
        return Clause(label.head, "is", "not known")

    def before(self, label: FactLabel, moment: datetime) -> Clause:
        """Earlier than."""
        return Clause(label.head, "is", f"before {self.moment(moment)}")

    def on_or_after(self, label: FactLabel, moment: datetime) -> Clause:
        """At or later."""
        return Clause(label.head, "is", f"{self.moment(moment)} or later")

    def on_or_before(self, label: FactLabel, moment: datetime) -> Clause:
        """At or earlier."""
        return Clause(label.head, "is", f"{self.moment(moment)} or earlier")

    def long_ago(self, label: FactLabel, length: Duration) -> Clause:
        """At least that long ago."""
        return Clause(label.head, "is", f"at least {self.duration(length)} ago")

    def short_ago(self, label: FactLabel, length: Duration) -> Clause:
        """Less than that long ago."""
        return Clause(label.head, "is", f"less than {self.duration(length)} ago")

    def seen_before(self, which: str, moment: Duration | datetime) -> Clause:
        """The first or last event lies back."""
        when = (
            f"at least {self.duration(moment)} ago"
            if isinstance(moment, Duration)
            else f"before {self.moment(moment)}"
        )
        return Clause("the lead", "was", f"{self._SEEN[which]} seen {when}")

    def seen_after(self, which: str, moment: datetime) -> Clause:
        """The first or last event is not earlier."""
        return Clause("the lead", "was", f"{self._SEEN[which]} seen on {self.moment(moment)} or later")

    def seen_in_last(self, which: str, window: Duration) -> Clause:
        """The first or last event is recent."""
        return Clause("the lead", "was", f"{self._SEEN[which]} seen less than {self.duration(window)} ago")

    def seen(self, *, ever: bool) -> Clause:
        """Whether there is any event."""
        return Clause("the lead", "has", "done something" if ever else "done nothing yet")

    def reaches(self, dimension: str, hundredths: int) -> Clause:
        """A score of at least."""
        verb = "reach" if dimension == "total" else "reaches"
        return Clause(self.DIMENSIONS[dimension], verb, self.points(hundredths))

    def passes_bar(self, dimension: str, bar: int | None) -> Clause:
        """The dimension's own bar."""
        height = "" if bar is None else f" of {self.points(bar)}"
        return Clause(self.DIMENSIONS[dimension], "reaches", f"its bar{height}")

    def stays_below(self, dimension: str, hundredths: int) -> Clause:
        """A score of less."""
        verb = "stay" if dimension == "total" else "stays"
        return Clause(self.DIMENSIONS[dimension], verb, f"below {self.points(hundredths)}")

    def misses_bar(self, dimension: str, bar: int | None) -> Clause:
        """Below the dimension's own bar."""
        height = "" if bar is None else f" of {self.points(bar)}"
        return Clause(self.DIMENSIONS[dimension], "stays", f"below its bar{height}")

    def stands_still(self, *, longer: bool) -> Clause:
        """Whether a lead is overdue in its stage."""
        return Clause("the lead", "is", f"{'' if longer else 'not '}in its stage for longer than it may")

    def was_rejected(self, *, ever: bool) -> Clause:
        """Whether sales ever said no."""
        return Clause("sales", "has", "rejected the lead" if ever else "never rejected the lead")

    def in_audience(self, clause: str) -> str:
        """Whom an audience means."""
        return f"Everybody of whom this is true: {clause}."

    def grade(self, grades: Sequence[str]) -> Clause:
        """One of these grades."""
        return Clause("grade", "is", self.either(grades))

    def pattern_holds(self, pattern: str) -> Clause:
        """A named pattern is true."""
        return Clause(f"the pattern {self.quoted(pattern)}", "is", "true")

    def one_pattern_holds(self, patterns: Sequence[str]) -> Clause:
        """One of several named patterns is true."""
        return Clause(
            f"one of the patterns {self.either([self.quoted(each) for each in patterns])}", "is", "true"
        )

    def pattern_fails(self, pattern: str) -> Clause:
        """A named pattern is not true."""
        return Clause(f"the pattern {self.quoted(pattern)}", "is", "not true")

    def from_stage(self, stages: Sequence[str]) -> Clause:
        """Where the lead comes from in the lifecycle."""
        if tuple(stages) == ("recycled",):
            return Clause("the lead", "had", "been given back by sales")
        return Clause(
            "the lead", "comes", f"from the stage {self.either([self.stage(each) for each in stages])}"
        )

    def denied(self, clause: str) -> Clause:
        """Plain negation."""
        return Clause("it", "is", "not so", tail=f" that {clause}")

    def there_is(self, noun: str, *, several: bool, together: bool = False) -> Clause:
        """A behaviour as a clause."""
        return Clause("there", "are" if several else "is", noun)

    def there_is_silence(self, signals: Sequence[str], length: Duration | None) -> Clause:
        """Nothing for a time, as a clause."""
        return Clause("there", "is", self.silence(signals, length))

    def there_is_no(self, noun: str, there: Clause, *, is_one: bool) -> Clause:
        """A behaviour that did not happen.

        Parameters
        ----------
        noun, there
            The behaviour, and that it happened.
        is_one
            Whether it is one event of one signal.
        """
        for article in ("a ", "an ", "any "):
            if noun.startswith(article):
                return Clause("there", "is", f"no {noun.removeprefix(article)}")
        return Clause("there", "is", f"not {noun}")

    def windowed(self, said: str, within: Duration | None, in_last: Duration | None, *, steps: bool) -> str:
        """A behaviour with its windows."""
        if within is not None:
            said += f"{',' if steps else ''} within {self.duration(within)}"
        if in_last is not None:
            said += f"{',' if within is not None else ''} in the last {self.duration(in_last)}"
        return said

    def times(self, signals: Sequence[str], least: Decimal) -> str:
        """So many events."""
        if least == 1:
            return self.either(self._ones(signals))
        return f"{self.number(least)} or more {self._all(signals)}"

    def different(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        """So many different values."""
        single, plural = self._property(name)
        counted = f"{self.number(least)} or more different {plural}" if least != 1 else f"a known {single}"
        return f"{self._all(signals)} with {counted}"

    def added_up(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        """A total to reach."""
        if name == "seconds":
            return f"{self._all(signals)} that add up to {self.seconds(least)} or more"
        return f"{self._all(signals)} whose {self._property(name)[0]} adds up to {self.number(least)} or more"

    def sharing(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        """So many that share one value."""
        if least == 1:
            return f"{self._all(signals)} with a known {self._property(name)[0]}"
        return f"{self.number(least)} or more {self._all(signals)} with the same {self._property(name)[0]}"

    def every(self, signals: Sequence[str], how_often: str, at_most: int | None) -> str:
        """Points again and again."""
        limits = [part for part in (how_often, self._latest(at_most)) if part]
        return f"each {self.either([self.named(each) for each in signals])}" + (
            f" ({', '.join(limits)})" if limits else ""
        )

    def once_per(self, unit: str, count: int, length: Duration | None) -> str:
        """How often in a stretch of time."""
        if length is not None:
            return f"once every {self.duration(length)}"
        return f"once a {unit}" if count == 1 else f"up to {count} a {unit}"

    def _latest(self, at_most: int | None) -> str:
        if at_most is None:
            return ""
        return "only the latest counts" if at_most == 1 else f"the latest {at_most} count"

    def same_session(self, signals: Sequence[str]) -> str:
        """All in one session."""
        return f"{self.both(self._ones(signals))} in one session"

    def sequence(self, signals: Sequence[str]) -> str:
        """One after another."""
        return ", then ".join(self._ones(signals))

    def silence(self, signals: Sequence[str], length: Duration | None) -> str:
        """Nothing for a time."""
        return f"no {self.either([self.named(each) for each in signals])}" + (
            f" for {self.duration(length)}" if length else ""
        )

    def every_silence(
        self, signals: Sequence[str], every: Duration, in_last: Duration | None, at_most: int | None
    ) -> str:
        """Each full stretch of nothing."""
        counted = f", at most {at_most} times" if at_most is not None else ""
        since = f", once there is none for {self.duration(in_last)}" if in_last is not None else ""
        what = self.either(self._ones(signals))
        return f"every full {self.duration(every)} without {what}{since}{counted}"

    def _ones(self, signals: Sequence[str]) -> list[str]:
        return [self.one(each) for each in signals]

    def _all(self, signals: Sequence[str]) -> str:
        return self.either([self.many(each) for each in signals])

    def _property(self, name: str) -> tuple[str, str]:
        single = name.replace("_", " ")
        return self.PROPERTIES.get(name, (single, self._plural(single)))

    def earns(self, hundredths: int, what: str) -> str:
        """What a rule gives, and for what."""
        return f"{self.written(hundredths, sign=True)} for {what}"

    def earns_when(self, hundredths: int, clause: str) -> str:
        """What a rule gives, and when."""
        return f"{self.written(hundredths, sign=True)} when {clause}"

    def only_when(self, clause: str) -> str:
        """A further condition of a rule."""
        return f"only when {clause}"

    def halves(self, length: Duration) -> str:
        """A half-life."""
        return f"halves every {self.duration(length)}"

    def steps_down(self, share: Decimal, every: Duration) -> str:
        """Decay in steps."""
        return f"loses {self.number(share * 100)} % every {self.duration(every)}"

    def stays(self) -> str:
        """No decay."""
        return "does not fade"

    def in_group(self, group: str) -> str:
        """A rule that is held with others."""
        return f"counts within the group {self.quoted(group)}"

    def contact_within(self, length: Duration, *, business: bool) -> str:
        """A promise of first contact."""
        return f"first contact within {self.duration(length)}" + (", in business hours" if business else "")

    def promise(self, who: str, contact: str) -> str:
        """For whom a promise is."""
        return f"when {who}: {contact}"

    def goes_to(self, whom: str) -> str:
        """A route."""
        return f"to {whom}"

    def team(self, name: str, chosen: str) -> str:
        """A route's team."""
        return f"the team {self.quoted(name)}, {chosen}"

    def stage_limit(self, stage: str, length: Duration, then: str) -> str:
        """How long a lead may stay."""
        return f"a lead that has been {stage} for {self.duration(length)} {then}"

    def mql_when(self, clause: str) -> str:
        """What an MQL is."""
        return f"A lead is an MQL when {clause}."

    def as_long_as(self, clause: str, needs: str) -> str:
        """What a fast track asks for, and what it needs all the same."""
        return f"{clause}, as long as {needs}" if needs else clause

    def at_once(self, name: str, clause: str) -> str:
        """A fast track."""
        return f"{self.quoted(name)}: an MQL at once when {clause}"

    def skip_to_sql(self, framework: str, *, complete: bool) -> str:
        """A framework that skips the MQL."""
        answered = "every question of" if complete else "part of"
        return f"a lead with {answered} {framework} answered goes straight to SQL"

    def recycled(self, reset: str | None, cool_down: Duration | None) -> str:
        """What happens to a lead that sales gave back."""
        parts = []
        if reset:
            parts.append(f"{reset} starts again from zero")
        if cool_down:
            parts.append(f"it cannot become an MQL again for {self.duration(cool_down)}")
        return f"when sales gives a lead back, {self.both(parts)}" if parts else ""

    def signal_is(self, events: Sequence[str], where: str) -> str:
        """What a signal is made of."""
        return self.either(events) + (f" where {where}" if where else "")

    def event(self, name: str) -> str:
        """An event by its name."""
        return {"page": "a page view", "*": "anything a lead does"}.get(name.casefold(), self.quoted(name))

    def held(self, cap: int | None, floor: int | None) -> str:
        """What a dimension or group is held between."""
        parts = []
        if cap is not None:
            parts.append(f"never more than {self.points(cap)}")
        if floor is not None:
            parts.append(f"never less than {self.points(floor)}")
        return self.both(parts)
