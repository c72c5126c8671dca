"""Scores as an Arrow table: one row a lead, its lines as a list, points as decimals with two places."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.base import Base
from handraise.engine.batch import LINK_COLUMNS, Scored
from handraise.engine.columns import Coded, coded
from handraise.engine.kernel import MISSING, NEVER
from handraise.engine.layout import NONE, OP
from handraise.engine.plan import Plan

I64 = npt.NDArray[np.int64]
POINTS: Final = pa.decimal128(12, 2)
INSTANT: Final = pa.timestamp("us", "UTC")
NAME: Final = pa.dictionary(pa.int32(), pa.string())
LINE: Final = pa.struct(
    [
        ("rule", NAME),
        ("dimension", NAME),
        ("points", POINTS),
        ("count", pa.int64()),
        ("last_at", INSTANT),
        ("evidence", NAME),
    ]
)
SCHEMA: Final = pa.schema(
    [
        ("lead_id", pa.string()),
        ("fit", POINTS),
        ("engagement", POINTS),
        ("total", POINTS),
        ("grade", NAME),
        ("is_mql", pa.bool_()),
        ("became_mql_at", INSTANT),
        ("disqualified", NAME),
        ("next_change_at", INSTANT),
        ("lines", pa.list_(LINE)),
    ]
)
CAP, FLOOR = "cap", "floor"


def decimals(hundredths: I64) -> pa.Array:
    """Hundredths as decimals with two places.

    Examples
    --------
    >>> decimals(np.array([1550, -5])).to_pylist()
    [Decimal('15.50'), Decimal('-0.05')]
    """
    whole = np.empty((hundredths.size, 2), np.int64)
    whole[:, 0] = hundredths
    whole[:, 1] = hundredths >> 63  # the sign, as a decimal of 128 bits carries it on
    return pa.Array.from_buffers(POINTS, hundredths.size, [None, pa.py_buffer(whole)])


def instants(microseconds: I64) -> pa.Array:
    """Microseconds as times in UTC; null for never."""
    never = (microseconds == MISSING) | (microseconds == NEVER)
    return pa.array(microseconds, pa.int64(), mask=never).cast(INSTANT)


def named(places: npt.NDArray[Any], names: Sequence[str]) -> pa.Array:
    """Names by their places; null for a place below 0."""
    indices = pa.array(places.astype(np.int32), mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()))


class Tables:
    """Turns what the kernel says into tables; one for each definition."""

    def __init__(self, plan: Plan, base: Base) -> None:
        self.plan, self.base = plan, base
        rules = [rule.rule for rule in plan.rules]
        self.names = [*rules, *(name for _, name in plan.groups), CAP, FLOOR]
        self.is_fit = plan.arrays.rule[:, OP] == NONE
        self.dimension_of_group = [int(dimension == "engagement") for dimension, _ in plan.groups]
        self.reasons = [disqualifier.reason for disqualifier in plan.definition.disqualify]
        grades = plan.definition.qualify.grades
        letters = [label for label, _ in grades.fit] if grades and grades.fit else [""]
        numbers = [label for label, _ in grades.engagement] if grades and grades.engagement else [""]
        self.numbers = len(numbers)
        self.grades = [a + b for a in letters for b in numbers] if grades else []

    def table(self, scored: Scored) -> pa.Table:
        """The scores as a table of `SCHEMA`."""
        out = scored.output
        grade = out.grade_fit * self.numbers + out.grade_engagement
        judged = (out.applies == 1) & bool(self.grades)
        return pa.Table.from_arrays(
            [
                self.base.ids.take(pa.array(scored.rows)).cast(pa.string()),
                decimals(out.fit),
                decimals(out.engagement),
                decimals(out.fit + out.engagement),
                named(np.where(judged, grade, -1), self.grades),
                pa.array(out.is_mql == 1),
                instants(out.became),
                named(out.disqualified, self.reasons),
                instants(out.changes),
                self.lines(scored),
            ],
            schema=SCHEMA,
        )

    def lines(self, scored: Scored) -> pa.Array:
        """Every line of every lead, as a list array."""
        out = scored.output
        lead, rule = np.nonzero(out.fired)
        points, count, last = out.points[lead, rule], out.count[lead, rule], out.last[lead, rule]
        dimension = np.where(self.is_fit[rule], 0, 1)
        extra = self.adjustments(scored)
        if extra[0].size:
            none = np.full(extra[0].size, -1, np.int64)
            lead, rule = np.concatenate([lead, extra[0]]), np.concatenate([rule, extra[1]])
            points, dimension = np.concatenate([points, extra[2]]), np.concatenate([dimension, extra[3]])
            count, last = np.concatenate([count, none + 1]), np.concatenate([last, none])
            order = np.lexsort((rule, lead))
            lead, rule, points, dimension = lead[order], rule[order], points[order], dimension[order]
            count, last = count[order], last[order]
        offsets = np.searchsorted(lead, np.arange(scored.rows.size + 1)).astype(np.int32)
        at = np.full(last.size, MISSING, np.int64)
        at[last >= 0] = scored.time[last[last >= 0]]
        fields = [
            named(rule, self.names),
            named(dimension, ("fit", "engagement")),
            decimals(points),
            pa.array(count),
            instants(at),
            self.evidence(scored, lead, rule, last),
        ]
        return pa.ListArray.from_arrays(
            pa.array(offsets), pa.StructArray.from_arrays(fields, fields=list(LINE))
        )

    def adjustments(self, scored: Scored) -> tuple[I64, I64, I64, I64]:
        """Lead, place of the name, hundredths and dimension of what caps and floors took or gave."""
        out = scored.output
        rules = len(self.plan.rules)
        lead, group = np.nonzero(out.group_took)
        bound_lead, bound = np.nonzero(out.bound_took)
        took = out.bound_took[bound_lead, bound]
        name = rules + len(self.dimension_of_group) + (took > 0)
        return (
            np.concatenate([lead, bound_lead]),
            np.concatenate([rules + group, name]),
            np.concatenate([out.group_took[lead, group], took]),
            np.concatenate([np.array(self.dimension_of_group, np.int64)[group], bound]),
        )

    def evidence(self, scored: Scored, lead: I64, rule: I64, last: I64) -> pa.Array:
        """For each line the event (with its link) or the fact that shows it."""
        texts: list[str] = []
        found = np.full(last.size, -1, np.int64)
        if scored.event is not None:
            lines = np.flatnonzero(last >= 0)
            found[lines] = self.event_evidence(scored, last[lines], texts)
        rows = scored.rows
        for place, one in enumerate(self.plan.rules):
            shown = self.base.evidence.get(one.rule)
            if shown is None:
                continue
            lines = np.flatnonzero(rule == place)
            found[lines] = _coded_texts(
                shown.column, shown.column.codes[rows[lead[lines]]], f"{shown.name}: ", texts
            )
        return named(found, texts)

    def event_evidence(self, scored: Scored, row: I64, texts: list[str]) -> I64:
        """The event and its first link, for each row."""
        event = scored.event
        if event is None:
            return np.full(row.size, -1, np.int64)
        rows = pa.array(row)
        columns = [coded(column.take(rows)) for column in (event, *scored.links)]
        key = np.zeros(row.size, np.int64)
        for column in columns:
            key = key * (len(column.values) + 1) + column.codes
        keys = pc.dictionary_encode(pa.array(key))
        first = len(texts)
        texts.extend(_told(columns, combined) for combined in keys.dictionary.to_pylist())
        places: I64 = keys.indices.to_numpy().astype(np.int64)
        return first + places


def _told(columns: list[Coded], combined: int) -> str:
    """The event and the first of its links that is there."""
    shown: list[str] = []
    for column in reversed(columns):
        combined, code = divmod(combined, len(column.values) + 1)
        value = column.values[code] if code < len(column.values) else None
        shown.append("" if value is None else str(value))
    event, *links = reversed(shown)
    return " ".join([event, *[link for link in links if link][:1]])


def _coded_texts(column: Coded, codes: npt.NDArray[np.int32], before: str, texts: list[str]) -> I64:
    """Texts of these codes; -1 where the value is absent. New texts are added to `texts`."""
    encoded = pc.dictionary_encode(pa.array(codes))
    table = []
    for code in encoded.dictionary.to_pylist():
        if code >= len(column.values):
            table.append(-1)
            continue
        table.append(len(texts))
        texts.append(f"{before}{column.values[code]}")
    if not table:
        return np.zeros(0, np.int64)
    places: I64 = np.array(table, np.int64)[encoded.indices.to_numpy()]
    return places


__all__ = ["LINK_COLUMNS", "SCHEMA", "Tables"]
