"""Health: each rule of the domain fires where it should, and says so when the leads are too few."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from handraise.engine.asked import microseconds_of
from handraise.learn.health import HealthReport, State, health_report
from handraise.learn.intervals import Estimate, Share
from handraise.learn.past import Past, past_of
from tests.builders import DAY, HOUR, NOW
from tests.learn.company import past

INSTANT = pa.timestamp("us", "UTC")
TIMES = ("mql_at", "first_contact_at", "accepted_at", "rejected_at", "sql_at", "won_at")
SCHEMA = pa.schema(
    [
        ("lead_id", pa.string()),
        *((name, INSTANT) for name in TIMES),
        ("handed_to", pa.string()),
        ("reject_reason", pa.string()),
    ]
)
Row = dict[str, Any]


def handed(
    days_ago: float,
    *,
    rep: str = "Ann",
    called_after: timedelta | None = HOUR,
    accepted: bool = True,
    sql_after: timedelta | None = None,
) -> Row:
    """A lead handed over so long ago, and what came of it."""
    at = NOW - days_ago * DAY
    called = None if called_after is None else at + called_after
    answered = None if called is None else called + HOUR
    return {
        "mql_at": at,
        "first_contact_at": called,
        "accepted_at": answered if accepted else None,
        "rejected_at": None if accepted else answered,
        "reject_reason": None if accepted or called is None else "no need",
        "sql_at": None if sql_after is None else at + sql_after,
        "handed_to": rep,
    }


def base(rows: Sequence[Row], others: int = 0, until: datetime = NOW) -> Past:
    """These leads and so many others that sales never got, all known for 400 days."""
    ids = [f"L{number}" for number in range(len(rows) + others)]
    table = pa.Table.from_pylist([{"lead_id": ids[place], **row} for place, row in enumerate(rows)], SCHEMA)
    facts = {"lead.created_at": pa.array([until - 400 * DAY] * len(ids), INSTANT)}
    return past_of(pa.array(ids), facts, list, table, microseconds_of(until))


def spread(count: int, **given: Any) -> list[Row]:
    """Leads handed over through the last 400 days but the last twenty."""
    return [handed(20 + 380 * place / count, **given) for place in range(count)]


def checked(rows: Sequence[Row], name: str, others: int = 0) -> tuple[State, Any]:
    """How that check stands, and its figure."""
    finding = health_report(base(rows, others)).of(name)
    return finding.state, finding.figure


def test_more_than_three_in_ten_rejected_is_too_many() -> None:
    state, figure = checked([*spread(120), *spread(80, accepted=False)], "rejected")

    assert (state, figure) == (State.ACT, Share(80, 200))
    assert health_report(base([*spread(120), *spread(80, accepted=False)])).of("rejected").beside == (
        ("no need", Share(80, 80)),
    )


def test_a_little_more_is_to_be_watched_and_less_is_fine() -> None:
    assert checked([*spread(67), *spread(33, accepted=False)], "rejected")[0] is State.WATCH
    assert checked([*spread(80), *spread(20, accepted=False)], "rejected")[0] is State.FINE


def test_few_leads_say_nothing() -> None:
    findings = health_report(base([*spread(5), *spread(15, accepted=False)])).findings

    assert {each.state for each in findings} == {State.UNKNOWN}


def test_volume_is_held_against_the_same_weeks_a_year_before() -> None:
    rows = [handed(100 + place) for place in range(300)]  # all older than a quarter, none in the last one
    lately = [handed(5 + place) for place in range(20)]
    year_before = [handed(364 + 5 + place / 2) for place in range(100)]
    older = [handed(364 + 91 + 10)]

    state, figure = checked([*rows, *lately, *year_before, *older], "volume")

    assert state is State.ACT
    assert figure.value == pytest.approx(20 / (100 + 36), rel=0.02)
    assert figure.low < figure.value < figure.high < 0.7


def test_volume_that_grows_is_fine_and_a_short_history_says_nothing() -> None:
    growing = [
        *[handed(5 + place) for place in range(80)],
        *[handed(95 + 1.5 * place) for place in range(60)],
    ]

    assert checked(growing, "volume")[0] is State.FINE
    assert checked([handed(5 + place) for place in range(80)], "volume")[0] is State.UNKNOWN


def test_too_few_or_nearly_all_become_sqls() -> None:
    soon = timedelta(days=10)
    few = [*spread(300), *spread(10, sql_after=soon)]
    usual = [*spread(300), *spread(60, sql_after=soon)]
    most = [*spread(60), *spread(300, sql_after=soon)]

    assert checked(few, "conversion low")[0] is State.ACT
    assert checked(usual, "conversion low")[0] is State.FINE
    assert checked(usual, "conversion high")[0] is State.FINE
    assert checked(most, "conversion high")[0] is State.ACT


def test_leads_without_their_ninety_days_count_for_no_conversion() -> None:
    old = [handed(95 + place, sql_after=timedelta(days=10)) for place in range(40)]
    young = [handed(10 + place / 2) for place in range(100)]

    _, figure = checked([*old, *young], "conversion low")

    assert figure == Share(40, 40)


def test_an_sql_after_ninety_days_is_none_within_ninety() -> None:
    _, figure = checked([handed(200, sql_after=timedelta(days=91)) for _ in range(40)], "conversion low")

    assert figure == Share(0, 40)


def test_reps_that_judge_alike_are_fine_and_others_are_not() -> None:
    alike = [*spread(60, rep="Ann"), *spread(20, rep="Ann", accepted=False)]
    alike += [*spread(58, rep="Ben"), *spread(22, rep="Ben", accepted=False)]
    apart = [*spread(70, rep="Ann"), *spread(10, rep="Ann", accepted=False)]
    apart += [*spread(30, rep="Ben"), *spread(50, rep="Ben", accepted=False)]

    assert checked(alike, "reps")[0] is State.FINE
    state, figure = checked(apart, "reps")
    assert state is State.ACT
    assert figure.value == pytest.approx(0.5)
    assert checked(spread(100), "reps")[0] is State.UNKNOWN


def test_reps_that_accept_everything_agree() -> None:
    assert checked([*spread(50, rep="Ann"), *spread(50, rep="Ben")], "reps")[0] is State.FINE


def test_long_time_to_an_sql() -> None:
    slow = [*spread(200), *spread(60, sql_after=timedelta(days=75))]
    quick = [*spread(200), *spread(60, sql_after=timedelta(days=12))]

    state, figure = checked(slow, "slow")
    assert state is State.ACT
    assert isinstance(figure, Estimate)
    assert figure.value == 75.0
    assert checked(quick, "slow")[0] is State.FINE


def test_sales_that_stops_calling() -> None:
    calling = [handed(130 + place) for place in range(200)]
    stopped = [handed(20 + place / 2, called_after=None, accepted=False) for place in range(30)]
    still = [handed(20 + place / 2) for place in range(60)]

    report = health_report(base([*calling, *stopped, *still]))

    assert report.of("not called").state is State.ACT
    assert dict(report.of("not called").beside) == {
        "in the last quarter": Share(30, 90),
        "before": Share(0, 200),
    }
    assert checked([*calling, *still], "not called")[0] is State.FINE


def test_files_that_do_not_say_when_sales_called_say_nothing_about_calling() -> None:
    rows = [{**row, "first_contact_at": None} for row in spread(100)]

    assert checked(rows, "not called")[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("others", "state"), [(400, State.FINE), (100, State.ACT), (1_900, State.ACT), (620, State.WATCH)]
)
def test_share_that_qualifies_is_right_within_the_band(others: int, state: State) -> None:
    assert checked(spread(100), "qualified", others)[0] is state


def test_cohorts_that_are_too_young_have_no_figure() -> None:
    report = health_report(base([handed(days) for days in range(200)]))

    last, first = report.cohorts[-1], report.cohorts[0]
    assert last.sql == (None, None, None)
    assert last.won is None
    assert first.sql[-1] == Share(0, first.n)
    assert sum(each.n for each in report.cohorts) == 200


def test_worst_answers_come_first() -> None:
    report = health_report(base([*spread(120), *spread(80, accepted=False)], 400))
    states = [list(State).index(each.state) for each in report.findings]

    assert states == sorted(states)
    assert report.state is State.ACT


# --- the example company


def example(seed: int = 1) -> HealthReport:
    """Its health."""
    return health_report(past(4_000, seed), by=("lead.source", "account.industry"))


@pytest.mark.parametrize("seed", [1, 2])
def test_example_company_has_the_faults_that_its_page_names(seed: int) -> None:
    """Four in ten rejected, 45 % of the leads qualify, reps are not alike; the rest is in order."""
    found = example(seed)

    assert {each.check.name for each in found.findings if each.state is State.ACT} == {
        "rejected",
        "qualified",
        "reps",
    }
    assert all(each.state is State.FINE for each in found.findings if each.state is not State.ACT)


def test_strictest_rep_and_best_channel_are_told_from_the_rest() -> None:
    found = {(each.by, each.name, each.what): each for each in example().slices}

    strict = found["rep", "Alex Stencil", "rejected"]
    assert strict.apart is not None
    assert strict.apart.low > 0
    referral = found["lead.source", "referral", "SQL within 90 days"]
    assert referral.apart is not None
    assert referral.apart.low > 0


def test_shuffled_answers_tell_nobody_from_the_rest() -> None:
    """Ten times: by the corrected level, one shuffle in twenty tells something."""
    found = past(4_000)
    answered = np.flatnonzero(found.sold.is_answered)
    told = 0
    for seed in range(10):
        order = answered[np.random.default_rng(seed).permutation(len(answered))]
        columns = {name: getattr(found.sold, name).copy() for name in ("accepted", "rejected", "sql", "won")}
        columns |= {name: getattr(found.sold, name).copy() for name in ("opportunity", "lost")}
        for column in columns.values():
            column[answered] = column[order]
        shuffled = replace(found, sold=replace(found.sold, **columns))
        told += sum(each.what == "rejected" for each in health_report(shuffled).slices)

    assert told <= 2


def test_speed_goes_with_success() -> None:
    speeds = dict(example().of("conversion low").beside)

    assert speeds["called within 4 hours"].low > speeds["called later"].value  # type: ignore[operator]
    assert speeds["never called"].count == 0
