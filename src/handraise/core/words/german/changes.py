"""German for what changed between two definitions."""

from collections.abc import Mapping
from typing import ClassVar

from handraise.core.duration import Duration
from handraise.core.words import english
from handraise.core.words.german.outlook import Outlook


class Changes(Outlook, english.Changes):
    """What is said of two versions."""

    WHAT: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "timezone": "Zeitzone",
        "motion": "Art der Leads",
        "applies_to": "wer bewertet wird",
        "signals": "Signale",
        "fit": "Passung",
        "engagement": "Engagement",
        "patterns": "Muster",
        "qualify": "was einen MQL ausmacht",
        "disqualify": "wer nie ein MQL ist",
        "requalify": "was jemanden zurückbringt",
        "lists": "Listen",
        "stages": "Stufen",
        "handoff": "die Übergabe",
        "recycle": "was mit zurückgegebenen Leads geschieht",
        "nurture": "Nurturing-Strecken",
        "review": "Überprüfung",
    }
    NOUNS: ClassVar[Mapping[str, str]] = {
        "signal": "Signal",
        "list": "Liste",
        "rule": "Regel",
        "group": "Gruppe",
        "pattern": "Muster",
        "fast track": "Sofortregel",
        "reason": "Ausschlussgrund",
        "trigger": "Weg zurück",
        "stage": "Stufe",
        "route": "Weg der Übergabe",
        "promise": "Zusage",
        "stream": "Nurturing-Strecke",
    }
    EVERYBODY = "alle"
    EVERY_OTHER = "jeder andere MQL"
    NOTHING = "nichts geschieht"
    ALERTS = "Benachrichtigungen"
    SKIP = "sofort SQL"
    _BOUNDS: ClassVar[Mapping[str, str]] = {"cap": "Obergrenze", "floor": "Untergrenze"}

    def changed(self, what: str, old: str, new: str) -> str:
        if max(len(old), len(new)) > 40:
            return f"{what}: {new} (vorher: {old})"
        clauses = max(len(old.split()), len(new.split())) > 2
        return f"{what}{':' if clauses else ''} {old} → {new}"

    def added(self, what: str, new: str) -> str:
        return f"{what}: {new} (neu)"

    def dropped(self, what: str, old: str) -> str:
        return f"{what} entfällt (war {old})"

    def new_item(self, noun: str, name: str, said: str) -> str:
        return f"neu: {self.asked_by(noun, name)}: {said}"

    def dropped_item(self, noun: str, name: str, said: str) -> str:
        return f"{self.asked_by(noun, name)} entfällt: {said}"

    def renamed(self, noun: str, old: str, new: str) -> str:
        return f"{self.asked_by(noun, old)} heißt jetzt {self.quoted(new)}"

    def reordered(self, what: str) -> str:
        return f"{what}: andere Reihenfolge"

    def rewritten(self, what: str) -> str:
        return f"{what}: anders geschrieben"

    def points_of(self, rule: str, old: str, new: str) -> str:
        return f"{rule} {old} → {new}"

    def bar_of(self, dimension: str) -> str:
        return f"Schwelle für {self.DIMENSIONS[dimension]}"

    def bound_of(self, bound: str, whose: str) -> str:
        return f"{self._BOUNDS[bound]} für {self.DIMENSIONS.get(whose, whose)}"

    def group_named(self, name: str) -> str:
        return f"die Gruppe {self.quoted(name)}"

    def half_life_of(self, whose: str) -> str:
        return f"Halbwertszeit von {whose}"

    def fading_of(self, whose: str) -> str:
        return f"Verfall von {whose}"

    def so_many_rules(self, count: int) -> str:
        return f"{count} Regeln"

    def asked_by(self, noun: str, name: str) -> str:
        return f"{self.NOUNS[noun]} {self.quoted(name)}"

    def only_for(self, rule: str) -> str:
        return f"{rule} nur wenn"

    def group_of(self, rule: str) -> str:
        return f"Gruppe von {rule}"

    def resets(self) -> str:
        return "Engagement beginnt neu nach"

    def list_counts(self, name: str, came: int, went: int) -> str:
        parts = [f"{came} hinzugefügt"] * bool(came) + [f"{went} entfernt"] * bool(went)
        return f"Liste {self.listed_name(name)}: {', '.join(parts)}"

    def entries(self, count: int) -> str:
        return "1 Eintrag" if count == 1 else f"{count} Einträge"

    def starts_at(self, points: str) -> str:
        return f"ab {points}"

    def grade_of(self, dimension: str, label: str) -> str:
        return f"Note {label} für {self.DIMENSIONS[dimension]}"

    def again_every(self, length: Duration) -> str:
        return self._again_and_again(length)
