"""Whose doing it is: ids, browsers that turn out to be somebody, people whose ids meet, facts, accounts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.message import Message
from handraise.flow.identify import resolve
from handraise.store import accounts, facts, merges
from handraise.store.aliases import Alias, leads_named
from handraise.store.session import Database
from tests.builders import NOW
from tests.databases import Database as Fresh

_numbers = count(1)


@pytest.fixture
def store(database: Fresh) -> Iterator[Database]:
    kept = Database(database.url, connections=8, wait=60)
    yield kept
    kept.close()


@pytest.fixture
def connection(store: Database) -> Iterator[sa.Connection]:
    with store.transaction() as opened:
        yield opened


def said(kind: Any = "track", minutes: int = 0, **what: Any) -> Message:
    at = NOW + timedelta(minutes=minutes)
    return Message(kind, what.pop("event", kind), f"m{next(_numbers)}", at, at, **what)


def identified(minutes: int = 0, **what: Any) -> Message:
    return said("identify", minutes, **what)


def root(connection: sa.Connection, lead: int) -> int:
    return merges.roots_of(connection, [lead])[lead]


def held(connection: sa.Connection, lead: int) -> dict[str, Any]:
    top = root(connection, lead)
    return facts.holding(connection, [top])[top]


def rows(connection: sa.Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"select count(*) from handraise.{table}").scalar_one())


def test_a_browser_is_one_lead_from_visit_to_visit(connection: sa.Connection) -> None:
    first = resolve(connection, [said(anonymous_id="b1"), said(anonymous_id="b1")], NOW)
    again = resolve(connection, [said(anonymous_id="b1"), said(anonymous_id="b2")], NOW)
    assert first == [again[0], again[0]]
    assert again[0] != again[1]


def test_a_browser_that_signs_up_becomes_known_and_keeps_its_lead(connection: sa.Connection) -> None:
    [visitor] = resolve(connection, [said(anonymous_id="b1")], NOW)
    [known] = resolve(connection, [identified(anonymous_id="b1", user_id="u1", email="ann@acme.com")], NOW)
    assert known == visitor
    assert rows(connection, "lead_merge") == 0
    assert connection.exec_driver_sql("select is_known, email from handraise.lead").one() == (
        True,
        "ann@acme.com",
    )


def test_a_second_browser_of_a_known_person_is_merged_into_them(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(user_id="u1")], NOW)
    [visitor] = resolve(connection, [said(anonymous_id="phone")], NOW)
    [event] = resolve(connection, [said(anonymous_id="phone", user_id="u1")], NOW)
    assert event == ann
    assert root(connection, visitor) == ann
    assert connection.exec_driver_sql("select merged_by from handraise.lead_merge").scalar() == "identify"
    assert rows(connection, "dirty_lead") == 1


def test_a_visit_and_a_sign_in_of_one_batch_are_one_lead(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(user_id="u1")], NOW)
    visit, sign_in = resolve(
        connection, [said(anonymous_id="new"), identified(anonymous_id="new", user_id="u1")], NOW
    )
    assert sign_in == ann
    assert root(connection, visit) == ann


def test_an_address_known_from_a_form_is_found_again_at_sign_up(connection: sa.Connection) -> None:
    [form] = resolve(
        connection, [said(anonymous_id="b1", email="ann@acme.com", properties={"email": "ann@acme.com"})], NOW
    )
    [sign_up] = resolve(connection, [identified(user_id="u1", email="ann@acme.com")], NOW)
    assert form == sign_up
    assert rows(connection, "lead") == 1


def test_two_known_people_whose_ids_meet_stay_two_and_a_suggestion_is_kept(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(user_id="u1")], NOW)
    [bob] = resolve(connection, [identified(email="bob@acme.com")], NOW)
    both = [identified(user_id="u1", email="bob@acme.com"), identified(user_id="u1", email="bob@acme.com")]
    assert resolve(connection, both, NOW) == [ann, ann]
    assert root(connection, ann) != root(connection, bob)
    [suggestion] = merges.suggestions(connection)
    assert {suggestion.lead_id, suggestion.other_id} == {ann, bob}
    assert "e-mail" in suggestion.reason


def test_somebody_else_at_the_same_browser_is_a_lead_of_their_own(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(anonymous_id="shared", user_id="ann")], NOW)
    [bob] = resolve(connection, [identified(anonymous_id="shared", user_id="bob")], NOW)
    assert bob != ann
    assert root(connection, bob) != root(connection, ann)
    assert len(merges.suggestions(connection)) == 1
    assert resolve(connection, [said(anonymous_id="shared")], NOW) == [ann]


def test_a_colleagues_address_in_an_event_is_not_the_users_own(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(user_id="ann", email="ann@acme.com")], NOW)
    invited = {"email": "bob@acme.com"}
    event = said(event="Teammate Invited", user_id="ann", email="bob@acme.com", properties=invited)
    assert resolve(connection, [event], NOW) == [ann]
    assert leads_named(connection, [Alias("email", "bob@acme.com")]) == {}
    assert held(connection, ann)["lead.email"] == "ann@acme.com"


def test_an_alias_call_joins_the_browser_to_the_user(connection: sa.Connection) -> None:
    [visitor] = resolve(connection, [said(anonymous_id="b1")], NOW)
    [user] = resolve(connection, [identified(user_id="u1")], NOW)
    resolve(connection, [said("alias", user_id="u1", previous_id="b1")], NOW)
    assert root(connection, visitor) == user


def test_an_alias_call_of_two_users_is_only_suggested(connection: sa.Connection) -> None:
    [old] = resolve(connection, [identified(user_id="old")], NOW)
    [new] = resolve(connection, [identified(user_id="new")], NOW)
    resolve(connection, [said("alias", user_id="new", previous_id="old")], NOW)
    assert root(connection, old) != root(connection, new)
    assert len(merges.suggestions(connection)) == 1
    assert rows(connection, "lead_alias") == 2


def test_traits_become_facts_of_the_person_and_their_company(connection: sa.Connection) -> None:
    traits = {
        "firstName": " Ann ",
        "last_name": "Lee",
        "jobTitle": "VP Sales",
        "company": {"name": "Acme", "employees": 120, "industry": "Software"},
        "address": {"country": "DE", "street": "Weg 1"},
        "plan": "pro",
        "tools": ["SAP"],
    }
    [ann] = resolve(connection, [identified(user_id="u1", email="ann@acme.com", traits=traits)], NOW)
    assert held(connection, ann) == {
        "lead.first_name": "Ann",
        "lead.last_name": "Lee",
        "lead.title": "VP Sales",
        "account.name": "Acme",
        "account.employees": 120,
        "account.industry": "Software",
        "lead.country": "DE",
        "lead.address_street": "Weg 1",
        "lead.plan": "pro",
        "lead.tools": ["SAP"],
        "lead.email": "ann@acme.com",
    }
    assert connection.exec_driver_sql("select name from handraise.lead").scalar() == "Ann Lee"


def test_the_same_traits_again_are_not_written_again(connection: sa.Connection) -> None:
    for minutes in range(3):
        resolve(connection, [identified(minutes, user_id="u1", traits={"title": "CTO", "tools": [1]})], NOW)
    assert rows(connection, "lead_fact") == 2


def test_what_a_bot_says_of_itself_is_no_fact(connection: sa.Connection) -> None:
    [bot] = resolve(connection, [identified(anonymous_id="b", traits={"title": "CTO"}, bot="Googlebot")], NOW)
    assert held(connection, bot) == {}


def test_an_address_that_is_none_is_a_fact_and_no_id(connection: sa.Connection) -> None:
    [one] = resolve(connection, [identified(anonymous_id="b1", traits={"email": "ann at acme"})], NOW)
    [two] = resolve(connection, [identified(anonymous_id="b2", traits={"email": "ann at acme"})], NOW)
    assert one != two
    assert held(connection, one)["lead.email"] == "ann at acme"


def test_people_with_one_business_domain_are_of_one_account(connection: sa.Connection) -> None:
    ann, bob, eve, kim = resolve(
        connection,
        [
            identified(user_id="1", email="ann@acme.co.uk"),
            identified(user_id="2", email="bob@mail.acme.co.uk"),
            identified(user_id="3", email="eve@gmail.com"),
            identified(user_id="4", email="kim@mailinator.com"),
        ],
        NOW,
    )
    found = accounts.of_leads(connection, [ann, bob, eve, kim])
    assert found.keys() == {ann, bob}
    assert found[ann] == found[bob]
    assert accounts.account_detail(connection, found[ann]).domain == "acme.co.uk"


def test_group_traits_are_facts_of_the_account_and_mark_its_people(connection: sa.Connection) -> None:
    [ann] = resolve(connection, [identified(user_id="1", email="ann@acme.com")], NOW)
    group = said(
        "group", user_id="1", group_id="g1", traits={"name": "Acme Ltd", "employees": 80, "plan": "x"}
    )
    assert resolve(connection, [group], NOW) == [ann]
    account = accounts.account_detail(connection, accounts.of_leads(connection, [ann])[ann])
    assert (account.domain, account.name) == ("acme.com", "Acme Ltd")
    assert account.facts == {"account.name": "Acme Ltd", "account.employees": 80, "account.plan": "x"}
    assert rows(connection, "dirty_lead") == 1


def test_a_group_of_people_without_company_addresses_is_an_account(connection: sa.Connection) -> None:
    groups = [said("group", user_id=user, group_id="g1") for user in ("1", "2")]
    ann, bob = resolve(connection, groups, NOW)
    found = accounts.of_leads(connection, [ann, bob])
    assert found[ann] == found[bob]
    assert resolve(connection, groups, NOW) == [ann, bob]
    assert rows(connection, "account") == 1


def test_a_large_batch_of_new_visitors_takes_few_statements(connection: sa.Connection) -> None:
    asked: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", lambda *event: asked.append(event[2]))
    batch = [said(anonymous_id=f"b{n % 1500}") for n in range(3000)]
    assert len(set(resolve(connection, batch, NOW))) == 1500
    assert len(asked) <= 5


def test_many_batches_at_once_make_each_person_and_account_once(store: Database) -> None:
    ready = Barrier(8)

    def send(worker: int) -> None:
        order = range(20) if worker % 2 else reversed(range(20))
        batch = [
            identified(anonymous_id=f"b{worker}-{n}", user_id=f"u{n}", email=f"p{n}@firm{n % 4}.com",
                       traits={"title": f"CTO {worker}"})
            for n in order
        ]  # fmt: skip
        ready.wait()
        with store.transaction() as connection:
            resolve(connection, batch, NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    with store.transaction() as connection:
        assert rows(connection, "lead") == 20
        assert rows(connection, "account") == 4
        assert rows(connection, "lead_alias") == 20 + 20 + 8 * 20
