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

COUNTS = """
select substr(grade, {letter}, 1) as label,
       count(*) as leads,
       count(*) filter (is_mql) as mqls,
       count(mql_at) as handed_over,
       count(accepted_at) as accepted,
       count(sql_at) as sqls,
       count(won_at) as won
from read_parquet($scores) left join read_csv($outcomes) using (lead_id)
where grade is not null
group by 1 order by 1
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


def funnel(scores: Path, outcomes: Path, *, letter: int, title: str) -> Table:
    """The table of one half of the grade: place 1 is the fit letter, place 2 the engagement number."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2)
    )
    table.add_column("grade", no_wrap=True)
    for name in ("leads", "MQL", "handed over", "accepted", "SQL", "won"):
        table.add_column(name, justify="right", no_wrap=True)
    with duckdb.connect() as connection:
        rows = connection.execute(
            COUNTS.format(letter=letter), {"scores": str(scores), "outcomes": str(outcomes)}
        ).fetchall()
    for label, leads, mqls, handed, accepted, sqls, won in rows:
        table.add_row(
            label,
            f"{leads:,}",
            f"{mqls:,}",
            f"{handed:,}",
            share_of(accepted, handed),
            share_of(sqls, handed),
            share_of(won, handed),
        )
    return table


def main() -> None:
    """Print the funnel by fit and by engagement, with what may be read from it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("scores", type=Path)
    asked.add_argument("outcomes", type=Path)
    paths = asked.parse_args()
    console = Console(width=100, highlight=False)
    console.print(funnel(paths.scores, paths.outcomes, letter=1, title="By fit"))
    console.print()
    console.print(funnel(paths.scores, paths.outcomes, letter=2, title="By engagement"))
    console.print(
        "\nShares are of the leads that the company's old rule handed over, in brackets the 95 % interval.\n"
        "The scores are of today, and part of the engagement came after sales had called: read the second\n"
        "table as a description, not as a forecast. Disqualified leads are in both tables.",
        style="dim",
    )


if __name__ == "__main__":
    main()
