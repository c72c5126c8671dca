"""What is true in the example company: the drivers of its outcomes and the shares of its blemishes."""

from collections.abc import Mapping
from types import MappingProxyType

COVERED_COUNTRIES = ("DE", "AT", "CH", "FR", "GB", "US")
"""Countries the fictional sales team covers, ISO 3166 alpha-2."""

ICP_INDUSTRIES = ("Software", "Financial services", "E-commerce", "Professional services")
"""Industries of the ideal customer profile, as written in the accounts table."""

TARGET_FUNCTIONS = ("sales", "marketing", "customer_success")
"""Functions that use a shared desk every day."""

COMPETITOR_DOMAINS = ("rivaldesk.example", "helpboard.example")
"""E-mail domains of the two invented competitors."""

INTERCEPT = -4.4
"""Log-odds that an MQL with no driver at all becomes an SQL."""

PLANTED: Mapping[str, float] = MappingProxyType(
    {
        # who they are
        "seniority_c_suite": 0.8,
        "seniority_vp": 0.9,
        "seniority_director": 0.8,
        "seniority_manager": 0.4,
        "seniority_student": -2.5,
        "seniority_freelancer": -1.2,
        "target_function": 0.4,
        "employees_1_to_10": -1.0,
        "employees_50_to_500": 0.9,
        "employees_501_to_5000": 0.4,
        "target_industry": 0.7,
        "no_crm_yet": 0.3,
        "target_account": 0.4,
        "personal_address": -0.6,
        "outside_covered_countries": -3.0,
        "competitor": -5.0,
        # where they came from
        "source_referral": 0.6,
        "source_partner": 0.3,
        "source_ai_assistant": 0.3,
        "source_outbound": -0.3,
        "source_paid_social": -0.5,
        "campaign_free_template": -0.6,
        # what they did before the first sales contact
        "demo_request": 1.3,
        "trial_started": 0.6,
        "pricing_visit": 0.4,
        "pricing_twice_in_7_days": 0.7,
        "comparison_page": 0.5,
        "case_study": 0.4,
        "product_webinar": 0.6,
        "bottom_of_funnel_download": 0.5,
        "single_session": -0.8,
        "careers_page": -1.3,
        # what the old rule or habit believes in, and what does nothing
        "top_of_funnel_download": 0.0,
        "educational_webinar": 0.0,
        "newsletter": 0.0,
        # together
        "keen_director": 0.8,
        "colleague_here": 0.5,
        # what sales did
        "contact_within_4_hours": 0.5,
    }
)
"""Change of the log-odds MQL to SQL that each driver makes when it is true; 0.0 means: planted as nothing.

``P(SQL | MQL, contacted) = 1 / (1 + exp(-(INTERCEPT + sum of the true drivers)))``, and nothing else. The
columns of `ExampleCompany.truth` bear the same names. Behaviour counts up to the first sales contact.

Examples
--------
>>> PLANTED["demo_request"]
1.3
"""

SHARES: Mapping[str, float] = MappingProxyType({"bot": 0.02, "duplicate": 0.005, "late": 0.01})
"""Shares of event rows: mail-scanner clicks (about), repeated message ids, received a day or more late."""

REJECT_REASONS = (
    "student",
    "competitor",
    "job seeker",
    "duplicate",
    "not ICP",
    "no budget",
    "no response",
    "wrong timing",
    "no need",
)
"""The managed list of reasons for a rejected hand-off."""

LOST_REASONS = ("price", "chose a competitor", "no decision", "missing feature", "wrong timing")
"""The managed list of reasons for a lost opportunity."""
