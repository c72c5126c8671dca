"""What is decided in a review: the last word holds, and an agreement is to what was written by then."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handraise.core.quarter import Quarter
from handraise.flow.define import SignedByOne, publish
from handraise.flow.review import agree
from handraise.store import reviews
from handraise.store.session import Database
from tests.builders import DAY, NOW
from tests.databases import Database as Made
from tests.store.test_proposals import TEXT

Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)


@pytest.fixture
def connection(database: Made) -> Iterator[sa.Connection]:
    connected = Database(database.url)
    with connected.transaction() as opened:
        yield opened
    connected.close()


def test_the_last_wording_of_a_topic_holds_and_is_its_quarters_alone(connection: sa.Connection) -> None:
    assert reviews.decide(connection, Q1, "speed", "Call at once.", "member:1", NOW)
    assert reviews.decide(connection, Q1, "speed", "Call within an hour.", "member:2", NOW + DAY)
    assert not reviews.decide(connection, Q1, "speed", "Call within an hour.", "member:1", NOW + DAY)
    assert not reviews.decide(connection, Q1, "fit", "", "member:1", NOW)
    [found] = reviews.decisions(connection, Q1).values()
    assert (found.text, found.by, found.at) == ("Call within an hour.", "member:2", NOW + DAY)
    assert reviews.decisions(connection, Q2) == {}


def test_there_is_nothing_to_agree_to_before_something_is_decided_or_after_it_was_taken_back(
    connection: sa.Connection,
) -> None:
    with pytest.raises(reviews.NothingDecided):
        agree(connection, Q1, "sales", "member:2", NOW)
    reviews.decide(connection, Q1, "fit", "Leave it.", "member:1", NOW)
    reviews.decide(connection, Q1, "fit", "", "member:1", NOW)
    with pytest.raises(reviews.NothingDecided):
        agree(connection, Q1, "sales", "member:2", NOW)


def test_who_agreed_did_so_to_what_was_written_by_then(connection: sa.Connection) -> None:
    reviews.decide(connection, Q1, "fit", "Leave it.", "member:1", NOW)
    agree(connection, Q1, "sales", "member:2", NOW)
    assert reviews.agreements(connection, Q1)["sales"].is_current
    reviews.decide(connection, Q1, "reasons", "Add one.", "member:1", NOW + DAY)
    assert not reviews.agreements(connection, Q1)["sales"].is_current
    agree(connection, Q1, "sales", "member:3", NOW + DAY)
    found = reviews.agreements(connection, Q1)["sales"]
    assert (found.by, found.at, found.is_current) == ("member:3", NOW + DAY, True)


def test_one_person_does_not_agree_for_both(connection: sa.Connection) -> None:
    reviews.decide(connection, Q1, "fit", "Leave it.", "member:1", NOW)
    agree(connection, Q1, "sales", "member:1", NOW)
    with pytest.raises(SignedByOne):
        agree(connection, Q1, "marketing", "member:1", NOW)
    agree(connection, Q1, "marketing", "member:2", NOW)
    assert list(reviews.agreements(connection, Q1)) == ["marketing", "sales"]


def test_a_study_that_is_being_made_is_not_made_twice_until_it_is_lost(connection: sa.Connection) -> None:
    version = publish(connection, TEXT, {}, "mia", None, NOW)
    first, is_new = reviews.begin(connection, Q1, version.id, "member:1", NOW)
    assert is_new
    assert reviews.begin(connection, Q1, version.id, "member:2", NOW) == (first, False)
    late = NOW + reviews.SILENCE + timedelta(seconds=1)
    assert first.is_lost(late)
    second, is_new = reviews.begin(connection, Q1, version.id, "member:2", late)
    assert is_new
    reviews.note(connection, second.id, late, state="done", found={"rules": []})
    assert reviews.latest_study(connection, Q1, version.id) == reviews.study_of(connection, second.id)
    assert reviews.latest_study(connection, Q2, version.id) is None
    with pytest.raises(reviews.StudyUnknown):
        reviews.study_of(connection, 99)
