"""The example company: one seeded call makes the whole invented history of Lumen Desk."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from handraise.example.accounts import accounts_for, accounts_table
from handraise.example.actions import actions_for, meetings_without_form, trial_use
from handraise.example.draw import Ints
from handraise.example.ledger import Batch, events_table, matching
from handraise.example.mail import mails_for
from handraise.example.people import EMAIL_KINDS, PERSONAS, People, leads_table, people_for
from handraise.example.planted import PLANTED
from handraise.example.sales import NEVER, Worked, outcomes_table, sales_events, worked
from handraise.example.seasons import seasons
from handraise.example.spend import spend_table
from handraise.example.titles import SENIORITIES
from handraise.example.visits import visits_for
from handraise.example.webinars import attendance

NAME = "Lumen Desk (fictional example company)"


@dataclass(frozen=True)
class ExampleCompany:
    """Tables of an invented company; none of the people and firms in it exist.

    Attributes
    ----------
    accounts
        One row per account, sorted by account_id.
    leads
        One row per lead, sorted by lead_id, which is also the order of created_at.
    events
        One row per received event, sorted by (lead_id, occurred_at); a repeated delivery is a row with the
        same message_id.
    outcomes
        One row per MQL of the old rule, with what sales made of it by `until`.
    spend
        Marketing spend by month, source and campaign, in EUR.
    truth
        One row per lead, what only the generator knows: persona, seniority, function, kind of address, intent
        and, for leads that sales contacted, every planted driver and the log-odds MQL to SQL. Not written to
        the folder: it is for checking what a method finds, never for learning from.
    """

    accounts: pa.Table
    leads: pa.Table
    events: pa.Table
    outcomes: pa.Table
    spend: pa.Table
    truth: pa.Table


def generate(
    leads: int = 2000, seed: int = 1, until: datetime = datetime(2026, 10, 1, tzinfo=UTC)
) -> ExampleCompany:
    """The example company as it looks at `until`, two years after its first lead.

    Parameters
    ----------
    leads
        How many leads became known in the two years, at least 1.
    seed
        The same seed gives the same tables; another seed gives another company of the same kind.
    until
        End of the history, an aware datetime. Nothing in the tables is later.

    Returns
    -------
    ExampleCompany
        About 34 events a lead.

    Raises
    ------
    ValueError
        If `leads` is below 1 or `until` has no time zone.

    Examples
    --------
    >>> company = generate(leads=50, seed=7)
    >>> company.leads.num_rows, company.leads["lead_id"][0].as_py()
    (50, 'L0000001')
    >>> generate(leads=50, seed=7).events.equals(company.events)
    True
    """
    if leads < 1:
        raise ValueError(f"leads must be at least 1, not {leads}")
    if until.tzinfo is None:
        raise ValueError("until needs a time zone, for example datetime(2026, 10, 1, tzinfo=UTC)")
    calendar = seasons(until)
    # one stream per subject: more draws in one leave the others as they were
    streams = np.random.Generator(np.random.PCG64(seed)).spawn(9)
    account_rng, people_rng, visit_rng, action_rng, later_rng, mail_rng, sales_rng, table_rng, ledger_rng = (
        streams
    )
    accounts = accounts_for(account_rng, calendar, leads)
    people = people_for(people_rng, calendar, accounts, leads)
    sessions, pages = visits_for(visit_rng, calendar, people)
    actions = actions_for(action_rng, calendar, people, sessions)
    created = actions.created
    batches = [pages, actions.events, *mails_for(mail_rng, calendar, people, created)]
    batches += [
        attendance(
            later_rng, calendar, people, kind, *matching([actions.events], "Webinar Registered", kind=(kind,))
        )
        for kind in ("product", "educational")
    ]
    batches += trial_use(later_rng, people, *matching([actions.events], "Trial Started"))
    batches.append(meetings_without_form(later_rng, *matching([actions.events], "Demo Requested")))
    batches = [_until(one, calendar.until) for one in batches]
    done = worked(sales_rng, calendar, people, accounts, batches, created)
    batches += sales_events(sales_rng, done)
    by_id = np.argsort(created, kind="stable")
    rank = np.empty(leads, dtype=np.int64)
    rank[by_id] = np.arange(leads)
    lead_ids = [f"L{number + 1:07d}" for number in rank.tolist()]
    in_order = pa.array(by_id)
    return ExampleCompany(
        accounts=accounts_table(table_rng, accounts),
        leads=leads_table(table_rng, people, created, lead_ids).take(in_order),
        events=events_table(ledger_rng, batches, lead_ids, rank, calendar.until),
        outcomes=outcomes_table(done, lead_ids, rank, calendar.until),
        spend=spend_table(table_rng, calendar, people, created),
        truth=_truth(people, done, lead_ids).take(in_order),
    )


def _until(events: Batch, until: int) -> Batch:
    return events.where(np.asarray(events.occurred <= until, dtype=np.bool_))


def _truth(people: People, done: Worked, lead_ids: list[str]) -> pa.Table:
    unknown = done.contact >= NEVER

    def words(vocabulary: tuple[str, ...], column: Ints) -> pa.Array:
        return pa.array(list(vocabulary), pa.string()).take(pa.array(column))

    return pa.table(
        {
            "lead_id": pa.array(lead_ids, pa.string()),
            "persona": words(PERSONAS, people.persona),
            "seniority": words(SENIORITIES, people.seniority),
            "function": pa.array(people.functions, pa.string()),
            "email_kind": words(EMAIL_KINDS, people.email_kind),
            "is_duplicate": pa.array(people.is_duplicate, pa.bool_()),
            "intent": pa.array(people.intent, pa.float64()),
            "sql_log_odds": pa.array(done.log_odds, pa.float64(), mask=unknown),
            **{name: pa.array(done.drivers[name], pa.bool_(), mask=unknown) for name in PLANTED},
        }
    )
