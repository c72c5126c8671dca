"""Languages: which one somebody reads, and what texts are called there.

English is the source. Translations are gettext files, one for each group of pages (`locale/de/inbox.po`),
read as they are: nothing has to be compiled.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent / "locale"
SOURCE: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch"}
"""What there is, each in its own words."""


def to_translate(text: str) -> str:
    """Mark a text for translation where it is written; `gettext` it where it is read."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """Texts in that language; in English, when there is none of it."""
    if language == SOURCE or language not in LANGUAGES:
        return NullTranslations()
    whole = Catalog(locale=language, fuzzy=False)
    for part in sorted((FOLDER / language).glob("*.po")):
        for message in catalog(part, language):
            if message.id and not message.fuzzy:
                whole[message.id] = message
    made = BytesIO()
    write_mo(made, whole)
    made.seek(0)
    return GNUTranslations(made)


def catalog(part: Path, language: str) -> Catalog:
    """One file of translations."""
    with part.open("rb") as file:
        return read_po(file, locale=language)


def language_for(preferred: str | None, accepted: str) -> str:
    """The language somebody reads: their own setting, or the first that the browser asks for and there is.

    Parameters
    ----------
    accepted
        An Accept-Language header.

    Examples
    --------
    >>> language_for(None, "fr-CH, de;q=0.9, en;q=0.8"), language_for("de-AT", "en"), language_for(None, "")
    ('de', 'de', 'en')
    """
    for wanted in (preferred or "", *_by_weight(accepted)):
        language = wanted.partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return SOURCE


def _by_weight(accepted: str) -> Sequence[str]:
    weighted = []
    for part in accepted[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), name))
        except ValueError:
            continue
    return [name for _, name in sorted(weighted, key=lambda one: one[0])]
