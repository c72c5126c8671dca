"""What happened is told to whom it concerns, once, in the transaction in which it happened."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from handraise.core.notification import Notification
from handraise.flow.notify import INCOMING, Ways, notify, notify_all
from handraise.store.deliveries import Delivery, deliveries
from handraise.store.endpoints import switch_off
from handraise.store.session import Database
from tests.flow.outgoing import NOW, Desk, an_endpoint, handed, jobs

ALL = Ways(slack=True, slack_channel="C0", company="Us", booking_url="https://us.example/book")


def a_member(connection: sa.Connection) -> int:
    asked = """insert into member (email, name, role, slack_id, created_at)
        values ('zoe@us.example', 'Zoe', 'admin', 'U9', now()) returning id"""
    return int(connection.exec_driver_sql(asked).scalar_one())


def told(connection: sa.Connection) -> dict[tuple[str, str], Delivery]:
    return {(each.channel, each.destination): each for each in deliveries(connection)}


def test_opened_handoff_goes_to_owner_team_channel_and_subscribers(connected: Database) -> None:
    with connected.transaction() as connection:
        who, hook = handed(connection), an_endpoint(connection)
        an_endpoint(connection, "https://y.example", "sla.breached")
        made = notify(connection, Notification("handoff.opened", "k", who.lead, who.handoff), NOW, ALL)
        found = told(connection)
    assert set(found) == {("email", "ann@us.example"), ("slack", "C1"), ("webhook", str(hook.id))}
    assert {each.id for each in found.values()} == set(made)
    body = found["webhook", str(hook.id)].payload
    assert (body["type"], body["timestamp"]) == ("handoff.opened", NOW.isoformat())
    assert body["data"]["handoff_id"] == who.handoff
    assert [(job.queue_name, job.status) for job in jobs(connected)] == [
        ("email", "todo"),
        ("slack", "todo"),
        ("webhook", "todo"),
    ]


def test_telling_twice_sends_once(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
        opened = Notification("handoff.opened", "k", who.lead, who.handoff)
        assert len(notify(connection, opened, NOW, ALL)) == 2
    with connected.transaction() as connection:
        assert notify(connection, opened, NOW + timedelta(hours=1), ALL) == []
    assert len(jobs(connected)) == 2


def test_told_together_each_goes_out_as_when_told_alone(connected: Database) -> None:
    with connected.transaction() as connection:
        who, _ = handed(connection), an_endpoint(connection)
        all_of_it = [
            Notification("handoff.opened", "k", who.lead, who.handoff, payload={"subject": "hot"}),
            Notification("demo.confirmed", "k", who.lead),
            Notification("lead.qualified", "k", who.lead, None, ("webhook",), payload={"to": "mql"}),
            Notification("handoff.opened", "k", who.lead, who.handoff, payload={"subject": "told again"}),
        ]
        apart = connection.begin_nested()
        alone = [each for one in all_of_it for each in notify(connection, one, NOW, ALL)]
        found = deliveries(connection)
        apart.rollback()
        assert notify_all(connection, all_of_it, NOW, ALL) == alone
        assert deliveries(connection) == found
    assert len(alone) == 6
    assert sorted((job.queue_name, job.priority) for job in jobs(connected)) == [
        ("email", 10), ("email", 20), ("slack", 10), ("webhook", 0), ("webhook", 10), ("webhook", 20)
    ]  # fmt: skip


def test_what_is_about_something_else_is_told_again(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
        for clock in ("clock 1", "clock 2"):
            warned = Notification("sla.warned", clock, who.lead, who.handoff, channels=("email",))
            assert len(notify(connection, warned, NOW, ALL)) == 1


def test_rolled_back_happening_leaves_neither_delivery_nor_job(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
    with pytest.raises(ZeroDivisionError), connected.transaction() as connection:  # noqa: PT012
        notify(connection, Notification("handoff.opened", "k", who.lead, who.handoff), NOW, ALL)
        raise ZeroDivisionError
    with connected.transaction() as connection:
        assert not told(connection)
    assert not jobs(connected)


def test_demo_is_confirmed_to_the_lead_before_everything_else(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
        notify(connection, Notification("demo.confirmed", "k", who.lead), NOW, ALL)
        found = told(connection)
    assert set(found) == {("email", "jo@acme.example")}
    assert found["email", "jo@acme.example"].payload["booking_url"] == "https://us.example/book"
    assert [job.priority for job in jobs(connected)] == [20]


def test_lead_without_an_address_gets_no_mail(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection, email=None)
        assert notify(connection, Notification("demo.confirmed", "k", who.lead), NOW, ALL) == []


def test_handoff_without_an_owner_goes_to_the_teams_address(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection, owned=False)
        notify(connection, Notification("handoff.opened", "k", who.lead, who.handoff), NOW)
        assert set(told(connection)) == {("email", "sales@us.example")}


@pytest.mark.parametrize(
    ("channel", "slack", "ways", "place"),
    [
        ("C1", "U1", ALL, "C1"),
        (None, "U1", ALL, "U1"),
        (None, None, ALL, "C0"),
        ("C1", "U1", Ways(slack_webhook=True), INCOMING),
        ("C1", "U1", Ways(), None),
    ],
)
def test_slack_goes_to_the_team_then_the_owner_then_the_default(
    connected: Database, channel: str | None, slack: str | None, ways: Ways, place: str | None
) -> None:
    with connected.transaction() as connection:
        who = handed(connection, channel=channel, slack=slack)
        notify(connection, Notification("sla.breached", "k", who.lead, who.handoff), NOW, ways)
        found = [each.destination for each in deliveries(connection, channel="slack")]
    assert found == ([place] if place else [])


def test_escalation_reaches_the_manager_too(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
        to = ("boss@us.example", "ann@us.example", "C9", f"member:{a_member(connection)}", "member:0")
        notify(connection, Notification("sla.escalated", "k", who.lead, who.handoff, to=to), NOW, ALL)
        found = told(connection)
    assert {to for channel, to in found if channel == "email"} == {
        "boss@us.example",
        "ann@us.example",
        "zoe@us.example",
    }
    assert {to for channel, to in found if channel == "slack"} == {"C1", "C9", "U9"}


def test_endpoint_subscribes_to_all_of_a_subject(connected: Database) -> None:
    with connected.transaction() as connection:
        subject, one = (
            an_endpoint(connection, "https://x.example", name) for name in ("lead.*", "lead.moved")
        )
        off = an_endpoint(connection, "https://off.example")
        switch_off(connection, off.id, "by hand", NOW)
        who = handed(connection)
        notify(connection, Notification("lead.disqualified", "k", who.lead), NOW)
        found = {each.destination for each in deliveries(connection, channel="webhook")}
    assert found == {str(subject.id)} != {str(one.id)}


def test_only_the_channels_asked_for_are_used(connected: Database) -> None:
    with connected.transaction() as connection:
        who = handed(connection)
        an_endpoint(connection)
        opened = Notification("handoff.opened", "k", who.lead, who.handoff, channels=("webhook",))
        notify(connection, opened, NOW, ALL)
        assert {channel for channel, _ in told(connection)} == {"webhook"}


def test_a_desk_writes_each_kind_for_people(connected: Database) -> None:
    desk = Desk(connected)
    kinds = ("handoff.opened", "sla.warned", "sla.breached", "sla.escalated", "lead.review_due")
    with connected.transaction() as connection:
        who = handed(connection)
        for kind in kinds:
            data = {"subject": "Jo waits too long"}
            notify(connection, Notification(kind, "k", who.lead, who.handoff, payload=data), NOW, ALL)
        notify(connection, Notification("demo.confirmed", "k", who.lead), NOW, ALL)
    assert set(desk.deliver_due()) == {"sent"}
    subjects = {mail.subject for mail in desk.mailer.sent}
    assert subjects == {
        "Jo Li at Acme: a demo (+50)",
        "Due soon: Jo Li at Acme",
        "Overdue: Jo Li at Acme",
        "Jo waits too long",
        "Your demo with Us",
    }
    assert {message.channel for message in desk.chat.sent} == {"C1"}
    assert any(message.text.startswith("Hand-off: Jo Li at Acme") for message in desk.chat.sent)
    assert any(message.text.startswith("Overdue, escalated") for message in desk.chat.sent)
