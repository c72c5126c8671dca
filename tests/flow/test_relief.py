"""Who waits while scoring is held up by a hand-off is scored beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from time import monotonic

import pytest
import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.flow.relief import Shift, run_relief
from handraise.flow.work import Worked, run_worker
from handraise.store.session import Database
from tests.flow.test_work import wait_until
from tests.flow.worked import NOW, Office, demo, pricing, told


@pytest.fixture
def office(connected: Database) -> Office:
    return Office(connected)


@contextmanager
def scoring(office: Office, hold: Event, held: Event, reliefs: list[Worked]) -> Iterator[None]:
    """A worker whose hand-offs wait until `hold` is set, and its relief."""

    def slow(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        with shift.carrying_out():
            held.set()
            assert hold.wait(30)
            office.desk.apply(connection, decided, now)

    stop, shift = Event(), Shift()
    given = (office.database, office.evaluators)
    threads = [
        Thread(
            target=run_worker,
            args=(*given, slow, lambda: NOW, stop),
            kwargs={"idle": 0.05},
        ),
        Thread(
            target=run_relief,
            args=(*given, office.desk.apply, lambda: NOW, stop, shift),
            kwargs={"seen": lambda worked, _: reliefs.append(worked)},
        ),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        hold.set()
        stop.set()
        for thread in threads:
            thread.join(30)


def test_others_are_scored_while_a_hand_off_is_opened(office: Office) -> None:
    office.publish()
    [held_up] = office.capture(told("slow"))
    [other] = office.capture(told("other"))
    office.all_done()
    hold, held, reliefs = Event(), Event(), list[Worked]()
    with scoring(office, hold, held, reliefs):
        office.capture(demo("slow"))
        assert held.wait(30)
        office.capture(pricing("other"))
        scored = "select exists (select from lead_score where lead_id = {} and engagement > 0)"
        wait_until(lambda: bool(office.one(scored.format(other))))
        assert not office.one(scored.format(held_up))
        hold.set()
        wait_until(lambda: office.marks() == 0)
        assert office.one(scored.format(held_up))
    assert sum(one.leads for one in reliefs) == 1
    assert office.one("select count(*) from handoff") == 1


def test_relief_sleeps_while_nothing_takes_long(office: Office) -> None:
    office.publish()
    office.all_done()
    hold, reliefs = Event(), list[Worked]()
    hold.set()
    stop, shift = Event(), Shift()
    given = (office.database, office.evaluators, office.desk.apply, lambda: NOW, stop, shift)
    relief = Thread(
        target=run_relief, args=given, kwargs={"long": 30, "seen": lambda one, _: reliefs.append(one)}
    )
    relief.start()
    with shift.carrying_out():
        office.capture(told(), pricing())
        begun = monotonic()
        while monotonic() - begun < 0.3:
            assert office.marks()
    stop.set()
    relief.join(30)
    assert not relief.is_alive()
    assert reliefs == []


def test_a_shift_tells_how_long_it_has_been_held_up() -> None:
    shift = Shift()
    assert not shift.begins(0)
    assert shift.lasted() == 0
    with shift.carrying_out():
        assert shift.begins(0)
        assert shift.lasted() > 0
    assert not shift.begins(0)
