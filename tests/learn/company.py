"""The example company as a past, and a definition of it in which every rule is one of the planted
drivers."""

from functools import cache

import pyarrow as pa

from handraise.core.definition import Definition, read_definition
from handraise.example import ExampleCompany, generate
from handraise.files.leads import fact_name
from handraise.learn.past import Past, past_of

DRIVERS = """
name: Lumen Desk
timezone: Europe/Berlin
signals:
  demo_request:    {event: Demo Requested}
  trial_start:     {event: Trial Started}
  pricing_visit:   {event: page, where: {path: {starts_with: /pricing}}}
  comparison:      {event: page, where: {path: {starts_with: [/vs/, /compare]}}}
  case_study:      {event: page, where: {path: {starts_with: /customers/}}}
  product_webinar: {event: Webinar Attended, where: {kind: product}}
  lesson:          {event: Webinar Attended, where: {kind: educational}}
  late_download:   {event: Content Downloaded, where: {kind: [case-study, roi-calculator, buyers-guide]}}
  early_download:  {event: Content Downloaded, where: {kind: [ebook, report, whitepaper]}}
  newsletter:      {event: Newsletter Subscribed}
  careers:         {event: page, where: {path: {starts_with: /careers}}}
  meeting:         {event: Meeting Booked}
fit:
  bar: 20
  rules:
    - {rule: C-suite, when: {lead.seniority: c_suite}, points: 10}
    - {rule: vice president, when: {lead.seniority: vp}, points: 10}
    - {rule: director, when: {lead.seniority: director}, points: 10}
    - {rule: manager, when: {lead.seniority: manager}, points: 5}
    - {rule: student, when: {lead.seniority: student}, points: -30}
    - {rule: freelancer, when: {lead.seniority: freelancer}, points: -10}
    - {rule: target function, when: {lead.function: [sales, marketing, customer_success]}, points: 5}
    - {rule: 1 to 10 employees, when: {account.employees: {between: [1, 10]}}, points: -10}
    - {rule: 50 to 500 employees, when: {account.employees: {between: [50, 500]}}, points: 10}
    - {rule: 501 to 5000 employees, when: {account.employees: {between: [501, 5000]}}, points: 5}
    - {rule: target industry, when: {account.industry: {in_list: icp_industries}}, points: 10}
    - {rule: target account, when: {account.target_account: true}, points: 5}
    - {rule: personal address, when: {lead.email_domain: {in_list: personal_domains}}, points: -5}
    - {rule: outside our countries, when: {lead.country: {not_in: [DE, AT, CH, FR, GB, US]}}, points: -40}
    - {rule: referral, when: {lead.source: referral}, points: 5}
    - {rule: paid social, when: {lead.source: paid social}, points: -5}
engagement:
  bar: 15
  rules:
    - {rule: demo request, signal: demo_request, points: 15}
    - {rule: trial, signal: trial_start, points: 5}
    - {rule: price page, signal: pricing_visit, points: 5}
    - {rule: price page twice a week, signal: pricing_visit, at_least: 2, within: 7 days, points: 10}
    - {rule: comparison page, signal: comparison, points: 5}
    - {rule: case study, signal: case_study, points: 5}
    - {rule: product webinar, signal: product_webinar, points: 5}
    - {rule: late download, signal: late_download, points: 5}
    - {rule: careers page, signal: careers, points: -15}
    - {rule: early download, signal: early_download, points: 5}
    - {rule: educational webinar, signal: lesson, points: 5}
    - {rule: newsletter, signal: newsletter, points: 5}
    - {rule: meeting booked, signal: meeting, points: 15}
qualify: {mql: {all: [fit, engagement]}}
lists: {icp_industries: [Software, Financial services, E-commerce, Professional services]}
"""

PLANTED_AS = {
    "C-suite": "seniority_c_suite",
    "vice president": "seniority_vp",
    "director": "seniority_director",
    "manager": "seniority_manager",
    "student": "seniority_student",
    "freelancer": "seniority_freelancer",
    "target function": "target_function",
    "1 to 10 employees": "employees_1_to_10",
    "50 to 500 employees": "employees_50_to_500",
    "501 to 5000 employees": "employees_501_to_5000",
    "target industry": "target_industry",
    "target account": "target_account",
    "personal address": "personal_address",
    "outside our countries": "outside_covered_countries",
    "referral": "source_referral",
    "paid social": "source_paid_social",
    "demo request": "demo_request",
    "trial": "trial_started",
    "price page": "pricing_visit",
    "price page twice a week": "pricing_twice_in_7_days",
    "comparison page": "comparison_page",
    "case study": "case_study",
    "product webinar": "product_webinar",
    "late download": "bottom_of_funnel_download",
    "careers page": "careers_page",
    "early download": "top_of_funnel_download",
    "educational webinar": "educational_webinar",
    "newsletter": "newsletter",
}


@cache
def definition() -> Definition:
    """Every rule a driver, but for the meeting, which is mostly booked by sales."""
    return read_definition(DRIVERS).definition


@cache
def company(leads: int, seed: int = 1) -> ExampleCompany:
    """The example company of that size."""
    return generate(leads=leads, seed=seed)


@cache
def past(leads: int, seed: int = 1) -> Past:
    """Its past: leads with the facts of their accounts, events, outcomes."""
    return as_past(company(leads, seed))


def as_past(found: ExampleCompany, outcomes: pa.Table | None = None, until: int | None = None) -> Past:
    """The company's tables as a past, with other outcomes if given."""
    leads = found.leads
    places = {account: row for row, account in enumerate(found.accounts["account_id"].to_pylist())}
    rows = pa.array([places.get(account) for account in leads["account_id"].to_pylist()], pa.int64())
    facts = {fact_name(name): leads[name].combine_chunks() for name in leads.column_names}
    facts |= {
        fact_name(name, "account"): found.accounts[name].combine_chunks().take(rows)
        for name in found.accounts.column_names
    }
    events = found.events.sort_by([("lead_id", "ascending")])
    outcomes = found.outcomes if outcomes is None else outcomes
    return past_of(leads["lead_id"].combine_chunks(), facts, lambda: [events], outcomes, until)
