"""Leads in lists, one by one, and what happened to them in one line of time."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.errors import LeadUnknown
from handraise.core.message import Message
from handraise.flow import enrich, merge
from handraise.store.events import Taken, store_events
from handraise.store.leads import LeadFilter, lead_detail, leads, make_leads
from handraise.store.session import Database
from handraise.store.timelines import timeline
from tests.builders import HOUR, NOW
from tests.databases import Database as Fresh


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


def ids(connection: sa.Connection, **wanted: Any) -> list[int]:
    return [lead.id for lead in leads(connection, LeadFilter(**wanted)).leads]


def inserted(connection: sa.Connection, table: str, **values: Any) -> int:
    names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    query = f"insert into handraise.{table} ({names}) values ({places}) returning *"
    return int(connection.exec_driver_sql(query, values).all()[0][0])


def with_score(connection: sa.Connection, lead: int, fit: int, engagement: int) -> None:
    version = connection.exec_driver_sql("select min(id) from handraise.definition_version").scalar()
    if version is None:
        version = inserted(connection, "definition_version", name="D", motion="inbound", content_hash="c",
                           scoring_hash="s", text="", published_at=NOW, published_by="me")  # fmt: skip
        inserted(
            connection, "rollout", name="D", version_id=version, mode="live", from_at=NOW, decided_by="me"
        )
    inserted(connection, "lead_score", lead_id=lead, version_id=version, as_of=NOW, fit=fit, grade="B2",
             engagement=engagement, applies=True, is_mql=True)  # fmt: skip


def test_pages_of_leads_are_the_newest_first_and_whole(connection: sa.Connection) -> None:
    made = make_leads(connection, [True] * 5, NOW)
    seen: list[int] = []
    after = None
    for _ in range(3):
        page = leads(connection, after=after, limit=2)
        seen += [lead.id for lead in page.leads]
        after = page.after
    assert seen == sorted(made, reverse=True)
    assert after is None


def test_new_leads_come_in_the_order_asked_for(connection: sa.Connection) -> None:
    asked = [True, False, True, False, False]
    made = make_leads(connection, asked, NOW)
    assert [lead_detail(connection, lead).is_known for lead in made] == asked


def test_leads_are_found_by_what_is_known_of_them(connection: sa.Connection) -> None:
    ann, bob, eve = make_leads(connection, [True, True, False], NOW)
    account = inserted(connection, "account", created_at=NOW, name="Acme")
    member = inserted(connection, "member", email="s@x.com", name="S", role="sales", created_at=NOW)
    enrich.told(
        connection, ann, {"lead.name": "Ann 100%", "lead.email": "ann@acme.com"}, source="form", now=NOW
    )
    connection.exec_driver_sql(
        "update handraise.lead set stage = 'mql', account_id = %s where id = %s", (account, bob)
    )
    connection.exec_driver_sql("update handraise.lead set is_known = false where id = %s", (eve,))
    connection.exec_driver_sql("update handraise.lead set is_known = true where id = %s", (ann,))
    with_score(connection, bob, 3000, 2000)
    inserted(connection, "handoff", lead_id=eve, definition="D", version_id=1, cycle=1, lead_type="standard",
             state="open", owner_id=member, opened_at=NOW)  # fmt: skip
    assert ids(connection, text="ANN@") == [ann]
    assert ids(connection, text="100%") == [ann]
    assert ids(connection, text="1_0") == []
    assert ids(connection, stage="mql") == [bob]
    assert ids(connection, account_id=account) == [bob]
    assert ids(connection, owner_id=member) == [eve]
    assert ids(connection, min_score=5000) == [bob]
    assert ids(connection, min_score=5001) == []
    assert ids(connection, is_known=False) == [eve]
    [row] = leads(connection, LeadFilter(stage="mql")).leads
    assert (row.account, row.fit, row.engagement, row.grade, row.is_mql) == ("Acme", 3000, 2000, "B2", True)


def test_a_merged_lead_is_seen_through_its_root(connection: sa.Connection) -> None:
    ann, bob = make_leads(connection, [True, True], NOW)
    merge.merge(connection, ann, bob, "member:1", "same person", NOW)
    assert ids(connection) == [bob]
    detail = lead_detail(connection, ann)
    assert detail.id == bob
    assert [(one.child_id, one.reason) for one in detail.merges] == [(ann, "same person")]


def test_a_lead_that_is_not_there_is_unknown(connection: sa.Connection) -> None:
    with pytest.raises(LeadUnknown):
        lead_detail(connection, 1)


def test_the_timeline_has_everything_of_the_family_page_by_page(
    connection: sa.Connection,
) -> None:
    ann, bob = make_leads(connection, [True, True], NOW)
    merge.merge(connection, ann, bob, "member:1", "same person", NOW)
    store_events(
        connection,
        [
            Taken(lead, None, Message("page", "page", f"m{lead}{n}", NOW + n * HOUR, NOW + n * HOUR))
            for lead in (ann, bob) for n in (1, 5)
        ],
        NOW,
    )  # fmt: skip
    inserted(connection, "stage_change", lead_id=bob, from_stage="lead", to_stage="mql", at=NOW + 3 * HOUR,
             cause_kind="rule", cause="D")  # fmt: skip
    with_score(connection, bob, 1, 1)
    [score] = lead_detail(connection, bob).scores
    inserted(connection, "score_change", lead_id=bob, version_id=score.version_id,
             at=NOW + 3 * HOUR, fit=1, engagement=1, is_mql=True, cause_kind="event")  # fmt: skip
    handoff = inserted(connection, "handoff", lead_id=bob, definition="D", version_id=1, cycle=1,
                       lead_type="standard", state="open", opened_at=NOW)  # fmt: skip
    inserted(connection, "handoff_entry", handoff_id=handoff, at=NOW + 4 * HOUR, kind="opened", by="rule")
    whole = timeline(connection, bob)
    assert [entry.kind for entry in whole] == [
        "event",
        "event",
        "handoff",
        "stage",
        "score",
        "event",
        "event",
    ]
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    paged, after = [], None
    while page := timeline(connection, bob, after, limit=2):
        paged += page
        after = page[-1].place
    assert paged == whole
