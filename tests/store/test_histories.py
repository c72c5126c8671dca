"""Leads as the evaluator takes them out of the store: as out of files, of merged families, as of then."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.event import Lead
from handraise.core.message import Message
from handraise.engine.evaluate import evaluate
from handraise.files.histories import lead_history
from handraise.flow import enrich, merge
from handraise.flow.identify import resolve
from handraise.store.events import Taken, store_events
from handraise.store.histories import histories
from handraise.store.session import Database
from tests.builders import DAY, HOUR, NOW, defined
from tests.databases import Database as Fresh

DEFINITION = """
fit:
  rules:
    - {rule: senior, when: {lead.seniority: [vp, c_suite]}, points: 20}
    - {rule: on business, when: {lead.email_kind: business}, points: 7}
    - {rule: mid-market, when: {account.employees: {between: [50, 500]}}, points: 11}
    - {rule: uses SAP, when: {account.technologies: {has: SAP}}, points: 3}
    - {rule: rich cart, when: {lead.cart_size: {at_least: 2}}, points: 2}
engagement:
  rules:
    - {rule: pricing, signal: pricing, points: 10, each: 1 per day}
    - {rule: big deal, signal: deal, points: 5}
    - {rule: long read, signal: visit, sum: seconds, at_least: 90, points: 4}
    - {rule: two together, same_session: [visit, demo], points: 9}
    - {rule: silent, none_of: open, in_last: 2 days, points: -1}
qualify: {mql: {total: 40}}
signals:
  visit: {event: page}
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  demo: {event: Demo Requested}
  deal: {event: Quote Requested, where: {quote.total: {at_least: 1000}}}
  open: {event: Email Opened}
