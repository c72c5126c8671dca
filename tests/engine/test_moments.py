"""One meaning: a lead judged among others, each at a moment of its own, gets what it gets alone."""

import random

import numpy as np
import pytest

from handraise.engine.asked import microseconds_of
from handraise.engine.batch import score_stream
from handraise.engine.evaluate import evaluate
from handraise.engine.moments import AtOwnMoments
from handraise.engine.results import Tables
from handraise.engine.run import Moment
from tests.builders import DAY
from tests.cases import case
from tests.engine.test_batch import as_typed, base_with, table_of


@pytest.mark.parametrize("seed", range(20))
def test_lead_at_its_own_moment_is_as_if_alone(seed: int) -> None:
    found = case(seed)
    chance = random.Random(seed)
    leads = [as_typed(lead) for lead in found.leads]
    moments = [found.as_of - chance.randint(0, 90) * DAY for _ in leads]
    instants = np.array([microseconds_of(moment) for moment in moments], np.int64)
    evaluator = AtOwnMoments(found.definition, instants)
    base = base_with(evaluator, leads)

    scored = score_stream(evaluator, base, [table_of(leads, chance)], Moment(0))
    rows = [row for each in scored for row in Tables(evaluator.plan, base).table(each).to_pylist()]

    assert len(rows) == len(leads)
    by_id = {row["lead_id"]: row for row in rows}
    for lead, moment in zip(leads, moments, strict=True):
        (alone,) = evaluate(found.definition, [lead], moment)
        row = by_id[lead.lead_id]
        assert row["total"] * 100 == alone.total
        assert row["is_mql"] == alone.is_mql
        assert row["became_mql_at"] == alone.became_mql_at
        assert row["next_change_at"] == alone.next_change_at
        fired = {line["rule"]: line["points"] * 100 for line in row["lines"]}
        assert fired == {line.rule: line.points for line in alone.lines}
