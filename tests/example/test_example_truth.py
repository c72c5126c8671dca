"""The planted truth: it is in the outcomes, at its documented size, and the sales process is in order."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from handraise.example import INTERCEPT, PLANTED, ExampleCompany, generate
from handraise.example.planted import LOST_REASONS, REJECT_REASONS

UNTIL = datetime(2026, 10, 1, tzinfo=UTC)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "example-company.md"

Floats = npt.NDArray[np.float64]


@cache
def company() -> ExampleCompany:
    return generate(leads=16_000, seed=11)


@cache
def outcomes() -> list[dict[str, Any]]:
    return list(company().outcomes.to_pylist())


@cache
def contacted() -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Drivers, whether it became an SQL, and the true log-odds; of MQLs at least half a year old."""
    sql = {
        row["lead_id"]: row["sql_at"] is not None
        for row in outcomes()
        if row["first_contact_at"] and row["mql_at"] < UNTIL - timedelta(days=180)
    }
    truth = [row for row in company().truth.to_pylist() if row["lead_id"] in sql]
    drivers = np.asarray([[float(row[name]) for name in PLANTED] for row in truth])
    is_sql = np.asarray([sql[row["lead_id"]] for row in truth])
    return drivers, is_sql, np.asarray([row["sql_log_odds"] for row in truth])


def fitted(drivers: Floats, is_sql: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Coefficients and standard errors of a plain logistic regression, by Newton's steps."""
    table = np.column_stack((np.ones(len(drivers)), drivers))
    coefficients = np.zeros(table.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-table @ coefficients))
        curvature = (table * (chance * (1 - chance))[:, None]).T @ table + 1e-3 * np.eye(table.shape[1])
        slope = table.T @ (is_sql - chance) - 1e-3 * coefficients
        coefficients = coefficients + np.linalg.solve(curvature, slope)
    return coefficients, np.sqrt(np.diag(np.linalg.inv(curvature)))


@pytest.mark.parametrize(
    "name",
    [
        "seniority_vp",
        "seniority_director",
        "seniority_student",
        "employees_1_to_10",
        "employees_50_to_500",
        "target_industry",
        "outside_covered_countries",
        "competitor",
        "source_referral",
        "source_paid_social",
        "campaign_free_template",
        "demo_request",
        "trial_started",
        "pricing_twice_in_7_days",
        "comparison_page",
        "product_webinar",
        "bottom_of_funnel_download",
        "single_session",
        "careers_page",
        "keen_director",
        "colleague_here",
        "contact_within_4_hours",
    ],
)
def test_planted_driver_lifts_in_its_direction(name: str) -> None:
    drivers, is_sql, _ = contacted()
    has = drivers[:, list(PLANTED).index(name)] > 0
    assert has.sum() >= 30
    assert (is_sql[has].mean() > is_sql[~has].mean()) == (PLANTED[name] > 0)


def test_plain_regression_finds_every_coefficient() -> None:
    drivers, is_sql, _ = contacted()
    # a driver with hardly an SQL has no finite estimate of its own
    names = [name for at, name in enumerate(PLANTED) if is_sql[drivers[:, at] > 0].sum() >= 5]
    kept = [at for at, name in enumerate(PLANTED) if name in names]
    hopeless = np.delete(drivers, kept, axis=1).any(axis=1)
    found, errors = fitted(drivers[~hopeless][:, kept], is_sql[~hopeless])
    planted = np.asarray([INTERCEPT, *(PLANTED[name] for name in names)])
    away = dict(zip(["intercept", *names], np.abs(found - planted) / errors, strict=True))
    assert len(names) >= 32
    assert max(away.values()) < 4.0, away
    assert np.mean(list(away.values())) < 1.3


def test_true_log_odds_are_calibrated() -> None:
    _, is_sql, log_odds = contacted()
    assert is_sql.mean() == pytest.approx((1 / (1 + np.exp(-log_odds))).mean(), abs=0.015)


def test_ebooks_look_bad_although_they_do_nothing() -> None:
    """The trap for plain lifts: who comes by an ebook is less far, the ebook itself changes nothing."""
    drivers, is_sql, _ = contacted()
    has = drivers[:, list(PLANTED).index("top_of_funnel_download")] > 0
    assert PLANTED["top_of_funnel_download"] == 0
    assert is_sql[has].mean() < 0.7 * is_sql[~has].mean()


def test_funnel_has_the_promised_shape() -> None:
    leads, mqls = company().leads.num_rows, len(outcomes())
    assert 0.35 < mqls / leads < 0.55
    assert 0.13 < sum(row["sql_at"] is not None for row in outcomes()) / mqls < 0.25
    assert 0.30 < sum(row["rejected_at"] is not None for row in outcomes()) / mqls < 0.50
    assert 0.02 < sum(row["won_at"] is not None for row in outcomes()) / leads < 0.05


