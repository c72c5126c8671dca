"""The inbox: hand-offs are answered without leaving the list, by mouse and by keyboard alone."""

from datetime import timedelta

import pytest

from tests.flow.selling import MONDAY, Floor
from tests.web.browsing import Site, violations


@pytest.fixture
def floor(site: Site) -> Floor:
    """Ada, Ben and Cleo, and three hand-offs, one for each."""
    floor = Floor(site.services.database)
    site.clock.now = MONDAY + timedelta(minutes=10)
    return floor


def handed(floor: Floor, *users: str) -> list[int]:
    """Hand-offs that are all Ada's."""
    made = floor.qualified(*users)
    for one in made:
        if floor.row(one).owner_id != floor.ada:
            floor.do(_reassign, one, floor, now=MONDAY)
    return made


def _reassign(connection: object, handoff_id: int, floor: Floor, **named: object) -> None:
    from handraise.core.actor import Actor
    from handraise.flow import handoff

    boss = Actor("member", floor.admin, "admin")
    handoff.reassign(connection, handoff_id, boss, to=floor.ada, **named)  # type: ignore[arg-type]


def test_two_keys_accept_the_second_and_one_the_first(site: Site, floor: Floor) -> None:
    first, second = handed(floor, "ann", "bob")
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        page.locator("#open-lead").wait_for()
        page.keyboard.press("a")
        page.get_by_text("Accepted. The clock runs until you log a contact.").wait_for()
        assert floor.row(first).state == "accepted"
        page.keyboard.press("j")
        page.wait_for_selector(f'.handoff[data-handoff="{second}"][aria-current=true]')
        page.locator("#beside [data-key=a]").wait_for()
        assert page.url.endswith(f"handoff={second}")
        page.keyboard.press("a")
        page.wait_for_selector(f"#handoff-{second} .taken")
        assert (floor.row(second).state, floor.stage(second)) == ("accepted", "sal")


def test_a_key_that_is_quicker_than_the_answer_is_for_the_chosen_line(site: Site, floor: Floor) -> None:
    first, second = handed(floor, "ann", "bob")
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        page.locator("#open-lead").wait_for()
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.wait_for_selector(f"#handoff-{second} .taken")
        assert (floor.row(first).state, floor.row(second).state) == ("open", "accepted")


def test_rejected_with_a_reason_by_keyboard_it_leaves_the_list(site: Site, floor: Floor) -> None:
    first, second = handed(floor, "ann", "bob")
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        page.locator("#open-lead").wait_for()
        page.keyboard.press("r")
        page.get_by_role("dialog", name="Reject").wait_for()
        assert violations(page) == []
        page.keyboard.type("No budget")
        page.keyboard.press("Tab")
        page.keyboard.type("asked again for next year")
        page.keyboard.press("Enter")
        page.locator(f"#handoff-{first}").wait_for(state="detached")
        row = floor.row(first)
        assert (row.state, row.reason, row.note) == ("rejected", "no_budget", "asked again for next year")
        assert floor.stage(first) == "recycled"
        # What comes next is chosen, and the keys go on from there.
        page.wait_for_selector(f'.handoff[data-handoff="{second}"][aria-current=true]')


def test_by_mouse_a_contact_is_logged_and_it_is_put_off_and_given_away(site: Site, floor: Floor) -> None:
    first, second = handed(floor, "ann", "bob")
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        page.locator(f'.handoff[data-handoff="{second}"]').click()
        page.wait_for_url(f"**handoff={second}")
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("button", name="Put off").click()
        page.get_by_role("dialog", name="Put off").get_by_label("How long").select_option(index=1)
        page.get_by_role("dialog", name="Put off").get_by_role("button", name="Put off").click()
        page.get_by_text("The clock stands still until then").wait_for()
        assert floor.row(second).snoozed_until == site.clock.now + timedelta(hours=3)

        page.locator(f'.handoff[data-handoff="{first}"]').click()
        page.wait_for_url(f"**handoff={first}")
        page.get_by_role("button", name="Log a contact").click()
        page.get_by_role("dialog", name="Log a contact").get_by_label("How").select_option("meeting")
        page.get_by_role("dialog", name="Log a contact").get_by_role("button", name="Log").click()
        page.get_by_text("Logged. The clock has stopped.").wait_for()
        assert floor.row(first).first_contact_at == site.clock.now

        page.get_by_role("button", name="Give away").click()
        page.get_by_role("dialog", name="Give away").get_by_label("To whom").select_option(label="Ben")
        page.get_by_role("dialog", name="Give away").get_by_role("button", name="Give away").click()
        page.get_by_text("Now with Ben.").wait_for()
        assert floor.row(first).owner_id == floor.ben


def test_a_new_hand_off_appears_by_itself_and_is_told(site: Site, floor: Floor) -> None:
    with site.page(floor.ada) as page:
        page.clock.install()
        page.goto("/inbox")
        page.get_by_role("heading", name="Nothing waits here").wait_for()
        [made] = handed(floor, "ann")
        page.clock.fast_forward(10_000)
        page.locator(f"#handoff-{made}").wait_for()
        page.get_by_text("New hand-off:").wait_for()


def test_away_people_get_nothing_new_until_they_are_back(site: Site, floor: Floor) -> None:
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        page.get_by_role("button", name="Going away").click()
        page.get_by_role("button", name="I am away from now on").click()
        page.get_by_text("You are away. New hand-offs go to others.").wait_for()
        owners = {floor.row(one).owner_id for one in floor.qualified("ann", "bob", "cas", now=site.clock.now)}
        assert floor.ada not in owners
        page.get_by_role("button", name="I am back").click()
        page.get_by_text("Welcome back.").wait_for()


def test_it_says_why_me_and_why_not_the_others(site: Site, floor: Floor) -> None:
    [made] = floor.qualified("ann")
    row = floor.row(made)
    with site.page(row.owner_id) as page:
        page.goto("/inbox")
        page.get_by_text("Why you").click()
        for said in row.why_owner:
            assert page.locator(".why-me").get_by_text(said["words"]).is_visible()


def test_somebody_elses_hand_off_is_not_found_and_not_answered(site: Site, floor: Floor) -> None:
    [made] = handed(floor, "ann")
    stranger = site.member("sales", "Stranger")
    assert site.ask("GET", f"/inbox?handoff={made}", stranger).status_code == 404
    assert site.ask("GET", f"/handoffs/{made}", stranger).status_code == 404
    # A colleague of the team sees it, and may not answer it.
    page = site.ask("GET", f"/inbox?whose=team&handoff={made}", floor.ben)
    assert page.status_code == 200
    assert "data-key=" not in page.text
    viewer = site.member("viewer")
    assert "data-key=" not in site.ask("GET", f"/inbox?handoff={made}", viewer).text


def test_the_list_is_the_one_of_the_interface(site: Site, floor: Floor) -> None:
    handed(floor, "ann", "bob", "cas")
    listed = site.ask("GET", "/api/v1/handoffs?whose=mine", floor.ada).json()["items"]
    with site.page(floor.ada) as page:
        page.goto("/inbox")
        shown = page.locator(".handoff").evaluate_all("rows => rows.map(row => Number(row.dataset.handoff))")
    assert shown == [one["id"] for one in listed]
