"""What people do with a hand-off, alone and at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from handraise.core.actor import CRM, Actor
from handraise.core.errors import InputInvalid
from handraise.core.reasons import ReasonUnknown
from handraise.flow import handoff as verbs
from handraise.flow.feedback import Outcome, OutcomeInvalid, conclude, move_lead
from handraise.flow.handoff import ContactInvalid, HandoffAnswered, HandoffForeign, SnoozeInvalid
from handraise.flow.merge import merge, unmerge
from handraise.store import deals, handoffs, people, reasons
from handraise.store.handoffs import HandoffUnknown
from tests.builders import DAY, HOUR, MINUTE
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import message

SOON = MONDAY + 10 * MINUTE


# ---------------------------------------------------------------------------------------------- accept


def test_who_accepts_owes_an_action_and_the_lead_is_a_sal(floor: Floor) -> None:
    [one] = floor.qualified()
    row = floor.do(verbs.accept, one, floor.owner(one), SOON)
    assert (row.state, row.answered_by, row.answered_at) == ("accepted", row.owner_id, SOON)
    assert floor.moves(one)[-1] == ("mql", "sal")
    assert floor.kinds(one)[-1] == "accepted"
    assert floor.told.audited == [(f"member:{row.owner_id}", "handoff.accept", f"handoff:{one}")]
    assert "handoff.accepted" in floor.told.kinds("webhook")


def test_accepting_twice_is_accepting_once(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    first = floor.do(verbs.accept, one, by, SOON)
    assert floor.do(verbs.accept, one, by, SOON + MINUTE) == first
    assert floor.kinds(one).count("accepted") == 1


def test_accepting_leaves_the_clock_running_until_the_first_contact(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.do(verbs.accept, one, floor.owner(one), SOON)
    assert floor.look(MONDAY + 3 * HOUR) == ["breach", "reassign"]


def test_a_colleagues_hand_off_is_not_ours_to_answer_an_administrators_word_counts(floor: Floor) -> None:
    [one] = floor.qualified()
    with pytest.raises(HandoffForeign, match="This hand-off is Ada's"):
        floor.do(verbs.accept, one, floor.another(one), SOON)
    row = floor.do(verbs.accept, one, Actor("member", floor.admin, "admin"), SOON)
    assert (row.owner_id, row.answered_by) == (floor.ada, floor.admin)


def test_marketing_answers_for_nobody(floor: Floor) -> None:
    [one] = floor.qualified()
    with pytest.raises(HandoffForeign):
        floor.do(verbs.accept, one, Actor("member", floor.ada + 100, "marketing"), SOON)


def test_a_click_in_slack_is_the_members_own(floor: Floor) -> None:
    [one] = floor.qualified()
    row = floor.do(verbs.accept, one, Actor("slack", floor.ada, "sales"), SOON)
    assert row.answered_by == floor.ada
    assert floor.entries(one)[-1].by == f"slack:{floor.ada}"


def test_of_twenty_who_reach_for_the_same_hand_off_exactly_one_gets_it(floor: Floor) -> None:
    crowd = [
        floor.store(people.create_member, f"m{number}@us.com", f"M{number}", "sales", MONDAY).id
        for number in range(20)
    ]
    floor.store(people.set_weights, floor.team, dict.fromkeys(crowd, 0))
    [one] = floor.qualified()
    assert floor.row(one).owner_id is None

    def reach(person: int) -> str:
        try:
            return str(floor.do(verbs.accept, one, Actor("member", person, "sales"), SOON).owner_id)
        except HandoffAnswered as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(reach, crowd))
    winner = floor.row(one).owner_id
    assert answers.count(str(winner)) == 1
    name = next(f"M{number}" for number, person in enumerate(crowd) if person == winner)
    assert sum(answer.startswith(f"{name} accepted it at 2026-03-02 09:40 UTC") for answer in answers) == 19
    assert floor.kinds(one).count("accepted") == 1
    assert floor.moves(one)[-1] == ("mql", "sal")


def test_who_takes_from_the_queue_gets_a_clock_of_their_own(floor: Floor) -> None:
    for person in (floor.ada, floor.ben, floor.cleo):
        floor.store(people.set_away, person, None, MONDAY + 30 * MINUTE)
    [one] = floor.qualified()
    floor.do(verbs.accept, one, Actor("member", floor.ben, "sales"), MONDAY + HOUR)
    first, second = floor.office.rows("select * from sla_clock order by id")
    assert (first.owner_id, first.stopped_by) == (None, "reassigned")
    assert (second.owner_id, second.due_at) == (floor.ben, MONDAY + 3 * HOUR)


# ---------------------------------------------------------------------------------------------- reject


def test_rejected_handoff_returns_to_nurture_with_its_reason(floor: Floor) -> None:
    [one] = floor.qualified()
    row = floor.do(verbs.reject, one, floor.owner(one), "no_need", SOON, note="next year")
    assert (row.state, row.reason, row.note, row.closed_at) == ("rejected", "no_need", "next year", SOON)
    assert floor.moves(one)[-1] == ("mql", "recycled")
    lead = floor.lead(one)
    assert (lead.recycled_at, lead.cool_down_until) == (SOON, SOON + 30 * DAY)
    assert floor.office.one("select stopped_by from sla_clock") == "cancelled"
    floor.office.all_done(SOON + MINUTE)
    assert floor.office.one("select engagement from lead_score") == 0
    assert floor.stage(one) == "recycled"


def test_a_reason_that_says_so_disqualifies(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.do(verbs.reject, one, floor.owner(one), "competitor", SOON)
    assert floor.stage(one) == "disqualified"
    assert floor.lead(one).disqualified_reason == "competitor"


def test_a_rejection_without_a_reason_of_the_list_changes_nothing(floor: Floor) -> None:
    [one] = floor.qualified()
    with pytest.raises(ReasonUnknown, match="`whim` is no reason to reject a hand-off; take one of not_icp"):
        floor.do(verbs.reject, one, floor.owner(one), "whim", SOON)
    floor.store(reasons.retire_reason, "reject", "no_need")
    with pytest.raises(ReasonUnknown):
        floor.do(verbs.reject, one, floor.owner(one), "no_need", SOON)
    assert floor.row(one).state == "open"
    assert floor.stage(one) == "mql"


def test_a_not_now_comes_back_on_the_date_it_named(floor: Floor) -> None:
    [one] = floor.qualified()
    date = SOON + 60 * DAY
    floor.do(verbs.reject, one, floor.owner(one), "not_ready", SOON, come_back_at=date)
    floor.office.all_done(SOON + MINUTE)
    assert floor.stage(one) == "recycled"
    floor.office.all_done(date)
    assert floor.stage(one) == "lead"


def test_what_was_rejected_cannot_be_accepted_and_says_who_rejected_it(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    floor.do(verbs.reject, one, by, "no_need", SOON)
    assert floor.do(verbs.reject, one, by, "no_need", SOON + MINUTE).answered_at == SOON
    with pytest.raises(HandoffAnswered, match="Ada rejected it at 2026-03-02 09:40 UTC"):
        floor.do(verbs.accept, one, by, SOON + MINUTE)


def test_accept_and_reject_at_once_leave_one_answer(floor: Floor) -> None:
    ones = floor.qualified(*(f"user{number}" for number in range(6)))

    def click(job: tuple[int, str]) -> str:
        one, what = job
        try:
            if what == "accept":
                floor.do(verbs.accept, one, Actor("member", floor.admin, "admin"), SOON)
            else:
                floor.do(verbs.reject, one, floor.owner(one), "no_need", SOON)
        except HandoffAnswered:
            return "late"
        return what

    jobs = [(one, what) for one in ones for what in ("accept", "reject")]
    with ThreadPoolExecutor(6) as pool:
        found = dict(zip(jobs, pool.map(click, jobs), strict=True))
    for one in ones:
        answers = {found[one, "accept"], found[one, "reject"]}
        assert len(answers - {"late"}) == 1
        assert ("accept" in answers) == (floor.stage(one) == "sal")
        assert ("reject" in answers) == (floor.stage(one) == "recycled")


def test_there_is_no_such_hand_off(floor: Floor) -> None:
    with pytest.raises(HandoffUnknown, match="There is no hand-off 404"):
        floor.do(verbs.accept, 404, CRM, SOON)


# -------------------------------------------------------------------------------------------- reassign


def test_given_to_a_colleague_it_is_theirs_to_accept_with_the_full_time(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.do(verbs.accept, one, floor.owner(one), SOON)
    row = floor.do(verbs.reassign, one, floor.owner(one), SOON, to=floor.cleo, reason="speaks Dutch")
    assert (row.owner_id, row.state, row.answered_by) == (floor.cleo, "open", None)
    clocks = floor.office.rows("select owner_id, due_at, stopped_by from sla_clock order by id")
    assert [tuple(clock) for clock in clocks] == [
        (floor.ada, MONDAY + 2 * HOUR, "reassigned"),
        (floor.cleo, SOON + 2 * HOUR, None),
    ]
    told = [note for note in floor.told.notifications if note.kind == "handoff.reassigned"]
    assert [(note.payload["from"], note.payload["to"]) for note in told] == [(floor.ada, floor.cleo)]


def test_rerouted_it_goes_to_nobody_who_had_it_before_and_at_last_to_the_queue(floor: Floor) -> None:
    [one] = floor.qualified()
    admin = Actor("member", floor.admin, "admin")
    owners = [floor.row(one).owner_id]
    owners += [floor.do(verbs.reassign, one, admin, SOON).owner_id for _ in range(3)]
    assert len(set(owners[:3])) == 3
    assert owners[3] is None
    assert floor.told.kinds()[-2:] == ["handoff.unassigned", "handoff.reassigned"]


def test_a_hand_off_is_given_to_nobody_who_takes_none(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.store(people.update_member, floor.cleo, is_active=False)
    with pytest.raises(InputInvalid, match="Cleo takes no hand-offs"):
        floor.do(verbs.reassign, one, floor.owner(one), SOON, to=floor.cleo)


def test_a_colleagues_hand_off_is_not_ours_to_give_away(floor: Floor) -> None:
    [one] = floor.qualified()
    other = floor.another(one)
    with pytest.raises(HandoffForeign):
        floor.do(verbs.reassign, one, other, SOON, to=other.id)


# -------------------------------------------------------------------------------- snooze, first contact


def test_only_what_was_accepted_can_be_put_off_and_only_to_the_future(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    with pytest.raises(SnoozeInvalid, match="Accept it first"):
        floor.do(verbs.snooze, one, by, SOON + DAY, SOON)
    floor.do(verbs.accept, one, by, SOON)
    with pytest.raises(SnoozeInvalid, match="still to come"):
        floor.do(verbs.snooze, one, by, SOON, SOON)


def test_the_first_contact_stops_the_clock_when_it_was_made_not_when_it_was_told(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    floor.do(verbs.accept, one, by, SOON)
    call, told = MONDAY + HOUR, MONDAY + 5 * HOUR
    assert floor.look(MONDAY + 3 * HOUR) == ["breach", "reassign"]
    row = floor.do(verbs.first_contact, one, CRM, call, "call", told)
    assert row.first_contact_at == call
    [clock] = floor.office.rows("select * from sla_clock")
    assert (clock.stopped_at, clock.stopped_by, clock.owner_id) == (call, "contact", by.id)
    assert floor.look(MONDAY + 9 * HOUR) == []


def test_of_several_contacts_the_earliest_counts(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    floor.do(verbs.first_contact, one, by, MONDAY + HOUR, "call", MONDAY + HOUR)
    floor.do(verbs.first_contact, one, by, MONDAY + 90 * MINUTE, "mail", MONDAY + 2 * HOUR)
    assert floor.row(one).first_contact_at == MONDAY + HOUR
    floor.do(verbs.first_contact, one, CRM, MONDAY + 30 * MINUTE, "chat", MONDAY + 2 * HOUR)
    assert floor.row(one).first_contact_at == MONDAY + 30 * MINUTE
    assert floor.office.one("select stopped_at from sla_clock") == MONDAY + 30 * MINUTE


def test_who_reached_the_lead_has_accepted_it(floor: Floor) -> None:
    [one] = floor.qualified()
    row = floor.do(verbs.first_contact, one, floor.owner(one), SOON, "call", SOON)
    assert row.state == "accepted"
    assert floor.stage(one) == "sal"


@pytest.mark.parametrize(
    ("offset", "problem"), [(-MINUTE, "before the hand-off was opened"), (HOUR, "still to come")]
)
def test_a_contact_cannot_have_been_before_or_be_yet_to_come(
    floor: Floor, offset: timedelta, problem: str
) -> None:
    [one] = floor.qualified()
    with pytest.raises(ContactInvalid, match=problem):
        floor.do(verbs.first_contact, one, floor.owner(one), MONDAY + offset, "call", MONDAY)


# -------------------------------------------------------------------------------------------- outcomes


def accepted(floor: Floor) -> int:
    [one] = floor.qualified()
    floor.do(verbs.accept, one, floor.owner(one), SOON)
    return one


def test_a_qualified_lead_has_an_open_deal_and_its_hand_off_is_done(floor: Floor) -> None:
    one = accepted(floor)
    row = floor.do(
        conclude, one, Outcome("sql", amount_cents=900_000, currency="EUR"), floor.owner(one), SOON
    )
    assert (row.state, row.outcome, row.first_contact_at) == ("done", "sql", SOON)
    assert floor.moves(one)[-1] == ("sal", "sql")
    [deal] = floor.store(deals.deals_of, row.lead_id)
    assert (deal.state, deal.amount_cents, deal.handoff_id) == ("open", 900_000, one)
    assert floor.office.one("select stopped_by from sla_clock") == "contact"


def test_from_sql_through_opportunity_to_customer_it_stays_one_deal(floor: Floor) -> None:
    one = accepted(floor)
    by = floor.owner(one)
    for kind in ("sql", "opportunity", "won"):
        floor.do(conclude, one, Outcome(kind, amount_cents=100), by, SOON)
    assert floor.moves(one)[-3:] == [("sal", "sql"), ("sql", "opportunity"), ("opportunity", "customer")]
    [deal] = floor.store(deals.deals_of, floor.row(one).lead_id)
    assert (deal.state, deal.closed_at) == ("won", SOON)
    assert floor.do(conclude, one, Outcome("won"), by, SOON + DAY).closed_at == SOON


def test_a_lost_deal_recycles_the_lead_and_keeps_why(floor: Floor) -> None:
    one = accepted(floor)
    by = floor.owner(one)
    floor.do(conclude, one, Outcome("opportunity"), by, SOON)
    with pytest.raises(InputInvalid, match="Say why: one of price"):
        floor.do(conclude, one, Outcome("lost"), by, SOON)
    floor.do(conclude, one, Outcome("lost", "price", come_back_at=SOON + 90 * DAY), by, SOON)
    assert floor.stage(one) == "recycled"
    assert floor.lead(one).requalify_at == SOON + 90 * DAY
    [deal] = floor.store(deals.deals_of, floor.row(one).lead_id)
    assert (deal.state, deal.detail["reason"]) == ("lost", "price")


@pytest.mark.parametrize(
    ("kind", "reason", "stage"),
    [("recycled", "not_now", "recycled"), ("disqualified", "student", "disqualified")],
)
def test_a_lead_that_was_worked_can_be_given_back_or_archived(
    floor: Floor, kind: str, reason: str, stage: str
) -> None:
    one = accepted(floor)
    row = floor.do(conclude, one, Outcome(kind, reason), floor.owner(one), SOON)  # type: ignore[arg-type]
    assert (row.state, row.outcome, row.reason) == ("done", kind, reason)
    assert floor.stage(one) == stage
    assert floor.office.one("select stopped_by from sla_clock") == "cancelled"


def test_nothing_comes_of_what_nobody_accepted_but_the_crm_knows_better(floor: Floor) -> None:
    [one] = floor.qualified()
    with pytest.raises(OutcomeInvalid, match="Nobody has accepted"):
        floor.do(conclude, one, Outcome("won"), floor.owner(one), SOON)
    row = floor.do(conclude, one, Outcome("won", crm_id="D-1"), CRM, SOON)
    assert (row.outcome, floor.stage(one)) == ("won", "customer")


def test_a_lead_that_the_crm_puts_back_takes_its_hand_off_back(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.do(move_lead, floor.row(one).lead_id, "recycled", CRM, "back to marketing", SOON)
    assert floor.stage(one) == "recycled"
    assert floor.row(one).state == "cancelled"
    floor.do(move_lead, floor.row(one).lead_id, "recycled", CRM, "again", SOON + MINUTE)
    assert floor.moves(one).count(("mql", "recycled")) == 1


# ---------------------------------------------------------------------------------- merging and queues


def test_unmerged_a_hand_off_stays_with_the_lead_it_was_opened_for(floor: Floor) -> None:
    [one] = floor.qualified("ann")
    [_, other] = floor.office.capture(
        message("page", "zoe", MONDAY), message("page", "zed", MONDAY), now=MONDAY
    )
    child = floor.row(one).lead_id
    floor.store(merge, child, other, "member:1", "the same person", SOON)
    floor.do(verbs.accept, one, floor.owner(one), SOON)
    [row] = floor.store(handoffs.queue, lead_id=other)
    assert (row.id, row.root_id, row.lead_id) == (one, other, child)
    assert floor.office.one("select stage from lead where id = :id", id=other) == "sal"
    floor.store(unmerge, child, "member:1", SOON + MINUTE)
    assert floor.store(handoffs.queue, lead_id=other) == []
    assert [row.id for row in floor.store(handoffs.queue, lead_id=child)] == [one]


def test_the_queue_shows_what_is_due_first_page_by_page(floor: Floor) -> None:
    ones = [floor.qualified(f"user{number}", now=MONDAY + number * MINUTE)[0] for number in (3, 1, 2)]
    by_time = [ones[1], ones[2], ones[0]]
    floor.do(
        verbs.first_contact, ones[1], floor.owner(ones[1]), MONDAY + 4 * MINUTE, "call", MONDAY + 5 * MINUTE
    )
    [first, second, last] = floor.store(handoffs.queue)
    assert [first.id, second.id, last.id] == [by_time[1], by_time[2], by_time[0]]
    assert last.due_at is None
    page = floor.store(handoffs.queue, limit=1)
    rest = floor.store(handoffs.queue, after=page[0].place)
    assert [row.id for row in rest] == [second.id, last.id]
    assert floor.store(handoffs.queue, after=rest[-1].place) == []
    mine = floor.store(handoffs.queue, owner_id=first.owner_id)
    assert {row.owner_id for row in mine} == {first.owner_id}
