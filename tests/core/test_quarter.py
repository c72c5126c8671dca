"""Quarters are UTC's, and are written one way."""

from datetime import UTC, datetime, timedelta

import pytest

from handraise.core.errors import InputInvalid
from handraise.core.quarter import Quarter
from tests.builders import at


def test_every_moment_is_in_the_quarter_that_begins_before_and_ends_after_it() -> None:
    moment = datetime(2025, 12, 20, tzinfo=UTC)
    for day in range(400):
        one = Quarter.at(moment + timedelta(days=day))
        assert one.start <= moment + timedelta(days=day) < one.end
        assert Quarter.of(str(one)) == one
        assert one.after.before == one


def test_the_last_hour_of_a_quarter_in_berlin_is_the_next_one_there_and_this_one_for_everybody() -> None:
    assert str(Quarter.at(at("2026-10-01 00:30", "Europe/Berlin"))) == "2026-Q3"


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "Q3", "2026-Q33", "26-Q3", "2026-Q3; drop", ""])
def test_what_is_no_quarter_says_how_one_is_written(text: str) -> None:
    with pytest.raises(InputInvalid, match="such as 2026-Q3"):
        Quarter.of(text)
