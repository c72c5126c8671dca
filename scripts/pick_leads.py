"""Three leads worth reading: the newest MQL, one just short, and one disqualified. Prints their ids.

``python scripts/pick_leads.py SCORES.parquet``
"""

import sys

import duckdb

PICKS = (
    "select lead_id from scores where is_mql order by became_mql_at desc, lead_id limit 1",
    "select lead_id from scores where not is_mql and disqualified is null"
    " order by total desc, lead_id limit 1",
    "select lead_id from scores where disqualified is not null order by total desc, lead_id limit 1",
)


def picked(scores: str) -> list[str]:
    """Ids of the three leads, in the order of the first line above; where there is none, it is left out."""
    with duckdb.connect() as connection:
        connection.read_parquet(scores).create_view("scores")
        found = [connection.execute(query).fetchone() for query in PICKS]
    return [row[0] for row in found if row]


if __name__ == "__main__":
    print(*picked(sys.argv[1]), sep="\n")
