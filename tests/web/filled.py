"""A small company that uses the product: what pages have to show.

It is a Monday at half past nine in the morning, UTC. Sam, who is logged in as "sales", has a hand-off that is
due in minutes, some that are late, one that he has accepted and one that he has put off; Ada has others.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from handraise.core.actor import Actor
from handraise.core.message import Refused
from handraise.flow import access, handoff, pipeline, qualify
from handraise.store import accounts
from handraise.store.endpoints import add_endpoint
from handraise.store.sources import create_source
from tests.api.calling import START
from tests.journeys.company import Company
from tests.web.audienced import keep_audiences
from tests.web.browsing import Site
from tests.web.proposed import propose

BERLIN: Final = {"zone": "Europe/Berlin"}
_VP: Final[dict[str, Any]] = {"title": "VP Marketing", "employees": 180}
_TOURS: Final = ("/pricing", "/pricing/teams", "/pricing")


@dataclass
class Filled:
    """The site and who and what is in it, by names that paths can use: `/leads/{lead}`."""

    site: Site
    company: Company
    ids: dict[str, Any] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """A path with its numbers."""
        return path.format(**self.ids)


def fill(site: Site, *, crowd: int = 60) -> Filled:
    """Fill it: hand-offs in every state, an account of three, and a crowd that only looked around."""
    company = Company(site.services.database, now=START - timedelta(days=13, hours=1))
    company.calendar()
    sam = company.hire("Sam", **BERLIN)
    ada = company.hire("Ada", **BERLIN)
    company.team("inbound", sam, ada)
    company.publish()
    found = Filled(site, company)
    site.known |= {"Sales": sam.id, "Ada": ada.id}
    for role in ("admin", "marketing", "viewer"):
        site.member(role)
    for number in range(crowd):
        company.send(*_passer_by(number))
    _researchers(company)
    company.until(START - timedelta(days=3))
    _hand_offs(company)
    company.until(START - timedelta(minutes=4))
    company.visit("hanna", "/", "/customers")
    company.track("hanna", "Demo Requested")
    company.until(START)
    _answers(found, sam, ada)
    for name, email in {"lead": "hanna@northwind.example", "quiet": "otto@northwind.example"}.items():
        found.ids[name] = company.lead(email).id
    found.ids["account"] = company.lead("hanna@northwind.example").account_id
    found.ids["handoff"] = company.handoffs("hanna@northwind.example")[-1].id
    with site.services.database.transaction() as connection:
        account = accounts.account_detail(connection, found.ids["account"])
    assert account.domain == "northwind.example"
    _settings(found)
    propose(found)
    keep_audiences(found)
    return found


def _settings(found: Filled) -> None:
    """What the settings have to show: a source, a subscriber, a key, a call that could not be read."""
    now = found.company.now
    for name in ("seller", "team", "calendar", "delivery"):
        table = {"seller": "member where role = 'sales'"}.get(name, name)
        found.ids[name] = found.company.one(f"select id from {table} order by 1 limit 1")
    with found.site.services.database.transaction() as connection:
        found.ids["source"] = create_source(connection, name="Servers", kind="server", now=now)[0].id
        add_endpoint(connection, "https://hooks.example.com/in", "whsec_" + "a" * 32, ["handoff.opened"], now)
        access.add_key(connection, name="Dashboard", scopes=["reports:read"], by="test", now=now)
        pipeline.receive(
            connection, found.company.site, (), [Refused("no_event", "the call has no event", b"{}")], now
        )


def _passer_by(number: int) -> list[dict[str, Any]]:
    who = {"anonymousId": f"passer-{number}"}
    traits = {
        "email": f"person{number}@firm{number % 25}.example",
        "firstName": ("Lea", "Jon", "Mia", "Ali", "Eva")[number % 5],
        "lastName": f"Nr {number}",
        "title": ("Marketing Manager", "Head of Sales", "Analyst", "CEO")[number % 4],
    }
    page = {"type": "page", **who, "properties": {"path": "/blog" if number % 3 else "/pricing"}}
    return [page, {"type": "identify", **who, "traits": traits}]


def _researchers(company: Company) -> None:
    """Three people of one account, who read and come back."""
    company.send(
        {
            "type": "page",
            "anonymousId": "hanna",
            "properties": {
                "path": "/blog/lead-scoring",
                "referrer": "https://www.google.com/",
                "utm_source": "google",
            },
        }
    )
    company.identify(
        "hanna",
        "hanna@northwind.example",
        firstName="Hanna",
        lastName="Berg",
        company={"name": "Northwind", "employees": 180},
        **_VP,
    )
    company.until(company.now + timedelta(days=2))
    company.visit("hanna", *_TOURS[:2])
    company.track("hanna", "Content Downloaded", title="Lead scoring in ten pages")
    company.identify(
        "otto", "otto@northwind.example", firstName="Otto", lastName="Lind", title="Marketing Manager"
    )
    company.visit("otto", "/pricing")
    company.identify("ines", "ines@northwind.example", firstName="Ines", lastName="Falk", title="CFO")
    company.until(company.now + timedelta(days=3))
    company.visit("hanna", "/customers", "/careers")


def _hand_offs(company: Company) -> None:
    """Demos asked for at different times of the past three days."""
    for number, name in enumerate(("Pia", "Max", "Ruth", "Noah", "Olga", "Kim")):
        who, email = f"asked-{number}", f"{name.lower()}@buyer{number}.example"
        company.identify(who, email, firstName=name, lastName="Kern", title="Director of Sales", employees=90)
        company.visit(who, "/pricing")
        company.track(who, "Webinar Attended" if number % 2 else "Demo Requested")
        company.until(company.now + timedelta(hours=1))


def _answers(found: Filled, sam: Any, ada: Any) -> None:
    """Sam has accepted one, put one off, and handed one over to Ada, who has reached the lead."""
    company = found.company
    rows = company.rows("select id, owner_id from handoff where state = 'open' order by id")
    do, boss = partial(_do, found), Actor("member", found.site.known["Admin"], "admin")
    mine = [row.id for row in rows]
    for row in rows:
        if row.owner_id != sam.id:
            do(handoff.reassign, row.id, boss, to=sam.id)
    do(handoff.accept, mine[0], sam)
    do(handoff.accept, mine[1], sam)
    do(handoff.snooze, mine[1], sam, until=company.now + timedelta(days=1))
    do(handoff.reassign, mine[2], sam, to=ada.id, reason="she knows them")
    do(handoff.first_contact, mine[2], ada, at=company.now, how="call")
    with company.database.transaction() as connection:
        qualify.answer(
            connection,
            handed_lead(company, mine[0]),
            "bant",
            {"budget": 20_000, "need": "One queue for all of sales"},
            Actor("member", sam.id, "sales"),
            company.now,
            company.desk,
        )
    company.settle()
    found.ids["accepted"] = mine[0]
    found.ids["worked"] = handed_lead(company, mine[0])


def handed_lead(company: Company, handoff_id: int) -> int:
    """The lead of a hand-off."""
    return int(company.one("select lead_id from handoff where id = :id", id=handoff_id))


def _do(found: Filled, verb: Any, handoff_id: int, by: Any, **named: Any) -> None:
    with found.company.database.transaction() as connection:
        verb(
            connection,
            handoff_id,
            by if isinstance(by, Actor) else Actor("member", by.id, by.role),
            now=found.company.now,
            desk=found.company.desk,
            **named,
        )
    found.company.settle()
