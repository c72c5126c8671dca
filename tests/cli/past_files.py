"""What the commands that learn from the past are given in tests: the company's files, and the drivers."""

from pathlib import Path

from tests.learn.company import DRIVERS


def drivers(folder: Path) -> Path:
    """The definition of the drivers as a file."""
    path = folder / "drivers.yaml"
    path.write_text(DRIVERS)
    return path


def past_files(company: Path) -> list[str]:
    """The options that name the company's files, outcomes among them."""
    names = ("leads.csv", "accounts.csv", "events.parquet", "outcomes.csv")
    return [part for name in names for part in (f"--{name.partition('.')[0]}", str(company / name))]
