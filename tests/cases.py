"""Seeded random cases: a definition, leads with histories full of edges, and a moment to judge them at.

The same seed gives the same case on every machine. One definition serves many leads, since reading YAML is
slower than scoring. Definitions are written as YAML text and read as a user's file is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from handraise.core.definition.model import Definition
from handraise.core.definition.reading import read_definition
from handraise.core.event import Lead
from tests.histories import Around, random_lead

WINDOWS = (
    "30 minutes", "1 hour", "1 day", "36 hours", "3 days", "7 days", "2 weeks", "30 days", "1 month",
    "60 days",
)  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
TURNS = (  # days on which a calendar does something: clocks change, a leap day, the turn of an ISO year
    "2024-02-29", "2024-03-10", "2024-03-31", "2024-10-06", "2024-10-27", "2024-11-03", "2024-12-30",
    "2025-01-01", "2025-03-30", "2025-04-06", "2026-01-01", "2026-03-08", "2026-03-29", "2026-10-25",
    "2026-12-31", "2027-01-03",
)  # fmt: skip
WORDS = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.-]*|\d+ [a-z]+( [a-z0-9 ]+)?")
Tree = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Leads to judge by one definition at one moment; `text` is the definition as written."""

    seed: int
    text: str
    definition: Definition
    as_of: datetime
    leads: tuple[Lead, ...]


def case(seed: int, leads: int = 20) -> Case:
    """The case of that seed."""
    random = Random(seed)
    author = Author(random)
    text = written(author.definition())
    definition = read_definition(text).definition
    midnight = datetime.fromisoformat(random.choice(TURNS)).replace(tzinfo=ZoneInfo(definition.timezone))
    as_of = random_moment(random, midnight.astimezone(UTC))
    around = Around(as_of, midnight.astimezone(UTC), tuple(author.windows))
    found = tuple(random_lead(random, f"lead-{number}", around) for number in range(leads))
    return Case(seed, text, definition, as_of, found)


def random_moment(random: Random, midnight: datetime) -> datetime:
    """Some moment; mostly soon after a turn of the calendar, mostly on a whole second."""
    if random.random() < 0.7:
        start = midnight + timedelta(minutes=30 * random.choice((-1, 0, 1, 2, 5, 30, 48, 49, 200, 600)))
    else:
        start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randint(0, 50_000_000))
    return start + timedelta(microseconds=random.choice((0, 0, 0, 1, -1, 500_000)))


def written(value: object, depth: int = 0) -> str:
    """The value as YAML: top keys on lines of their own, the rest in flow style, quotes only where needed."""
    if isinstance(value, dict):
        items = [f"{written(name)}: {written(item, depth + 1)}" for name, item in value.items()]
        return "\n".join(items) + "\n" if depth == 0 else "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(item, depth + 1) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if WORDS.fullmatch(value) else f"'{value}'"
    return str(value)


