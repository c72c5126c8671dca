"""What people type for a country or a telephone number, as codes that can be compared."""

import re
from functools import cache, lru_cache
from types import MappingProxyType

from handraise.facts.folding import folded

_ALIASES = MappingProxyType(
    {
        "GB": "uk, u k, great britain, britain, the united kingdom, england, scotland, wales, "
        "northern ireland, angleterre, grande bretagne, ecosse, inglaterra, gran bretana, escocia, "
        "grossbritannien, schottland",
        "US": "usa, u s, u s a, the usa, the us, america, united states of america, the united states, "
        "the united states of america, amerika, vereinigte staaten von amerika, etats unis, "
        "etats unis d amerique, eeuu, ee uu, estados unidos de america",
        "NL": "holland, the netherlands, hollande, holanda, pays bas, paises bajos, nederland",
        "DE": "brd, federal republic of germany, bundesrepublik deutschland, bundesrepublik",
        "CZ": "czech republic, tschechische republik, republique tcheque, republica checa",
        "KR": "korea, republic of korea, korea republic, coree",
        "KP": "north korea, dprk",
        "RU": "russian federation, russische foderation, federation de russie",
        "CN": "peoples republic of china, people s republic of china, pr china, prc, mainland china",
        "TW": "republic of china, chinese taipei",
        "HK": "hong kong, hongkong",
        "MO": "macao, macau",
        "AE": "uae, emirates, vae, eau",
        "CI": "ivory coast, cote d ivoire, elfenbeinkuste",
        "CD": "democratic republic of the congo, dr congo, drc, congo kinshasa, zaire",
        "CG": "congo, republic of the congo, congo brazzaville",
        "MK": "macedonia, north macedonia",
        "MM": "burma, birma",
        "SZ": "swaziland",
        "TR": "turkey, turkei, turquie, turquia",
        "VN": "viet nam",
        "IR": "islamic republic of iran",
        "SY": "syrian arab republic",
        "VA": "vatican, holy see, vatikan",
        "IE": "republic of ireland, eire",
        "BY": "belorussia, weissrussland",
        "LA": "lao, lao pdr",
        "BO": "plurinational state of bolivia",
        "VE": "bolivarian republic of venezuela",
        "TZ": "united republic of tanzania",
        "MD": "republic of moldova, moldova",
        "PS": "palestine",
        "BA": "bosnia, bosnien",
        "CV": "cape verde, kap verde",
        "TL": "east timor",
    }
)
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
"""Regions that CLDR names beside the countries of ISO 3166-1."""
_READ_FIRST = ("en", "de", "fr", "es")
_ALSO_STATES = frozenset({"georgia"})
"""Names that, behind a town, are as often a state of the USA: Atlanta, Georgia."""
_AND = frozenset({"and", "und", "et"})
_WORD = re.compile(r"[^\W_]+")
_BEHIND_TOWN = re.compile(r"[,(]([^,()]*)\)?\s*\Z")
_LONGEST_NAME = 200
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def country_of(text: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country as people write it; None when it is not known.

    Takes alpha-2 and alpha-3 codes, names in English, German, French, Spanish and the official languages of
    each country, common aliases (``UK``, ``Holland``, ``England``), and a name behind a comma (``Lyon,
    France``). Case and accents do not matter. ``NA`` is Namibia. Kosovo is ``XK``, which ISO leaves to its
    users.

    Examples
    --------
    >>> country_of("Deutschland"), country_of("U.S."), country_of("Etats-Unis"), country_of("esp")
    ('DE', 'US', 'US', 'ES')
    >>> country_of("Atlantis") is None
    True
    """
    return _country_of(text) if text and len(text) <= _LONGEST_NAME else None


@lru_cache(maxsize=16_384)
def _country_of(text: str) -> str | None:
    name = _key(text)
    bare = text.strip()
    if len(name) == 2 and bare.isascii() and bare.isalpha():
        return _codes().get(name)
    code = _named(name) or _named(_key(_BRACKETS.sub(" ", text)))
    behind = _BEHIND_TOWN.search(text)
    if code or behind is None:
        return code
    last = _key(behind[1])
    return None if last in _ALSO_STATES or len(last) == 2 else _named(last)


def _key(text: str) -> str:
    words = _WORD.findall(folded(text))
    return " ".join("st" if word == "saint" else word for word in words if word not in _AND)


def _named(name: str) -> str | None:
    """The code for a name; the names in the countries' own languages are read only when the others fail."""
    if not name:
        return None
    return _codes().get(name) or _names().get(name) or _native_names().get(name)


@cache
def _codes() -> dict[str, str]:
    """Alpha-2 and alpha-3 codes in lower case; retired codes of countries that still stand are followed."""
    from babel.core import get_global

    codes = {code.lower(): code for code in _countries()}
    for alias, now in get_global("territory_aliases").items():
        if len(alias) in (2, 3) and alias.isalpha() and len(now) == 1 and now[0] in _countries():
            codes.setdefault(alias.lower(), now[0])
    return codes


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    codes = (code for code in Locale.parse("en").territories if len(code) == 2 and code.isalpha())
    return frozenset(codes) - _NO_COUNTRIES


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _READ_FIRST:
        _add_names(names, language, _countries())
    for code, aliases in _ALIASES.items():
        names.update({_key(alias): code for alias in aliases.split(",")})
    return names


@cache
def _native_names() -> dict[str, str]:
    from babel.languages import get_official_languages

    spoken: dict[str, set[str]] = {}
    for code in sorted(_countries()):
        for language in get_official_languages(code, de_facto=True):
            spoken.setdefault(language, set()).add(code)
    names: dict[str, str] = {}
    for language in sorted(spoken):
        _add_names(names, language, frozenset(spoken[language]))
    return names


def _add_names(names: dict[str, str], language: str, codes: frozenset[str]) -> None:
    """Adds what a language calls the countries, where no earlier name stands."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return
    for code in sorted(codes):
        name = territories.get(code)
        if name:
            names.setdefault(_key(name), code)


_LONGEST_NUMBER = 60


def phone_of(text: str | None, country: str | None = None) -> str | None:
    """A telephone number in E.164 (``+4930123456``); None when it is no possible number.

    A number without ``+`` or ``00`` is read in `country` (anything that `country_of` takes); without a
    country it is not known.

    Examples
    --------
    >>> phone_of("030 901820", "Germany"), phone_of("0044 20 7946 0000")
    ('+4930901820', '+442079460000')
    >>> phone_of("030 901820") is None
    True
    """
    if not text or len(text) > _LONGEST_NUMBER:
        return None
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

    typed = text.strip()
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = parse(typed, country_of(country))
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None
