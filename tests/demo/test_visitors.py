"""Visitors of the example do what its tables say, as calls that the product's own reader takes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from handraise.connect.inbound.formats import parse
from handraise.demo.past import batches
from handraise.demo.visitors import Visitor, in_order, moved, visitors_of
from handraise.example import ExampleCompany, generate

END = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> ExampleCompany:
    return generate(60, 3, END)


@pytest.fixture(scope="module")
def visitors(company: ExampleCompany) -> list[Visitor]:
    return visitors_of(company, company.leads["lead_id"].to_pylist())


def test_every_event_but_mere_deliveries_is_sent_once(
    company: ExampleCompany, visitors: list[Visitor]
) -> None:
    sent = [call for one in visitors for call in (*one.calls, *one.of_sales) if "properties" in call.body]
    events = [row for row in company.events.to_pylist() if row["event"] != "Email Delivered"]
    assert sorted(call.body["messageId"] for call in sent) == sorted(row["message_id"] for row in events)


def test_the_reader_takes_every_call(visitors: list[Visitor]) -> None:
    calls = in_order(call for one in visitors for call in one.calls)
    body = json.dumps({"batch": [call.body for call in calls], "sentAt": END.isoformat()}).encode()
    parsed = parse("segment", body, received_at=END, path="/v1/batch")
    assert (parsed.refused, len(parsed.messages)) == ((), len(calls))
    assert sum(message.bot is not None for message in parsed.messages) == sum(
        "Scanner" in call.body.get("context", {}).get("userAgent", "") for call in calls
    )


def test_nobody_is_named_before_they_said_who_they_are(visitors: list[Visitor]) -> None:
    for one in visitors:
        said = next(place for place, call in enumerate(one.calls) if call.body["type"] == "identify")
        assert one.calls[said].at == one.lead["created_at"]
        assert all(
            one.email not in json.dumps(call.body) for call in one.calls[:said] if call.by == "website"
        )


def test_what_sales_brought_about_is_kept_apart(company: ExampleCompany, visitors: list[Visitor]) -> None:
    of_sales = {row["message_id"] for row in company.events.to_pylist() if row["source"] == "sales"}
    apart = {call.body["messageId"] for one in visitors for call in one.of_sales}
    assert apart
    assert apart <= of_sales
    assert not of_sales & {call.body["messageId"] for one in visitors for call in one.calls}


def test_calls_of_two_companies_have_nothing_in_common(company: ExampleCompany) -> None:
    leads = company.leads["lead_id"].to_pylist()[:5]
    ids = [
        {call.body["messageId"] for one in visitors_of(company, leads, mark) for call in one.calls}
        for mark in ("", "1-")
    ]
    assert not ids[0] & ids[1]


def test_a_moved_call_keeps_how_late_it_came(visitors: list[Visitor]) -> None:
    call = visitors[0].calls[0]
    later = moved(call, timedelta(days=3))
    happened = [datetime.fromisoformat(one.body["timestamp"]) for one in (call, later)]
    assert (later.at - call.at, happened[1] - happened[0]) == (timedelta(days=3), timedelta(days=3))


def test_batches_lose_nothing_and_keep_the_order(visitors: list[Visitor]) -> None:
    calls = in_order(call for one in visitors for call in one.calls)
    assert [call for group in batches(calls) for call in group] == calls
