"""Instants as callers give them: with their offset, and of a time that calendars and the database reach."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

_YEARS: Final = range(1970, 2200)


def _in_utc(given: datetime) -> datetime:
    if given.year not in _YEARS:
        raise ValueError(f"give a time between {_YEARS.start} and {_YEARS.stop}")
    return given.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
