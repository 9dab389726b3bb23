"""A calendar document, as people write it, checked and frozen.

The input is a mapping that YAML or JSON has already loaded: a date key may be text or `datetime.date`.
Layers, versions and zones between documents are the business of `layers` and `versions`.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars.errors import CalendarError
from domain.calendars.hours import Hours, parse_hours, parse_week

MonthDay = tuple[int, int]

_KEYS = (
    "calendar", "zone", "extends", "week", "seasons", "holidays", "days", "published_through", "version",
    "effective_from",
)  # fmt: skip
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2000


class Season(msgspec.Struct, frozen=True):
    """Other hours between two days, both included: ordinals, or (month, day) for every year.

    Yearly seasons whose first day is after the last wrap over the year's end.
    """

    first: int | MonthDay
    last: int | MonthDay
    week: dict[int, Hours]

    def holds(self, day: datetime.date) -> bool:
        """Whether the season is in force on this day."""
        if isinstance(self.first, int) and isinstance(self.last, int):
            return self.first <= day.toordinal() <= self.last
        here = (day.month, day.day)
        first, last = self.first, self.last
        assert isinstance(first, tuple)
        assert isinstance(last, tuple)
        return first <= here <= last if first <= last else here >= first or here <= last


class CalendarDocument(msgspec.Struct, frozen=True):
    """One version of a calendar as written; days are proleptic ordinals, weekdays 0 for Monday."""

    calendar: str
    zone: str | None = None
    extends: str | None = None
    week: dict[int, Hours] = {}
    seasons: tuple[Season, ...] = ()
    holidays: str | None = None
    dated: dict[int, Hours] = {}
    yearly: dict[MonthDay, Hours] = {}
    published_through: int | None = None
    version: str | None = None
    effective_from: int | None = None


def parse_calendar(document: Any, path: str = "") -> CalendarDocument:
    """The document, checked; CalendarError names the place in it and what was expected there."""
    prefix = f"{path}." if path else ""
    if not isinstance(document, Mapping):
        raise CalendarError(path, f"a calendar document (a mapping), not {type(document).__name__}")
    name = document.get("calendar")
    if not isinstance(name, str) or not name:
        raise CalendarError(f"{prefix}calendar", f"the calendar's id, a text, not {name!r}")
    try:
        return _parse_fields(document, name, prefix)
    except CalendarError as error:
        raise CalendarError(error.path, error.expected, name) from None


def _parse_fields(document: Mapping[Any, Any], name: str, prefix: str) -> CalendarDocument:
    for key in document:
        if key not in _KEYS:
            raise CalendarError(f"{prefix}{key}", f"one of the keys {', '.join(_KEYS)}")
    extends = _optional_text(document, "extends", prefix)
    zone = _optional_text(document, "zone", prefix)
    if zone is None and extends is None:
        raise CalendarError(
            f"{prefix}zone", "a time zone such as Asia/Shanghai (only with extends may it be left out)"
        )
    if zone is not None:
        load_zone(zone, f"{prefix}zone")
    dated, yearly = _parse_days(document.get("days", {}), f"{prefix}days")
    return CalendarDocument(
        calendar=name,
        zone=zone,
        extends=extends,
        week=parse_week(document.get("week", {}), f"{prefix}week"),
        seasons=_parse_seasons(document.get("seasons", []), f"{prefix}seasons"),
        holidays=_optional_text(document, "holidays", prefix),
        dated=dated,
        yearly=yearly,
        published_through=_optional_year(document.get("published_through"), f"{prefix}published_through"),
        version=_optional_version(document.get("version"), f"{prefix}version"),
        effective_from=_optional_date(document.get("effective_from"), f"{prefix}effective_from"),
    )


def load_zone(name: str, path: str = "zone") -> ZoneInfo:
    """The zone of that name in the IANA database; CalendarError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CalendarError(
            path, f"a time zone of the IANA database such as Asia/Shanghai, not {name!r}"
        ) from None


def _parse_seasons(value: Any, path: str) -> tuple[Season, ...]:
    if not isinstance(value, list | tuple):
        raise CalendarError(path, f"a list of seasons, not {value!r}")
    return tuple(_parse_season(item, f"{path}[{place}]") for place, item in enumerate(value))


def _parse_season(value: Any, path: str) -> Season:
    if not isinstance(value, Mapping):
        raise CalendarError(path, f"a season {{from, to, week}}, not {value!r}")
    for key in value:
        if key not in ("from", "to", "week"):
            raise CalendarError(f"{path}.{key}", "one of the keys from, to, week")
    first, last = (_parse_day(value.get(key), f"{path}.{key}") for key in ("from", "to"))
    if isinstance(first, int) != isinstance(last, int):
        raise CalendarError(f"{path}.to", "a day of the same form as from (both YYYY-MM-DD, or both MM-DD)")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        raise CalendarError(f"{path}.to", "a date not before from (only MM-DD wraps over the year's end)")
    if "week" not in value:
        raise CalendarError(f"{path}.week", "the hours of the season, a mapping from weekdays")
    return Season(first=first, last=last, week=parse_week(value["week"], f"{path}.week"))


def _parse_days(value: Any, path: str) -> tuple[dict[int, Hours], dict[MonthDay, Hours]]:
    if not isinstance(value, Mapping):
        raise CalendarError(path, f"a mapping from dates to hours, not {value!r}")
    dated: dict[int, Hours] = {}
    yearly: dict[MonthDay, Hours] = {}
    for key, hours in value.items():
        place = f"{path}.{key}"
        day = _parse_day(key, place)
        if day in dated or day in yearly:
            raise CalendarError(place, "each day once")
        if isinstance(day, int):
            dated[day] = parse_hours(hours, place)
        else:
            yearly[day] = parse_hours(hours, place)
    return dated, yearly


def _parse_day(value: Any, path: str) -> int | MonthDay:
    """YYYY-MM-DD as an ordinal, MM-DD as (month, day); 02-29 is the day of leap years only."""
    if isinstance(value, str) and (match := _MONTH_DAY.fullmatch(value)):
        try:
            yearly = datetime.date(_LEAP_YEAR, int(match[1]), int(match[2]))
        except ValueError:
            raise CalendarError(path, f"a day of the year as MM-DD, not {value!r}") from None
        return (yearly.month, yearly.day)
    day = parse_date(value)
    if day is None:
        raise CalendarError(path, f"a date YYYY-MM-DD, or MM-DD for every year, not {value!r}")
    return day.toordinal()


def parse_date(value: Any) -> datetime.date | None:
    """A date, or its text YYYY-MM-DD; None for anything else."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _optional_date(value: Any, path: str) -> int | None:
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        raise CalendarError(path, f"a date YYYY-MM-DD, not {value!r}")
    return day.toordinal()


def _optional_text(document: Mapping[Any, Any], key: str, prefix: str) -> str | None:
    value = document.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise CalendarError(f"{prefix}{key}", f"a text, not {value!r}")
    return value


def _optional_year(value: Any, path: str) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= datetime.MAXYEAR):
        return value
    raise CalendarError(path, f"a year such as 2026, not {value!r}")


def _optional_version(value: Any, path: str) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, bool | float | datetime.datetime) or not isinstance(value, int | datetime.date):
        raise CalendarError(path, f"a text in quotes or a whole number, not {value!r}")
    return str(value)
