"""The invented leads: who they are, of which account, and since when they are known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench import catalogue
from bench.columns import MICROSECONDS, Ints, Rng, instants, worded
from bench.period import AS_OF_MS


@dataclass(frozen=True)
class Accounts:
    """One value an account; industry and country as positions in the catalogue's lists."""

    employees: Ints
    industry: npt.NDArray[np.int32]
    country: npt.NDArray[np.int32]


def accounts_for(rng: Rng, count: int) -> Accounts:
    """Size, industry and country of `count` accounts."""
    band = rng.choice(len(catalogue.EMPLOYEE_BANDS), count, p=catalogue.EMPLOYEE_SHARES)
    low, high = np.array(catalogue.EMPLOYEE_BANDS, dtype=np.float64).T
    employees = np.round(low[band] * (high[band] / low[band]) ** rng.random(count)).astype(np.int64)
    targets, others = len(catalogue.TARGET_INDUSTRIES), len(catalogue.OTHER_INDUSTRIES)
    is_target = rng.random(count) < 0.4
    industry = np.where(is_target, rng.integers(0, targets, count), targets + rng.integers(0, others, count))
    country = rng.choice(len(catalogue.COUNTRIES), count, p=catalogue.COUNTRY_SHARES)
    return Accounts(employees, industry.astype(np.int32), country.astype(np.int32))


def lead_schema() -> pa.Schema:
    """Columns of the file of leads."""
    text, types = pa.string(), {"employees": pa.int32(), "created_at": MICROSECONDS}
    names = ("lead_id", "title", "employees", "industry", "email", "country", "created_at")
    return pa.schema([(name, types.get(name, text)) for name in names])


def leads_of(rng: Rng, lead_ids: pa.Array, numbers: Ints, first_seen: Ints, accounts: Accounts) -> pa.Table:
    """Facts of some leads, each known since a little after it was first seen (ms)."""
    count = numbers.size
    account = (rng.random(count) ** 2 * accounts.employees.size).astype(np.int64)  # a few accounts have many
    industries = pa.array([*catalogue.TARGET_INDUSTRIES, *catalogue.OTHER_INDUSTRIES])
    personal = rng.random(count) < 0.15
    unknown_size = rng.random(count) < np.where(personal, 0.5, 0.1)
    unknown_industry = rng.random(count) < np.where(personal, 0.4, 0.08)
    created = first_seen + (rng.random(count) * 0.1 * (AS_OF_MS - first_seen)).astype(np.int64)
    return pa.table(
        {
            "lead_id": lead_ids,
            "title": _titles(rng, count),
            "employees": pa.array(accounts.employees[account], pa.int32(), mask=unknown_size),
            "industry": worded(
                np.where(unknown_industry, -1, accounts.industry[account]).astype(np.int32), industries
            ),
            "email": _emails(rng, numbers, account, personal),
            "country": worded(accounts.country[account], pa.array(catalogue.COUNTRIES)),
            "created_at": instants(created),
        }
    )


def _titles(rng: Rng, count: int) -> pa.DictionaryArray:
    ranks = [seniority for seniority, _ in catalogue.TITLES.values()]
    shares = np.array([catalogue.SENIORITY_SHARES[rank] / ranks.count(rank) for rank in ranks])
    drawn = rng.choice(len(ranks), count, p=shares / shares.sum())
    known = np.where(rng.random(count) < 0.92, drawn, -1).astype(np.int32)
    return worded(known, pa.array(list(catalogue.TITLES)))


def _emails(rng: Rng, numbers: Ints, account: Ints, personal: npt.NDArray[np.bool_]) -> pa.Array:
    free = [catalogue.PERSONAL_DOMAINS[number] for number in rng.integers(0, 4, numbers.size).tolist()]
    return pa.array(
        [
            f"lead{number}@{provider}" if is_personal else f"lead{number}@firm{firm:06}.example"
            for number, provider, is_personal, firm in zip(
                numbers.tolist(), free, personal.tolist(), account.tolist(), strict=True
            )
        ]
    )
