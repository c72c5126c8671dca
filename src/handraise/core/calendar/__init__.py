"""When people work: opening hours in their own time zone, and the algebra of open time."""

from handraise.core.calendar.calendar import HORIZON, Calendar, NeverOpen, SpecialDay, always
from handraise.core.calendar.hours import CLOSED, ROUND_THE_CLOCK, WORKWEEK, Hours, Opening, Week
from handraise.core.calendar.reading import CalendarInvalid, calendar_from
from handraise.core.calendar.spans import DaysClosed, Span

__all__ = [
    "CLOSED",
    "HORIZON",
    "ROUND_THE_CLOCK",
    "WORKWEEK",
    "Calendar",
    "CalendarInvalid",
    "DaysClosed",
    "Hours",
    "NeverOpen",
    "Opening",
    "Span",
    "SpecialDay",
    "Week",
    "always",
    "calendar_from",
]