def test_stages_come_in_order() -> None:
    leads = dict(
        zip(company().leads["lead_id"].to_pylist(), company().leads["created_at"].to_pylist(), strict=True)
    )
    for row in outcomes():
        decided = row["accepted_at"] or row["rejected_at"]
        closed = row["won_at"] or row["lost_at"]
        steps = (
            leads[row["lead_id"]],
            row["mql_at"],
            row["first_contact_at"],
            decided,
            row["sql_at"],
            row["opportunity_at"],
            closed,
        )
        reached = [at for at in steps if at is not None]
        assert reached == sorted(reached), row
        rejected_only = row["rejected_at"] is None or row["sql_at"] is None
        assert rejected_only
        # no stage is reached without the ones before it
        assert all(at is None for at in steps[len(reached) :]), row


def test_reasons_and_amounts_stand_where_they_belong() -> None:
    for row in outcomes():
        assert (row["reject_reason"] is None) == (row["rejected_at"] is None)
        assert row["accepted_at"] is None or row["rejected_at"] is None
        assert row["won_at"] is None or row["lost_at"] is None
        assert (row["lost_reason"] is None) == (row["lost_at"] is None)
        assert (row["amount"] is None) == (row["opportunity_at"] is None)
        assert (row["need"] is None) == (row["accepted_at"] is None)
    assert {row["reject_reason"] for row in outcomes()} == {None, *REJECT_REASONS}
    assert {row["lost_reason"] for row in outcomes()} == {None, *LOST_REASONS}


def test_sql_has_three_answers_and_others_at_most_two() -> None:
    for row in outcomes():
        if row["accepted_at"]:
            answers = row["need"] + row["budget"] + row["authority"] + row["timeline"]
            assert answers >= 3 or row["sql_at"] is None
    open_rows = [
        row for row in outcomes() if row["accepted_at"] and row["mql_at"] < UNTIL - timedelta(days=365)
    ]
    weak = [row for row in open_rows if not row["sql_at"]]
    assert weak
    assert all(row["need"] + row["budget"] + row["authority"] + row["timeline"] <= 2 for row in weak)


def test_old_rule_took_demo_contact_or_download() -> None:
    first: dict[str, datetime] = {}
    kinds = dict(
        zip(company().truth["lead_id"].to_pylist(), company().truth["email_kind"].to_pylist(), strict=True)
    )
    events = company().events.select(["lead_id", "event", "occurred_at"])
    wanted = {"Demo Requested", "Contact Form Submitted", "Content Downloaded"}
    for lead, event, at in zip(*(column.to_pylist() for column in events.columns), strict=True):
        counts = event != "Content Downloaded" or kinds[lead] in ("business", "student")
        if event in wanted and counts:
            first.setdefault(lead, at)
    mql = {row["lead_id"]: row["mql_at"] for row in outcomes()}
    assert set(first) <= set(mql)
    # an event that had not arrived by `until` may be the one that made the MQL
    assert np.mean([first.get(lead) == at for lead, at in mql.items()]) > 0.98


def test_students_and_competitors_are_seldom_sqls() -> None:
    persona = dict(
        zip(company().truth["lead_id"].to_pylist(), company().truth["persona"].to_pylist(), strict=True)
    )
    for who in ("student", "competitor", "job seeker"):
        theirs = [row["sql_at"] is not None for row in outcomes() if persona[row["lead_id"]] == who]
        assert len(theirs) > 20
        assert np.mean(theirs) < 0.06


def test_reps_differ_in_speed_and_strictness() -> None:
    by_rep: dict[str, list[dict[str, Any]]] = {}
    for row in outcomes():
        by_rep.setdefault(row["handed_to"], []).append(row)
    assert len(by_rep) == 6
    speed = [
        np.median(
            [(r["first_contact_at"] - r["mql_at"]).total_seconds() for r in rows if r["first_contact_at"]]
        )
        for rows in by_rep.values()
    ]
    strictness = [np.mean([r["rejected_at"] is not None for r in rows]) for rows in by_rep.values()]
    assert max(speed) > 10 * min(speed)
    assert max(strictness) > min(strictness) + 0.15


def test_sales_work_leaves_traces_that_look_like_interest() -> None:
    """The leak: visits that sales itself caused tell the result beautifully, for they come from it."""
    contact = {row["lead_id"]: row["first_contact_at"] for row in outcomes()}
    sql = {row["lead_id"]: row["sql_at"] is not None for row in outcomes()}
    visited: set[str] = set()
    for event in company().events.select(["lead_id", "event", "source", "occurred_at"]).to_pylist():
        if event["source"] == "sales":
            assert event["occurred_at"] > contact[event["lead_id"]]
            if event["event"] == "page":
                visited.add(event["lead_id"])
    with_visit = np.mean([sql[lead] for lead in visited])
    without = np.mean([became for lead, became in sql.items() if lead not in visited])
    assert with_visit > 4 * without


def test_page_in_the_docs_lists_every_driver_with_its_coefficient() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, coefficient in PLANTED.items():
        assert f"| `{name}` | {coefficient:+.1f} |".replace("+0.0", "0.0").replace("-", "−") in text
    assert f"{INTERCEPT}".replace("-", "−") in text
