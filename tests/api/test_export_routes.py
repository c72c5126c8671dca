"""Leads taken out over the interface, page by page, by those who may."""

import pytest

from tests.api.calling import Calling, calling, clock
from tests.flow.worked import captured, demo, told

__all__ = ["calling", "clock"]


@pytest.fixture
def filled(calling: Calling) -> Calling:
    now = calling.clock.now
    with calling.services.database.transaction() as connection:
        people = ("ann", "ben", "cleo")
        captured(connection, *(say(one, now) for one in people for say in (told, demo)), now=now)
    return calling


def test_pages_go_on_where_the_last_one_ended(filled: Calling) -> None:
    marketing = filled.member("marketing")
    first = marketing.get("/export?limit=2").json()
    second = marketing.get("/export", params={"limit": 2, "cursor": first["next"]}).json()
    assert [
        row["email"] if "email" in row else row["lead.email"] for row in first["leads"] + second["leads"]
    ] == [
        "ann@acme.com",
        "ben@acme.com",
        "cleo@acme.com",
    ]
    assert second["next"] is None
    assert {row["event"] for row in first["events"]} == {"Demo Requested"}


def test_taking_leads_out_is_on_record_and_needs_the_permission(filled: Calling) -> None:
    admin = filled.member()
    admin.get("/export")
    assert "leads.export" in [one["action"] for one in admin.get("/audit").json()["items"]]
    assert filled.member("sales").get("/export").status_code == 403
    assert filled.program("leads:read").get("/export").status_code == 403
    assert filled.program("export", role="marketing").get("/export").status_code == 200
