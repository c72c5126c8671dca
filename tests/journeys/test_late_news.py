"""News that come late: they change what was true, and nobody is blamed for not having known."""

from handraise.core.actor import Actor
from handraise.flow import handoff, speed
from handraise.flow.score import score_at
from tests.builders import DAY, HOUR, MINUTE
from tests.journeys.company import Company

IDA = "ida@acme.example"


def test_late_event_changes_the_past_and_the_clock_starts_when_it_was_known(company: Company) -> None:
    version = company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    company.identify("browser-11", IDA, title="VP Sales")
    asked = company.now + 30 * MINUTE
    company.until(4 * HOUR)
    known = company.now

    company.track("browser-11", "Demo Requested", when=asked)

    ida = company.lead(IDA)
    score = company.score(ida.id, version)
    assert (ida.stage, ida.stage_since, score.became_mql_at) == ("mql", known, asked)
    [move] = company.rows(
        "select at, became_at from stage_change where lead_id = :id and to_stage = 'mql'", id=ida.id
    )
    assert (move.at, move.became_at) == (known, asked)
    handed = company.handoff(IDA)
    [clock] = company.clocks(handed)
    assert (clock.started_at, clock.due_at, clock.breached_at) == (known, known + 5 * MINUTE, None)
    assert company.told(handed) == ["handoff.opened"]
    with company.database.transaction() as connection:
        [(_, then)] = score_at(connection, ida.id, known - MINUTE, company.evaluators, version_id=version.id)
    assert (then.is_mql, then.engagement) == (False, 0), "what was said before was right by what was known"

    company.until(3 * MINUTE)
    company.calls_lead(handed, sam)
    company.until(1 * DAY)
    with company.database.transaction() as connection:
        [kept] = speed.compliance(connection, known, company.now, company.now).values()
    assert (kept.met, kept.breached) == (1, 0)


def test_contact_told_late_takes_the_breach_back(company: Company) -> None:
    company.publish()
    sam, tia = company.hire("Sam"), company.hire("Tia")
    company.team("inbound", sam, tia)
    company.identify("browser-11", IDA, title="VP Sales")
    company.track("browser-11", "Demo Requested")
    opened, first = company.now, company.handoff(IDA)
    company.until(6 * MINUTE)
    passed_on = company.handoff(IDA)
    assert passed_on.owner_id != first.owner_id

    company.until(1 * HOUR)
    with company.database.transaction() as connection:
        handoff.first_contact(
            connection, first.id, Actor("crm"), opened + 4 * MINUTE, "call", company.now, company.desk
        )
    company.settle()

    [clock] = company.clocks(first)
    assert (clock.owner_id, clock.stopped_by, clock.stopped_at) == (
        first.owner_id, "contact", opened + 4 * MINUTE,
    )  # fmt: skip
    assert clock.breached_at is None
    with company.database.transaction() as connection:
        by_owner = speed.compliance(connection, opened, company.now, company.now, by="owner")
    assert {owner: (one.met, one.breached) for owner, one in by_owner.items()} == {first.owner_id: (1, 0)}
