"""The one evaluator: a compiled interpreter that walks each lead's events in time order.

Numba compiles it once per machine; it releases the GIL. It works on a CSR layout: the events of lead ``i``
are ``time[start[i]:start[i + 1]]``, in time order. Everything is an integer: microseconds, hundredths of
points, millionths of summed properties; only a decay passes through floating point, and is rounded back at
once.

How one lead is evaluated: events are *fed* to the ops that listen to their signals; the *value* of an op at
an instant (does it hold, how often, since when) is asked where somebody needs it; rules turn values into
*contributions*. Between events and window ends engagement never rises, so the definition can begin to hold
only at such an instant: only there is it asked, and not even there while an upper bound of the score is too
low.

One letter is one thing throughout: ``p`` the plan, ``h`` the history, ``s`` the scratch (all three flat, see
`layout`); ``i`` a lead, ``e`` an event, ``t`` an instant, ``o`` an op, ``r`` a rule, ``g`` a group. Where a
function works on one op, ``c`` is where its columns start in the plan and ``st`` where its state starts in
the scratch.
"""

import math
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from handraise.engine.compiling import door, inner
from handraise.engine.layout import (
    AND,
    AT_MOST,
    B_ACTIVE,
    B_CHAIN,
    B_CHAIN_NEW,
    B_CONTRIBUTION,
    B_COUNTS,
    B_DIRTY,
    B_DIRTY_LIST,
    B_DUE,
    B_GROUP_SUM,
    B_HEARD,
    B_HEARD_LIST,
    B_HELD,
    B_LAST,
    B_LISTS,
    B_NUMBER,
    B_ORDINAL,
    B_PLAIN_SUM,
    B_SEEN,
    B_SESSION_OF,
    B_SESSION_STAMP,
    B_STATE,
    B_TALLY,
    BEHAVES,
    BOUNDS,
    CODES,
    COUNTS,
    DECAY,
    DECAY_HALF_LIFE,
    DECAY_NOT,
    DECAY_STEPS,
    DIMENSION,
    EACH,
    EACH_COUNT,
    EACH_DAY,
    EACH_DURATION,
    EACH_EVENT,
    EACH_LENGTH,
    EACH_NOT,
    EACH_SESSION,
    EACH_WEEK,
    ENGAGEMENT_GE,
    ENGAGEMENT_THRESHOLD,
    FACT,
    FACT_WORDS,
    FIT_GE,
    G_CAP,
    G_DIMENSION,
    G_FLOOR,
    GRADE_ENGAGEMENT,
    GRADE_FIT,
    GROUP,
    GROUP_COLUMNS,
    GROUPS,
    H_CODES,
    H_EPOCH_FACTS,
    H_EPOCH_START,
    H_EPOCH_TIME,
    H_EVENTS,
    H_KNOWN,
    H_LEADS,
    H_SESSION,
    H_SIGNALS,
    H_START,
    H_SUMS,
    H_TIME,
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
    LISTENER_FIRST,
    LISTENER_OP,
    LISTENER_STEP,
    LONGEST,
    LOW,
    M_CHANGED,
    M_DIRTY,
    M_EPOCH,
    M_FACTS,
    M_FIRST,
    M_HEARD,
    M_KNOWN,
    M_NUMBERED,
    M_READY,
    M_RESET,
    M_SEEN,
    M_SESSIONS,
    MEASURE,
    MEASURE_COUNT,
    MEASURE_DISTINCT,
    MEASURE_SAME,
    MEASURE_SUM,
    MOMENT,
    N_DISQUALIFY,
    N_GROUPS,
    N_OPS,
    N_PATTERN,
    N_RULES,
    N_TRACK,
    NEEDS_SESSIONS,
    NO_SESSION,
    NON_MONOTONE,
    NONE,
    NOT,
    NOT_FIRED,
    O_APPLIES,
    O_BECAME,
    O_CEASES,
    O_CHANGES,
    O_DISQUALIFIED,
    O_ENGAGEMENT,
    O_FIT,
    O_GRADE_ENGAGEMENT,
    O_GRADE_FIT,
    O_IS_MQL,
    O_PATTERNS,
    O_TRACKS,
    OP,
    OP_COLUMNS,
    OPS,
    OR,
    OUTPUT_COLUMNS,
    P_APPLIES,
    P_DISQUALIFY,
    P_PATTERN,
    P_SATISFIED,
    P_TRACK,
    POINTS,
    PROGRAM_ARGUMENT,
    PROGRAM_CODE,
    PROGRAM_FIRST,
    PROPERTY,
    RESET_SIGNAL,
    RESETS,
    RULE_COLUMNS,
    RULE_FIRST,
    RULE_OF_OP,
    RULES,
    S_AUX,
    S_COUNT,
    S_LAST,
    S_LENGTH,
    S_LOW,
    S_START,
    S_TIGHT,
    S_TOTAL,
    SEEN_BEFORE,
    SEEN_BEFORE_AGE,
    SEEN_IN_LAST,
    SEEN_KNOWN,
    SEEN_UNKNOWN,
    SESSIONS,
    SESSIONS_MOST,
    SIGNAL,
    STATE_COLUMNS,
    STEP_COUNT,
    STEP_FIRST,
    STEP_SIGNAL,
    STEP_TABLE,
    TABLE_COUNT,
    TABLE_FIRST,
    TALLIES,
    TICKING_OP,
    TIGHT,
    TIMED_OP,
    TOTAL_GE,
    TOTAL_THRESHOLD,
    WHEN,
    WITHIN,
    WORDS,
    ZONE_FROM,
    ZONE_OFFSET,
)

NEVER: Final = 2**62
MISSING: Final = -(2**62)
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
SESSION_GAP: Final = 30 * 60 * SECOND
HORIZON: Final = 100 * 365 * DAY

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]


class History(NamedTuple):
    """Leads and their events; shapes in leads (n), events (m), epochs (k) and properties."""

    start: I64  # (n + 1)
    time: I64  # (m) microseconds, in order within a lead
    signals: U64  # (words, m) bits of the signals each event is
    codes: I32  # (properties, m) value of a counted property, -1 when absent
    sums: I64  # (properties, m) millionths of a summed property, MISSING when absent
    session: I32  # (m) the tracker's session, -1 when it gave none, NO_SESSION for what the lead did not do
    known: I64  # (n) when the lead was created, MISSING when not said
    epoch_start: I64  # (n + 1): a lead's facts change at the start of each of its epochs
    epoch_time: I64  # (k) the first of a lead is MISSING: from ever
    epoch_facts: U64  # (k, fact words) bits of the fact tests that hold


def _in_two(values: list[Decimal]) -> npt.NDArray[np.float64]:
    """Each value as a double and, below it, what the double leaves over: shape (2, values)."""
    with localcontext() as context:
        context.prec = 50
        high = [float(value) for value in values]
        low = [float(value - Decimal(part)) for value, part in zip(values, high, strict=True)]
    return np.array([high, low])


def _constants() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """2^(−k/64) for k under 64, 1/n for n under 16, and ln 2, to 32 digits."""
    with localcontext() as context:
        context.prec = 50
        powers = [Decimal("0.5") ** (Decimal(step) / 64) for step in range(64)]
        parts = [Decimal(0), *(1 / Decimal(n) for n in range(1, 16))]
        return _in_two(powers), _in_two(parts), _in_two([Decimal(2).ln()])


_POWERS, _PARTS, _LN2_IN_TWO = _constants()
_LN2: Final = math.log(2.0)
_SPLIT: Final = 134_217_729.0  # 2^27 + 1: splits a double into two halves whose products are exact
DOUBTFUL: Final = 1e-6  # so near to a half, a double may be on its wrong side
_C2, _C3, _C4, _C5, _C6 = 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720
NEAR: Final = 128  # seconds: where the smooth curve has led near enough, whole seconds are tried


@nb.extending.intrinsic
def _long(_, address, index):
    """The index-th 64-bit integer from an address."""
    return nb.int64(nb.int64, nb.int64), _loads(64)


@nb.extending.intrinsic
def _int(_, address, index):
    """The index-th 32-bit integer from an address."""
    return nb.int64(nb.int64, nb.int64), _loads(32)


@nb.extending.intrinsic
def _word(_, address, index):
    """The index-th 64-bit word from an address."""
    return nb.uint64(nb.int64, nb.int64), _loads(64)


def _loads(width):
    def generate(_, builder, __, arguments):
        from llvmlite import ir

        kind = ir.IntType(width)
        place = builder.gep(builder.inttoptr(arguments[0], kind.as_pointer()), [arguments[1]])
        value = builder.load(place)
        return value if width == 64 else builder.sext(value, ir.IntType(64))

    return generate


@nb.extending.intrinsic
def pointer(_, address):
    """An address as a pointer to 64-bit integers.

    Pointers are indexed like arrays, but are not counted: an array handed to a function costs it two atomic
    operations, which is more than most functions here do.
    """

    def generate(_, builder, signature, arguments):
        from llvmlite import ir

        return builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())

    return nb.types.CPointer(nb.int64)(nb.int64), generate


@nb.extending.intrinsic
def trailing(_, value):
    """Count the trailing zeros of a 64-bit word (the processor's own instruction)."""

    def generate(_, builder, __, arguments):
        from llvmlite import ir

        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return nb.int64(nb.uint64), generate


