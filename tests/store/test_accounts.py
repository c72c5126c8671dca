"""Companies: made once, named by domain, CRM and group; who of them is here, and how much is going on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.flow import enrich
from handraise.store import accounts
from handraise.store.accounts import AccountUnknown, Engaged
from handraise.store.leads import make_leads
from handraise.store.session import Database
from tests.builders import DAY, NOW
from tests.databases import Database as Fresh
from tests.store.test_leads import inserted, with_score


@pytest.fixture
def store(database: Fresh) -> Iterator[Database]:
    kept = Database(database.url)
    yield kept
    kept.close()


@pytest.fixture
def connection(store: Database) -> Iterator[sa.Connection]:
    with store.transaction() as opened:
        yield opened


def test_an_account_is_made_once_however_many_ask_at_once(store: Database) -> None:
    ready = Barrier(6)

    def ask(worker: int) -> dict[str, int]:
        domains = [f"firm{n}.com" for n in range(10)]
        ready.wait()
        with store.transaction() as connection:
            return accounts.with_domains(connection, domains if worker % 2 else domains[::-1], NOW)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == 10


@pytest.mark.parametrize(
    ("email", "website", "domain"),
    [
        ("ann@mail.acme.co.uk", None, "acme.co.uk"),
        ("ann@gmail.com", "https://www.acme.com/x", "acme.com"),
        ("ann@gmail.com", "gmail.com", None),
        ("no address", None, None),
        (7, ["x"], None),
    ],
)
def test_shared_domains_stand_for_no_company(email: Any, website: Any, domain: str | None) -> None:
    assert accounts.domain_for(email, website) == domain


def test_the_crm_claims_the_account_of_its_domain_and_finds_it_again(connection: sa.Connection) -> None:
    [acme] = accounts.with_domains(connection, ["acme.com"], NOW).values()
    assert accounts.with_crm_id(connection, "001", NOW, name="Acme", website="www.acme.com") == acme
    assert accounts.with_crm_id(connection, "001", NOW) == acme
    other = accounts.with_crm_id(connection, "002", NOW, website="acme.com")
    assert other != acme
    assert accounts.account_detail(connection, acme).name == "Acme"


def test_a_lead_stays_in_its_account_unless_it_is_moved(connection: sa.Connection) -> None:
    [lead] = make_leads(connection, [True], NOW)
    one, other = accounts.make(connection, NOW), accounts.make(connection, NOW)
    assert accounts.assign(connection, {lead: one}) == {lead}
    assert accounts.assign(connection, {lead: other}) == set()
    assert accounts.assign(connection, {lead: other}, is_move=True) == {lead}
    assert accounts.of_leads(connection, [lead]) == {lead: other}


def test_the_committee_has_titles_seniority_and_scores_most_points_first(connection: sa.Connection) -> None:
    ann, bob = make_leads(connection, [True, True], NOW)
    account = accounts.make(connection, NOW, name="Acme")
    accounts.assign(connection, {ann: account, bob: account})
    enrich.told(connection, bob, {"lead.title": "VP Marketing", "lead.name": "Bob"}, source="form", now=NOW)
    with_score(connection, bob, 3000, 1500)
    first, second = accounts.committee(connection, account)
    assert (first.lead_id, first.name, first.title, first.seniority, first.function) == (
        bob, "Bob", "VP Marketing", "vp", "marketing",
    )  # fmt: skip
    assert (first.fit, first.engagement, first.is_mql) == (3000, 1500, True)
    assert (second.lead_id, second.seniority, second.fit, second.is_mql) == (ann, None, None, False)


def test_engagement_of_an_account_adds_up_that_of_its_known_people_now_and_then(
    connection: sa.Connection,
) -> None:
    ann, bob, visitor = make_leads(connection, [True, True, False], NOW)
    account = accounts.make(connection, NOW)
    accounts.assign(connection, dict.fromkeys((ann, bob, visitor), account))
    for lead, points in ((ann, 1500), (bob, 0), (visitor, 900)):
        with_score(connection, lead, 0, points)
    assert accounts.engaged(connection, [account]) == {account: Engaged(1, 1500)}
    version = connection.exec_driver_sql("select min(id) from handraise.definition_version").scalar()
    for at, points in ((NOW, 400), (NOW + 2 * DAY, 700)):
        inserted(connection, "score_change", lead_id=ann, version_id=version, at=at, fit=0, engagement=points,
                 is_mql=False, cause_kind="event")  # fmt: skip
    assert accounts.engaged(connection, [account], as_of=NOW + DAY) == {account: Engaged(1, 400)}
    assert accounts.engaged(connection, [account], as_of=NOW - DAY) == {account: Engaged()}


def test_what_is_told_of_an_account_marks_its_people_to_be_scored_again(connection: sa.Connection) -> None:
    ann, bob = make_leads(connection, [True, True], NOW)
    account = accounts.make(connection, NOW)
    accounts.assign(connection, {ann: account, bob: account})
    told = {"account.name": "Acme", "account.employees": 80}
    assert enrich.told_of_account(connection, account, told, source="crm", now=NOW)
    assert not enrich.told_of_account(connection, account, told, source="crm", now=NOW)
    assert sorted(connection.exec_driver_sql("select lead_id from handraise.dirty_lead").scalars()) == [
        ann,
        bob,
    ]
    assert accounts.account_detail(connection, account).facts == told


def test_an_account_that_is_not_there_is_unknown(connection: sa.Connection) -> None:
    with pytest.raises(AccountUnknown, match="17"):
        accounts.account_detail(connection, 17)
