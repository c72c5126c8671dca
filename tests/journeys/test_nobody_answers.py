"""Nobody answers in time, or nobody is there at all: others are told, and somebody else gets the lead."""

from handraise.core.sla import BreachPolicy
from handraise.flow import speed
from handraise.store import people
from tests.builders import DAY, HOUR, MINUTE
from tests.journeys.company import Company

MAX, NIA = "max@acme.example", "nia@acme.example"
BOSS = "boss@example.com"


def test_breach_escalates_and_reassigns(company: Company) -> None:
    company.breach = BreachPolicy(escalate_to=(BOSS,))
    company.publish()
    sam, tia = company.hire("Sam"), company.hire("Tia")
    company.team("inbound", sam, tia)
    company.identify("browser-15", MAX, title="VP Sales")
    company.track("browser-15", "Demo Requested")
    opened, first = company.now, company.handoff(MAX)
    assert first.owner_id is not None
    owner, other = (sam, tia) if first.owner_id == sam.id else (tia, sam)

    company.until(4 * MINUTE)
    assert company.told(first) == ["handoff.opened", "sla.warned"]
    company.until(1 * MINUTE)

    passed_on = company.handoff(MAX)
    assert (passed_on.id, passed_on.owner_id, passed_on.state) == (first.id, other.id, "open")
    [late, running] = company.clocks(first)
    assert (late.breached_at, late.escalated_at, late.stopped_by) == (company.now, company.now, "reassigned")
    assert (running.owner_id, running.started_at, running.due_at) == (
        other.id, company.now, company.now + 5 * MINUTE,
    )  # fmt: skip
    assert len(company.mails(BOSS)) == 1
    assert any("Overdue" in one.subject for one in company.mails(owner.email))
    assert len(company.mails(other.email)) == 1

    company.until(2 * MINUTE)
    company.calls_lead(passed_on, other)
    company.until(1 * DAY)

    with company.database.transaction() as connection:
        found = speed.compliance(connection, opened, company.now, company.now, by="owner")
    assert {who: (one.met, one.breached) for who, one in found.items()} == {
        owner.id: (0, 1),
        other.id: (1, 0),
    }
    assert company.lead(MAX).stage == "sal"


def test_handoff_that_nobody_else_can_take_stays_with_its_owner_and_is_not_tossed_about(
    company: Company,
) -> None:
    company.breach = BreachPolicy(escalate_to=(BOSS,))
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-15", MAX, title="VP Sales")
    company.track("browser-15", "Demo Requested")

    company.until(3 * DAY)

    handed = company.handoff(MAX)
    assert (handed.owner_id, handed.state) == (sam.id, "open")
    assert len(company.clocks(handed)) == 1
    assert len(company.mails(BOSS)) == 1


def test_nobody_available_leads_to_the_fallback_queue_and_an_alert(company: Company) -> None:
    company.publish()
    sam, tia = company.hire("Sam"), company.hire("Tia")
    company.team("inbound", sam, tia)
    desk = company.team("desk", tia, is_fallback=True, email="desk@example.com")
    with company.database.transaction() as connection:
        for one in (sam, tia):
            people.set_away(connection, one.id, company.now - HOUR, company.now + 2 * DAY)
    company.identify("browser-16", NIA, title="VP Sales")
    company.visit("browser-16", "/pricing", "/pricing", "/pricing")

    waiting = company.handoff(NIA)
    assert (waiting.owner_id, waiting.team_id, waiting.state) == (None, desk, "open")
    assert company.lead(NIA).stage == "mql"
    assert "handoff.unassigned" in company.told(waiting)
    alert = [one for one in company.mails("desk@example.com") if "2 out of office" in one.subject]
    assert len(alert) == 1
    assert NIA in alert[0].subject
    assert "3 or more pricing visits" in alert[0].text
    assert ["out of office" in line["words"] for line in waiting.why_owner].count(True) == 2

    company.until(1 * HOUR)
    assert len([one for one in company.mails("desk@example.com") if "2 out of office" in one.subject]) == 1

    company.accepts(waiting, tia)
    taken = company.handoff(NIA)
    assert (taken.owner_id, taken.state) == (tia.id, "accepted")
    assert company.lead(NIA).stage == "sal"


def test_lead_of_a_weekend_is_given_to_whoever_opens_within_sixteen_hours(company: Company) -> None:
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.until(5 * DAY)  # Saturday
    company.identify("browser-16", NIA, title="VP Sales")
    company.visit("browser-16", "/pricing", "/pricing", "/pricing")
    assert company.handoff(NIA).owner_id is None

    company.until(31 * HOUR)
    assert company.handoff(NIA).owner_id is None
    company.until(HOUR)  # Sunday evening: Sam begins on Monday at nine

    handed = company.handoff(NIA)
    assert (handed.owner_id, handed.state) == (sam.id, "open")
    assert company.mails(sam.email) != []
