"""The health of the live base is what the command says of an export of it, and is kept with its time."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handraise.flow import handoff, health
from handraise.flow.merge import merge
from handraise.store.reports import kept
from handraise.store.session import Database
from tests.cli.conftest import Run, handraise
from tests.flow.selling import MONDAY, Floor
from tests.flow.test_exporting import exported, written
from tests.flow.worked import DAY, HOUR

__all__ = ["handraise"]


def sold(floor: Floor, people: int = 40) -> None:
    """Leads of two sources, countries and industries; some are rejected, some called, two are one person."""
    names = [f"p{number}" for number in range(people)]
    handed = [
        row
        for first in range(0, people, 10)
        for row in floor.qualified(*names[first : first + 10], now=MONDAY + first * HOUR)
    ]
    leads = [row.id for row in floor.office.rows("select id from lead order by id")]
    with floor.database.transaction() as connection:
        for number, lead in enumerate(leads):
            said = {
                "lead.source": ("organic", "", "paid")[number % 3],
                "lead.country": ("DE", " us ")[number % 2],
                "account.industry": ("Software", None, ["a", "b"])[number % 3],
            }
            connection.exec_driver_sql(
                "update handraise.lead set facts = facts || %(said)s::jsonb where id = %(id)s",
                {"said": json.dumps(said), "id": lead},
            )
        merge(connection, leads[0], leads[1], "test", "one person", MONDAY)
    now = MONDAY + people * HOUR
    for number, row in enumerate(handed):
        if number % 3 == 0:
            floor.do(handoff.reject, row, floor.owner(row), "no_need", now)
        elif number % 3 == 1:
            floor.do(handoff.first_contact, row, floor.owner(row), now, "call", now)


def test_it_is_what_the_command_finds_in_an_export(floor: Floor, handraise: Run, tmp_path: Path) -> None:
    sold(floor)
    folder = written(exported(floor.office), tmp_path)
    by = [part for fact in health.BY for part in ("--by", fact)]
    files = ("--leads", folder / "leads.jsonl", "--outcomes", folder / "outcomes.jsonl")
    found = health.looked_at(floor.database)
    assert found is not None
    told = handraise("health", *files, *by, "--json").json
    assert {name: value for name, value in found.items() if name != "until"} == told
    assert told["handed"] == 39
    assert any(one["state"] != "unknown" for one in told["findings"])


def test_a_base_of_which_sales_got_nothing_says_nothing(connected: Database) -> None:
    assert health.looked_at(connected) is None


def test_a_run_keeps_what_it_found_and_the_last_is_there_while_a_new_one_runs(floor: Floor) -> None:
    sold(floor, 6)
    assert last(floor) is None
    assert begun(floor, MONDAY)
    assert not begun(floor, MONDAY + timedelta(minutes=1)), "somebody is at it"
    health.run(floor.database, lambda: MONDAY + timedelta(minutes=1))
    first = last(floor)
    assert first is not None
    assert (first.state, first.done, first.found_at) == ("done", 5, MONDAY + timedelta(minutes=1))
    assert first.found == health.looked_at(floor.database)
    assert begun(floor, MONDAY + DAY)
    again = last(floor)
    assert again is not None
    assert (again.state, again.done, again.found) == ("running", 0, first.found)


def test_a_run_that_gives_no_sign_of_life_does_not_stop_another(floor: Floor) -> None:
    assert begun(floor, MONDAY)
    assert begun(floor, MONDAY + kept.SILENCE + timedelta(seconds=1))


def test_what_goes_wrong_is_said_and_the_last_stays(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("the disk is gone")

    begun(floor, MONDAY)
    monkeypatch.setattr(health, "looked_at", breaks)
    health.run(floor.database, lambda: MONDAY)
    found = last(floor)
    assert found is not None
    assert (found.state, found.found, found.problem) == ("failed", None, "a mistake of ours; the log has it")


def last(floor: Floor) -> kept.Kept | None:
    found: kept.Kept | None = floor.store(kept.kept, "health")
    return found


def begun(floor: Floor, now: Any) -> bool:
    return bool(floor.store(kept.begin, "health", 9, "test", now))
