"""The mails that the product writes."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handraise.connect.brief_view import MOST_LINES, brief_view
from handraise.connect.lead_text import called, one_line, web_link
from handraise.connect.mails import demo_mail, handoff_mail, sla_breach_mail, sla_warning_mail
from handraise.core.brief import brief
from handraise.core.definition import read_definition
from handraise.core.effects import OpenHandoff
from handraise.core.event import Event, Lead
from handraise.core.score import Line, Score

TOLD: dict[str, Any] = {
    "to": "ae@example.com",
    "delivery_id": "d-1",
    "date": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
}
BRIEF: dict[str, Any] = {
    "name": "Jane Doe",
    "account": "Acme & Sons",
    "lead_type": "demo_request",
    "temperature": "hot",
    "grade": "A1",
    "total": 9500,
    "why_now": [{"words": "requested a demo", "points": 5000}, {"words": "viewed pricing", "points": 4500}],
    "facts": [
        {"fact": "lead.title", "label": "Job title", "value": "VP Sales"},
        {"fact": "account.employees", "label": "Employees", "value": "250"},
    ],
    "history": {
        "pages": [{"what": "Page /pricing", "count": 3, "last_at": "2026-03-02T09:00:00+00:00"}],
        "events": [{"what": "Demo Requested", "count": 1, "last_at": "2026-03-02T09:01:00+00:00"}],
        "more": 4,
    },
    "first_touch": {
        "at": "2026-02-01T08:00:00+00:00",
        "source": "google",
        "medium": "cpc",
        "campaign": "spring",
    },
    "last_touch": {"at": "2026-03-02T08:59:00+00:00", "referrer": "https://news.example/"},
    "people": [{"name": "Bob", "title": "CFO"}],
    "conversations": [
        {"at": "2025-11-01T10:00:00+00:00", "owner": "Kim", "kind": "call", "summary": "not now"}
    ],
    "missing": [{"label": "Budget", "question": "Is there a budget?"}],
    "opening": "Hello Jane, you asked us for a demo.",
    "due_at": "2026-03-02T09:05:00+00:00",
    "links": {
        "lead": "https://desk.example/l/7",
        "accept": "https://desk.example/a/7",
        "reject": "https://desk.example/r/7",
    },
}
VIEW = brief_view(BRIEF, handoff_id="h-7", email="jane@acme.example")
EVERYTHING = [
    *(
        "Jane Doe, VP Sales at Acme",
        "jane@acme.example",
        "+50",
        "requested a demo",
        "+45",
        "viewed pricing",
        "95",
    ),
    *("hot, demo request, grade A1", "Employees: 250", "2026-03-02 09:00 UTC · Page /pricing (3 times)"),
    *("Demo Requested", "and 4 more", "google · cpc · spring", "https://news.example/", "Bob · CFO"),
    *("Kim · call · not now", "Budget: Is there a budget?", "Hello Jane, you asked us for a demo."),
    *(
        "2026-03-02 09:05 UTC",
        "https://desk.example/l/7",
        "https://desk.example/a/7",
        "https://desk.example/r/7",
    ),
]


def test_the_hand_off_mail_carries_the_whole_brief_in_both_parts() -> None:
    mail = handoff_mail(VIEW, **TOLD)
    for part in (mail.text, mail.html or ""):
        assert [said for said in EVERYTHING if said not in part] == []


def test_the_subject_says_who_and_why_now() -> None:
    assert handoff_mail(VIEW, **TOLD).subject == "Jane Doe, VP Sales at Acme & Sons: requested a demo (+50)"


def test_a_brief_that_knows_nothing_is_still_a_mail() -> None:
    mail = handoff_mail(brief_view({}), **TOLD)
    assert mail.subject == "Unnamed lead"
    assert mail.text.strip() == "Unnamed lead"
    assert "<ul" not in (mail.html or "")


@pytest.mark.parametrize("key", BRIEF)
@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [None], [[]], {"a": 1}, True])
def test_a_brief_of_another_shape_does_not_lose_the_mail(key: str, value: object) -> None:
    assert handoff_mail(brief_view(BRIEF | {key: value}), **TOLD).subject


def test_the_reasons_shown_still_sum_to_the_score() -> None:
    reasons = [{"words": f"reason {number}", "points": number * 100} for number in range(1, 31)]
    shown = brief_view({"why_now": reasons}).why_now
    assert len(shown) == MOST_LINES
    assert shown[-1] == (f"+{sum(range(12, 31))}", "19 further reasons")


def test_a_long_history_starts_with_the_latest_and_says_how_much_more_there_is() -> None:
    seen = [{"what": f"event {day}", "last_at": f"2026-01-{day:02}T00:00:00+00:00"} for day in range(1, 31)]
    history = brief_view({"history": {"pages": seen[::2], "chat": seen[1::2], "more": 5}}).history
    assert history[0] == "2026-01-30 00:00 UTC · event 30"
    assert history[-2:] == ("2026-01-19 00:00 UTC · event 19", "and 23 more")


def test_times_are_those_of_the_reader() -> None:
    assert brief_view(BRIEF, zone=ZoneInfo("Europe/Berlin")).due == "2026-03-02 10:05 CET"
    assert brief_view({"due_at": "2026-03-02T09:05:00"}).due == "2026-03-02 09:05 UTC"


def test_a_brief_of_the_core_is_shown_whole() -> None:
    definition = read_definition(
        "{name: Small, signals: {demo: {event: Demo Requested}}, qualify: {mql: {total: 50}},"
        " engagement: {rules: [{rule: asked for a demo, signal: demo, points: 50}]}}"
    ).definition
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    facts = {"lead.first_name": "Ann", "lead.title": "VP Sales", "account.name": "Acme"}
    came = Event("Demo Requested", at, properties={"utm_source": "google"})
    line = Line("asked for a demo", "engagement", 5000, 1, at, "Demo Requested")
    score = Score("L1", at, 0, 5000, None, True, True, None, at, None, None, lines=(line,))
    handoff = OpenHandoff("Small", 1, "demo_request", "hot", "inbound", "lead")
    links = {"accept": "https://desk.example/a/7"}
    kept = brief(definition, Lead("L1", facts, (came,)), score, handoff, due_at=at, links=links).as_json()
    text = handoff_mail(brief_view(json.loads(json.dumps(kept))), **TOLD).text
    for said in (
        "Ann, VP Sales at Acme",
        "+50 a demo",
        "hot, demo request",
        "2026-03-01 12:00 UTC · Demo Requested",
    ):
        assert said in text
    for said in (
        "google",
        "Hello Ann, you asked us for a demo.",
        "Accept: https://desk.example/a/7",
        "(50 points)",
    ):
        assert said in text


def test_a_warning_and_a_breach_say_when_it_is_or_was_due() -> None:
    warning, breach = (
        sla_warning_mail(VIEW, **TOLD),
        sla_breach_mail(VIEW, next_step="Bob takes over.", **TOLD),
    )
    assert warning.subject.startswith("Due soon: Jane Doe")
    assert breach.subject.startswith("Overdue: Jane Doe")
    for mail in (warning, breach):
        assert "2026-03-02 09:05 UTC" in mail.text
        assert "2026-03-02 09:05 UTC" in (mail.html or "")
    assert "Bob takes over." in breach.text
    assert "Bob takes over." in (breach.html or "")


def test_the_confirmation_leads_to_the_booking_page_where_there_is_one() -> None:
    url = "https://book.example/demo?x=1&y=2"
    mail = demo_mail(company="Handraise", name="Zoë", booking_url=url, **TOLD)
    assert mail.text.startswith("Hello Zoë,")
    assert url in mail.text
    assert 'href="https://book.example/demo?x=1&amp;y=2"' in (mail.html or "")
    without = demo_mail(company="Handraise", **TOLD)
    assert "We will write to you" in without.text
    assert "<a " not in (without.html or "")


def test_the_confirmation_carries_what_the_mail_port_needs() -> None:
    mail = demo_mail(
        company="Handraise", reply_to="ae@example.com", list_unsubscribe="https://example.com/u/1", **TOLD
    )
    assert (mail.reply_to, mail.list_unsubscribe) == ("ae@example.com", "https://example.com/u/1")


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "Anne-Marie O’Neill",
        "J. R. Smith",
        "李小龍",
        "Ναταλία",
        "José María de la Cruz",
        "محمد علی",
    ],
)
def test_a_name_is_repeated(name: str) -> None:
    assert called(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "http://evil.example",
            "evil.example",
            "Win 1000 EUR",
            "www.evil.example",
            "call 555-1234",
            "a@b.example",
        ),
        *(
            "Your account was closed go to evil",
            "x" * 60,
            "",
            None,
            "<b>Jo</b>",
            "Jo!",
            "Jo\r\nBcc: x",
            "Jo/evil",
        ),
    ],
)
def test_an_advertisement_is_not_repeated_as_a_name(name: str | None) -> None:
    assert called(name) == ""


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "//a.example/",
            "/a",
            "",
            None,
            7,
            "https://a b/",
        ),
        *(
            'https://a.example/"x',
            "https://a.example/<x",
            "https://[::1",
            "https://a.example/\n",
            "ftp://a.example/",
        ),
        *(
            "https://a.example/" + "x" * 2000,
            "HTTPS\t://a.example/",
            "https://ä.example/",
            "https://a.example/|x",
        ),
    ],
)
def test_what_is_no_web_link_is_left_out(url: object) -> None:
    assert web_link(url) == ""


def test_one_line_keeps_joiners_and_drops_what_is_unseen() -> None:
    assert one_line("می‌خواهم") == "می‌خواهم"
    assert one_line("👩‍💻") == "👩‍💻"
    assert one_line("a\u200bb\u202ec\x00d\ud800") == "a b c d\ufffd"
