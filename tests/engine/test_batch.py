"""One meaning: leads scored as columns, in pieces or at once, get what they get one by one."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.engine.asked import microseconds_of
from handraise.engine.base import Base, base_of
from handraise.engine.batch import BatchEvaluator, NotClustered, clustered, score_stream
from handraise.engine.evaluate import evaluate
from handraise.engine.results import SCHEMA, Tables
from handraise.engine.run import Moment
from tests.builders import NOW, page
from tests.cases import case

PROPERTIES = ("path", "campaign", "seconds", "vip")
EVENTS = pa.schema(
    [
        ("lead_id", pa.string()),
        ("event", pa.string()),
        ("occurred_at", pa.timestamp("us", "UTC")),
        ("message_id", pa.string()),
        ("session_id", pa.string()),
        ("is_bot", pa.bool_()),
        *((name, pa.string()) for name in PROPERTIES),
    ]
)


def as_text(value: object) -> str | None:
    """A value as a column of text holds it."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def as_typed(lead: Lead) -> Lead:
    """The lead with all its values as text, as a CSV file has them."""
    facts = {name: text for name, value in lead.facts.items() if (text := as_text(value)) is not None}
    events = tuple(
        replace(event, properties={name: as_text(event.properties.get(name)) for name in PROPERTIES})
        for event in lead.events
    )
    return Lead(lead.lead_id, facts, events)


def row_of(lead: Lead, event: Event) -> dict[str, object]:
    """An event as a row of a table."""
    known = {
        name: getattr(event, name) for name in ("event", "occurred_at", "message_id", "session_id", "is_bot")
    }
    return {"lead_id": lead.lead_id, **known, **event.properties}


def table_of(leads: list[Lead], chance: random.Random) -> pa.Table:
    """The leads' events, clustered by lead, in any order within a lead."""
    rows = []
    for lead in leads:
        events = list(lead.events)
        chance.shuffle(events)
        rows += [row_of(lead, event) for event in events]
    return pa.Table.from_pylist(rows, EVENTS)


def base_with(evaluator: BatchEvaluator, leads: list[Lead]) -> Base:
    """The leads' facts as columns."""
    names = sorted({name for lead in leads for name in lead.facts})
    columns = {name: pa.array([lead.facts.get(name) for lead in leads], pa.string()) for name in names}
    return base_of(pa.array([lead.lead_id for lead in leads]), columns, evaluator.plan, evaluator.facts)


def in_pieces(table: pa.Table, chance: random.Random) -> Iterator[pa.Table]:
    """The table cut anywhere, leads too."""
    at = 0
    while at < table.num_rows:
        length = chance.randint(1, 40)
        yield table.slice(at, length)
        at += length


def batch_scores(
    definition: Definition, leads: list[Lead], as_of: datetime, seed: int
) -> dict[str, dict[str, object]]:
    """The leads scored as columns, by lead."""
    chance = random.Random(seed)
    evaluator = BatchEvaluator(definition)
    base = base_with(evaluator, leads)
    tables = Tables(evaluator.plan, base)
    stream = in_pieces(table_of(leads, chance), chance)
    found = [
        tables.table(one) for one in score_stream(evaluator, base, stream, Moment(microseconds_of(as_of)))
    ]
    table = pa.concat_tables(found)
    assert table.schema == SCHEMA
    return {row["lead_id"]: row for row in table.to_pylist()}


def told(score: Score) -> dict[str, object]:
    """A score in the words of the table."""
    return {
        "lead_id": score.lead_id,
        "fit": Decimal(score.fit).scaleb(-2),
        "engagement": Decimal(score.engagement).scaleb(-2),
        "total": Decimal(score.total).scaleb(-2),
        "grade": score.grade,
        "is_mql": score.is_mql,
        "became_mql_at": score.became_mql_at,
        "disqualified": score.disqualified,
        "next_change_at": score.next_change_at,
    }


@pytest.mark.parametrize("seed", range(60))
def test_columns_and_single_leads_get_the_same_score(seed: int) -> None:
    one = case(seed, 20)
    leads = [as_typed(lead) for lead in one.leads]
    found = batch_scores(one.definition, leads, one.as_of, seed)
    assert len(found) == len(leads)
    for score in evaluate(one.definition, leads, one.as_of):
        row = found[score.lead_id]
        lines = row.pop("lines")
        assert row == told(score)
        assert isinstance(lines, list)
        assert sorted((x["rule"], x["points"], x["count"], str(x["last_at"])) for x in lines) == sorted(
            (x.rule, Decimal(x.points).scaleb(-2), x.count, str(x.last_at)) for x in score.lines
        )


ADDRESSES = """
name: Addresses
fit:
  rules:
    - {rule: rival, when: {lead.email_domain: {in_list: rivals}}, points: -10}
    - {rule: not this one, when: {lead.email_domain: {not_in: [acme.com]}}, points: 1}
    - {rule: business, when: {lead.email_kind: business}, points: 2}
    - {rule: student, when: {lead.email_kind: student}, points: 4}
    - {rule: personal, when: {lead.email_kind: personal}, points: 8}
    - {rule: no domain, when: {lead.email_domain: {unknown: true}}, points: 16}
qualify: {mql: {total: 1}}
lists: {rivals: [rival.com, münchen.de]}
"""


