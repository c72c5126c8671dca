"""Definitions as they are kept, and what an administrator sets at run time."""

from collections.abc import Iterator
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.errors import InputInvalid
from handraise.store import definitions, facts, settings_kept
from handraise.store.definitions import Version, add_version
from handraise.store.session import Database
from tests.builders import NOW
from tests.databases import Database as Fresh


@pytest.fixture
def connected(database: Fresh) -> Iterator[Database]:
    opened = Database(database.url)
    yield opened
    opened.close()


@pytest.fixture
def connection(connected: Database) -> Iterator[sa.Connection]:
    with connected.transaction() as opened:
        yield opened


def a_version(connection: sa.Connection, content: str = "h1", now: datetime = NOW, **given: Any) -> Version:
    values = {
        "name": "Small", "motion": "inbound", "content_hash": content, "scoring_hash": content,
        "text": "name: Small", "lists": {"rivals": ["a.example"]}, "note": None, "published_at": now,
        "published_by": "mia", **given,
    }  # fmt: skip
    return add_version(connection, **values)


def test_a_version_comes_back_as_it_was_kept(connection: sa.Connection) -> None:
    kept = a_version(connection)
    assert definitions.version(connection, kept.id) == kept
    assert (kept.text, kept.lists, kept.published_at) == ("name: Small", {"rivals": ["a.example"]}, NOW)


def test_publishing_the_same_content_at_once_makes_one_version(connected: Database) -> None:
    start, found = Barrier(6), []

    def publish() -> None:
        start.wait()
        with connected.transaction() as connection:
            found.append(a_version(connection).id)

    threads = [Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_no_two_versions_of_one_name_are_live(connection: sa.Connection) -> None:
    one, other = a_version(connection), a_version(connection, "h2")
    definitions.open_rollout(connection, one, "live", "mia", NOW)
    with pytest.raises(sa.exc.IntegrityError):
        definitions.open_rollout(connection, other, "live", "mia", NOW)


def test_a_setting_nobody_set_holds_its_default(connection: sa.Connection) -> None:
    assert settings_kept.kept(connection, "fact_precedence") == list(facts.PRECEDENCE)
    assert settings_kept.kept(connection, "one_person_may_sign_for_both") is False


def test_a_setting_holds_for_those_who_read_it(connection: sa.Connection) -> None:
    settings_kept.keep(connection, "fact_precedence", ["form", "crm"], "root", NOW)
    assert facts.precedence(connection) == ("form", "crm")
    [kept] = [one for one in settings_kept.all_kept(connection) if one.name == "fact_precedence"]
    assert (kept.value, kept.set_by, kept.set_at) == (["form", "crm"], "root", NOW)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fact_precedense", ["crm"], "did you mean `fact_precedence`"),
        ("fact_precedence", ["crm", "crm"], "a list of sources, each once"),
        ("fact_precedence", "crm", "a list of sources, each once"),
        ("one_person_may_sign_for_both", "yes", "true or false"),
    ],
)
def test_a_setting_takes_only_what_it_can_use(
    connection: sa.Connection, name: str, value: Any, said: str
) -> None:
    with pytest.raises(InputInvalid, match=said):
        settings_kept.keep(connection, name, value, "root", NOW)
