"""Making the example: which of the invented company is past, which is to come, and a folder that keeps it."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.spend import Spent
from handraise.demo.cast import LogIn, hire, work_around_the_clock
from handraise.demo.courses import courses_of
from handraise.demo.past import Past, Script
from handraise.demo.visitors import SITE, By, Visitor, visitors_of
from handraise.example import ExampleCompany, generate
from handraise.flow.desk import Links
from handraise.store import spend
from handraise.store.session import Database
from handraise.store.sources import Source, create_source

FILE: Final = "demo.json"
MONTH: Final = timedelta(days=30.4)
SPAN: Final = 24  # months of history that the example company has
AHEAD: Final = 6  # months of it that are still to come
Told = Callable[[float], None]


class FolderTaken(HandraiseError):
    """The folder holds something that is no example: it was left as it is."""


@dataclass(frozen=True)
class Recipe:
    """What an example is made of; the same recipe gives the same history.

    Attributes
    ----------
    leads
        About how many became known in the past.
    months
        How long the past is, 1 to 18.
    moment
        When it was made: past and present meet here.
    """

    leads: int
    months: int
    seed: int
    moment: datetime

    @property
    def start(self) -> datetime:
        """When the past begins."""
        return self.moment - self.months * MONTH


@dataclass(frozen=True)
class Kept:
    """What the folder remembers: recipe, log-ins (the administrator's first) and write keys."""

    recipe: Recipe
    log_ins: tuple[LogIn, ...] = ()
    keys: tuple[tuple[By, str], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the past was filled in to its end."""
        return bool(self.log_ins)

    def write(self, folder: Path) -> None:
        """Write it down, readable by its owner only: it has passwords, of people who do not exist."""
        text = json.dumps(asdict(self), default=str)
        path, draft = folder / FILE, folder / f"{FILE}.new"
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


def kept_in(folder: Path) -> Kept | None:
    """What a folder remembers; None where nothing was made yet.

    Raises
    ------
    FolderTaken
        When a product lives there that is no example.
    """
    path = folder / FILE
    if not path.exists():
        if (folder / "postgres").exists():
            raise FolderTaken(
                f"`{folder}` holds a product of yours. Name another folder for the example: --folder example"
            )
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    recipe = Recipe(**{**read["recipe"], "moment": datetime.fromisoformat(read["recipe"]["moment"])})
    return Kept(
        recipe,
        tuple(LogIn(**one) for one in read["log_ins"]),
        tuple((by, key) for by, key in read["keys"]),
    )


# --- the company ------------------------------------------------------------------------------------------


def company_of(recipe: Recipe) -> ExampleCompany:
    """The company whose past has about as many leads as the recipe says, with half a year still to come.

    Examples
    --------
    >>> from datetime import UTC
    >>> recipe = Recipe(40, 2, 1, datetime(2026, 10, 1, tzinfo=UTC))
    >>> 30 <= len(past_leads(company_of(recipe), recipe)) <= 50
    True
    """
    until = recipe.moment + AHEAD * MONTH
    whole = math.ceil(recipe.leads * SPAN / recipe.months)
    # How many of the whole fall into the past is seen only when it is there; the nearest of four is taken.
    tried: list[tuple[int, ExampleCompany]] = []
    for _ in range(4):
        company = generate(whole, recipe.seed, until)
        found = len(past_leads(company, recipe))
        tried.append((abs(found - recipe.leads), company))
        whole = max(1, round(whole * recipe.leads / max(1, found)))
    return min(tried, key=lambda one: one[0])[1]


def past_leads(company: ExampleCompany, recipe: Recipe) -> list[str]:
    """Who became known in the past, by `lead_id`."""
    return _between(company, recipe.start, recipe.moment)


def _between(company: ExampleCompany, start: datetime, end: datetime) -> list[str]:
    rows = company.leads.select(["lead_id", "created_at"]).to_pylist()
    return [row["lead_id"] for row in rows if start <= row["created_at"] < end]


def script_of(company: ExampleCompany, leads: list[str], seed: int, mark: str = "") -> Script:
    """What happens with these leads of the company."""
    truth = {row["lead_id"]: row for row in company.truth.to_pylist()}
    return Script(visitors_of(company, leads, mark), courses_of(company), truth, seed)


def to_come(recipe: Recipe) -> Iterator[tuple[Script, Visitor]]:
    """Everybody who is still to come, without end: first of the same company, then of others like it."""
    for turn in count():
        seed = recipe.seed + turn
        company = company_of(Recipe(recipe.leads, recipe.months, seed, recipe.moment))
        leads = _between(company, recipe.moment, recipe.moment + AHEAD * MONTH)
        script = script_of(company, leads, seed, "" if turn == 0 else f"{turn}-")
        for visitor in script.visitors:
            yield script, visitor


# --- the product ------------------------------------------------------------------------------------------


def make(
    database: Database, folder: Path, recipe: Recipe, links: Links, told: Told = lambda _share: None
) -> Kept:
    """Fill a product that has only its tables: people, sources, and the past. Gives what the folder keeps.

    Parameters
    ----------
    told
        Hears now and then which share of the past is filled in.
    """
    company = company_of(recipe)
    script = script_of(company, past_leads(company, recipe), recipe.seed)
    length = (recipe.moment - recipe.start).total_seconds()
    with _relaxed(database):
        log_ins = hire(database, recipe.start)
        sources, keys = _sources(database, recipe.start)
        Past(database, sources, script, links, recipe.start).fill(
            recipe.moment, lambda now: told((now - recipe.start).total_seconds() / length)
        )
        with database.transaction() as connection:
            spend.keep(connection, _spent(company, recipe), "system", recipe.moment)
        work_around_the_clock(database)
    kept = Kept(recipe, log_ins, keys)
    kept.write(folder)
    return kept


def _spent(company: ExampleCompany, recipe: Recipe) -> list[Spent]:
    """What marketing spent in the past; of a month that is in it in part, that part."""
    found = []
    for row in company.spend.to_pylist():
        month = datetime.fromisoformat(f"{row['month']}-01").replace(tzinfo=recipe.moment.tzinfo)
        end = (month + timedelta(days=31)).replace(day=1)
        inside = min(end, recipe.moment) - max(month, recipe.start)
        if inside > timedelta():
            cents = round(row["amount"] * 100 * (inside / (end - month)))
            found.append(Spent(month.date(), row["source"], row["campaign"] or "", "EUR", cents))
    return found


def _sources(database: Database, now: datetime) -> tuple[dict[By, Source], tuple[tuple[By, str], ...]]:
    with database.transaction() as connection:
        website, public = create_source(connection, name="Website", kind="browser", origins=[SITE], now=now)
        servers, secret = create_source(connection, name="Servers", kind="server", now=now)
    return {"website": website, "servers": servers}, (("website", public), ("servers", secret))


@contextmanager
def _relaxed(database: Database) -> Iterator[None]:
    """Commits do not wait for the disk meanwhile: an example that is interrupted is made anew anyway."""
    sa.event.listen(database.engine, "connect", _do_not_wait)
    database.engine.dispose()
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", _do_not_wait)
        database.engine.dispose()


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("set synchronous_commit = off")
    connection.commit()
