"""Who is no person."""

from datetime import UTC, datetime, timedelta

import pytest

from handraise.connect.inbound.bots import behaviour, by_user_agent, suspected
from handraise.core.event import Event

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 14; CUBOT X90) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 [LinkedInApp]/9.30",
    "Mozilla/5.0 (Linux; Android 13; SM-S918B; wv) Chrome/140 Mobile Safari/537.36 [FB_IAB/FB4A]",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (X11; CrOS x86_64 16000.0.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/120.0",
]
BOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "python-requests/2.34.2",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/156.0.0.0 Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; PerplexityBot/1.0", "UptimeRobot/2.0",
    "Mozilla/5.0 (Linux; Android 11; moto g) Chrome/109.0 Mobile Safari/537.36 Chrome-Lighthouse",
    "Mozilla/5.0 (compatible; NeverHeardOfBot/1.0)", "SomeNewCrawler", "Barracuda Sentinel (EE)",
    "Mozilla/5.0 Mimecast Link Checker", "Proofpoint URL Defense",
    "facebookexternalhit/1.1", "LinkedInBot/1.0",
]  # fmt: skip


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_taken_for_people(agent: str) -> None:
    assert by_user_agent(agent) is None


@pytest.mark.parametrize("agent", BOTS)
def test_bots_that_say_so_are_believed(agent: str) -> None:
    assert by_user_agent(agent)


@pytest.mark.parametrize("agent", [None, "", 5, {}, []])
def test_who_says_nothing_may_be_a_person(agent: object) -> None:
    assert by_user_agent(agent) is None


def at(seconds: float, event: str, **properties: object) -> Event:
    return Event(event, START + timedelta(seconds=seconds), properties)


def click(seconds: float, link: str = "/a", mail: str = "m1") -> Event:
    return at(seconds, "Email Link Clicked", email_id=mail, link_url=link)


DELIVERED = at(0, "Email Delivered", email_id="m1")


def test_over_twenty_pages_in_ten_seconds_are_no_reading() -> None:
    pages = [at(0.4 * number, "page") for number in range(21)]
    assert behaviour(pages) == "page flood"
    assert behaviour(pages[:20]) is None
    assert behaviour([at(0.6 * number, "page") for number in range(60)]) is None


def test_every_link_of_a_mail_at_once_is_a_scanner() -> None:
    events = [DELIVERED, click(5, "/a"), click(6, "/b"), click(8, "/c")]
    assert suspected(events) == {1: "link sweep", 2: "link sweep", 3: "link sweep"}


def test_a_persons_click_after_the_scanners_counts() -> None:
    events = [
        click(3_600, "/a"),
        click(8, "/c"),
        click(5, "/a"),
        DELIVERED,
        click(6, "/b"),
        at(3_601, "page"),
    ]
    assert set(suspected(events)) == {1, 2, 4}


def test_a_click_within_two_seconds_is_no_persons_unless_a_page_is_seen() -> None:
    assert behaviour([DELIVERED, click(1)]) == "instant click"
    assert behaviour([DELIVERED, click(1), at(2, "page")]) is None
    assert behaviour([DELIVERED, click(3)]) is None


def test_a_page_flood_is_no_evidence_for_a_click() -> None:
    pages = [at(1 + 0.1 * number, "page") for number in range(30)]
    assert suspected([DELIVERED, click(0.5), *pages])[1] == "instant click"


def test_several_links_at_leisure_or_of_other_mails_are_a_persons() -> None:
    assert behaviour([DELIVERED, click(120, "/a"), click(123, "/b"), click(125, "/c")]) is None
    assert behaviour([DELIVERED, click(5, "/a"), click(6, "/b"), click(7, "/c", mail="m2")]) is None
    assert behaviour([click(5, "/a"), click(6, "/b"), click(7, "/c")]) is None, "nobody knows when it came"


def test_nothing_is_suspected_of_nobody() -> None:
    assert suspected([]) == {}
    assert behaviour([]) is None
