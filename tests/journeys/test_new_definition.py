"""A new version of the definition goes wrong and is taken back: scores follow, what happened stays."""

import pytest

from handraise.flow.define import DefinitionNotSigned, go_live, publish, roll_back
from tests.builders import DAY, HOUR
from tests.journeys.company import DEFINITION, Company

JON, KIM, LEO = "jon@acme.example", "kim@acme.example", "leo@acme.example"
LOOSE = DEFINITION.replace("bar: 40", "bar: 15")


def test_rolled_back_definition_judges_as_before_and_keeps_what_was_handed_off(company: Company) -> None:
    first = company.publish()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    for who, email in (("browser-12", JON), ("browser-13", KIM)):
        company.identify(who, email, title="VP Sales")
    company.visit("browser-12", "/pricing")
    assert company.lead(JON).stage == "lead"

    company.until(1 * DAY)
    loose = company.publish(LOOSE)
    jon = company.lead(JON)
    assert (jon.stage, company.handoff(JON).version_id) == ("mql", loose.id)
    assert company.history(jon.id, loose)[0].cause_kind == "definition"

    company.until(1 * DAY)
    with company.database.transaction() as connection:
        roll_back(connection, "Mid-market", "mia", "sales drowns", company.now)
    company.settle()

    assert not company.score(jon.id, first).is_mql
    assert company.lead(JON).stage == "mql", "nobody takes a hand-off away because the bar moved"
    assert company.handoff(JON).state == "open"
    company.visit("browser-13", "/pricing")
    assert (company.lead(KIM).stage, company.handoffs(KIM)) == ("lead", [])
    live = company.rows("select version_id, mode from rollout where until_at is null")
    assert [tuple(one) for one in live] == [(first.id, "live")]

    company.until(1 * HOUR)
    company.accepts(company.handoff(JON), sam)
    assert company.lead(JON).stage == "sal"


def test_unsigned_version_never_acts(company: Company) -> None:
    company.publish()
    company.team("inbound", company.hire("Sam"))
    loose = company.publish(LOOSE, live=False)

    with pytest.raises(DefinitionNotSigned), company.database.transaction() as connection:
        go_live(connection, loose.id, "mia", company.now)
    with company.database.transaction() as connection:
        assert publish(connection, LOOSE, {}, "mia", None, company.now).id == loose.id

    company.identify("browser-14", LEO, title="VP Sales")
    company.visit("browser-14", "/pricing")
    assert company.lead(LEO).stage == "lead"
