"""The tables of the example company: the same for a seed, whole, ordered, with the promised blemishes."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from handraise.example import (
    COMPETITOR_DOMAINS,
    ICP_INDUSTRIES,
    SHARES,
    ExampleCompany,
    generate,
)

TABLES = ("accounts", "leads", "events", "outcomes", "spend", "truth")
UNTIL = datetime(2026, 10, 1, tzinfo=UTC)


@cache
def company() -> ExampleCompany:
    return generate()


@cache
def larger_company() -> ExampleCompany:
    return generate(leads=8_000, seed=4)


def rows(table: pa.Table) -> list[dict[str, Any]]:
    return list(table.to_pylist())


def values(table: pa.Table, column: str) -> list[Any]:
    return list(table[column].to_pylist())


def micros(table: pa.Table, column: str) -> Any:
    return table[column].cast("int64").to_numpy()


@pytest.mark.parametrize("name", TABLES)
def test_same_seed_gives_same_table(name: str) -> None:
    assert getattr(generate(), name).equals(getattr(company(), name))


@pytest.mark.parametrize("name", TABLES)
def test_another_seed_gives_another_table(name: str) -> None:
    assert not getattr(generate(leads=2_000, seed=2), name).equals(getattr(company(), name))


def test_first_lead_of_seed_one_stays_who_it_is() -> None:
    """A change here is a change of everybody's example: say so in the changelog."""
    first = rows(company().leads)[0]
    assert (first["lead_id"], first["email"]) == ("L0000001", "nora.harbour@linden-wheel-travel.example")


@pytest.mark.parametrize("leads", [1, 2, 3, 10])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_small_companies_are_whole(leads: int, seed: int) -> None:
    small = generate(leads=leads, seed=seed)
    assert small.leads.num_rows == leads
    assert set(values(small.events, "lead_id")) <= set(values(small.leads, "lead_id"))


def test_no_leads_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        generate(leads=0)


def test_until_without_time_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(leads=1, until=datetime(2026, 10, 1))  # noqa: DTZ001


def test_until_is_an_instant_whatever_its_zone() -> None:
    same = datetime(2026, 10, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    assert generate(leads=30, until=same).events.equals(generate(leads=30).events)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("leads", "created_at"),
        ("events", "occurred_at"),
        ("events", "received_at"),
        *(("outcomes", name) for name in ("mql_at", "first_contact_at", "sql_at", "won_at", "lost_at")),
    ],
)
def test_nothing_is_later_than_until(table: str, column: str) -> None:
    until = datetime(2026, 4, 13, 9, 30, tzinfo=UTC)
    latest = max(at for at in values(getattr(generate(leads=500, until=until), table), column) if at)
    assert latest <= until
    assert latest > until - timedelta(days=90)


def test_ids_are_unique_and_in_order_of_arrival() -> None:
    ids, created = values(company().leads, "lead_id"), values(company().leads, "created_at")
    assert ids == [f"L{number:07d}" for number in range(1, 2_001)]
    assert created == sorted(created)
    assert len(set(values(company().leads, "email"))) == 2_000
    assert len(set(values(company().accounts, "domain"))) == company().accounts.num_rows


def test_every_reference_has_its_row() -> None:
    leads = set(values(company().leads, "lead_id"))
    accounts = set(values(company().accounts, "account_id"))
    assert set(values(company().leads, "account_id")) - {None} <= accounts
    seen = set(values(company().events, "lead_id"))
    assert seen <= leads
    assert len(seen) > 0.95 * len(leads)
    outcomes = values(company().outcomes, "lead_id")
    assert set(outcomes) <= leads
    assert len(set(outcomes)) == len(outcomes)
    assert values(company().truth, "lead_id") == values(company().leads, "lead_id")


def test_business_address_is_at_the_account() -> None:
    domains = dict(
        zip(values(company().accounts, "account_id"), values(company().accounts, "domain"), strict=True)
    )
    kinds = values(company().truth, "email_kind")
    business = [lead for lead, kind in zip(rows(company().leads), kinds, strict=True) if kind == "business"]
    assert len(business) > 1_000
    assert all(lead["email"].endswith("@" + domains[lead["account_id"]]) for lead in business)


