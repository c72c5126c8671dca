"""What an audience may ask, and what is said of one that asks the impossible."""

import pytest

from handraise.core.audiences import STANDING, read_audience
from handraise.core.audiences.lines import KINDS
from handraise.core.audiences.starters import STARTERS, starters_for
from handraise.core.definition import read_definition
from handraise.core.errors import DefinitionInvalid
from handraise.core.words import audience_words
from handraise.templates import TEMPLATES, template_text

TWO_BARS = read_definition(template_text("two-bars")).definition


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("{fit: 30}", "fit reaches 30 points"),
        ("{not: {engagement: 40}}", "engagement stays below 40 points"),
        ("{all: [fit, {not: engagement}]}", "fit reaches its bar of 30 points and engagement stays below its "
         "bar of 30 points"),
        ("{stage: [mql, sal]}", "stage is MQL or SAL"),
        ("{not: {stage: customer}}", "stage is anything but customer"),
        ("{stage_since: {before: 14 days}}", "beginning of the stage is at least 14 days ago"),
        ("{stalled: true}", "the lead is in its stage for longer than it may"),
        ("{not: {stalled: true}}", "the lead is not in its stage for longer than it may"),
        ("{owner: {unknown: true}}", "owner is not known"),
        ("{rejected: {known: true}}", "sales has rejected the lead"),
        ("{not: {rejected: {known: true}}}", "sales has never rejected the lead"),
        ("{rejected: {in_last: 30 days}}", "last rejection by sales is less than 30 days ago"),
        ("{reject_reason: no_budget}", "reason of the last rejection by sales is no_budget"),
        ("{nurture: educate}", "nurture stream is educate"),
        ("{signal: pricing_visit, at_least: 3, in_last: 7 days}", "there are 3 or more pricing visits in the "
         "last 7 days"),
        ("{pattern: nothing}", None),
        ("{lead.country: DE, last_seen: {in_last: 7 days}}", "country is DE and the lead was last seen less "
         "than 7 days ago"),
    ],
)  # fmt: skip
def test_a_condition_is_told_in_one_sentence(who: str, words: str | None) -> None:
    if words is None:
        with pytest.raises(DefinitionInvalid):
            read_audience(f"who: {who}", TWO_BARS)
        return
    read = read_audience(f"who: {who}", TWO_BARS)
    assert audience_words(read.who, TWO_BARS) == f"Everybody of whom this is true: {words}."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "write `who:`"),
        ("- who", "write `who:`"),
        ("who: {}", "expected a condition on people"),
        ("who: {stag: mql}", "did you mean `stage`?"),
        ("who: {stage: won}", "expected `subscriber`"),
        ("who: {stalled: often}", "expected true or false"),
        ("who: {from_stage: lead}", "cannot be asked here"),
        ("who: {signal: trial}", "there is no signal `trial`"),
        ("who: {lead.email_domain: {in_list: friends}}", "there is no list `friends`"),
        ("signals: {pricing_visit: {event: Odd}}\nwho: {signal: pricing_visit}", "has a signal"),
        ("who: {fit: 30}\nname: x", "no key `name`"),
        ("who: [", "not valid YAML"),
    ],
)
def test_what_means_nothing_is_refused_at_its_place(text: str, problem: str) -> None:
    with pytest.raises(DefinitionInvalid, match=problem) as told:
        read_audience(text, TWO_BARS)
    assert all(one.line >= 1 for one in told.value.problems)


def test_a_bar_can_be_asked_only_of_a_definition_that_has_one() -> None:
    with pytest.raises(DefinitionInvalid, match="stands for its bar"):
        read_audience("who: {all: [fit]}")


def test_kinds_of_events_that_the_definition_has_not_are_named_in_the_audience() -> None:
    read = read_audience("signals: {news: {event: Newsletter Opened}}\nwho: {signal: news}", TWO_BARS)
    assert [signal.name for signal in read.signals] == ["news"]


def test_lists_are_those_of_the_definition_first_and_else_as_they_are_now() -> None:
    beside = {"competitors": ("later.example",), "friends": ("friend.example",)}
    text = (
        "who: {any: [{lead.email_domain: {in_list: competitors}}, {lead.email_domain: {in_list: friends}}]}"
    )
    read = read_audience(text, TWO_BARS, beside)
    assert read.lists == {
        "competitors": TWO_BARS.lists["competitors"],
        "friends": ("friend.example",),
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_starter_that_is_offered_for_a_template_can_be_read(name: str) -> None:
    definition = read_definition(template_text(name)).definition
    for starter in starters_for(definition):
        assert audience_words(read_audience(starter.text, definition).who, definition)


def test_starters_on_two_axes_are_offered_only_where_there_are_two_bars() -> None:
    assert starters_for(TWO_BARS) == STARTERS
    one_bar = read_definition(template_text("hundred-point")).definition
    assert [starter.key for starter in starters_for(one_bar)] == ["rejected-and-back", "stalled-mqls"]


def test_every_word_of_the_standing_is_in_the_form() -> None:
    assert set(STANDING) <= set(KINDS)