class Author:
    """Writes a random definition, as a tree of what the file says."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.windows = random.sample(WINDOWS, random.choice((1, 2, 2, 3)))
        self.signals = {
            name: self.signal() for name in ("alpha", "beta", "gamma", "delta")[: random.randint(2, 4)]
        }
        self.names = list(self.signals)
        self.patterns = [f"pattern {n}" for n in range(random.choice((0, 0, 1, 2)))]
        self.fit_grades: Tree = {}
        self.engagement_grades: Tree = {}

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.random.random() < share

    def window(self) -> str:
        """One of this definition's few windows, so that edges meet."""
        return self.random.choice(self.windows)

    def points(self, *, negative: float = 0.0) -> float | int:
        """Points, mostly whole."""
        size = self.random.choice((1, 5, 10, 10, 15, 20, 25, 7.5, 0.01, 0.03, 3.33, 9.99, 12.25))
        return -size if self.chance(negative) else size

    # -------------------------------------------------------------------------------- the file

    def definition(self) -> Tree:
        """The whole file."""
        tree: Tree = {
            "name": "Case",
            "signals": self.signals,
            "lists": {"areas": ["/pricing", "b", "Acme.com", "de"]},
        }
        if self.chance(0.7):
            tree["timezone"] = self.random.choice(ZONES)
        if self.chance(0.2):
            tree["applies_to"] = self.condition(1)
        tree["fit"] = self.dimension(self.fit_rule, self.random.randint(0, 4), "fit")
        engagement = self.dimension(self.engagement_rule, self.random.randint(1, 6), "engagement")
        if self.chance(0.7):
            engagement |= self.decay()
        if self.chance(0.25):
            engagement["reset_on"] = self.random.sample(self.names, self.random.randint(1, 2))
        tree["engagement"] = engagement
        if self.chance(0.4):
            self.fit_grades = self.grades(("A", "B", "C")[: self.random.randint(1, 3)])
        if self.chance(0.4):
            self.engagement_grades = self.grades(("1", "2", "3")[: self.random.randint(1, 3)])
        if self.patterns:
            tree["patterns"] = [{"pattern": name} | self.condition(2) for name in self.patterns]
        tree["qualify"] = self.qualify()
        if self.chance(0.4):
            reasons = range(self.random.randint(1, 2))
            tree["disqualify"] = [{"reason": f"reason {n}", "when": self.condition(1)} for n in reasons]
        return tree

    def dimension(self, rule: Any, rules: int, name: str) -> Tree:
        """Fit or engagement, with bounds and groups."""
        groups = [f"{name} group {n}" for n in range(self.random.choice((0, 0, 0, 1, 2)))]
        tree: Tree = {"bar": self.random.choice((0.01, 1, 5, 5, 10, 10, 15, 20, 12.5, 0))} | self.bounds(0.25)
        if groups:
            tree["groups"] = {group: self.bounds(0.6) for group in groups}
        if rules:
            tree["rules"] = [{"rule": f"{name} rule {n}"} | rule() for n in range(rules)]
            for one in tree["rules"]:
                if groups and self.chance(0.5):
                    one["group"] = self.random.choice(groups)
        return tree

    def bounds(self, share: float) -> Tree:
        """Perhaps a cap, perhaps a floor."""
        tree: Tree = {}
        if self.chance(share):
            tree["cap"] = self.random.choice((10, 15, 20, 30, 40, 12.34))
        if self.chance(share / 2):
            tree["floor"] = self.random.choice((-10, -5, 0, 0, 2.5))
        return tree

    def decay(self) -> Tree:
        """A half-life or steps."""
        if self.chance(0.7):
            return {"half_life": self.random.choice((*self.windows, "45 days", "none"))}
        share = self.random.choice(("50 %", "10%", "100 %", "33.3333 %", "0.5 %"))
        return {"lose": f"{share} every {self.random.choice((*self.windows, '3 months', '1 hour'))}"}

    def grades(self, labels: Sequence[str]) -> Tree:
        """Labels with falling starts."""
        starts = sorted(self.random.sample((0, 1, 5, 10, 15, 20, 30, 45), len(labels)), reverse=True)
        return dict(zip(labels, starts, strict=True))

    def qualify(self) -> Tree:
        """When a lead is an MQL."""
        tree: Tree = {"mql": self.deciding(2)}
        if self.chance(0.3):
            tracks = range(self.random.randint(1, 2))
            tree["fast_track"] = [{"rule": f"track {n}", "when": self.condition(1)} for n in tracks]
            for track in tree["fast_track"]:
                if self.chance(0.6):
                    track["needs"] = self.deciding(1)
        grades = {"fit": self.fit_grades} if self.fit_grades else {}
        grades |= {"engagement": self.engagement_grades} if self.engagement_grades else {}
        if grades:
            tree["grades"] = grades
        return tree

    # ------------------------------------------------------------------------------ signals, rules

    def signal(self) -> Tree:
        """A kind of event."""
        names = self.random.choice(("page", "page", "page ", "email opened", ["page", "Demo Requested"], "*"))
        tree: Tree = {"event": names}
        if self.chance(0.5):
            tree["where"] = self.where()
        return tree

    def where(self) -> Tree:
        """Conditions on properties."""
        asked: Tree = self.random.choice((
            {"path": {"starts_with": "/pricing"}},
            {"path": {"starts_with": ["/PRICING", "/vs"]}},
            {"path": {"contains": "ing"}},
            {"path": {"matches": "^/(vs|pricing)"}},
            {"path": {"in_list": "areas"}},
            {"path": "/vs/acme"},
            {"path": {"not_in": ["/pricing"]}},
            {"campaign": ["a", "c"]},
            {"campaign": {"known": True}},
            {"campaign": {"unknown": True}},
            {"campaign": {"lacks": ["a"]}},
            {"campaign": {"has": "B"}},
            {"seconds": {"at_least": 10}},
            {"seconds": {"between": [0, 30], "known": True}},
            {"seconds": {"at_most": 12.5}},
            {"seconds": 30},
            {"vip": True},
            {"path": {"known": True}, "campaign": "b"},
        ))  # fmt: skip
        if self.chance(0.1):
            return {"not": asked}
        return {"any": [asked, {"campaign": "b"}]} if self.chance(0.1) else asked

    def fit_rule(self) -> Tree:
        """Points for facts."""
        return {"when": self.facts(), "points": self.points(negative=0.2)}

    def engagement_rule(self) -> Tree:
        """Points for behaviour, in every form and with every legal combination of words."""
        tree: Tree = {"points": self.points(negative=0.25)}
        if self.chance(0.35):
            tree |= self.each()
            if "none_of" in tree:
                tree["points"] = -abs(tree["points"])
        else:
            tree |= self.behaviour()
        if tree["points"] > 0 and "none_of" not in tree and self.chance(0.4):
            tree |= self.decay()
        if self.chance(0.15):
            tree["when"] = self.facts()
        return tree

    def each(self) -> Tree:
        """Points for every event or stretch."""
        if self.chance(0.2):
            tree: Tree = {"none_of": self.some(), "each": self.window()}
        else:
            units = ("event", "1 per day", "2 per day", "1 per week", "2 per week", "1 per month",
                     "1 per session", "2 per session", f"1 per {self.window()}", self.window())  # fmt: skip
            tree = {"signal": self.some(), "each": self.random.choice(units)}
        if self.chance(0.3):
            tree["in_last"] = self.window()
        if self.chance(0.4):
            tree["at_most"] = self.random.randint(1, 3)
        return tree

    def some(self) -> Any:
        """A signal, or any of two."""
        return self.random.sample(self.names, 2) if self.chance(0.2) else self.random.choice(self.names)

    def behaviour(self) -> Tree:
        """A behaviour that holds or not."""
        form = self.random.choice(
            ("signal", "signal", "signal", "same_session", "sequence", "sequence", "none_of")
        )
        if form == "none_of":
            return {"none_of": self.some(), "in_last": self.window()}
        tree: Tree = {}
        if form == "signal":
            tree = {"signal": self.some()} | self.measured()
        else:
            tree = {form: [self.random.choice(self.names) for _ in range(self.random.randint(2, 3))]}
            if form == "sequence" and self.chance(0.6):
                tree["within"] = self.window()
        if self.chance(0.4):
            tree["in_last"] = self.window()
        return self.legal(tree)

    def measured(self) -> Tree:
        """What is counted, how many it takes, within which time."""
        measure = self.random.choice((None, None, None, "distinct", "same", "sum"))
        tree: Tree = {}
        if measure == "sum":
            tree = {"sum": "seconds", "at_least": self.random.choice((0.000001, 0.3, 10, 40, 60))}
        elif measure is not None:
            tree = {measure: self.random.choice(("campaign", "path"))}
            if self.chance(0.9):
                tree["at_least"] = self.random.randint(1, 3)
        elif self.chance(0.7):
            tree["at_least"] = self.random.randint(1, 4)
        if self.chance(0.4) and (measure is not None or tree.get("at_least", 1) > 1):
            tree["within"] = self.window()
        return tree

    def legal(self, tree: Tree) -> Tree:
        """Without the combinations that mean nothing."""
        if "within" in tree and "in_last" in tree:
            length = {name: _length(tree[name]) for name in ("within", "in_last")}
            if "sum" in tree or length["within"] > length["in_last"]:
                del tree["within"]
        return tree

    # ------------------------------------------------------------------------------- conditions

    def facts(self) -> Tree:
        """A condition on facts."""
        asked: Tree = self.random.choice((
            {"lead.seniority": "c_suite"},
            {"lead.seniority": ["vp", "director"]},
            {"lead.seniority": {"not_in": ["c_suite", "VP"]}},
            {"lead.email_kind": "business"},
            {"lead.email_domain": {"in_list": "areas"}},
            {"lead.email_domain": {"in_list": "personal_domains"}},
            {"lead.country": ["DE", "fr"]},
            {"lead.country": {"not_in": ["DE"]}},
            {"lead.country": {"unknown": True}},
            {"lead.hobby": {"contains": ["Chess", "go"]}},
            {"lead.hobby": {"matches": "^go"}},
            {"lead.hobby": {"known": True}},
            {"lead.visits": {"at_least": 10}},
            {"lead.visits": 10},
            {"lead.visits": {"between": [5, 10]}},
            {"account.employees": {"between": [50, 500]}},
            {"account.employees": {"at_least": 100}},
            {"account.employees": {"at_most": 500, "known": True}},
            {"account.technologies": {"has": ["salesforce", "HubSpot"]}},
            {"account.technologies": {"lacks": ["salesforce"]}},
            {"account.technologies": {"not_in": ["salesforce"]}},
            {"account.technologies": {"starts_with": "sales"}},
            {"lead.created_at": {"in_last": self.window()}},
            {"lead.created_at": {"before": self.window()}},
            {"lead.created_at": {"after": "2025-03-30"}},
            {"lead.created_at": {"before": "2026-01-01T00:00:00+01:00"}},
            {"lead.created_at": {"at_least": "2025-01-01", "at_most": "2026-06-30"}},
            {"lead.renewal_on": {"before": self.window()}},
            {"lead.renewal_on": {"in_last": self.window()}},
            {"lead.seniority": {"known": True}, "account.employees": {"at_least": 51}},
        ))  # fmt: skip
        if self.chance(0.1):
            return {"not": asked}
        return asked

    def condition(self, depth: int) -> Tree:
        """A condition on facts and behaviour."""
        if depth and self.chance(0.25):
            items = [self.condition(depth - 1) for _ in range(self.random.randint(1, 3))]
            return {self.random.choice(("any", "all")): items}
        if depth and self.chance(0.15):
            return {"not": self.condition(depth - 1)}
        count = self.random.choice(
            (1, {"at_least": 2}, {"at_most": 1}, {"between": [1, 3]}, {"not_in": [0, 2]})
        )
        seen = {self.random.choice(("before", "in_last")): self.window()}
        return self.random.choice((
            self.facts(),
            self.behaviour(),
            self.behaviour(),
            {"sessions": count},
            {self.random.choice(("first_seen", "last_seen")): seen},
            {"last_seen": {self.random.choice(("known", "unknown")): True}},
            {"first_seen": {"after": "2025-03-30"}, "sessions": {"at_least": 1}},
        ))  # fmt: skip

    def deciding(self, depth: int) -> Any:
        """A condition on scores too."""
        if depth and self.chance(0.45):
            items = [self.deciding(depth - 1) for _ in range(self.random.randint(1, 3))]
            return {self.random.choice(("any", "all")): items}
        if depth and self.chance(0.12):
            inner = self.deciding(depth - 1)
            return {"not": inner if isinstance(inner, dict) else {"all": [inner]}}
        choices: list[Any] = [
            "fit",
            "engagement",
            "engagement",
            {"engagement": self.points()},
            {"fit": self.points()},
        ]
        choices += [
            {"total": self.random.choice((5, 10, 20, 25, 30, 40))},
            {"engagement": 0.01},
            {"total": 15},
        ]
        choices += [{"pattern": name} for name in self.patterns]
        labels = [a + b for a in self.fit_grades or [""] for b in self.engagement_grades or [""] if a + b]
        if labels:
            choices.append({"grade": self.random.sample(labels, self.random.randint(1, min(3, len(labels))))})
        return self.condition(1) if self.chance(0.15) else self.random.choice(choices)


def _length(window: str) -> int:
    from handraise.core.duration import Duration

    return Duration.parse(window).microseconds
