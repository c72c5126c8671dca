"""The German of the page itself."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from handraise.core.duration import Duration
from handraise.core.words import GERMAN
from handraise.rendering.wording.english import Wording


class German(Wording):
    """German."""

    tongue = GERMAN

    EMPTY = "(leer)"
    BELOW = "darunter"
    EVERY = "Jeder MQL"
    EVERY_OTHER = "Jeder andere MQL"
    NOT_FADING = "Punkte verfallen nicht."
    CLOCKS: ClassVar[Mapping[str, str]] = {"business": "Geschäftszeit", "always": "rund um die Uhr"}
    DIMENSIONS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "fit": ("Passung", "Wer sie sind."),
        "engagement": ("Engagement", "Was sie getan haben."),
    }
    MOTIONS: ClassVar[Mapping[str, str]] = {
        "inbound": "Eingehende Leads",
        "outbound": "Leads aus eigener Ansprache",
        "product": "Anmeldungen im Produkt",
    }
    OWNED: ClassVar[Mapping[str, str]] = {
        "account_owner": "Ein Lead, dessen Firma einen Besitzer hat",
        "lead_owner": "Ein Lead, der einen Besitzer hat",
        "queue": "",
    }
    HEADINGS: ClassVar[Mapping[str, str]] = {
        "Shared definition of a marketing qualified lead (MQL)": (
            "Gemeinsame Definition eines Marketing Qualified Lead (MQL)"
        ),
        "shared definition": "gemeinsame Definition",
        "version": "Version",
        "written": "geschrieben am",
        "What an MQL is": "Was ein MQL ist",
        "Nobody is an MQL for whom one of the reasons under “Never an MQL” holds.": (
            "Niemand ist ein MQL, für den einer der Gründe unter „Nie ein MQL“ gilt."
        ),
        "Rule": "Regel",
        "When": "Bedingung",
        "For": "Wofür",
        "Points": "Punkte",
        "The most a lead can have": "Das Höchste, was ein Lead haben kann",
        "Patterns": "Muster",
        "True or not, without points.": "Trifft zu oder nicht, ohne Punkte.",
        "Pattern": "Muster",
        "True when": "Trifft zu, wenn gilt",
        "Fast tracks": "Sofortregeln",
        "An MQL at once, whatever the score.": "Sofort ein MQL, unabhängig von den Punkten.",
        "Fast track": "Sofortregel",
        "Never an MQL": "Nie ein MQL",
        "Archived with the reason, never deleted.": "Mit dem Grund archiviert, nie gelöscht.",
        "Reason": "Grund",
        "Reasons for which nobody is an MQL": "Gründe, aus denen niemand ein MQL ist",
        "Grades": "Noten",
        "Fit in letters, engagement in numbers. A cell says whether its points alone make an MQL.": (
            "Passung in Buchstaben, Engagement in Zahlen. "
            "Eine Zelle sagt, ob ihre Punkte allein für einen MQL genügen."
        ),
        "Fit": "Passung",
        "Engagement": "Engagement",
        "MQL": "MQL",
        "MQL in part": "teils MQL",
        "no": "nein",
        "Hand-off": "Übergabe",
        "What sales promises. In each table the first line that fits applies.": (
            "Was der Vertrieb zusagt. In jeder Tabelle gilt die erste Zeile, die passt."
        ),
        "First contact": "Erstkontakt",
        "Lead": "Lead",
        "Clock": "Uhr",
        "First contact within": "Frist für den Erstkontakt",
        "Who gets the lead": "Wer den Lead bekommt",
        "Goes": "Geht",
        "Not yet": "Noch nicht",
        "What happens to leads that are not ready, or wait too long.": (
            "Was mit Leads geschieht, die noch nicht so weit sind oder zu lange warten."
        ),
        "Stream": "Nurturing-Strecke",
        "Streams": "Nurturing-Strecken",
        "Agreed": "Vereinbart",
        "Signed is": "Unterschrieben wird",
        "content": "Inhalt",
        "Content": "Inhalt",
        "For marketing": "Für das Marketing",
        "For sales": "Für den Vertrieb",
        "Name": "Name",
        "Date": "Datum",
        "Signature": "Unterschrift",
        "Name, date, signature": "Name, Datum, Unterschrift",
        "not signed yet": "noch nicht unterschrieben",
        "Appendix": "Anhang",
        "Signals": "Signale",
        "Signal": "Signal",
        "Is": "Ist",
        "Lists": "Listen",
        "List": "Liste",
        "Entries": "Einträge",
    }

    def heading(self, text: str) -> str:
        return self.HEADINGS[text]

    def subtitle(self, motion: str, timezone: str) -> str:
        return f"{self.MOTIONS[motion]}. Tage und Geschäftszeiten wie in {timezone}."

    def judged(self, condition: str) -> str:
        return f"Bewertet werden nur Leads, für die gilt: {condition}."

    def passes(self, needed: str, most: str | None) -> str:
        return f"erreicht ab {needed}" + (f", von höchstens {most}" if most is not None else "")

    def fading(self, decay: str, *, penalties: bool) -> str:
        rest = " Abzüge verfallen nicht." if penalties else ""
        return f"Was eine Zeile gibt, {decay}, wenn sie nichts anderes sagt.{rest}"

    def resets(self, signals: Sequence[str]) -> str:
        said = self.tongue.either([self.tongue.one(each) for each in signals])
        return f"Engagement beginnt wieder bei null, sobald dies geschieht: {said}."

    def held(self, name: str, bounds: str) -> str:
        return f"{self.tongue.DIMENSIONS[name]} ist insgesamt {bounds}."

    def group_held(self, group: str, bounds: str) -> str:
        limits = bounds or "nicht begrenzt"
        return f"Die Zeilen der Gruppe {self.tongue.quoted(group)} sind zusammen {limits}."

    def in_group(self, group: str) -> str:
        return f"in der Gruppe {self.tongue.quoted(group)}"

    def starts(self, points: str) -> str:
        return f"ab {points}"

    def told(self, channels: Sequence[str]) -> str | None:
        if not channels:
            return None
        return f"Wer einen Lead bekommt, erfährt es über {self.tongue.both(channels)}."

    def back(self, ways: Sequence[str]) -> str:
        return f"Was sie zurückbringt: {self.tongue.either(ways)}."

    def with_owner(self, role: str | None) -> str:
        return self.OWNED.get(role or "", "")

    def review(self, length: Duration) -> str:
        again, once = self.tongue.again_every(length), self.tongue.duration(length)
        return f"Beide Teams lesen diese Definition {again} wieder, und {once} nach jeder Änderung."
