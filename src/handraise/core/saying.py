"""Sentences that remember how they were made, so that whoever reads them may read them in their own language.

What is found wrong, refused or concluded is said where it is found, in English: so programs, logs and the
command line show it. The sentence keeps its form and what stands in the form's places, and a language
(`core.words`) that knows the form says it anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol


class Speech(Protocol):
    """What a place needs of a language to be said in it."""

    def written(self, given: int, *, sign: bool = False) -> str:
        """Hundredths of points."""

    def local(self, moment: datetime, zone: str) -> str:
        """A moment as the clocks of the zone show it."""

    def digits(self, text: str) -> str:
        """A number that English wrote."""

    def either(self, items: Sequence[str]) -> str:
        """A choice."""

    def both(self, items: Sequence[str]) -> str:
        """Things that stand together."""


class Place(Protocol):
    """What stands in a form and is said otherwise in another language; `str` of it is the English."""

    def told(self, speech: Any) -> str:
        """It, in that language: a `Speech`, or a whole `Tongue`."""


@dataclass(frozen=True)
class Digits:
    """A number as English writes it, such as `1,200` or `12.5`."""

    text: str

    def __str__(self) -> str:
        return self.text

    def told(self, speech: Speech) -> str:
        """With the marks of the language."""
        return speech.digits(self.text)


@dataclass(frozen=True)
class Instant:
    """A moment, in UTC."""

    moment: datetime

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M} UTC"

    def told(self, speech: Speech) -> str:
        """As the language writes dates."""
        return f"{speech.local(self.moment, 'UTC')} UTC"


class Saying(str):
    """An English sentence, or a part of one, with its form and what stands in the form's places.

    Parameters
    ----------
    form
        The sentence, with the names of its places in braces. Of a form without places, braces stand for
        themselves.
    places
        Text and numbers stand there as they are, such as names that people gave. A `Saying`, a `Duration` and
        every `Place` are said in the reader's language.

    Examples
    --------
    >>> said = Saying("rule `{rule}` gives {n} points", rule="demo", n=0)
    >>> said, said.form
    ('rule `demo` gives 0 points', 'rule `{rule}` gives {n} points')
    """

    form: str
    places: Mapping[str, object]

    def __new__(cls, form: str, /, **places: object) -> "Saying":
        """Say it in English."""
        made = super().__new__(cls, form.format_map(places) if places else form)
        made.form = str(form)
        made.places = MappingProxyType(places)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is said anew."""
        return _anew, (self.form, dict(self.places))


def _anew(form: str, places: Mapping[str, object]) -> Saying:
    return Saying(form, **places)


__all__ = ["Digits", "Instant", "Place", "Saying", "Speech"]
