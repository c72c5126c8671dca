"""Which planted drivers are true for a lead: facts about it, and what it did up to an instant."""

from collections.abc import Mapping, Sequence

import numpy as np

from handraise.example.accounts import COUNTRIES, INDUSTRIES, Accounts
from handraise.example.draw import Bools, Ints
from handraise.example.ledger import Batch, matching
from handraise.example.people import COMPETITOR, DISPOSABLE, PERSONAL, SOURCES, People, campaign_names
from handraise.example.planted import COVERED_COUNTRIES, ICP_INDUSTRIES, TARGET_FUNCTIONS
from handraise.example.seasons import DAY
from handraise.example.titles import SENIORITIES

_CRMS = (0, 1)  # salesforce and hubspot among the tools


def fact_drivers(people: People, accounts: Accounts) -> dict[str, Bools]:
    """Drivers that do not change with time, one column per driver, one row per lead."""
    known = people.account >= 0
    row = np.maximum(people.account, 0)
    employees = np.where(known, accounts.employees[row], -1)
    covered = [code for code, name in enumerate(COUNTRIES) if name in COVERED_COUNTRIES]
    targets = [code for code, name in enumerate(INDUSTRIES) if name in ICP_INDUSTRIES]
    free_template = [name == "search-free-template" for name in campaign_names(people)]
    in_function = [name in TARGET_FUNCTIONS for name in people.functions]
    return {
        **{
            f"seniority_{name}": people.seniority == code
            for code, name in enumerate(SENIORITIES)
            if name != "individual_contributor"
        },
        "target_function": np.asarray(in_function, dtype=np.bool_),
        "employees_1_to_10": (employees >= 1) & (employees <= 10),
        "employees_50_to_500": (employees >= 50) & (employees <= 500),
        "employees_501_to_5000": (employees >= 501) & (employees <= 5_000),
        "target_industry": known & np.isin(accounts.industry[row], targets),
        "no_crm_yet": known & ~accounts.tools[row][:, _CRMS].any(axis=1),
        "target_account": known & accounts.is_target[row],
        "personal_address": np.isin(people.email_kind, (PERSONAL, DISPOSABLE)),
        "outside_covered_countries": ~np.isin(people.country, covered),
        "competitor": people.persona == COMPETITOR,
        **{
            f"source_{name.lower().replace(' ', '_')}": people.source == SOURCES.index(name)
            for name in ("referral", "partner", "AI assistant", "outbound", "paid social")
        },
        "campaign_free_template": np.asarray(free_template, dtype=np.bool_),
    }


def behaviour_drivers(batches: Sequence[Batch], at: Ints) -> dict[str, Bools]:
    """Drivers from what each lead did up to and including its own instant `at` (milliseconds since 1970)."""

    def did(event: str, at_least: int = 1, **starts: tuple[str, ...]) -> Bools:
        lead, instant = matching(batches, event, **starts)
        return np.asarray(np.bincount(lead[instant <= at[lead]], minlength=len(at)) >= at_least)

    return {
        "demo_request": did("Demo Requested"),
        "trial_started": did("Trial Started"),
        "pricing_visit": did("page", path=("/pricing",)),
        "pricing_twice_in_7_days": _within_a_week(batches, at, 2),
        "comparison_page": did("page", path=("/vs/", "/compare")),
        "case_study": did("page", path=("/customers/",)),
        "product_webinar": did("Webinar Attended", kind=("product",)),
        "bottom_of_funnel_download": did(
            "Content Downloaded", kind=("case-study", "roi-calculator", "buyers-guide")
        ),
        "single_session": _visits(batches, at) <= 1,
        "careers_page": did("page", path=("/careers",)),
        "top_of_funnel_download": did("Content Downloaded", kind=("ebook", "report", "whitepaper")),
        "educational_webinar": did("Webinar Attended", kind=("educational",)),
        "newsletter": did("Newsletter Subscribed"),
    }


def _within_a_week(batches: Sequence[Batch], at: Ints, visits: int) -> Bools:
    """Whether some so many pricing visits lie within seven days."""
    lead, instant = matching(batches, "page", path=("/pricing",))
    past = instant <= at[lead]
    lead, instant = lead[past], instant[past]
    order = np.lexsort((instant, lead))
    lead, instant = lead[order], instant[order]
    ahead = visits - 1
    close = (lead[ahead:] == lead[:-ahead]) & (instant[ahead:] - instant[:-ahead] <= 7 * DAY)
    found = np.zeros(len(at), dtype=np.bool_)
    found[lead[ahead:][close]] = True
    return found


def _visits(batches: Sequence[Batch], at: Ints) -> Ints:
    """Number of web sessions begun by then."""
    count = np.zeros(len(at), dtype=np.int64)
    for one in batches:
        past = (one.session >= 0) & (one.occurred <= at[one.lead])
        _, first = np.unique(one.session[past], return_index=True)
        if one.texts["event"].starts_with("page").all():  # actions share the sessions of the pages
            count += np.bincount(one.lead[past][first], minlength=len(at))
    return count


def joint_drivers(
    people: People,
    accounts: Accounts,
    batches: Sequence[Batch],
    created: Ints,
    at: Ints,
    facts: Mapping[str, Bools],
) -> dict[str, Bools]:
    """Drivers made of facts and behaviour, or of several people."""
    senior = facts["seniority_c_suite"] | facts["seniority_vp"] | facts["seniority_director"]
    employees = np.where(people.account >= 0, accounts.employees[np.maximum(people.account, 0)], -1)
    return {
        "keen_director": senior & (employees >= 100) & _within_a_week(batches, at, 3),
        "colleague_here": _colleagues(people.account, created, at) > 0,
    }


def _colleagues(account: Ints, created: Ints, at: Ints) -> Ints:
    """How many others of the account became known in the 90 days up to `at`."""
    begin = int(created.min(initial=0))
    stride = int(max(created.max(initial=0), at.max(initial=0))) - begin + 100 * DAY
    keys = np.sort((account * stride + created - begin)[account >= 0])
    first = account * stride + np.maximum(at - 90 * DAY - begin, 0)
    upto = np.searchsorted(keys, account * stride + at - begin, side="right")
    since = np.searchsorted(keys, first, side="left")
    itself = (created >= at - 90 * DAY) & (created <= at)
    return np.where(account >= 0, upto - since - itself, 0)
