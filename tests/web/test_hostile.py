"""What comes from outside is shown as it was written, and does nothing."""

import pytest

from tests.journeys.company import Company
from tests.web.browsing import Site

HOSTILE = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror=window.hit=1>',
    "{{ 7 * 7 }}{% raise %}",
    "javascript:window.hit=1",
    "'; drop table lead; --",
    "a\u202eb\r\nSet-Cookie: x=1",
    "</title><svg onload=window.hit=1>",
)


@pytest.fixture
def hostile(site: Site) -> tuple[Site, list[int]]:
    """Leads that try everything in every field, and a hand-off of each."""
    company = Company(site.services.database, now=site.clock.now)
    company.calendar()
    sam = company.hire("Sam")
    site.known["Sales"] = sam.id
    company.team("inbound", sam)
    company.publish()
    for number, text in enumerate(HOSTILE):
        who, email = f"bad-{number}", f"bad{number}@bad{number}.example"
        company.identify(
            who,
            email,
            firstName=text,
            lastName=text,
            title=f"Director {text}",
            employees=90,
            company={"name": text},
        )
        company.send(
            {
                "type": "page",
                "anonymousId": who,
                "properties": {"path": f"/pricing{text}", "referrer": text, "utm_source": text},
            }
        )
        company.track(who, "Demo Requested", title=text, url=text)
    leads = [int(row.id) for row in company.rows("select id from lead where root_id is null order by id")]
    return site, leads


def test_no_page_runs_or_loses_what_leads_wrote(hostile: tuple[Site, list[int]]) -> None:
    site, leads = hostile
    me = site.known["Sales"]
    paths = ["/leads", "/accounts", "/inbox", *(f"/leads/{lead}" for lead in leads)]
    with site.page(me) as page:
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("window.hit") is None, path
            assert page.locator("img, main script, main svg[onload]").count() == 0, path
            assert not [
                href
                for href in page.locator("a").evaluate_all("all => all.map(one => one.href)")
                if href.startswith("javascript:")
            ]
        page.goto(f"/leads/{leads[0]}")
        assert HOSTILE[0] in page.locator("h1").inner_text()


def test_what_is_in_the_address_is_shown_and_does_nothing(site: Site) -> None:
    with site.page("admin") as page:
        for path in ("/leads", "/accounts"):
            for text in HOSTILE:
                page.goto(path)
                page.locator("[data-filters] input[type=search]").fill(text)
                page.locator("[data-filters] button").first.click()
                page.wait_for_load_state()
                assert page.evaluate("window.hit") is None
                assert page.locator("main img, main script").count() == 0