@inner
def item(flat, section, index):
    """An entry of a section, of the plan or of the scratch."""
    return flat[flat[section] + index]


@inner
def put(s, section, index, value):
    """Set an entry of a section of the scratch."""
    s[s[section] + index] = value


@inner
def size(flat, section):
    """How long a section is."""
    return flat[section + 1]


@inner
def op_at(p, o):
    """Where the columns of an op start."""
    return p[OPS] + o * OP_COLUMNS


@inner
def op(p, o, column):
    """A column of an op."""
    return p[op_at(p, o) + column]


@inner
def rule(p, r, column):
    """A column of a rule."""
    return p[p[RULES] + r * RULE_COLUMNS + column]


@inner
def group(p, g, column):
    """Dimension, cap or floor of a group."""
    return p[p[GROUPS] + g * GROUP_COLUMNS + column]


@inner
def long_at(h, array, index):
    """An entry of an array of the history."""
    return _long(h[array], index)


@inner
def time_of(h, e):
    """When the event was."""
    return _long(h[H_TIME], e)


@inner
def code_of(h, of, e):
    """Value of a counted property, -1 when absent."""
    return _int(h[H_CODES], of * h[H_EVENTS] + e)


@inner
def amount_of(h, of, e):
    """Millionths of a summed property, MISSING when absent."""
    return _long(h[H_SUMS], of * h[H_EVENTS] + e)


@inner
def signals_of(h, word, e):
    """Bits of the signals that the event is."""
    return _word(h[H_SIGNALS], word * h[H_EVENTS] + e)


@inner
def state_at(s, o):
    """Where the state of an op starts."""
    return s[B_STATE] + o * STATE_COLUMNS


@inner
def session_of(s, e):
    """Which of the lead's sessions the event is in, counted from 0."""
    return item(s, B_ORDINAL, e - s[M_FIRST])


@inner
def list_at(s, place):
    """Where a list of events starts."""
    return s[B_LISTS] + place * s[LONGEST]


@inner
def counter_at(s, place):
    """Where the counts of a property's values start."""
    return s[B_COUNTS] + place * s[CODES]


@inner
def tally_at(s, place):
    """Where the counts of counts start."""
    return s[B_TALLY] + place * s[TALLIES]


@inner
def sessions_at(s, slot):
    """Where what was seen in each session starts."""
    return s[B_SEEN] + slot * s[SESSIONS_MOST]


@inner
def fill(s, section, value):
    """Set a section of the scratch to one value."""
    for place in range(s[section], s[section] + s[section + 1]):
        s[place] = value


@inner
def rounded(value):
    """Round a non-negative float half to even."""
    whole = math.floor(value)
    rest = value - whole
    if rest > 0.5 or (rest == 0.5 and whole % 2 == 1):
        whole += 1
    return np.int64(whole)


@inner
def product(a, b):
    """Multiply two doubles: the product and what it leaves over, exactly (Dekker)."""
    found = a * b
    t = _SPLIT * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = _SPLIT * b
    b_high = t - (t - b)
    b_low = b - b_high
    return found, ((a_high * b_high - found) + a_high * b_low + a_low * b_high) + a_low * b_low


@inner
def times(a_high, a_low, b_high, b_low):
    """Multiply two numbers of two doubles each."""
    found, left = product(a_high, b_high)
    left += a_high * b_low + a_low * b_high
    high = found + left
    return high, left - (high - found)


@inner
def plus(a_high, a_low, b_high, b_low):
    """Add two numbers of two doubles each."""
    found = a_high + b_high
    moved = found - a_high
    left = (a_high - (found - moved)) + (b_high - moved) + a_low + b_low
    high = found + left
    return high, left - (high - found)


@inner
def finely_halved(points, whole, rest, half_life):
    """Points × 2^−(whole + rest / half_life) as two doubles: about 30 digits."""
    first = rest / half_life
    found, left = product(first, np.float64(half_life))
    second = ((rest - found) - left) / half_life
    step = int(first * 64.0)
    high, low = plus(first, second, -step / 64.0, 0.0)
    y_high, y_low = times(-high, -low, _LN2_IN_TWO[0, 0], _LN2_IN_TWO[1, 0])
    high, low = 1.0, 0.0
    for n in range(15, 0, -1):
        high, low = times(high, low, y_high, y_low)
        high, low = times(high, low, _PARTS[0, n], _PARTS[1, n])
        high, low = plus(1.0, 0.0, high, low)
    high, low = times(high, low, _POWERS[0, step], _POWERS[1, step])
    high, low = times(high, low, np.float64(points), 0.0)
    scale = 1.0 / (np.int64(1) << whole)
    return high * scale, low * scale


@inner
def halved(points, age, half_life):
    """Points × 2^(−age / half_life), rounded half to even.

    The power is a table entry times a short series: only multiplications and additions, so every machine
    gives the same bits. Where that is too near to a half to tell its side, it is done again to 30 digits.
    """
    if age <= 0:
        return np.int64(points)
    whole = age // half_life
    if whole > 62:
        return np.int64(0)
    rest = age - whole * half_life
    fraction = rest / half_life
    step = int(fraction * 64.0)
    y = -(fraction - step / 64.0) * _LN2
    series = 1.0 + y * (1.0 + y * (_C2 + y * (_C3 + y * (_C4 + y * (_C5 + y * _C6)))))
    value = points * _POWERS[0, step] * series / (np.int64(1) << whole)
    if rest == 0 or abs(value - math.floor(value) - 0.5) > DOUBTFUL:
        return rounded(value)
    high, low = finely_halved(points, whole, rest, half_life)
    floor = math.floor(high)
    return np.int64(floor + (1 if (high - floor - 0.5) + low > 0.0 else 0))


