"""Templates, and how they write times, points and numbers for whoever looks."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from handraise.core.points import written
from handraise.web.wording import translations

if TYPE_CHECKING:
    from handraise.web.visits import Visit

_SOON: Final = timedelta(seconds=45)
_SCHEME: Final = re.compile(r"\bhttps?://(www\.)?", re.IGNORECASE)
_DAY: Final = {"en": "d MMM y", "de": "d. MMM y"}


@cache
def environment(language: str) -> Environment:
    """The templates in one language.

    Filters of our own: `when` (a time, relative, exact on hover), `moment` (exact), `day`, `points` and
    `signed_points` (of hundredths), `number`, `share` (of [0, 1]), `growth` (a share with its sign),
    `without_scheme` (links in a text, shorter). Macros that use them are imported `with context`.
    """
    made = Environment(
        loader=PackageLoader("handraise.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    made.policies["ext.i18n.trimmed"] = True
    words = translations(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "when": when,
        "moment": moment,
        "day": day,
        "clock_time": clock_time,
        "told": told,
        "attributes": attributes,
        "points": points,
        "signed_points": signed_points,
        "number": number,
        "share": share,
        "growth": growth,
        "without_scheme": without_scheme,
    }
    made.globals |= {"asset": asset, "language": language}
    return made


def _visit(context: Context) -> "Visit":
    found: Visit = context["visit"]
    return found


@pass_context
def asset(context: Context, name: str) -> str:
    """The address of a built file."""
    address: str = _visit(context).request.app.state.built.address(name)
    return address


@pass_context
def when(context: Context, at: datetime | str | None) -> str | Markup:
    """A time as people say it, exact on hover: `<time>3 hours ago</time>`. None is nothing."""
    if at is None:
        return ""
    visit, moment_ = _visit(context), _moment(at)
    return _time(visit, moment_, relative(visit, moment_))


@pass_context
def moment(context: Context, at: datetime | str | None) -> str | Markup:
    """A time exactly, in the viewer's zone."""
    if at is None:
        return ""
    visit, moment_ = _visit(context), _moment(at)
    return _time(visit, moment_, exact(visit, moment_, form="medium"))


@pass_context
def day(context: Context, at: datetime | date | str | None) -> str | Markup:
    """A day, in the viewer's zone."""
    if at is None:
        return ""
    visit = _visit(context)
    if isinstance(at, date) and not isinstance(at, datetime):
        return written_day(visit.language, at)
    moment_ = _moment(at)
    return _time(visit, moment_, written_day(visit.language, moment_.astimezone(visit.zone)))


@pass_context
def clock_time(context: Context, at: datetime) -> str | Markup:
    """The time of day, in the viewer's zone, exact on hover: for lists that say the day themselves."""
    visit = _visit(context)
    return _time(visit, at, at.astimezone(visit.zone).strftime("%H:%M"))


@pass_context
def told(context: Context, value: object) -> str | Markup:
    """The value of a fact as people read it."""
    visit = _visit(context)
    if isinstance(value, bool):
        return visit.gettext("yes") if value else visit.gettext("no")
    if isinstance(value, datetime):
        return _time(visit, value, exact(visit, value, form="medium"))
    if isinstance(value, int | float | Decimal):
        said: str = format_decimal(value, locale=visit.language)
        return said.replace("-", "−")
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def without_scheme(text: str) -> str:
    """Links in a text without what they all begin with, for narrow places.

    Examples
    --------
    >>> without_scheme("page https://www.acme.example/pricing")
    'page acme.example/pricing'
    """
    return _SCHEME.sub("", text)


def attributes(given: Mapping[str, object]) -> Markup:
    """Attributes of an element: true ones by their name alone, false ones and None not at all.

    Examples
    --------
    >>> str(attributes({"required": True, "autofocus": False, "maxlength": 20}))
    'required maxlength="20"'
    """
    said = [
        Markup("{}").format(name) if value is True else Markup('{}="{}"').format(name, value)
        for name, value in given.items()
        if value is not None and value is not False
    ]
    return Markup(" ").join(said)


def _moment(at: datetime | str) -> datetime:
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def relative(visit: "Visit", at: datetime) -> str:
    """`3 hours ago`, `in 2 days`, `just now`."""
    apart = at - visit.now
    if abs(apart) < _SOON:
        return visit.gettext("just now")
    said: str = format_timedelta(
        apart, granularity="minute", add_direction=True, threshold=1.2, locale=visit.language
    )
    return said


def written_day(language: str, at: date) -> str:
    """A day as people write it: `2 Mar 2026`."""
    said: str = format_date(at, _DAY[language], locale=language)
    return said


def exact(visit: "Visit", at: datetime, form: str = "long") -> str:
    """The time in the viewer's zone; in the long form it names the zone."""
    local = at.astimezone(visit.zone)
    if form == "medium":
        said: str = format_datetime(local, f"{_DAY[visit.language]}, HH:mm", locale=visit.language)
        return said
    named: str = format_datetime(local, "EEE d MMM y, HH:mm:ss z", locale=visit.language)
    return named


def _time(visit: "Visit", at: datetime, said: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.astimezone(UTC).isoformat(), exact(visit, at), said
    )


@pass_context
def points(context: Context, hundredths: int | None) -> str:
    """Points from hundredths: `12.5`; `–` for none."""
    return _points(context, hundredths, sign=False)


@pass_context
def signed_points(context: Context, hundredths: int | None) -> str:
    """Points with their sign: `+12.5`, `−3`."""
    return _points(context, hundredths, sign=True)


def _points(context: Context, hundredths: int | None, *, sign: bool) -> str:
    return "–" if hundredths is None else written_points(_visit(context).language, hundredths, sign=sign)


def written_points(language: str, hundredths: int, *, sign: bool = False) -> str:
    """Points as people write them there."""
    said = written(hundredths, sign=sign)
    return said.translate(str.maketrans(",.", ".,")) if language == "de" else said


@pass_context
def number(context: Context, value: Decimal | float | None, places: int = 0) -> str:
    """A number as it is written there: `1,234`; `–` for none."""
    return "–" if value is None else written_number(_visit(context).language, value, places)


def written_number(language: str, value: Decimal | float, places: int = 0) -> str:
    """A number as people write it there.

    Examples
    --------
    >>> written_number("en", -1234.5, 1), written_number("de", 1234)
    ('−1,234.5', '1.234')
    """
    said: str = format_decimal(value, format=_whole(places), locale=language)
    return said.replace("-", "−")


@pass_context
def share(context: Context, value: float | None, places: int = 0) -> str:
    """A share of [0, 1] in per cent; `–` for none."""
    return "–" if value is None else written_share(_visit(context).language, value, places)


def written_share(language: str, value: float, places: int = 0) -> str:
    r"""A share of [0, 1] in per cent as people write it there.

    Examples
    --------
    >>> written_share("en", 0.256), written_share("de", 0.256, 1)
    ('26%', '25,6\xa0%')
    """
    form = _whole(places) + ("\u00a0%" if language == "de" else "%")
    said: str = format_percent(value, format=form, locale=language)
    return said.replace("-", "−")


def _whole(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")


@pass_context
def growth(context: Context, value: float | None) -> str:
    """A share by which something grew, with its sign: `+8%`, `−38%`; `–` for none."""
    return ("+" if value is not None and round(value, 2) > 0 else "") + share(context, value)
