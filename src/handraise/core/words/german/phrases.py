"""German phrases with places for names and numbers. A verb stands where its clause wants it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from handraise.core.definition.conditions import Comparable, Scalar
from handraise.core.duration import Duration
from handraise.core.words import english
from handraise.core.words.clause import Clause, FactLabel
from handraise.core.words.german import nouns
from handraise.core.words.german.grammar import Grammar


class Phrases(Grammar, english.Phrases):
    """What is said of conditions, behaviours, rules and promises."""

    SESSIONS: ClassVar = FactLabel(
        "Zahl der Sitzungen",
        "die Zahl der Sitzungen",
        Clause("es", "gab", "{} Sitzungen"),
        Clause("es", "gab", "{} Sitzung"),
    )
    _SEEN: ClassVar[Mapping[str, str]] = {"first_seen": "erstmals", "last_seen": "zuletzt"}
    _HEADS: ClassVar[Mapping[str, str]] = {
        "fit": "die Passung",
        "engagement": "das Engagement",
        "total": "die Summe aus Passung und Engagement",
    }

    def always(self, *, verb_last: bool = False) -> str:
        return "nichts weiter verlangt ist" if verb_last else "immer"

    def clause(self, clause: Clause, *, verb_last: bool = False) -> str:
        """A clause, with the verb second or last.

        Examples
        --------
        >>> there = Clause("eine Demo-Anfrage", "liegt", particle="vor")
        >>> Phrases().clause(there), Phrases().clause(there, verb_last=True)
        ('eine Demo-Anfrage liegt vor', 'eine Demo-Anfrage vorliegt')
        """
        if verb_last:
            subject = "" if clause.tail.startswith(", dass") else clause.subject  # `es` only holds the place
            words = (subject, clause.rest, clause.particle + clause.verb)
        else:
            words = (clause.subject, clause.verb, clause.rest, clause.particle)  # type: ignore[assignment]
        return " ".join(filter(None, words)) + clause.tail

    def inside(
        self, plain: Sequence[str], here: Sequence[str], *, choice: bool, verb_last: bool = False
    ) -> str:
        if len(here) == 2 and not choice and not any(";" in item for item in here):
            return self.clauses(here, choice=False, verb_last=verb_last)
        which, verb = ("mindestens eine dieser Bedingungen", "ist") if choice else (
            "jede dieser Bedingungen", "ist"
        )  # fmt: skip
        return self.clause(Clause(which, verb, "erfüllt", tail=f" ({'; '.join(plain)})"), verb_last=verb_last)

    # -------------------------------------------------------------------------------------- tests on facts

    def is_so_much(self, label: FactLabel, amount: str) -> Clause:
        if label.amount is None:
            return Clause(label.head, "ist", amount)
        is_one = label.single is not None and amount.split()[-1] == "1"
        return (label.single if is_one and label.single else label.amount).filled(amount)

    def equals(self, label: FactLabel, values: Sequence[Scalar]) -> Clause:
        said = [self.value(each) for each in values]
        if label.amount is not None and all(isinstance(each, Decimal) for each in values):
            return self.is_so_much(label, self.either(said))
        return Clause(label.head, "ist", self.either(said))

    def anything_but(self, label: FactLabel, values: Sequence[str]) -> Clause:
        return Clause(label.head, "ist", f"etwas anderes als {self.either(values)}")

    def none_of_values(self, label: FactLabel, values: Sequence[str]) -> Clause:
        if len(values) == 1:
            return Clause(label.head, "ist", f"bekannt und nicht {values[0]}")
        return Clause(label.head, "ist", f"bekannt und keines von {self.both(values)}")

    def between(self, label: FactLabel, low: Comparable, high: Comparable) -> Clause:
        if isinstance(low, datetime) or isinstance(high, datetime):
            return Clause(label.head, "liegt", f"zwischen dem {self.amount(low)} und dem {self.amount(high)}")
        return self.is_so_much(label, self.from_to(self.amount(low), self.amount(high)))

    def at_least(self, label: FactLabel, bound: Decimal) -> Clause:
        return self.is_so_much(label, f"mindestens {self.number(bound)}")

    def at_most(self, label: FactLabel, bound: Decimal) -> Clause:
        return self.is_so_much(label, f"höchstens {self.number(bound)}")

    def starts_with(self, label: FactLabel, prefixes: Sequence[str]) -> Clause:
        return Clause(label.head, "beginnt", f"mit {self.either(prefixes)}")

    def contains(self, label: FactLabel, parts: Sequence[str]) -> Clause:
        return Clause(label.head, "enthält", self.either([self.quoted(part) for part in parts]))

    def matches(self, label: FactLabel, pattern: str) -> Clause:
        return Clause(label.head, "entspricht", f"dem Muster {pattern}")

    def on_list(self, label: FactLabel, name: str) -> Clause:
        return Clause(label.head, "steht", f"auf der Liste {self.quoted(self.listed_name(name))}")

    def off_list(self, label: FactLabel, name: str) -> Clause:
        return Clause(label.head, "steht", f"nicht auf der Liste {self.quoted(self.listed_name(name))}")

    def has(self, label: FactLabel, values: Sequence[str]) -> Clause:
        return Clause(label.head, "umfasst", self.either(values))

    def lacks(self, label: FactLabel, values: Sequence[str]) -> Clause:
        if len(values) == 1:
            return Clause(label.head, "umfasst", f"{values[0]} nicht")
        return Clause(label.head, "umfasst", f"keines von {self.both(values)}")

    def known(self, label: FactLabel) -> Clause:
        return Clause(label.head, "ist", "bekannt")

    def unknown(self, label: FactLabel) -> Clause:
        return Clause(label.head, "ist", "nicht bekannt")

    def before(self, label: FactLabel, moment: datetime) -> Clause:
        return Clause(label.head, "liegt", f"vor dem {self.moment(moment)}")

    def on_or_after(self, label: FactLabel, moment: datetime) -> Clause:
        return Clause(label.head, "liegt", f"am {self.moment(moment)} oder später")

    def on_or_before(self, label: FactLabel, moment: datetime) -> Clause:
        return Clause(label.head, "liegt", f"am {self.moment(moment)} oder früher")

    def long_ago(self, label: FactLabel, length: Duration) -> Clause:
        return Clause(label.head, "liegt", f"mindestens {self.duration(length)}", "zurück")

    def short_ago(self, label: FactLabel, length: Duration) -> Clause:
        return Clause(label.head, "liegt", f"weniger als {self.duration(length)}", "zurück")

    # ---------------------------------------------------------------------------------- seen, scores, stages

    def seen_before(self, which: str, moment: Duration | datetime) -> Clause:
        if isinstance(moment, Duration):
            return self._was_seen(which, f"vor mindestens {self._after_preposition(moment)}")
        return self._was_seen(which, f"vor dem {self.moment(moment)}")

    def seen_after(self, which: str, moment: datetime) -> Clause:
        return self._was_seen(which, f"am {self.moment(moment)} oder später")

    def seen_in_last(self, which: str, window: Duration) -> Clause:
        return self._was_seen(which, f"vor weniger als {self._after_preposition(window)}")

    def _was_seen(self, which: str, when: str) -> Clause:
        return Clause("der Lead", "wurde", f"{self._SEEN[which]} {when} gesehen")

    def seen(self, *, ever: bool) -> Clause:
        return Clause("der Lead", "hat", "schon etwas getan" if ever else "noch nichts getan")

    def reaches(self, dimension: str, hundredths: int) -> Clause:
        return Clause(self._HEADS[dimension], "erreicht", self.points(hundredths))

    def passes_bar(self, dimension: str, bar: int | None) -> Clause:
        height = "" if bar is None else f" von {self._of_points(bar)}"
        return Clause(self._HEADS[dimension], "erreicht", f"die Schwelle{height}")

    def stays_below(self, dimension: str, hundredths: int) -> Clause:
        return Clause(self._HEADS[dimension], "bleibt", f"unter {self._of_points(hundredths)}")

    def misses_bar(self, dimension: str, bar: int | None) -> Clause:
        height = "" if bar is None else f" von {self._of_points(bar)}"
        return Clause(self._HEADS[dimension], "bleibt", f"unter der Schwelle{height}")

    def stands_still(self, *, longer: bool) -> Clause:
        said = "länger als erlaubt in seiner Stufe" if longer else "nicht länger als erlaubt in seiner Stufe"
        return Clause("der Lead", "ist", said)

    def was_rejected(self, *, ever: bool) -> Clause:
        return Clause("der Vertrieb", "hat", f"den Lead {'schon einmal' if ever else 'noch nie'} abgelehnt")

    def in_audience(self, clause: str) -> str:
        return f"Alle, für die gilt: {clause}."

    def grade(self, grades: Sequence[str]) -> Clause:
        return Clause("die Note", "ist", self.either(grades))

    def pattern_holds(self, pattern: str) -> Clause:
        return Clause(f"das Muster {self.quoted(pattern)}", "trifft", particle="zu")

    def one_pattern_holds(self, patterns: Sequence[str]) -> Clause:
        listed = self.either([self.quoted(pattern) for pattern in patterns])
        return Clause(f"eines der Muster {listed}", "trifft", particle="zu")

    def pattern_fails(self, pattern: str) -> Clause:
        return Clause(f"das Muster {self.quoted(pattern)}", "trifft", "nicht", "zu")

    def from_stage(self, stages: Sequence[str]) -> Clause:
        if tuple(stages) == ("recycled",):
            return Clause("der Lead", "war", "vom Vertrieb zurückgegeben worden")
        return Clause("der Lead", "kommt", f"aus der Stufe {self.either([*map(self.stage, stages)])}")

    def denied(self, clause: str) -> Clause:
        return Clause("es", "gilt", "nicht", tail=f", dass {clause}")

    # ------------------------------------------------------------------------------------------- behaviours

    def there_is(self, noun: str, *, several: bool, together: bool = False) -> Clause:
        return Clause(noun, "liegen" if several or together else "liegt", particle="vor")

    def there_is_silence(self, signals: Sequence[str], length: Duration | None) -> Clause:
        none = self._none_of(signals)
        verb = "liegen" if len(signals) > 1 else "liegt"
        if length is None:
            return Clause(none, verb, particle="vor")
        return Clause(f"seit {self._after_preposition(length)}", verb, none, "vor")

    def there_is_no(self, noun: str, there: Clause, *, is_one: bool) -> Clause:
        if is_one and noun.startswith(("ein ", "eine ")):
            return Clause(f"k{noun}", "liegt", particle="vor")
        return self.denied(self.clause(there, verb_last=True))

    def windowed(self, said: str, within: Duration | None, in_last: Duration | None, *, steps: bool) -> str:
        if within is not None:
            said += f"{',' if steps else ''} innerhalb von {self._after_preposition(within)}"
        if in_last is not None:
            said += f"{',' if within is not None else ''} {self._in_the_last(in_last)}"
        return said

    def times(self, signals: Sequence[str], least: Decimal) -> str:
        if least == 1:
            return self.either([self.one(each) for each in signals])
        return f"{self.number(least)} oder mehr {self._all(signals)}"

    def different(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        noun = nouns.property_noun(name)
        if least == 1:
            return f"{self._all(signals)} {noun.with_a_known}"
        return f"{self._all(signals)} mit {self.number(least)} oder mehr {noun.with_different}"

    def added_up(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        if name == "seconds":
            return f"{self._all(signals)} von zusammen {self.seconds(least)} oder mehr"
        return f"{self._all(signals)} mit {self.quoted(name)} von zusammen {self.number(least)} oder mehr"

    def sharing(self, signals: Sequence[str], least: Decimal, name: str) -> str:
        noun = nouns.property_noun(name)
        if least == 1:
            return f"{self._all(signals)} {noun.with_a_known}"
        return f"{self.number(least)} oder mehr {self._all(signals)} {noun.with_the_same}"

    def every(self, signals: Sequence[str], how_often: str, at_most: int | None) -> str:
        limits = [part for part in (how_often, self._latest(at_most)) if part]
        each = self.either([nouns.signal(name).each for name in signals])
        return each + (f" ({', '.join(limits)})" if limits else "")

    def once_per(self, unit: str, count: int, length: Duration | None) -> str:
        if length is not None:
            return f"einmal {self._again_and_again(length)}" if length.amount > 1 else (
                f"einmal in {self._after_preposition(length)}"
            )  # fmt: skip
        called = "Sitzung" if unit == "session" else self._UNITS[unit].single
        return f"einmal pro {called}" if count == 1 else f"bis zu {count}-mal pro {called}"

    def _latest(self, at_most: int | None) -> str:
        if at_most is None:
            return ""
        return "nur das letzte Mal zählt" if at_most == 1 else f"nur die letzten {at_most} Male zählen"

    def same_session(self, signals: Sequence[str]) -> str:
        return f"{self.both([self.one(each) for each in signals])} in einer Sitzung"

    def sequence(self, signals: Sequence[str]) -> str:
        return ", dann ".join(self.one(each) for each in signals)

    def silence(self, signals: Sequence[str], length: Duration | None) -> str:
        since = f" seit {self._after_preposition(length)}" if length else ""
        return f"{self._none_of(signals)}{since}"

    def every_silence(
        self, signals: Sequence[str], every: Duration, in_last: Duration | None, at_most: int | None
    ) -> str:
        unit = self._UNITS[every.unit]
        full = {"m": "vollen", "f": "volle", "n": "volle"}
        stretch = (
            f"je volle {self.duration(every)}"
            if every.amount > 1
            else f"je {'volles' if unit.gender == 'n' else full[unit.gender]} {unit.single}"
        )
        since = f", erst nach {self._after_preposition(in_last)}" if in_last is not None else ""
        counted = f", höchstens {at_most}-mal" if at_most is not None else ""
        without = self.either([nouns.signal(name).single for name in signals])
        return f"{stretch} ohne {without}{since}{counted}"

    def _none_of(self, signals: Sequence[str]) -> str:
        return self.both([nouns.signal(name).none for name in signals])

    # --------------------------------------------------------------------------------- rules and promises

    def earns(self, hundredths: int, what: str) -> str:
        return f"{self.written(hundredths, sign=True)}: {what}"

    def earns_when(self, hundredths: int, clause: str) -> str:
        return f"{self.written(hundredths, sign=True)}, wenn {clause}"

    def only_when(self, clause: str) -> str:
        return f"nur wenn {clause}"

    def halves(self, length: Duration) -> str:
        return f"halbiert sich {self._again_and_again(length)}"

    def steps_down(self, share: Decimal, every: Duration) -> str:
        return f"verliert {self._again_and_again(every)} {self.number(share * 100)} %"

    def stays(self) -> str:
        return "verfällt nicht"

    def in_group(self, group: str) -> str:
        return f"zählt in der Gruppe {self.quoted(group)}"

    def contact_within(self, length: Duration, *, business: bool) -> str:
        hours = ", in der Geschäftszeit" if business else ""
        return f"Erstkontakt innerhalb von {self._after_preposition(length)}{hours}"

    def promise(self, who: str, contact: str) -> str:
        return f"wenn {who}: {contact}"

    def goes_to(self, whom: str) -> str:
        return f"an {whom}"

    def team(self, name: str, chosen: str) -> str:
        return f"das Team {self.quoted(name)}, {chosen}"

    def stage_limit(self, stage: str, length: Duration, then: str) -> str:
        return f"ein Lead, der seit {self._after_preposition(length)} in der Stufe {stage} ist, {then}"

    def mql_when(self, clause: str) -> str:
        return f"Ein Lead ist ein MQL, wenn {clause}."

    def as_long_as(self, clause: str, needs: str) -> str:
        return f"{clause}, sofern {needs}" if needs else clause

    def at_once(self, name: str, clause: str) -> str:
        return f"{self.quoted(name)}: sofort ein MQL, wenn {clause}"

    def skip_to_sql(self, framework: str, *, complete: bool) -> str:
        answered = "alle Fragen" if complete else "genügend Fragen"
        return f"ein Lead, bei dem {answered} von {framework} beantwortet sind, wird sofort SQL"

    def recycled(self, reset: str | None, cool_down: Duration | None) -> str:
        parts = []
        if reset:
            parts.append(f"beginnt {self._HEADS[reset]} wieder bei null")
        if cool_down:
            parts.append(f"kann der Lead {self.duration(cool_down)} lang nicht wieder MQL werden")
        return f"gibt der Vertrieb einen Lead zurück, {self.both(parts)}" if parts else ""

    def signal_is(self, events: Sequence[str], where: str) -> str:
        return self.either(events) + (f", wobei {where}" if where else "")

    def event(self, name: str) -> str:
        known = {"page": "ein Seitenaufruf", "*": "alles, was ein Lead tut"}
        return known.get(name.casefold(), self.quoted(name))

    def held(self, cap: int | None, floor: int | None) -> str:
        parts = []
        if cap is not None:
            parts.append(f"nie mehr als {self.points(cap)}")
        if floor is not None:
            parts.append(f"nie weniger als {self.points(floor)}")
        return self.both(parts)