@inner
def decayed(p, r, t, at):
    """Contribution of rule r at t, earned by an event at `at`; hundredths."""
    points, kind = rule(p, r, POINTS), rule(p, r, DECAY)
    if kind == DECAY_NOT:
        return points
    age = t - at
    if kind == DECAY_HALF_LIFE:
        return halved(points, age, rule(p, r, HALF))
    step = min(max(age, 0) // rule(p, r, HALF), rule(p, r, TABLE_COUNT) - 1)
    return item(p, STEP_TABLE, rule(p, r, TABLE_FIRST) + step)


@inner
def local_day(p, t):
    """Days since 1970 on the wall calendar of the definition's zone."""
    low, high = 0, size(p, ZONE_FROM)
    while high - low > 1:
        middle = (low + high) // 2
        if item(p, ZONE_FROM, middle) <= t:
            low = middle
        else:
            high = middle
    return (t + item(p, ZONE_OFFSET, low)) // DAY


@inner
def month_of(day):
    """Months since year 0 of a day since 1970 (proleptic Gregorian; Howard Hinnant's civil-from-days)."""
    z = day + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1_460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    return (yoe + era * 400) * 12 + mp  # months from March: only equality matters


@inner
def bucket_of(p, each, t):
    """Which calendar day, ISO week or month the instant is in."""
    day = local_day(p, t)
    if each == EACH_DAY:
        return day
    if each == EACH_WEEK:
        return (day + 3) // 7
    return month_of(day)


# ------------------------------------------------------------------------------------------ feeding


@inner
def mark(s, o):
    """The op's value must be asked again."""
    if item(s, B_DIRTY, o) == 0:
        put(s, B_DIRTY, o, 1)
        put(s, B_DIRTY_LIST, s[M_DIRTY], o)
        s[M_DIRTY] += 1


@inner
def feed_windowed_count(p, h, s, o, e, t):
    """A plain count that looks at a window."""
    c = op_at(p, o)
    st = state_at(s, o)
    row = list_at(s, p[c + LIST])
    n = s[st + S_LENGTH]
    s[row + n] = e
    s[st + S_LENGTH] = n + 1
    s[st + S_LAST] = e
    if p[c + WITHIN] >= 0 and n + 1 >= p[c + LEAST]:
        first = time_of(h, s[row + n + 1 - p[c + LEAST]])
        if t - first <= p[c + WITHIN]:
            s[st + S_START] = first
            s[st + S_AUX] = e


@inner
def feed_distinct(p, h, s, o, e, t):
    """Different values of a property."""
    c = op_at(p, o)
    st = state_at(s, o)
    code = code_of(h, p[c + PROPERTY], e)
    if code < 0:
        return
    row = list_at(s, p[c + LIST])
    n = s[st + S_LENGTH]
    s[row + n] = e
    s[st + S_LENGTH] = n + 1
    seen = counter_at(s, p[c + COUNTS])
    if s[seen + code] == 0:
        s[st + S_COUNT] += 1
    s[seen + code] += 1
    s[st + S_LAST] = e
    if p[c + WITHIN] < 0:
        return
    tight = counter_at(s, p[c + TIGHT])
    if s[tight + code] == 0:
        s[st + S_TOTAL] += 1
    s[tight + code] += 1
    low = s[st + S_TIGHT]
    while s[st + S_TOTAL] >= p[c + LEAST]:
        first = code_of(h, p[c + PROPERTY], s[row + low])
        if s[tight + first] == 1 and s[st + S_TOTAL] == p[c + LEAST]:
            break
        s[tight + first] -= 1
        if s[tight + first] == 0:
            s[st + S_TOTAL] -= 1
        low += 1
    s[st + S_TIGHT] = low
    if s[st + S_TOTAL] >= p[c + LEAST]:
        first_at = time_of(h, s[row + low])
        if t - first_at <= p[c + WITHIN]:
            s[st + S_START] = first_at
            s[st + S_AUX] = e


@inner
def settle_sum(p, h, s, o):
    """Look at a sum within a window once all events of the instant are in."""
    c = op_at(p, o)
    st = state_at(s, o)
    n = s[st + S_LENGTH]
    if n == 0:
        return
    row = list_at(s, p[c + LIST])
    e = s[row + n - 1]
    if s[st + S_TOTAL] >= p[c + LEAST] and s[st + S_AUX] != e:
        s[st + S_AUX] = e
        s[st + S_START] = time_of(h, e)


@inner
def feed_sum(p, h, s, o, e, t):
    """A numeric property added up."""
    c = op_at(p, o)
    st = state_at(s, o)
    amount = amount_of(h, p[c + PROPERTY], e)
    if amount == MISSING:
        return
    row = list_at(s, p[c + LIST])
    n = s[st + S_LENGTH]
    if p[c + WITHIN] >= 0 and n > 0 and time_of(h, s[row + n - 1]) < t:
        settle_sum(p, h, s, o)
    s[row + n] = e
    s[st + S_LENGTH] = n + 1
    s[st + S_COUNT] += 1
    s[st + S_TOTAL] += amount
    s[st + S_LAST] = e
    if p[c + WITHIN] >= 0:
        low = s[st + S_TIGHT]
        while t - time_of(h, s[row + low]) > p[c + WITHIN]:
            s[st + S_TOTAL] -= amount_of(h, p[c + PROPERTY], s[row + low])
            low += 1
        s[st + S_TIGHT] = low


@inner
def feed_same(p, h, s, o, e, t):
    """Events that share one value of a property."""
    c = op_at(p, o)
    st = state_at(s, o)
    code = code_of(h, p[c + PROPERTY], e)
    if code < 0:
        return
    row, starts = list_at(s, p[c + LIST]), list_at(s, p[c + LIST] + 1)
    n = s[st + S_LENGTH]
    s[row + n] = e
    s[starts + n] = MISSING
    s[st + S_LENGTH] = n + 1
    seen, tally = counter_at(s, p[c + COUNTS]), tally_at(s, p[c + COUNTS])
    s[tally + s[seen + code]] -= 1
    s[seen + code] += 1
    s[tally + s[seen + code]] += 1
    s[st + S_COUNT] = max(s[st + S_COUNT], s[seen + code])
    if p[c + WITHIN] < 0:
        if s[seen + code] >= p[c + LEAST]:
            s[st + S_AUX] = e
        return
    found = 0
    for j in range(n, -1, -1):
        if t - time_of(h, s[row + j]) > p[c + WITHIN]:
            break
        if code_of(h, p[c + PROPERTY], s[row + j]) == code:
            found += 1
            if found == p[c + LEAST]:
                s[starts + n] = time_of(h, s[row + j])
                s[st + S_AUX] = e
                s[st + S_START] = max(s[st + S_START], s[starts + n])
                break


@inner
def feed_each(p, h, s, o, e, t):
    """Points for every event, or for the first ones of a unit."""
    c = op_at(p, o)
    st = state_at(s, o)
    n = s[st + S_LENGTH]
    # With a window, which ones count depends on where it starts: decided when asked.
    if p[c + IN_LAST] >= 0 or counts_next(p, s, o, e, t):
        s[list_at(s, p[c + LIST]) + n] = e
        s[st + S_LENGTH] = n + 1


@inner
def counts_next(p, s, o, e, t):
    """Whether the event is one of those that count, given those that counted before."""
    c = op_at(p, o)
    st = state_at(s, o)
    each = p[c + EACH]
    if each == EACH_EVENT:
        return True
    if each == EACH_DURATION:
        if s[st + S_TOTAL] != MISSING and t - s[st + S_TOTAL] < p[c + EACH_LENGTH]:
            return False
        s[st + S_TOTAL] = t
        return True
    if each == EACH_SESSION:
        seen = sessions_at(s, p[c + SESSIONS]) + session_of(s, e)
        s[seen] += 1
        return s[seen] <= p[c + EACH_COUNT]
    bucket = bucket_of(p, each, t)
    if s[st + S_TOTAL] != bucket:
        s[st + S_TOTAL] = bucket
        s[st + S_AUX] = 0
    s[st + S_AUX] += 1
    return s[st + S_AUX] <= p[c + EACH_COUNT]


@inner
def feed_same_session(p, s, o, step, e, t):
    """All of several signals in one session."""
    c = op_at(p, o)
    st = state_at(s, o)
    session = session_of(s, e)
    s[sessions_at(s, p[c + SESSIONS] + step) + session] = t
    for k in range(p[c + STEP_COUNT]):
        if s[sessions_at(s, p[c + SESSIONS] + k) + session] == MISSING:
            return
    if s[st + S_AUX] != e:
        s[st + S_AUX] = e
        s[st + S_COUNT] = 1


@inner
def feed_sequence(p, s, o, step, e, t):
    """One signal after another: keeps the latest start of a chain up to each step."""
    c = op_at(p, o)
    st = state_at(s, o)
    first = p[c + STEP_FIRST]
    if s[st + S_TOTAL] != t:
        s[st + S_TOTAL] = t
        for k in range(p[c + STEP_COUNT]):
            put(s, B_CHAIN, first + k, item(s, B_CHAIN_NEW, first + k))
    start = t if step == 0 else item(s, B_CHAIN, first + step - 1)
    if start == MISSING:
        return
    latest = max(item(s, B_CHAIN_NEW, first + step), start)
    put(s, B_CHAIN_NEW, first + step, latest)
    if step == p[c + STEP_COUNT] - 1 and (p[c + WITHIN] < 0 or t - start <= p[c + WITHIN]):
        s[st + S_START] = max(s[st + S_START], start)
        s[st + S_AUX] = e
        s[st + S_COUNT] = 1


@inner
def feed(p, h, s, o, step, e, t):
    """Let the op hear of an event."""
    c = op_at(p, o)
    st = state_at(s, o)
    kind = p[c + KIND]
    mark(s, o)
    if item(s, B_HEARD, o) == 0:
        put(s, B_HEARD, o, 1)
        put(s, B_HEARD_LIST, s[M_HEARD], o)
        s[M_HEARD] += 1
    if kind == KIND_COUNT:
        if p[c + EACH] != EACH_NOT:
            feed_each(p, h, s, o, e, t)
        elif p[c + MEASURE] == MEASURE_COUNT:
            if p[c + LIST] >= 0:
                feed_windowed_count(p, h, s, o, e, t)
            else:
                s[st + S_COUNT] += 1
                s[st + S_LAST] = e
        elif p[c + MEASURE] == MEASURE_DISTINCT:
            feed_distinct(p, h, s, o, e, t)
        elif p[c + MEASURE] == MEASURE_SUM:
            feed_sum(p, h, s, o, e, t)
        else:
            feed_same(p, h, s, o, e, t)
    elif kind == KIND_NONE_OF:
        s[st + S_TOTAL] = t
    elif kind == KIND_SEQUENCE:
        feed_sequence(p, s, o, step, e, t)
    else:
        feed_same_session(p, s, o, step, e, t)


@inner
def clear(p, h, s, o, sessions):
    """Forget what the op has heard."""
    c = op_at(p, o)
    st = state_at(s, o)
    if p[c + COUNTS] >= 0:
        row = list_at(s, p[c + LIST])
        seen, tally = counter_at(s, p[c + COUNTS]), tally_at(s, p[c + COUNTS])
        tight = counter_at(s, p[c + TIGHT])
        for j in range(s[st + S_LENGTH]):
            code = code_of(h, p[c + PROPERTY], s[row + j])
            s[tally + s[seen + code]] = 0
            s[seen + code] = 0
            s[tight + code] = 0
    if p[c + SESSIONS] >= 0:
        slots = p[c + STEP_COUNT] if p[c + KIND] == KIND_SAME_SESSION else 1
        empty = MISSING if p[c + KIND] == KIND_SAME_SESSION else 0
        for k in range(slots):
            for j in range(sessions):
                s[sessions_at(s, p[c + SESSIONS] + k) + j] = empty
    if p[c + KIND] == KIND_SEQUENCE:
        for k in range(p[c + STEP_FIRST], p[c + STEP_FIRST] + p[c + STEP_COUNT]):
            put(s, B_CHAIN, k, MISSING)
            put(s, B_CHAIN_NEW, k, MISSING)
    s[st + S_COUNT] = 0
    s[st + S_LAST] = -1
    s[st + S_LOW] = 0
    s[st + S_LENGTH] = 0
    needs_mark = p[c + EACH] != EACH_NOT or p[c + KIND] == KIND_NONE_OF or p[c + KIND] == KIND_SEQUENCE
    s[st + S_TOTAL] = MISSING if needs_mark else 0
    s[st + S_START] = MISSING
    s[st + S_TIGHT] = 0
    s[st + S_AUX] = 0 if p[c + EACH] != EACH_NOT else -1


# ------------------------------------------------------------------------------------------- asking


@inner
def settle(s, o, holds, number, last, due):
    """Note the op's value."""
    put(s, B_HELD, o, holds)
    put(s, B_NUMBER, o, number)
    put(s, B_LAST, o, last if holds else -1)
    put(s, B_DUE, o, due)


@inner
def drop_left(p, h, s, o, t):
    """Let events that the window has left fall out of the op's list."""
    c = op_at(p, o)
    st = state_at(s, o)
    row = list_at(s, p[c + LIST])
    low, n = s[st + S_LOW], s[st + S_LENGTH]
    while low < n and time_of(h, s[row + low]) <= t - p[c + IN_LAST]:
        if p[c + MEASURE] == MEASURE_DISTINCT or p[c + MEASURE] == MEASURE_SAME:
            code = code_of(h, p[c + PROPERTY], s[row + low])
            seen = counter_at(s, p[c + COUNTS])
            if p[c + MEASURE] == MEASURE_SAME:
                tally = tally_at(s, p[c + COUNTS])
                s[tally + s[seen + code]] -= 1
                s[tally + s[seen + code] - 1] += 1
                if s[seen + code] == s[st + S_COUNT] and s[tally + s[seen + code]] == 0:
                    s[st + S_COUNT] -= 1
            s[seen + code] -= 1
            if p[c + MEASURE] == MEASURE_DISTINCT and s[seen + code] == 0:
                s[st + S_COUNT] -= 1
        elif p[c + MEASURE] == MEASURE_SUM:
            s[st + S_TOTAL] -= amount_of(h, p[c + PROPERTY], s[row + low])
            s[st + S_COUNT] -= 1
        low += 1
    s[st + S_LOW] = low
    return low


@inner
def leaves_at(h, s, row, index, window):
    """When the event at that place of the list leaves the window."""
    return time_of(h, s[row + index]) + window


@inner
def value_of_count(p, h, s, o, t):
    """A plain count."""
    c = op_at(p, o)
    st = state_at(s, o)
    if p[c + LIST] < 0:
        number = s[st + S_COUNT]
        settle(s, o, number >= p[c + LEAST], number, s[st + S_LAST], NEVER)
        return
    n = s[st + S_LENGTH]
    row = list_at(s, p[c + LIST])
    if p[c + WITHIN] >= 0:
        start = s[st + S_START]
        if p[c + IN_LAST] < 0:
            settle(s, o, start != MISSING, n, s[st + S_AUX], NEVER)
            return
        low = drop_left(p, h, s, o, t)
        holds = start != MISSING and start > t - p[c + IN_LAST]
        due = start + p[c + IN_LAST] if holds else NEVER
        settle(s, o, holds, n - low, s[st + S_AUX], due)
        return
    low = drop_left(p, h, s, o, t)
    number = n - low
    holds = number >= p[c + LEAST]
    due = leaves_at(h, s, row, n - p[c + LEAST], p[c + IN_LAST]) if holds else NEVER
    settle(s, o, holds, number, s[st + S_LAST], due)


@inner
def value_of_distinct(p, h, s, o, t):
    """Different values."""
    c = op_at(p, o)
    st = state_at(s, o)
    due = NEVER
    low = 0
    if p[c + IN_LAST] >= 0:
        low = drop_left(p, h, s, o, t)
    number = s[st + S_COUNT]
    if p[c + WITHIN] >= 0:
        start = s[st + S_START]
        holds = start != MISSING and (p[c + IN_LAST] < 0 or start > t - p[c + IN_LAST])
        last = s[st + S_AUX]
    else:
        holds = number >= p[c + LEAST]
        last = s[st + S_LAST]
    if p[c + IN_LAST] >= 0 and holds:
        spare = 0 if p[c + WITHIN] >= 0 else number - p[c + LEAST]  # so many may leave before it can matter
        due = leaves_at(h, s, list_at(s, p[c + LIST]), low + spare, p[c + IN_LAST])
    settle(s, o, holds, number, last, due)


@inner
def sum_turns(p, h, s, o, low):
    """When the sum of a window first crosses its bar, as events leave it and none comes."""
    c = op_at(p, o)
    st = state_at(s, o)
    row = list_at(s, p[c + LIST])
    total, n = s[st + S_TOTAL], s[st + S_LENGTH]
    holds_now = total >= p[c + LEAST] and n > low
    for j in range(low, n):
        total -= amount_of(h, p[c + PROPERTY], s[row + j])
        if (total >= p[c + LEAST] and n > j + 1) != holds_now:
            return leaves_at(h, s, row, j, p[c + IN_LAST])
    return NEVER


@inner
def value_of_sum(p, h, s, o, t):
    """A property added up."""
    c = op_at(p, o)
    st = state_at(s, o)
    due = NEVER
    if p[c + WITHIN] >= 0:
        settle_sum(p, h, s, o)
        settle(s, o, s[st + S_START] != MISSING, s[st + S_COUNT], s[st + S_AUX], NEVER)
        return
    if p[c + IN_LAST] >= 0:
        low = drop_left(p, h, s, o, t)
        due = sum_turns(p, h, s, o, low)
    number = s[st + S_COUNT]
    settle(s, o, s[st + S_TOTAL] >= p[c + LEAST] and number > 0, number, s[st + S_LAST], due)


@inner
def value_of_same(p, h, s, o, t):
    """Events sharing one value."""
    c = op_at(p, o)
    st = state_at(s, o)
    if p[c + IN_LAST] < 0:
        number = s[st + S_COUNT]
        holds = number >= p[c + LEAST] if p[c + WITHIN] < 0 else s[st + S_START] != MISSING
        settle(s, o, holds, number, s[st + S_AUX], NEVER)
        return
    low = drop_left(p, h, s, o, t)
    number, last, due = s[st + S_COUNT], -1, NEVER
    row, starts = list_at(s, p[c + LIST]), list_at(s, p[c + LIST] + 1)
    n = s[st + S_LENGTH]
    holds = number >= p[c + LEAST]
    if p[c + WITHIN] >= 0:
        holds = s[st + S_START] != MISSING and s[st + S_START] > t - p[c + IN_LAST]
    if holds:
        due = leaves_at(h, s, row, low, p[c + IN_LAST])
        seen = counter_at(s, p[c + COUNTS])
        for j in range(n - 1, low - 1, -1):
            if p[c + WITHIN] >= 0:
                found = s[starts + j] != MISSING and s[starts + j] > t - p[c + IN_LAST]
            else:
                found = s[seen + code_of(h, p[c + PROPERTY], s[row + j])] >= p[c + LEAST]
            if found:
                last = s[row + j]
                break
    settle(s, o, holds, number, last, due)


@inner
def value_of_each(p, h, s, o, t):
    """Every counted event; with a window they are counted anew from its start."""
    c = op_at(p, o)
    st = state_at(s, o)
    if p[c + IN_LAST] < 0:
        n = s[st + S_LENGTH]
        last = s[list_at(s, p[c + LIST]) + n - 1] if n > 0 else -1
        settle(s, o, n > 0, min(n, p[c + AT_MOST]), last, NEVER)
        return
    low, n = drop_left(p, h, s, o, t), s[st + S_LENGTH]
    row, counted = list_at(s, p[c + LIST]), list_at(s, p[c + LIST] + 1)
    s[st + S_TOTAL] = MISSING
    s[st + S_AUX] = 0
    if p[c + EACH] == EACH_SESSION:
        seen = sessions_at(s, p[c + SESSIONS])
        for j in range(low, n):
            s[seen + session_of(s, s[row + j])] = 0
    number = 0
    for j in range(low, n):
        if counts_next(p, s, o, s[row + j], time_of(h, s[row + j])):
            s[counted + number] = s[row + j]
            number += 1
    s[st + S_START] = number
    due = leaves_at(h, s, row, low, p[c + IN_LAST]) if low < n else NEVER
    last = s[counted + number - 1] if number > 0 else -1
    settle(s, o, number > 0, min(number, p[c + AT_MOST]), last, due)


@inner
def value_of_same_session(p, h, s, o, t):
    """Several signals in one session."""
    c = op_at(p, o)
    st = state_at(s, o)
    if p[c + IN_LAST] < 0:
        settle(s, o, s[st + S_COUNT] > 0, 1, s[st + S_AUX], NEVER)
        return
    due, latest = NEVER, MISSING
    for j in range(s[M_SESSIONS]):
        earliest, last = NEVER, MISSING
        for k in range(p[c + STEP_COUNT]):
            at = s[sessions_at(s, p[c + SESSIONS] + k) + j]
            earliest, last = min(earliest, at), max(last, at)
        if earliest != MISSING and earliest > t - p[c + IN_LAST]:
            latest = max(latest, last)
            due = min(due, earliest + p[c + IN_LAST])
    row = row_at(p, h, s, o, latest) if latest != MISSING else -1
    settle(s, o, latest != MISSING, 1, row, due)


@inner
def row_at(p, h, s, o, t):
    """The last event at that instant that is a step of the op."""
    c = op_at(p, o)
    e = s[M_SEEN]
    while time_of(h, e) > t:
        e -= 1
    while e > s[M_FIRST] and time_of(h, e) == t:
        for k in range(p[c + STEP_COUNT]):
            bit = item(p, STEP_SIGNAL, p[c + STEP_FIRST] + k)
            if (signals_of(h, bit // 64, e) >> np.uint64(bit % 64)) & np.uint64(1):
                return e
        e -= 1
    return e


@inner
def value_of_sequence(p, s, o, t):
    """One after another."""
    c = op_at(p, o)
    st = state_at(s, o)
    start = s[st + S_START]
    holds = start != MISSING and (p[c + IN_LAST] < 0 or start > t - p[c + IN_LAST])
    due = start + p[c + IN_LAST] if holds and p[c + IN_LAST] >= 0 else NEVER
    settle(s, o, holds, 1, s[st + S_AUX], due)


@inner
def value_of_silence(p, s, o, t):
    """None of a signal for some time."""
    c = op_at(p, o)
    st = state_at(s, o)
    known = s[M_KNOWN]
    if known == NEVER:
        settle(s, o, False, 0, -1, NEVER)
        return
    since = known if s[st + S_TOTAL] == MISSING else s[st + S_TOTAL]
    if p[c + RESETS]:
        since = max(since, s[M_RESET])
    from_ = max(known, since)
    number, due = 1, NEVER
    if p[c + EACH] == EACH_DURATION:
        full = max(t - since, 0) // p[c + EACH_LENGTH]
        number = min(full, p[c + AT_MOST])
        if full < p[c + AT_MOST]:
            due = since + (full + 1) * p[c + EACH_LENGTH]
    holds = t - from_ >= p[c + IN_LAST] and number > 0
    if t - from_ < p[c + IN_LAST]:
        number = 0
        due = from_ + p[c + IN_LAST]
    settle(s, o, holds, number, -1, due)


@inner
def value_of_seen(p, h, s, o, t):
    """When the lead was first or last seen."""
    c = op_at(p, o)
    mode, moment = p[c + HIGH], p[c + MOMENT]
    first, last = s[M_FIRST], s[M_SEEN]
    while last >= first and _int(h[H_SESSION], last) == NO_SESSION:
        last -= 1
    while first < last and _int(h[H_SESSION], first) == NO_SESSION:
        first += 1
    if last < first:
        settle(s, o, mode == SEEN_UNKNOWN, 1, -1, NEVER)
        return
    at = time_of(h, last if p[c + LOW] == 1 else first)
    due = NEVER
    if mode == SEEN_KNOWN:
        holds = True
    elif mode == SEEN_UNKNOWN:
        holds = False
    elif mode == SEEN_BEFORE_AGE or mode == SEEN_IN_LAST:
        holds = (t - at >= moment) == (mode == SEEN_BEFORE_AGE)
        if t - at < moment:
            due = at + moment
    elif mode == SEEN_BEFORE:
        holds = at < moment
    else:
        holds = at >= moment
    settle(s, o, holds, 1, -1, due)


@inner
def ask(p, h, s, o, t):
    """Bring the op's value up to t."""
    c = op_at(p, o)
    kind = p[c + KIND]
    if kind == KIND_COUNT:
        if p[c + EACH] != EACH_NOT:
            value_of_each(p, h, s, o, t)
        elif p[c + MEASURE] == MEASURE_COUNT:
            value_of_count(p, h, s, o, t)
        elif p[c + MEASURE] == MEASURE_DISTINCT:
            value_of_distinct(p, h, s, o, t)
        elif p[c + MEASURE] == MEASURE_SUM:
            value_of_sum(p, h, s, o, t)
        else:
            value_of_same(p, h, s, o, t)
    elif kind == KIND_NONE_OF:
        value_of_silence(p, s, o, t)
    elif kind == KIND_SEQUENCE:
        value_of_sequence(p, s, o, t)
    elif kind == KIND_SAME_SESSION:
        value_of_same_session(p, h, s, o, t)
    elif kind == KIND_SESSIONS:
        settle(s, o, p[c + LOW] <= s[M_SESSIONS] <= p[c + HIGH], 1, -1, NEVER)
    else:
        value_of_seen(p, h, s, o, t)


@inner
def counted_events(p, s, o):
    """The list of events that count with `each`, and its length."""
    st = state_at(s, o)
    if op(p, o, IN_LAST) >= 0:
        return list_at(s, op(p, o, LIST) + 1), s[st + S_START]
    return list_at(s, op(p, o, LIST)), s[st + S_LENGTH]


@inner
def earned(p, h, s, r, t):
    """Contribution of an engagement rule at t, in hundredths."""
    o = rule(p, r, OP)
    if item(s, B_HELD, o) == 0:
        return np.int64(0)
    if op(p, o, EACH) == EACH_NOT:
        if item(s, B_LAST, o) < 0:
            return rule(p, r, POINTS)
        return decayed(p, r, t, time_of(h, item(s, B_LAST, o)))
    number = item(s, B_NUMBER, o)
    if op(p, o, KIND) == KIND_NONE_OF or rule(p, r, DECAY) == DECAY_NOT:
        return rule(p, r, POINTS) * number
    row, n = counted_events(p, s, o)
    total = np.int64(0)
    for j in range(n - number, n):
        total += decayed(p, r, t, time_of(h, s[row + j]))
    return total


# ------------------------------------------------------------------------------------------- programs


@inner
def is_fact(p, h, s, bit):
    """Whether the fact test holds in the lead's current epoch."""
    word = _word(h[H_EPOCH_FACTS], s[M_EPOCH] * p[FACT_WORDS] + bit // 64)
    return (word >> np.uint64(bit % 64)) & np.uint64(1) == np.uint64(1)


@inner
def holds(p, h, s, program, fit, engagement):
    """Run a condition's program: a postfix expression on a stack of bits."""
    stack = np.uint64(0)
    one = np.uint64(1)
    for i in range(item(p, PROGRAM_FIRST, program), item(p, PROGRAM_FIRST, program + 1)):
        code, argument = item(p, PROGRAM_CODE, i), item(p, PROGRAM_ARGUMENT, i)
        if code == AND or code == OR:
            top = stack & one
            stack >>= one
            if code == AND:
                stack &= ~one | top
            else:
                stack |= top
            continue
        if code == NOT:
            stack ^= one
            continue
        if code == FACT:
            bit = is_fact(p, h, s, argument)
        elif code == BEHAVES:
            bit = item(s, B_HELD, argument) == 1
        elif code == FIT_GE:
            bit = fit >= argument
        elif code == ENGAGEMENT_GE:
            bit = engagement >= argument
        elif code == TOTAL_GE:
            bit = fit + engagement >= argument
        else:
            bit = True
        stack = (stack << one) | (one if bit else np.uint64(0))
    return stack & one == one


@inner
def may_hold(p, h, s, program, fit, most, one_epoch, possible):
    """Whether the condition could hold at some instant, given what the lead has ever done; errs towards yes.

    Each stack entry is two bits: can it be true (1), can it be false (2).
    """
    can_true, can_false = np.uint64(0), np.uint64(0)
    one = np.uint64(1)
    for i in range(item(p, PROGRAM_FIRST, program), item(p, PROGRAM_FIRST, program + 1)):
        code, argument = item(p, PROGRAM_CODE, i), item(p, PROGRAM_ARGUMENT, i)
        if code == AND or code == OR:
            top_true, top_false = can_true & one, can_false & one
            can_true >>= one
            can_false >>= one
            if code == AND:
                can_true &= ~one | top_true
                can_false |= top_false
            else:
                can_true |= top_true
                can_false &= ~one | top_false
            continue
        if code == NOT:
            swap = (can_true ^ can_false) & one
            can_true ^= swap
            can_false ^= swap
            continue
        yes, no = True, True
        if code == FACT:
            if one_epoch:
                yes = is_fact(p, h, s, argument)
                no = not yes
        elif code == BEHAVES:
            yes = possible[argument] != 0
        elif code == FIT_GE:
            if one_epoch:
                yes = fit >= argument
                no = not yes
        elif code == ENGAGEMENT_GE:
            yes = most >= argument
        elif code == TOTAL_GE:
            yes = not one_epoch or fit + most >= argument
        else:
            no = False
        can_true = (can_true << one) | (one if yes else np.uint64(0))
        can_false = (can_false << one) | (one if no else np.uint64(0))
    return can_true & one == one


# ------------------------------------------------------------------------------------------- sums


@inner
def held_between(p, dimension, value):
    """The dimension's sum between its floor and its cap."""
    return max(min(value, item(p, BOUNDS, dimension * 2)), item(p, BOUNDS, dimension * 2 + 1))


@inner
def group_sum(p, s, g):
    """The group's sum between its floor and its cap."""
    return max(min(item(s, B_GROUP_SUM, g), group(p, g, G_CAP)), group(p, g, G_FLOOR))


@inner
def dimension_sum(p, s, dimension):
    """Sum of a dimension from the contributions so far: groups first, then its own bounds."""
    total = item(s, B_PLAIN_SUM, dimension)
    for g in range(p[N_GROUPS]):
        if group(p, g, G_DIMENSION) == dimension:
            total += group_sum(p, s, g)
    return held_between(p, dimension, total)


@inner
def contribute(p, s, r, points):
    """Replace what a rule contributes."""
    change = points - item(s, B_CONTRIBUTION, r)
    if change != 0:
        put(s, B_CONTRIBUTION, r, points)
        g = rule(p, r, GROUP)
        if g >= 0:
            put(s, B_GROUP_SUM, g, item(s, B_GROUP_SUM, g) + change)
        else:
            dimension = rule(p, r, DIMENSION)
            put(s, B_PLAIN_SUM, dimension, item(s, B_PLAIN_SUM, dimension) + change)
        s[M_CHANGED] = 1


@inner
def gives(p, h, s, r):
    """Whether the facts let the rule give its points."""
    return rule(p, r, WHEN) < 0 or holds(p, h, s, rule(p, r, WHEN), 0, 0)


@inner
def refresh_rule(p, h, s, r, t):
    """Bring a rule's contribution up to t."""
    o = rule(p, r, OP)
    is_active = (o < 0 or item(s, B_HELD, o) == 1) and gives(p, h, s, r)
    put(s, B_ACTIVE, r, is_active)
    if not is_active:
        contribute(p, s, r, 0)
    elif o < 0:
        contribute(p, s, r, rule(p, r, POINTS))
    else:
        contribute(p, s, r, earned(p, h, s, r, t))


@inner
def refresh_op(p, h, s, o, t):
    """Bring an op and the rules on it up to t."""
    before = item(s, B_HELD, o)
    ask(p, h, s, o, t)
    if before != item(s, B_HELD, o):
        s[M_CHANGED] = 1
    for j in range(item(p, RULE_FIRST, o), item(p, RULE_FIRST, o + 1)):
        refresh_rule(p, h, s, item(p, RULE_OF_OP, j), t)


@inner
def refresh_stale(p, h, s, t):
    """Bring up to t every op that heard something or is due by time."""
    for j in range(s[M_DIRTY]):
        o = item(s, B_DIRTY_LIST, j)
        put(s, B_DIRTY, o, 0)
        refresh_op(p, h, s, o, t)
    s[M_DIRTY] = 0
    for j in range(size(p, TIMED_OP)):
        o = item(p, TIMED_OP, j)
        if item(s, B_DUE, o) <= t:
            refresh_op(p, h, s, o, t)


@inner
def refresh_facts(p, h, s, t):
    """Bring every rule up to the lead's current facts."""
    if s[M_FACTS] == s[M_EPOCH]:
        return
    s[M_FACTS] = s[M_EPOCH]
    s[M_CHANGED] = 1
    for r in range(p[N_RULES]):
        if rule(p, r, OP) < 0 or rule(p, r, WHEN) >= 0:
            refresh_rule(p, h, s, r, t)


@inner
def refresh_decay(p, h, s, t):
    """Bring every decaying contribution up to t."""
    for r in range(p[N_RULES]):
        if item(s, B_ACTIVE, r) and rule(p, r, DECAY) != DECAY_NOT:
            contribute(p, s, r, earned(p, h, s, r, t))


@inner
def next_due(p, s, engagement, lowest):
    """When an op next changes by time alone; endless silence is left out once it cannot matter."""
    due = NEVER
    for j in range(size(p, TIMED_OP)):
        o = item(p, TIMED_OP, j)
        if (
            op(p, o, KIND) == KIND_NONE_OF
            and op(p, o, EACH) != EACH_NOT
            and item(s, B_HELD, o) == 1
            and engagement < lowest
        ):
            continue
        due = min(due, item(s, B_DUE, o))
    return due


@inner
def step_after(p, r, t, at):
    """When a contribution earned at `at` next loses a step after t."""
    step = max(t - at, 0) // rule(p, r, HALF) + 1
    return at + step * rule(p, r, HALF) if step < rule(p, r, TABLE_COUNT) else NEVER


@inner
def next_step(p, h, s, t):
    """When any contribution next loses a step after t."""
    found = NEVER
    for r in range(p[N_RULES]):
        if item(s, B_ACTIVE, r) == 0 or rule(p, r, DECAY) != DECAY_STEPS:
            continue
        o = rule(p, r, OP)
        if op(p, o, EACH) == EACH_NOT:
            found = min(found, step_after(p, r, t, time_of(h, item(s, B_LAST, o))))
            continue
        row, n = counted_events(p, s, o)
        for j in range(n - item(s, B_NUMBER, o), n):
            found = min(found, step_after(p, r, t, time_of(h, s[row + j])))
    return found


# ------------------------------------------------------------------------------------------- verdict


@inner
def disqualifier(p, h, s, fit, engagement):
    """Index of the first disqualifier that holds, or -1."""
    for d in range(p[N_DISQUALIFY]):
        if holds(p, h, s, p[P_DISQUALIFY] + d, fit, engagement):
            return d
    return -1


@inner
def grade_of(p, starts, score):
    """Index of the best label whose start is reached; the last one below all starts."""
    for g in range(size(p, starts)):
        if score >= item(p, starts, g):
            return g
    return size(p, starts)


@inner
def verdict(p, h, s, fit, engagement):
    """What is decided, as one number: from bit 0 up the MQL, the disqualifier, the grade and its presence."""
    if not holds(p, h, s, p[P_APPLIES], fit, engagement):
        return np.int64(0)
    d = disqualifier(p, h, s, fit, engagement)
    is_mql = d < 0 and holds(p, h, s, p[P_SATISFIED], fit, engagement)
    grade = grade_of(p, GRADE_FIT, fit) * 1_024 + grade_of(p, GRADE_ENGAGEMENT, engagement)
    grade += p[HAS_GRADES] << 30
    return np.int64(is_mql) + 2 * np.int64(d + 1) + (np.int64(grade) << 24)


@inner
def next_threshold(p, fit, engagement):
    """The highest bound on engagement that a falling score meets next, or MISSING."""
    found = MISSING
    for j in range(size(p, ENGAGEMENT_THRESHOLD)):
        if item(p, ENGAGEMENT_THRESHOLD, j) <= engagement:
            found = item(p, ENGAGEMENT_THRESHOLD, j)
            break
    for j in range(size(p, TOTAL_THRESHOLD)):
        bound = item(p, TOTAL_THRESHOLD, j) - fit
        if bound <= engagement:
            found = max(found, bound)
            break
    engagement_floor = item(p, BOUNDS, 3)
    return found if found > engagement_floor else MISSING


@inner
def lowest_threshold(p, fit):
    """The lowest bound on engagement at which a verdict may change."""
    lowest = NEVER
    if size(p, ENGAGEMENT_THRESHOLD):
        lowest = item(p, ENGAGEMENT_THRESHOLD, size(p, ENGAGEMENT_THRESHOLD) - 1)
    if size(p, TOTAL_THRESHOLD):
        lowest = min(lowest, item(p, TOTAL_THRESHOLD, size(p, TOTAL_THRESHOLD) - 1) - fit)
    return lowest


@inner
def engagement_at(p, h, s, t):
    """Engagement at t, when nothing but decay has happened since the contributions were brought up."""
    refresh_decay(p, h, s, t)
    return dimension_sum(p, s, 1)


@inner
def seconds_to_fall(p, h, s, t, bound):
    """How long the smooth curve through t takes to the bound, by its slope at t; never too long a guess.

    Halving curves are convex, so the tangent meets the bound before the curve does.
    """
    slope = 0.0
    for r in range(p[N_RULES]):
        if item(s, B_ACTIVE, r) and rule(p, r, DECAY) == DECAY_HALF_LIFE:
            slope += item(s, B_CONTRIBUTION, r) * (_LN2 * SECOND) / rule(p, r, HALF)
    above = item(s, B_PLAIN_SUM, 1) - bound
    for g in range(p[N_GROUPS]):
        if group(p, g, G_DIMENSION) == 1:
            above += group_sum(p, s, g)
    if slope <= 0.0 or above > slope * (HORIZON // SECOND):
        return HORIZON // SECOND
    return np.int64(max(above, 0) / slope)


@inner
def falls_below(p, h, s, after, before, bound):
    """First whole second in (after, before) at which engagement is below the bound, or NEVER.

    Newton's steps lead near it from the left; which second it is, is then found by halving.
    """
    low = after // SECOND  # not below at this second (or before `after`)
    high = (before - 1) // SECOND
    if high <= low:
        return NEVER
    if before - after < HORIZON // 2 and engagement_at(p, h, s, high * SECOND) >= bound:
        return NEVER
    refresh_decay(p, h, s, after)
    step = max(seconds_to_fall(p, h, s, after, bound), NEAR)
    while True:
        if low + step >= high:
            if engagement_at(p, h, s, high * SECOND) >= bound:
                return NEVER
            break
        if engagement_at(p, h, s, (low + step) * SECOND) < bound:
            high = low + step
            break
        low += step
        step = max(seconds_to_fall(p, h, s, low * SECOND, bound), min(2 * step, NEAR * 16))
    while high - low > 1:
        middle = (low + high) // 2
        if engagement_at(p, h, s, middle * SECOND) >= bound:
            low = middle
        else:
            high = middle
    return high * SECOND


# ------------------------------------------------------------------------------------------- one lead


@inner
def number_sessions(h, s, first, end):
    """Give every event of the lead its session; returns how many there are."""
    count, gap_time, gap_session = 0, MISSING, -1
    for e in range(first, end):
        code = _int(h[H_SESSION], e)
        if code == NO_SESSION:
            put(s, B_ORDINAL, e - first, max(count - 1, 0))
        elif code >= 0:
            if item(s, B_SESSION_STAMP, code) != first:
                put(s, B_SESSION_STAMP, code, first)
                put(s, B_SESSION_OF, code, count)
                count += 1
            put(s, B_ORDINAL, e - first, item(s, B_SESSION_OF, code))
        else:
            if gap_time == MISSING or time_of(h, e) - gap_time >= SESSION_GAP:
                gap_session = count
                count += 1
            gap_time = time_of(h, e)
            put(s, B_ORDINAL, e - first, gap_session)
    return count


@inner
def hear(p, h, s, e):
    """Feed one event to every op that listens to one of its signals; True when it resets engagement."""
    t = time_of(h, e)
    reset = False
    for w in range(p[WORDS]):
        bits = signals_of(h, w, e)
        base = w * 64
        while bits:
            low = bits & (~bits + np.uint64(1))
            bit = base + trailing(low)
            bits ^= low
            if bit == p[RESET_SIGNAL]:
                reset = True
            for j in range(item(p, LISTENER_FIRST, bit), item(p, LISTENER_FIRST, bit + 1)):
                feed(p, h, s, item(p, LISTENER_OP, j), item(p, LISTENER_STEP, j), e, t)
    if p[NEEDS_SESSIONS] and _int(h[H_SESSION], e) != NO_SESSION:
        s[M_SESSIONS] = max(s[M_SESSIONS], session_of(s, e) + 1)
    s[M_SEEN] = e
    return reset


@inner
def next_heard(p, h, e, end):
    """The next event, from e on, that is a signal; any event where its mere being there counts.

    Most events are no signal. That they happened matters to sessions and to when a lead was seen, and to a
    condition that a falling score can meet: it is asked at every event.
    """
    if p[NEEDS_SESSIONS] == 1 or p[NON_MONOTONE] == 1 or size(p, TICKING_OP) > 0:
        return e
    while e < end:
        for w in range(p[WORDS]):
            if signals_of(h, w, e) != 0:
                return e
        e += 1
    return e


@inner
def hear_instant(p, h, s, e, end):
    """Feed all events of one instant; returns the first event after it."""
    t = time_of(h, e)
    reset = False
    while e < end and time_of(h, e) == t:
        reset |= hear(p, h, s, e)
        e += 1
    if reset:
        s[M_RESET] = t
        for o in range(p[N_OPS]):
            if op(p, o, RESETS) == 1:
                clear(p, h, s, o, s[M_SESSIONS])
                mark(s, o)
    for j in range(size(p, TICKING_OP)):
        mark(s, item(p, TICKING_OP, j))
    return e


@inner
def hear_rest(p, h, s, e, end):
    """Feed all events from e on."""
    e = next_heard(p, h, e, end)
    while e < end:
        e = next_heard(p, h, hear_instant(p, h, s, e, end), end)


@inner
def possible_ops(p, seen_bits, possible, times):
    """Which ops could ever hold, from how often each signal was seen."""
    for o in range(p[N_OPS]):
        kind = op(p, o, KIND)
        possible[o] = 1
        if kind == KIND_COUNT:
            times[o] = seen_bits[op(p, o, SIGNAL)]
            least = op(p, o, LEAST) if op(p, o, MEASURE) != MEASURE_SUM else 1
            possible[o] = times[o] >= least
        elif kind == KIND_SAME_SESSION or kind == KIND_SEQUENCE:
            for k in range(op(p, o, STEP_COUNT)):
                if seen_bits[item(p, STEP_SIGNAL, op(p, o, STEP_FIRST) + k)] == 0:
                    possible[o] = 0


@inner
def most_engagement(p, possible, times):
    """No engagement of the lead was ever above this."""
    most = np.int64(0)
    for r in range(p[N_RULES]):
        o = rule(p, r, OP)
        if o >= 0 and rule(p, r, POINTS) > 0 and possible[o]:
            number = np.int64(1)
            if op(p, o, EACH) != EACH_NOT and op(p, o, KIND) == KIND_COUNT:
                number = min(times[o], op(p, o, AT_MOST))
            most += rule(p, r, POINTS) * number
    return held_between(p, 1, lifted_by_floors(p, most))


@inner
def lifted_by_floors(p, most):
    """Group floors can only add what they are."""
    for g in range(p[N_GROUPS]):
        if group(p, g, G_DIMENSION) == 1:
            most += max(group(p, g, G_FLOOR), 0)
    return most


@inner
def open_lead(p, h, s, i, first, end):
    """Make the scratch ready for a lead."""
    s[M_DIRTY] = 0
    s[M_FIRST] = first
    s[M_SEEN] = first - 1
    s[M_RESET] = MISSING
    s[M_EPOCH] = long_at(h, H_EPOCH_START, i)
    s[M_FACTS] = NONE
    s[M_NUMBERED] = number_sessions(h, s, first, end) if p[NEEDS_SESSIONS] else 0
    s[M_SESSIONS] = 0
    known = long_at(h, H_KNOWN, i)
    if known == MISSING:
        known = time_of(h, first) if end > first else NEVER
    s[M_KNOWN] = known
    fill(s, B_PLAIN_SUM, 0)
    fill(s, B_GROUP_SUM, 0)
    fill(s, B_CONTRIBUTION, 0)
    fill(s, B_ACTIVE, 0)
    for o in range(p[N_OPS]):
        put(s, B_DIRTY, o, 0)
        put(s, B_HELD, o, 0)
        put(s, B_DUE, o, NEVER)
        kind = op(p, o, KIND)
        if kind == KIND_NONE_OF or kind == KIND_SESSIONS or kind == KIND_SEEN:
            mark(s, o)  # no other can hold before an event


@inner
def close_lead(p, h, s):
    """Leave the ops as empty as they were found."""
    for j in range(s[M_HEARD]):
        o = item(s, B_HEARD_LIST, j)
        put(s, B_HEARD, o, 0)
        clear(p, h, s, o, max(s[M_NUMBERED], 1))
    s[M_HEARD] = 0


@inner
def make_ready(p, h, s):
    """Empty every op of a scratch that is new; from then on each lead leaves them so."""
    if s[M_READY] == 0:
        for o in range(p[N_OPS]):
            clear(p, h, s, o, s[SESSIONS_MOST])
        s[M_READY] = 1


@inner
def epoch_at(h, s, i, t):
    """Move to the lead's facts at t; True when they changed."""
    last = long_at(h, H_EPOCH_START, i + 1) - 1
    before = s[M_EPOCH]
    while s[M_EPOCH] < last and long_at(h, H_EPOCH_TIME, s[M_EPOCH] + 1) <= t:
        s[M_EPOCH] += 1
    return s[M_EPOCH] != before


@inner
def next_epoch(h, s, i):
    """When the lead's facts change next."""
    following = s[M_EPOCH] + 1
    return long_at(h, H_EPOCH_TIME, following) if following < long_at(h, H_EPOCH_START, i + 1) else NEVER


@inner
def is_mql_at(p, h, s, t):
    """Whether the lead is an MQL now.

    Exact although contributions may be stale: they only fall by themselves.
    """
    fit = dimension_sum(p, s, 0)
    if p[NON_MONOTONE] == 0 and not holds(p, h, s, p[P_SATISFIED], fit, dimension_sum(p, s, 1)):
        return False
    if p[HAS_DECAY]:
        refresh_decay(p, h, s, t)
    engagement = dimension_sum(p, s, 1)
    if not holds(p, h, s, p[P_APPLIES], fit, engagement):
        return False
    if not holds(p, h, s, p[P_SATISFIED], fit, engagement):
        return False
    return disqualifier(p, h, s, fit, engagement) < 0


@inner
def rises_while_falling(p, h, s, after, before):
    """First whole second in (after, before) at which a falling score makes it an MQL, or NEVER."""
    at = after
    while True:
        fit, engagement = dimension_sum(p, s, 0), engagement_at(p, h, s, at)
        bound = next_threshold(p, fit, engagement)
        if bound == MISSING:
            return NEVER
        at = falls_below(p, h, s, at, before, bound)
        if at == NEVER:
            return NEVER
        refresh_decay(p, h, s, at)
        if is_mql_at(p, h, s, at):
            return at


@inner
def first_crossing(p, h, s, i, e, end, counts_from, from_, as_of):
    """The first instant from `from_` to `as_of` at which the lead is an MQL, or MISSING.

    Each event is fed at the instant from which it counts (`counts_from`, an address), which never falls from
    one event to the next: its own time, or when it became known. Events are fed here whether or not a
    crossing is found; the caller asks for the values at as_of.
    """
    e = next_heard(p, h, e, end)
    while e < end and _long(counts_from, e) <= from_:
        e = next_heard(p, h, hear_instant(p, h, s, e, end), end)
    epoch_at(h, s, i, from_)
    refresh_facts(p, h, s, from_)
    s[M_CHANGED] = 1
    refresh_stale(p, h, s, from_)
    now = from_
    while True:
        if s[M_CHANGED] == 1:
            found = is_mql_at(p, h, s, now)
            s[M_CHANGED] = 0
            if found:
                break
        following = min(next_due(p, s, 0, MISSING), next_epoch(h, s, i))
        if e < end:
            following = min(following, _long(counts_from, e))
        if p[NON_MONOTONE] == 1:
            if p[HAS_STEPS]:
                following = min(following, next_step(p, h, s, now))
            risen = rises_while_falling(p, h, s, now, min(following, as_of + 1))
            if risen != NEVER:
                now = risen
                break
        if following > as_of:
            return MISSING
        now = following
        while e < end and _long(counts_from, e) == now:
            e = next_heard(p, h, hear_instant(p, h, s, e, end), end)
        if epoch_at(h, s, i, now):
            refresh_facts(p, h, s, now)
        refresh_stale(p, h, s, now)
        if p[NON_MONOTONE] == 1:
            s[M_CHANGED] = 1
    hear_rest(p, h, s, e, end)
    return now


@inner
def bring_up(p, h, s, i, t):
    """Bring everything up to t: facts, ops, contributions."""
    epoch_at(h, s, i, t)
    refresh_stale(p, h, s, t)
    for j in range(size(p, TIMED_OP)):
        refresh_op(p, h, s, item(p, TIMED_OP, j), t)
    refresh_facts(p, h, s, t)
    if p[HAS_DECAY]:
        refresh_decay(p, h, s, t)


@inner
def look_ahead(p, h, s, i, out, as_of):
    """When the verdict next changes, and when the lead stops being an MQL, if nothing more happens."""
    fit = dimension_sum(p, s, 0)
    engagement = dimension_sum(p, s, 1)
    first = verdict(p, h, s, fit, engagement)
    is_mql = first & 1 == 1
    now, end = as_of, as_of + HORIZON
    while now < end:
        lowest = lowest_threshold(p, fit)
        following = min(next_due(p, s, engagement, lowest), next_epoch(h, s, i))
        if p[HAS_STEPS] and engagement >= lowest:
            following = min(following, next_step(p, h, s, now))
        before = min(following, end + 1)
        while p[HAS_DECAY]:
            bound = next_threshold(p, fit, engagement)
            if bound == MISSING:
                break
            at = falls_below(p, h, s, now, before, bound)
            if at == NEVER:
                break
            now = at
            engagement = engagement_at(p, h, s, now)
            if seen_change(p, h, s, out, now, first, is_mql, fit, engagement):
                return
        if following > end:
            return
        now = following
        if epoch_at(h, s, i, now):
            refresh_facts(p, h, s, now)
        refresh_stale(p, h, s, now)
        fit, engagement = dimension_sum(p, s, 0), engagement_at(p, h, s, now)
        if seen_change(p, h, s, out, now, first, is_mql, fit, engagement):
            return


@inner
def seen_change(p, h, s, out, now, first, is_mql, fit, engagement):
    """Note a change of the verdict; True when there is nothing more to look for."""
    found = verdict(p, h, s, fit, engagement)
    if found != first and out[O_CHANGES] == NEVER:
        out[O_CHANGES] = now
    if is_mql and found & 1 == 0 and out[O_CEASES] == NEVER:
        out[O_CEASES] = now
    return out[O_CHANGES] != NEVER and (not is_mql or out[O_CEASES] != NEVER)


@inner
def write_lines(p, s, out):
    """The lead's score, rule by rule, and what caps and floors took (negative) or gave."""
    for r in range(p[N_RULES]):
        at = OUTPUT_COLUMNS + 3 * r
        out[at + 2] = NOT_FIRED
        if item(s, B_ACTIVE, r):
            o = rule(p, r, OP)
            out[at] = item(s, B_CONTRIBUTION, r)
            out[at + 1] = 1 if o < 0 else item(s, B_NUMBER, o)
            out[at + 2] = -1 if o < 0 else item(s, B_LAST, o)
    groups = OUTPUT_COLUMNS + 3 * p[N_RULES]
    bounds = groups + p[N_GROUPS]
    out[bounds] = out[O_FIT] - item(s, B_PLAIN_SUM, 0)
    out[bounds + 1] = out[O_ENGAGEMENT] - item(s, B_PLAIN_SUM, 1)
    for g in range(p[N_GROUPS]):
        bounded = group_sum(p, s, g)
        out[groups + g] = bounded - item(s, B_GROUP_SUM, g)
        out[bounds + group(p, g, G_DIMENSION)] -= bounded


@inner
def write_verdict(p, h, s, out):
    """What is decided of the lead."""
    fit, engagement = dimension_sum(p, s, 0), dimension_sum(p, s, 1)
    out[O_FIT], out[O_ENGAGEMENT] = fit, engagement
    out[O_APPLIES] = holds(p, h, s, p[P_APPLIES], fit, engagement)
    out[O_DISQUALIFIED] = -1
    if out[O_APPLIES]:
        out[O_DISQUALIFIED] = disqualifier(p, h, s, fit, engagement)
        satisfied = holds(p, h, s, p[P_SATISFIED], fit, engagement)
        out[O_IS_MQL] = satisfied and out[O_DISQUALIFIED] < 0
    out[O_GRADE_FIT] = grade_of(p, GRADE_FIT, fit)
    out[O_GRADE_ENGAGEMENT] = grade_of(p, GRADE_ENGAGEMENT, engagement)
    bits = np.int64(0)
    for j in range(p[N_PATTERN]):
        if holds(p, h, s, p[P_PATTERN] + j, fit, engagement):
            bits |= np.int64(1) << j
    out[O_PATTERNS] = bits
    bits = np.int64(0)
    for j in range(p[N_TRACK]):
        if holds(p, h, s, p[P_TRACK] + j, fit, engagement):
            bits |= np.int64(1) << j
    out[O_TRACKS] = bits


@inner
def count_signals(p, h, first, end, seen_bits):
    """How often each signal was seen."""
    seen_bits[:] = 0
    for e in range(first, end):
        for w in range(p[WORDS]):
            bits = signals_of(h, w, e)
            while bits:
                low = bits & (~bits + np.uint64(1))
                seen_bits[w * 64 + trailing(low)] += 1
                bits ^= low


@door
def evaluate_leads(plan, history, scratch, as_of, look_back, forward, output):
    """Evaluate every lead of the history at `as_of` (microseconds); fills `output`.

    `plan`, `history`, `scratch` and `output` are addresses of flat arrays (see `layout`) that the caller
    keeps alive. `look_back` finds when each lead became an MQL, `forward` when its verdict changes.
    """
    p, h, s = pointer(plan), pointer(history), pointer(scratch)
    operations = p[N_OPS]
    possible = np.zeros(operations, np.uint8)
    times = np.zeros(operations, np.int64)
    seen_bits = np.zeros(p[WORDS] * 64, np.int64)
    width = OUTPUT_COLUMNS + 3 * p[N_RULES] + p[N_GROUPS] + 2
    make_ready(p, h, s)
    for i in range(h[H_LEADS]):
        out = pointer(output + i * width * 8)
        first, end = long_at(h, H_START, i), long_at(h, H_START, i + 1)
        while end > first and time_of(h, end - 1) > as_of:
            end -= 1
        open_lead(p, h, s, i, first, end)
        from_ = min(s[M_KNOWN], as_of)
        out[O_BECAME] = MISSING
        out[O_CEASES] = NEVER
        out[O_CHANGES] = NEVER
        searched = False
        if look_back:
            searched = could_qualify(p, h, s, i, first, end, as_of, seen_bits, possible, times)
        if searched:
            out[O_BECAME] = first_crossing(p, h, s, i, first, end, h[H_TIME], from_, as_of)
        else:
            hear_rest(p, h, s, first, end)
        bring_up(p, h, s, i, as_of)
        write_verdict(p, h, s, out)
        write_lines(p, s, out)
        if forward:
            look_ahead(p, h, s, i, out, as_of)
        close_lead(p, h, s)


@door
def find_crossings(plan, history, scratch, counts_from, from_, until, became):
    """Fill `became` with the first instant from `from_` to `until` at which each lead is an MQL, or MISSING.

    All are addresses: of flat arrays as for `evaluate_leads`, of an instant for each event from which it
    counts (never falling within a lead), and of two instants for each lead. A lead with `until` before
    `from_` is left out.
    """
    p, h, s = pointer(plan), pointer(history), pointer(scratch)
    found = pointer(became)
    possible = np.zeros(p[N_OPS], np.uint8)
    times = np.zeros(p[N_OPS], np.int64)
    seen_bits = np.zeros(p[WORDS] * 64, np.int64)
    make_ready(p, h, s)
    for i in range(h[H_LEADS]):
        found[i] = MISSING
        begin, last = _long(from_, i), _long(until, i)
        if last < begin:
            continue
        first, end = long_at(h, H_START, i), long_at(h, H_START, i + 1)
        while end > first and _long(counts_from, end - 1) > last:
            end -= 1
        open_lead(p, h, s, i, first, end)
        if could_qualify(p, h, s, i, first, end, last, seen_bits, possible, times):
            found[i] = first_crossing(p, h, s, i, first, end, counts_from, begin, last)
        close_lead(p, h, s)


@inner
def could_qualify(p, h, s, i, first, end, as_of, seen_bits, possible, times):
    """Whether the lead could have been an MQL at any instant so far; errs towards yes."""
    one_epoch = long_at(h, H_EPOCH_START, i + 1) - long_at(h, H_EPOCH_START, i) == 1
    fit = np.int64(0)
    if one_epoch:
        refresh_facts(p, h, s, as_of)
        fit = dimension_sum(p, s, 0)
    count_signals(p, h, first, end, seen_bits)
    possible_ops(p, seen_bits, possible, times)
    most = most_engagement(p, possible, times)
    if not may_hold(p, h, s, p[P_APPLIES], fit, most, one_epoch, possible):
        return False
    return may_hold(p, h, s, p[P_SATISFIED], fit, most, one_epoch, possible)
