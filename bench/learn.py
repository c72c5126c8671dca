"""``python -m bench.learn --out bench.json``: learned points on the school's leads.

FasterRisk, the academic reference, reaches an AUC of 0.883 with ten rules and 0.859 with five on the same
data, in 17.7 s a fold. Seconds are of one processor, as both are learned on one core; what is read and binned
once for all folds is told apart.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any, Final

import pyarrow as pa

from bench.__main__ import write_beside_others
from handraise.core.definition import read_definition
from handraise.files.leads import read_leads
from handraise.files.mapping import Mapping
from handraise.files.outcomes import SCHEMA
from handraise.learn.past import past_of
from handraise.learn.points import Asked, Evidence, Judged, Wanted, gathered
from handraise.learn.points.judging import CardModel, in_folds
from handraise.learn.points.learning import learner_of

SCHOOL: Final = Path(__file__).resolve().parents[2] / "shared/data/leads/x_education.csv"
EMPTY: Final = read_definition("{name: Empty, fit: {bar: 0}, qualify: {mql: fit}}").definition
NOW: Final = 1_790_000_000_000_000
REFERENCE_SECONDS: Final = 17.7


def evidence() -> Evidence:
    """The school's leads without the seven columns that sales fills in."""
    found = read_leads(SCHOOL, mapping=Mapping.parse(["Prospect ID=lead_id"], missing=["Select"]))
    base = past_of(found.ids, found.columns, _no_events, SCHEMA.empty_table(), NOW)
    return gathered(
        EMPTY, base, Asked("lead.Converted", known_after=("Tags", "Lead Quality", "Lead Profile", "Asymm*"))
    )


def _no_events() -> Iterator[pa.Table]:
    return iter(())


def measured(of: Evidence, rules: int, seed: int) -> Judged:
    """Cards of at most so many rules in five folds."""
    model = CardModel(f"{rules} rules", learner_of(of, Wanted(rules=rules, step=5)))
    return in_folds([model], of.reached, seed=seed).models[0]


def figures(repeats: int, seed: int) -> dict[str, Any]:
    """What goes into bench.json."""
    start = thread_time()
    of = evidence()
    read = thread_time() - start
    ten = [measured(of, 10, seed) for _ in range(repeats)]
    five = [measured(of, 5, seed) for _ in range(repeats)]
    errors = [each.calibration.value for each in (ten[0], five[0])]
    seconds = median(each.seconds for each in ten)
    return {
        "learn_auc_10": round(ten[0].auc.value, 4),
        "learn_auc_5": round(five[0].auc.value, 4),
        "learn_calibration_error_10": round(errors[0], 4),
        "learn_calibration_error_5": round(errors[1], 4),
        "learn_seconds_per_fold": round(seconds, 3),
        "learn_seconds_per_fold_5": round(median(each.seconds for each in five), 3),
        "learn_seconds_of_reading": round(read, 3),
        "learn_over_fasterrisk": round(seconds / REFERENCE_SECONDS, 4),
        "learn_questions": len(of.candidates),
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the median time counts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the figures into this file, beside others")
    wanted = parser.parse_args()
    if not SCHOOL.exists():
        raise SystemExit(f"needs the shared real data, which is not at {SCHOOL}")
    found = figures(wanted.repeats, wanted.seed)
    print(json.dumps(found, indent=2))
    if wanted.out:
        write_beside_others(wanted.out, found)


if __name__ == "__main__":
    main()
