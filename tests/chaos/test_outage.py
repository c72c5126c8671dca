"""Six hours without mail, chat and webhooks, on a clock that is moved: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from handraise.connect.ports import Receipt, Temporary, WebhookCall
from handraise.core.notification import Notification
from handraise.flow.deliver import Outside, deliver
from handraise.flow.notify import Ways, notify
from handraise.store.deliveries import Delivery, attempts_of, deliveries, due_deliveries
from handraise.store.session import Database
from tests.databases import Database as Fresh
from tests.flow.outgoing import NOW, Moving, an_endpoint, handed

OUTAGE = timedelta(hours=6)
STEP = timedelta(minutes=10)
TOLD = 15


@dataclass
class Away:
    """Takes nothing until the outage is over, and counts what it takes then."""

    clock: Moving
    got: list[Any] = field(default_factory=list)
    tried: int = 0

    def send(self, one: Any) -> Receipt:
        self.tried += 1
        if isinstance(one, WebhookCall) and "live" in one.url:
            return Receipt(200)
        if self.clock() < NOW + OUTAGE:
            raise Temporary("no answer")
        self.got.append(one)
        return Receipt(200)

    def reply(self, response_url: str, text: str) -> Receipt:
        raise AssertionError("nobody pressed a button")


@pytest.fixture
def connected(database: Fresh) -> Iterator[Database]:
    with closing(Database(database.url)) as opened:
        yield opened


def test_six_hours_without_mail_chat_and_webhooks(connected: Database) -> None:
    clock = Moving()
    mail, chat, hooks = Away(clock), Away(clock), Away(clock)
    outside = Outside(mail, chat, hooks)
    ways = Ways(slack=True, slack_channel="#sales")
    with connected.transaction() as connection:
        an_endpoint(connection, "https://dead.example/in")
        live = an_endpoint(connection, "https://live.example/in")
        who = handed(connection, slack="U1")
    number = 0
    while clock() < NOW + timedelta(hours=24):
        if clock() < NOW + OUTAGE and number < TOLD:
            with connected.transaction() as connection:
                notify(
                    connection, Notification("sla.warned", str(number), who.lead, who.handoff), clock(), ways
                )
            number += 1
        with connected.transaction() as connection:
            due = [each.id for each in due_deliveries(connection, clock())]
        for waiting in due:
            deliver(connected, outside, waiting, clock)
        clock.move(STEP)

    with connected.transaction() as connection:
        all_ = list(deliveries(connection, limit=500))
        sent = {
            one.id: [attempt for attempt in attempts_of(connection, one.id) if attempt.outcome == "sent"]
            for one in all_
        }
    by_channel = Counter(one.channel for one in all_)
    assert set(by_channel) == {"email", "slack", "webhook"}
    assert by_channel["webhook"] == 2 * TOLD
    assert {one.state for one in all_} == {"sent"}
    assert {len(attempts) for attempts in sent.values()} == {1}
    assert sorted(one.delivery_id for one in mail.got) == ids(all_, "email")
    assert len(chat.got) == by_channel["slack"]
    dead = [one for one in all_ if one.destination != str(live.id)]
    assert sorted(one.id for one in hooks.got) == ids(dead, "webhook")
    # The subscriber that was there had everything at once, while every other destination was away.
    for one in all_:
        if one.channel == "webhook" and one.destination == str(live.id):
            assert (one.attempts, one.finished_at) == (1, one.created_at)
    # A destination that is away is asked seldom: not once for each thing that waits for it.
    assert mail.tried - len(mail.got) < 3 * TOLD


def ids(found: list[Delivery], channel: str) -> list[str]:
    return sorted(str(one.id) for one in found if one.channel == channel)
