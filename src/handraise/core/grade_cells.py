"""Which grades are MQLs by their points: the fit × engagement square of a definition."""

from dataclasses import dataclass
from typing import Literal

from handraise.core.definition.conditions import (
    AllOf,
    AnyOf,
    Condition,
    GradeIn,
    Negation,
    ScoreAtLeast,
)
from handraise.core.definition.model import Definition
from handraise.core.lint.reach import Reach

Answer = Literal["always", "in part", "never"]
_LEAST, _MOST = -(10**12), 10**12


@dataclass(frozen=True)
class Cell:
    """One grade, the hundredths it covers (both ends included), and whether its points alone make an MQL."""

    fit_label: str
    engagement_label: str
    fit: tuple[int, int]
    engagement: tuple[int, int]
    is_mql: Answer

    @property
    def grade(self) -> str:
        """The grade's name, such as A1."""
        return self.fit_label + self.engagement_label


def grade_cells(definition: Definition) -> tuple[tuple[Cell, ...], ...]:
    """The square of grades: one row for each fit label, one column for each engagement label.

    A cell is `always` an MQL when every lead in it is one by its points; `in part` when that depends on where
    in the cell the lead stands; `never` when points alone do not do it there. Facts, patterns and behaviour
    asked for beside the points count as not given; disqualifiers are another matter. Empty without grades.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> square = grade_cells(read_definition('''
    ... {name: Two, fit: {bar: 30}, engagement: {bar: 40}, qualify: {mql: {all: [fit, engagement]},
    ...  grades: {fit: {A: 30, B: 0}, engagement: {1: 60, 2: 20}}}}
    ... ''').definition)
    >>> [[(cell.grade, cell.is_mql) for cell in row] for row in square]
    [[('A1', 'always'), ('A2', 'in part')], [('B1', 'never'), ('B2', 'never')]]
    """
    grades = definition.qualify.grades
    if grades is None or not (grades.fit or grades.engagement):
        return ()
    reach = Reach(definition)
    columns = _spans(grades.engagement, reach.engagement)
    return tuple(
        tuple(_cell(definition, letter, fit, number, engagement) for number, engagement in columns)
        for letter, fit in _spans(grades.fit, reach.fit)
    )


def _spans(levels: tuple[tuple[str, int], ...], most: int | None) -> list[tuple[str, tuple[int, int]]]:
    top = _MOST if most is None else most
    if not levels:
        return [("", (_LEAST, top))]
    tops = [top, *(start - 1 for _, start in levels)]
    starts = [*(start for _, start in levels[:-1]), _LEAST]
    return [(label, (low, top)) for (label, _), low, top in zip(levels, starts, tops, strict=False)]


def _cell(
    definition: Definition, letter: str, fit: tuple[int, int], number: str, engagement: tuple[int, int]
) -> Cell:
    asked = _Asked(definition, letter + number, fit, engagement)
    answer: dict[bool | None, Answer] = {True: "always", None: "in part", False: "never"}
    return Cell(letter, number, fit, engagement, answer[asked.holds(definition.qualify.mql)])


@dataclass(frozen=True)
class _Asked:
    """A condition asked of all leads in one cell at once: True, False, or None where it depends."""

    definition: Definition
    grade: str
    fit: tuple[int, int]
    engagement: tuple[int, int]

    def holds(self, condition: Condition) -> bool | None:
        match condition:
            case AllOf(items):
                answers = [self.holds(item) for item in items]
                return False if False in answers else None if None in answers else True
            case AnyOf(items):
                answers = [self.holds(item) for item in items]
                return True if True in answers else None if None in answers else False
            case Negation(item):
                answer = self.holds(item)
                return None if answer is None else not answer
            case ScoreAtLeast(dimension, hundredths):
                return self.reaches(dimension, hundredths)
            case GradeIn(names):
                return self.grade in names
            case _:
                return False

    def reaches(self, dimension: str, hundredths: int | None) -> bool | None:
        (low_fit, top_fit), (low, top) = self.fit, self.engagement
        if dimension == "total":
            low, top = low_fit + low, top_fit + top
        elif dimension == "fit":
            low, top = low_fit, top_fit
        own = self.definition.fit.bar if dimension == "fit" else self.definition.engagement.bar
        needed = hundredths if hundredths is not None else own or 0
        return True if low >= needed else False if top < needed else None