"""
TRAITS: dict[str, Any] = {
    "email": "ann@acme.com", "title": "VP Sales", "cart": {"size": 3},
    "company": {"employees": "51-200", "technologies": ["SAP", "Jira"]},
}  # fmt: skip
FACTS = {
    "email": "ann@acme.com", "title": "VP Sales", "cart_size": 3,
    "account": {"employees": "51-200", "technologies": ["SAP", "Jira"]},
}  # fmt: skip
DONE: list[tuple[str, timedelta, dict[str, Any]]] = [
    ("page", 5 * DAY, {"path": "/pricing", "seconds": 60, "tags": ["a", "b"]}),
    ("page", 3 * DAY, {"path": "/pricing/plans", "seconds": "40"}),
    ("Demo Requested", 3 * DAY - HOUR, {"size": None, "urgent": True}),
    ("Quote Requested", 2 * DAY, {"quote": {"total": 1500.5, "currency": "EUR"}}),
    ("page", 1 * DAY, {"path": "/"}),
]


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


def messages(anonymous_id: str = "b1", *, bot: str | None = None) -> list[Message]:
    found = []
    for n, (event, ago, properties) in enumerate(DONE):
        at, kind = NOW - ago, "page" if event == "page" else "track"
        found.append(
            Message(kind, event, f"{anonymous_id}-{n}", at, at, anonymous_id=anonymous_id,  # type: ignore[arg-type]
                    session_id="s1", properties=properties, bot=bot)
        )  # fmt: skip
    return found


def received(connection: sa.Connection, *given: Message) -> list[int]:
    leads = resolve(connection, given, NOW)
    store_events(
        connection, [Taken(one, None, message) for one, message in zip(leads, given, strict=True)], NOW
    )
    return leads


def identified(user_id: str, at: datetime = NOW, traits: dict[str, Any] | None = None, **ids: Any) -> Message:
    traits = traits or {}
    return Message("identify", "identify", f"i-{user_id}-{at}", at, at, user_id=user_id,
                   email=traits.get("email"), traits=traits, **ids)  # fmt: skip


def history(connection: sa.Connection, lead: int, as_of: datetime | None = None) -> Lead:
    [found] = histories(connection, [lead], as_of)
    return found


def test_the_same_lead_from_files_and_from_the_store_has_the_same_score(
    connection: sa.Connection, tmp_path: Path
) -> None:
    leads = received(connection, *messages(), identified("u1", NOW - 6 * DAY, TRAITS, anonymous_id="b1"))
    root = leads[0]
    lines = [
        {"lead_id": str(root), "event": event, "occurred_at": (NOW - ago).isoformat(), "session_id": "s1",
         "message_id": f"m{n}", "properties": properties}
        for n, (event, ago, properties) in enumerate(DONE)
    ]  # fmt: skip
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "leads.jsonl").write_text(json.dumps({"lead_id": str(root), **FACTS}))
    from_files = lead_history(str(root), tmp_path / "leads.jsonl", events=tmp_path / "events.jsonl")
    live = history(connection, root)
    mine, theirs = evaluate(defined(DEFINITION), [live, from_files], NOW)
    assert mine == theirs
    assert {line.rule for line in mine.lines} == {
        "senior", "on business", "mid-market", "uses SAP", "rich cart", "pricing", "big deal", "long read",
        "two together", "silent",
    }  # fmt: skip


def test_a_family_has_the_events_and_facts_of_all_its_members_and_unmerged_each_its_own(
    connection: sa.Connection,
) -> None:
    [ann] = received(connection, identified("ann", NOW, {"title": "CTO"}))
    [bob] = received(connection, identified("bob", NOW, {"plan": "pro"}))
    received(connection, *messages("ann-b"), identified("ann", anonymous_id="ann-b"))
    before = history(connection, ann), history(connection, bob)
    merge.merge(connection, ann, bob, "member:1", "same person", NOW)
    together = history(connection, bob)
    assert len(together.events) == len(DONE)
    assert together.facts["lead.title"] == "CTO"
    assert together.facts["lead.plan"] == "pro"
    assert histories(connection, [ann]) == []  # no root any more, and nobody's history twice
    merge.unmerge(connection, ann, "member:1", NOW)
    assert (history(connection, ann), history(connection, bob)) == before


def test_as_of_knows_only_what_had_reached_us_and_happened(connection: sa.Connection) -> None:
    [lead] = received(connection, identified("ann", NOW - 9 * DAY, {"title": "CTO"}))
    late = Message("track", "Demo Requested", "late", NOW - 8 * DAY, NOW, user_id="ann")
    soon = Message("track", "Demo Requested", "soon", NOW - 3 * DAY, NOW - 3 * DAY, user_id="ann")
    received(connection, late, soon, identified("ann", NOW - DAY, {"title": "CEO"}))
    then = history(connection, lead, NOW - 2 * DAY)
    assert [event.message_id for event in then.events] == ["soon"]
    assert then.facts["lead.title"] == "CTO"
    assert history(connection, lead).facts["lead.title"] == "CEO"
    assert len(history(connection, lead, NOW).events) == 2


def test_events_of_bots_are_there_and_say_so(connection: sa.Connection) -> None:
    lead = received(connection, *messages(bot="Googlebot"))[0]
    assert all(event.is_bot for event in history(connection, lead).events)


def test_a_lead_is_known_since_the_first_thing_it_did_unless_somebody_says_since_when(
    connection: sa.Connection,
) -> None:
    lead = received(connection, *messages())[0]
    assert history(connection, lead).facts["lead.created_at"] == NOW - 5 * DAY
    enrich.told(connection, lead, {"lead.created_at": "2024-01-01T00:00:00Z"}, source="import", now=NOW)
    assert history(connection, lead).facts["lead.created_at"] == "2024-01-01T00:00:00Z"


def test_the_leads_own_word_on_its_account_comes_before_the_accounts(connection: sa.Connection) -> None:
    traits = {"email": "ann@acme.com", "company": {"employees": 70}}
    [lead] = received(connection, identified("ann", NOW, traits))
    [account] = connection.exec_driver_sql("select id from handraise.account").scalars()
    told = {"account.employees": 5000, "account.industry": "software"}
    enrich.told_of_account(connection, account, told, source="enrichment", now=NOW)
    facts = history(connection, lead).facts
    assert (facts["account.employees"], facts["account.industry"]) == (70, "software")
    assert facts["account.domain"] == "acme.com"
    assert (facts["account.leads_engaged"], facts["account.engagement"]) == (0, 0)


def test_roots_come_in_the_order_asked_for_without_those_that_are_not_there(
    connection: sa.Connection,
) -> None:
    ann, bob = received(connection, identified("ann"), identified("bob"))
    found = histories(connection, [bob, 999_999, ann])
    assert [lead.lead_id for lead in found] == [str(bob), str(ann)]
    assert histories(connection, []) == []
