"""The shape of a plan: what each column, instruction and setting of the kernel's integer arrays is.

Kept apart from both the compiler that writes the arrays and the kernel that reads them.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]

# Columns of an op.
(KIND, SIGNAL, LEAST, IN_LAST, WITHIN, MEASURE, PROPERTY, EACH, EACH_COUNT, EACH_LENGTH, AT_MOST,
 STEP_FIRST, STEP_COUNT, RESETS, LIST, COUNTS, TIGHT, SESSIONS, LOW, HIGH, MOMENT) = range(21)  # fmt: skip
OP_COLUMNS: Final = 21
KIND_COUNT, KIND_SAME_SESSION, KIND_SEQUENCE, KIND_NONE_OF, KIND_SESSIONS, KIND_SEEN = range(6)
MEASURE_COUNT, MEASURE_DISTINCT, MEASURE_SUM, MEASURE_SAME = range(4)
EACH_NOT, EACH_EVENT, EACH_DAY, EACH_WEEK, EACH_MONTH, EACH_SESSION, EACH_DURATION = range(7)
SEEN_KNOWN, SEEN_UNKNOWN, SEEN_BEFORE_AGE, SEEN_IN_LAST, SEEN_BEFORE, SEEN_FROM = range(6)

# Columns of a rule.
DIMENSION, POINTS, OP, WHEN, DECAY, HALF, TABLE_FIRST, TABLE_COUNT, GROUP = range(9)
RULE_COLUMNS: Final = 9
DECAY_NOT, DECAY_HALF_LIFE, DECAY_STEPS = range(3)

# Columns of a group.
G_DIMENSION, G_CAP, G_FLOOR = range(3)
GROUP_COLUMNS: Final = 3

# Instructions of a program.
FACT, BEHAVES, FIT_GE, ENGAGEMENT_GE, TOTAL_GE, AND, OR, NOT, TRUE = range(9)

NONE: Final = -1
NO_SESSION: Final = -2  # in place of a session: the event is nothing that the lead did
NO_BOUND: Final = 2**62
MILLIONTHS: Final = 1_000_000


class PlanArrays(NamedTuple):
    """The arrays as the kernel takes them; shapes in ops (o), rules (r), groups (g), programs (p)."""

    op: I64  # (o, OP_COLUMNS)
    step_signal: I64  # steps of same_session and sequence, sliced by STEP_FIRST and STEP_COUNT
    listener_first: I64  # (signals + 1): listeners of each signal bit
    listener_op: I64
    listener_step: I64
    rule: I64  # (r, RULE_COLUMNS)
    step_table: I64  # hundredths left after 0, 1, 2 … steps, sliced by TABLE_FIRST and TABLE_COUNT
    rule_first: I64  # (o + 1): engagement rules of each op
    rule_of_op: I64
    group: I64  # (g, GROUP_COLUMNS)
    bound: I64  # (2, 2): cap, floor of fit and of engagement
    program_first: I64  # (p + 1)
    program_code: I64
    program_argument: I64
    timed_op: I64  # ops whose value changes by time alone
    ticking_op: I64  # ops whose value changes with every event (sessions, last seen)
    eng_threshold: I64  # hundredths of engagement at which a verdict may change
    total_threshold: I64
    grade_fit: I64  # starts of the grades but the last, best first
    grade_engagement: I64
    zone_from: I64  # transitions of the time zone (microseconds), and the offset from each
    zone_offset: I64
    setting: I64  # see SETTINGS


# The kernel takes each group of arrays as one: plan, history and scratch are a flat array with a header, so
# that a call hands over three arrays and not sixty.

# Header of a plan: settings, then (offset, size) of each section.
(P_APPLIES, P_SATISFIED, P_DISQUALIFY, N_DISQUALIFY, P_PATTERN, N_PATTERN, P_TRACK,
 N_TRACK, RESET_SIGNAL, NON_MONOTONE, HAS_DECAY, WORDS, FACT_WORDS, N_LISTS,
 N_COUNTS, N_SESSION_SLOTS, NEEDS_SESSIONS, N_STEPS, HAS_GRADES, HAS_STEPS, N_OPS,
 N_RULES, N_GROUPS) = range(23)  # fmt: skip
SETTINGS: Final = 23
(OPS, RULES, GROUPS, BOUNDS, STEP_SIGNAL, LISTENER_FIRST,
 LISTENER_OP, LISTENER_STEP, STEP_TABLE, RULE_FIRST, RULE_OF_OP, PROGRAM_FIRST,
 PROGRAM_CODE, PROGRAM_ARGUMENT, TIMED_OP, TICKING_OP, ENGAGEMENT_THRESHOLD, TOTAL_THRESHOLD,
 GRADE_FIT, GRADE_ENGAGEMENT, ZONE_FROM, ZONE_OFFSET) = range(SETTINGS, SETTINGS + 2 * 22, 2)  # fmt: skip
PLAN_HEADER: Final = SETTINGS + 2 * 22

# Header of a history: addresses of its arrays, and how long they are.
(H_START, H_TIME, H_SIGNALS, H_CODES, H_SUMS, H_SESSION, H_KNOWN, H_EPOCH_START, H_EPOCH_TIME,
 H_EPOCH_FACTS, H_LEADS, H_EVENTS) = range(12)  # fmt: skip

# Header of the scratch: working values of a lead, widths of tables, then (offset, size) of each section.
(M_DIRTY, M_SESSIONS, M_FIRST, M_SEEN, M_RESET, M_KNOWN, M_EPOCH, M_CHANGED, M_FACTS, M_NUMBERED, M_HEARD,
 M_READY, LONGEST, CODES, TALLIES, SESSIONS_MOST) = range(16)  # fmt: skip
MOMENTS: Final = 16
(B_HELD, B_NUMBER, B_LAST, B_DUE, B_DIRTY, B_DIRTY_LIST, B_HEARD, B_HEARD_LIST,
 B_STATE, B_LISTS, B_COUNTS, B_TALLY, B_SEEN, B_ORDINAL,
 B_SESSION_OF, B_SESSION_STAMP, B_CHAIN, B_CHAIN_NEW, B_CONTRIBUTION, B_ACTIVE,
 B_GROUP_SUM, B_PLAIN_SUM) = range(MOMENTS, MOMENTS + 2 * 22, 2)  # fmt: skip
SCRATCH_HEADER: Final = MOMENTS + 2 * 22

# State of an op.
S_COUNT, S_LAST, S_LOW, S_LENGTH, S_TOTAL, S_START, S_TIGHT, S_AUX = range(8)
STATE_COLUMNS: Final = 8

# Columns of the output; points, count and last of each rule follow, then the groups, then the two bounds.
(O_FIT, O_ENGAGEMENT, O_APPLIES, O_IS_MQL, O_DISQUALIFIED, O_GRADE_FIT, O_GRADE_ENGAGEMENT, O_BECAME,
 O_CEASES, O_CHANGES, O_PATTERNS, O_TRACKS) = range(12)  # fmt: skip
OUTPUT_COLUMNS: Final = 12
NOT_FIRED: Final = -2


def flattened(header: list[int] | I64, size: int, sections: Sequence[I64 | int]) -> I64:
    """One flat array: a header, (offset, size) of each section, then the sections.

    Parameters
    ----------
    header
        What stands before the table of sections.
    size
        How long the header is with that table.
    sections
        A section given as a number is that many zeros.

    Examples
    --------
    >>> flattened([7], 5, [np.array([8, 9]), 3]).tolist()
    [7, 5, 2, 7, 3, 8, 9, 0, 0, 0]
    """
    lengths = [section if isinstance(section, int) else section.size for section in sections]
    flat = np.zeros(size + sum(lengths), np.int64)
    flat[: len(header)] = header
    at = size
    for place, (section, length) in enumerate(zip(sections, lengths, strict=True)):
        flat[len(header) + 2 * place : len(header) + 2 * place + 2] = at, length
        if not isinstance(section, int):
            flat[at : at + length] = section.reshape(-1)
        at += length
    return flat


def in_sections(arrays: PlanArrays) -> list[I64 | int]:
    """The plan's arrays in the order of its header."""
    return [
        arrays.op, arrays.rule, arrays.group, arrays.bound, arrays.step_signal, arrays.listener_first,
        arrays.listener_op, arrays.listener_step, arrays.step_table, arrays.rule_first, arrays.rule_of_op,
        arrays.program_first, arrays.program_code, arrays.program_argument, arrays.timed_op,
        arrays.ticking_op, arrays.eng_threshold, arrays.total_threshold, arrays.grade_fit,
        arrays.grade_engagement, arrays.zone_from, arrays.zone_offset,
    ]  # fmt: skip
