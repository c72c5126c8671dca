"""What a lead writes stays text: in every field of a mail and of a Slack message."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.connect.mails import demo_mail, handoff_mail, sla_breach_mail, sla_warning_mail
from handraise.connect.ports import Mail, SlackMessage
from handraise.connect.slack_blocks import handoff_message
from handraise.connect.smtp import message_of
from tests.connect.injections import CORPUS, brief_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLD: dict[str, Any] = {"to": "ae@example.com", "delivery_id": "d-1", "date": AT}
MAILS: dict[str, Callable[[str], Mail]] = {
    "handoff": lambda text: handoff_mail(brief_of(text), **TOLD),
    "warning": lambda text: sla_warning_mail(brief_of(text), **TOLD),
    "breach": lambda text: sla_breach_mail(brief_of(text), next_step=text, **TOLD),
    "demo": lambda text: demo_mail(name=text, company="Handraise", booking_url=text, **TOLD),
}
HARMLESS = "plain words"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Skeleton(HTMLParser):
    """The tags of a page with their attributes, and nothing of its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))


def sent(mail: Mail) -> Any:
    raw = message_of(mail, "desk@example.com").as_bytes()
    return BytesParser(policy=policy.default).parsebytes(raw)


@pytest.mark.parametrize("kind", MAILS)
@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_mail_has_the_same_headers_and_tags_whatever_a_lead_writes(kind: str, text: str) -> None:
    plain, hostile = MAILS[kind](HARMLESS), MAILS[kind](text)
    assert plain.html is not None
    assert hostile.html is not None
    if kind == "demo":
        hello, *rest = hostile.text.split("\n")
        assert re.fullmatch(r"Hello( [a-z]){0,2},", hello)
        assert rest == demo_mail(company="Handraise", **TOLD).text.split("\n")[1:]
        assert Skeleton(hostile.html).tags == Skeleton(demo_mail(company="Handraise", **TOLD).html or "").tags
    else:
        assert set(Skeleton(hostile.html).tags) <= set(Skeleton(plain.html).tags)
    assert not CONTROLS.search(hostile.text + hostile.html + hostile.subject)
    arrived = sent(hostile)
    assert arrived.keys() == sent(plain).keys()
    assert (arrived["To"], arrived["Bcc"], arrived["Cc"]) == ("ae@example.com", None, None)
    assert arrived["Subject"] == hostile.subject.replace("=?", "= ?")


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_no_line_of_a_text_mail_begins_with_what_a_lead_wrote(text: str) -> None:
    labels = "Why now|Fit|What they|Others at|Still to|Where they|A way|First contact|Said before|Lead"
    ours = re.compile(rf"|  - .*|({labels}).*")
    _, _, *rest = handoff_mail(brief_of(text), **TOLD).text.split("\n")
    assert all(ours.fullmatch(line) for line in rest), [line for line in rest if not ours.fullmatch(line)]
    assert handoff_mail(brief_of(text), **TOLD).text.count("\nFirst contact due:") <= 1


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_slack_message_holds_what_a_lead_wrote_only_as_escaped_plain_text(text: str) -> None:
    message = handoff_message(brief_of(text), [("bad-fit", text), ("no-budget", "No budget")], channel="C1")
    assert_inert(message)


@given(st.text())
def test_no_text_at_all_gets_out_of_its_place(text: str) -> None:
    assert_inert(handoff_message(brief_of(text), [("other", text)], webhook="https://hooks.slack.com/x"))
    for made in MAILS.values():
        message_of(made(text), "desk@example.com").as_bytes()


def assert_inert(message: SlackMessage) -> None:
    ours = {"Why now: 95 points", "Fit", "What they did", "Where they came from", "Others at the account"}
    ours |= {"Still to find out", "Said before", "A way to open", "First contact due"}
    assert len(message.blocks) <= 50
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", message.text)
    for told in objects(message.blocks):
        if told.get("type") == "mrkdwn":
            assert told["text"].strip("*") in ours
        elif told.get("type") == "plain_text":
            assert 0 < len(told["text"]) <= 3000
            assert told["emoji"] is False
            assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", told["text"])
            assert not CONTROLS.search(told["text"])
    assert not [told for told in objects(message.blocks) if told.get("action_id") == "handoff_open"]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for each in value:
        yield from objects(each)
