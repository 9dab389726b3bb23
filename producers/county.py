"""The synthetic county: its calendars, halls, items and staff, read from data/county.yaml."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
import yaml

from domain.calendars import Calendar, CalendarVersion, HolidaySet, parse_calendar
from domain.events import Event
from domain.limits import Limit, parse_limit
from producers.making import make_event

SOURCE: Final = "county:catalogue"
"""The source of all reference events of the county."""

BASIS: Final = "行政许可法第四十五条"


class Hall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hall, and how busy it is; `items` are the groups of items accepted there."""

    hall: str
    title: str
    level: Literal["county", "sub_center", "township", "village"]
    region: str
    busy: float
    items: tuple[str, ...]
    parent: str | None = None
    profile: str = "rigui"

    @property
    def calendar(self) -> str:
        return "rigui-village" if self.level == "village" else "rigui"

    @property
    def source(self) -> str:
        """The hall's own system, as the source of its events."""
        return f"hall:{self.hall}"


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the catalogue; see the head of the data file for the short names."""

    item: str
    title: str
    group: str
    department: str
    often: float
    law: str
    kind: Literal["instant", "promise"] = "promise"
    mode: Literal["direct", "joint", "forward_up"] = "direct"
    promise: str = "0 working_day"
    stages: tuple[tuple[str, str], ...] = ()
    pauses: tuple[tuple[str, str], ...] = ()
    branches: tuple[str, ...] = ()
    fee: int = 0
    """yuan; 0: free"""

    @property
    def promised(self) -> Limit:
        return parse_limit(self.promise)


class County(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that does not change while the county is played."""

    calendars: tuple[dict[str, Any], ...]
    profiles: tuple[dict[str, Any], ...]
    halls: tuple[Hall, ...]
    items: tuple[Item, ...]


@cache
def load_county() -> County:
    """The county of data/county.yaml."""
    text = (files("producers") / "data" / "county.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), County, str_keys=True)


def county_calendars(county: County, holidays: Mapping[str, HolidaySet]) -> dict[str, Calendar]:
    """The county's calendars by id. `holidays` are the built-in holiday sets by name."""
    known = {
        document["calendar"]: [CalendarVersion(parse_calendar(document), 0)] for document in county.calendars
    }
    return {name: Calendar(name, known, holidays) for name in known}


def reference_events(county: County, at: int) -> list[Event]:
    """Calendars, profiles, items, halls and what is expected of them, all happened and recorded at `at`."""
    return [
        make_event(kind, subject, at, data, id=f"{kind}/{subject}", source=SOURCE)
        for kind, subject, data in _reference(county)
    ]


def _reference(county: County) -> list[tuple[str, str, dict[str, Any]]]:
    rows: list[tuple[str, str, dict[str, Any]]] = []
    rows += [("calendar.published", document["calendar"], document) for document in county.calendars]
    rows += [("profile.published", document["profile"], document) for document in county.profiles]
    rows += [("item.published", item.item, _item(item)) for item in county.items]
    rows += [("hall.published", hall.hall, _hall(hall)) for hall in county.halls]
    rows += [
        ("hall.expected", hall.hall, {"hall": hall.hall, "hours": hall.calendar})
        for hall in county.halls
        if hall.level != "village"  # a village point may have no matter for days
    ]
    return rows


def _item(item: Item) -> dict[str, Any]:
    return {
        "item": item.item,
        "version": "1",
        "title": item.title,
        "department": item.department,
        "kind": item.kind,
        "mode": item.mode,
        "promised_limit": item.promise,
        "statutory_limit": item.law,
        "stages": [{"stage": stage, "limit": limit} for stage, limit in item.stages],
        "suspensions": [{"kind": kind, "max": longest, "basis": BASIS} for kind, longest in item.pauses],
        "fees": [{"fee_item": f"{item.title}费", "standard": item.fee}] if item.fee else [],
    }


def _hall(hall: Hall) -> dict[str, Any]:
    data = {"hall": hall.hall, "title": hall.title, "level": hall.level, "region": hall.region}
    return {**data, "parent": hall.parent, "calendar": hall.calendar, "profile": hall.profile}
