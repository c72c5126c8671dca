"""Where the parts of a definition stand, so that every finding has its line and column."""

from collections.abc import Iterator
from dataclasses import dataclass

from handraise.core.definition.conditions import ALWAYS, Behaviour, Condition, Leaf, leaves
from handraise.core.definition.model import Definition
from handraise.core.definition.reading import Read
from handraise.core.errors import Problem

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Placed:
    """A condition of the file with the path to it."""

    path: Path
    condition: Condition


def lead_conditions(definition: Definition) -> Iterator[Placed]:
    """Every condition on leads in the file, also those of routes, promises and triggers."""
    yield Placed(("applies_to",), definition.applies_to)
    for index, fit_rule in enumerate(definition.fit.rules):
        yield Placed(("fit", "rules", index, "when"), fit_rule.when)
    for index, rule in enumerate(definition.engagement.rules):
        yield Placed(("engagement", "rules", index, "when"), rule.when or ALWAYS)
    for index, pattern in enumerate(definition.patterns):
        yield Placed(("patterns", index), pattern.condition)
    yield Placed(("qualify", "mql"), definition.qualify.mql)
    for index, track in enumerate(definition.qualify.fast_track):
        yield Placed(("qualify", "fast_track", index, "when"), track.when)
        yield Placed(("qualify", "fast_track", index, "needs"), track.needs)
    for index, disqualifier in enumerate(definition.disqualify):
        yield Placed(("disqualify", index, "when"), disqualifier.when)
    for index, trigger in enumerate(definition.requalify):
        yield Placed(("requalify", index), trigger.when or ALWAYS)
    for index, route in enumerate(definition.handoff.route):
        yield Placed(("handoff", "route", index, "when"), route.when)
    for index, level in enumerate(definition.handoff.sla):
        yield Placed(("handoff", "sla", index, "when"), level.when)


def property_conditions(definition: Definition) -> Iterator[Placed]:
    """The conditions on event properties."""
    for signal in definition.signals:
        yield Placed(("signals", signal.name, "where"), signal.where)


def behaviours(definition: Definition) -> Iterator[tuple[Path, Behaviour]]:
    """Every behaviour asked for, with the path to the rule or condition."""
    for index, rule in enumerate(definition.engagement.rules):
        yield ("engagement", "rules", index), rule.behaviour
    for path, leaf in placed_leaves(lead_conditions(definition)):
        if isinstance(leaf, Behaviour):
            yield path, leaf


def placed_leaves(conditions: Iterator[Placed]) -> Iterator[tuple[Path, Leaf]]:
    """Every leaf with the path of the condition it belongs to."""
    for placed in conditions:
        for leaf in leaves(placed.condition):
            yield placed.path, leaf


@dataclass(frozen=True)
class Notes:
    """Writes findings at their places in one file."""

    read: Read

    def error(self, code: str, message: str, *path: str | int, word: str | None = None) -> Problem:
        """Something that cannot be meant; `word` is the key under the path that it is about."""
        return Problem(*self._place(path, word), message, "error", code)

    def warning(self, code: str, message: str, *path: str | int, word: str | None = None) -> Problem:
        """Something doubtful."""
        return Problem(*self._place(path, word), message, "warning", code)

    def _place(self, path: Path, word: str | None) -> tuple[int, int]:
        if word is not None:
            for found, place in self.read.positions.items():
                if found[: len(path)] == path and found[-1] == word:
                    return place
        return self.read.place(*path)
