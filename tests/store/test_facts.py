"""What was said of a lead, and what of it holds."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from handraise.flow import enrich
from handraise.store import facts
from handraise.store.facts import Said
from handraise.store.leads import make_leads
from handraise.store.session import Database
from tests.builders import DAY, NOW
from tests.databases import Database as Fresh

TITLE = "lead.title"


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


@pytest.fixture
def lead(connection: sa.Connection) -> int:
    return make_leads(connection, [True], NOW)[0]


def title(connection: sa.Connection, lead: int) -> object:
    facts.refresh(connection, [lead])
    kept = connection.exec_driver_sql(f"select facts from handraise.lead where id = {lead}").scalar_one()
    assert kept == facts.holding(connection, [lead])[lead]
    return kept.get(TITLE)


def say(connection: sa.Connection, lead: int, value: object, source: str = "form", day: int = 0) -> None:
    at = NOW + day * DAY
    facts.learn(connection, [Said(lead, TITLE, value, source, at, at)])


def written(connection: sa.Connection, lead: int) -> list[object]:
    return [one.value for one in facts.history(connection, [lead], fact=TITLE)]


def test_within_a_source_the_last_word_holds(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, "CTO", day=0)
    say(connection, lead, "CEO", day=1)
    assert title(connection, lead) == "CEO"
    assert written(connection, lead) == ["CTO", "CEO"]


def test_a_better_source_is_believed_however_old(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, "CTO", "crm", day=0)
    say(connection, lead, "CEO", "enrichment", day=5)
    assert title(connection, lead) == "CTO"


def test_who_is_believed_can_be_set(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, "CTO", "crm")
    say(connection, lead, "CEO", "enrichment")
    connection.exec_driver_sql(
        "insert into handraise.setting (name, value, set_at, set_by) "
        "values ('fact_precedence', '[\"enrichment\", \"crm\"]', now(), 'admin')"
    )
    assert title(connection, lead) == "CEO"


def test_null_takes_a_word_back_and_the_next_source_is_heard(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, "CTO", "crm", day=0)
    say(connection, lead, "CEO", "form", day=1)
    say(connection, lead, None, "crm", day=2)
    assert title(connection, lead) == "CEO"
    say(connection, lead, None, "form", day=3)
    assert title(connection, lead) is None


def test_taking_back_what_was_never_said_writes_nothing(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, None)
    assert written(connection, lead) == []


def test_a_word_said_again_is_not_written_again(connection: sa.Connection, lead: int) -> None:
    for day in range(4):
        say(connection, lead, "CTO", day=day)
    assert written(connection, lead) == ["CTO"]


@pytest.mark.parametrize("arrival", list(permutations([("CTO", 0), ("CEO", 1), ("CTO", 2)])))
def test_what_holds_does_not_depend_on_the_order_of_arrival(
    connection: sa.Connection, lead: int, arrival: tuple[tuple[str, int], ...]
) -> None:
    for value, day in arrival:
        say(connection, lead, value, day=day)
    assert title(connection, lead) == "CTO"


@pytest.mark.parametrize("value", [0, False, "", 1.5, ["a", "b"], "null", "Ünï 😀"])
def test_any_json_value_comes_back_as_it_was_said(
    connection: sa.Connection, lead: int, value: object
) -> None:
    say(connection, lead, value)
    found = title(connection, lead)
    assert found == value
    assert type(found) is type(value)


def test_true_is_another_word_than_one(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, 1, day=0)
    say(connection, lead, True, day=1)
    assert title(connection, lead) is True


def test_as_of_hears_only_what_had_reached_us(connection: sa.Connection, lead: int) -> None:
    say(connection, lead, "CTO", day=0)
    facts.learn(connection, [Said(lead, TITLE, "CEO", "form", NOW + DAY, NOW + 5 * DAY)])

    def held(at: timedelta) -> object:
        return facts.holding(connection, [lead], as_of=NOW + at)[lead].get(TITLE)

    assert [held(days * DAY) for days in (-1, 0, 4, 5)] == [None, "CTO", "CTO", "CEO"]


def test_telling_a_fact_marks_the_lead_once_it_is_news(connection: sa.Connection, lead: int) -> None:
    def marks() -> int:
        return int(connection.exec_driver_sql("select count(*) from handraise.dirty_lead").scalar_one())

    assert enrich.told(connection, lead, {TITLE: "CTO"}, source="crm", now=NOW, said_by="member:1")
    assert marks() == 1
    assert not enrich.told(connection, lead, {TITLE: "CTO"}, source="crm", now=NOW)
    assert marks() == 1
    [said] = facts.history(connection, [lead])
    assert (said.said_by, said.source, said.known_at) == ("member:1", "crm", NOW)


def test_a_name_is_kept_for_lists(connection: sa.Connection, lead: int) -> None:
    told = {"lead.first_name": "Ann", "lead.last_name": "Lee", "lead.email": "ann@acme.com"}
    enrich.told(connection, lead, told, source="api", now=NOW)
    assert connection.exec_driver_sql("select name, email from handraise.lead").one() == (
        "Ann Lee",
        "ann@acme.com",
    )
