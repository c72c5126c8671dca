"""What data shows of a definition: rules nobody meets, rules that always go together, how many qualify."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.definition import Read
from handraise.core.definition.model import FitRule
from handraise.core.errors import Problem

LEAST_SHARE, MOST_SHARE = 0.15, 0.25
TOGETHER: Final = 10  # leads that must have both rules before going together means anything
ENOUGH: Final = 50  # leads before a share means anything


@dataclass(frozen=True)
class Seen:
    """Leads counted over all tables: how many, how many MQLs, and for rules i and j how many have both."""

    leads: int
    mqls: int
    both: npt.NDArray[np.int64]


def seen_in(tables: Iterable[pa.Table], rules: Sequence[str]) -> Seen:
    """Count in score tables (of `engine.results.SCHEMA`), one after another."""
    leads = mqls = 0
    both = np.zeros((len(rules), len(rules)), np.int64)
    for table in tables:
        leads += table.num_rows
        mqls += pc.sum(table["is_mql"]).as_py() or 0
        fired = _fired(table, rules).astype(np.float64)
        both += (fired.T @ fired).astype(np.int64)
    return Seen(leads, mqls, both)


def _fired(table: pa.Table, rules: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which lead has a line of which rule, (leads, rules)."""
    lines: Any = table["lines"].combine_chunks()
    if isinstance(lines, pa.ChunkedArray):
        lines = pa.concat_arrays(lines.chunks)
    flat = lines.flatten()
    fired = np.zeros((table.num_rows, len(rules)), np.bool_)
    names = pc.cast(flat.field("rule"), pa.string())
    place = pc.index_in(names, value_set=pa.array(list(rules), pa.string()))
    parent = pc.list_parent_indices(lines).to_numpy()
    known = pc.is_valid(place).to_numpy(zero_copy_only=False)
    fired[parent[known], pc.fill_null(place, 0).to_numpy()[known]] = True
    return fired


def findings(read: Read, seen: Seen) -> tuple[Problem, ...]:
    """Warnings about the definition, each at its place in the file."""
    definition = read.definition
    rules, count = definition.rules, np.diag(seen.both)
    fits = len(definition.fit.rules)

    def place(index: int) -> tuple[int, int]:
        if isinstance(rules[index], FitRule):
            return read.place("fit", "rules", index)
        return read.place("engagement", "rules", index - fits)

    found = [
        Problem(*place(index), f"no lead in the data ever meets `{rule.rule}`", "warning", "never-met")
        for index, rule in enumerate(rules)
        if count[index] == 0 and seen.leads
    ]
    for one, other in combinations(range(len(rules)), 2):
        if count[one] >= TOGETHER and seen.both[one, other] == count[one] == count[other] < seen.leads:
            message = (
                f"`{rules[other].rule}` holds for exactly the {count[one]:,} leads that `{rules[one].rule}` "
                "holds for; one of them may be enough"
            )
            found.append(Problem(*place(other), message, "warning", "always-together"))
    share = seen.mqls / seen.leads if seen.leads else 0.0
    if seen.leads >= ENOUGH and not LEAST_SHARE <= share <= MOST_SHARE:
        more = "raise" if share > MOST_SHARE else "lower"
        message = (
            f"{100 * share:.1f} % of the {seen.leads:,} leads qualify; 15 to 25 % is usual, so {more} what "
            "is asked for, or say why not"
        )
        found.append(Problem(*read.place("qualify", "mql"), message, "warning", "share"))
    return tuple(sorted(found))
