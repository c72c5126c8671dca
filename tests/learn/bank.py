"""The bank's calls (UCI bank marketing, S. Moro and others, 2014; CC BY 4.0) as a past, and a card of them.

The file is in the order of time and has no times; the calls are laid out evenly from May 2008 to November
2010. `duration` is left out: it is known only after the call.
"""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from handraise.core.definition import Definition, read_definition
from handraise.learn.past import Past, past_of

FILE: Final = Path("/work/shared/data/leads/bank_marketing.csv")
FACTS: Final = ("job", "default", "campaign", "previous", "euribor3m", "age", "marital")
CARD = """
name: Bank
fit:
  rules:
    - {rule: student or retired, when: {lead.job: [student, retired]}, points: 10}
    - {rule: called before, when: {lead.previous: {at_least: 1}}, points: 20}
    - {rule: interest below 2 %, when: {lead.euribor3m: {at_most: 2}}, points: 20}
    - {rule: no default, when: {lead.default: "no"}, points: 5}
    - {rule: called three times or more, when: {lead.campaign: {at_least: 3}}, points: -5}
    - {rule: worker, when: {lead.job: blue-collar}, points: -5}
    - {rule: married, when: {lead.marital: married}, points: -2}
qualify: {mql: {total: 20}}
"""


def card() -> Definition:
    """What one might have written down at the start."""
    return read_definition(CARD).definition


def bank_past() -> Past:
    """41,188 calls; a subscription is an acceptance."""
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    ids = [f"C{place:05d}" for place in range(len(rows))]
    first, last = (int(datetime(*day, tzinfo=UTC).timestamp()) for day in ((2008, 5, 1), (2010, 11, 30)))
    at = pa.array(np.linspace(first, last, len(rows)).astype(np.int64) * 1_000_000, pa.timestamp("us", "UTC"))
    yes = np.array([row["y"] == "1" for row in rows])
    outcomes = pa.table(
        {
            "lead_id": ids,
            "mql_at": at,
            "accepted_at": pa.array(at.to_pylist(), at.type, mask=~yes),
            "rejected_at": pa.array(at.to_pylist(), at.type, mask=yes),
        }
    )
    facts = {f"lead.{name}": pa.array([row[name] for row in rows]) for name in FACTS}
    return past_of(pa.array(ids), facts, list, outcomes)
