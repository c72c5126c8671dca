"""What sales finds out, and when it is enough."""

import pytest

from handraise.core.actor import Actor
from handraise.core.framework import FrameworkInvalid
from handraise.flow import handoff as verbs
from handraise.flow import qualify
from handraise.flow.handoff import HandoffForeign
from handraise.flow.qualify import AnswerInvalid
from handraise.store import deals, frameworks
from tests.builders import DAY, MINUTE
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import told

SOON = MONDAY + 10 * MINUTE


def test_answers_come_one_by_one_each_with_its_time_and_author(floor: Floor) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    floor.do(qualify.answer, lead, "bant", {"budget": 20_000}, by, SOON)
    found = floor.do(qualify.answer, lead, "bant", {"authority": "CFO"}, by, SOON + MINUTE)
    assert [each.name for each in found.missing] == ["need", "timeline"]
    assert not found.is_met
    assert floor.store(frameworks.answers, lead, "bant") == [
        ("budget", 20_000, SOON, by.written),
        ("authority", "CFO", SOON + MINUTE, by.written),
    ]
    assert floor.stage(one) == "mql"


def test_at_the_bar_the_lead_is_an_sql_with_a_deal(floor: Floor) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    floor.do(verbs.accept, one, by, SOON)
    found = floor.do(
        qualify.answer, lead, "bant", {"budget": 20_000, "authority": "CFO", "need": "reports"}, by, SOON
    )
    assert (found.is_met, found.has_moved) == (True, True)
    assert floor.moves(one)[-2:] == [("mql", "sal"), ("sal", "sql")]
    assert (floor.row(one).state, floor.row(one).outcome) == ("done", "sql")
    assert [deal.state for deal in floor.store(deals.deals_of, lead)] == ["open"]
    floor.office.all_done(SOON + MINUTE)
    assert floor.office.one("select count(*) from handoff") == 1


def test_an_answer_that_is_taken_back_is_missing_again(floor: Floor) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    floor.do(qualify.answer, lead, "bant", {"need": "reports"}, by, SOON)
    found = floor.do(qualify.answer, lead, "bant", {"need": None}, by, SOON + MINUTE)
    assert "need" in [each.name for each in found.missing]


@pytest.mark.parametrize(
    ("criterion", "value", "problem"),
    [
        ("colour", "red", "BANT has no `colour`; it has budget"),
        ("budget", "plenty", "`plenty` is no answer to Budget: write an amount"),
        ("timeline", "soon", "write a date, such as 2026-09-30"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    floor: Floor, criterion: str, value: str, problem: str
) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    with pytest.raises(AnswerInvalid, match=problem):
        floor.do(qualify.answer, lead, "bant", {"need": "reports", criterion: value}, by, SOON)
    assert floor.store(frameworks.answers, lead, "bant") == []


def test_a_strangers_answers_are_refused(floor: Floor) -> None:
    [one] = floor.qualified()
    with pytest.raises(HandoffForeign):
        floor.do(
            qualify.answer, floor.row(one).lead_id, "bant", {"need": "x"}, Actor("member", 999, "sales"), SOON
        )


def test_a_form_that_answers_the_framework_makes_an_sql_and_records_what_was_skipped(floor: Floor) -> None:
    [lead] = floor.office.capture(told("ann", MONDAY, consent=True), now=MONDAY)
    floor.office.all_done(MONDAY)
    fields = {
        "bant_budget": "20000",
        "bant_authority": "CFO",
        "bant_need": "reports",
        "bant.timeline": "soon",
    }
    taken = floor.store(qualify.answer_in_form, lead, fields, SOON)
    assert set(taken) == {"bant_budget", "bant_authority", "bant_need"}
    floor.office.all_done(SOON)
    [move] = floor.office.rows("select * from stage_change where to_stage = 'sql'")
    assert (move.skipped, move.cause_kind, move.cycle) == ("mql,sal", "rule", 1)
    [handoff] = floor.office.rows("select id from handoff")
    assert floor.entries(handoff.id)[0].detail["audience"] == "account_executive"


def test_answers_given_before_a_lead_was_given_back_do_not_skip_it_again(floor: Floor) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    floor.store(qualify.answer_in_form, lead, {"bant_budget": "1", "bant_authority": "me"}, MONDAY)
    floor.do(verbs.reject, one, by, "no_need", SOON)
    floor.do(qualify.answer, lead, "bant", {"authority": "CFO"}, by, SOON - MINUTE)
    floor.office.all_done(SOON + DAY)
    assert floor.stage(one) == "recycled"


def test_the_suggestion_follows_the_deal(floor: Floor) -> None:
    [one] = floor.qualified()
    lead = floor.row(one).lead_id
    assert floor.store(qualify.suggestion, lead)[0].name == "champ"
    floor.store(deals.open_deal, lead, one, SOON, amount_cents=800_000)
    assert floor.store(qualify.suggestion, lead)[0].name == "bant"
    floor.store(deals.open_deal, lead, one, SOON, amount_cents=12_000_000)
    assert floor.store(qualify.suggestion, lead)[0].name == "meddic"


def test_a_framework_of_ones_own_is_used_like_the_others(floor: Floor) -> None:
    [one] = floor.qualified()
    lead, by = floor.row(one).lead_id, floor.owner(one)
    with pytest.raises(FrameworkInvalid, match="There is no framework `ours`; there are bant"):
        floor.do(qualify.answer, lead, "ours", {"pain": "much"}, by, SOON)
    own = {"name": "ours", "criteria": ["pain", {"name": "fits", "kind": "yes_no"}], "needs": 2}
    floor.store(frameworks.put_framework, own)
    found = floor.do(qualify.answer, lead, "ours", {"pain": "much", "fits": "yes"}, by, SOON)
    assert found.filled.answers == {"pain": "much", "fits": True}
    assert (found.is_met, floor.stage(one)) == (True, "sql")
