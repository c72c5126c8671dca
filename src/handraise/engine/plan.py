"""A definition compiled to flat integer arrays: what the kernel interprets. No code is generated.

Behaviours become *ops*, conditions become small postfix *programs*, signals and facts become bits. Everything
a rule needs at run time is a row of integers; names stay here, beside the arrays, for the lines.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from handraise.core.definition.conditions import (
    ALWAYS,
    After,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Before,
    Behaviour,
    Between,
    Condition,
    Equals,
    FactTest,
    FromStage,
    GradeIn,
    InLast,
    Known,
    Negation,
    NotIn,
    PatternHolds,
    ScoreAtLeast,
    Seen,
    SessionCount,
    Test,
    Unknown,
)
from handraise.core.definition.model import (
    Bounds,
    Definition,
    DimensionName,
    Engagement,
    EngagementRule,
    Fit,
    Grades,
    HalfLife,
    Rule,
    Signal,
    Steps,
)
from handraise.core.duration import Duration
from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED
from handraise.core.points import lost_in_steps
from handraise.engine.asked import microseconds_of
from handraise.engine.layout import (
    AND,
    AT_MOST,
    BEHAVES,
    COUNTS,
    DECAY,
    DECAY_HALF_LIFE,
    DECAY_STEPS,
    DIMENSION,
    EACH,
    EACH_COUNT,
    EACH_DAY,
    EACH_DURATION,
    EACH_EVENT,
    EACH_LENGTH,
    EACH_MONTH,
    EACH_NOT,
    EACH_SESSION,
    EACH_WEEK,
    ENGAGEMENT_GE,
    FACT,
    FACT_WORDS,
    FIT_GE,
    GROUP,
    GROUP_COLUMNS,
    HALF,
    HAS_DECAY,
    HAS_GRADES,
    HAS_STEPS,
    HIGH,
    I64,
    IN_LAST,
    KIND,
    KIND_COUNT,
    KIND_NONE_OF,
    KIND_SAME_SESSION,
    KIND_SEEN,
    KIND_SEQUENCE,
    KIND_SESSIONS,
    LEAST,
    LIST,
    LOW,
    MEASURE,
    MEASURE_COUNT,
    MEASURE_DISTINCT,
    MEASURE_SAME,
    MEASURE_SUM,
    MILLIONTHS,
    MOMENT,
    N_COUNTS,
    N_DISQUALIFY,
    N_GROUPS,
    N_LISTS,
    N_OPS,
    N_PATTERN,
    N_RULES,
    N_SESSION_SLOTS,
    N_STEPS,
    N_TRACK,
    NEEDS_SESSIONS,
    NO_BOUND,
    NON_MONOTONE,
    NONE,
    NOT,
    OP,
    OP_COLUMNS,
    OR,
    P_APPLIES,
    P_DISQUALIFY,
    P_PATTERN,
    P_SATISFIED,
    P_TRACK,
    PLAN_HEADER,
    POINTS,
    PROPERTY,
    RESET_SIGNAL,
    RESETS,
    RULE_COLUMNS,
    SEEN_BEFORE,
    SEEN_BEFORE_AGE,
    SEEN_FROM,
    SEEN_IN_LAST,
    SEEN_KNOWN,
    SEEN_UNKNOWN,
    SESSIONS,
    SETTINGS,
    SIGNAL,
    STEP_COUNT,
    STEP_FIRST,
    TABLE_COUNT,
    TABLE_FIRST,
    TIGHT,
    TOTAL_GE,
    TRUE,
    WHEN,
    WITHIN,
    WORDS,
    PlanArrays,
    flattened,
    in_sections,
)

_EACH: Final = {"event": EACH_EVENT, "day": EACH_DAY, "week": EACH_WEEK, "month": EACH_MONTH,
                "session": EACH_SESSION, "duration": EACH_DURATION}  # fmt: skip
_FORM: Final = {
    "signal": KIND_COUNT,
    "same_session": KIND_SAME_SESSION,
    "sequence": KIND_SEQUENCE,
    "none_of": KIND_NONE_OF,
}
MOST_OPS: Final = 512
MOST_NAMED: Final = 64


@dataclass(frozen=True)
class AtomicSignal:
    """A conjunction of tests on single properties: what one signal bit of an event means."""

    events: tuple[str, ...]
    where: tuple[tuple[str, tuple[tuple[tuple[Test, ...], bool], ...]], ...]


@dataclass(frozen=True)
class Plan:
    """A compiled definition: the kernel's arrays and the names behind their numbers."""

    definition: Definition
    arrays: PlanArrays
    flat: I64  # the same as the kernel takes it
    atoms: tuple[AtomicSignal, ...]
    unions: tuple[tuple[int, tuple[int, ...]], ...]  # bit = any of these bits
    facts: tuple[FactTest, ...]
    code_properties: tuple[str, ...]  # of distinct and same
    sum_properties: tuple[str, ...]
    signal_bit: dict[str, int] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rules in the order of the kernel's columns."""
        return self.definition.rules

    @property
    def groups(self) -> tuple[tuple[DimensionName, str], ...]:
        """(dimension, group name) in the order of the kernel's columns."""
        return _groups(self.definition)

    @property
    def where_properties(self) -> tuple[str, ...]:
        """Event properties that decide which signals an event is."""
        return tuple(sorted({name for atom in self.atoms for name, _ in atom.where}))

    @property
    def event_properties(self) -> tuple[str, ...]:
        """Every event property the definition looks at."""
        return tuple(sorted({*self.where_properties, *self.code_properties, *self.sum_properties}))

    @property
    def needs_sessions(self) -> bool:
        """Whether sessions enter the score."""
        return bool(self.arrays.setting[NEEDS_SESSIONS])


