"""What sales answered: by hand, and against a slow count of small histories."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.store import people
from handraise.store.leads import make_leads
from handraise.store.reports import answers
from handraise.store.reports.answers import Asked, Tally
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
MONTHS = 4
APRIL = date(2026, 4, 1)


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


@dataclass
class Base:
    """Hand-offs, in the database and in a list."""

    connection: sa.Connection
    handed: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ada, self.ben = (
            people.create_member(self.connection, f"{name}@us.com", name, "sales", NOW).id
            for name in ("Ada", "Ben")
        )

    def lead(self, channel: str | None = None) -> int:
        [made] = make_leads(self.connection, [True], NOW)
        if channel is not None:
            self.connection.exec_driver_sql(
                "update handraise.lead set facts = jsonb_build_object('lead.source', %(said)s::text)"
                " where id = %(id)s",
                {"id": made, "said": channel},
            )
        return made

    def hand(
        self, opened: str, state: str, reason: str | None = None, *, owner: int | None = None,
        channel: str | None = None, lead: int | None = None,
    ) -> int:  # fmt: skip
        at = datetime.fromisoformat(opened).replace(tzinfo=UTC)
        values = {
            "lead": self.lead(channel) if lead is None else lead,
            "cycle": len(self.handed) + 1,
            "state": state,
            "owner": owner,
            "at": at,
            "answered": None if state in ("open", "cancelled") else at + timedelta(hours=2),
            "reason": reason,
        }
        number = self.connection.exec_driver_sql(
            "insert into handraise.handoff (lead_id, definition, version_id, cycle, lead_type, state,"
            " owner_id, opened_at, answered_at, reason) values (%(lead)s, 'M', 1, %(cycle)s, 'standard',"
            " %(state)s, %(owner)s, %(at)s, %(answered)s, %(reason)s) returning id",
            values,
        ).scalar_one()
        self.handed.append({**values, "id": number, "channel": channel or ""})
        return int(number)

    @property
    def cells(self) -> list[answers.Cell]:
        return answers.cells(self.connection, MONTHS, NOW)


@pytest.fixture
def base(connection: sa.Connection) -> Base:
    return Base(connection)


def test_what_was_accepted_is_so_however_it_ended_and_what_was_taken_back_is_left_out(base: Base) -> None:
    for state in ("open", "accepted", "done", "cancelled"):
        base.hand("2026-03-05", state)
    base.hand("2026-03-06", "rejected", "no_need")
    found = answers.tally(base.cells)
    assert found == Tally(open=1, accepted=2, rejected=1)
    assert (found.answered, found.handed) == (3, 4)


def test_a_hand_off_counts_in_the_month_it_was_opened_in(base: Base) -> None:
    base.hand("2026-01-31T23:59", "rejected", "no_need")
    base.hand("2025-12-31T23:59", "rejected", "no_need")
    assert answers.tallies(base.cells, lambda one: one.month) == {date(2026, 1, 1): Tally(rejected=1)}
    assert answers.months_back(MONTHS, NOW) == [date(2026, n, 1) for n in (1, 2, 3, 4)]


def test_reasons_stand_by_how_often_they_were_given_and_only_of_rejections(base: Base) -> None:
    for reason in ("no_need", "spam", "spam"):
        base.hand("2026-03-05", "rejected", reason)
    base.hand("2026-03-05", "done", "no_answer")  # recycled later: that is no rejection
    assert list(answers.reasons_of(base.cells).items()) == [("spam", 2), ("no_need", 1)]


def test_the_channel_is_that_of_the_lead_they_were_merged_into(base: Base) -> None:
    root, child = base.lead("organic"), base.lead("paid")
    base.hand("2026-03-05", "accepted", lead=child)
    base.connection.exec_driver_sql(
        "update handraise.lead set root_id = %(root)s where id = %(child)s", {"root": root, "child": child}
    )
    assert [one.channel for one in base.cells] == ["organic"]
    [told] = answers.told(base.connection, MONTHS, NOW)
    assert told.lead_id == root


def test_a_handful_has_as_many_reasons_as_there_is_room_for_and_the_latest_of_each(base: Base) -> None:
    for day in range(1, 6):
        base.hand(f"2026-03-0{day}", "rejected", "no_need")
    base.hand("2026-02-01", "rejected", "spam")
    base.hand("2026-03-09", "accepted")
    found = answers.handful(base.connection, MONTHS, NOW, limit=3)
    assert [(one.reason, one.opened_at.day) for one in found] == [("no_need", 5), ("spam", 1), ("no_need", 4)]


def test_why_leads_were_archived_is_told_with_who_did(base: Base) -> None:
    for kind, cause in (("rule", "M: competitor"), ("person", "member:7: bad_data"), ("import", "M: spam")):
        base.connection.exec_driver_sql(
            "insert into handraise.stage_change (lead_id, from_stage, to_stage, at, cause_kind, cause)"
            " values (%(lead)s, 'lead', 'disqualified', %(at)s, %(kind)s, %(cause)s)",
            {"lead": base.lead(), "at": NOW, "kind": kind, "cause": cause},
        )
    found = answers.archived(base.connection, MONTHS, NOW)
    assert [(one.reason, one.by) for one in found] == [("bad_data", "person"), ("competitor", "rule")]


def fill(base: Base, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(30):
        state = rng.choice(("open", "accepted", "rejected", "rejected", "done", "cancelled"))
        day = date(2025, 12, 15) + timedelta(days=rng.randrange(116))
        base.hand(
            day.isoformat(),
            state,
            rng.choice(("no_need", "spam", "student")) if state == "rejected" else None,
            owner=rng.choice((None, base.ada, base.ben)),
            channel=rng.choice((None, "organic", "paid")),
        )


@pytest.mark.parametrize("seed", range(8))
def test_every_number_is_that_of_a_slow_count_and_leads_to_its_hand_offs(base: Base, seed: int) -> None:
    fill(base, seed)
    there = [
        one for one in base.handed
        if one["state"] != "cancelled" and one["at"] >= datetime(2026, 1, 1, tzinfo=UTC)
    ]  # fmt: skip
    said = {"open": "open", "accepted": "accepted", "done": "accepted", "rejected": "rejected"}
    slow = Counter((one["at"].date().replace(day=1), one["owner"], one["channel"], said[one["state"]],
                    one["reason"]) for one in there)  # fmt: skip
    cells = base.cells
    assert slow
    assert {(c.month, c.rep_id, c.channel, c.answer, c.reason): c.count for c in cells} == dict(slow)
    for (month, owner, channel, answer, reason), count in slow.items():
        asked = Asked(month, owner, owner is None, channel, answer, reason)  # type: ignore[arg-type]
        found = answers.told(base.connection, MONTHS, NOW, asked)
        assert len(found) == count == sum(cell.count for cell in cells if asked.has(cell))
    for asked in (Asked(rep_id=base.ada), Asked(channel=""), Asked(answer="rejected"), Asked(month=APRIL)):
        found = answers.told(base.connection, MONTHS, NOW, asked)
        assert len(found) == sum(cell.count for cell in cells if asked.has(cell))
