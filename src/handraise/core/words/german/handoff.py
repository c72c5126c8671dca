"""German for the brief of a hand-off."""

from datetime import datetime

from handraise.core.words import english
from handraise.core.words.german.changes import Changes


class Handoff(Changes, english.Handoff):
    """What is said to a salesperson, and what they may say first."""

    def hello(self, name: str | None) -> str:
        return f"Guten Tag {name}" if name else "Guten Tag"

    def opening(self, name: str | None) -> str:
        return f"{self.hello(name)}, woran arbeiten Sie dabei gerade, und was steht Ihnen im Weg?"

    def opening_on_demo(self, name: str | None) -> str:
        return f"{self.hello(name)}, Sie haben uns um eine Demo gebeten. Was möchten Sie zuerst sehen?"

    def opening_on_deed(self, name: str | None, deed: str) -> str:
        return f"{self.hello(name)}, danke, dass Sie sich gemeldet haben ({deed}). Was ist gerade der Anlass?"

    def opening_on_talk(self, name: str | None, owner: str, at: datetime) -> str:
        return (
            f"{self.hello(name)}, Sie haben zuletzt im {self.month(at)} mit {owner} gesprochen. "
            "Was hat sich seitdem geändert?"
        )

    def month(self, at: datetime) -> str:
        return f"{self._MONTHS[at.month - 1]} {at.year}"

    def counted_times(self, count: int) -> str:
        return f"{count}-mal gezählt"

    def held_back(self, bound: str, whose: str, hundredths: int) -> str:
        verb = "abzog" if hundredths < 0 else "hinzufügte"
        return f"was die {self.bound_of(bound, whose)} {verb}"
