"""Which events count, what a session is, since when a lead is known, how text compares (decisions 4 to 9)."""

from dataclasses import replace
from datetime import datetime

import pytest

from handraise.core.event import Event
from tests.builders import (
    DAY,
    HOUR,
    MICRO,
    MINUTE,
    NOW,
    SECOND,
    at,
    earned,
    event,
    is_met,
    judged,
    lead,
    page,
    scored,
    with_rules,
)

ONE = "{signal: visit, points: 10}"
EVERY = "{signal: visit, each: event, points: 10}"
TOGETHER = "{same_session: [guide, demo], points: 25}"


def guide(when: datetime) -> Event:
    return event("Content Downloaded", when)


def demo(when: datetime) -> Event:
    return event("Demo Requested", when)


# ------------------------------------------------------------------------------------------ which count


def test_times_are_compared_to_the_microsecond() -> None:
    assert earned("{sequence: [guide, demo], points: 10}", guide(NOW - MICRO), demo(NOW)) == 10
    assert earned("{sequence: [guide, demo], points: 10}", guide(NOW), demo(NOW)) == 0


def test_events_after_as_of_do_not_exist_yet() -> None:
    assert earned(ONE, page(NOW)) == 10
    assert earned(ONE, page(NOW + MICRO)) == 0


def test_events_to_come_do_not_enter_what_happens_next() -> None:
    found = judged(with_rules(ONE, qualify="{engagement: 10}"), lead(page(NOW + DAY)))
    assert found.next_change_at is None


def test_events_marked_as_bot_traffic_count_for_nothing() -> None:
    assert earned(EVERY, page(NOW), replace(page(NOW - DAY), is_bot=True)) == 10


def test_marking_events_as_bot_traffic_takes_them_out_of_the_past_too() -> None:
    definition = with_rules(ONE, qualify="{engagement: 10}")
    events = [page(NOW - 9 * DAY), page(NOW - 3 * DAY)]
    assert judged(definition, lead(*events)).became_mql_at == NOW - 9 * DAY
    assert judged(definition, lead(replace(events[0], is_bot=True), events[1])).became_mql_at == NOW - 3 * DAY


def test_a_bot_does_not_start_a_session_or_make_a_lead_known() -> None:
    bot = replace(page(NOW - 40 * DAY), is_bot=True)
    assert is_met("{sessions: 0}", bot)
    assert not is_met("{none_of: demo, in_last: 30 days}", bot, page(NOW - 20 * DAY))


def test_of_several_events_with_one_message_id_the_earliest_counts() -> None:
    twice = [event("page", NOW - DAY, "m1"), event("page", NOW - 3 * DAY, "m1")]
    found = scored(EVERY, *twice)
    assert found.engagement == 1000
    assert found.lines[0].last_at == NOW - 3 * DAY


def test_of_copies_at_one_instant_the_first_by_event_name_counts() -> None:
    twice = [event("page", NOW, "m1"), event("Demo Requested", NOW, "m1")]
    assert earned("{signal: demo, points: 10}", *twice) == 10
    assert earned(ONE, *twice) == 0


def test_of_copies_at_one_instant_under_one_name_the_first_by_properties_counts() -> None:
    twice = [event("page", NOW, "m1", path="/pricing"), event("page", NOW, "m1", path="/about")]
    assert earned("{signal: pricing, points: 10}", *twice) == 0


def test_a_bot_is_no_copy_of_a_real_event() -> None:
    bot = replace(event("page", NOW - 2 * DAY, "m1"), is_bot=True)
    assert scored(ONE, bot, event("page", NOW - DAY, "m1")).lines[0].last_at == NOW - DAY


def test_events_without_a_message_id_are_all_counted() -> None:
    assert earned(EVERY, page(NOW), page(NOW)) == 20
    assert earned(EVERY, event("page", NOW, ""), event("page", NOW, "")) == 20


# ------------------------------------------------------------------------------------------- sessions


def test_a_session_is_the_trackers_session_id() -> None:
    far = [event("Content Downloaded", NOW - 5 * HOUR, None, "s1"), event("Demo Requested", NOW, None, "s1")]
    assert earned(TOGETHER, *far) == 25
    near = [event("Content Downloaded", NOW - MINUTE, None, "s1"), event("Demo Requested", NOW, None, "s2")]
    assert earned(TOGETHER, *near) == 0


def test_an_event_less_than_30_minutes_after_the_previous_continues_its_session() -> None:
    assert earned(TOGETHER, guide(NOW - 30 * MINUTE + MICRO), demo(NOW)) == 25


