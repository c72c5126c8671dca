"""Every lead at a moment of its own: as it was when sales first spoke to it, or when it was handed over."""

import numpy as np
import numpy.typing as npt

from handraise.core.definition.model import Definition
from handraise.engine import kernel
from handraise.engine.batch import BatchEvaluator
from handraise.engine.kernel import History
from handraise.engine.layout import H_EPOCH_START, H_KNOWN, H_START, I64, OUTPUT_COLUMNS
from handraise.engine.plan import Plan
from handraise.engine.run import Moment, Output, columns_of, scratch

_OF_LEADS = (H_START, H_KNOWN, H_EPOCH_START)  # arrays of a history with an entry for each lead


class AtOwnMoments(BatchEvaluator):
    """A compiled definition that judges each lead at its own instant, through the same kernel.

    Parameters
    ----------
    moments
        Microseconds, one for each row of the base. What a lead did later does not exist for it; how much of a
        contribution has faded is counted up to there.
    """

    def __init__(self, definition: Definition, moments: I64) -> None:
        super().__init__(definition)
        self.moments = moments

    def evaluated(self, history: History, rows: I64, moment: Moment) -> Output:
        """What the kernel says of each lead at its own moment; `moment` says only how far to look from it."""
        return run_each(self.plan, history, self.moments[rows], moment)


def run_each(
    plan: Plan, history: History, moments: I64, moment: Moment, only: npt.NDArray[np.bool_] | None = None
) -> Output:
    """Evaluate lead `i` of the history at `moments[i]`; otherwise as `run.run` does.

    `only` says for which leads; what is said of the others means nothing.
    """
    rules, groups = len(plan.rules), len(plan.groups)
    flat = np.zeros((moments.size, OUTPUT_COLUMNS + 3 * rules + groups + 2), np.int64)
    kept = History._make(np.ascontiguousarray(array) for array in history)
    header = np.array([*(array.ctypes.data for array in kept), 1, kept.time.size], np.int64)
    memory = scratch(plan, kept)
    plan_at, header_at, memory_at = (array.ctypes.data for array in (plan.flat, header, memory))
    output_at, width = flat.ctypes.data, flat.strides[0]
    of_leads = list(_OF_LEADS)
    starts = header[of_leads]
    rows = np.arange(moments.size) if only is None else np.flatnonzero(only)
    for row, instant in zip(rows.tolist(), moments[rows].tolist(), strict=True):
        header[of_leads] = starts + 8 * row  # the kernel sees a history of one lead, which begins here
        kernel.evaluate_leads(
            plan_at, header_at, memory_at, instant, moment.look_back, moment.forward, output_at + row * width
        )
    del kept, header, memory  # the kernel works on addresses: the arrays had to live until here
    return columns_of(flat, rules, groups)
