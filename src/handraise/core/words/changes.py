"""English for what changed between two definitions."""

from typing import Final

from handraise.core.words import english as say

WHAT: Final = {
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
SIGNAL: Final = "signal"
LIST: Final = "list"
RULE: Final = "rule"
GROUP: Final = "group"
PATTERN: Final = "pattern"
FAST_TRACK: Final = "fast track"
REASON: Final = "reason"
TRIGGER: Final = "way back"
STAGE: Final = "stage"
ROUTE: Final = "route"
PROMISE: Final = "promise"
STREAM: Final = "stream"
ALERTS: Final = "alerts"
SKIP: Final = "straight to SQL"
MQL: Final = "what makes an MQL"
EVERYBODY: Final = "everybody"
EVERY_OTHER: Final = "every other MQL"
NOTHING: Final = "nothing happens"


def changed(what: str, old: str, new: str) -> str:
    """A value that is another now."""
    if max(len(old), len(new)) > 40:
        return f"{what}: {new} (before: {old})"
    clauses = max(len(old.split()), len(new.split())) > 2
    return f"{what}{':' if clauses else ''} {old} → {new}"


def added(what: str, new: str) -> str:
    """A value that was not there."""
    return f"{what}: {new} (new)"


def dropped(what: str, old: str) -> str:
    """A value that is gone."""
    return f"{what} dropped (was {old})"


def new_item(noun: str, name: str, said: str) -> str:
    """A named thing that was not there."""
    return f"new {noun} {say.quoted(name)}: {said}"


def dropped_item(noun: str, name: str, said: str) -> str:
    """A named thing that is gone."""
    return f"{noun} {say.quoted(name)} dropped: {said}"


def renamed(noun: str, old: str, new: str) -> str:
    """A thing that only has another name."""
    return f"{noun} {say.quoted(old)} is now called {say.quoted(new)}"


def reordered(what: str) -> str:
    """The same things in another order."""
    return f"{what}: the order changed"


def rewritten(what: str) -> str:
    """Another way of writing that reads the same in words."""
    return f"{what}: written differently"


def points_of(rule: str, old: str, new: str) -> str:
    """A rule's points."""
    return f"{rule} {old} → {new}"


def bar_of(dimension: str) -> str:
    """A dimension's bar."""
    return f"bar for {dimension}"


def bound_of(bound: str, whose: str) -> str:
    """A cap or a floor."""
    return f"{bound} for {whose}"


def group_named(name: str) -> str:
    """A group."""
    return f"the group {say.quoted(name)}"


def half_life_of(whose: str) -> str:
    """A half-life."""
    return f"half-life of {whose}"


def fading_of(whose: str) -> str:
    """Any decay."""
    return f"fading of {whose}"


def so_many_rules(count: int) -> str:
    """Several rules at once."""
    return f"{count} rules"


def asked_by(noun: str, name: str) -> str:
    """What a named thing asks for."""
    return f"{noun} {say.quoted(name)}"


def only_for(rule: str) -> str:
    """For whom a rule counts."""
    return f"{rule} only when"


def group_of(rule: str) -> str:
    """A rule's group."""
    return f"group of {rule}"


def resets() -> str:
    """The signals that reset."""
    return "engagement starts again after"


def list_counts(name: str, came: int, went: int) -> str:
    """A managed list that changed."""
    parts = [f"{came} added"] * bool(came) + [f"{went} removed"] * bool(went)
    return f"list {say.listed_name(name)}: {', '.join(parts)}"


def entries(count: int) -> str:
    """How long a list is."""
    return "1 entry" if count == 1 else f"{count} entries"


def starts_at(points: str) -> str:
    """Where a grade starts."""
    return f"from {points}"


def grade_of(dimension: str, label: str) -> str:
    """A grade."""
    return f"{dimension} grade {label}"


def every(length: str) -> str:
    """A rhythm."""
    return f"every {length}"