def test_nobody_real_can_be_reached() -> None:
    kinds = values(company().truth, "email_kind")
    for email, kind in zip(values(company().leads, "email"), kinds, strict=True):
        assert email.isascii()
        assert email.endswith(".example") if kind == "business" else ".example." in email
    assert all(domain.endswith(".example") for domain in values(company().accounts, "domain"))
    assert all("Example" in name for name in values(company().accounts, "name"))


def test_competitors_write_from_their_own_domains() -> None:
    personas = values(company().truth, "persona")
    emails = [e for e, p in zip(values(company().leads, "email"), personas, strict=True) if p == "competitor"]
    own = [email.split("@")[1] in COMPETITOR_DOMAINS for email in emails]
    assert sum(own) / len(own) > 0.75


def test_target_industries_occur_in_the_accounts() -> None:
    assert set(ICP_INDUSTRIES) < set(values(company().accounts, "industry"))


def test_events_are_sorted_by_lead_and_time() -> None:
    lead = values(company().events, "lead_id")
    occurred = micros(company().events, "occurred_at").tolist()
    assert all(before <= after for before, after in pairwise(zip(lead, occurred, strict=True)))


def test_event_columns_have_plain_types() -> None:
    types = {field.name: str(field.type) for field in company().events.schema}
    assert types["lead_id"] == types["event"] == types["path"] == types["campaign"] == "string"
    assert types["occurred_at"] == types["received_at"] == "timestamp[us, tz=UTC]"
    assert (types["seconds"], types["is_bot"]) == ("double", "bool")


def test_pages_have_a_path_a_session_and_a_time() -> None:
    pages = company().events.filter(pa.compute.equal(company().events["event"], "page"))
    assert pages.num_rows > 10_000
    for name in ("path", "url", "title", "session_id", "seconds"):
        assert pages[name].null_count == 0, name
    assert min(values(pages, "seconds")) > 0


def test_mail_has_no_session() -> None:
    mails = company().events.filter(pa.compute.starts_with(company().events["event"], "Email"))
    assert mails["session_id"].null_count == mails.num_rows
    assert mails["campaign"].null_count == 0


def test_sessions_belong_to_one_lead_and_last_under_two_hours() -> None:
    spans: dict[str, list[tuple[str, datetime]]] = {}
    for event in rows(company().events.select(["lead_id", "session_id", "occurred_at"])):
        if event["session_id"]:
            spans.setdefault(event["session_id"], []).append((event["lead_id"], event["occurred_at"]))
    assert all(len({lead for lead, _ in span}) == 1 for span in spans.values())
    assert max(span[-1][1] - span[0][1] for span in spans.values()) < timedelta(hours=2)


def test_forms_are_filled_in_by_known_leads_only() -> None:
    created = dict(
        zip(values(company().leads, "lead_id"), values(company().leads, "created_at"), strict=True)
    )
    early = {
        event["event"]
        for event in rows(company().events.select(["lead_id", "event", "occurred_at"]))
        if event["occurred_at"] < created[event["lead_id"]]
    }
    assert early == {"page", "Demo Video Watched", "Chat Started"}


def test_share_of_repeated_events() -> None:
    events = larger_company().events
    repeated = 1 - len(set(values(events, "message_id"))) / events.num_rows
    assert repeated == pytest.approx(SHARES["duplicate"], abs=0.001)


def test_repeats_differ_only_in_when_they_arrived() -> None:
    by_id: dict[str, list[dict[str, Any]]] = {}
    for event in rows(company().events):
        by_id.setdefault(event["message_id"], []).append(event)
    twice = [events for events in by_id.values() if len(events) > 1]
    assert twice
    for first, second in twice:
        assert first.pop("received_at") <= second.pop("received_at")
        assert first == second


def test_share_of_late_events() -> None:
    lag = micros(larger_company().events, "received_at") - micros(larger_company().events, "occurred_at")
    assert lag.min() > 0
    assert float((lag >= 86_400e6).mean()) == pytest.approx(SHARES["late"], abs=0.0015)


