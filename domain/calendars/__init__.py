"""Calendars: documents, layers, versions, and the compiled calendar that answers every question by lookup."""

from domain.calendars.compiled import Calendar, DayInfo
from domain.calendars.document import CalendarDocument, parse_calendar
from domain.calendars.errors import CalendarError
from domain.calendars.holidays import Holiday, HolidaySet, parse_holiday_set
from domain.calendars.versions import CalendarVersion

__all__ = [
    "Calendar",
    "CalendarDocument",
    "CalendarError",
    "CalendarVersion",
    "DayInfo",
    "Holiday",
    "HolidaySet",
    "parse_calendar",
    "parse_holiday_set",
]