class TooComplex(HandraiseError):
    """The definition combines more conditions than the evaluator takes; split it."""


def compiled(definition: Definition) -> Plan:
    """Compile a definition.

    Raises
    ------
    TooComplex
        With more than 512 different behaviours or a `where` of too many alternatives.
    """
    return _Compiler(definition).plan()


class _Compiler:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.atoms: list[AtomicSignal] = []
        self.unions: dict[tuple[int, ...], int] = {}
        self.union_order: list[tuple[int, tuple[int, ...]]] = []
        self.bits = 0
        self.signal_bit: dict[str, int] = {}
        self.resets: list[int] = []
        self.facts: dict[FactTest, int] = {}
        self.ops: list[list[int]] = []
        self.op_index: dict[Any, int] = {}
        self.steps: list[int] = []
        self.code_properties: list[str] = []
        self.sum_properties: list[str] = []
        self.lists = self.counts = self.session_slots = 0
        self.programs: list[list[tuple[int, int]]] = []
        self.in_conditions: set[int] = set()

    # -- signals ---------------------------------------------------------------------------------

    def bit_of(self, atom: AtomicSignal) -> int:
        self.atoms.append(atom)
        self.bits += 1
        return self.bits - 1

    def union(self, bits: Iterable[int]) -> int:
        members = tuple(sorted(set(bits)))
        if len(members) == 1:
            return members[0]
        if members not in self.unions:
            self.unions[members] = self.bits
            self.union_order.append((self.bits, members))
            self.bits += 1
        return self.unions[members]

    def signals(self) -> None:
        # Atoms come first so that their bits are contiguous; unions of them follow.
        parts: dict[str, list[int]] = {}
        for signal in self.definition.signals:
            parts[signal.name] = [self.bit_of(atom) for atom in _conjunctions(signal)]
        if self.definition.resets_on_recycling:
            self.resets.append(self.bit_of(AtomicSignal((LEAD_RECYCLED.casefold(),), ())))
        for name, bits in parts.items():
            self.signal_bit[name] = self.union(bits)
        self.resets += [self.signal_bit[name] for name in self.definition.engagement.reset_on]

    # -- ops -------------------------------------------------------------------------------------

    def op(self, behaviour: Behaviour, *, resets: bool) -> int:
        key = (behaviour, resets)
        if key not in self.op_index:
            self.op_index[key] = self.add_op(self.behaviour_row(behaviour, resets))
        return self.op_index[key]

    def add_op(self, row: list[int]) -> int:
        if len(self.ops) >= MOST_OPS:
            raise TooComplex(f"a definition may ask for at most {MOST_OPS} different behaviours")
        self.ops.append(row)
        return len(self.ops) - 1

    def behaviour_row(self, behaviour: Behaviour, resets: bool) -> list[int]:
        row = _empty_row(_FORM[behaviour.form])
        bits = [self.signal_bit[name] for name in behaviour.signals]
        row[IN_LAST], row[WITHIN] = _length(behaviour.in_last), _length(behaviour.within)
        row[AT_MOST] = behaviour.at_most or NO_BOUND
        row[RESETS] = int(resets)
        if behaviour.form in ("signal", "none_of"):
            row[SIGNAL] = self.union(bits)
        else:
            row[STEP_FIRST], row[STEP_COUNT] = len(self.steps), len(bits)
            self.steps += bits
        self.measured(row, behaviour)
        if behaviour.each is not None:
            row[EACH], row[EACH_COUNT] = _EACH[behaviour.each.unit], behaviour.each.count
            row[EACH_LENGTH] = _length(behaviour.each.duration)
        if row[KIND] == KIND_NONE_OF and row[IN_LAST] == NONE:
            row[IN_LAST] = row[EACH_LENGTH]
        self.buffers(row)
        return row

    def measured(self, row: list[int], behaviour: Behaviour) -> None:
        row[LEAST] = int(behaviour.at_least)
        for measure, name, known in (
            (MEASURE_DISTINCT, behaviour.distinct, self.code_properties),
            (MEASURE_SAME, behaviour.same, self.code_properties),
            (MEASURE_SUM, behaviour.sum, self.sum_properties),
        ):
            if name is not None:
                if name not in known:
                    known.append(name)
                row[MEASURE], row[PROPERTY] = measure, known.index(name)
        if behaviour.sum is not None:
            row[LEAST] = int(behaviour.at_least * MILLIONTHS)

    def buffers(self, row: list[int]) -> None:
        """Give the op the scratch lists and counters that its kind needs."""
        counting = row[KIND] == KIND_COUNT
        if counting and (
            row[IN_LAST] != NONE
            or row[WITHIN] != NONE
            or row[EACH] != EACH_NOT
            or row[MEASURE] != MEASURE_COUNT
        ):
            row[LIST] = self.lists
            self.lists += 2 if row[EACH] != EACH_NOT or row[MEASURE] == MEASURE_SAME else 1
        if counting and row[MEASURE] in (MEASURE_DISTINCT, MEASURE_SAME):
            row[COUNTS], row[TIGHT] = self.counts, self.counts + 1
            self.counts += 2
        if row[KIND] == KIND_SAME_SESSION:
            row[SESSIONS] = self.session_slots
            self.session_slots += row[STEP_COUNT]
        elif row[EACH] == EACH_SESSION:
            row[SESSIONS] = self.session_slots
            self.session_slots += 1

    # -- conditions ------------------------------------------------------------------------------

    def program(self, condition: Condition) -> int:
        code: list[tuple[int, int]] = []
        self.emit(condition, code)
        self.programs.append(code)
        return len(self.programs) - 1

    def emit(self, condition: Condition, code: list[tuple[int, int]]) -> None:
        match condition:
            case AllOf(items):
                self.joined(items, AND, code)
            case AnyOf(items):
                self.joined(items, OR, code)
            case Negation(item):
                self.emit(item, code)
                code.append((NOT, 0))
            case FactTest():
                code.append((FACT, self.facts.setdefault(condition, len(self.facts))))
            case Behaviour():
                self.ask(self.op(condition, resets=False), code)
            case SessionCount(tests):
                self.emit_parts([self.session_test(test) for test in tests], code)
            case Seen(which, tests):
                self.emit_parts([self.seen_test(which, test) for test in tests], code)
            case ScoreAtLeast(dimension, points):
                self.emit_score(dimension, points, code)
            case GradeIn(grades):
                self.emit(_graded(self.definition.qualify.grades or Grades(), grades), code)
            case PatternHolds(name):
                self.emit(self.definition.pattern(name).condition, code)
            case FromStage():
                raise TypeError("stages are known only where decisions act")

    def ask(self, op: int, code: list[tuple[int, int]]) -> None:
        self.in_conditions.add(op)
        code.append((BEHAVES, op))

    def joined(self, items: Sequence[Condition], how: int, code: list[tuple[int, int]]) -> None:
        if not items:
            code.append((TRUE, 0))
            if how == OR:
                code.append((NOT, 0))
        for index, item in enumerate(items):
            self.emit(item, code)
            if index:
                code.append((how, 0))

    def emit_parts(self, parts: Sequence[list[tuple[int, int]]], code: list[tuple[int, int]]) -> None:
        for index, part in enumerate(parts):
            code += part
            if index:
                code.append((AND, 0))

    def emit_score(self, dimension: str, points: int | None, code: list[tuple[int, int]]) -> None:
        if points is None:
            points = (self.definition.fit if dimension == "fit" else self.definition.engagement).bar or 0
        code.append(({"fit": FIT_GE, "engagement": ENGAGEMENT_GE, "total": TOTAL_GE}[dimension], points))

    def interval(self, low: int, high: int, code: list[tuple[int, int]]) -> None:
        key = ("sessions", low, high)
        if key not in self.op_index:
            row = _empty_row(KIND_SESSIONS)
            row[LOW], row[HIGH] = low, high
            self.op_index[key] = self.add_op(row)
        self.ask(self.op_index[key], code)

    def session_test(self, test: Test) -> list[tuple[int, int]]:
        """A test on the number of sessions, as intervals of whole numbers."""
        code: list[tuple[int, int]] = []
        match test:
            case AtLeast(Decimal() as bound):
                self.interval(math.ceil(bound), NO_BOUND, code)
            case AtMost(Decimal() as bound):
                self.interval(-NO_BOUND, math.floor(bound), code)
            case Between(Decimal() as low, Decimal() as high):
                self.interval(math.ceil(low), math.floor(high), code)
            case Equals(values) | NotIn(values):
                whole = [int(v) for v in values if isinstance(v, Decimal) and v == v.to_integral_value()]
                self.interval(1, 0, code)
                for number in whole:
                    self.interval(number, number, code)
                    code.append((OR, 0))
                if isinstance(test, NotIn):
                    code.append((NOT, 0))
            case _:
                self.interval(1, 0, code)
        return code

    def seen_test(self, which: str, test: Test) -> list[tuple[int, int]]:
        match test:
            case Known():
                mode, moment = SEEN_KNOWN, 0
            case Unknown():
                mode, moment = SEEN_UNKNOWN, 0
            case Before(Duration() as age):
                mode, moment = SEEN_BEFORE_AGE, age.microseconds
            case InLast(window):
                mode, moment = SEEN_IN_LAST, window.microseconds
            case Before(datetime() as instant):
                mode, moment = SEEN_BEFORE, microseconds_of(instant)
            case After(instant):
                mode, moment = SEEN_FROM, microseconds_of(instant)
            case _:
                raise TypeError(test)
        key = (which, mode, moment)
        if key not in self.op_index:
            row = _empty_row(KIND_SEEN)
            row[LOW], row[HIGH], row[MOMENT] = int(which == "last_seen"), mode, moment
            self.op_index[key] = self.add_op(row)
        code: list[tuple[int, int]] = []
        self.ask(self.op_index[key], code)
        return code

    # -- the whole -------------------------------------------------------------------------------

    def plan(self) -> Plan:
        definition = self.definition
        self.signals()
        if max(len(definition.patterns), len(definition.qualify.fast_track)) > MOST_NAMED:
            raise TooComplex(
                f"a definition may have at most {MOST_NAMED} patterns and {MOST_NAMED} fast tracks"
            )
        reset_bit = self.union(self.resets) if self.resets else NONE
        tables: list[int] = []
        rules = [self.rule_row(rule, tables) for rule in definition.rules]
        setting = np.zeros(SETTINGS, np.int64)
        setting[P_APPLIES] = self.program(definition.applies_to)
        tracks = definition.qualify.fast_track
        satisfied = AnyOf((definition.qualify.mql, *(AllOf((track.when, track.needs)) for track in tracks)))
        setting[P_SATISFIED] = self.program(satisfied)
        setting[P_DISQUALIFY], setting[N_DISQUALIFY] = self.programs_of(d.when for d in definition.disqualify)
        setting[P_PATTERN], setting[N_PATTERN] = self.programs_of(p.condition for p in definition.patterns)
        setting[P_TRACK], setting[N_TRACK] = self.programs_of(AllOf((t.when, t.needs)) for t in tracks)
        setting[RESET_SIGNAL] = reset_bit
        setting[NON_MONOTONE] = int(_may_rise_by_falling(satisfied, definition))
        setting[HAS_DECAY] = int(any(row[DECAY] for row in rules))
        setting[WORDS], setting[FACT_WORDS] = max(1, -(-self.bits // 64)), max(1, -(-len(self.facts) // 64))
        setting[N_LISTS], setting[N_COUNTS] = self.lists, self.counts
        setting[N_SESSION_SLOTS] = self.session_slots
        counts_sessions = any(row[KIND] == KIND_SESSIONS for row in self.ops)
        setting[NEEDS_SESSIONS] = int(bool(self.session_slots) or counts_sessions)
        setting[N_STEPS] = len(self.steps)
        setting[HAS_STEPS] = int(any(row[DECAY] == DECAY_STEPS for row in rules))
        setting[N_OPS], setting[N_RULES] = len(self.ops), len(rules)
        setting[N_GROUPS] = len(definition.fit.groups) + len(definition.engagement.groups)
        setting[HAS_GRADES] = int(definition.qualify.grades is not None)
        arrays = self.arrays(rules, tables, setting)
        return Plan(
            definition=definition,
            arrays=arrays,
            flat=flattened(setting, PLAN_HEADER, in_sections(arrays)),
            atoms=tuple(self.atoms),
            unions=tuple(self.union_order),
            facts=tuple(self.facts),
            code_properties=tuple(self.code_properties),
            sum_properties=tuple(self.sum_properties),
            signal_bit=self.signal_bit,
        )

    def programs_of(self, conditions: Iterable[Condition]) -> tuple[int, int]:
        first = len(self.programs)
        for condition in conditions:
            self.program(condition)
        return first, len(self.programs) - first

    def rule_row(self, rule: Rule, tables: list[int]) -> list[int]:
        row = [0] * RULE_COLUMNS
        row[OP] = row[WHEN] = row[GROUP] = NONE
        row[POINTS] = rule.points
        row[DIMENSION] = int(isinstance(rule, EngagementRule))
        if rule.when is not None:
            row[WHEN] = self.program(rule.when)
        if rule.group is not None:
            dimension: DimensionName = "engagement" if row[DIMENSION] else "fit"
            row[GROUP] = _groups(self.definition).index((dimension, rule.group))
        if isinstance(rule, EngagementRule):
            row[OP] = self.op(rule.behaviour, resets=True)
            match rule.decay:
                case HalfLife(duration):
                    row[DECAY], row[HALF] = DECAY_HALF_LIFE, duration.microseconds
                case Steps(lose, every):
                    table = lost_in_steps(rule.points, lose)
                    row[DECAY], row[HALF] = DECAY_STEPS, every.microseconds
                    row[TABLE_FIRST], row[TABLE_COUNT] = len(tables), len(table)
                    tables += table
        return row

    def arrays(self, rules: list[list[int]], tables: list[int], setting: I64) -> PlanArrays:
        fit, engagement = self.definition.fit, self.definition.engagement
        code = [instruction for program in self.programs for instruction in program]
        grades = self.definition.qualify.grades or Grades()
        starts_fit = [start for _, start in grades.fit[:-1]]
        starts_engagement = [start for _, start in grades.engagement[:-1]]
        # Programs of rules' `when` ask about facts only, so every score instruction belongs to a verdict.
        thresholds = {a for o, a in code if o == ENGAGEMENT_GE} | set(starts_engagement)
        rule_first, rule_of_op = _grouped([row[OP] for row in rules], len(self.ops))
        first, listener_op, listener_step = self.listeners()
        zone_from, zone_offset = _zone(self.definition.timezone)
        groups = [(0, b) for _, b in fit.groups] + [(1, b) for _, b in engagement.groups]
        return PlanArrays(
            op=_array(self.ops, OP_COLUMNS),
            step_signal=_flat(self.steps),
            listener_first=first,
            listener_op=listener_op,
            listener_step=listener_step,
            rule=_array(rules, RULE_COLUMNS),
            step_table=_flat(tables),
            rule_first=rule_first,
            rule_of_op=rule_of_op,
            group=_array([[d, *_bounds(b)] for d, b in groups], GROUP_COLUMNS),
            bound=_array([_bounds(fit.bounds), _bounds(engagement.bounds)], 2),
            program_first=_flat(np.cumsum([0, *(len(p) for p in self.programs)])),
            program_code=_flat([o for o, _ in code]),
            program_argument=_flat([a for _, a in code]),
            timed_op=_flat([i for i, row in enumerate(self.ops) if _is_timed(row)]),
            ticking_op=_flat(
                [i for i, row in enumerate(self.ops) if row[KIND] in (KIND_SESSIONS, KIND_SEEN)]
            ),
            eng_threshold=_flat(sorted(thresholds, reverse=True)),
            total_threshold=_flat(sorted({a for o, a in code if o == TOTAL_GE}, reverse=True)),
            grade_fit=_flat(starts_fit),
            grade_engagement=_flat(starts_engagement),
            zone_from=zone_from,
            zone_offset=zone_offset,
            setting=setting,
        )

    def listeners(self) -> tuple[I64, I64, I64]:
        """Which ops (and at which step) hear of each signal bit."""
        heard: list[tuple[int, int, int]] = []
        for index, row in enumerate(self.ops):
            if row[SIGNAL] != NONE:
                heard.append((row[SIGNAL], index, 0))
            steps = range(row[STEP_COUNT])
            heard.extend((self.steps[row[STEP_FIRST] + step], index, step) for step in steps)
        heard.sort()
        first = np.searchsorted([bit for bit, _, _ in heard], np.arange(max(self.bits, 1) + 1))
        return _flat(first), _flat([op for _, op, _ in heard]), _flat([step for _, _, step in heard])


def _groups(definition: Definition) -> tuple[tuple[DimensionName, str], ...]:
    """Every group with its dimension, those of fit first."""
    dimensions: tuple[tuple[DimensionName, Fit | Engagement], ...] = (
        ("fit", definition.fit),
        ("engagement", definition.engagement),
    )
    return tuple((name, group) for name, dimension in dimensions for group, _ in dimension.groups)


def _conjunctions(signal: Signal) -> Iterable[AtomicSignal]:
    """The signal's `where` as alternatives, each a conjunction of tests on single properties."""
    alternatives = _alternatives(signal.where, True)
    if len(alternatives) > 64:
        raise TooComplex(
            f"signal {signal.name} has {len(alternatives)} alternatives; name some as signals of their own"
        )
    events = tuple(name.strip().casefold() for name in signal.events)
    for conjunction in alternatives or []:
        by_property: dict[str, list[tuple[tuple[Test, ...], bool]]] = {}
        for name, tests, wanted in conjunction:
            by_property.setdefault(name, []).append((tests, wanted))
        yield AtomicSignal(events, tuple((name, tuple(tests)) for name, tests in by_property.items()))


_Literal = tuple[str, tuple[Test, ...], bool]


def _alternatives(condition: Condition, wanted: bool) -> list[list[_Literal]]:
    """Disjunctive normal form, with negation pushed to the tests."""
    match condition:
        case FactTest(name, tests):
            return [[(name, tests, wanted)]]
        case Negation(item):
            return _alternatives(item, not wanted)
        case AllOf(items) | AnyOf(items):
            parts = [_alternatives(item, wanted) for item in items]
            if isinstance(condition, AllOf) is not wanted:
                return [conjunction for part in parts for conjunction in part]
            if np.prod([len(part) for part in parts], dtype=float) > 4_096:
                raise TooComplex("a `where` has too many alternatives; split the signal")
            return [[literal for part in combination for literal in part] for combination in product(*parts)]
        case _:
            raise TypeError(condition)


def _graded(grades: Grades, wanted: tuple[str, ...]) -> Condition:
    """A list of grades as bounds on the two scores."""
    letters, numbers = _bands("fit", grades.fit), _bands("engagement", grades.engagement)
    cells = [
        AllOf((fit, engagement))
        for (letter, fit), (number, engagement) in product(letters, numbers)
        if letter + number in wanted
    ]
    return AnyOf(tuple(cells))


def _bands(dimension: Any, levels: tuple[tuple[str, int], ...]) -> list[tuple[str, Condition]]:
    found: list[tuple[str, Condition]] = []
    above: Condition | None = None
    for index, (label, start) in enumerate(levels):
        reached = ScoreAtLeast(dimension, start) if index < len(levels) - 1 else ALWAYS
        found.append((label, reached if above is None else AllOf((reached, Negation(above)))))
        above = reached
    return found or [("", ALWAYS)]


def _may_rise_by_falling(condition: Condition, definition: Definition, *, negated: bool = False) -> bool:
    """Whether a falling engagement can make the condition true."""
    match condition:
        case AllOf(items) | AnyOf(items):
            return any(_may_rise_by_falling(item, definition, negated=negated) for item in items)
        case Negation(item):
            return _may_rise_by_falling(item, definition, negated=not negated)
        case ScoreAtLeast("engagement" | "total"):
            return negated
        case GradeIn(grades):
            return negated or not _is_upward_closed(definition.qualify.grades or Grades(), grades)
        case _:
            return False


def _is_upward_closed(grades: Grades, wanted: tuple[str, ...]) -> bool:
    numbers = [label for label, _ in grades.engagement] or [""]
    return all(
        letter + better in wanted
        for letter in ([label for label, _ in grades.fit] or [""])
        for index, number in enumerate(numbers)
        if letter + number in wanted
        for better in numbers[:index]
    )


def _empty_row(kind: int) -> list[int]:
    row = [NONE] * OP_COLUMNS
    row[KIND] = kind
    row[LEAST], row[MEASURE], row[EACH], row[STEP_COUNT], row[RESETS] = 1, MEASURE_COUNT, EACH_NOT, 0, 0
    row[AT_MOST] = NO_BOUND
    return row


def _is_timed(row: list[int]) -> bool:
    if row[KIND] == KIND_SEEN:
        return row[HIGH] in (SEEN_BEFORE_AGE, SEEN_IN_LAST)
    return row[IN_LAST] != NONE or row[KIND] == KIND_NONE_OF


def _length(duration: Duration | None) -> int:
    return NONE if duration is None else duration.microseconds


def _bounds(bounds: Bounds) -> list[int]:
    return [
        NO_BOUND if bounds.cap is None else bounds.cap,
        -NO_BOUND if bounds.floor is None else bounds.floor,
    ]


def _array(rows: Sequence[Sequence[int]], columns: int) -> I64:
    return np.array(rows, np.int64).reshape(len(rows), columns)


def _flat(values: Sequence[int] | I64) -> I64:
    return np.asarray(values, np.int64).reshape(-1)


def _grouped(keys: Sequence[int], count: int) -> tuple[I64, I64]:
    """Where the items of each key start, and the items by key; items without a key (-1) are left out."""
    order = np.array(
        [i for i, key in sorted(enumerate(keys), key=lambda pair: pair[1]) if key >= 0], np.int64
    )
    first = np.searchsorted([keys[i] for i in order], np.arange(count + 1)).astype(np.int64)
    return first, order.reshape(-1)


@lru_cache(maxsize=64)
def _zone(name: str) -> tuple[I64, I64]:
    """The zone's offsets (microseconds east of UTC) and from when each holds, 1970 to 2100.

    Python's `zoneinfo` is asked once a week; where two answers differ, halving finds the second of change.
    """
    zone = ZoneInfo(name)

    def offset(moment: datetime) -> int:
        shift = moment.astimezone(zone).utcoffset() or timedelta()
        return shift // timedelta(microseconds=1)

    start = datetime(1970, 1, 1, tzinfo=UTC)
    from_, offsets = [-(2**62)], [offset(start)]
    step = timedelta(days=7)
    moment = start
    while moment.year < 2100:
        following = moment + step
        if offset(following) != offsets[-1]:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            high = high.replace(microsecond=0)
            from_.append(microseconds_of(high))
            offsets.append(offset(high))
        moment = following
    return _flat(from_), _flat(offsets)
