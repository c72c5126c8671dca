"""A demo is asked for late on a Friday before a holiday: an answer at once, a fair clock for people."""

from datetime import datetime

import pytest

from handraise.core.routing import RoutingPolicy
from tests.builders import DAY, MINUTE, at
from tests.journeys.company import BOOKING, Company

BEA = "bea@acme.example"
FRIDAY = at("2026-05-22 23:50", "Europe/Berlin")  # the Friday before Whit Monday
TUESDAY = at("2026-05-26 09:00", "Europe/Berlin")


def asks_for_a_demo(company: Company) -> None:
    company.until(FRIDAY)
    company.identify("browser-2", BEA, firstName="Bea", title="Director of IT")
    company.track("browser-2", "Demo Requested")


def kinds(company: Company) -> list[tuple[str, datetime]]:
    """What was mailed, and when."""
    return [
        (one.kind, one.finished_at)
        for one in company.rows(
            "select kind, finished_at from delivery where channel = 'email' order by finished_at, kind"
        )
    ]


@pytest.fixture
def patient(company: Company) -> Company:
    """Sales lets leads wait for whoever opens first, however long the weekend."""
    company.routing = RoutingPolicy(wait_for_next_open=5 * DAY)
    return company


def test_demo_is_confirmed_at_once_and_the_clock_runs_from_the_next_opening(patient: Company) -> None:
    company = patient
    company.calendar()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.publish()

    asks_for_a_demo(company)

    [confirmation] = company.mails(BEA)
    assert BOOKING in confirmation.text
    assert company.now == FRIDAY
    handed = company.handoff(BEA)
    assert (handed.owner_id, handed.lead_type, handed.temperature) == (sam.id, "demo_request", "hot")
    [clock] = company.clocks(handed)
    assert (clock.started_at, clock.target_seconds) == (FRIDAY, 300)
    assert clock.due_at == TUESDAY + 5 * MINUTE
    assert clock.warn_at == TUESDAY + 5 * MINUTE * 0.75

    company.until(TUESDAY)
    assert kinds(company) == [("demo.confirmed", FRIDAY), ("handoff.opened", FRIDAY)]

    company.until(TUESDAY + 4 * MINUTE)
    assert kinds(company)[2:] == [("sla.warned", TUESDAY + 5 * MINUTE * 0.75)]
    company.calls_lead(handed, sam)
    company.until(1 * DAY)

    [clock] = company.clocks(handed)
    assert (clock.stopped_at, clock.breached_at, clock.next_at) == (TUESDAY + 4 * MINUTE, None, None)
    assert len(kinds(company)) == 3
    assert company.lead(BEA).stage == "sal"


def test_demo_of_a_long_weekend_waits_in_the_fallback_queue_whose_team_is_told(company: Company) -> None:
    company.calendar()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    desk = company.team("desk", sam, is_fallback=True, email="desk@example.com")
    company.publish()

    asks_for_a_demo(company)

    handed = company.handoff(BEA)
    assert (handed.owner_id, handed.team_id) == (None, desk)
    assert len(company.mails(BEA)) == 1
    assert "handoff.unassigned" in company.told(handed)
    [clock] = company.clocks(handed)
    assert clock.due_at == TUESDAY + 5 * MINUTE

    company.until(TUESDAY + 2 * MINUTE)
    company.accepts(handed, sam)

    handed = company.handoff(BEA)
    assert (handed.owner_id, handed.state) == (sam.id, "accepted")
    assert [clock.breached_at for clock in company.clocks(handed)] == [None, None]


def test_second_demo_request_is_confirmed_again_but_handed_off_once(patient: Company) -> None:
    company = patient
    company.calendar()
    company.team("inbound", company.hire("Sam"))
    company.publish()
    asks_for_a_demo(company)

    company.until(20 * MINUTE)
    company.track("browser-2", "Demo Requested")

    assert len(company.mails(BEA)) == 2
    assert len(company.handoffs(BEA)) == 1
