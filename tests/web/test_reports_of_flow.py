"""Reports of flow: the same numbers on the page, in the interface and in the file, down to the leads."""

import csv
import re
import threading
from io import StringIO
from typing import Any

import pytest
from playwright.sync_api import Page

from handraise.flow import health
from handraise.store import people
from handraise.store.leads import make_leads
from tests.web.browsing import Site
from tests.web.filled import Filled


def read(site: Site, path: str) -> list[dict[str, str]]:
    """A file as rows by their heads."""
    return list(csv.DictReader(StringIO(site.ask("GET", path, site.member("marketing")).text)))


def asked(site: Site, path: str) -> Any:
    # The first look at the health of a base loads the statistics, which a busy machine takes seconds for.
    return site.ask("GET", f"/api/v1/reports{path}", site.member("viewer"), timeout=60).json()


def number_at(page: Page, address: str) -> int:
    """The number that leads there."""
    return int(page.locator(f"a[href='{address}']").first.inner_text())


def rows_of(page: Page) -> int:
    return page.locator("table.rows tbody tr").count()


def test_speed_is_the_same_everywhere_and_leads_to_the_hand_offs(filled: Filled) -> None:
    site = filled.site
    span = {"start": "2026-02-09T00:00:00Z", "end": site.clock.now.isoformat(), "by": "lead_type"}
    items = site.ask("GET", "/api/v1/reports/sla", site.member("viewer"), params=span).json()["items"]
    late = {one["group"]: one["breached"] for one in items}
    assert sum(late.values()) > 0
    lines = [one for one in read(site, "/reports/speed.csv?weeks=4") if one["by"] == "lead_type"]
    assert sum(int(one["breached"]) for one in lines) == sum(late.values())
    with site.page("viewer") as page:
        page.goto("/reports/speed?weeks=4")
        page.locator(".drawn svg").first.wait_for()
        group = max(late, key=lambda one: late[one])
        address = f"/reports/speed/handoffs?weeks=4&by=lead_type&as_of=&group={group}&state=breached"
        assert number_at(page, address) == late[group]
        page.locator(f"a[href='{address}']").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("state=breached"))
        assert rows_of(page) == late[group]
        page.get_by_role("link", name="Back to the report").click()
        page.wait_for_url(re.compile("weeks=4"))


def test_speed_as_it_stood_then_is_what_it_was(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto("/reports/speed?weeks=4&as_of=2026-02-27T23:00")
        said = page.locator("main").inner_text()
        assert "As it is now" in said
        page.goto("/reports/speed?as_of=2027-01-01T00:00")
        assert "nobody knows" in page.locator("main").inner_text()


def test_times_in_stage_are_the_same_everywhere_and_lead_to_the_leads(filled: Filled) -> None:
    site = filled.site
    told = asked(site, "/stages")
    mql = next(one for one in told["times"] if one["stage"] == "mql" and one["month"] is None)
    [line] = [one for one in read(site, "/reports/stages.csv") if (one["stage"], one["month"]) == ("mql", "")]
    assert (int(line["came"]), int(line["left"])) == (mql["came"], mql["left"])
    assert mql["came"] > 0
    with site.page("viewer") as page:
        page.goto("/reports/stages")
        assert number_at(page, "/reports/stages/leads?months=12&stage=mql") == mql["came"]
        page.goto("/reports/stages/leads?months=12&stage=mql&there=yes")
        assert rows_of(page) == mql["there"]
        page.goto("/reports/stages")
        page.get_by_label("Over time", exact=True).select_option("sal")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile("stage=sal"))
        assert page.get_by_role("heading", name="Is it getting faster in the stage SAL?").count()


def test_answers_are_the_same_everywhere_and_lead_to_the_hand_offs(filled: Filled) -> None:
    site = filled.site
    told = asked(site, "/answers")
    total = told["total"]
    assert total["accepted"] > 0
    lines = read(site, "/reports/answers.csv")
    assert sum(int(one["count"]) for one in lines if one["answer"] == "accepted") == total["accepted"]
    with site.page("viewer") as page:
        page.goto("/reports/answers")
        month = next(one["month"][:7] for one in reversed(told["months"]) if one["accepted"])
        address = f"/reports/answers/handoffs?months=12&answer=accepted&month={month}"
        page.goto(address)
        assert rows_of(page) == next(o["accepted"] for o in told["months"] if o["month"][:7] == month)
        page.goto("/reports/answers")
        page.get_by_label("Rep", exact=True).select_option(label="Sam")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile("rep="))
        mine = next(one for one in told["reps"] if one["rep"] == "Sam")
        row = page.get_by_role("region", name="By rep").locator("tbody tr")
        assert row.count() == 1
        assert row.locator("td").nth(1).inner_text() == str(mine["accepted"])


