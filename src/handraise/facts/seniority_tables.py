"""The tables of `handraise.facts.seniority_words`, read once, and what one word says by itself."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from handraise.facts import seniority_words as table
from handraise.facts.title_parts import Phrases, entries


class Seniority(StrEnum):
    """How senior a title is, most senior first; the last two stand outside the ladder."""

    C_SUITE = "c_suite"
    VP = "vp"
    DIRECTOR = "director"
    MANAGER = "manager"
    INDIVIDUAL_CONTRIBUTOR = "individual_contributor"
    STUDENT = "student"
    FREELANCER = "freelancer"


SUPPORT = "support"  # an individual contributor, whoever else the title names
Rank = Seniority | str


def known_rank(word: str) -> Rank | None:
    """The rank that a word says wherever it stands."""
    ranks = tables().words
    if word in ranks:
        return ranks[word]
    if word.endswith("in"):
        return ranks.get(word[:-2]) or _compound_rank(word[:-2])
    return _compound_rank(word)


def _compound_rank(word: str) -> Rank | None:
    """The rank of a German compound, said by its last part: ``Vertriebsleiter``."""
    if word.startswith(("geschaftsfuhr", "geschaeftsfuehr")) and "assist" not in word:
        return Seniority.C_SUITE
    for ending, rank in _COMPOUND_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            exceptions = tables().compound_exceptions.get(ending, ())
            return next((other for prefix, other in exceptions if word.endswith(prefix + ending)), rank)
    return None


_COMPOUND_ENDINGS: tuple[tuple[str, Rank], ...] = (
    ("assistent", SUPPORT),
    ("assistenz", SUPPORT),
    ("sekretar", SUPPORT),
    ("geschaftsfuhrer", Seniority.C_SUITE),
    ("bereichsvorstand", Seniority.VP),
    ("vorstand", Seniority.C_SUITE),
    ("vorsitzender", Seniority.C_SUITE),
    ("vorsitzende", Seniority.C_SUITE),
    ("inhaber", Seniority.C_SUITE),
    ("prasident", Seniority.C_SUITE),
    ("unternehmer", Seniority.C_SUITE),
    ("direktor", Seniority.DIRECTOR),
    ("leiter", Seniority.DIRECTOR),
    ("leitung", Seniority.DIRECTOR),
    ("manager", Seniority.MANAGER),
    ("chef", Seniority.MANAGER),
    ("praktikant", Seniority.STUDENT),
    ("student", Seniority.STUDENT),
    ("doktorand", Seniority.STUDENT),
    ("volontar", Seniority.STUDENT),
    ("lehrling", Seniority.STUDENT),
    ("azubi", Seniority.STUDENT),
)


def is_occupation(word: str) -> bool:
    """Whether the word names an occupation, by the lists or by its ending."""
    known = tables()
    if word in known.no_occupations or word.endswith(("ment", "ments")):
        return False
    if word in known.occupations or word.removesuffix("in") in known.occupations:
        return True
    if len(word) < 5:
        return False
    return word.endswith(known.occupation_endings) or (
        word.endswith("in") and word[:-2].endswith(known.occupation_endings) and len(word) > 6
    )


@dataclass(frozen=True, slots=True)
class Tables:
    """What the words mean."""

    words: dict[str, Rank]
    phrases: Phrases[Rank]
    compound_exceptions: dict[str, tuple[tuple[str, Rank], ...]]
    occupations: frozenset[str]
    no_occupations: frozenset[str]
    occupation_endings: tuple[str, ...]
    prepositions: frozenset[str]
    student_matters: frozenset[str]


@cache
def tables() -> Tables:
    """The tables, read once."""
    words: dict[str, Rank] = {}
    for rank, text in (
        (Seniority.FREELANCER, table.FREELANCER),
        (Seniority.STUDENT, table.STUDENT),
        (SUPPORT, table.SUPPORT),
        (Seniority.MANAGER, table.MANAGER),
        (Seniority.DIRECTOR, table.DIRECTOR),
        (Seniority.VP, table.VP),
        (Seniority.C_SUITE, table.C_SUITE),
    ):
        words.update(dict.fromkeys(_single(text), rank))
    leiter = _exceptions(table.LEITER_INDIVIDUALS, Seniority.INDIVIDUAL_CONTRIBUTOR)
    leiter += _exceptions(table.LEITER_MANAGERS, Seniority.MANAGER)
    manager = _exceptions(table.MANAGER_INDIVIDUALS, Seniority.INDIVIDUAL_CONTRIBUTOR)
    return Tables(
        words=words,
        phrases=Phrases(_phrases()),
        compound_exceptions={"leiter": leiter, "leitung": leiter, "manager": manager},
        occupations=frozenset(_single(table.OCCUPATIONS)),
        no_occupations=frozenset(_single(table.NO_OCCUPATIONS)),
        occupation_endings=tuple(_single(table.OCCUPATION_ENDINGS)),
        prepositions=frozenset(_single(table.PREPOSITIONS)),
        student_matters=frozenset(_single(table.STUDENT_MATTERS)),
    )


def _single(text: str) -> list[str]:
    return [word for entry in entries(text) for word in entry]


def _exceptions(text: str, rank: Seniority) -> tuple[tuple[str, Rank], ...]:
    return tuple(("".join(prefix), rank) for prefix in entries(text))


def _phrases() -> dict[tuple[str, ...], Rank]:
    found: dict[tuple[str, ...], Rank] = {}
    for thing in entries(table.MANAGED_THINGS, "|"):
        for word in ("manager", "managers", "mgr", "managerin"):
            found[(*thing, word)] = Seniority.INDIVIDUAL_CONTRIBUTOR
    for text, rank in (
        (table.LEITER_MANAGERS, Seniority.MANAGER),
        (table.LEITER_INDIVIDUALS, Seniority.INDIVIDUAL_CONTRIBUTOR),
    ):
        for prefix in entries(text):
            found.update({(*prefix, word): rank for word in ("leiter", "leiterin", "leitung")})
    verdict: Rank
    for text, verdict in (
        (table.INDIVIDUAL_PHRASES, Seniority.INDIVIDUAL_CONTRIBUTOR),
        (table.FREELANCER_PHRASES, Seniority.FREELANCER),
        (table.STUDENT_PHRASES, Seniority.STUDENT),
        (table.SUPPORT_PHRASES, SUPPORT),
        (table.MANAGER_PHRASES, Seniority.MANAGER),
        (table.DIRECTOR_PHRASES, Seniority.DIRECTOR),
        (table.VP_PHRASES, Seniority.VP),
        (table.C_SUITE_PHRASES, Seniority.C_SUITE),
    ):
        found.update(dict.fromkeys(entries(text, "|"), verdict))
    return found
