"""Somebody who reads about the product and uses it: two definitions, two motions, two hand-offs."""

from tests.builders import DAY
from tests.journeys.company import DEFINITION, Company

GUS = "gus@acme.example"
PRODUCT = """
name: Product
motion: product
timezone: Europe/Berlin
signals:
  invited:  {event: Teammate Invited}
  limit:    {event: Plan Limit Reached}
engagement:
  bar: 40
  rules:
    - {rule: invites three colleagues, signal: invited, at_least: 3, points: 30, half_life: none}
    - {rule: reaches the limit of the free plan, signal: limit, points: 30, half_life: none}
qualify: {mql: engagement}
handoff:
  route: [{team: growth}]
  sla: [{within: 4 hours}]
  alert: [email]
"""


def test_pql_stands_beside_the_mql_and_is_routed_differently(company: Company) -> None:
    marketing, product = company.publish(), company.publish(PRODUCT)
    sam, uma = company.hire("Sam"), company.hire("Uma")
    company.team("inbound", sam)
    company.team("growth", uma)
    company.identify("browser-9", GUS, title="Director of IT", company={"employees": 300})
    company.visit("browser-9", "/pricing", "/pricing", "/pricing")
    [mql] = company.handoffs(GUS)
    assert (mql.definition, mql.lead_type, mql.owner_id) == ("Mid-market", "standard", sam.id)

    company.until(2 * DAY)
    company.send(
        {"type": "identify", "userId": "user-9", "anonymousId": "browser-9", "traits": {"email": GUS}}
    )
    for _ in range(3):
        company.track("user-9", "Teammate Invited")
    assert len(company.handoffs(GUS)) == 1
    company.track("user-9", "Plan Limit Reached")

    gus = company.lead(GUS)
    assert (gus.stage, gus.cycle) == ("mql", 1), "it is one MQL, by two ways"
    mql, pql = company.handoffs(GUS)
    assert (pql.definition, pql.lead_type, pql.owner_id, pql.cycle) == ("Product", "pql", uma.id, 1)
    assert (mql.state, pql.state) == ("open", "open")
    assert [company.clocks(one)[0].target_seconds for one in (mql, pql)] == [24 * 3600, 4 * 3600]
    assert company.told(mql) == ["handoff.opened", "sla.warned", "sla.breached"]
    assert company.told(pql) == ["handoff.opened"]
    assert [one.to for one in company.mailer.sent][-1] == uma.email
    assert [company.score(gus.id, one).is_mql for one in (marketing, product)] == [True, True]


def test_rejected_pql_leaves_the_lead_with_whoever_still_has_it(company: Company) -> None:
    company.publish(), company.publish(PRODUCT)
    sam, uma = company.hire("Sam"), company.hire("Uma")
    company.team("inbound", sam)
    company.team("growth", uma)
    company.identify("browser-9", GUS, title="Director of IT")
    company.visit("browser-9", "/pricing", "/pricing", "/pricing")
    company.send(
        {"type": "identify", "userId": "user-9", "anonymousId": "browser-9", "traits": {"email": GUS}}
    )
    for event in ("Teammate Invited", "Teammate Invited", "Teammate Invited", "Plan Limit Reached"):
        company.track("user-9", event)
    mql, pql = company.handoffs(GUS)

    company.accepts(mql, sam)
    company.rejects(pql, uma, "no_need")

    assert company.lead(GUS).stage == "sal"
    assert [one.state for one in company.handoffs(GUS)] == ["accepted", "rejected"]
    company.until(3 * DAY)
    assert len(company.handoffs(GUS)) == 2


def test_two_definitions_satisfied_at_once_are_one_mql_with_two_handoffs(company: Company) -> None:
    company.team("inbound", company.hire("Sam"))
    company.team("growth", company.hire("Uma"))
    company.identify("browser-9", GUS, title="Director of IT")
    company.send(
        {"type": "identify", "userId": "user-9", "anonymousId": "browser-9", "traits": {"email": GUS}}
    )
    company.visit("browser-9", "/pricing", "/pricing", "/pricing")
    for event in ("Teammate Invited", "Teammate Invited", "Teammate Invited", "Plan Limit Reached"):
        company.track("user-9", event)

    company.publish(DEFINITION), company.publish(PRODUCT)

    assert sorted((one.definition, one.cycle) for one in company.handoffs(GUS)) == [
        ("Mid-market", 1),
        ("Product", 1),
    ]
    assert [move[1] for move in company.moves(GUS)].count("mql") == 1
