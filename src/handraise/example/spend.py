"""What marketing spent per month, source and campaign."""

import numpy as np
import pyarrow as pa

from handraise.example.draw import Ints, lags
from handraise.example.people import CAMPAIGNS, SOURCES, People
from handraise.example.seasons import DAY, SPAN, Seasons

_COST_PER_LEAD = {
    "organic": 40.0,
    "paid search": 95.0,
    "paid social": 70.0,
    "webinar": 60.0,
    "referral": 20.0,
    "partner": 45.0,
    "outbound": 120.0,
    "AI assistant": 8.0,
}


def spend_table(rng: np.random.Generator, calendar: Seasons, people: People, created: Ints) -> pa.Table:
    """Spend by month; columns month (``YYYY-MM``), source, campaign, amount (int64, EUR).

    Sources cost about the same per lead every month; direct traffic costs nothing and has no rows. A month
    without a lead of a campaign costs what a third of a lead does.
    """
    month = (created // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = int(np.datetime64(calendar.first_day, "D").astype("datetime64[M]").astype(np.int64))
    last = int(np.datetime64(calendar.first_day + SPAN - 1, "D").astype("datetime64[M]").astype(np.int64))
    noise = lags(rng, 1.0, 0.15, (last - first + 1) * 20).tolist()
    columns: dict[str, list[object]] = {"month": [], "source": [], "campaign": [], "amount": []}
    for at in range(first, last + 1):
        for source, cost in _COST_PER_LEAD.items():
            for number, campaign in enumerate(CAMPAIGNS.get(source, (None,))):
                mine = (month == at) & (people.source == SOURCES.index(source))
                leads = int((mine & (people.campaign == (number if campaign else -1))).sum())
                columns["month"].append(str(np.datetime64(at, "M")))
                columns["source"].append(source)
                columns["campaign"].append(campaign)
                columns["amount"].append(round(cost * max(leads, 0.33) * noise[len(columns["amount"])]))
    types = {"month": pa.string(), "source": pa.string(), "campaign": pa.string(), "amount": pa.int64()}
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})