def test_share_of_scanner_clicks() -> None:
    is_bot = np.asarray(values(larger_company().events, "is_bot"))
    assert float(is_bot.mean()) == pytest.approx(SHARES["bot"], abs=0.006)


def test_scanners_click_within_seconds_of_delivery() -> None:
    delivered: dict[tuple[str, str], list[datetime]] = {}
    for event in rows(company().events):
        key = (event["lead_id"], event["campaign"])
        if event["event"] == "Email Delivered":
            delivered.setdefault(key, []).append(event["occurred_at"])
        elif event["is_bot"]:
            assert event["event"] == "Email Link Clicked"
            assert any(
                timedelta(0) < event["occurred_at"] - at < timedelta(seconds=21) for at in delivered[key]
            )


def test_nobody_gets_marketing_mail_after_unsubscribing() -> None:
    left: dict[str, datetime] = {}
    marketing = [event for event in rows(company().events) if event["source"] == "email"]
    for event in marketing:
        if event["event"] == "Unsubscribed":
            left.setdefault(event["lead_id"], event["occurred_at"])
    mailed_later = [
        event
        for event in marketing
        if event["event"] == "Email Delivered" and event["occurred_at"] > left.get(event["lead_id"], UNTIL)
    ]
    assert left
    # a mail that was on its way while somebody read the one before
    assert len(mailed_later) <= 0.05 * len(left)


def test_webinars_are_attended_on_their_dates() -> None:
    attended = [event for event in rows(company().events) if event["event"] == "Webinar Attended"]
    assert {event["kind"] for event in attended} == {"product", "educational"}
    for event in attended:
        assert event["campaign"] == f"webinar-{event['kind']}-{event['occurred_at'].date()}"
        assert event["occurred_at"].weekday() == (1 if event["kind"] == "product" else 3)


def test_people_come_on_working_days_and_less_in_august() -> None:
    created = [at.date() for at in values(larger_company().leads, "created_at")]
    weekend = sum(day.weekday() >= 5 for day in created) / len(created)
    assert 0.01 < weekend < 0.1
    for year in (2025, 2026):
        july, august = (sum(day.year == year and day.month == month for day in created) for month in (7, 8))
        assert august < 0.75 * july


def test_second_year_brings_more_leads_than_the_first() -> None:
    created = values(larger_company().leads, "created_at")
    first = sum(at < datetime(2025, 10, 1, tzinfo=UTC) for at in created)
    assert first * 1.2 < len(created) - first


def test_some_accounts_bring_a_committee() -> None:
    counts = np.unique([one for one in values(company().leads, "account_id") if one], return_counts=True)[1]
    assert counts.max() >= 8
    assert 0.3 < float((counts >= 2).mean()) < 0.8


def test_leads_of_one_account_are_keen_together() -> None:
    by_account: dict[str, list[float]] = {}
    for lead, intent in zip(
        rows(larger_company().leads), values(larger_company().truth, "intent"), strict=True
    ):
        if lead["account_id"]:
            by_account.setdefault(lead["account_id"], []).append(intent)
    pairs = np.asarray([intents[:2] for intents in by_account.values() if len(intents) >= 2])
    assert np.corrcoef(pairs.T)[0, 1] > 0.2


def test_forms_are_typed_carelessly() -> None:
    titles = values(company().leads, "title")
    assert {None, "Select"} < set(titles)
    assert any(title != title.strip() for title in titles if title)
    assert any(title.isupper() and len(title) > 5 for title in titles if title)
    assert {None, "Select", "Deutschland", "UK"} <= set(values(company().leads, "country"))
    assert {None, "Select"} & set(values(company().accounts, "industry")) == {"Select"}
    assert company().accounts["employees"].null_count > 0


def test_spend_covers_every_month_and_never_direct_traffic() -> None:
    spend = rows(company().spend)
    assert len({row["month"] for row in spend}) == 24
    assert "direct" not in {row["source"] for row in spend}
    assert all(row["amount"] >= 0 for row in spend)
