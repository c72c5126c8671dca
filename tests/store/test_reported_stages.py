"""Times in stage, who stands still, who comes back: by hand, and against a slow count of small histories."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.store.leads import make_leads
from handraise.store.reports.stages import (
    BACK,
    MEASURED,
    WITHIN,
    Limit,
    Returns,
    TimeInStage,
    returned,
    returns,
    stalled,
    stayed,
    times_in_stage,
)
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTHS = 4


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


@dataclass
class Base:
    """Leads and their moves, in the database and in a list."""

    connection: sa.Connection

    def __post_init__(self) -> None:
        self.moves: list[tuple[int, datetime, str, str]] = []
        self.root: dict[int, int] = {}

    def lead(self) -> int:
        [made] = make_leads(self.connection, [True], NOW - 300 * DAY)
        self.root[made] = made
        return made

    def goes(self, lead: int, *steps: str, kind: str = "rule") -> int:
        """`mql 2026-02-10`: one after the other; the lead is then in the last stage."""
        for step in steps:
            stage, day = step.split()
            self.move(lead, stage, datetime.fromisoformat(day).replace(tzinfo=UTC), kind)
        return lead

    def move(self, lead: int, stage: str, at: datetime, kind: str = "rule") -> None:
        self.connection.exec_driver_sql(
            "insert into handraise.stage_change (lead_id, from_stage, to_stage, at, cause_kind, cause)"
            " values (%(lead)s, 'lead', %(stage)s, %(at)s, %(kind)s, 'test')",
            {"lead": lead, "stage": stage, "at": at, "kind": kind},
        )
        self.put(lead, stage=stage, stage_since=at)
        self.moves.append((lead, at, stage, kind))

    def put(self, lead: int, **columns: Any) -> None:
        said = ", ".join(f"{name} = %({name})s" for name in columns)
        self.connection.exec_driver_sql(
            f"update handraise.lead set {said} where id = %(id)s",
            {"id": lead, **columns},
        )

    def merge(self, child: int, root: int) -> None:
        self.put(child, root_id=root)
        self.root[child] = root


@pytest.fixture
def base(connection: sa.Connection) -> Base:
    return Base(connection)


def of_stage(base: Base, stage: str, month: date | None = None) -> TimeInStage:
    found = times_in_stage(base.connection, MONTHS, NOW)
    [one] = [one for one in found if (one.stage, one.month) == (stage, month)]
    return one


# --- time in stage ------------------------------------------------------------------------------------------


def test_half_have_left_after_the_median_and_nine_in_ten_after_p90(base: Base) -> None:
    for number in range(1, 11):
        lead = base.goes(base.lead(), "mql 2026-02-01")
        base.move(lead, "sal", datetime(2026, 2, 1, tzinfo=UTC) + number * DAY)
    mql = of_stage(base, "mql")
    assert (mql.came, mql.left, mql.there) == (10, 10, 0)
    assert (mql.median, mql.p90) == (5 * DAY, 9 * DAY)


def test_who_is_still_there_counts_for_as_long_as_they_are(base: Base) -> None:
    base.goes(base.lead(), "mql 2026-02-01", "sal 2026-02-03")
    for _ in range(2):
        base.goes(base.lead(), "mql 2026-02-01")
    mql = of_stage(base, "mql")
    assert (mql.came, mql.left, mql.there) == (3, 1, 2)
    assert mql.median is None, "two of three are there for more than two months: nobody knows half"


def test_a_stay_counts_in_the_month_in_which_it_began(base: Base) -> None:
    lead = base.goes(base.lead(), "mql 2026-01-31", "sal 2026-02-02")
    assert of_stage(base, "mql", date(2026, 1, 1)).median == 2 * DAY
    assert of_stage(base, "sal", date(2026, 2, 1)).there == 1
    assert stayed(base.connection, MONTHS, NOW, "mql", date(2026, 1, 1)) == [lead]
    assert stayed(base.connection, MONTHS, NOW, "sal", is_there=False) == []
    assert stayed(base.connection, MONTHS, NOW, "sal", is_there=True) == [lead]


def test_what_an_import_placed_began_elsewhere(base: Base) -> None:
    lead = base.goes(base.lead(), "sql 2026-02-01", kind="import")
    base.goes(lead, "opportunity 2026-02-05")
    assert {one.stage for one in times_in_stage(base.connection, MONTHS, NOW)} == {"opportunity"}


def test_merged_leads_are_one_and_are_in_a_stage_once(base: Base) -> None:
    root, child = base.lead(), base.lead()
    base.goes(child, "mql 2026-02-01")
    base.goes(root, "mql 2026-02-03", "sal 2026-02-05")
    base.merge(child, root)
    mql = of_stage(base, "mql")
    assert (mql.came, mql.median) == (1, 4 * DAY)


def test_a_stay_that_a_merge_ended_is_left_out(base: Base) -> None:
    root, child = base.goes(base.lead(), "sal 2026-02-01"), base.goes(base.lead(), "mql 2026-03-01")
    base.merge(child, root)
    assert [one.stage for one in times_in_stage(base.connection, MONTHS, NOW) if one.month is None] == ["sal"]


# --- stalled ------------------------------------------------------------------------------------------------


LIMITS = (Limit("M"), Limit("M", "sal", 14 * DAY))


def test_stalled_is_who_is_in_the_stage_for_the_whole_of_its_time(base: Base) -> None:
    late, young = base.lead(), base.lead()
    base.move(late, "sal", NOW - 14 * DAY)
    base.move(young, "sal", NOW - 14 * DAY + timedelta(seconds=1))
    base.move(base.lead(), "sql", NOW - 99 * DAY)
    [found] = stalled(base.connection, LIMITS, NOW)
    assert (found.lead_id, found.due_at, found.owner) == (late, NOW, None)


def test_the_limit_is_that_of_the_definition_that_handed_it_over_else_the_shortest(base: Base) -> None:
    mine, theirs, old = base.lead(), base.lead(), base.lead()
    for lead in (mine, theirs, old):
        base.move(lead, "sal", NOW - 20 * DAY)
    for lead, definition in ((mine, "M"), (theirs, "Trials"), (old, "Retired")):
        base.connection.exec_driver_sql(
            "insert into handraise.handoff (lead_id, definition, version_id, cycle, lead_type, state,"
            " opened_at) values (%(lead)s, %(definition)s, 1, 1, 'standard', 'open', %(now)s)",
            {"lead": lead, "definition": definition, "now": NOW - 20 * DAY},
        )
    limits = (*LIMITS, Limit("Trials"), Limit("Trials", "mql", DAY))
    assert {one.lead_id for one in stalled(base.connection, limits, NOW)} == {mine, old}
    assert stalled(base.connection, (Limit("M"),), NOW) == []


def test_whom_a_partner_works_is_not_stalled(base: Base) -> None:
    lead = base.lead()
    base.move(lead, "sal", NOW - 20 * DAY)
    base.put(lead, frozen_until=NOW + DAY)
    assert stalled(base.connection, LIMITS, NOW) == []
    assert len(stalled(base.connection, LIMITS, NOW + DAY)) == 1


# --- who comes back -----------------------------------------------------------------------------------------


def by_month(base: Base, side: Any = "recycled") -> dict[str, Returns]:
    return {f"{one.month:%Y-%m}": one for one in returns(base.connection, side, MONTHS, NOW)}


def test_who_came_back_counts_in_the_month_they_were_given_back(base: Base) -> None:
    lead = base.goes(base.lead(), "recycled 2026-01-10", "mql 2026-02-20", "sal 2026-03-01")
    january = by_month(base)["2026-01"]
    assert january.left == 1
    assert january.reached["mql"] == {30: 0, 60: 1, 90: None}
    assert january.reached["sal"] == {30: 0, 60: 1, 90: None}
    assert january.reached["sql"] == {30: 0, 60: 0, 90: None}
    assert returned(base.connection, "recycled", date(2026, 1, 1), "mql", 60) == [lead]
    assert returned(base.connection, "recycled", date(2026, 1, 1), "mql", 30) == []
    assert returned(base.connection, "disqualified", date(2026, 1, 1)) == []


def test_given_back_again_is_another_turn(base: Base) -> None:
    base.goes(base.lead(), "recycled 2026-01-02", "disqualified 2026-01-05", "lead 2026-01-10")
    found = by_month(base)["2026-01"]
    assert (found.left, found.reached["lead"][60]) == (1, 0)
    again = by_month(base, "disqualified")["2026-01"]
    assert (again.left, again.reached["lead"][60], again.reached["mql"][60]) == (1, 1, 0)


# --- against a slow count -----------------------------------------------------------------------------------

STEPS = ("lead", "mql", "sal", "sql", "opportunity", "recycled", "disqualified", "customer")


def random_base(base: Base, seed: int) -> None:
    rng = random.Random(seed)
    leads = [base.lead() for _ in range(14)]
    for lead in leads:
        at = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(24 * 90))
        for _ in range(rng.randrange(7)):
            at += timedelta(hours=rng.choice((0, 1, 24, 24 * 7, 24 * 31)))
            if at <= NOW:
                base.move(lead, rng.choice(STEPS), at, rng.choice(("rule", "person", "crm", "import")))
    for child, root in zip(leads[10:12], leads[12:], strict=True):
        base.merge(child, root)


def families(base: Base) -> dict[int, list[tuple[datetime, str, str]]]:
    found: dict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    for lead, at, stage, kind in base.moves:
        found[base.root[lead]].append((at, stage, kind))
    # moves of one instant stay in the order in which they were made
    return {root: sorted(moves, key=lambda one: one[0]) for root, moves in found.items()}


def slow_stays(base: Base) -> list[tuple[str, datetime, timedelta, bool]]:
    """Stage, beginning, length so far, and whether it has ended."""
    found = []
    for root, moves in families(base).items():
        now_in = base.connection.exec_driver_sql(
            "select stage from handraise.lead where id = %(id)s", {"id": root}
        ).scalar_one()
        place = 0
        while place < len(moves):
            at, stage, kind = moves[place]
            following = place + 1
            while following < len(moves) and moves[following][1] == stage:
                following += 1
            is_over = following < len(moves)
            end = moves[following][0] if is_over else NOW
            if kind != "import" and (is_over or now_in == stage) and at >= datetime(2026, 1, 1, tzinfo=UTC):
                found.append((stage, at, end - at, is_over))
            place = following
    return [one for one in found if one[0] in MEASURED]


def slow_quantile(stays: list[tuple[timedelta, bool]], share_left: Fraction) -> timedelta | None:
    """The first time after which no more than that share is expected to be there."""
    remaining = Fraction(1)
    for at in sorted({took for took, has_left in stays if has_left}):
        there = sum(took >= at for took, _ in stays)
        leaving = sum(took == at and has_left for took, has_left in stays)
        remaining *= 1 - Fraction(leaving, there)
        if remaining <= share_left:
            return at
    return None


@pytest.mark.parametrize("seed", range(12))
def test_times_in_stage_are_those_of_a_slow_count(base: Base, seed: int) -> None:
    random_base(base, seed)
    groups: dict[tuple[str, date | None], list[tuple[timedelta, bool]]] = defaultdict(list)
    for stage, at, took, has_left in slow_stays(base):
        groups[stage, None].append((took, has_left))
        groups[stage, at.date().replace(day=1)].append((took, has_left))
    assert groups
    slow = {
        key: (len(stays), sum(has_left for _, has_left in stays),
              slow_quantile(stays, Fraction(1, 2)), slow_quantile(stays, Fraction(1, 10)))
        for key, stays in groups.items()
    }  # fmt: skip
    found = times_in_stage(base.connection, MONTHS, NOW)
    assert {(one.stage, one.month): (one.came, one.left, one.median, one.p90) for one in found} == slow
    for one in found:
        members = stayed(base.connection, MONTHS, NOW, one.stage, one.month)
        assert 1 <= len(members) <= one.came, "a lead that came twice is there once"


def slow_returns(base: Base, side: str) -> dict[date, tuple[int, dict[str, dict[int, int]]]]:
    order = ("lead", "mql", "sal", "sql")
    depth = {"lead": 0, "mql": 1, "sal": 2, "sql": 3, "opportunity": 3, "customer": 3}
    found: dict[date, tuple[int, dict[str, dict[int, int]]]] = {}
    for moves in families(base).values():
        made = [one for one in moves if one[2] != "import"]
        for place, (at, stage, _) in enumerate(made):
            if stage != side or at < datetime(2026, 1, 1, tzinfo=UTC):
                continue
            month = at.date().replace(day=1)
            left, reached = found.get(month) or (0, {one: dict.fromkeys(WITHIN, 0) for one in order})
            found[month] = (left + 1, reached)
            first: dict[str, datetime] = {}
            for later, where, _ in made[place + 1 :]:
                if where in ("recycled", "disqualified"):
                    break
                for back in order[: depth[where] + 1]:
                    first.setdefault(back, later)
            for back, when in first.items():
                for days in WITHIN:
                    reached[back][days] += when < at + days * DAY
    return found


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("side", ["recycled", "disqualified"])
def test_returns_are_those_of_a_slow_count(base: Base, seed: int, side: Any) -> None:
    random_base(base, seed)
    slow = slow_returns(base, side)
    for one in returns(base.connection, side, MONTHS, NOW):
        left, reached = slow.get(one.month, (0, {back: dict.fromkeys(WITHIN, 0) for back in BACK}))
        assert one.left == left
        for back in BACK:
            for days in WITHIN:
                told = one.reached[back][days]
                assert told in (None, reached[back][days])
                members = returned(base.connection, side, one.month, back, days)
                assert len(members) <= reached[back][days]
                assert bool(members) == bool(reached[back][days])
    assert slow or seed, "a base in which nobody is given back shows nothing"
