"""A competitor looks around: archived with the reason, nothing deleted, never handed to anybody."""

from handraise.flow.enrich import told
from tests.builders import DAY
from tests.journeys.company import Company

SPY = "spy@rivaldesk.example"
NEW = "new@acme.example"


def test_competitor_is_archived_and_never_handed_off(company: Company) -> None:
    version = company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.visit("browser-5", "/pricing", "/pricing", "/pricing")

    company.identify("browser-5", SPY, title="VP Product", company={"employees": 200})
    company.track("browser-5", "Demo Requested")
    company.until(45 * DAY)
    company.track("browser-5", "Job Changed")

    spy = company.lead(SPY)
    assert (spy.stage, spy.disqualified_reason, spy.cycle) == ("disqualified", "competitor", 0)
    assert company.handoffs(SPY) == []
    assert [*company.mails("sam@example.com"), *company.mails(SPY), *company.chats()] == []
    score = company.score(spy.id, version)
    assert (score.disqualified, score.is_mql, score.engagement >= 5000) == ("competitor", False, True)
    assert company.one("select count(*) from event where lead_id = :id", id=spy.id) > 0


def test_handoff_of_somebody_found_to_be_a_competitor_is_taken_back(company: Company) -> None:
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-6", NEW, title="VP Product")
    company.visit("browser-6", "/pricing", "/pricing", "/pricing")
    assert company.handoff(NEW).state == "open"

    with company.database.transaction() as connection:
        told(connection, company.lead(NEW).id, {"lead.email": SPY}, source="crm", now=company.now)
    company.settle()

    taken = company.handoff(SPY)
    assert (taken.state, taken.reason) == ("cancelled", "competitor")
    assert company.lead(SPY).stage == "disqualified"
    [clock] = company.clocks(taken)
    assert (clock.stopped_by, clock.next_at) == ("cancelled", None)
