"""What ships with Sundial as data: holiday sets, calendars, profiles."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

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


@cache
def profiles() -> dict[str, dict[str, Any]]:
    """The shipped profile documents by id, as written."""
    documents = (yaml.safe_load(entry.read_text("utf-8")) for entry in _entries("profiles", ".yaml"))
    return {one["profile"]: one for one in documents}


def profile_chain(name: str) -> list[dict[str, Any]]:
    """A shipped profile and those it extends, the oldest ancestor first; LookupError for an unknown one."""
    chain: list[dict[str, Any]] = []
    wanted: str | None = name
    while wanted is not None:
        document = profiles().get(wanted)
        if document is None:
            raise LookupError(f"one of the shipped profiles ({', '.join(profiles())}), not {wanted!r}")
        chain.append(document)
        wanted = document.get("extends", None if wanted == "statute" else "statute")
    return chain[::-1]


def _entries(folder: str, ending: str) -> list[Traversable]:
    found = (files("sundial") / "data" / folder).iterdir()
    return sorted((entry for entry in found if entry.name.endswith(ending)), key=lambda entry: entry.name)
