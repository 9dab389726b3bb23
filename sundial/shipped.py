"""What ships with Sundial as data: holiday sets and calendars."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from domain.calendars import CalendarDocument, HolidaySet, parse_calendar, parse_holiday_set


@cache
def holiday_sets() -> dict[str, HolidaySet]:
    """The built-in holiday sets by name."""
    sets = (
        parse_holiday_set(json.loads(entry.read_text("utf-8"))) for entry in _entries("holidays", ".json")
    )
    return {one.name: one for one in sets}


@cache
def calendars() -> dict[str, CalendarDocument]:
    """The shipped calendars by id."""
    documents = (
        parse_calendar(yaml.safe_load(entry.read_text("utf-8"))) for entry in _entries("calendars", ".yaml")
    )
    return {one.calendar: one for one in documents}


def _entries(folder: str, ending: str) -> list[Traversable]:
    found = (files("sundial") / "data" / folder).iterdir()
    return sorted((entry for entry in found if entry.name.endswith(ending)), key=lambda entry: entry.name)
