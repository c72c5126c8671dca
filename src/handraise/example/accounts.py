"""Invented companies: size, industry, country, tools, and how interested they are just now."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from handraise.example.draw import Bools, Floats, Ints, lags, picks, shares
from handraise.example.planted import COMPETITOR_DOMAINS, ICP_INDUSTRIES
from handraise.example.seasons import Seasons, popular_days
from handraise.example.words import COMPANY_FIRST, COMPANY_SECOND, COMPANY_THIRD, LEGAL_FORMS

COUNTRIES = ("DE", "AT", "CH", "FR", "GB", "US", "ES", "PL", "IN", "BR")
_COUNTRY_WEIGHTS = (34, 6, 7, 13, 15, 17, 3, 2, 2, 1)
ZONES_OF_COUNTRIES = (0, 0, 0, 1, 2, 3, 0, 0, 5, 6)
"""Position in `seasons.ZONES` per country; a third of the US works on Pacific time."""

INDUSTRIES = (
    *ICP_INDUSTRIES,
    "Manufacturing",
    "Healthcare",
    "Education",
    "Retail",
    "Construction",
    "Hospitality",
    "Logistics",
    "Public sector",
)
_INDUSTRY_WEIGHTS = (20, 9, 11, 10, 12, 8, 6, 8, 5, 4, 4, 3)
_TOOLS = (
    "salesforce",
    "hubspot",
    "pipedrive",
    "mailchimp",
    "marketo",
    "zendesk",
    "slack",
    "rivaldesk",
    "shopify",
)
_TOOL_SHARES = (0.24, 0.22, 0.12, 0.25, 0.07, 0.20, 0.45, 0.06, 0.12)
_STAGES = ("startup", "growth", "enterprise")


@dataclass(frozen=True)
class Accounts:
    """Columns of the accounts, as they are in truth; the first rows are the competitors.

    Attributes
    ----------
    country, industry
        Positions in `COUNTRIES` and `INDUSTRIES`.
    interest
        Standard normal: how much this company needs a desk, shared by its people.
    moment
        Day (since 1970) around which its people look for one.
    pull
        Weight with which leads belong to the account: few accounts have many.
    has_scanner
        Its mail gateway follows every link as mail comes in.
    """

    names: list[str]
    domains: list[str]
    country: Ints
    zone: Ints
    industry: Ints
    employees: Ints
    tools: Bools
    is_target: Bools
    interest: Floats
    moment: Ints
    pull: Floats
    has_scanner: Bools

    @property
    def rows(self) -> int:
        """Number of accounts, competitors included."""
        return len(self.names)


def accounts_for(rng: np.random.Generator, calendar: Seasons, leads: int) -> Accounts:
    """About one account for two leads, plus the two competitors in front."""
    rows = len(COMPETITOR_DOMAINS) + max(3, round(leads * 0.45))
    country = picks(rng, _COUNTRY_WEIGHTS, rows)
    industry = picks(rng, _INDUSTRY_WEIGHTS, rows)
    employees = np.maximum(1, np.rint(lags(rng, 90.0, 1.7, rows))).astype(np.int64)
    is_pacific = shares(rng, 0.35, rows) & (country == COUNTRIES.index("US"))
    tools = rng.random((rows, len(_TOOLS))) < np.asarray(_TOOL_SHARES)
    in_icp = (industry < len(ICP_INDUSTRIES)) & (employees >= 50) & (country < 6)
    is_target = shares(rng, np.where(in_icp, 0.3, 0.01), rows)
    rivals = np.arange(rows) < len(COMPETITOR_DOMAINS)
    pull = np.minimum((1.0 - rng.random(rows)) ** (-1 / 1.4), 40.0) * np.where(is_target, 1.5, 1.0)
    names, domains = _names(rng, country)
    return Accounts(
        names=names,
        domains=domains,
        country=np.where(rivals, 5, country),
        zone=np.where(is_pacific, 4, np.asarray(ZONES_OF_COUNTRIES)[np.where(rivals, 5, country)]),
        industry=np.where(rivals, 0, industry),
        employees=np.where(rivals, 400, employees),
        tools=np.asarray(tools, dtype=np.bool_),
        is_target=is_target & ~rivals,
        interest=rng.standard_normal(rows),
        moment=popular_days(rng, calendar, rows),
        pull=np.where(rivals, 0.0, pull),
        has_scanner=shares(rng, 0.12, rows),
    )


def _names(rng: np.random.Generator, country: Ints) -> tuple[list[str], list[str]]:
    """Unlike names and `.example` domains (RFC 2606: never anybody's)."""
    first, second, third = len(COMPANY_FIRST), len(COMPANY_SECOND), len(COMPANY_THIRD)
    order = rng.permutation(max(first * second * third, len(country)))[: len(country)]
    names = [f"{domain.split('.')[0].title()} Example Inc." for domain in COMPETITOR_DOMAINS]
    domains = list(COMPETITOR_DOMAINS)
    for number, land in zip(order[len(names) :].tolist(), country[len(names) :].tolist(), strict=True):
        again, place = divmod(number, first * second * third)
        words: tuple[str, ...] = (
            COMPANY_FIRST[place % first],
            COMPANY_SECOND[place // first % second],
            COMPANY_THIRD[place // first // second],
        )
        names.append(
            f"{' '.join(words)} {again + 1 if again else ''}".strip()
            + f" Example {LEGAL_FORMS[COUNTRIES[land]]}"
        )
        domains.append("-".join(words).lower() + (f"-{again + 1}" if again else "") + ".example")
    return names, domains


def account_ids(rows: int) -> list[str]:
    """``A000001`` and so on."""
    return [f"A{number + 1:06d}" for number in range(rows)]


def accounts_table(rng: np.random.Generator, accounts: Accounts) -> pa.Table:
    """The accounts as the company's CRM has them: some facts are missing, some say `Select`.

    Columns: account_id, name, domain, industry, employees (int64), revenue (int64, EUR a year), country
    (alpha-2), technologies (list of strings), growth_stage, target_account (boolean).
    """
    rows = accounts.rows
    revenue = np.rint(accounts.employees * lags(rng, 130.0, 0.5, rows)).astype(np.int64) * 1_000
    stage = np.clip(np.searchsorted([60, 1_000], accounts.employees), 0, 2)
    lacks = {name: rng.random(rows) < share for name, share in _MISSING}
    industry = [INDUSTRIES[code] for code in accounts.industry.tolist()]
    tools = [[_TOOLS[at] for at in np.flatnonzero(row).tolist()] for row in accounts.tools]
    return pa.table(
        {
            "account_id": pa.array(account_ids(rows), pa.string()),
            "name": pa.array(accounts.names, pa.string()),
            "domain": pa.array(accounts.domains, pa.string()),
            "industry": pa.array(_unless(lacks["industry"], industry, "Select"), pa.string()),
            "employees": pa.array(accounts.employees, pa.int64(), mask=lacks["employees"]),
            "revenue": pa.array(revenue, pa.int64(), mask=lacks["revenue"]),
            "country": pa.array([COUNTRIES[code] for code in accounts.country.tolist()], pa.string()),
            "technologies": pa.array(_unless(lacks["technologies"], tools, None), pa.list_(pa.string())),
            "growth_stage": pa.array(
                _unless(lacks["growth_stage"], [_STAGES[code] for code in stage.tolist()], None), pa.string()
            ),
            "target_account": pa.array(accounts.is_target, pa.bool_()),
        }
    )


_MISSING = (
    ("industry", 0.04),
    ("employees", 0.06),
    ("revenue", 0.25),
    ("technologies", 0.2),
    ("growth_stage", 0.1),
)


def _unless(
    missing: Bools, values: list[object] | list[str] | list[list[str]], instead: str | None
) -> list[object]:
    return [instead if gone else value for gone, value in zip(missing.tolist(), values, strict=True)]
