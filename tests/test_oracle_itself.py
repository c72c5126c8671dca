"""The oracle against cases worked out by hand, so that it can be believed about the engine."""

from datetime import UTC, datetime, timedelta

from handraise.core.definition.reading import read_definition
from handraise.core.event import Event, Lead
from handraise.core.score import Line, Score
from tests import oracle

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def scored(
    engagement: str, *events: Event, as_of: datetime = NOON, mql: str = "engagement", **facts: object
) -> Score:
    text = f"""
        name: Hand
        signals: {{visit: {{event: page}}, demo: {{event: Demo Requested}}, stop: {{event: Unsubscribed}}}}
        engagement: {engagement}
        qualify: {{mql: {mql}}}
    """
    named = {f"lead.{name}": value for name, value in facts.items()}
    return oracle.score(read_definition(text).definition, Lead("hand", named, events), as_of)


def page(ago: timedelta) -> Event:
    return Event("page", NOON - ago)


def test_a_half_life_halves() -> None:
    # 10 points, two half-lives old and one half-life and nothing: 2.50 + 5 + 10
    found = scored(
        "{bar: 17.5, rules: [{rule: v, signal: visit, each: event, points: 10, half_life: 7 days}]}",
        page(14 * DAY),
        page(7 * DAY),
        page(0 * DAY),
    )
    assert found.lines == (Line("v", "engagement", 1750, 3, NOON),)
    assert found.is_mql
    assert found.became_mql_at == NOON


def test_decay_under_a_bar_ends_it_on_a_whole_second() -> None:
    # 20 × 2^(−t/7d) rounds to 9.99 and less once it is below 9.995: t = 7d × log2(20/9.995) = 605,237.0 s…
    found = scored(
        "{bar: 10, rules: [{rule: v, signal: visit, points: 20, half_life: 7 days}]}", page(timedelta(0))
    )
    assert found.ceases_at is not None
    seconds = (found.ceases_at - NOON).total_seconds()
    assert seconds == int(seconds)
    assert 20 * 2 ** (-seconds / 604_800) < 9.995 <= 20 * 2 ** (-(seconds - 1) / 604_800)
    assert found.next_change_at == found.ceases_at


def test_the_end_of_a_window_can_make_and_unmake_an_mql() -> None:
    engagement = (
        "{bar: 10, rules: [{rule: v, signal: visit, points: 10, in_last: 30 days},"
        " {rule: s, signal: stop, points: -5, in_last: 3 days}]}"
    )
    found = scored(engagement, page(10 * DAY), Event("Unsubscribed", NOON - 11 * DAY))
    assert found.became_mql_at == NOON - 8 * DAY
    assert found.ceases_at == NOON + 20 * DAY


def test_silence_costs_points_for_every_full_stretch() -> None:
    engagement = (
        "{bar: 0, rules: [{rule: d, signal: demo, points: 10},"
        " {rule: q, none_of: visit, each: 10 days, points: -3}]}"
    )
    events = (Event("Demo Requested", NOON - 40 * DAY), page(25 * DAY))
    found = scored(engagement, *events)
    assert [line.points for line in found.lines] == [1000, -600]
    assert found.lines[1].count == 2
    assert found.ceases_at == NOON + 15 * DAY  # the fourth stretch: 10 − 12 < 0


def test_a_step_ends_it_to_the_microsecond() -> None:
    half = timedelta(microseconds=500_000)
    found = scored(
        "{bar: 10, rules: [{rule: v, signal: visit, points: 10, lose: 50 % every 1 day}]}", page(half)
    )
    assert found.ceases_at == NOON + DAY - half


def test_a_reset_takes_what_was_before() -> None:
    engagement = "{bar: 5, reset_on: stop, rules: [{rule: v, signal: visit, points: 5}]}"
    events = (page(3 * DAY), Event("Unsubscribed", NOON - 2 * DAY), page(DAY))
    assert scored(engagement, *events[:2]).engagement == 0
    assert scored(engagement, *events).engagement == 500
    assert scored(engagement, *events[:2]).became_mql_at == NOON - 3 * DAY


def test_a_definition_that_asks_for_less_begins_when_decay_gets_there() -> None:
    found = scored(
        "{bar: 10, rules: [{rule: v, signal: visit, points: 20, half_life: 1 day}]}",
        page(2 * DAY),
        mql="{all: [{not: {engagement: 10}}, {signal: visit}]}",
    )
    assert found.became_mql_at is not None
    seconds = (found.became_mql_at - (NOON - 2 * DAY)).total_seconds()
    assert 20 * 2 ** (-seconds / 86_400) < 9.995 <= 20 * 2 ** (-(seconds - 1) / 86_400)
    assert found.ceases_at is None
