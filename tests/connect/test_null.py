"""Adapters that keep what they were given."""

from datetime import UTC, datetime

import pytest

from handraise.connect.null import REMEMBERED, RecordingChat, RecordingHooks, RecordingMailer
from handraise.connect.ports import Chat, Hooks, Mail, Mailer, SlackMessage, Temporary, WebhookCall

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mail(number: int) -> Mail:
    return Mail(f"d-{number}", "jo@acme.example", "Hello", "Hi.", AT)


def test_each_adapter_fills_its_port_and_keeps_what_was_sent() -> None:
    kept, talked, called = RecordingMailer(), RecordingChat(), RecordingHooks()
    mailer: Mailer = kept
    chat: Chat = talked
    hooks: Hooks = called
    message, call = SlackMessage("hi", channel="C1"), WebhookCall("https://a.example/", "1", {}, "s", AT)
    assert [mailer.send(mail(1)).status, chat.send(message).status, hooks.send(call).status] == [200] * 3
    chat.reply("https://hooks.slack.com/x", "Accepted")
    assert list(kept.sent) == [mail(1)]
    assert list(talked.sent) == [message]
    assert list(talked.replies) == [("https://hooks.slack.com/x", "Accepted")]
    assert list(called.sent) == [call]


def test_failures_come_in_the_order_they_were_asked_for() -> None:
    mailer = RecordingMailer()
    mailer.fail_next(Temporary("one"), Temporary("two"))
    for words in ("one", "two"):
        with pytest.raises(Temporary, match=words):
            mailer.send(mail(1))
    mailer.send(mail(2))
    assert (list(mailer.refused), list(mailer.sent)) == ([mail(1), mail(1)], [mail(2)])


def test_memory_does_not_grow_without_end() -> None:
    mailer = RecordingMailer()
    for number in range(REMEMBERED + 5):
        mailer.send(mail(number))
    assert len(mailer.sent) == REMEMBERED
