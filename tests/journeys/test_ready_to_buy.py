"""Somebody answers all of BANT in a form: an SQL at once, with the stages passed over on record."""

from tests.builders import HOUR
from tests.journeys.company import Company

HAL = "hal@acme.example"
BANT = {
    "bant_budget": 20000,
    "bant_authority": "I decide",
    "bant_need": "One queue for all of sales",
    "bant_timeline": "2026-06-30",
}


def test_filled_in_framework_of_a_form_skips_to_sql(company: Company) -> None:
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-10", HAL, title="Managing Director")

    company.track("browser-10", "Form Submitted", email=HAL, when=None, **BANT)

    hal = company.lead(HAL)
    assert (hal.stage, hal.cycle) == ("sql", 1)
    skipped = company.one(
        "select skipped from stage_change where lead_id = :id and to_stage = 'sql'", id=hal.id
    )
    assert skipped == "mql,sal"
    handed = company.handoff(HAL)
    assert (handed.owner_id, handed.state) == (sam.id, "open")
    assert len(company.mails("sam@example.com")) == 1
    kept = company.rows(
        "select criterion, by from framework_answer where lead_id = :id order by criterion", id=hal.id
    )
    assert [tuple(one) for one in kept] == [
        ("authority", "form"), ("budget", "form"), ("need", "form"), ("timeline", "form"),
    ]  # fmt: skip

    company.until(1 * HOUR)
    company.calls_lead(handed, sam)
    assert company.lead(HAL).stage == "sql"
    assert company.handoff(HAL).state == "accepted"


def test_half_filled_form_skips_nothing(company: Company) -> None:
    company.publish()
    company.team("inbound", company.hire("Sam"))
    company.identify("browser-10", HAL, title="Managing Director")

    company.track("browser-10", "Form Submitted", email=HAL, bant_budget=20000, bant_need="Fewer tools")
    assert company.lead(HAL).stage == "lead"
    assert company.handoffs(HAL) == []

    company.until(1 * HOUR)
    company.track("browser-10", "Form Submitted", email=HAL, bant_authority="CEO", bant_timeline="2026-06-30")
    assert company.lead(HAL).stage == "sql", "what two forms told counts together"
