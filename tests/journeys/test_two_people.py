"""Two leads taken for one, and told apart again: each has its own score, stage and hand-off back."""

from handraise.flow.merge import merge, unmerge
from tests.builders import DAY, HOUR
from tests.journeys.company import Company

EVE, FAY = "eve@acme.example", "fay@acme.example"


def test_unmerge_gives_both_their_scores_back(company: Company) -> None:
    version = company.publish()
    company.team("inbound", company.hire("Sam"))
    company.identify("browser-8", FAY, title="Accountant")
    company.visit("browser-8", "/pricing", "/pricing")
    company.until(1 * HOUR)
    company.identify("browser-7", EVE, title="VP Sales")
    company.visit("browser-7", "/pricing")
    eve, fay = company.lead(EVE), company.lead(FAY)
    before = [company.score(one.id, version) for one in (eve, fay)]
    assert [score.engagement for score in before] == [1500, 1500]

    company.until(1 * HOUR)
    with company.database.transaction() as connection:
        merge(connection, fay.id, eve.id, "member:1", "same phone number", company.now)
    company.settle()

    both = company.score(eve.id, version)
    assert (both.engagement, both.is_mql) == (4000, True), "three visits are theirs together"
    assert company.lead(EVE).stage == "mql"
    handed = company.handoff(EVE)

    company.until(1 * HOUR)
    with company.database.transaction() as connection:
        assert unmerge(connection, fay.id, "member:1", company.now)
    company.settle()

    after = [company.score(one.id, version) for one in (eve, fay)]
    assert [(one.fit, one.engagement, one.lines, one.is_mql) for one in after] == [
        (one.fit, one.engagement, one.lines, one.is_mql) for one in before
    ]
    assert (company.lead(FAY).stage, company.handoffs(FAY)) == ("lead", [])
    assert company.handoff(EVE).id == handed.id, "what sales was told stays told"

    company.until(1 * DAY)
    company.visit("browser-8", "/pricing")
    assert company.score(fay.id, version).engagement == 4000
    assert company.score(eve.id, version).engagement == 1500
