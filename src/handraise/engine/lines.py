"""Lines: the kernel's columns read back as an explanation. Nothing is computed here; it is only named."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handraise.core.definition.conditions import FactTest, leaves
from handraise.core.definition.model import DimensionName
from handraise.core.event import Event, Lead
from handraise.core.points import written
from handraise.core.score import Line, LineKind, Score
from handraise.engine.asked import moment_at
from handraise.engine.kernel import MISSING, NEVER, History
from handraise.engine.layout import NONE, OP
from handraise.engine.match import source_of
from handraise.engine.plan import Plan
from handraise.engine.run import Moment, Output

LINKS: Final = ("url", "path", "campaign", "title", "kind")
DIMENSIONS: Final[tuple[DimensionName, ...]] = ("fit", "engagement")


@dataclass(frozen=True)
class Prepared:
    """Leads in the kernel's layout, with the events behind its rows."""

    history: History
    events: tuple[Event, ...]


def moment_or_none(microseconds: int) -> datetime | None:
    """The moment, or None for NEVER and MISSING.

    Examples
    --------
    >>> moment_or_none(NEVER), moment_or_none(0).isoformat()
    (None, '1970-01-01T00:00:00+00:00')
    """
    return None if microseconds in (MISSING, NEVER) else moment_at(microseconds)


def evidence_of(event: Event) -> str:
    """The event and the link to it, in one text.

    Examples
    --------
    >>> from datetime import UTC
    >>> evidence_of(Event("page", datetime(2026, 1, 1, tzinfo=UTC), {"path": "/pricing"}))
    'page /pricing'
    """
    for name in LINKS:
        value = event.properties.get(name)
        if value not in (None, ""):
            return f"{event.event} {value}"
    return event.event


def grade_label(plan: Plan, fit: int, engagement: int) -> str | None:
    """The grade whose labels have these places, such as A1."""
    grades = plan.definition.qualify.grades
    if grades is None:
        return None
    letter = grades.fit[fit][0] if grades.fit else ""
    return letter + (grades.engagement[engagement][0] if grades.engagement else "")


class Reader:
    """Reads the kernel's output lead by lead."""

    def __init__(self, plan: Plan, output: Output, moment: Moment) -> None:
        self.plan, self.output, self.moment = plan, output, moment
        self.fired = output.fired
        self.op_of_rule = plan.arrays.rule[:, OP].tolist()
        self.as_of = moment_at(moment.as_of)
        definition = plan.definition
        self.patterns = [pattern.pattern for pattern in definition.patterns]
        self.tracks = [track.rule for track in definition.qualify.fast_track]

    def score(self, place: int, lead: Lead, prepared: Prepared) -> Score:
        """The lead's score with its lines."""
        out = self.output
        applies = bool(out.applies[place])
        reason = int(out.disqualified[place])
        definition = self.plan.definition
        grade = grade_label(self.plan, int(out.grade_fit[place]), int(out.grade_engagement[place]))
        return Score(
            lead_id=lead.lead_id,
            as_of=self.as_of,
            fit=int(out.fit[place]),
            engagement=int(out.engagement[place]),
            grade=grade if applies else None,
            applies=applies,
            is_mql=bool(out.is_mql[place]),
            disqualified=None if reason < 0 else definition.disqualify[reason].reason,
            became_mql_at=moment_or_none(int(out.became[place])),
            ceases_at=moment_or_none(int(out.ceases[place])),
            next_change_at=moment_or_none(int(out.changes[place])),
            patterns=_named(self.patterns, int(out.patterns[place])),
            fast_tracks=_named(self.tracks, int(out.tracks[place])),
            lines=(*self.rules(place, lead, prepared), *self.adjustments(place)),
        )

    def rules(self, place: int, lead: Lead, prepared: Prepared) -> list[Line]:
        """A line for each rule that holds."""
        out, found = self.output, []
        for index in self.fired[place].nonzero()[0].tolist():
            row = int(out.last[place, index])
            event = prepared.events[row] if row >= 0 else None
            is_fit = self.op_of_rule[index] == NONE
            seen = None if event is None else evidence_of(event)
            found.append(
                Line(
                    rule=self.plan.rules[index].rule,
                    dimension="fit" if is_fit else "engagement",
                    points=int(out.points[place, index]),
                    count=int(out.count[place, index]),
                    last_at=None if event is None else moment_at(int(prepared.history.time[row])),
                    evidence=self.fact_evidence(index, lead) if is_fit else seen,
                )
            )
        return found

    def fact_evidence(self, index: int, lead: Lead) -> str | None:
        """The facts that a fit rule asks about, as they were given."""
        asked = self.plan.rules[index].when
        found = []
        for leaf in () if asked is None else leaves(asked):
            if isinstance(leaf, FactTest):
                for name in (leaf.fact, source_of(leaf.fact)):
                    value = lead.facts.get(name) if name else None
                    if value not in (None, ""):
                        found.append(f"{name}: {value}")
                        break
        return "; ".join(dict.fromkeys(found)) or None

    def adjustments(self, place: int) -> list[Line]:
        """What caps and floors took or gave."""
        found = []
        kind: LineKind
        for index, (dimension, name) in enumerate(self.plan.groups):
            took = int(self.output.group_took[place, index])
            if took:
                kind = "group_cap" if took < 0 else "group_floor"
                found.append(Line(name, dimension, took, 0, None, None, kind))
        for index, dimension in enumerate(DIMENSIONS):
            took = int(self.output.bound_took[place, index])
            if took:
                kind = "cap" if took < 0 else "floor"
                found.append(Line(kind, dimension, took, 0, None, f"{kind} took {written(took)}", kind))
        return found


def _named(names: list[str], bits: int) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(names) if bits >> place & 1)
