"""English for what a lead lacks and what would do."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from handraise.core.score import Score
from handraise.core.words.english.phrases import Phrases


class Outlook(Phrases):
    """What is said of a lead's score and what may come."""

    _COUNTS: ClassVar[Sequence[str]] = ("no", "one", "two", "three", "four", "five")

    def so_many(self, count: int, signal: str) -> str:
        """So many events of a signal.

        Examples
        --------
        >>> Outlook().so_many(1, "pricing_visit"), Outlook().so_many(2, "pricing_visit")
        ('one pricing visit', 'two pricing visits')
        >>> Outlook().so_many(1, "any_page")
        'one page'
        """
        if count != 1:
            return f"{self.count(count)} {self.many(signal)}"
        return f"{self.count(1)} {self.named(signal).removeprefix('any ')}"

    def count(self, count: int) -> str:
        """A small number."""
        return self._COUNTS[count] if count < len(self._COUNTS) else str(count)

    def one_then(self, steps: Sequence[str]) -> str:
        """One thing after another."""
        return ", then ".join(steps)

    def with_another(self, name: str) -> str:
        """A step whose property has a value not seen before."""
        return f"with another {name.replace('_', ' ')}"

    def with_the_same(self, name: str) -> str:
        """A step whose property has the value seen most."""
        return f"with the same {name.replace('_', ' ')}"

    def short_of_bar(self, hundredths: int, dimension: str, bar: int) -> str:
        """How far a dimension is from its bar.

        Examples
        --------
        >>> Outlook().short_of_bar(1400, "engagement", 4000)
        '14 points short of the engagement bar of 40'
        """
        return f"{self.points(hundredths)} short of the {dimension} bar of {self.written(bar)}"

    def short_of(self, hundredths: int, dimension: str, needed: int) -> str:
        """How far a score is from what is asked.

        Examples
        --------
        >>> Outlook().short_of(1400, "total", 5000)
        '14 points short of the 50 points that fit and engagement together must reach'
        """
        asked = f"the {self.points(needed)} that {self.DIMENSIONS[dimension]} must reach"
        return f"{self.points(hundredths)} short of {asked}"

    def grade_must_be(self, grade: str | None, wanted: Sequence[str]) -> str:
        """Which grade there is and which there must be."""
        return f"the grade is {grade or 'not given'} and must be {self.either(wanted)}"

    def lacking(self, clause: str, missing: Sequence[str]) -> str:
        """A pattern that is not true, with what it lacks."""
        return clause + (f" (it lacks: {'; '.join(missing)})" if missing else "")

    def in_the_way(self, clause: str) -> str:
        """A condition that holds and must not."""
        return f"what stands against it: {clause}"

    def not_yet(self, clause: str) -> str:
        """A condition that does not hold."""
        return f"not so yet: {clause}"

    def or_else(self, words: str) -> str:
        """Another way in which the same could be met."""
        return f"or else: {words}"

    def or_more(self, bound: str) -> str:
        """So much at least."""
        return f"{bound} or more"

    def entry_of(self, name: str) -> str:
        """An entry of a managed list."""
        return f"an entry of the list {self.quoted(self.listed_name(name))}"

    def knowing_it(self) -> str:
        """Anything, as long as it is known."""
        return "knowing it"

    def would_add(self, facts: Sequence[str], gains: Sequence[tuple[str, int]]) -> str:
        """Facts that are not known, and what each answer would add.

        Examples
        --------
        >>> Outlook().would_add(["lead.title"], [("VP, director or manager", 1500), ("C-suite", 2000)])
        'the job title is unknown: VP, director or manager would add 15; C-suite would add 20'
        """
        labels = self.both([f"the {self.fact(name).label}" for name in facts])
        added = "; ".join(f"{what} would add {self.written(points)}" for what, points in gains)
        return f"{labels} {'is' if len(facts) == 1 else 'are'} unknown: {added}"

    def local(self, moment: datetime, zone: str) -> str:
        """A moment as the clocks of the zone show it.

        Examples
        --------
        >>> from datetime import UTC
        >>> Outlook().local(datetime(2026, 1, 31, 14, 5, tzinfo=UTC), "Europe/Berlin")
        '31 January 2026, 15:05'
        """
        here = moment.astimezone(ZoneInfo(zone))
        return f"{self.day(here)}, {here:%H:%M}"

    def verdict(self, score: Score, shortage: str, until: datetime | None, zone: str) -> str:
        """The verdict as a clause, without what would do."""
        if not score.applies:
            return "not judged: this definition does not apply to the lead"
        if score.disqualified is not None:
            end = f" until {self.local(until, zone)}" if until else ""
            return f"not an MQL: disqualified as {self.quoted(score.disqualified)}{end}"
        if score.is_mql:
            since = score.became_mql_at
            return "an MQL" + (
                f"; the first time it became one was {self.local(since, zone)}" if since else ""
            )
        return shortage or "not an MQL"

    def short_of_mql(self, parts: Sequence[tuple[str, int]]) -> str:
        """How far from an MQL, when only points are missing.

        Examples
        --------
        >>> Outlook().short_of_mql([("engagement", 1400)])
        '14 points short of MQL'
        >>> Outlook().short_of_mql([("fit", 500), ("engagement", 1400)])
        '5 points of fit and 14 points of engagement short of MQL'
        """
        if len(parts) == 1:
            return f"{self.points(parts[0][1])} short of MQL"
        told = [f"{self.points(short)} of {dimension}" for dimension, short in parts]
        return f"{self.both(told)} short of MQL"

    def would_do(self, clause: str, ways: Sequence[str]) -> str:
        """What is missing, and what would be enough.

        Examples
        --------
        >>> Outlook().would_do("14 points short of MQL", ["one comparison visit", "one webinar"])
        '14 points short of MQL: one comparison visit or one webinar would do.'
        """
        plain = not any(" and " in way or ", " in way for way in ways)
        listed = self.either(ways) if plain else "; or ".join(ways)
        return f"{clause}: {listed} would do."

    def nothing_would(self, clause: str) -> str:
        """No event can make it an MQL."""
        return f"{clause}. Nothing it does can change that; the facts about it would have to."

    def too_far(self, clause: str, most: int) -> str:
        """So many events are not enough."""
        return f"{clause}. No {self.count(most)} events would be enough."

    def change_words(self, before: Score, after: Score) -> str:
        """What differs between two verdicts."""
        parts = []
        if before.disqualified != after.disqualified:
            parts.append(
                f"disqualified as {self.quoted(after.disqualified)}"
                if after.disqualified is not None
                else f"no longer disqualified as {self.quoted(before.disqualified or '')}"
            )
        if before.is_mql != after.is_mql:
            parts.append("becomes an MQL" if after.is_mql else "is no longer an MQL")
        if before.grade != after.grade:
            parts.append(f"grade {before.grade or 'none'} → {after.grade or 'none'}")
        return ", ".join(parts)
