"""English for what changed between two definitions."""

from collections.abc import Mapping
from typing import ClassVar

from handraise.core.duration import Duration
from handraise.core.words.english.outlook import Outlook


class Changes(Outlook):
    """What is said of two versions."""

    WHAT: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "timezone": "time zone",
        "motion": "motion",
        "applies_to": "who is judged",
        "signals": "signals",
        "fit": "fit",
        "engagement": "engagement",
        "patterns": "patterns",
        "qualify": "what makes an MQL",
        "disqualify": "who never is an MQL",
        "requalify": "what brings somebody back",
        "lists": "lists",
        "stages": "stages",
        "handoff": "the hand-off",
        "recycle": "what happens to leads given back",
        "nurture": "streams",
        "review": "review",
    }
    NOUNS: ClassVar[Mapping[str, str]] = {
        "signal": "signal",
        "list": "list",
        "rule": "rule",
        "group": "group",
        "pattern": "pattern",
        "fast track": "fast track",
        "reason": "reason",
        "trigger": "way back",
        "stage": "stage",
        "route": "route",
        "promise": "promise",
        "stream": "stream",
    }
    EVERYBODY: ClassVar = "everybody"
    EVERY_OTHER: ClassVar = "every other MQL"
    NOTHING: ClassVar = "nothing happens"
    ALERTS: ClassVar = "alerts"
    SKIP: ClassVar = "straight to SQL"

    def changed(self, what: str, old: str, new: str) -> str:
        """A value that is another now."""
        if max(len(old), len(new)) > 40:
            return f"{what}: {new} (before: {old})"
        clauses = max(len(old.split()), len(new.split())) > 2
        return f"{what}{':' if clauses else ''} {old} → {new}"

    def added(self, what: str, new: str) -> str:
        """A value that was not there."""
        return f"{what}: {new} (new)"

    def dropped(self, what: str, old: str) -> str:
        """A value that is gone."""
        return f"{what} dropped (was {old})"

    def new_item(self, noun: str, name: str, said: str) -> str:
        """A named thing that was not there."""
        return f"new {self.NOUNS[noun]} {self.quoted(name)}: {said}"

    def dropped_item(self, noun: str, name: str, said: str) -> str:
        """A named thing that is gone."""
        return f"{self.NOUNS[noun]} {self.quoted(name)} dropped: {said}"

    def renamed(self, noun: str, old: str, new: str) -> str:
        """A thing that only has another name."""
        return f"{self.NOUNS[noun]} {self.quoted(old)} is now called {self.quoted(new)}"

    def reordered(self, what: str) -> str:
        """The same things in another order."""
        return f"{what}: the order changed"

    def rewritten(self, what: str) -> str:
        """Another way of writing that reads the same in words."""
        return f"{what}: written differently"

    def points_of(self, rule: str, old: str, new: str) -> str:
        """A rule's points."""
        return f"{rule} {old} → {new}"

    def bar_of(self, dimension: str) -> str:
        """A dimension's bar."""
        return f"bar for {dimension}"

    def bound_of(self, bound: str, whose: str) -> str:
        """A cap or a floor."""
        return f"{bound} for {whose}"

    def group_named(self, name: str) -> str:
        """A group."""
        return f"the group {self.quoted(name)}"

    def half_life_of(self, whose: str) -> str:
        """A half-life."""
        return f"half-life of {whose}"

    def fading_of(self, whose: str) -> str:
        """Any decay."""
        return f"fading of {whose}"

    def so_many_rules(self, count: int) -> str:
        """Several rules at once."""
        return f"{count} rules"

    def asked_by(self, noun: str, name: str) -> str:
        """What a named thing asks for."""
        return f"{self.NOUNS[noun]} {self.quoted(name)}"

    def only_for(self, rule: str) -> str:
        """For whom a rule counts."""
        return f"{rule} only when"

    def group_of(self, rule: str) -> str:
        """A rule's group."""
        return f"group of {rule}"

    def resets(self) -> str:
        """The signals that reset."""
        return "engagement starts again after"

    def list_counts(self, name: str, came: int, went: int) -> str:
        """A managed list that changed."""
        parts = [f"{came} added"] * bool(came) + [f"{went} removed"] * bool(went)
        return f"list {self.listed_name(name)}: {', '.join(parts)}"

    def entries(self, count: int) -> str:
        """How long a list is."""
        return "1 entry" if count == 1 else f"{count} entries"

    def starts_at(self, points: str) -> str:
        """Where a grade starts."""
        return f"from {points}"

    def grade_of(self, dimension: str, label: str) -> str:
        """A grade."""
        return f"{dimension} grade {label}"

    def again_every(self, length: Duration) -> str:
        """A rhythm."""
        return f"every {self.duration(length)}"
