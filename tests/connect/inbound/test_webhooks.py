"""What mail, meeting and webinar services tell, in Segment's names."""

import json
from collections.abc import Mapping
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from handraise.connect.inbound import calendly, generic, mailgun, postmark, sendgrid, zoom
from handraise.connect.inbound.generic import MappingInvalid, fields_from
from handraise.core.message import Message
from tests.connect.inbound.requests import AT, body, message, parsed, refused

SECONDS = int((AT - timedelta(minutes=1)).timestamp())
CLICK = {
    "email": "Ann@Acme.com", "timestamp": SECONDS, "event": "click", "sg_event_id": "e1",
    "sg_message_id": "m1.filter7", "url": "https://a.com/p?utm_source=mail", "category": ["spring", "x"],
    "useragent": "Mozilla/5.0", "ip": "1.2.3.4",
}  # fmt: skip
MAILGUN = {
    "signature": {},
    "event-data": {
        "event": "clicked", "id": "g1", "timestamp": SECONDS + 0.5, "recipient": "ann@acme.com",
        "url": "https://a.com/", "tags": ["spring"], "user-variables": {},
        "message": {"headers": {"message-id": "m1", "subject": "Hello"}},
        "client-info": {"user-agent": "Mozilla/5.0"},
    },
}  # fmt: skip
POSTMARK = {
    "RecordType": "Click", "MessageID": "m1", "Recipient": "ann@acme.com",
    "ReceivedAt": "2026-03-10T11:59:00Z",
    "OriginalLink": "https://a.com/", "Tag": "spring", "UserAgent": "Mozilla/5.0",
}  # fmt: skip
CALENDLY = {
    "event": "invitee.created", "created_at": "2026-03-10T11:59:00.000000Z",
    "payload": {
        "email": "ann@acme.com", "name": "Ann", "uri": "https://api/invitees/1", "timezone": "Europe/Berlin",
        "questions_and_answers": [{"question": "Size?", "answer": "50", "position": 0}],
        "tracking": {"utm_source": "mail", "utm_medium": None}, "rescheduled": False,
        "scheduled_event": {
            "uri": "https://api/events/1", "name": "Demo", "start_time": "2026-03-12T10:00:00Z",
            "end_time": "2026-03-12T10:30:00Z", "event_memberships": [{"user_email": "Rep@us.com"}],
        },
    },
}  # fmt: skip
ZOOM = {
    "event": "webinar.participant_joined", "event_ts": SECONDS * 1000,
    "payload": {
        "object": {
            "id": 99, "uuid": "w1==", "topic": "Product tour",
            "participant": {"email": "ann@acme.com", "join_time": "2026-03-10T11:59:00Z", "user_name": "Ann"},
        }
    },
}  # fmt: skip


def read(module: ModuleType, value: object) -> Message:
    return message(value, "/webhooks/x", module)


@pytest.mark.parametrize(
    ("module", "value", "properties"),
    [
        (sendgrid, [CLICK], {"email_id": "m1", "campaign": "spring", "utm_source": "mail"}),
        (mailgun, MAILGUN, {"email_id": "m1", "campaign": "spring", "subject": "Hello"}),
        (postmark, POSTMARK, {"email_id": "m1", "campaign": "spring"}),
    ],
)
def test_a_click_is_the_same_event_whoever_sent_the_mail(
    module: ModuleType, value: object, properties: dict[str, str]
) -> None:
    found = read(module, value)
    assert (found.event, found.email, found.bot) == ("Email Link Clicked", "ann@acme.com", None)
    assert AT - timedelta(minutes=1) <= found.occurred_at < AT - timedelta(seconds=59)
    assert properties.items() <= found.properties.items()
    assert str(found.properties["link_url"]).startswith("https://a.com/")


@pytest.mark.parametrize(
    ("module", "value"),
    [(sendgrid, [CLICK]), (mailgun, MAILGUN), (postmark, POSTMARK), (calendly, CALENDLY), (zoom, ZOOM)],
)
def test_what_is_told_twice_has_one_id(module: ModuleType, value: object) -> None:
    first = read(module, value)
    later = module.parse(
        json.dumps(value, indent=1).encode(), received_at=AT + timedelta(hours=1), path="/", headers={}
    )
    assert later.messages[0].message_id == first.message_id


@pytest.mark.parametrize(
    ("happened", "event"),
    [
        ("delivered", "Email Delivered"), ("open", "Email Opened"), ("bounce", "Email Bounced"),
        ("spamreport", "Email Marked as Spam"), ("unsubscribe", "Unsubscribed"), ("group_unsubscribe",
        "Unsubscribed"),
    ],
)  # fmt: skip
def test_sendgrids_events_have_segments_names(happened: str, event: str) -> None:
    assert read(sendgrid, [CLICK | {"event": happened}]).event == event


@pytest.mark.parametrize("happened", ["processed", "deferred", "dropped", "new one", None, 5])
def test_what_no_lead_did_is_left_out_as_noise(happened: object) -> None:
    assert refused([CLICK | {"event": happened}], "/", sendgrid).is_noise


def test_an_open_by_a_machine_is_no_persons() -> None:
    assert read(sendgrid, [CLICK | {"event": "open", "sg_machine_open": True}]).bot


