"""Scores as an Arrow table: one row a lead, its lines as a list, points as decimals with two places."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.base import Base, Evidence
from handraise.engine.batch import LINK_COLUMNS, Scored
from handraise.engine.columns import Coded, codes_at
from handraise.engine.kernel import MISSING, NEVER
from handraise.engine.layout import NONE, OP
from handraise.engine.passes import count_lines, lines_of
from handraise.engine.plan import Plan

I32 = npt.NDArray[np.int32]
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
    indices = pa.array(places.astype(np.int32, copy=False), mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()))


class Tables:
    """Turns what the kernel says into tables; one for each definition."""

    def __init__(self, plan: Plan, base: Base) -> None:
        self.plan, self.base = plan, base
        rules = [rule.rule for rule in plan.rules]
        self.names = [*rules, *(name for _, name in plan.groups), CAP, FLOOR]
        named_once = len(self.names) - 2
        self.name_of = np.array([*range(named_once), *[named_once] * 2, *[named_once + 1] * 2], np.int32)
        of_group = [int(dimension == "engagement") for dimension, _ in plan.groups]
        of_rule = (plan.arrays.rule[:, OP] != NONE).astype(np.int32)
        self.dimension_of = np.array([*of_rule, *of_group, 0, 1, 0, 1], np.int32)
        self.shown, self.shown_by = _shown(plan, base)
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
        flat, rules = scored.output.flat, len(self.plan.rules)
        lines = count_lines(flat, rules)
        start, lead = np.empty(scored.rows.size + 1, np.int32), np.empty(lines, np.int64)
        place, points = np.empty(lines, np.int32), np.empty((lines, 2), np.int64)
        count, last = np.empty(lines, np.int64), np.empty(lines, np.int64)
        lines_of(flat, rules, start, lead, place, points, count, last)
        of_event = np.flatnonzero(last >= 0)
        at = np.full(lines, MISSING, np.int64)
        at[of_event] = scored.time[last[of_event]]
        fields = [
            named(self.name_of[place], self.names),
            named(self.dimension_of[place], ("fit", "engagement")),
            pa.Array.from_buffers(POINTS, lines, [None, pa.py_buffer(points)]),
            pa.array(count),
            instants(at),
            self.evidence(scored, lead, place, last, of_event),
        ]
        return pa.ListArray.from_arrays(
            pa.array(start), pa.StructArray.from_arrays(fields, fields=list(LINE))
        )

    def evidence(self, scored: Scored, lead: I64, place: I32, last: I64, of_event: I64) -> pa.Array:
        """For each line the event (with its link) or the fact that shows it."""
        texts: list[str] = []
        found = np.full(last.size, -1, np.int32)
        if scored.event is not None:
            row = last[of_event]
            found[of_event] = event_evidence(
                scored, row if scored.order is None else scored.order[row], texts
            )
        shown_by = self.shown_by[place]
        for which, shown in enumerate(self.shown):
            lines = np.flatnonzero(shown_by == which)
            codes = shown.column.codes[scored.rows[lead[lines]]]
            found[lines] = _coded_texts(shown.column, codes, f"{shown.name}: ", texts)
        return named(found, texts)


def _shown(plan: Plan, base: Base) -> tuple[list[Evidence], I32]:
    """The fact columns that show rules, and which of them shows each: -1 for none, as for what is no rule."""
    shown: dict[str, Evidence] = {}
    found = np.full(len(plan.rules) + len(plan.groups) + 4, -1, np.int32)
    for place, rule in enumerate(plan.rules):
        evidence = base.evidence.get(rule.rule)
        if evidence is not None:
            shown.setdefault(evidence.name, evidence)
            found[place] = list(shown).index(evidence.name)
    return list(shown.values()), found


def event_evidence(scored: Scored, rows: I64, texts: list[str]) -> I32:
    """The event and its first link, for each row of the columns, as places of `texts`; new ones are added."""
    assert scored.event is not None
    link, first_of = np.zeros(rows.size, np.int64), [1]
    for column in scored.links:
        is_text = _is_text(column.dictionary)
        codes = codes_at(column, rows)
        chosen = (link == 0) & is_text[codes]
        link[chosen] = first_of[-1] + codes[chosen]
        first_of.append(first_of[-1] + is_text.size)
    keys = pc.dictionary_encode(pa.array(codes_at(scored.event, rows) * np.int64(first_of[-1]) + link))
    first = len(texts)
    for key in keys.dictionary.to_pylist():
        code, shown = divmod(key, first_of[-1])
        words = [_text(scored.event, code)]
        if shown:
            which = bisect_right(first_of, shown) - 1
            words.append(_text(scored.links[which], shown - first_of[which]))
        texts.append(" ".join(words))
    places: I32 = keys.indices.to_numpy() + np.int32(first)
    return places


def _is_text(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Which of the values say something, and last that an absent one does not."""
    found = np.ones(len(values) + 1, bool)
    found[-1] = False
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        found[:-1] = pc.fill_null(pc.not_equal(values, ""), False).to_numpy(zero_copy_only=False)
    return found


def _text(column: pa.DictionaryArray, code: int) -> str:
    value = column.dictionary[code].as_py() if code < len(column.dictionary) else None
    return "" if value is None else str(value)


def _coded_texts(column: Coded, codes: npt.NDArray[np.int32], before: str, texts: list[str]) -> I32:
    """Texts of these codes; -1 where the value is absent. New texts are added to `texts`."""
    encoded = pc.dictionary_encode(pa.array(codes))
    wanted = encoded.dictionary.to_pylist()
    there = [code for code in wanted if code < len(column.values)]
    first = len(texts)
    texts.extend(f"{before}{value}" for value in column.picked(there))
    place = itertools.count(first)
    table = [next(place) if code < len(column.values) else -1 for code in wanted]
    if not table:
        return np.zeros(0, np.int32)
    places: I32 = np.array(table, np.int32)[encoded.indices.to_numpy()]
    return places


__all__ = ["LINK_COLUMNS", "SCHEMA", "Tables"]
