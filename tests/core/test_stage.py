"""The lifecycle: which moves are legal and by whom, and what a move records."""

from datetime import UTC, datetime

import pytest

from handraise.core.definition import read_definition
from handraise.core.reasons import REASONS, ReasonUnknown, reason_of
from handraise.core.stage import (
    FUNNEL,
    LEGAL,
    OWNERS,
    STAGES,
    Cause,
    CauseKind,
    MoveIllegal,
    Stage,
    StageUnknown,
    counts_as_mql,
    is_legal,
    moved,
    skipped_between,
    stage_named,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_definition_reads_limits_for_exactly_these_stages() -> None:
    limits = ", ".join(f"{stage}: {{max_age: 1 days, then: review}}" for stage in STAGES)
    read = read_definition(f"{{name: A, qualify: {{mql: {{total: 1}}}}, stages: {{{limits}}}}}")
    assert [limit.stage for limit in read.definition.stages] == list(STAGES)


def test_every_kind_of_cause_says_something_of_every_stage() -> None:
    for kind, moves in LEGAL.items():
        assert set(moves) == set(STAGES), kind
        assert all(one not in targets for one, targets in moves.items()), "nobody moves to where they are"


@pytest.mark.parametrize("stage", ["mql", "sal", "sql", "opportunity", "customer"])
def test_a_rule_never_takes_ground_back(stage: Stage) -> None:
    earlier = FUNNEL[: FUNNEL.index(stage)]
    assert not set(LEGAL["rule"][stage]) & set(earlier)


@pytest.mark.parametrize("stage", ["opportunity", "customer"])
def test_a_rule_leaves_deals_and_customers_alone(stage: Stage) -> None:
    assert LEGAL["rule"][stage] == ()


@pytest.mark.parametrize("stage", ["recycled", "disqualified"])
@pytest.mark.parametrize("by", ["rule", "person", "crm"])
def test_a_lead_can_always_come_back_from_a_side_state(stage: Stage, by: CauseKind) -> None:
    assert is_legal(stage, "lead", by)


def test_nobody_becomes_a_subscriber_again() -> None:
    assert not any(is_legal(stage, "subscriber", "crm") for stage in STAGES)
    assert not any(is_legal(stage, "subscriber", "person") for stage in STAGES)


def test_an_import_places_only_leads_that_nobody_worked() -> None:
    assert is_legal("lead", "customer", "import")
    assert not is_legal("sal", "sql", "import")


def test_an_illegal_move_says_what_is_allowed() -> None:
    with pytest.raises(MoveIllegal, match="may move it to lead") as refused:
        moved("L1", "disqualified", "mql", NOON, Cause("rule", "A"), cycle=0)
    assert refused.value.allowed == ("lead",)
    with pytest.raises(MoveIllegal, match="a rule may not move it from there at all"):
        moved("L1", "customer", "recycled", NOON, Cause("rule", "A"), cycle=0)


def test_a_move_records_the_stages_it_passed_over() -> None:
    assert moved("L1", "lead", "sql", NOON, Cause("rule", "A"), cycle=0).skipped == ("mql", "sal")
    assert moved("L1", "subscriber", "mql", NOON, Cause("rule", "A"), cycle=0).skipped == ("lead",)
    assert moved("L1", "mql", "sal", NOON, Cause("person", "ann"), cycle=1).skipped == ()
    assert skipped_between("mql", "recycled") == ()


@pytest.mark.parametrize(
    ("from_stage", "to_stage", "counts"),
    [
        ("lead", "mql", True), ("recycled", "mql", True), ("lead", "sql", True), ("recycled", "sal", True),
        ("mql", "sal", False), ("sal", "sql", False), ("mql", "recycled", False), ("recycled", "lead", False),
    ],
)  # fmt: skip
def test_a_new_mql_is_counted_even_when_it_was_skipped(
    from_stage: Stage, to_stage: Stage, counts: bool
) -> None:
    assert counts_as_mql(from_stage, to_stage) is counts


def test_a_step_back_in_the_crm_is_a_correction_and_no_new_mql() -> None:
    back = moved("L1", "sql", "mql", NOON, Cause("crm", "HubSpot"), cycle=2)
    assert (back.is_correction, back.cycle, back.skipped) == (True, 2, ())
    assert not moved("L1", "mql", "sal", NOON, Cause("crm", "HubSpot"), cycle=2).is_correction


def test_a_move_happens_at_an_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moved("L1", "lead", "mql", NOON.replace(tzinfo=None), Cause("rule", "A"), cycle=0)


def test_stages_are_found_by_name() -> None:
    assert stage_named(" MQL ") == "mql"
    with pytest.raises(StageUnknown, match="the stages are subscriber, lead"):
        stage_named("prospect")


def test_sales_owns_what_it_accepted() -> None:
    assert [stage for stage in FUNNEL if OWNERS[stage] == "sales"] == [
        "sal",
        "sql",
        "opportunity",
        "customer",
    ]


def test_reasons_stand_once_in_their_list() -> None:
    keys = [(reason.kind, reason.code) for reason in REASONS]
    assert len(keys) == len(set(keys))
    assert {reason.then for reason in REASONS if reason.kind == "disqualify"} == {"disqualify"}


def test_an_unknown_reason_names_the_known_ones() -> None:
    assert reason_of("reject", "not_ready").then == "recycle"
    with pytest.raises(ReasonUnknown, match="no_budget"):
        reason_of("reject", "bad_weather")
