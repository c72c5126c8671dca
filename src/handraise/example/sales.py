"""What the sales team made of its leads under the old rule, and what its work did to the event history."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from handraise.example.accounts import Accounts
from handraise.example.draw import Bools, Floats, Ints, chances, lags, picks, row_picks, shares
from handraise.example.drivers import behaviour_drivers, fact_drivers, joint_drivers
from handraise.example.ledger import Batch, Coded, batch, matching
from handraise.example.people import BUSINESS, COMPETITOR, JOB_SEEKER, STUDENT, STUDENT_ADDRESS, People
from handraise.example.planted import INTERCEPT, LOST_REASONS, PLANTED, REJECT_REASONS
from handraise.example.seasons import DAY, HOUR, SECOND, Seasons, office_instants
from handraise.example.visits import SITE, page_title
from handraise.example.words import REPS

NEVER = np.iinfo(np.int64).max // 4
"""The instant of what does not happen."""

# per rep: share of the leads, median hours to the first contact, strictness (log-odds against accepting)
_REP_SHARES = (0.22, 0.2, 0.18, 0.15, 0.15, 0.1)
_REP_HOURS = (0.8, 1.5, 3.0, 6.0, 14.0, 40.0)
_REP_STRICTNESS = (-0.4, 0.0, 0.3, 0.9, -0.9, 0.0)
_ACCEPT_INTERCEPT = 0.45
_FORGOTTEN = 0.03
_FOLLOW_UP = "sales-follow-up"


@dataclass(frozen=True)
class Worked:
    """What sales did with each lead; instants are milliseconds since 1970, or `NEVER`."""

    mql: Ints
    rep: Ints
    contact: Ints
    accepted: Ints
    rejected: Ints
    reason: Ints
    sql: Ints
    framework: Bools
    opportunity: Ints
    amount: Ints
    won: Ints
    lost: Ints
    lost_reason: Ints
    drivers: dict[str, Bools]
    log_odds: Floats


def old_rule_mqls(batches: Sequence[Batch], people: People) -> Ints:
    """When each lead met the old rule: a demo request, a contact form, or a download on a business address.

    The old rule took every address that is not a free-mail one for a business address, a university's too.
    """
    mql = np.full(people.rows, NEVER, dtype=np.int64)
    for event in ("Demo Requested", "Contact Form Submitted", "Content Downloaded"):
        lead, instant = matching(batches, event)
        if event == "Content Downloaded":
            on_business = np.isin(people.email_kind[lead], (BUSINESS, STUDENT_ADDRESS))
            lead, instant = lead[on_business], instant[on_business]
        np.minimum.at(mql, lead, instant)
    return mql


def worked(
    rng: np.random.Generator,
    calendar: Seasons,
    people: People,
    accounts: Accounts,
    batches: Sequence[Batch],
    created: Ints,
) -> Worked:
    """The whole sales process, as if `until` never came; the outcomes table forgets what lies behind it."""
    rows = people.rows
    mql = old_rule_mqls(batches, people)
    rep = picks(rng, _REP_SHARES, rows)
    hours = lags(rng, np.asarray(_REP_HOURS)[rep], 0.9, rows)
    hours = np.where(behaviour_drivers(batches, mql)["demo_request"], hours * 0.5, hours)
    contact = _later(rng, calendar, mql, hours / 24)
    contact = np.where(shares(rng, _FORGOTTEN, rows), NEVER, contact)
    facts = fact_drivers(people, accounts)
    drivers = {
        **facts,
        **behaviour_drivers(batches, contact),
        **joint_drivers(people, accounts, batches, created, contact, facts),
        "contact_within_4_hours": contact - mql <= 4 * HOUR,
    }
    log_odds: Floats = np.full(rows, INTERCEPT)
    for name, coefficient in PLANTED.items():
        log_odds = log_odds + coefficient * drivers[name]
    becomes_sql = chances(rng, log_odds)
    strictness = np.asarray(_REP_STRICTNESS)[rep]
    accepts = becomes_sql | chances(rng, _ACCEPT_INTERCEPT + 0.7 * (log_odds + 2.0) - strictness)
    accepts &= ~people.is_duplicate | becomes_sql
    decided = _later(rng, calendar, contact, lags(rng, 0.7, 1.0, rows))
    sql = _later(rng, calendar, _only(decided, becomes_sql), lags(rng, 8.0, 0.8, rows))
    opportunity = _later(rng, calendar, _only(sql, shares(rng, 0.78, rows)), lags(rng, 10.0, 0.7, rows))
    wins = chances(rng, -0.15 + 0.3 * (log_odds + 1.0))
    closed = _later(rng, calendar, opportunity, lags(rng, np.where(wins, 38.0, 50.0), 0.6, rows))
    size = np.where(people.account >= 0, accounts.employees[np.maximum(people.account, 0)], 20)
    amount = 100 * np.rint(lags(rng, 12.0 * np.minimum(size, 20_000) ** 0.55, 0.5, rows)).astype(np.int64)
    return Worked(
        mql=mql,
        rep=rep,
        contact=contact,
        accepted=_only(decided, accepts),
        rejected=_only(decided, ~accepts),
        reason=_reasons(rng, people, drivers),
        sql=sql,
        framework=_framework(rng, drivers, people, becomes_sql),
        opportunity=opportunity,
        amount=np.maximum(amount, 600),
        won=_only(closed, wins),
        lost=_only(closed, ~wins),
        lost_reason=picks(rng, (30, 20, 28, 12, 10), rows),
        drivers=drivers,
        log_odds=log_odds,
    )


def _only(instants: Ints, rows: Bools) -> Ints:
    return np.where(rows, instants, NEVER)


def _later(rng: np.random.Generator, calendar: Seasons, instants: Ints, days: Floats) -> Ints:
    """So many days later, in office hours; never stays never."""
    happens = instants < NEVER
    then = np.where(happens, instants, 0) + (days * DAY).astype(np.int64)
    return np.where(happens, office_instants(rng, calendar, then), NEVER)


def _reasons(rng: np.random.Generator, people: People, drivers: dict[str, Bools]) -> Ints:
    """The reason that a rep would give; what is plain to see comes first."""
    weights = np.tile(
        np.log(np.asarray((0.001, 0.001, 0.001, 0.001, 0.5, 0.8, 3.0, 1.6, 1.6))), (people.rows, 1)
    )
    is_student = people.is_persona(STUDENT) | drivers["seniority_student"]
    not_icp = drivers["outside_covered_countries"] | drivers["employees_1_to_10"]
    not_icp = not_icp | ((people.account >= 0) & ~drivers["target_industry"] & (people.intent < 0))
    plain = (
        ("student", is_student, 7.0),
        ("competitor", people.is_persona(COMPETITOR), 9.0),
        ("job seeker", people.is_persona(JOB_SEEKER), 8.0),
        ("duplicate", people.is_duplicate, 12.0),
        ("not ICP", not_icp, 2.5),
    )
    for reason, rows, weight in plain:
        weights[:, REJECT_REASONS.index(reason)] += weight * rows
    return row_picks(rng, weights)


def _framework(
    rng: np.random.Generator, drivers: dict[str, Bools], people: People, becomes_sql: Bools
) -> Bools:
    """Need, budget, authority, timeline: at least three for an SQL, need always; at most two for others."""
    senior = drivers["seniority_c_suite"] | drivers["seniority_vp"] | drivers["seniority_director"]
    log_odds = np.column_stack(
        (
            0.3 + 0.5 * people.intent,
            -0.3 + 0.8 * drivers["employees_50_to_500"] + 0.8 * drivers["employees_501_to_5000"],
            -0.8 + 1.8 * senior,
            -0.6 + 1.0 * drivers["pricing_visit"],
        )
    )
    lift = log_odds + np.where(becomes_sql, 1.2, -0.8)[:, None]
    draw = rng.random(lift.shape)
    told = draw < 1.0 / (1.0 + np.exp(-lift))
    rank = np.argsort(np.argsort(draw - lift, axis=1, kind="stable"), axis=1, kind="stable")
    told = np.where(becomes_sql[:, None], told | (rank < 3), told & (rank < 2))
    told[:, 0] |= becomes_sql
    return np.asarray(told, dtype=np.bool_)


def sales_events(rng: np.random.Generator, done: Worked) -> list[Batch]:
    """Events that sales work causes after the first contact: they look like interest and are its result."""
    lead = np.flatnonzero(done.contact < NEVER)
    contact = done.contact[lead]
    is_accepted, is_sql = done.accepted[lead] < NEVER, done.sql[lead] < NEVER
    room = np.where(is_sql, np.maximum(done.sql[lead] - contact, 2 * HOUR), 6 * DAY)

    def caused(share_sql: float, share_accepted: float, share_rejected: float) -> tuple[Bools, Ints]:
        share = np.where(is_sql, share_sql, np.where(is_accepted, share_accepted, share_rejected))
        rows = shares(rng, share, len(lead))
        at = contact + HOUR + (rng.random(len(lead)) * (room - HOUR)).astype(np.int64)
        return rows, at

    opens, opened = caused(0.95, 0.7, 0.35)
    books, booked = caused(0.85, 0.3, 0.03)
    looks, looked = caused(0.8, 0.35, 0.05)
    path = Coded(picks(rng, (3, 1), len(lead)), ("/pricing", "/customers/copper-mill"))
    seconds = np.rint(np.clip(lags(rng, 70.0, 0.7, len(lead)), 5, 590))
    return [
        batch(lead, contact + 5 * 60 * SECOND, "Email Delivered", campaign=_FOLLOW_UP, source="sales"),
        batch(lead[opens], opened[opens], "Email Opened", campaign=_FOLLOW_UP, source="sales"),
        batch(lead[books], booked[books], "Meeting Booked", campaign=_FOLLOW_UP, source="sales"),
        batch(
            lead[looks],
            looked[looks],
            "page",
            session=(2 << 40) + np.flatnonzero(looks),
            seconds=seconds[looks],
            path=path.where(looks),
            url=Coded(path.codes[looks], tuple(f"{SITE}{word}?from=sales" for word in path.words)),
            title=Coded(path.codes[looks], tuple(page_title(word) for word in path.words)),
            campaign=_FOLLOW_UP,
            source="sales",
        ),
    ]


def outcomes_table(done: Worked, lead_ids: list[str], order: Ints, until: int) -> pa.Table:
    """One row per lead that was an MQL by `until`, in the order of lead ids, with nothing later than `until`.

    Columns: lead_id, mql_at, handed_to, first_contact_at, accepted_at, rejected_at, reject_reason, sql_at,
    need, budget, authority, timeline (booleans, empty until accepted), opportunity_at, amount (int64, EUR),
    won_at, lost_at, lost_reason. Instants are timestamp[us, UTC].
    """
    rows = np.flatnonzero(done.mql <= until)
    rows = rows[np.argsort(order[rows], kind="stable")]

    def instants(column: Ints) -> pa.Array:
        at = column[rows]
        return pa.array(np.where(at <= until, at, 0) * 1_000, pa.timestamp("us", "UTC"), mask=at > until)

    def named(words: Sequence[str], column: Ints, since: Ints) -> pa.Array:
        return pa.array(list(words), pa.string()).take(pa.array(column[rows], mask=since[rows] > until))

    ids = pa.array(lead_ids, pa.string())
    framework = {
        name: pa.array(done.framework[rows, at], pa.bool_(), mask=done.accepted[rows] > until)
        for at, name in enumerate(("need", "budget", "authority", "timeline"))
    }
    return pa.table(
        {
            "lead_id": ids.take(pa.array(rows)),
            "mql_at": instants(done.mql),
            "handed_to": named(REPS, done.rep, done.mql),
            "first_contact_at": instants(done.contact),
            "accepted_at": instants(done.accepted),
            "rejected_at": instants(done.rejected),
            "reject_reason": named(REJECT_REASONS, done.reason, done.rejected),
            "sql_at": instants(done.sql),
            **framework,
            "opportunity_at": instants(done.opportunity),
            "amount": pa.array(done.amount[rows], pa.int64(), mask=done.opportunity[rows] > until),
            "won_at": instants(done.won),
            "lost_at": instants(done.lost),
            "lost_reason": named(LOST_REASONS, done.lost_reason, done.lost),
        }
    )
