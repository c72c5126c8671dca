"""What every message says around a brief, in the language of whoever gets it. English is the source."""

from collections.abc import Mapping
from typing import ClassVar, Final

from handraise.core.words import ENGLISH, GERMAN, Tongue


class MessageWords:
    """English."""

    tongue: ClassVar[Tongue] = ENGLISH

    UNNAMED: ClassVar = "Unnamed lead"
    FIRST: ClassVar = "first"
    LAST: ClassVar = "last"

    def heading(self, text: str) -> str:
        """A fixed text of a template, which is written there in English."""
        return text

    def at_company(self, person: str, company: str) -> str:
        """Somebody and where they work."""
        return f"{person} at {company}"

    def kind(self, name: str) -> str:
        """A kind of lead, or how warm it is, by its code."""
        return name.replace("_", " ")

    def grade(self, grade: str) -> str:
        """A grade."""
        return f"grade {grade}"

    def further(self, count: int) -> str:
        """Reasons that are not shown."""
        return f"{count} further reasons"

    def times(self, what: str, count: int) -> str:
        """Something that was done several times."""
        return f"{what} ({count} times)"

    def more(self, count: int) -> str:
        """Lines that are not shown."""
        return f"and {count:,} more"


class German(MessageWords):
    """German."""

    tongue = GERMAN

    UNNAMED = "Lead ohne Namen"
    FIRST = "zuerst"
    LAST = "zuletzt"
    KINDS: ClassVar[Mapping[str, str]] = {
        "hot": "heiß",
        "warm": "warm",
        "demo_request": "Demo-Anfrage",
        "high_intent": "hohe Kaufabsicht",
        "standard": "gewöhnlicher MQL",
        "re_engaged": "zurückgekehrt",
        "pql": "aus dem Produkt",
        "outbound": "aus eigener Ansprache",
    }
    HEADINGS: ClassVar[Mapping[str, str]] = {
        "Accept": "Annehmen",
        "Reject with a reason": "Mit Grund ablehnen",
        "Reject because …": "Ablehnen, weil …",
        "Open": "Öffnen",
        "Lead": "Lead",
        "Hand-off": "Übergabe",
        "First contact due": "Erstkontakt fällig",
        "First contact is due soon": "Erstkontakt bald fällig",
        "First contact is overdue": "Erstkontakt überfällig",
        "Due": "Fällig",
        "It was due": "Fällig war er",
        "Now": "Jetzt",
        "Due soon": "Bald fällig",
        "Overdue": "Überfällig",
        "Overdue, escalated": "Überfällig, weitergemeldet",
        "Why now": "Warum jetzt",
        "points": "Punkte",
        "Fit": "Passung",
        "What they did": "Was sie taten",
        "Where they came from": "Woher sie kamen",
        "Others at the account": "Andere in der Firma",
        "Said before": "Früher besprochen",
        "Still to find out": "Noch zu erfahren",
        "A way to open": "Ein möglicher Einstieg",
    }

    def heading(self, text: str) -> str:
        """A fixed text in German."""
        return self.HEADINGS[text]

    def at_company(self, person: str, company: str) -> str:
        """Somebody and where they work."""
        return f"{person}, {company}"

    def kind(self, name: str) -> str:
        """A kind of lead, or how warm it is, by its code."""
        return self.KINDS.get(name, name.replace("_", " "))

    def grade(self, grade: str) -> str:
        """A grade."""
        return f"Note {grade}"

    def further(self, count: int) -> str:
        """Reasons that are not shown."""
        return f"{count} weitere Gründe"

    def times(self, what: str, count: int) -> str:
        """Something that was done several times."""
        return f"{what} ({count}-mal)"

    def more(self, count: int) -> str:
        """Lines that are not shown."""
        return f"und {count:,} weitere".replace(",", ".")


_WORDS: Final[Mapping[str, MessageWords]] = {
    each.tongue.language: each for each in (MessageWords(), German())
}
IN_ENGLISH: Final = _WORDS[ENGLISH.language]


def message_words(tongue: Tongue) -> MessageWords:
    """What messages say in that language."""
    return _WORDS[tongue.language]
