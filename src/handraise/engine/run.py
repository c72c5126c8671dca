"""Running the kernel: scratch memory, output columns, and the call itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from handraise.engine import kernel
from handraise.engine.kernel import History
from handraise.engine.layout import (
    I64,
    LONGEST,
    N_COUNTS,
    N_LISTS,
    N_SESSION_SLOTS,
    N_STEPS,
    NEEDS_SESSIONS,
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
    OUTPUT_COLUMNS,
    SCRATCH_HEADER,
    STATE_COLUMNS,
    flattened,
)
from handraise.engine.match import U64
from handraise.engine.plan import Plan


@dataclass(frozen=True)
class Moment:
    """The instant asked about (microseconds) and how far to look from it.

    `look_back` finds when each lead became an MQL, `forward` when its verdict next changes.
    """

    as_of: int
    look_back: bool = True
    forward: bool = True


@dataclass(frozen=True)
class Output:
    """What the kernel says of each lead; shapes in leads (n), rules (r), groups (g).

    Points are hundredths; columns without a shape here are (n,).
    """

    fit: I64
    engagement: I64
    applies: I64
    is_mql: I64
    disqualified: I64  # place of the disqualifier, -1 for none
    grade_fit: I64  # place of the label
    grade_engagement: I64
    became: I64  # microseconds, or MISSING
    ceases: I64  # microseconds, or NEVER
    changes: I64
    patterns: I64  # bits
    tracks: I64
    points: I64  # (n, r), meaningful where `fired`
    count: I64  # (n, r)
    last: I64  # (n, r) row of the latest evidence, -1 for none
    group_took: I64  # (n, g) what a group's cap took (negative) or its floor gave
    bound_took: I64  # (n, 2) the same for fit and engagement
    flat: I64  # (n, all of these) as the kernel wrote it; the others are views of it

    @property
    def fired(self) -> npt.NDArray[np.bool_]:
        """(n, r) which rules hold."""
        fired: npt.NDArray[np.bool_] = self.last != NOT_FIRED
        return fired


def columns_of(flat: I64, rules: int, groups: int) -> Output:
    """The kernel's output as named columns (views)."""
    after = OUTPUT_COLUMNS + 3 * rules
    lines = flat[:, OUTPUT_COLUMNS:after]
    return Output(
        fit=flat[:, O_FIT],
        engagement=flat[:, O_ENGAGEMENT],
        applies=flat[:, O_APPLIES],
        is_mql=flat[:, O_IS_MQL],
        disqualified=flat[:, O_DISQUALIFIED],
        grade_fit=flat[:, O_GRADE_FIT],
        grade_engagement=flat[:, O_GRADE_ENGAGEMENT],
        became=flat[:, O_BECAME],
        ceases=flat[:, O_CEASES],
        changes=flat[:, O_CHANGES],
        patterns=flat[:, O_PATTERNS],
        tracks=flat[:, O_TRACKS],
        points=lines[:, 0::3],
        count=lines[:, 1::3],
        last=lines[:, 2::3],
        group_took=flat[:, after : after + groups],
        bound_took=flat[:, after + groups :],
        flat=flat,
    )


def scratch(plan: Plan, history: History) -> I64:
    """Working memory that fits the longest lead of the history."""
    setting = plan.arrays.setting
    counters, slots = int(setting[N_COUNTS]), int(setting[N_SESSION_SLOTS])
    sessions = bool(setting[NEEDS_SESSIONS])
    ops, rules = plan.arrays.op.shape[0], len(plan.rules)
    longest = int(np.diff(history.start).max(initial=0)) + 1
    codes = int(history.codes.max(initial=-1)) + 1 if counters else 0
    tallies = longest + 2 if counters else 0
    most = longest if sessions else 0
    session_codes = int(history.session.max(initial=-1)) + 1 if sessions else 0
    steps = int(setting[N_STEPS])
    header = [0] * LONGEST + [longest, codes, tallies, most]
    sections: list[I64 | int] = [
        *[ops] * 8,
        ops * STATE_COLUMNS,
        int(setting[N_LISTS]) * longest,
        counters * codes,
        counters * tallies,
        slots * most,
        most,
        session_codes,
        np.full(session_codes, -1, np.int64),
        steps,
        steps,
        rules,
        rules,
        len(plan.groups),
        2,
    ]
    return flattened(header, SCRATCH_HEADER, sections)


def run(plan: Plan, history: History, moment: Moment) -> Output:
    """Evaluate every lead of the history. The events of each lead must be in time order."""
    leads = history.start.size - 1
    rules, groups = len(plan.rules), len(plan.groups)
    flat = np.zeros((leads, OUTPUT_COLUMNS + 3 * rules + groups + 2), np.int64)
    kept = History._make(np.ascontiguousarray(array) for array in history)
    addresses = [array.ctypes.data for array in kept]
    header = np.array([*addresses, leads, kept.time.size], np.int64)
    memory = scratch(plan, kept)
    places = [array.ctypes.data for array in (plan.flat, header, memory)]
    kernel.evaluate_leads(*places, moment.as_of, moment.look_back, moment.forward, flat.ctypes.data)
    del kept, header, memory  # the kernel works on addresses: the arrays had to live until here
    return columns_of(flat, rules, groups)


def empty_words(words: int, events: int) -> U64:
    """No signal for any event."""
    return np.zeros((words, events), np.uint64)
