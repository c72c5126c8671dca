"""German for what a lead lacks and what would do."""

from collections.abc import Sequence
from datetime import datetime

from handraise.core.score import Score
from handraise.core.words import english
from handraise.core.words.german import nouns
from handraise.core.words.german.phrases import Phrases


class Outlook(Phrases, english.Outlook):
    """What is said of a lead's score and what may come."""

    _COUNTS = ("kein", "ein", "zwei", "drei", "vier", "fünf")

    def so_many(self, count: int, signal: str) -> str:
        """So many events of a signal.

        Examples
        --------
        >>> Outlook().so_many(1, "demo_request"), Outlook().so_many(2, "pricing_visit")
        ('eine Demo-Anfrage', 'zwei Besuche der Preisseite')
        """
        return self.one(signal) if count == 1 else f"{self.count(count)} {self.many(signal)}"

    def count(self, count: int) -> str:
        return self._COUNTS[count] if count < len(self._COUNTS) else str(count)

    def one_then(self, steps: Sequence[str]) -> str:
        return ", dann ".join(steps)

    def with_another(self, name: str) -> str:
        return nouns.property_noun(name).with_another

    def with_the_same(self, name: str) -> str:
        return nouns.property_noun(name).with_the_same

    def short_of_bar(self, hundredths: int, dimension: str, bar: int) -> str:
        """How far a dimension is from its bar.

        Examples
        --------
        >>> Outlook().short_of_bar(1400, "engagement", 4000)
        '14 Punkte unter der Schwelle von 40 Punkten für Engagement'
        """
        height = f"der Schwelle von {self._of_points(bar)} für {self.DIMENSIONS[dimension]}"
        return f"{self.points(hundredths)} unter {height}"

    def short_of(self, hundredths: int, dimension: str, needed: int) -> str:
        """How far a score is from what is asked.

        Examples
        --------
        >>> Outlook().short_of(1400, "total", 5000)
        '14 Punkte unter den 50 Punkten, die die Summe aus Passung und Engagement erreichen muss'
        """
        asked = f"den {self._of_points(needed)}, die {self._HEADS[dimension]} erreichen muss"
        return f"{self.points(hundredths)} unter {asked}"

    def grade_must_be(self, grade: str | None, wanted: Sequence[str]) -> str:
        is_now = "es gibt noch keine Note; sie" if grade is None else f"die Note ist {grade} und"
        return f"{is_now} muss {self.either(wanted)} sein"

    def lacking(self, clause: str, missing: Sequence[str]) -> str:
        return clause + (f" (es fehlt: {'; '.join(missing)})" if missing else "")

    def in_the_way(self, clause: str) -> str:
        return f"was dagegen steht: {clause}"

    def not_yet(self, clause: str) -> str:
        return f"noch nicht erfüllt: {clause}"

    def or_else(self, words: str) -> str:
        return f"oder stattdessen: {words}"

    def or_more(self, bound: str) -> str:
        return f"mindestens {bound}"

    def entry_of(self, name: str) -> str:
        return f"ein Eintrag der Liste {self.quoted(self.listed_name(name))}"

    def knowing_it(self) -> str:
        return "jede Angabe"

    def would_add(self, facts: Sequence[str], gains: Sequence[tuple[str, int]]) -> str:
        """Facts that are not known, and what each answer would add.

        Examples
        --------
        >>> Outlook().would_add(["lead.title"], [("VP", 1500), ("C-Level", 2000)])
        'die Berufsbezeichnung ist nicht bekannt: VP brächte 15 Punkte; C-Level brächte 20 Punkte'
        """
        labels = self.both([self.fact(name).head for name in facts])
        added = "; ".join(f"{what} brächte {self.points(points)}" for what, points in gains)
        return f"{labels} {'ist' if len(facts) == 1 else 'sind'} nicht bekannt: {added}"

    def verdict(self, score: Score, shortage: str, until: datetime | None, zone: str) -> str:
        if not score.applies:
            return "nicht bewertet: Diese Definition gilt nicht für den Lead"
        if score.disqualified is not None:
            end = f" bis zum {self.local(until, zone)}" if until else ""
            return f"kein MQL: ausgeschlossen als {self.quoted(score.disqualified)}{end}"
        if score.is_mql:
            since = score.became_mql_at
            return "ein MQL" + (f"; zum ersten Mal am {self.local(since, zone)}" if since else "")
        return shortage or "kein MQL"

    def short_of_mql(self, parts: Sequence[tuple[str, int]]) -> str:
        """How far from an MQL, when only points are missing.

        Examples
        --------
        >>> Outlook().short_of_mql([("engagement", 1400)]), Outlook().short_of_mql([("engagement", 100)])
        ('zum MQL fehlen 14 Punkte', 'zum MQL fehlt 1 Punkt')
        >>> Outlook().short_of_mql([("fit", 500), ("engagement", 1400)])
        'zum MQL fehlen 5 Punkte Passung und 14 Punkte Engagement'
        """
        if len(parts) == 1:
            short = parts[0][1]
            return f"zum MQL {'fehlt' if short == 100 else 'fehlen'} {self.points(short)}"
        told = [f"{self.points(short)} {self.DIMENSIONS[dimension]}" for dimension, short in parts]
        return f"zum MQL fehlen {self.both(told)}"

    def would_do(self, clause: str, ways: Sequence[str]) -> str:
        """What is missing, and what would be enough.

        Examples
        --------
        >>> short = "Zum MQL fehlen 14 Punkte"
        >>> Outlook().would_do(short, ["ein Besuch der Vergleichsseite", "eine Webinar-Teilnahme"])
        'Zum MQL fehlen 14 Punkte: Ein Besuch der Vergleichsseite oder eine Webinar-Teilnahme würde genügen.'
        >>> Outlook().would_do(short, ["zwei Besuche der Preisseite"])
        'Zum MQL fehlen 14 Punkte: Zwei Besuche der Preisseite würden genügen.'
        """
        plain = not any(" und " in way or ", " in way for way in ways)
        listed = self.either(ways) if plain else "; oder ".join(ways)
        last = ways[-1]
        one = last.startswith(("ein ", "eine ")) and " und " not in last and ", " not in last
        return f"{clause}: {listed[:1].upper()}{listed[1:]} {'würde' if one else 'würden'} genügen."

    def nothing_would(self, clause: str) -> str:
        return f"{clause}. Nichts, was der Lead tut, ändert das; dafür müssten sich die Angaben ändern."

    def too_far(self, clause: str, most: int) -> str:
        return f"{clause}. Auch {self.count(most)} Ereignisse würden nicht genügen."

    def change_words(self, before: Score, after: Score) -> str:
        parts = []
        if before.disqualified != after.disqualified:
            parts.append(
                f"ausgeschlossen als {self.quoted(after.disqualified)}"
                if after.disqualified is not None
                else f"nicht mehr ausgeschlossen als {self.quoted(before.disqualified or '')}"
            )
        if before.is_mql != after.is_mql:
            parts.append("wird MQL" if after.is_mql else "ist kein MQL mehr")
        if before.grade != after.grade:
            parts.append(f"Note {before.grade or 'keine'} → {after.grade or 'keine'}")
        return ", ".join(parts)
