"""A study for the quarterly review: what the live base says of the rules of a definition.

Exported and read as the commands on files do it, so that `handraise lift` and `handraise drift` say the same.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import structlog

from handraise.core.definition.model import Definition, FitRule
from handraise.core.errors import InputInvalid
from handraise.core.quarter import Quarter
from handraise.core.saying import Saying
from handraise.engine.asked import microseconds_of
from handraise.engine.batch import BatchEvaluator
from handraise.engine.columns import coded
from handraise.files.events import open_events
from handraise.files.leads import CREATED
from handraise.files.mapping import Mapping as Columns
from handraise.files.problems import Problems
from handraise.files.tidying import SESSION
from handraise.flow.background import ended
from handraise.flow.backtests import export
from handraise.flow.exported import EVENTS, LEADS, exported_past
from handraise.learn.past import ACCOUNTS, Past
from handraise.learn.shares import Estimate, Share
from handraise.store import definitions, reviews
from handraise.store.definitions import read_text
from handraise.store.session import Database

if TYPE_CHECKING:
    from handraise.learn.drift import DriftReport, RuleDrift
    from handraise.learn.lift import Lift, LiftReport

_log = structlog.get_logger("handraise.studying")


def run(database: Database, study_id: int, clock: Callable[[], datetime]) -> None:
    """Make the study that was asked for, and write down how far it is and what it found; never raises."""

    def progress(done: int, total: int) -> None:
        with database.transaction() as connection:
            reviews.note(connection, study_id, clock(), done=done, total=total)

    def made() -> Mapping[str, Any]:
        with database.transaction() as connection:
            asked = reviews.study_of(connection, study_id)
            version = definitions.version(connection, asked.version_id)
        definition = read_text(version.text, version.lists).definition
        with TemporaryDirectory(prefix="handraise-") as folder:
            export(database, Path(folder), progress)
            return {"found": study(Path(folder), definition, Quarter.of(asked.quarter), clock())}

    result = ended(made, _log, "a study failed")
    with database.transaction() as connection:
        reviews.note(connection, study_id, clock(), **result)


def study(folder: Path, definition: Definition, quarter: Quarter, now: datetime) -> Mapping[str, Any]:
    """What exported files say of the rules of a definition up to the end of the quarter, or to now.

    As JSON keeps it: shares are how many of how many, estimates are value, low and high.

    Raises
    ------
    InputInvalid
        When there is no lead.
    """
    if not (folder / LEADS).stat().st_size:
        raise InputInvalid(Saying("There are no leads yet."))
    # Only whoever asks waits for the statistics to be loaded, not every start of the product.
    from handraise.learn.drift import drift_report
    from handraise.learn.lift import lift_report

    until = min(now, quarter.end)
    past = past_in(folder, definition, until)
    lifts = lift_report(definition, past, steps=("accepted",))
    drift = drift_report(definition, past, since=microseconds_of(quarter.start))
    return {
        "until": until.isoformat(),
        "leads": len(past),
        "handed": int(past.sold.is_known.sum()),
        "handed_lately": drift.lately,
        "answered": lifts.steps[0].reached.n if lifts.steps else 0,
        "rules": _rules(definition, lifts, drift),
        "never": list(lifts.never),
        "together": [[one.one, one.other] for one in lifts.together],
        "scores": [
            {
                "name": one.name,
                "index": one.index,
                "has_moved": one.has_moved,
                "has_shifted": one.has_shifted,
            }
            for one in drift.stability
        ],
    }


def past_in(folder: Path, definition: Definition, until: datetime) -> Past:
    """The past that exported files tell, with what a definition looks at; what nobody has is unknown."""
    evaluator, zone = BatchEvaluator(definition), definition.timezone
    return exported_past(
        folder,
        [*evaluator.facts.needed(), *ACCOUNTS, CREATED],
        zone=zone,
        events=_events(folder, evaluator, zone),
        until=microseconds_of(until),
    )


def _events(folder: Path, evaluator: BatchEvaluator, zone: str) -> Callable[[], Iterator[pa.Table]]:
    """Events with each lead's in one place."""
    if not (folder / EVENTS).stat().st_size:
        return lambda: iter(())
    plan = evaluator.plan
    source = open_events(
        folder / EVENTS,
        mapping=Columns(),
        wanted=[*plan.event_properties, *([SESSION] if plan.needs_sessions else [])],
        zone=zone,
        problems=Problems(),
    )
    kept = [
        one.take(pa.array(np.argsort(coded(one["lead_id"]).codes, kind="stable"))) for one in source.tables()
    ]
    return lambda: iter(kept)


def _rules(definition: Definition, lifts: "LiftReport", drift: "DriftReport") -> list[dict[str, Any]]:
    """One entry for each rule of the definition, in its order."""
    lift_of = {one.subject.name: one for one in (lifts.steps[0].lifts if lifts.steps else ())
               if one.subject.kind == "rule"}  # fmt: skip
    drift_of = {one.subject.name: one for one in drift.rules if one.subject.kind == "rule"}
    return [
        {
            "rule": rule.rule,
            "dimension": "fit" if isinstance(rule, FitRule) else "engagement",
            "points": rule.points,
            **_lift(lift_of.get(rule.rule)),
            **_drift(drift_of.get(rule.rule)),
        }
        for rule in definition.rules
    ]


def _lift(one: "Lift | None") -> dict[str, Any]:
    if one is None:
        return {"having": None, "without": None, "lift": None, "verdict": None}
    return {
        "having": _share(one.having),
        "without": _share(one.without),
        "lift": _estimate(one.lift),
        "verdict": one.verdict.name.lower(),
    }


def _drift(one: "RuleDrift | None") -> dict[str, Any]:
    if one is None:
        return {"fired_before": None, "fired": None, "moved": False, "change": None}
    return {
        "fired_before": _share(one.fires_before),
        "fired": _share(one.fires),
        "moved": bool(one.fires_q <= 0.05),
        "change": one.change.name.lower(),
    }


def _share(one: Share) -> list[int]:
    return [one.count, one.n]


def _estimate(one: Estimate | None) -> list[float | None] | None:
    # JSON has no infinity.
    return None if one is None else [x if np.isfinite(x) else None for x in (one.value, one.low, one.high)]
