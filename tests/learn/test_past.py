"""Outcomes beside their leads: what counts as known, until when, and up to when a lead is its own."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from handraise.engine.asked import microseconds_of
from handraise.engine.kernel import MISSING
from handraise.learn.past import NoMoment, Past, past_of, values_of
from tests.builders import DAY, NOW

INSTANT = pa.timestamp("us", "UTC")
COLUMNS = ("mql_at", "first_contact_at", "accepted_at", "rejected_at", "sql_at", "won_at", "lost_at")


def past_with(outcomes: list[dict[str, Any]], until: datetime = NOW, **facts: pa.Array) -> Past:
    """A past of leads L0, L1 and so on; outcomes are given without their empty columns."""
    schema = pa.schema([("lead_id", pa.string()), *((name, INSTANT) for name in COLUMNS)])
    ids = pa.array([f"L{number}" for number in range(4)])
    columns = {name.replace("__", "."): column for name, column in facts.items()}
    return past_of(ids, columns, list, pa.Table.from_pylist(outcomes, schema), microseconds_of(until))


def test_behaviour_counts_up_to_the_first_contact() -> None:
    contact, accepted, handed = NOW - 3 * DAY, NOW - 2 * DAY, NOW - 5 * DAY
    found = past_with(
        [
            {"lead_id": "L0", "mql_at": handed, "first_contact_at": contact, "accepted_at": accepted},
            {"lead_id": "L1", "mql_at": handed, "rejected_at": accepted},
            {"lead_id": "L2", "mql_at": handed},
        ]
    )

    assert found.cut.tolist() == [microseconds_of(moment) for moment in (contact, accepted, handed, NOW)]


def test_what_is_later_than_the_end_has_not_happened() -> None:
    found = past_with(
        [
            {"lead_id": "L0", "mql_at": NOW - DAY, "accepted_at": NOW + DAY},
            {"lead_id": "L1", "mql_at": NOW + DAY, "accepted_at": NOW + 2 * DAY},
        ]
    )

    assert found.sold.is_known.tolist() == [True, False, False, False]
    assert not found.sold.is_answered.any()


def test_a_later_step_says_that_the_earlier_ones_were_reached() -> None:
    found = past_with([{"lead_id": "L0", "won_at": NOW - DAY}]).sold

    assert found.has("accepted")[0]
    assert found.has("sql")[0]
    assert found.at("sql")[0] == microseconds_of(NOW - DAY)
    assert found.handed[0] == microseconds_of(NOW - DAY)
    assert found.handed[1] == MISSING


def test_outcomes_of_other_leads_are_counted_and_left_out() -> None:
    found = past_with([{"lead_id": "X", "won_at": NOW}, {"lead_id": "L3", "lost_at": NOW}])

    assert found.strangers == 1
    assert found.sold.is_known.tolist() == [False, False, False, True]


def test_leads_that_became_known_after_the_end_are_not_there_yet() -> None:
    created = pa.array([NOW - DAY, NOW, NOW + DAY, None], INSTANT)

    found = past_with([{"lead_id": "L2", "won_at": NOW + 2 * DAY}], lead__created_at=created)

    assert found.ids.to_pylist() == ["L0", "L1", "L3"]
    assert len(found.facts["lead.created_at"]) == 3
    assert found.strangers == 0


def test_history_without_any_moment_has_no_end() -> None:
    nothing = pa.table({"lead_id": ["L0"], "won_at": pa.nulls(1, INSTANT)})

    with pytest.raises(NoMoment, match="--until"):
        past_of(pa.array(["L0"]), {}, list, nothing)


def test_some_of_the_leads_are_a_past_of_their_own() -> None:
    found = past_with([{"lead_id": "L2", "won_at": NOW}], lead__source=pa.array(["a", "b", "c", "d"]))

    part = found.only(np.array([2, 0]))

    assert part.ids.to_pylist() == ["L2", "L0"]
    assert part.sold.has("won").tolist() == [True, False]
    assert part.facts["lead.source"].to_pylist() == ["c", "a"]


def test_values_of_a_fact_are_read_and_derived_as_the_evaluator_does() -> None:
    titles = pa.array(["VP Sales", "Working student", None, "VP Sales"])
    own = pa.array([None, None, "Director", "C-suite"])

    found = values_of(past_with([], lead__title=titles, lead__seniority=own), "lead.seniority")

    assert [[*found.values, None][code] for code in found.codes] == ["vp", "student", "director", "c_suite"]


def test_a_fact_that_nobody_has_is_no_fact() -> None:
    with pytest.raises(KeyError):
        values_of(past_with([]), "lead.shoe_size")


def test_a_return_to_nurture_that_an_answer_causes_takes_nothing_from_what_was_before() -> None:
    answered = NOW - 3 * DAY
    told = [
        ("L0", "Demo Requested", answered - DAY),
        ("L0", "Lead Recycled", answered - 9 * DAY),
        ("L0", "Lead Recycled", answered),
        ("L1", "Lead Recycled", answered + DAY),
    ]
    ids, names, instants = (list(column) for column in zip(*told, strict=True))
    events = pa.table({"lead_id": ids, "event": names, "occurred_at": pa.array(instants, INSTANT)})
    outcomes = pa.table({"lead_id": ["L0"], "rejected_at": pa.array([answered], INSTANT)})
    found = past_of(pa.array(["L0", "L1"]), {}, lambda: [events], outcomes, microseconds_of(NOW))

    for _ in range(2):
        [kept] = found.events()
        assert kept["occurred_at"].to_pylist() == [answered - DAY, answered - 9 * DAY, answered + DAY]
