"""Published holidays: for each year that exists, the days off and the make-up working days (调休)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.calendars.document import parse_date
from domain.calendars.errors import CalendarError


class Holiday(msgspec.Struct, frozen=True):
    """A day that a notice names: off, or a make-up working day. Names in Chinese and English."""

    name: str
    name_en: str
    off: bool


class HolidaySet(msgspec.Struct, frozen=True):
    """The published years of one authority: year of the notice -> ordinal of the day -> what it is.

    A notice may name a day of the year before (2022-12-31 is in the notice for 2023).
    """

    name: str
    years: dict[int, dict[int, Holiday]]

    @property
    def last_year(self) -> int:
        return max(self.years)


def parse_holiday_set(document: Any) -> HolidaySet:
    """`{set, names: {zh: en}, years: {YYYY: {days: [{date, name, off}]}}}`; CalendarError otherwise."""
    if not isinstance(document, Mapping) or not isinstance(document.get("set"), str):
        raise CalendarError("set", "a holiday set with its name")
    names = document.get("names", {})
    years = document.get("years")
    if not isinstance(years, Mapping) or not years:
        raise CalendarError("years", "a mapping from years to their notices")
    return HolidaySet(
        name=document["set"],
        years={int(year): _parse_days(notice, names, f"years.{year}") for year, notice in years.items()},
    )


def _parse_days(notice: Any, names: Mapping[str, str], path: str) -> dict[int, Holiday]:
    if not isinstance(notice, Mapping) or not isinstance(notice.get("days"), list):
        raise CalendarError(f"{path}.days", "a list of {date, name, off}")
    days: dict[int, Holiday] = {}
    for place, entry in enumerate(notice["days"]):
        day = parse_date(entry.get("date"))
        name, off = entry.get("name"), entry.get("off")
        if day is None or not isinstance(name, str) or not isinstance(off, bool):
            raise CalendarError(f"{path}.days[{place}]", "{date: YYYY-MM-DD, name, off: true or false}")
        if day.toordinal() in days:
            raise CalendarError(f"{path}.days[{place}].date", "each day once in a notice")
        # A holiday that falls together with another is written with both names: 国庆节、中秋节.
        english = ", ".join(names.get(part, part) for part in name.split("、"))
        days[day.toordinal()] = Holiday(name=name, name_en=english, off=off)
    return days
