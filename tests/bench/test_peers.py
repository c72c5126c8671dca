"""The hand-written peers of the benchmark against a slow and obvious computation, lead by lead."""

import importlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench.catalogue import PERSONAL_DOMAINS, TARGET_FUNCTIONS, TARGET_INDUSTRIES, TITLES
from bench.contestant import PEERS, Contestant
from bench.data import Dataset, make
from bench.ours import CONTESTANTS
from bench.period import AS_OF
from bench.template_c import COLUMNS, ENGAGEMENT_POINTS, FIT_POINTS, POINTS, WrongAnswerError, checksum

THIRTY_DAYS = timedelta(days=30)
INSTANT = timedelta(microseconds=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A lead made by hand: its facts, its events, and the rules it should get points from."""

    facts: Row
    events: tuple[Row, ...]
    rules: frozenset[str]


def case(*rules: str, events: tuple[Row, ...] = (), **facts: Any) -> Case:
    return Case(facts, events, frozenset(rules))


def page(path: str | None) -> Row:
    return {"event": "page", "path": path}


def opened(at: datetime) -> Row:
    return {"event": "Email Opened", "occurred_at": at}


LONG_KNOWN: dict[str, Any] = {"created_at": AS_OF - THIRTY_DAYS}
CASES = (
    case(),
    case("employees_1_10", employees=1),
    case("employees_1_10", employees=10),
    case(employees=11),
    case(employees=49),
    case("employees_50_500", employees=50),
    case("employees_50_500", employees=500),
    case("employees_501_5000", employees=501),
    case("employees_501_5000", employees=5000),
    case(employees=5001),
    case("target_industry", industry="media"),
    case("other_industry", industry="retail"),
    case("personal_email", email="someone@gmail.com"),
    case(email="someone@firm.example"),
    case("target_leader", title="VP Sales"),
    case(title="VP Engineering"),
    case("c_suite", title="CTO"),
    case("target_contributor", title="Sales Associate"),
    case(title="Recruiter"),
    case("student_or_freelancer", title="Marketing Intern"),
    case("pricing_visit", events=(page("/pricing"),)),
    case("pricing_visit", "second_pricing_visit", events=(page("/pricing"), page("/pricing/enterprise"))),
    case(events=({"event": "Chat Started", "path": "/pricing"}, page("/blog/pricing-a-service"), page(None))),
    case("comparison", events=(page("/vs/rival-001"),)),
    case("comparison", events=(page("/compare"), page("/vs"))),
    case("webinar_product", events=({"event": "Webinar Attended", "kind": "product"},)),
    case(events=({"event": "Webinar Registered", "kind": "product"}, {"event": "Webinar Attended"})),
    case("demo_request", events=({"event": "Demo Requested", "occurred_at": AS_OF},)),
    case(events=({"event": "Demo Requested", "occurred_at": AS_OF + INSTANT},)),
    case("no_email_opened", **LONG_KNOWN),
    case(created_at=AS_OF - THIRTY_DAYS + INSTANT),
    case("no_email_opened", events=(opened(AS_OF - THIRTY_DAYS),), **LONG_KNOWN),
    case(events=(opened(AS_OF - THIRTY_DAYS + INSTANT),), **LONG_KNOWN),
    case(events=(opened(AS_OF),), **LONG_KNOWN),
    case("no_email_opened", events=(opened(AS_OF + INSTANT),), **LONG_KNOWN),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """About 200 leads of the generator, and one lead for each case at an edge of a rule."""
    made = make(tmp_path_factory.mktemp("bench"), 10_000, seed=5)
    leads, events = pq.read_table(made.leads_file), pq.read_table(made.event_files[0])
    more_leads: list[Row] = [{"lead_id": case_id(number)} | one.facts for number, one in enumerate(CASES)]
    for lead in more_leads:
        lead.setdefault("created_at", AS_OF - timedelta(days=1))
    more_events = [
        {"occurred_at": AS_OF - timedelta(days=60), "lead_id": case_id(number)} | event
        for number, one in enumerate(CASES)
        for event in one.events
    ]
    pq.write_table(pa.concat_tables([leads, pa.Table.from_pylist(more_leads, leads.schema)]), made.leads_file)
    last = made.folder / "events" / "part-001.parquet"
    pq.write_table(pa.Table.from_pylist(more_events, events.schema), last)
    return made


@pytest.fixture(scope="module")
def expected(data: Dataset) -> dict[str, dict[str, int]]:
    return computed_slowly(data)


def case_id(number: int) -> str:
    return f"L{90_000_000 + number}"


def computed_slowly(data: Dataset) -> dict[str, dict[str, int]]:
    """Points of each rule by lead, one lead and one event at a time."""
    events = defaultdict(list)
    for file in data.event_files:
        for event in pq.read_table(file).to_pylist():
            if event["occurred_at"] <= AS_OF:
                events[event["lead_id"]].append(event)
    scored = {}
    for lead in pq.read_table(data.leads_file).to_pylist():
        satisfied = {*fit_of(lead), *engagement_of(lead, events[lead["lead_id"]])}
        scored[lead["lead_id"]] = {name: POINTS[name] if name in satisfied else 0 for name in POINTS}
    return scored


def fit_of(lead: Row) -> Iterator[str]:
    seniority, function = TITLES.get(lead["title"], (None, None))
    if function in TARGET_FUNCTIONS and seniority in ("vp", "director", "manager"):
        yield "target_leader"
    if seniority == "c_suite":
        yield "c_suite"
    if function in TARGET_FUNCTIONS and seniority == "individual_contributor":
        yield "target_contributor"
    if seniority in ("student", "freelancer"):
        yield "student_or_freelancer"
    bands = {"employees_1_10": (1, 10), "employees_50_500": (50, 500), "employees_501_5000": (501, 5000)}
    for name, (low, high) in bands.items():
        if lead["employees"] is not None and low <= lead["employees"] <= high:
            yield name
    if lead["industry"] is not None:
        yield "target_industry" if lead["industry"] in TARGET_INDUSTRIES else "other_industry"
    if lead["email"] is not None and lead["email"].split("@")[1] in PERSONAL_DOMAINS:
        yield "personal_email"


def engagement_of(lead: Row, events: list[Row]) -> Iterator[str]:
    by_kind = {
        ("Webinar Attended", "product"): "webinar_product",
        ("Webinar Attended", "educational"): "webinar_educational",
        ("Email Link Clicked", "cta"): "click_cta",
        ("Email Link Clicked", "content"): "click_content",
        ("Content Downloaded", "roi-calculator"): "download_bottom",
        ("Content Downloaded", "ebook"): "download_top",
    }
    pricing_visits = 0
    opened_lately = False
    for event in events:
        name, path = event["event"], event["path"] or ""
        if (name, event["kind"]) in by_kind:
            yield by_kind[name, event["kind"]]
        if name == "Demo Requested":
            yield "demo_request"
        if name == "Newsletter Subscribed":
            yield "newsletter"
        if name == "page" and path.startswith(("/vs/", "/compare")):
            yield "comparison"
        pricing_visits += name == "page" and path.startswith("/pricing")
        opened_lately |= name == "Email Opened" and event["occurred_at"] > AS_OF - THIRTY_DAYS
    if pricing_visits >= 1:
        yield "pricing_visit"
    if pricing_visits >= 2:
        yield "second_pricing_visit"
    if lead["created_at"] <= AS_OF - THIRTY_DAYS and not opened_lately:
        yield "no_email_opened"


OURS = tuple(one for one in CONTESTANTS if one.is_template_c)
NEEDED = {"Polars": "polars", "pandas": "pandas"}


@pytest.mark.parametrize("peer", [*PEERS, *OURS], ids=lambda peer: peer.name)
def test_contestant_gives_every_lead_the_points_of_the_slow_computation(
    peer: Contestant, data: Dataset, expected: dict[str, dict[str, int]]
) -> None:
    if peer.name in NEEDED:
        pytest.importorskip(NEEDED[peer.name], reason="this peer needs the dependency group `bench`")
    module, function = peer.function.split(":")
    answer = getattr(importlib.import_module(module), function)(data)
    answer = answer() if callable(answer) else answer
    given = {row["lead_id"]: row for row in answer.select(COLUMNS).to_pylist()}
    assert given == {
        lead_id: {
            "lead_id": lead_id,
            "fit": sum(points[name] for name in FIT_POINTS),
            "engagement": sum(points[name] for name in ENGAGEMENT_POINTS),
            "total": sum(points.values()),
        }
        | points
        for lead_id, points in expected.items()
    }


@pytest.mark.parametrize("number", range(len(CASES)))
def test_slow_computation_agrees_with_the_cases_made_by_hand(
    number: int, expected: dict[str, dict[str, int]]
) -> None:
    got = {name for name, points in expected[case_id(number)].items() if points}
    assert got == CASES[number].rules


def test_sample_has_leads_that_get_points_from_every_rule(expected: dict[str, dict[str, int]]) -> None:
    assert {name for points in expected.values() for name in points if points[name]} == set(POINTS)


def table_of(expected: dict[str, dict[str, int]]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "lead_id": lead_id,
                "fit": sum(points[name] for name in FIT_POINTS),
                "engagement": sum(points[name] for name in ENGAGEMENT_POINTS),
                "total": sum(points.values()),
            }
            | points
            for lead_id, points in expected.items()
        ]
    )


def test_checksum_does_not_depend_on_the_order_of_rows(expected: dict[str, dict[str, int]]) -> None:
    table = table_of(expected)
    backwards = table.take(list(range(table.num_rows - 1, -1, -1)))
    assert checksum(backwards) == checksum(table)


def test_checksum_notices_two_leads_that_changed_places(expected: dict[str, dict[str, int]]) -> None:
    table = table_of(expected)
    ids = table["lead_id"].to_pylist()
    totals = table["total"].to_pylist()
    other = next(number for number, total in enumerate(totals) if total != totals[0])
    ids[0], ids[other] = ids[other], ids[0]
    changed = table.set_column(table.column_names.index("lead_id"), "lead_id", pa.array(ids))
    assert checksum(changed)["total"] != checksum(table)["total"]


def test_answer_whose_lines_do_not_sum_is_refused(expected: dict[str, dict[str, int]]) -> None:
    table = table_of(expected)
    more = pa.array([total + 1 for total in table["total"].to_pylist()])
    with pytest.raises(WrongAnswerError, match="total"):
        checksum(table.set_column(table.column_names.index("total"), "total", more))