def test_health_is_that_of_the_interface(filled: Filled) -> None:
    site = filled.site
    found = asked(site, "/health")["found"]
    lines = read(site, "/reports/health.csv")
    assert {one["check"]: one["state"] for one in lines} == {
        one["check"]["name"]: one["state"] for one in found["findings"]
    }
    with site.page("viewer") as page:
        page.goto("/reports/health")
        assert page.locator(".finding").count() == 8
        seen = page.locator(".finding", has_text="Is the share that qualifies right?")
        if not seen.count():
            seen = page.locator(".finding", has_text="The share that qualifies is outside the band.")
        qualified = next(one for one in found["findings"] if one["check"]["name"] == "qualified")
        assert f"{qualified['n']:,} leads" in seen.inner_text()


def test_a_big_base_is_looked_at_on_demand_and_what_was_found_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SMALL", -1)
    may_end = threading.Event()
    found = {**_NOTHING_OFF, "leads": 123_456}

    def slow(_database: object, told: Any = None) -> Any:
        told(7)
        may_end.wait(10)
        return found

    monkeypatch.setattr(health, "looked_at", slow)
    with site.page("marketing") as page:
        page.goto("/reports/health")
        assert page.get_by_text("Nobody has looked yet").count()
        with site.services.database.transaction() as connection:
            make_leads(connection, [True], site.clock.now)
        page.get_by_role("button", name="Look at the base").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text="7 of 1 leads are read").wait_for()
        may_end.set()
        page.get_by_text("123,456").wait_for()
        assert page.get_by_role("button", name="Look again").count()


_NOTHING_OFF: dict[str, Any] = {
    "until": "2026-03-02T09:30:00+00:00",
    "leads": 0,
    "handed": 5,
    "findings": [
        {"check": {"name": name}, "state": "unknown", "figure": None, "n": 5, "limit": None, "beside": []}
        for name in ("rejected", "volume", "conversion low", "conversion high", "reps", "slow", "not called",
                     "qualified")
    ],
    "slices": [],
    "looked_at": 0,
    "cohorts": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("speed", "No hand-offs with a service level in this time"),
        ("stages", "No lead has moved yet"),
        ("answers", "Nothing was answered yet"),
        ("health", "Sales got no lead yet"),
    ],
)
def test_a_new_product_says_what_comes_here(site: Site, path: str, said: str) -> None:
    with site.page("viewer") as page:
        page.goto(f"/reports/{path}")
        assert said in page.locator("main").inner_text()


def test_only_who_may_export_takes_the_files(filled: Filled) -> None:
    site = filled.site
    for name in ("speed", "stages", "returns", "stalled", "answers", "disqualified", "health"):
        assert site.ask("GET", f"/reports/{name}.csv", site.member("viewer")).status_code == 403
        assert site.ask("GET", f"/reports/{name}.csv", site.member("marketing")).status_code == 200


def test_pages_are_german_for_those_who_read_german(filled: Filled) -> None:
    site = filled.site
    reader = site.member("viewer", "Leser")
    with site.services.database.transaction() as connection:
        people.update_member(connection, reader, language="de")
    for path, said in (
        ("speed", "Wer meldet sich rechtzeitig?"),
        ("stages", "Wo Leads ihre Zeit verbringen"),
        ("answers", "Gibt der Vertrieb zu viele zurück?"),
        ("health", "Was braucht Hilfe?"),
        ("health", "Zu wenig ist bekannt"),
        ("speed", "Demo-Anfrage"),
        ("answers", "Letzte 24 Monate"),
    ):
        answer = site.ask("GET", f"/reports/{path}", reader)
        assert (answer.status_code, said in answer.text) == (200, True), path
