"""An audience as lines: what a form changes is what the text then says, and nothing else."""

import pytest

from handraise.core.audiences import read_audience
from handraise.core.audiences.lines import (
    CannotChange,
    Deed,
    Group,
    Lines,
    Other,
    Question,
    lines_of,
    named,
    placed,
    walked,
    with_event,
    with_line,
    with_values,
    without_line,
)
from handraise.core.audiences.starters import STARTERS
from handraise.core.definition import read_definition
from handraise.core.definition.conditions import AllOf
from handraise.core.errors import DefinitionInvalid
from handraise.templates import template_text

TWO_BARS = read_definition(template_text("two-bars")).definition
WHOLE = """\
# Who they are
signals:
  news: {event: Newsletter Opened}  # ours
who:
  all:
    - fit
    - not: engagement
    - total: 40
    - stage: [lead, mql]
    - not: {stage_since: {before: 14 days}}
    - lead.country: [DE, AT]
    - account.employees: {between: [50, 500]}
    - lead.title: {contains: "Head of: all"}
    - lead.consent: {known: true}
    - stalled: false
    - {signal: pricing_visit, at_least: 3, in_last: 7 days}
    - not: {none_of: [news, pricing_visit], in_last: 30 days}
    - {sequence: [news, pricing_visit], within: 7 days}
    - any:
        - owner: {unknown: true}
        - not:
            all:
              - grade: [A1, A2]
              - sessions: {at_least: 2}
"""


def test_a_text_that_a_form_could_have_written_comes_back_as_it_was() -> None:
    assert lines_of(WHOLE).text == WHOLE


def test_lines_and_text_mean_the_same() -> None:
    odd = """
who:
  {stage: mql, not: {fit: 30}, any: [{lead.country: DE, lead.source: ads}, {last_seen: {in_last: 1 week}}]}
"""
    by_lines, by_text = read_audience(lines_of(odd).text).who, read_audience(odd).who
    assert isinstance(by_lines, AllOf)
    assert isinstance(by_text, AllOf)
    assert set(by_lines.items) == set(by_text.items)
    assert read_audience(lines_of(WHOLE).text, TWO_BARS) == read_audience(WHOLE, TWO_BARS)


@pytest.mark.parametrize("starter", STARTERS, ids=lambda one: one.key)
def test_a_starter_can_be_changed_in_the_form(starter: object) -> None:
    text = starter.text  # type: ignore[attr-defined]
    assert lines_of(text).text == text
    assert not [line for _, line in walked(lines_of(text).root) if isinstance(line, Other)]


def test_values_tests_and_what_is_denied_are_changed_at_their_place() -> None:
    lines = with_values(
        lines_of("who: {all: [{fit: 30}, {any: [{lead.country: DE}, {signal: demo}]}]}"),
        {
            "0/value": "40",
            "0/denied": "yes",
            "1/how": "all",
            "1.0/test": "not_in",
            "1.0/value": "DE, AT",
            "1.1/at_least": "2",
            "1.1/in_last": "7 days",
            "7/value": "nobody",
        },
    )
    assert lines.text == (
        "who:\n  all:\n    - not: {fit: 40}\n    - all:\n"
        "        - lead.country: {not_in: [DE, AT]}\n"
        "        - {signal: demo, at_least: 2, in_last: 7 days}\n"
    )


def test_a_fact_can_become_another_and_nothing_else() -> None:
    lines = with_values(
        lines_of("who: {all: [{lead.country: DE}, {stage: mql}]}"), {"0/subject": "lead.source"}
    )
    assert lines.root.lines[0] == Question("lead.source", "is", "DE")
    assert with_values(lines, {"0/subject": "fit: 1", "1/subject": "lead.age"}) == lines


def test_an_event_without_a_signal_becomes_one_of_the_audience() -> None:
    lines = with_event(lines_of("# Mine\nwho: {stage: mql}\n"), (), "Webinar: watched")
    again = with_event(with_event(lines, (), "Webinar watched"), (), "Trial Started", ["trial_started"])
    read = read_audience(again.text)
    assert again.text.startswith("# Mine\nsignals:\n")
    assert {signal.name: signal.events for signal in read.signals} == {
        "webinar_watched": ("Webinar: watched",),
        "webinar_watched_": ("Webinar watched",),
        "trial_started_": ("Trial Started",),
    }


def test_a_test_that_its_subject_does_not_know_is_not_taken() -> None:
    lines = with_values(lines_of("who: {stage: mql}"), {"0/test": "matches"})
    assert lines.root.lines == (Question("stage", "is", "mql"),)


def test_lines_are_added_to_a_group_and_taken_out() -> None:
    lines = with_line(Lines("", Group("all", ())), (), Question("stage", "is", "mql"))
    lines = with_line(lines, (), Group("any", ()))
    lines = with_line(lines, (1,), Deed("signal", "demo"))
    assert lines.text == "who:\n  all:\n    - stage: mql\n    - any:\n        - {signal: demo}\n"
    assert without_line(lines, (1, 0)).root.lines[1] == Group("any", ())
    assert without_line(lines, (1,)).root.lines == (Question("stage", "is", "mql"),)


def test_what_a_value_says_cannot_break_out_of_its_line() -> None:
    wanted = Question("lead.title", "is", "x}\n  - stage: mql #\"'")
    text = with_line(Lines("", Group("all", ())), (), wanted).text
    who = read_audience(text.replace("\\n", " ")).who
    assert len(text.splitlines()) == 3
    assert type(who).__name__ == "AllOf"


@pytest.mark.parametrize("place", [(5,), (0, 0), (0, 0, 0)])
def test_a_place_that_is_not_there_cannot_be_changed(place: tuple[int, ...]) -> None:
    lines = lines_of("who: {stage: mql}")
    with pytest.raises(CannotChange):
        without_line(lines, place)
    with pytest.raises(CannotChange):
        with_line(lines, place, Question("fit"))


def test_groups_are_not_nested_without_end() -> None:
    with pytest.raises(CannotChange):
        with_line(lines_of("who: {stage: mql}"), (0,) * 6, Group("any", ()))


@pytest.mark.parametrize("text", ["who: {fit: 1}\nsignals: {a: {event: b}}", "{who: {fit: 1}}", "[who]"])
def test_a_text_written_in_another_way_is_changed_as_text(text: str) -> None:
    with pytest.raises(CannotChange):
        lines_of(text)


def test_a_text_that_is_no_yaml_has_no_lines() -> None:
    with pytest.raises(DefinitionInvalid):
        lines_of("who: [")


def test_what_only_the_text_can_say_is_kept() -> None:
    lines = lines_of("who: {lead.country: {is: DE, known: true}}")
    assert [type(one) for one in lines.root.lines] == [Other]
    alone = read_audience("who: {lead.country: {is: DE, known: true}}").who
    assert read_audience(lines.text).who == AllOf((alone,))


@pytest.mark.parametrize("name", ["x", "0.x", "-1", "0..1", "99999", "0.0.0.0.0.0.0.0"])
def test_a_word_of_a_form_that_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(CannotChange):
        placed(name)


def test_places_are_words_of_forms() -> None:
    assert placed(named((3, 0, 1))) == (3, 0, 1)
