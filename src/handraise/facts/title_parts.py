"""A job title taken apart: its parts, their words, and the phrase tables that are looked up in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from handraise.facts.folding import folded, spellings

_Verdict = TypeVar("_Verdict")

_LONGEST_TITLE = 300
_INNER_CAPITAL = re.compile(r"(?<=[a-zäöüß])In(?:nen)?\b")  # LeiterIn
_GENDERS = re.compile(
    r"\(?(?<![a-z])(?:div|gn|[mwfdxh])(?:\s?[/|,*]\s?(?:div|gn|[mwfdxh*]))+(?![a-z])\)?"
    r"|\((?:gn|all genders)\)"
)
_GENDER_ENDING = re.compile(
    r"(?<=[a-z])(?:[*:_·.]|/-?|\()-?(?:innen|in|trice|rice|euse|iere|frau|ice|ne|re|es|e|as|a|r)\)?(?![a-z])"
)
_INITIALS = re.compile(r"(?<![a-z])[a-z](?:\.[a-z])+(?![a-z])\.?")  # V.P.
_LETTER_PAIR = re.compile(r"(?<![a-z])([a-z]) ?& ?([a-z])(?![a-z])")  # R&D, M&A
_JOINT = re.compile(
    r"\s*(?:[,;/|()\[\]{}\n\r\t•:]|\s[-–—]\s|[–—])\s*"
    r"|\s*[&+]\s*"
    r"|\s+(?:and|und|et|y|e)\s+"
)
_WORD = re.compile(r"[^\W_]+")
_AND = frozenset({"&", "+", "and", "und", "et", "y", "e"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a title: its words, and whether an `and` joins it to the part before it."""

    words: tuple[str, ...]
    is_joined: bool


def parts_of(title: str) -> list[Part]:
    """The parts of a title in their order, each with at least one word, folded.

    Gender marks (``(m/w/d)``, ``Leiter*in``, ``directeur/trice``) are taken off, and dots in initials.

    Examples
    --------
    >>> [part.words for part in parts_of("V.P. Marketing / Leiter*in Vertrieb (m/w/d)")]
    [('vp', 'marketing'), ('leiter', 'vertrieb')]
    """
    text = folded(_INNER_CAPITAL.sub("", title[:_LONGEST_TITLE]))
    if not text.replace(" ", "").isalnum():
        text = _GENDER_ENDING.sub("", _GENDERS.sub(" ", text))
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
        text = _LETTER_PAIR.sub(r"\1 \2", text)
    parts: list[Part] = []
    start, is_joined = 0, False
    for joint in _JOINT.finditer(text):
        _append(parts, text[start : joint.start()], is_joined)
        start, is_joined = joint.end(), joint[0].strip() in _AND
    _append(parts, text[start:], is_joined)
    return parts


def _append(parts: list[Part], text: str, is_joined: bool) -> None:
    words = tuple(_WORD.findall(text))
    if words:
        parts.append(Part(words, is_joined))


def entries(table: str, separator: str = " ") -> Iterator[tuple[str, ...]]:
    """The entries of a word table as folded words, each in all its spellings.

    Entries end at a line end and at `separator`.
    """
    for line in table.splitlines():
        for entry in line.split(separator):
            words = _WORD.findall(entry)
            if words:
                yield from product(*(spellings(word) for word in words))


class Phrases(Generic[_Verdict]):
    """Phrases with their verdicts, looked up at a place in a row of words; the longest wins."""

    def __init__(self, verdicts: Mapping[tuple[str, ...], _Verdict]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], _Verdict]]] = {}
        longest_first: Iterable[tuple[str, ...]] = sorted(verdicts, key=len, reverse=True)
        for words in longest_first:
            self._by_first.setdefault(words[0], []).append((words, verdicts[words]))

    def at(self, words: Sequence[str], place: int) -> tuple[int, _Verdict] | None:
        """How many words the longest phrase that begins at `place` has, and its verdict."""
        for phrase, verdict in self._by_first.get(words[place], ()):
            if words[place : place + len(phrase)] == phrase:
                return len(phrase), verdict
        return None