def test_addresses_put_together_by_domain_answer_as_they_do_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handraise.engine.base.MANY", 0)
    domains = [
        "acme.com",
        "ACME.com",
        "mail.rival.com",
        "rival.com",
        "notrival.com",
        "stanford.edu",
        "cs.mit.edu",
    ]
    domains += ["gmail.com", "x.gmail.com", "a.b.c.d.e.co.uk", "ox.ac.uk", "-bad-.com", "nodot", "münchen.de"]
    domains += [
        "xn--mnchen-3ya.de",
        "a..b.com",
        "firm.example",
        "b.example",
        "1.2.3.4",
        "mailinator.com",
        "x" * 70 + ".com",
    ]
    typed = [
        f"{local}@{domain}"
        for domain in domains
        for local in ("ann", "a.b+c", "ünï", "Ann <ann", "", "x" * 65)
    ]
    typed += ["", "no address", "Ann <ann@rival.com>", "mailto:ann@acme.com"]
    leads = [Lead(f"L{n}", {"lead.email": text}) for n, text in enumerate(typed)]
    definition = read_definition(ADDRESSES).definition
    found = batch_scores(definition, leads, NOW, 1)
    for lead, score in zip(leads, evaluate(definition, leads, NOW), strict=True):
        assert found[lead.lead_id]["total"] == Decimal(score.total).scaleb(-2), lead


SMALL = """
name: Small
signals: {visit: {event: page}}
engagement: {rules: [{rule: visit, signal: visit, points: 10}]}
qualify: {mql: {total: 10}}
"""


def events_of(*lead_ids: str) -> pa.Table:
    rows = [row_of(Lead(name), page(NOW, "/")) for name in lead_ids]
    return pa.Table.from_pylist(rows, EVENTS)


def test_a_lead_that_comes_again_later_in_the_stream_is_refused() -> None:
    evaluator = BatchEvaluator(read_definition(SMALL).definition)
    base = base_with(evaluator, [Lead("a"), Lead("b")])
    with pytest.raises(NotClustered):
        list(score_stream(evaluator, base, [events_of("a", "b", "a")], Moment(microseconds_of(NOW))))


def test_events_out_of_order_are_clustered_in_memory() -> None:
    evaluator = BatchEvaluator(read_definition(SMALL).definition)
    base = base_with(evaluator, [Lead("a"), Lead("b")])
    table = clustered(events_of("b", "a", "b"), base)
    assert table["lead_id"].to_pylist() == ["a", "b", "b"]


def test_events_of_leads_that_nobody_told_us_of_are_left_out() -> None:
    evaluator = BatchEvaluator(read_definition(SMALL).definition)
    base = base_with(evaluator, [Lead("a"), Lead("b")])
    stream = score_stream(evaluator, base, [events_of("a", "stranger")], Moment(microseconds_of(NOW)))
    tables = Tables(evaluator.plan, base)
    found = pa.concat_tables([tables.table(one) for one in stream]).to_pylist()
    assert [(row["lead_id"], row["is_mql"]) for row in found] == [("a", True), ("b", False)]


COUNTED = """
name: Counted
signals: {visit: {event: page}}
engagement: {rules: [{rule: two plans, signal: visit, distinct: plan, at_least: 2, points: 10}]}
qualify: {mql: {total: 10}}
"""


def test_a_number_and_the_same_number_as_text_are_one_value() -> None:
    definition = read_definition(COUNTED).definition
    same = Lead("a", events=(page(NOW, plan=1), page(NOW, plan="1"), page(NOW, plan="1 ")))
    other = Lead("b", events=(page(NOW, plan=1), page(NOW, plan="2")))
    assert [score.engagement for score in evaluate(definition, [same, other], NOW)] == [0, 1000]


def test_evidence_of_one_instant_is_the_same_however_the_events_stand() -> None:
    definition = read_definition(
        """
        name: Ties
        signals: {any_page: {event: page}, pricing: {event: page, where: {path: {starts_with: /pricing}}}}
        engagement: {rules: [{rule: page, signal: any_page, points: 5},
                             {rule: pricing, signal: pricing, points: 9}]}
        qualify: {mql: {total: 50}}
        """
    ).definition
    pages = [page(NOW, path) for path in ("/pricing/b", "/pricing/c", "/pricing/a", "/blog")]
    evaluator = BatchEvaluator(definition)
    leads = [Lead("early", events=tuple(pages)), Lead("late", events=tuple(reversed(pages)))]
    base = base_with(evaluator, leads)
    rows = [row_of(lead, event) for lead in leads for event in lead.events]
    scored = evaluator.scored(base, pa.Table.from_pylist(rows, EVENTS), Moment(microseconds_of(NOW)))
    table = Tables(evaluator.plan, base).table(scored).to_pylist()
    assert scored.order is not None
    shown = [[(line["rule"], line["evidence"]) for line in row["lines"]] for row in table]
    assert shown == [[("page", "page /pricing/c"), ("pricing", "page /pricing/c")]] * 2
    for score in evaluate(definition, leads, NOW):
        assert [line.evidence for line in score.lines] == ["page /pricing/c", "page /pricing/c"]
