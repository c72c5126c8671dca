"""What is done about a clock that runs out: when, for whom, and not twice."""

from datetime import UTC, datetime, timedelta

import pytest

from handraise.core.calendar import WORKWEEK, Calendar
from handraise.core.sla import (
    Action,
    BreachPolicy,
    Cancelled,
    Clock,
    Entry,
    OwnerChanged,
    Paused,
    Resumed,
    Started,
    Stopped,
    Timer,
    actions_due,
    clocks_from,
    next_timer,
    timers,
)
from handraise.core.sla.policy import Step

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = Calendar("Office", "UTC", WORKWEEK)
POLICY = BreachPolicy(
    escalate_to=("lead-of-sales",), escalate_after=15 * MINUTE, reassign_after_breach=30 * MINUTE
)


def at(text: str) -> datetime:
    day, _, time = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-11-{day or 24} {time}").replace(tzinfo=UTC)


def clock(*entries: Entry, start: str = "10:00") -> Clock:
    """The last clock of a hand-off that is due two open hours after its start."""
    return clocks_from([Started(at(start), 2 * HOUR, OFFICE, "ada"), *entries])[-1]


def test_the_steps_follow_one_another() -> None:
    assert timers(clock(), POLICY) == (
        Timer(at("11:30"), "warn"),
        Timer(at("12:00"), "breach"),
        Timer(at("12:15"), "escalate"),
        Timer(at("12:30"), "reassign"),
    )


def test_steps_after_a_breach_wait_for_opening_hours() -> None:
    late = clock(start="15:00")
    assert [(timer.step, timer.at) for timer in timers(late, POLICY)][1:] == [
        ("breach", at("17:00")),
        ("escalate", at("25 09:15")),
        ("reassign", at("25 09:30")),
    ]


def test_steps_of_one_instant_keep_their_order() -> None:
    at_once = BreachPolicy(escalate_to=("boss",))
    assert [timer.step for timer in timers(clock(), at_once)] == ["warn", "breach", "escalate", "reassign"]
    assert {timer.at for timer in timers(clock(), at_once)[1:]} == {at("12:00")}


@pytest.mark.parametrize(
    ("policy", "steps"),
    [
        (BreachPolicy(), ["warn", "breach", "reassign"]),
        (BreachPolicy(warn_share=None), ["breach", "reassign"]),
        (BreachPolicy(reassign_after_breach=None), ["warn", "breach"]),
        (BreachPolicy(most_owners=1), ["warn", "breach"]),
    ],
)
def test_a_policy_leaves_steps_out(policy: BreachPolicy, steps: list[str]) -> None:
    assert [timer.step for timer in timers(clock(), policy)] == steps


def test_a_hand_off_stays_with_its_last_owner() -> None:
    changes = [OwnerChanged(at("12:00"), "bob", OFFICE), OwnerChanged(at("14:00"), "cleo", OFFICE)]
    assert timers(clock(*changes[:1]), POLICY)[-1].step == "reassign"
    assert timers(clock(*changes), POLICY)[-1].step == "escalate"


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("10:00", Timer(at("11:30"), "warn")),
        ("11:30", Timer(at("12:00"), "breach")),
        ("12:00", Timer(at("12:15"), "escalate")),
        ("12:29", Timer(at("12:30"), "reassign")),
        ("12:30", None),
    ],
)
def test_the_next_timer_is_the_next_step(as_of: str, expected: Timer | None) -> None:
    assert next_timer(clock(), POLICY, at(as_of)) == expected


def test_a_paused_clock_has_nothing_to_wait_for_until_it_is_resumed() -> None:
    paused = clock(Paused(at("11:00")), Resumed(at("14:00")))
    assert next_timer(paused, POLICY, at("11:00")) is None
    assert next_timer(paused, POLICY, at("14:00")) == Timer(at("14:30"), "warn")


@pytest.mark.parametrize(
    "ending", [Stopped(at("11:00"), "call"), Cancelled(at("11:00")), OwnerChanged(at("11:00"), "b", OFFICE)]
)
def test_an_ended_clock_has_nothing_to_wait_for(ending: Entry) -> None:
    first = clocks_from([Started(at("10:00"), 2 * HOUR, OFFICE, "ada"), ending])[0]
    assert next_timer(first, POLICY, at("11:00")) is None
    assert next_timer(first, POLICY, at("10:59")) == Timer(at("11:30"), "warn")  # nobody knew then
    assert actions_due(first, POLICY, at("25 12:00")) == ()


def test_each_step_is_taken_once() -> None:
    taken: list[Step] = []
    seen = []
    for minute in range(0, 240, 5):
        for action in actions_due(clock(), POLICY, at("10:00") + minute * MINUTE, taken):
            seen.append((minute, action.step))
            taken.append(action.step)
    assert seen == [(90, "warn"), (120, "breach"), (135, "escalate"), (150, "reassign")]


def test_an_action_says_whose_clock_it_is_and_whom_to_tell() -> None:
    assert actions_due(clock(), POLICY, at("12:20"), ["warn"]) == (
        Action("breach", at("12:00"), "ada"),
        Action("escalate", at("12:15"), "ada", ("lead-of-sales",)),
    )


def test_a_worker_that_comes_late_warns_nobody_of_what_has_happened() -> None:
    steps = [action.step for action in actions_due(clock(), POLICY, at("13:00"))]
    assert steps == ["breach", "escalate", "reassign"]
    again = [action.step for action in actions_due(clock(), POLICY, at("13:00"), ["breach"])]
    assert again == ["escalate", "reassign"]


def test_after_a_late_contact_only_the_breach_is_recorded() -> None:
    late = clock(Stopped(at("12:20"), "call"))
    assert actions_due(late, POLICY, at("13:00")) == (Action("breach", at("12:00"), "ada"),)


def test_contact_at_the_very_instant_leaves_no_breach() -> None:
    assert actions_due(clock(Stopped(at("12:00"), "call")), POLICY, at("12:00")) == ()


def test_a_breach_is_recorded_though_the_hand_off_went_on_at_that_instant() -> None:
    first, second = clocks_from(
        [Started(at("10:00"), 2 * HOUR, OFFICE, "ada"), OwnerChanged(at("12:00"), "bob", OFFICE)]
    )
    assert actions_due(first, BreachPolicy(), at("12:00")) == (Action("breach", at("12:00"), "ada"),)
    assert next_timer(second, BreachPolicy(), at("12:00")) == Timer(at("13:30"), "warn")


@pytest.mark.parametrize(
    "wrong",
    [
        {"warn_share": 0.0},
        {"warn_share": 1.0},
        {"escalate_after": -MINUTE},
        {"reassign_after_breach": -MINUTE},
        {"most_owners": 0},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"give|at least"):
        BreachPolicy(**wrong)  # type: ignore[arg-type]