def test_exactly_30_minutes_starts_a_new_session() -> None:
    assert earned(TOGETHER, guide(NOW - 30 * MINUTE), demo(NOW)) == 0


def test_any_event_keeps_a_session_going() -> None:
    events = [guide(NOW - 50 * MINUTE), page(NOW - 25 * MINUTE), demo(NOW)]
    assert earned(TOGETHER, *events) == 25
    assert earned(TOGETHER, events[0], events[2]) == 0


def test_events_without_a_session_id_form_sessions_among_themselves() -> None:
    between = page(NOW - 25 * MINUTE, "/", "s1")  # has an id: it does not bridge the gap of the others
    assert earned(TOGETHER, guide(NOW - 50 * MINUTE), between, demo(NOW)) == 0
    assert is_met("{sessions: 3}", guide(NOW - 50 * MINUTE), between, demo(NOW))


def test_an_event_with_an_id_is_not_in_the_session_of_those_without() -> None:
    assert earned(TOGETHER, event("Content Downloaded", NOW - MINUTE, None, "s1"), demo(NOW)) == 0


# ------------------------------------------------------------------------------------------ known since

SILENT = "{none_of: demo, in_last: 30 days}"


def test_a_lead_is_known_since_its_created_at() -> None:
    for days, expected in ((30, True), (29, False)):
        facts = {"lead.created_at": (NOW - days * DAY).isoformat()}
        assert is_met(SILENT, page(NOW - 90 * DAY), facts=facts) is expected


def test_without_created_at_a_lead_is_known_since_its_first_event() -> None:
    assert is_met(SILENT, page(NOW - 30 * DAY))
    assert not is_met(SILENT, page(NOW - 30 * DAY + SECOND))


def test_a_lead_with_neither_is_not_known_and_cannot_be_silent() -> None:
    assert not is_met(SILENT)


# -------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize("name", ["page", "Page", "PAGE", " page "])
def test_event_names_compare_without_regard_to_case_and_surrounding_space(name: str) -> None:
    assert earned(ONE, event(name, NOW)) == 10


@pytest.mark.parametrize("path", ["/pricing", "/PRICING/plans", "  /Pricing "])
def test_text_compares_without_regard_to_case_and_surrounding_space(path: str) -> None:
    assert earned("{signal: pricing, points: 10}", page(NOW, path)) == 10


def test_list_entries_compare_without_regard_to_case_and_surrounding_space() -> None:
    text = "lists: {rivals: [' ACME ', Globex]}\nqualify: {mql: {lead.company: {in_list: rivals}}}"
    assert judged(text, lead(facts={"lead.company": "acme"})).is_mql
    assert judged(text, lead(facts={"lead.company": " GLOBEX "})).is_mql
    assert not judged(text, lead(facts={"lead.company": "Initech"})).is_mql


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("{unknown: true}", True),
        ("{lacks: a}", True),
        ("{known: true}", False),
        ("a", False),
        ("{not_in: [a]}", False),
        ("{has: a}", False),
        ("{contains: a}", False),
        ("{starts_with: a}", False),
        ("{matches: a}", False),
        ("{at_most: 5}", False),
        ("{between: [0, 5]}", False),
    ],
)
def test_a_missing_property_satisfies_no_test_but_unknown_and_lacks(test: str, expected: bool) -> None:
    signal = f"{{event: page, where: {{campaign: {test}}}}}"
    text = f"signals: {{visit: {signal}}}\nqualify: {{mql: {{signal: visit}}}}"
    assert judged(text, lead(page(NOW))).is_mql is expected
    assert judged(text, lead(page(NOW, campaign=None))).is_mql is expected
    assert judged(text, lead(page(NOW, campaign=" "))).is_mql is expected


def test_a_signal_may_name_several_events_and_any_event() -> None:
    rules = "engagement: {rules: [{rule: r, signal: s, each: event, points: 1}]}\nqualify: {mql: {total: 1}}"
    mail = [event("Email Opened", NOW), event("Email Link Clicked", NOW), event("page", NOW)]
    both = "signals: {s: {event: [Email Opened, Email Link Clicked]}}\n"
    assert judged(both + rules, lead(*mail)).engagement == 200
    assert judged("signals: {s: {event: '*'}}\n" + rules, lead(*mail)).engagement == 300


def test_calendar_days_are_read_in_the_zone_of_the_definition() -> None:
    daily = "{signal: visit, each: 1 per day, points: 1}"
    evening, night = page(at("2026-02-10 22:30")), page(at("2026-02-10 23:30"))  # in Berlin: 23:30 and 00:30
    assert earned(daily, evening, night) == 1
    assert earned(daily, evening, night, more="timezone: Europe/Berlin") == 2
