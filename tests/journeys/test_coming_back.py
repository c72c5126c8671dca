"""Leads that sales gave back, and that come back: after a webinar, after changing jobs."""

import pytest

from handraise.core.reasons import ReasonUnknown
from tests.builders import DAY, HOUR, MINUTE
from tests.journeys.company import Company, points

CAL = "cal@acme.example"
DOT = "dot@uni.example"


def test_rejected_lead_is_nurtured_and_comes_back_after_a_webinar(company: Company) -> None:
    version = company.publish()
    sam, tia = company.hire("Sam"), company.hire("Tia")
    company.team("inbound", sam, tia)
    company.identify("browser-3", CAL, title="VP Sales", company={"employees": 80})
    company.visit("browser-3", "/pricing", "/pricing", "/pricing")
    first = company.handoff(CAL)
    owner = sam if first.owner_id == sam.id else tia

    company.until(1 * HOUR)
    with pytest.raises(ReasonUnknown):
        company.rejects(first, owner, "because")
    company.rejects(first, owner, "not_ready", note="asks again in spring")

    cal = company.lead(CAL)
    assert (cal.stage, cal.nurture, cal.cool_down_until) == (
        "recycled",
        "stay-in-touch",
        company.now + 14 * DAY,
    )
    [first] = company.handoffs(CAL)
    assert (first.state, first.reason, first.note) == ("rejected", "not_ready", "asks again in spring")
    [clock] = company.clocks(first)
    assert (clock.stopped_by, clock.breached_at) == ("cancelled", None)
    score = company.score(cal.id, version)
    assert (score.fit, score.engagement, score.is_mql) == (3000, 0, False)

    company.until(3 * DAY)
    company.track("browser-3", "Webinar Attended", name="Spring")
    assert points(company.score(cal.id, version))["webinar"] == 4500
    assert company.lead(CAL).stage == "recycled", "it is cooling down"

    cooled = cal.cool_down_until
    company.until(cooled - MINUTE)
    assert len(company.handoffs(CAL)) == 1
    company.until(cooled + 30 * DAY)
    assert len(company.handoffs(CAL)) == 1, "by then the webinar alone has faded below the bar"

    company.track("browser-3", "Webinar Attended", name="Summer")

    cal = company.lead(CAL)
    assert (cal.stage, cal.cycle, cal.nurture) == ("mql", 2, None)
    again = company.handoffs(CAL)[1]
    assert (again.cycle, again.lead_type, again.state) == (2, "re_engaged", "open")
    assert company.clocks(again)[0].target_seconds == 48 * 3600
    assert "pricing visit" not in points(company.score(cal.id, version))
    assert [move[:2] for move in company.moves(CAL)] == [
        ("subscriber", "lead"), ("lead", "mql"), ("mql", "recycled"), ("recycled", "mql"),
    ]  # fmt: skip


def test_webinar_within_the_cool_down_counts_when_it_is_over(company: Company) -> None:
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-3", CAL, title="VP Sales")
    company.visit("browser-3", "/pricing", "/pricing", "/pricing")
    company.rejects(company.handoff(CAL), sam, "not_ready")
    cooled = company.lead(CAL).cool_down_until

    company.until(cooled - 2 * HOUR)
    company.track("browser-3", "Webinar Attended")
    assert company.lead(CAL).stage == "recycled"
    company.until(cooled)

    assert (company.lead(CAL).stage, company.lead(CAL).cycle) == ("mql", 2)
    assert company.lead(CAL).stage_since == cooled


def test_student_who_takes_a_job_is_a_lead_again(company: Company) -> None:
    company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-4", DOT, title="Student")
    company.visit("browser-4", "/pricing", "/pricing", "/pricing")

    dot = company.lead(DOT)
    assert (dot.stage, dot.disqualified_reason) == ("disqualified", "student")
    assert company.handoffs(DOT) == []

    company.until(42 * DAY)
    company.track("browser-4", "Job Changed")
    assert company.lead(DOT).stage == "disqualified", "as long as the disqualifier holds"

    company.until(1 * HOUR)
    company.identify("browser-4", DOT, title="Director of Logistics")

    dot = company.lead(DOT)
    assert (dot.stage, dot.disqualified_reason, dot.cycle) == ("mql", None, 1)
    assert [move[:2] for move in company.moves(DOT)] == [
        ("subscriber", "disqualified"), ("disqualified", "lead"), ("lead", "mql"),
    ]  # fmt: skip
    assert "job_change" in company.moves(DOT)[1][2]
    handed = company.handoff(DOT)
    assert (handed.owner_id, handed.state) == (sam.id, "open")
