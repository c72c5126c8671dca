"""Somebody reads prices for days before saying who they are; the third visit makes an MQL of them."""

from datetime import timedelta

from tests.builders import DAY, HOUR
from tests.journeys.company import Company, points

ANN = "ann@acme.example"


def test_researcher_is_an_mql_at_the_third_pricing_visit_anonymous_ones_included(company: Company) -> None:
    version = company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)

    company.visit("browser-1", "/pricing")
    company.until(2 * DAY)
    company.visit("browser-1", "/pricing/teams")
    company.until(1 * DAY)
    company.identify("browser-1", ANN, title="VP Operations", company={"name": "Acme", "employees": 120})

    known = company.lead(ANN)
    assert known.stage == "lead"
    assert company.handoffs(ANN) == []
    before = company.score(known.id, version)
    assert (before.fit, before.engagement, before.is_mql) == (3000, 1500, False)
    assert known.nurture == "retarget"

    company.until(1 * HOUR)
    third = company.now
    company.visit("browser-1", "/pricing")

    ann = company.lead(ANN)
    assert (ann.stage, ann.cycle, ann.nurture) == ("mql", 1, None)
    score = company.score(ann.id, version)
    assert points(score) == {
        "director or above": 2000,
        "50 to 500 employees": 1000,
        "pricing visit": 1500,
        "pricing three times in a week": 2500,
    }
    assert (score.is_mql, score.grade, score.became_mql_at) == (True, "A2", third)

    handed = company.handoff(ANN)
    assert (handed.owner_id, handed.lead_type, handed.state, handed.cycle) == (sam.id, "standard", "open", 1)
    [clock] = company.clocks(handed)
    assert clock.due_at == third + timedelta(hours=24)
    [mail] = company.mails("sam@example.com")
    assert "3 or more pricing visits within 7 days" in mail.subject
    assert [chat.channel for chat in company.chats()] == ["#sales"]
    assert [move[:2] for move in company.moves(ANN)] == [("subscriber", "lead"), ("lead", "mql")]

    company.accepts(handed, sam)
    company.until(30 * timedelta(minutes=1))
    company.calls_lead(handed, sam)
    [stopped] = company.clocks(handed)
    assert company.lead(ANN).stage == "sal"
    assert (stopped.stopped_by, stopped.stopped_at, stopped.breached_at) == ("contact", company.now, None)

    company.until(2 * DAY)
    assert company.told(handed) == ["handoff.opened"]


def test_only_those_who_say_who_they_are_are_handed_off(company: Company) -> None:
    company.publish()
    company.team("inbound", company.hire("Sam"))

    for _ in range(4):
        company.visit("browser-1", "/pricing")
        company.until(1 * DAY)

    assert company.one("select count(*) from handoff") == 0
    assert company.rows("select stage, is_known from lead") == [("subscriber", False)]
    assert list(company.mailer.sent) == []
