"""What a comparison of two versions counts, and what it refuses to count."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.words import GERMAN
from handraise.files.outcomes import SCHEMA
from handraise.learn.backtest import Backtest, GroupName, Period, Promise, compared, in_short
from handraise.learn.backtest.load import load_of
from handraise.learn.backtest.telling import of_gained, of_lost
from handraise.learn.intervals import Share

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
INSTANT = pa.timestamp("us", "UTC")


def day(number: float) -> datetime:
    return START + number * DAY


def outcomes_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), SCHEMA)


def backtest(
    leads: dict[str, tuple[float | None, float | None]],
    *outcomes: dict[str, Any],
    end: float = 100,
    against_history: bool = False,
    **options: Any,
) -> Backtest:
    """Leads by name: the days on which the candidate and the other version make them an MQL."""

    def instants(place: int) -> pa.Array:
        days = [pair[place] for pair in leads.values()]
        return pa.array([None if one is None else day(one) for one in days], INSTANT)

    return compared(
        pa.array(list(leads)),
        instants(0),
        None if against_history else instants(1),
        outcomes_of(outcomes),
        Period(day(0), day(end)),
        **options,
    )


def counts(found: Backtest) -> dict[str, int]:
    return {name.value: group.leads for name, group in found.groups.items() if group.leads}


def test_each_lead_is_in_one_group() -> None:
    found = backtest(
        {
            "gained": (1, None),
            "lost": (None, 1),
            "earlier": (1, 2),
            "later": (2, 1),
            "same": (1, 1.01),
            "neither": (None, None),
            "before the period": (-5, -5),
            "after the period": (101, 100),
        }
    )
    assert counts(found) == {"gained": 1, "lost": 1, "earlier": 1, "later": 1, "same": 1}
    assert found.candidate.leads == 4
    assert found.against.leads == 4
    assert found.people["lead_id"].to_pylist() == ["gained", "lost", "earlier", "later", "same"]


def test_who_was_an_mql_before_the_period_is_not_gained_in_it() -> None:
    found = backtest({"a": (3, -4), "b": (-4, 3)})
    assert counts(found) == {"later": 1, "earlier": 1}
    assert (found.candidate.leads, found.against.leads) == (1, 1)


def test_a_lead_that_is_found_after_the_first_contact_is_not_found() -> None:
    contacted = {"mql_at": day(0.5), "first_contact_at": day(1), "accepted_at": day(2), "won_at": day(9)}
    found = backtest(
        {"leaked": (3, None), "kept": (0.9, 0.5), "lost": (3, 0.5)},
        *({"lead_id": name} | contacted for name in ("leaked", "kept", "lost")),
    )
    assert counts(found) == {"later": 1, "lost": 1}
    assert found.after_contact == 2
    assert found.lost_to_contact == 1
    assert found.groups[GroupName.GAINED].leads == 0
    leaked = next(row for row in found.people.to_pylist() if row["lead_id"] == "leaked")
    assert leaked["group"] is None
    assert leaked["candidate_after_contact"]


def test_an_answer_without_a_contact_is_a_trace_of_sales_too() -> None:
    found = backtest({"a": (3, None)}, {"lead_id": "a", "rejected_at": day(2)})
    assert counts(found) == {}
    assert found.after_contact == 1


def test_leads_without_an_outcome_are_no_failures() -> None:
    found = backtest(
        {"known": (1, None), "unknown": (1, None)},
        {"lead_id": "known", "mql_at": day(2), "accepted_at": day(3)},
    )
    gained = found.groups[GroupName.GAINED]
    assert (gained.leads, gained.handed, gained.without_outcome) == (2, 1, 1)
    assert gained.accepted == Share(1, 1)
    assert "1 of the 2 leads gained had been handed to sales" in of_gained(found)


def test_of_leads_that_nobody_ever_got_nothing_is_claimed() -> None:
    found = backtest({"a": (1, None)})
    assert found.groups[GroupName.GAINED].accepted == Share(0, 0)
    assert "nobody knows what would have become" in of_gained(found)


def test_what_sales_has_not_answered_is_not_in_the_share_accepted() -> None:
    found = backtest(
        {"yes": (1, 1), "no": (1, 1), "silent": (1, 1), "straight to sql": (1, 1)},
        {"lead_id": "yes", "mql_at": day(2), "accepted_at": day(3)},
        {"lead_id": "no", "mql_at": day(2), "rejected_at": day(3), "reject_reason": "student"},
        {"lead_id": "silent", "mql_at": day(2)},
        {"lead_id": "straight to sql", "mql_at": day(2), "sql_at": day(3)},
    )
    assert found.candidate.accepted == Share(2, 3)
    assert found.candidate.handed == 4


def test_young_leads_do_not_look_like_failures() -> None:
    """Won took 40 days: of the leads of the last 40 days nobody can tell yet."""
    won = {"lead_id": "won", "mql_at": day(1), "won_at": day(41)}
    old = {"lead_id": "old", "mql_at": day(50)}
    young = {"lead_id": "young", "mql_at": day(70)}
    found = backtest({"won": (1, 1), "old": (49, 50), "young": (69, 70)}, won, old, young)
    assert found.days_to_won == pytest.approx(40)
    assert found.candidate.won == Share(1, 2)
    assert found.candidate.too_recent == 1
    assert found.candidate.wins == 1


def test_what_came_after_the_end_was_not_known_at_it() -> None:
    won = {"lead_id": "a", "mql_at": day(2), "accepted_at": day(3), "won_at": day(60)}
    found = backtest({"a": (1, 2)}, won, end=50)
    assert found.candidate.accepted == Share(1, 1)
    assert found.candidate.wins == 0


def test_without_another_version_history_is_what_is_compared_with() -> None:
    found = backtest(
        {"a": (1, None), "b": (None, None), "c": (1, None)},
        {"lead_id": "a", "mql_at": day(3), "accepted_at": day(4)},
        {"lead_id": "b", "mql_at": day(3), "rejected_at": day(4)},
        against_history=True,
    )
    assert counts(found) == {"gained": 1, "lost": 1, "earlier": 1}
    assert "really handed over" in in_short(found)


def test_what_was_handed_over_counts_from_the_first_trace_where_nobody_told_when() -> None:
    found = backtest(
        {"a": (1, None), "b": (3, None)},
        {"lead_id": "a", "first_contact_at": day(2), "accepted_at": day(4)},
        {"lead_id": "b", "first_contact_at": day(2), "accepted_at": day(4)},
        against_history=True,
    )
    assert counts(found) == {"earlier": 1, "lost": 1}
    assert found.against.leads == 2
    assert found.against_after_contact == 0


def test_days_are_counted_to_the_first_real_contact() -> None:
    contacts = [
        {"lead_id": f"l{n}", "mql_at": day(5), "first_contact_at": day(6), "accepted_at": day(7)}
        for n in range(40)
    ]
    found = backtest({f"l{n}": (2, 5) for n in range(40)}, *contacts)
    assert found.days_before_contact is not None
    assert found.days_before_contact.value == pytest.approx(4)
    assert found.against_days_before_contact is not None
    assert found.against_days_before_contact.value == pytest.approx(1)
    assert found.days_earlier is not None
    assert found.days_earlier.value == pytest.approx(3)
    assert "3.0 days earlier" in in_short(found)


def many(leads: int, accepted: int, candidate: float | None, name: str) -> Any:
    """So many leads that history has, of whom the first were accepted."""
    pairs = {f"{name}{n}": (candidate, 1.0) for n in range(leads)}
    rows = [
        {
            "lead_id": f"{name}{n}",
            "mql_at": day(1),
            ("accepted_at" if n < accepted else "rejected_at"): day(9),
        }
        for n in range(leads)
    ]
    return pairs, rows


def test_better_is_said_only_where_the_interval_carries_it() -> None:
    good, rows = many(100, 90, 1, "good")
    bad, more = many(100, 20, None, "bad")
    found = backtest({**good, **bad}, *rows, *more)
    assert found.accepted_difference is not None
    assert found.accepted_difference.excludes(0)
    assert found.accepted_difference.value == pytest.approx(0.35)
    assert "are better" in in_short(found)
    assert "sales had accepted 20 % of 100" in of_lost(found)


def test_a_difference_that_may_be_chance_is_told_as_unknown() -> None:
    good, rows = many(60, 33, 1, "good")
    bad, more = many(60, 30, None, "bad")
    assert "cannot be told" in in_short(backtest({**good, **bad}, *rows, *more))


def test_a_handful_of_answers_is_too_few_to_judge() -> None:
    good, rows = many(5, 5, 1, "good")
    assert "too few" in in_short(backtest(good, *rows))


def test_deals_that_would_be_missed_are_told_first_hand() -> None:
    won = [{"lead_id": f"w{n}", "mql_at": day(1), "accepted_at": day(2), "won_at": day(9)} for n in range(3)]
    found = backtest({f"w{n}": (None if n else 1, 1) for n in range(3)}, *won)
    assert "Of the 3 won since, it would have missed 2." in in_short(found)


def test_a_fact_known_of_hardly_anybody_but_contacted_leads_is_suspicious() -> None:
    names = [f"l{n}" for n in range(200)]
    contacted = [{"lead_id": name, "mql_at": day(1), "first_contact_at": day(2)} for name in names[:100]]
    every: dict[str, tuple[float | None, float | None]] = dict.fromkeys(names, (1.0, 1.0))
    known = {
        "lead.quality": pa.array([n < 60 for n in range(200)]),
        "account.employees": pa.array([n < 90 or n > 160 for n in range(200)]),
        "lead.unknown": pa.array([False] * 200),
    }
    found = backtest(every, *contacted, undated=known)
    assert found.suspicious == {"lead.quality": (Share(60, 100), Share(0, 100))}
    assert "Beware of lead.quality: it looks as if sales filled it in" in in_short(found)


def test_it_is_said_in_german_too_with_german_numbers() -> None:
    good, rows = many(1200, 1080, 1, "good")
    bad, more = many(100, 20, None, "bad")
    found = backtest({**good, **bad}, *rows, *more)
    assert in_short(found, GERMAN) == (
        "Der Entwurf macht im Zeitraum 1.200 Leads zum MQL; mit der heutigen Version sind es 1.300 (mit dem "
        "Entwurf 7,7 % weniger). Neu kommen 0 dazu, 100 fallen weg. Die der Vertrieb wirklich bekam, sind "
        "besser. Angenommen wurden davon: 90 % von 1.200 (88–92 %); im Vergleich: 85 % von 1.300 (83–86 %)."
    )
    assert of_gained(found, GERMAN) == "Niemand kommt dazu."
    assert of_lost(found, GERMAN) == (
        "Weg fallen: 100 Leads. Angenommen hatte der Vertrieb davon: 20 % von 100 (13–29 %); gewonnen "
        "wurden: 0 % von 100 (0–3,7 %)."
    )


def test_an_empty_period_says_so_without_a_fault() -> None:
    found = backtest({}, zone="Europe/Berlin", capacity=3, promise=Promise(24, is_business=False))
    assert found.candidate.leads == 0
    assert found.load.in_time == Share(0, 0)
    assert in_short(found).startswith("The candidate makes 0 leads an MQL")


# --------------------------------------------------------------------------------------------- laws

DAYS = st.one_of(st.none(), st.integers(-5, 30).map(float))
LEADS = st.lists(st.tuples(DAYS, DAYS, DAYS, st.booleans()), max_size=30)


def of_drawn(leads: list[tuple[float | None, float | None, float | None, bool]], swapped: bool) -> Backtest:
    pairs = {f"l{n}": (b, a) if swapped else (a, b) for n, (a, b, _, _) in enumerate(leads)}
    rows = [
        {"lead_id": f"l{n}", "mql_at": day(at - 1), "first_contact_at": day(at)}
        | {"accepted_at" if good else "rejected_at": day(at + 1)}
        for n, (_, _, at, good) in enumerate(leads)
        if at is not None
    ]
    return backtest(pairs, *rows, end=20)


@given(LEADS)
def test_the_other_way_round_the_gained_are_the_lost(leads: list[Any]) -> None:
    one, other = of_drawn(leads, swapped=False), of_drawn(leads, swapped=True)
    opposite = {"gained": "lost", "lost": "gained", "earlier": "later", "later": "earlier", "same": "same"}
    for name, group in one.groups.items():
        assert group == other.groups[GroupName(opposite[name.value])]
    assert one.candidate == other.against
    assert one.after_contact == other.against_after_contact


@given(LEADS)
def test_groups_and_people_are_the_same_leads(leads: list[Any]) -> None:
    found = of_drawn(leads, swapped=False)
    told = found.people["group"].to_pylist()
    for name, group in found.groups.items():
        assert told.count(name.value) == group.leads
        assert group.accepted.n <= group.handed <= group.leads
    assert max(found.candidate.leads, found.against.leads) <= sum(g.leads for g in found.groups.values())
    assert sum(week.candidate for week in found.load.weeks) == found.candidate.leads
    assert sum(week.against for week in found.load.weeks) == found.against.leads


# --------------------------------------------------------------------------------------------- load


def at(*moments: datetime) -> Any:
    return np.array([int(moment.timestamp() * 1e6) for moment in moments], np.int64)


def load(moments: Sequence[datetime], zone: str = "UTC", days: int = 28, **options: Any) -> Any:
    asked: dict[str, Any] = {"capacity": None, "promise": None} | options
    start, end = at(START, START + days * DAY)
    return load_of(at(*moments), at(), int(start), int(end), zone=zone, **asked)


def test_weeks_begin_on_monday_where_the_team_is() -> None:
    sunday_late = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)  # Monday in Berlin
    assert [week.candidate for week in load([sunday_late]).weeks] == [1, 0, 0, 0]
    assert [week.candidate for week in load([sunday_late], "Europe/Berlin").weeks][:3] == [0, 1, 0]


def test_a_cut_week_is_not_a_whole_one() -> None:
    found = load([], days=10)
    assert [week.is_whole for week in found.weeks] == [True, False]
    assert len(found.whole_weeks) == 1


def test_weeks_over_capacity_are_counted() -> None:
    found = load([START + n * HOUR for n in range(5)], capacity=4)
    assert found.over_capacity == (1, 0)


@pytest.mark.parametrize(
    ("arrivals", "hours", "is_business", "in_time"),
    [
        # 40 a week is one an hour: at 10, 11, 12 the second and third wait 0 to 2 hours
        ([10, 10, 10], 1, True, 2),
        ([10, 10, 10], 2, True, 3),
        ([10, 11, 12], 0, True, 3),
        # at six in the evening the office is shut: it opens 15 hours later, and no business hour is over
        ([18], 0, True, 1),
        ([18], 14.9, False, 0),
        ([18], 15, False, 1),
        # Friday evening until Monday morning is 63 hours
        ([4 * 24 + 18], 62.9, False, 0),
        ([4 * 24 + 18], 63, False, 1),
    ],
)
def test_the_team_works_first_come_first_served_in_office_hours(
    arrivals: list[int], hours: float, is_business: bool, in_time: int
) -> None:
    found = load([START + hour * HOUR for hour in arrivals], capacity=40, promise=Promise(hours, is_business))
    assert found.in_time == Share(in_time, len(arrivals))


def test_a_team_that_is_too_small_falls_ever_further_behind() -> None:
    arrivals = [START + 10 * HOUR + n * DAY for n in range(28)]
    few = load(arrivals, capacity=2, promise=Promise(24, is_business=False)).in_time
    enough = load(arrivals, capacity=40, promise=Promise(72, is_business=False)).in_time
    assert few.count < 3
    assert enough.count == 28
