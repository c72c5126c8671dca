"""What became of the leads of each grade, from scores and outcomes: a small table with its n.

``python scripts/funnel.py SCORES.parquet OUTCOMES.csv``
"""

import argparse
import math
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

# 95 % of a normal distribution lies within this many standard deviations.
NORMAL_95 = 1.959964

GROUPS = {
    "MQL": "case when is_mql then '1 yes' when disqualified is null then '2 no' else '3 never' end",
    "fit": "coalesce('1 ' || substr(grade, 1, 1), '2 none')",
    "engagement": "coalesce('1 ' || substr(grade, 2, 1), '2 none')",
}
COUNTS = """
select {group} as label, count(*), count(mql_at), count(accepted_at), count(sql_at), count(won_at)
from read_parquet($scores) left join read_csv($outcomes) using (lead_id)
group by label order by label
"""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, both ends in [0, 1].

    Examples
    --------
    >>> [round(end, 3) for end in wilson(10, 40)]
    [0.142, 0.402]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_of(hits: int, n: int) -> str:
    """A share with its interval: ``25 % (14–40)``."""
    if n == 0:
        return "–"
    low, high = wilson(hits, n)
    return f"{hits / n:.0%} ({low * 100:.0f}–{high * 100:.0f})".replace("%", " %")


def funnel(scores: Path, outcomes: Path) -> Table:
    """What became of the leads by verdict, by fit and by engagement."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    for name in ("leads", "handed over", "accepted", "SQL", "won"):
        table.add_column(name, justify="right", no_wrap=True)
    with duckdb.connect() as connection:
        for name, group in GROUPS.items():
            rows = connection.execute(
                COUNTS.format(group=group), {"scores": str(scores), "outcomes": str(outcomes)}
            ).fetchall()
            for label, leads, handed, *reached in rows:
                shares = [share_of(hits, handed) for hits in reached]
                table.add_row(f"{name} {label[2:]}", f"{leads:,}", f"{handed:,}", *shares)
            table.add_row()
    return table


def main() -> None:
    """Print the funnel, and what may be read from it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("scores", type=Path)
    asked.add_argument("outcomes", type=Path)
    paths = asked.parse_args()
    console = Console(width=100, highlight=False)
    console.print(funnel(paths.scores, paths.outcomes))
    console.print(
        "Shares are of the leads that the company's old rule handed over; in brackets the 95 % interval.\n"
        "The scores are of today, and part of the engagement came after sales had called: read the table\n"
        "as a description, not as a forecast. Only fit is free of that.",
        style="dim",
    )


if __name__ == "__main__":
    main()
