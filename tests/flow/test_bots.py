"""Bots found later: by what nobody does by hand, and by somebody who says so. The past changes with them."""

from datetime import timedelta
from itertools import permutations

import pytest

from handraise.core.errors import InputInvalid
from handraise.core.message import Message
from handraise.flow import bots
from handraise.flow.bots import Marked, Which
from handraise.flow.merge import merge, unmerge
from handraise.flow.score import score_at
from handraise.store.session import Database
from tests.flow.worked import DAY, DEFINITION, HOUR, NOW, Office, demo, message, pricing, told

CLICKS = DEFINITION.replace(
    "    - {rule: pricing, ", "    - {rule: clicked, signal: clicked, points: 7}\n    - {rule: pricing, "
).replace("signals:", "signals:\n  clicked: {event: Email Link Clicked}", 1)
DELIVERED_AT = NOW - 3 * HOUR


@pytest.fixture
def office(connected: Database) -> Office:
    return Office(connected)


def delivered() -> Message:
    return message("Email Delivered", at=DELIVERED_AT, message_id="mail", properties={"email_id": "m1"})


def click(seconds: float, link: str = "/a") -> Message:
    at = DELIVERED_AT + timedelta(seconds=seconds)
    properties = {"email_id": "m1", "link_url": link}
    return message("Email Link Clicked", at=at, message_id=f"click-{seconds}", properties=properties)


def view(seconds: float) -> Message:
    at = DELIVERED_AT + timedelta(seconds=seconds)
    return message("page", at=at, message_id=f"page-{seconds}", properties={"path": "/blog"})


def reasons(office: Office) -> dict[str, str | None]:
    return dict(
        office.rows("select message_id, bot from event where event in ('page', 'Email Link Clicked')")
    )


def engagement(office: Office) -> int:
    return int(office.one("select engagement from lead_score"))


def test_scanner_that_follows_every_link_of_a_mail_scores_nothing(office: Office) -> None:
    office.publish(CLICKS)
    office.capture(told(), delivered(), click(5, "/a"), click(6, "/b"), click(8, "/c"))
    office.all_done()
    assert engagement(office) == 0
    assert set(reasons(office).values()) == {"behaviour: link sweep"}
    assert office.one("select count(*) from event where event = 'Email Link Clicked'") == 3


def test_person_behind_the_scanner_scores_by_the_click_of_their_own(office: Office) -> None:
    office.publish(CLICKS)
    office.capture(told(), delivered(), click(5, "/a"), click(6, "/b"), click(8, "/c"))
    office.all_done()
    office.capture(click(3_600, "/a"))
    office.all_done()
    assert engagement(office) > 0
    assert reasons(office)["click-3600"] is None


def test_page_view_that_comes_in_late_takes_the_mark_off_again(office: Office) -> None:
    office.publish(CLICKS)
    office.capture(told(), delivered(), click(1))
    office.all_done()
    assert engagement(office) == 0
    office.capture(view(20), now=NOW + HOUR)
    office.all_done(NOW + HOUR)
    assert reasons(office)["click-1"] is None
    assert engagement(office) > 0


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_marks_do_not_depend_on_the_order_of_arrival(office: Office, order: tuple[int, ...]) -> None:
    office.publish(CLICKS)
    office.capture(told())
    parts = [delivered(), click(5, "/a"), click(6, "/b"), click(8, "/c")]
    for place in order:
        office.capture(parts[place])
        office.all_done()
    assert set(reasons(office).values()) == {"behaviour: link sweep"}
    assert engagement(office) == 0


def test_flood_of_pages_is_taken_out_when_it_shows(office: Office) -> None:
    office.publish()
    office.capture(told(), *(pricing(at=NOW - HOUR + timedelta(seconds=0.3 * n)) for n in range(15)))
    office.all_done()
    assert engagement(office) > 0
    office.capture(*(pricing(at=NOW - HOUR + timedelta(seconds=4.5 + 0.3 * n)) for n in range(10)))
    office.all_done()
    assert engagement(office) == 0


def test_what_somebody_says_of_an_address_holds_for_the_past_and_can_be_taken_back(office: Office) -> None:
    version = office.publish()
    context = {"ip": "192.0.2.9", "userAgent": "Headless/1.0"}
    office.capture(told(), demo(at=NOW - 2 * DAY, context=context), demo("ben", at=NOW - 2 * DAY))
    office.all_done()
    before = office.state()
    assert engagement_of(office, "ann") > 0
    with office.database.transaction() as connection:
        assert bots.mark(connection, Which(ip="192.0.2.9"), "a test tool", NOW) == Marked(1, 1)
        assert bots.mark(connection, Which(user_agent="headless"), "again", NOW) == Marked(0, 0)
    office.all_done()
    assert (engagement_of(office, "ann"), engagement_of(office, "ben") > 0) == (0, True)
    root = office.one("select lead_id from lead_alias where value = 'ann'")
    with office.database.transaction() as connection:
        [(_, then)] = score_at(connection, root, NOW - DAY, office.evaluators, version_id=version.id)
    assert then.engagement == 0
    assert office.rows("select cause_kind from score_change where lead_id = :r order by id desc", r=root)[
        0
    ] == ("correction",)
    with office.database.transaction() as connection:
        assert bots.unmark(connection, Which(lead_ids=[root]), NOW) == Marked(1, 1)
    office.all_done()
    assert office.state() == before


def test_unmerge_takes_the_marks_back_that_only_both_together_had(office: Office) -> None:
    office.publish()
    for user in ("ann", "ben"):
        views = (
            pricing(user, at=NOW - HOUR + timedelta(seconds=0.3 * n), message_id=f"{user}-{n}")
            for n in range(12)
        )
        office.capture(told(user), *views)
    office.all_done()
    before = [engagement_of(office, user) for user in ("ann", "ben")]
    ann, ben = (
        office.one("select lead_id from lead_alias where value = :user", user=u) for u in ("ann", "ben")
    )
    with office.database.transaction() as connection:
        merge(connection, ben, ann, "test", "one person", NOW)
    office.all_done()
    assert engagement_of(office, "ann") == 0, "24 pages within ten seconds"
    with office.database.transaction() as connection:
        unmerge(connection, ben, "test", NOW)
    office.all_done()
    assert set(reasons(office).values()) == {None}
    assert [engagement_of(office, user) for user in ("ann", "ben")] == before


def test_saying_nothing_of_which_or_why_is_refused(office: Office) -> None:
    with office.database.transaction() as connection:
        with pytest.raises(InputInvalid, match="which events"):
            bots.mark(connection, Which(since=NOW), "why", NOW)
        with pytest.raises(InputInvalid, match="why"):
            bots.mark(connection, Which(ip="192.0.2.9"), "  ", NOW)


def engagement_of(office: Office, user: str) -> int:
    return int(
        office.one(
            "select s.engagement from lead_score s join lead_alias a using (lead_id) where a.value = :user",
            user=user,
        )
    )
