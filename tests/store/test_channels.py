"""Where MQLs come from: against a slow count of small invented histories, and the corners by hand."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from handraise.core.spend import Spent
from handraise.store import people, spend
from handraise.store.leads import make_leads
from handraise.store.reports.channels import BYS, Asked, By, Line, Touch, channels, members_of
from handraise.store.reports.funnel import REACHED, WITHIN, cohorts
from handraise.store.reports.periods import month_of, start_of
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
LADDER: Final = ("mql", "sal", "sql", "opportunity", "customer")


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


@dataclass
class Told:
    """A lead as it was invented: what is said of it, and what happened to it in order of time."""

    id: int
    created_at: datetime
    facts: dict[str, Any]
    moves: list[tuple[datetime, str, str, str]] = field(default_factory=list)  # at, from, to, by whom
    handed: list[dict[str, Any]] = field(default_factory=list)
    deals: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Base:
    """Leads, in the database and in a list."""

    connection: sa.Connection
    leads: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ada, self.ben = (
            people.create_member(self.connection, f"{name}@us.com", name, "sales", NOW).id
            for name in ("Ada", "Ben")
        )
        self.versions = {
            motion: self.connection.exec_driver_sql(
                "insert into handraise.definition_version (name, motion, content_hash, scoring_hash, text,"
                " published_at, published_by)"
                " values (%(m)s, %(m)s, %(m)s, 'x', 'x', %(at)s, 'x') returning id",
                {"m": motion, "at": NOW},
            ).scalar_one()
            for motion in ("inbound", "pql")
        }

    def lead(self, created: datetime, **facts: Any) -> Told:
        [number] = make_leads(self.connection, [True], created)
        given = {name.replace("__", "."): value for name, value in facts.items()}
        self.connection.exec_driver_sql(
            "update handraise.lead set facts = %(facts)s::jsonb where id = %(id)s",
            {"facts": json.dumps(given), "id": number},
        )
        self.leads.append(Told(number, created, given))
        return self.leads[-1]

    def move(self, lead: Told, at: datetime, before: str, after: str, kind: str = "rule") -> None:
        self.connection.exec_driver_sql(
            "insert into handraise.stage_change (lead_id, from_stage, to_stage, at, cause_kind, cause)"
            " values (%(lead)s, %(before)s, %(after)s, %(at)s, %(kind)s, 'test')",
            {"lead": lead.id, "before": before, "after": after, "at": at, "kind": kind},
        )
        lead.moves.append((at, before, after, kind))

    def hand(self, lead: Told, at: datetime, **given: Any) -> None:
        row = {"owner": None, "type": "standard", "warm": "warm", "motion": "inbound", "brief": {}, **given}
        self.connection.exec_driver_sql(
            "insert into handraise.handoff (lead_id, definition, version_id, cycle, lead_type, temperature,"
            " state, owner_id, opened_at, brief) values (%(lead)s, 'M', %(version)s, %(cycle)s, %(type)s,"
            " %(warm)s, 'done', %(owner)s, %(at)s, %(brief)s::jsonb)",
            {
                **row,
                "lead": lead.id,
                "version": self.versions[row["motion"]],
                "cycle": len(lead.handed) + 1,
                "at": at,
                "brief": json.dumps(row["brief"]),
            },
        )
        lead.handed.append({**row, "at": at})

    def deal(self, lead: Told, at: datetime, state: str, cents: int | None, currency: str | None) -> None:
        row = {"lead": lead.id, "at": at, "state": state, "cents": cents, "currency": currency}
        self.connection.exec_driver_sql(
            "insert into handraise.deal (lead_id, state, amount_cents, currency, opened_at)"
            " values (%(lead)s, %(state)s, %(cents)s, %(currency)s, %(at)s)",
            row,
        )
        lead.deals.append(row)


def invent(base: Base, seed: int) -> None:
    """Histories of some forty leads over fourteen months: leaps, steps back, new starts, imports."""
    rng = random.Random(seed)
    for _ in range(40):
        created = NOW - timedelta(days=rng.randrange(420), hours=rng.randrange(24))
        lead = base.lead(
            created,
            **{
                name: value
                for name, value in {
                    "lead__source": rng.choice(("organic", "paid search", "webinar", None)),
                    "lead__campaign": rng.choice(("spring", None)),
                    "lead__country": rng.choice(("DE", "AT", None)),
                    "account__industry": rng.choice(("software", None)),
                    "account__employees": rng.choice((3, 11, 50, 501, 9000, "51-200", None)),
                }.items()
                if value is not None
            },
        )
        at, stage = created, "lead"
        for _ in range(rng.randrange(7)):
            at += timedelta(days=rng.choice((0, 1, 10, 29, 30, 31, 60, 90)), minutes=rng.randrange(1, 1440))
            if at > NOW:
                break
            after = rng.choice([one for one in (*LADDER[:3], *LADDER, "recycled") if one != stage])
            base.move(lead, at, stage, after, rng.choice(("rule", "rule", "rule", "person", "import")))
            stage = after
            later = at + timedelta(minutes=rng.randrange(3))
            if rng.random() < 0.5:
                touch = rng.choice(
                    ({"source": "google", "campaign": "c1"}, {"referrer": "https://www.bing.com/x"})
                )
                base.hand(
                    lead, later, owner=rng.choice((base.ada, base.ben, None)),
                    type=rng.choice(("standard", "demo_request")), warm=rng.choice(("hot", "warm")),
                    motion=rng.choice(("inbound", "pql")),
                    brief=rng.choice(({}, {"first_touch": touch}, {"last_touch": touch})),
                )  # fmt: skip
            if rng.random() < 0.4:
                amount = rng.choice(
                    ((10_000, "EUR"), (25_050, "EUR"), (7_000, "USD"), (None, "EUR"), (1, None))
                )
                base.deal(lead, later, rng.choice(("won", "won", "lost", "open")), *amount)


# --- the slow count -----------------------------------------------------------------------------------------


@dataclass
class Cycle:
    """A time that a lead became an MQL: when, and when it got further before the next time."""

    lead: Told
    at: datetime
    until: datetime
    reached: dict[str, datetime]


def cycles_of(lead: Told) -> list[Cycle]:
    """Walk through the moves of a lead, one after the other."""
    found: list[Cycle] = []
    for at, before, after, kind in lead.moves:
        if kind == "import" or after not in LADDER:
            continue
        if after == "mql":
            if before not in LADDER[1:]:
                if found:
                    found[-1].until = at
                found.append(Cycle(lead, at, datetime.max.replace(tzinfo=UTC), {}))
        elif found:
            for stage in ("sal", "sql", "customer"):
                if LADDER.index(after) >= LADDER.index(stage):
                    found[-1].reached.setdefault(stage, at)
    return found


def group_of(asked: Asked, lead: Told, cycle: Cycle | None) -> str:
    """The group, by reading one thing after the other."""
    theirs = [one for one in lead.handed if cycle and cycle.at <= one["at"] < cycle.until]
    last = max(theirs, key=lambda one: one["at"], default=None)
    if asked.by in ("rep", "lead_type", "motion", "temperature"):
        if last is None:
            return ""
        name = {"rep": "owner", "lead_type": "type", "temperature": "warm"}.get(asked.by, asked.by)
        return str(last[name] or "")
    if asked.touch != "said" and asked.by in ("lead.source", "lead.campaign"):
        touch = ((last or {}).get("brief") or {}).get(f"{asked.touch}_touch") or {}
        if asked.by == "lead.campaign":
            return str(touch.get("campaign", ""))
        return str(touch.get("source") or ("bing.com" if "referrer" in touch else ""))
    value = lead.facts.get(asked.by, "")
    if asked.by == "account.employees" and isinstance(value, int):
        return {3: "1-10", 11: "11-49", 50: "50-500", 501: "501-5000", 9000: "5001+"}[value]
    return str(value)


def counted(base: Base, asked: Asked) -> dict[str, Line]:
    """What the report should say, by group."""
    first = start_of(month_of(NOW, 1 - asked.months))
    earlier = start_of(month_of(NOW, 1 - 2 * asked.months))
    earlier_end = start_of(month_of(NOW, -asked.months)) + timedelta(days=9, hours=12)
    lines: dict[str, Line] = {}

    def line(key: str) -> Line:
        empty = Line(key, leads=0, qualified=0) if asked.has_leads else Line(key)
        return lines.setdefault(key, empty)

    for lead in base.leads:
        cycles = cycles_of(lead)
        if asked.has_leads and lead.created_at >= first:
            one = line(group_of(asked, lead, None))
            one.leads = (one.leads or 0) + 1
            one.qualified = (one.qualified or 0) + bool(cycles)
        for cycle in cycles:
            if earlier <= cycle.at <= earlier_end:
                line(group_of(asked, lead, cycle)).before += 1
            if cycle.at < first:
                continue
            one = line(group_of(asked, lead, cycle))
            one.mqls += 1
            month = cycle.at.date().replace(day=1)
            one.by_month[month] = one.by_month.get(month, 0) + 1
            for stage in REACHED:
                one.so_far[stage] += stage in cycle.reached
            for days in WITHIN:
                if cycle.at + days * DAY > NOW:
                    continue
                one.due[days] += 1
                for stage in REACHED:
                    one.reached[stage][days] += (
                        stage in cycle.reached and cycle.reached[stage] < cycle.at + days * DAY
                    )
            for deal in lead.deals:
                if deal["state"] != "won" or not cycle.at <= deal["at"] < cycle.until:
                    continue
                one.deals += 1
                if deal["cents"] is None or deal["currency"] is None:
                    one.without_amount += 1
                else:
                    one.revenue[deal["currency"]] = one.revenue.get(deal["currency"], 0) + deal["cents"]
                    one.deals_in[deal["currency"]] = one.deals_in.get(deal["currency"], 0) + 1
    return lines


ASKED: Final = [
    *(Asked(by, months) for by in BYS for months in (3, 6)),
    *(Asked(by, 6, touch) for by in ("lead.source", "lead.campaign") for touch in ("first", "last")),
]


@pytest.mark.parametrize("seed", range(4))
def test_every_number_is_that_of_a_slow_count(connection: sa.Connection, seed: int) -> None:
    base = Base(connection)
    invent(base, seed)
    for asked in ASKED:
        found = channels(connection, asked, NOW)
        assert {one.key: one for one in found.lines} == counted(base, asked), asked
        assert found.total.mqls == sum(one.mqls for one in found.lines)
        for one in found.lines:
            for days in WITHIN:
                assert one.due[days] <= one.mqls
    assert sum(one.mqls for one in found.lines) > 0


@pytest.mark.parametrize("seed", range(2))
def test_a_number_leads_to_its_leads(connection: sa.Connection, seed: int) -> None:
    base = Base(connection)
    invent(base, seed)
    by_id = {one.id: one for one in base.leads}
    asked = Asked("lead.source", 6)
    first = start_of(month_of(NOW, -5))
    for line in channels(connection, asked, NOW).lines:
        who = members_of(connection, asked, NOW, line.key, "leads")
        assert len(who) == len(set(who)) == line.leads
        assert {by_id[one].facts.get("lead.source", "") for one in who} <= {line.key}
        assert len(members_of(connection, asked, NOW, line.key, "qualified")) == line.qualified
        made = [
            cycle
            for lead in base.leads
            if group_of(asked, lead, None) == line.key
            for cycle in cycles_of(lead)
            if cycle.at >= first
        ]
        assert set(members_of(connection, asked, NOW, line.key, "mqls")) == {one.lead.id for one in made}
        for stage in REACHED:
            assert set(members_of(connection, asked, NOW, line.key, stage)) == {
                one.lead.id for one in made if stage in one.reached
            }
            assert set(members_of(connection, asked, NOW, line.key, stage, 60)) == {
                one.lead.id for one in made
                if stage in one.reached and one.reached[stage] < one.at + 60 * DAY <= NOW
            }  # fmt: skip
        won = members_of(connection, asked, NOW, line.key, "won")
        assert bool(won) == bool(line.deals)
    everybody = members_of(connection, asked, NOW, None, "mqls")
    assert set(everybody) >= set(members_of(connection, asked, NOW, "webinar", "mqls"))


def test_all_channels_together_are_the_funnel(connection: sa.Connection) -> None:
    base = Base(connection)
    invent(base, 7)
    total = channels(connection, Asked(months=6), NOW).total
    assert total.by_month == {one.month: one.mqls for one in cohorts(connection, 6, NOW) if one.mqls}


def test_merged_leads_are_one_and_bring_their_hand_offs_and_deals(connection: sa.Connection) -> None:
    base = Base(connection)
    root, child = base.lead(NOW - 9 * DAY, lead__source="organic"), base.lead(NOW - 9 * DAY)
    base.move(child, NOW - 8 * DAY, "lead", "mql")
    base.hand(child, NOW - 8 * DAY, owner=base.ada)
    base.deal(child, NOW - 7 * DAY, "won", 500, "EUR")
    connection.exec_driver_sql(
        "update handraise.lead set root_id = %(root)s where id = %(child)s",
        {"root": root.id, "child": child.id},
    )
    [line] = channels(connection, Asked(months=1), NOW).lines
    assert (line.key, line.leads, line.qualified, line.mqls, line.revenue) == (
        "organic",
        1,
        1,
        1,
        {"EUR": 500},
    )
    [rep] = channels(connection, Asked("rep", months=1), NOW).lines
    assert (rep.key, rep.mqls, rep.leads) == (str(base.ada), 1, None)
    assert members_of(connection, Asked(months=1), NOW, "organic", "won") == [root.id]


def spent(month: int, source: str, cents: int, campaign: str = "", currency: str = "EUR") -> Spent:
    return Spent(date(2026, month, 1), source, campaign, currency, cents)


def test_what_was_spent_stands_beside_what_it_brought(connection: sa.Connection) -> None:
    base = Base(connection)
    for number in range(4):
        lead = base.lead(NOW - 9 * DAY, lead__source="webinar")
        base.move(lead, NOW - 8 * DAY, "lead", "mql")
        if number < 2:
            base.move(lead, NOW - 7 * DAY, "mql", "sql")
    base.deal(lead, NOW - 6 * DAY, "won", 300_00, "EUR")
    spend.keep(
        connection,
        [spent(4, "webinar", 60_00), spent(4, "webinar", 40_00, "spring"), spent(3, "webinar", 999_00),
         spent(4, "webinar", 5_00, currency="USD"), spent(4, "fair", 7_00)],
        "test", NOW,
    )  # fmt: skip
    found = channels(connection, Asked(months=1), NOW)
    by_source = {one.key: one for one in found.lines}
    webinar = by_source["webinar"]
    assert webinar.spent == {"EUR": 100_00, "USD": 5_00}, "currencies are never added"
    assert (webinar.cost("EUR", "mql"), webinar.cost("EUR", "sql")) == (25_00, 50_00)
    assert webinar.cost("EUR", "customer") is None, "there is none to divide by"
    assert (webinar.deal_size("EUR"), webinar.deal_size("USD")) == (300_00, None)
    assert (webinar.times_back("EUR"), webinar.times_back("CHF")) == (3.0, None)
    assert (by_source["fair"].mqls, by_source["fair"].cost("EUR", "mql")) == (0, None)
    assert found.total.spent == {"EUR": 107_00, "USD": 5_00}
    assert found.currencies == ("EUR", "USD")
    campaigns = {one.key: one.spent for one in channels(connection, Asked("lead.campaign", 1), NOW).lines}
    assert campaigns["spring"] == {"EUR": 40_00}
    assert campaigns[""] == {}, "what was spent on no campaign is no campaign's"
    assert all(not one.spent for one in channels(connection, Asked("rep", 1), NOW).lines)


def test_growth_is_against_as_much_of_the_time_before(connection: sa.Connection) -> None:
    base = Base(connection)
    for at in (
        datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC),
        datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 10, 13, tzinfo=UTC),
    ):  # fmt: skip
        base.move(base.lead(NOW - 60 * DAY), at, "lead", "mql")
    total = channels(connection, Asked(months=1), NOW).total
    assert (total.mqls, total.before, total.growth) == (2, 1, 1.0)
    assert Line("new", mqls=3).growth is None


def test_a_base_without_anything_has_no_groups(connection: sa.Connection) -> None:
    by: By
    touch: Touch
    for by in BYS:
        for touch in ("said", "first"):
            assert channels(connection, Asked(by, 12, touch), NOW).lines == ()
