"""What somebody works on, from a job title; the words are data (`handraise.facts.function_words`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from handraise.facts import function_words
from handraise.facts.folding import spellings
from handraise.facts.seniority import Seniority, ranked_parts
from handraise.facts.title_parts import Phrases, entries


class Function(StrEnum):
    """What somebody works on."""

    MARKETING = "marketing"
    SALES = "sales"
    REVENUE_OPERATIONS = "revenue_operations"
    CUSTOMER_SUCCESS = "customer_success"
    PRODUCT = "product"
    DESIGN = "design"
    DATA = "data"
    IT = "it"
    ENGINEERING = "engineering"
    FINANCE = "finance"
    HR = "hr"
    LEGAL = "legal"
    PROCUREMENT = "procurement"
    OPERATIONS = "operations"
    RESEARCH = "research"
    EDUCATION = "education"
    HEALTHCARE = "healthcare"
    CONSULTING = "consulting"
    ADMINISTRATION = "administration"
    EXECUTIVE = "executive"


def function_of(title: str | None) -> Function | None:
    """What the job title says that somebody works on; None when nothing in it says so.

    A subject that is named outright ("marketing") goes before what an occupation suggests ("analyst"), and
    that before running the company as a whole; among equals the first named in the most senior part counts.

    Examples
    --------
    >>> function_of("VP of Sales")
    <Function.SALES: 'sales'>
    >>> function_of("Marketing Analyst"), function_of("Analyst")
    (<Function.MARKETING: 'marketing'>, <Function.DATA: 'data'>)
    >>> function_of("Co-Founder & CEO")
    <Function.EXECUTIVE: 'executive'>
    """
    ranked = sorted(ranked_parts(title or ""), key=lambda part_and_rank: _ORDER[part_and_rank[1]])
    best: _Meaning | None = None
    for part, rank in ranked:
        for meaning in _meanings_in(part.words):
            if _fits(meaning, rank) and (best is None or meaning[0] < best[0]):
                best = meaning
    if best is not None:
        return best[1]
    return Function.EXECUTIVE if ranked and ranked[0][1] is Seniority.C_SUITE else None


_ORDER: Mapping[Seniority | None, int] = {rank: step for step, rank in enumerate((*Seniority, None))}
_NAMED, _IMPLIED, _WHOLE_COMPANY = range(3)
_Meaning = tuple[int, Function]
_WITHOUT_PEOPLE = frozenset({Seniority.INDIVIDUAL_CONTRIBUTOR, Seniority.STUDENT, Seniority.FREELANCER, None})


def _fits(meaning: _Meaning, rank: Seniority | None) -> bool:
    """Only those at the top run the company, and only those who lead nobody work as assistants."""
    if meaning[0] == _WHOLE_COMPANY:
        return rank is Seniority.C_SUITE
    return meaning != (_IMPLIED, Function.ADMINISTRATION) or rank in _WITHOUT_PEOPLE


def _meanings_in(words: tuple[str, ...]) -> list[_Meaning]:
    tables = _tables()
    found: list[_Meaning] = []
    place = 0
    while place < len(words):
        phrase = tables.phrases.at(words, place)
        if phrase is not None:
            found.append(phrase[1])
            place += phrase[0]
            continue
        meaning = tables.words.get(words[place]) or _meaning_of_stem(words[place], tables)
        if meaning is not None:
            found.append(meaning)
        place += 1
    return found


def _meaning_of_stem(word: str, tables: "_Tables") -> _Meaning | None:
    """The meaning of the longest ending that the word has, else of its longest stem."""
    bare = word.removesuffix("in")
    for length in range(min(len(bare), tables.longest), tables.shortest - 1, -1):
        meaning = tables.endings.get(bare[-length:])
        if meaning is not None:
            return meaning
    for length in range(min(len(word), tables.longest), tables.shortest - 1, -1):
        meaning = tables.stems.get(word[:length])
        if meaning is not None:
            return meaning
    return None


@dataclass(frozen=True, slots=True)
class _Tables:
    words: dict[str, _Meaning]
    phrases: Phrases[_Meaning]
    stems: dict[str, _Meaning]
    endings: dict[str, _Meaning]
    shortest: int
    longest: int


@cache
def _tables() -> _Tables:
    phrases: dict[tuple[str, ...], _Meaning] = {}
    stems: dict[str, _Meaning] = {}
    endings: dict[str, _Meaning] = {}
    for table, strength in ((function_words.IMPLIED, _IMPLIED), (function_words.NAMED, _NAMED)):
        for name, text in table.items():
            function = Function(name)
            meaning = (_WHOLE_COMPANY if function is Function.EXECUTIVE else strength, function)
            for entry in text.replace("\n", ",").split(","):
                entry = entry.strip()
                if entry.endswith("-"):
                    stems.update(dict.fromkeys(spellings(entry.removesuffix("-")), meaning))
                elif entry.startswith("-"):
                    endings.update(dict.fromkeys(spellings(entry.removeprefix("-")), meaning))
                else:
                    phrases.update(dict.fromkeys(entries(entry, ","), meaning))
    return _Tables(
        words={words[0]: meaning for words, meaning in phrases.items() if len(words) == 1},
        phrases=Phrases({words: meaning for words, meaning in phrases.items() if len(words) > 1}),
        stems=stems,
        endings=endings,
        shortest=min(map(len, (*stems, *endings))),
        longest=max(map(len, (*stems, *endings))),
    )
