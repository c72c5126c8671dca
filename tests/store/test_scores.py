"""Scores and marks as they are kept: one row a lead and version, a change only where there is one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.score import Line, Score
from handraise.engine.evaluate import evaluate
from handraise.store import definitions, dirty, scores
from handraise.store.leads import make_leads
from handraise.store.scores import Given
from handraise.store.session import Database
from handraise.store.situations import Standing, keep, standings
from tests.builders import DAY, HOUR, MINUTE, NOW
from tests.cases import case
from tests.databases import Database as Fresh
from tests.store.test_definitions import a_version


@pytest.fixture
def connected(database: Fresh) -> Iterator[Database]:
    opened = Database(database.url)
    yield opened
    opened.close()


@pytest.fixture
def connection(connected: Database) -> Iterator[sa.Connection]:
    with connected.transaction() as opened:
        yield opened


def a_score(points: int = 1000, **given: Any) -> Score:
    line = Line("visit", "engagement", points, 2, NOW - DAY, "page /")
    whole = Score("0", NOW, 0, points, "B2", True, False, None, None, None, None, ("keen",), (), (line,))
    return replace(whole, **given)


def marked(connection: sa.Connection, leads: list[int], kind: str = "event", **given: Any) -> list[int]:
    dirty.mark(connection, leads, kind, {"event": "page"}, NOW, **given)
    return leads


def roots(claimed: list[dirty.Claimed]) -> list[int]:
    return sorted(each.root for each in claimed)


# -------------------------------------------------------------------------------------------------- scores


@pytest.mark.parametrize("seed", range(3))
def test_scores_come_back_as_they_were_and_their_lines_sum_to_them(
    connection: sa.Connection, seed: int
) -> None:
    one = case(seed)
    version = a_version(connection)
    leads = make_leads(connection, [True] * len(one.leads), NOW)
    given = {
        lead: replace(score, lead_id=str(lead))
        for lead, score in zip(leads, evaluate(one.definition, one.leads, one.as_of), strict=True)
    }
    scores.write(connection, [Given(lead, version.id, score, "event") for lead, score in given.items()])
    assert scores.scores(connection, leads) == {(lead, version.id): score for lead, score in given.items()}
    uneven = connection.execute(
        sa.text(
            """
            select s.lead_id from lead_score s left join lateral (
                select sum((l ->> 'points')::bigint) filter (where l ->> 'dimension' = 'fit') as fit,
                    sum((l ->> 'points')::bigint) filter (where l ->> 'dimension' <> 'fit') as rest
                from jsonb_array_elements(s.lines) l
            ) as summed on true
            where (coalesce(summed.fit, 0), coalesce(summed.rest, 0)) <> (s.fit, s.engagement)
            """
        )
    )
    assert list(uneven) == []


def test_a_change_is_kept_only_where_something_changed(connection: sa.Connection) -> None:
    version = a_version(connection)
    [lead] = make_leads(connection, [True], NOW)
    for score in (a_score(), a_score(as_of=NOW + HOUR), a_score(2000, as_of=NOW + DAY)):
        scores.write(connection, [Given(lead, version.id, score, "event", {"event": "page"})])
    found = scores.changes(connection, lead)
    assert [(one.at, one.engagement) for one in found] == [(NOW, 1000), (NOW + DAY, 2000)]
    assert (found[0].cause_kind, found[0].cause) == ("event", {"event": "page"})
    assert found[1].lines == a_score(2000).lines


@pytest.mark.parametrize(
    "change",
    [{"grade": "A1"}, {"is_mql": True}, {"disqualified": "rival"}, {"lines": ()}, {"fit": 5}],
    ids=lambda change: next(iter(change)),
)
def test_each_part_that_changes_is_a_change(connection: sa.Connection, change: dict[str, Any]) -> None:
    version = a_version(connection)
    [lead] = make_leads(connection, [True], NOW)
    scores.write(connection, [Given(lead, version.id, a_score(), "event")])
    assert scores.write(connection, [Given(lead, version.id, a_score(**change), "event")]).changed
    assert scores.write(connection, [Given(lead, version.id, a_score(**change), "event")]).changed == ()


def test_a_lead_that_has_nothing_leaves_no_history(connection: sa.Connection) -> None:
    version = a_version(connection)
    [lead] = make_leads(connection, [True], NOW)
    nothing = a_score(0, grade=None, lines=(), patterns=())
    assert scores.write(connection, [Given(lead, version.id, nothing, "definition")]) == scores.Written()
    assert scores.changes(connection, lead) == []
    assert scores.scores(connection, [lead])


def test_versions_keep_their_scores_apart(connection: sa.Connection) -> None:
    one, other = a_version(connection), a_version(connection, "h2")
    [lead] = make_leads(connection, [True], NOW)
    scores.write(
        connection, [Given(lead, one.id, a_score(), "event"), Given(lead, other.id, a_score(5), "event")]
    )
    assert scores.scores(connection, [lead], other.id)[lead, other.id].engagement == 5
    assert [change.engagement for change in scores.changes(connection, lead, one.id)] == [1000]


# --------------------------------------------------------------------------------------------------- marks


def test_a_claim_takes_all_marks_of_a_lead_and_gives_them_back_when_undone(connected: Database) -> None:
    with connected.transaction() as connection:
        leads = make_leads(connection, [True, True], NOW)
        marked(connection, leads)
        marked(connection, leads[:1], "fact")
    with connected.engine.connect() as connection:
        claimed = dirty.claim(connection, NOW)
        assert [len(each.marks) for each in claimed] == [2, 1]
        assert dirty.claim(connection, NOW) == []
        connection.rollback()
        assert dirty.claim(connection, NOW) == claimed


def test_two_claims_at_once_have_no_lead_in_common_and_do_not_wait(connected: Database) -> None:
    with connected.transaction() as connection:
        leads = marked(connection, make_leads(connection, [True] * 5, NOW))
        marked(connection, leads)
    with connected.engine.connect() as one, connected.engine.connect() as other:
        first, second = dirty.claim(one, NOW, limit=2), dirty.claim(other, NOW, limit=9)
        assert roots(first) == leads[:2]
        assert roots(second) == leads[2:]


def test_a_mark_made_while_a_lead_is_claimed_is_there_afterwards(connected: Database) -> None:
    with connected.transaction() as connection:
        [lead] = marked(connection, make_leads(connection, [True], NOW))
    with connected.transaction() as working:
        assert dirty.claim(working, NOW)
        with connected.transaction() as capturing:
            marked(capturing, [lead])
    with connected.transaction() as connection:
        assert roots(dirty.claim(connection, NOW)) == [lead]


def test_marks_of_merged_leads_are_claimed_with_their_root(connection: sa.Connection) -> None:
    root, child = make_leads(connection, [True, False], NOW)
    connection.execute(sa.text("update lead set root_id = :root where id = :child"),
                       {"root": root, "child": child})  # fmt: skip
    marked(connection, [child])
    assert roots(dirty.claim(connection, NOW)) == [root]
    assert dirty.lag(connection, NOW).marks == 0


def test_marks_of_leads_that_are_no_more_go(connection: sa.Connection) -> None:
    marked(connection, [4711])
    assert dirty.claim(connection, NOW) == []
    assert dirty.lag(connection, NOW).marks == 0


def test_marks_for_later_wait(connection: sa.Connection) -> None:
    [lead] = make_leads(connection, [True], NOW)
    marked(connection, [lead], due_at=NOW + HOUR)
    assert dirty.claim(connection, NOW) == []
    assert roots(dirty.claim(connection, NOW + HOUR)) == [lead]


def test_a_lead_set_aside_waits_longer_after_each_failure_and_remembers_why(
    connection: sa.Connection,
) -> None:
    marked(connection, make_leads(connection, [True], NOW))
    now, pauses = NOW, []
    for _ in range(11):
        [claimed] = dirty.claim(connection, now)
        again = dirty.set_aside(connection, claimed, "ValueError: no", now)
        pauses.append(again - now)
        now = again
    assert pauses[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert pauses[-1] == 6 * HOUR
    [claimed] = dirty.claim(connection, now)
    assert (claimed.why.cause_kind, claimed.why.cause) == ("event", {"event": "page"})
    assert claimed.failures == 11


def test_the_lag_tells_single_leads_from_all(connection: sa.Connection) -> None:
    leads = make_leads(connection, [True] * 3, NOW)
    marked(connection, leads[:1])
    dirty.mark_all(connection, "definition", None, NOW - HOUR)
    lag = dirty.lag(connection, NOW + MINUTE)
    assert (lag.marks, lag.failed, lag.oldest, lag.oldest_bulk) == (4, 0, MINUTE, HOUR + MINUTE)


def test_leads_are_due_by_what_the_open_versions_said(connection: sa.Connection) -> None:
    shown, past = a_version(connection), a_version(connection, "h2")
    definitions.open_rollout(connection, shown, "shadow", "mia", NOW)
    one, other, third = make_leads(connection, [True] * 3, NOW)
    due = a_score(next_change_at=NOW + HOUR)
    scores.write(connection, [Given(one, shown.id, due, "event"), Given(other, past.id, due, "event")])
    standing = standings(connection, [third])[third]
    keep(connection, {third: Standing(standing.situation, NOW + 2 * HOUR)})
    assert dirty.mark_due(connection, NOW + HOUR - timedelta(seconds=1)) == 0
    assert dirty.mark_due(connection, NOW + HOUR) == 1
    assert dirty.mark_due(connection, NOW + HOUR) == 0  # it has its mark
    assert dirty.mark_due(connection, NOW + 2 * HOUR) == 1
    assert roots(dirty.claim(connection, NOW + 2 * HOUR)) == [one, third]


def test_one_worker_at_a_time_looks_for_leads_that_are_due(connected: Database) -> None:
    with connected.transaction() as connection:
        [lead] = make_leads(connection, [True], NOW)
        standing = standings(connection, [lead])[lead]
        keep(connection, {lead: Standing(standing.situation, NOW)})
    with connected.transaction() as one, connected.transaction() as other:
        assert dirty.mark_due(one, NOW) == 1
        assert dirty.mark_due(other, NOW) == 0


# ---------------------------------------------------------------------------------------------- situations


def test_reviews_asked_for_belong_to_the_stay_in_a_stage(connection: sa.Connection) -> None:
    [lead] = make_leads(connection, [True], NOW)
    standing = standings(connection, [lead])[lead]
    asked = replace(standing.situation, reviews=frozenset({"too long"}), demo_confirmed_at=NOW)
    keep(connection, {lead: Standing(asked, None)})
    kept = standings(connection, [lead])[lead].situation
    assert (kept.reviews, kept.demo_confirmed_at) == (frozenset({"too long"}), NOW)
    connection.execute(sa.text("update lead set stage = 'lead', stage_since = :now"), {"now": NOW + DAY})
    assert standings(connection, [lead])[lead].situation.reviews == frozenset()


def test_a_situation_has_the_handoffs_answers_and_facts_of_the_whole_family(
    connection: sa.Connection,
) -> None:
    version = a_version(connection)
    root, child = make_leads(connection, [True, True], NOW)
    told = {"root": root, "child": child, "version": version.id, "now": NOW, "later": NOW + HOUR}
    for statement in (
        "update lead set root_id = :root where id = :child",
        "update lead set facts = jsonb_build_object('lead.email', 'a@b.co', 'lead.consent', 'yes') "
        "where id = :root",
        "insert into handoff (lead_id, definition, version_id, cycle, lead_type, state, opened_at) "
        "values (:child, 'Small', :version, 1, 'standard', 'open', :now)",
        "insert into framework_answer (lead_id, framework, criterion, value, at, by) values "
        "(:child, 'bant', 'need', '\"reports\"', :now, 'sam'), (:root, 'bant', 'need', '\"graphs\"', :later, "
        "'sam')",
        "insert into lead_fact (lead_id, fact, value, source, known_at, said_at, last_said_at) "
        "values (:child, 'lead.title', '\"VP\"', 'crm', :later, :now, :now)",
    ):
        connection.execute(sa.text(statement), told)
    found = standings(connection, [root], with_frameworks=True)[root].situation
    assert [(handed.definition, handed.cycle, handed.is_live) for handed in found.handoffs] == [
        ("Small", 1, True)
    ]
    assert (found.has_contact, found.has_consented, found.facts_changed_at) == (True, True, NOW + HOUR)
    [filled] = found.frameworks
    assert (filled.framework.name, filled.answers, filled.answered_at) == (
        "bant", {"need": "graphs"}, NOW + HOUR,
    )  # fmt: skip