def test_only_a_lasting_failure_is_a_bounce() -> None:
    def failed(severity: str) -> dict[str, Any]:
        return {"event-data": MAILGUN["event-data"] | {"event": "failed", "severity": severity}}

    assert read(mailgun, failed("permanent")).event == "Email Bounced"
    assert refused(failed("temporary"), "/", mailgun).is_noise


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({"RecordType": "Delivery", "DeliveredAt": "2026-03-10T11:00:00Z"}, "Email Delivered"),
        ({"RecordType": "Open"}, "Email Opened"),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Email": "a@b.com"}, "Email Bounced"),
        ({"RecordType": "Bounce", "Type": "AutoResponder"}, None),
        ({"RecordType": "SpamComplaint"}, "Email Marked as Spam"),
        ({"RecordType": "SubscriptionChange", "SuppressSending": True}, "Unsubscribed"),
        ({"RecordType": "SubscriptionChange", "SuppressSending": False}, None),
        (
            {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "HardBounce"},
            None,
        ),
    ],
)
def test_postmarks_records_have_segments_names(change: dict[str, object], event: str | None) -> None:
    if event is None:
        assert refused(POSTMARK | change, "/", postmark).is_noise
    else:
        assert read(postmark, POSTMARK | change).event == event


def test_a_booked_meeting_has_its_time_its_host_and_the_answers() -> None:
    found = read(calendly, CALENDLY)
    assert (found.event, found.email, found.traits["name"]) == ("Meeting Booked", "ann@acme.com", "Ann")
    assert found.properties == {
        "meeting": "Demo", "meeting_id": "https://api/events/1", "starts_at": "2026-03-12T10:00:00Z",
        "ends_at": "2026-03-12T10:30:00Z", "owner_email": "rep@us.com", "answers": {"Size?": "50"},
        "is_rescheduled": False, "utm_source": "mail",
    }  # fmt: skip


def test_a_canceled_meeting_is_another_event_than_the_booking() -> None:
    canceled = read(calendly, CALENDLY | {"event": "invitee.canceled"})
    assert canceled.event == "Meeting Canceled"
    assert canceled.message_id != read(calendly, CALENDLY).message_id


def test_who_comes_back_into_a_webinar_attended_once() -> None:
    first = read(zoom, ZOOM)
    again = json.loads(json.dumps(ZOOM).replace("11:59:00", "11:59:30"))
    assert first.event == "Webinar Attended"
    assert read(zoom, again).message_id == first.message_id


def test_a_registration_brings_what_the_form_asked() -> None:
    registrant = {"email": "ann@acme.com", "first_name": "Ann", "job_title": "VP Sales", "org": "Acme"}
    value = {
        "event": "webinar.registration_created", "event_ts": SECONDS * 1000,
        "payload": {"object": {"uuid": "w1", "topic": "T", "registrant": registrant}},
    }  # fmt: skip
    found = read(zoom, value)
    assert found.event == "Webinar Registered"
    assert found.traits == {
        "email": "ann@acme.com",
        "firstName": "Ann",
        "title": "VP Sales",
        "company": "Acme",
    }


def test_a_participant_without_an_address_is_nobody() -> None:
    nobody = json.loads(json.dumps(ZOOM).replace("ann@acme.com", ""))
    assert refused(nobody, "/", zoom).code == "no_identity"


def test_one_bad_event_does_not_spoil_the_others_of_its_request() -> None:
    found = parsed([CLICK, CLICK | {"email": ""}, 5, CLICK], "/", sendgrid)
    assert (len(found.messages), [one.place for one in found.refused]) == (2, [1, 2])
    assert parsed(found.refused[0].raw, "/", sendgrid).refused[0].code == "no_identity"


MAPPING = {
    "event": "data.type", "names": {"form.sent": "Form Submitted"}, "at": "data.at", "id": "id",
    "email": "data.people.0.email", "properties": {"*": "data.answers", "form": "data.form"},
}  # fmt: skip
FORM = {
    "id": "f1",
    "data": {
        "type": "form.sent", "at": "2026-03-10T11:59:00Z", "people": [{"email": "ann@acme.com"}],
        "form": "Demo",
        "answers": {"size": 50, "url": "https://a.com/?utm_source=x"},
    },
}  # fmt: skip


def by_mapping(value: object, mapping: Mapping[str, object] = MAPPING) -> Any:
    return generic.parse(body(value), received_at=AT, path="/", headers={}, mapping=fields_from(mapping))


def test_a_mapping_tells_where_things_stand() -> None:
    (found,) = by_mapping(FORM).messages
    assert (found.event, found.message_id, found.email) == ("Form Submitted", "f1", "ann@acme.com")
    assert found.properties == {
        "size": 50, "url": "https://a.com/?utm_source=x", "form": "Demo", "utm_source": "x",
    }  # fmt: skip


def test_a_list_by_mapping_is_several_events_each_for_itself() -> None:
    other = {"data": {"type": "form.seen"}}
    found = by_mapping([FORM, other, 7])
    assert (len(found.messages), [one.code for one in found.refused]) == (1, ["noise", "not_an_object"])


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"event": "a"}, "person"), ({"email": "a"}, "event"), ({"event": "a", "event_name": "b",
        "email": "c"}, "either"),
        ({"evnt": "a"}, "evnt"), ({"event": "a..b", "email": "c"}, "path"), ({"event": "a", "email": 5},
        "path"),
        ({"event": "a", "email": "b", "properties": ["x"]}, "properties"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_says_why(mapping: dict[str, object], word: str) -> None:
    with pytest.raises(MappingInvalid, match=word):
        fields_from(mapping)
