"""Proposed reference data from a file: reference events, or bare documents as in a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.calendars import CalendarError
from domain.events import Event, InvalidEvent, event_from_mapping
from domain.events.values import check_values
from domain.instants import format_instant, parse_instant
from domain.profile_document import ProfileError
from domain.reference import Reference, check_reference_event
from domain.reference_kinds import is_reference
from domain.reference_view import MissingReference
from sundial.scenario_source import Reader, ScenarioError
from sundial.walking import Unreadable

__all__ = ["read_document", "read_proposal", "with_proposal"]

_KINDS: Final = ("hall", "item", "profile", "calendar")
"""A document is of the first of these kinds that it has a key of: a hall names its calendar too."""
_LISTS: Final = {"calendars": "calendar", "profiles": "profile", "halls": "hall", "items": "item"}
_ORDERS: Final = ("event.corrected", "event.retracted")
_ANY_ZONE: Final = ZoneInfo("UTC")
_EXPECTED: Final = (
    "expected a calendar, profile, item or hall document, a reference event (a mapping with `type` and `data`), "
    "a list of them, or a mapping with calendars, profiles, items, halls or reference"
)


def read_proposal(path: Path, now: int) -> list[Event]:
    """The events of a file, as recorded at `now`. Raises Unreadable with the place and what was expected."""
    reader = _reader(path)
    try:
        events = [
            _event(reader, place, one, kind, number, now)
            for number, (place, one, kind) in enumerate(_entries(reader), 1)
        ]
        if not events:
            reader.fail("", _EXPECTED)
    except ScenarioError as error:
        raise Unreadable(str(error)) from None
    return events


def read_document(path: Path, kind: str) -> dict[str, Any]:
    """The one calendar or profile document that a file holds. Raises Unreadable."""
    [*events] = read_proposal(path, parse_instant("2000-01-01T00:00:00Z"))
    if len(events) != 1 or events[0].type != f"{kind}.published":
        raise Unreadable(f"{path}: expected one {kind} document")
    return events[0].data


def with_proposal(reference: Reference, events: list[Event], now: int, path: Path) -> Reference:
    """The reference data with the proposed events; Unreadable where nothing could be judged with them."""
    grown = reference.with_events(events)
    view = grown.at(now)
    for event in events:
        kind = event.type.partition(".")[0]
        name = str(event.data.get(kind))
        try:
            if kind == "calendar":
                view.calendar(name)
            elif kind == "profile":
                view.profile(name, max(now, event.time), _ANY_ZONE)
            elif kind == "hall":
                hall = view.hall_versions(name)[-1]
                at = max(now, hall.since)
                view.calendar(view.hall_calendar(hall.hall, at))
                view.profile(view.hall_profile(hall.hall, at), at, _ANY_ZONE)
        except MissingReference as error:
            if error.name != name:
                raise Unreadable(
                    f"{path}: {kind} {name!r} names {error.kind} {error.name!r}, not known here"
                ) from None
        except (CalendarError, ProfileError) as error:
            raise Unreadable(f"{path}: {kind} {name!r}: {error}") from None
    for event in events:
        target = event.data.get("corrects") or event.data.get("retracts")
        if target is not None and not any(
            one.id == target.get("id") and is_reference(one) for one in grown.events
        ):
            raise Unreadable(f"{path}: {event.type}: no reference event {target.get('id')!r} is known here")
    return grown


def _reader(path: Path) -> Reader:
    try:
        return Reader(str(path), path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: cannot be read: {error}") from None
    except ScenarioError as error:
        raise Unreadable(str(error)) from None


def _entries(reader: Reader) -> list[tuple[str, Any, str | None]]:
    """(place, entry, kind if the place tells it)."""
    document = reader.document
    if isinstance(document, list):
        return [(f"[{index}]", one, None) for index, one in enumerate(document)]
    if not isinstance(document, dict):
        reader.fail("", _EXPECTED)
    if not any(key in document for key in (*_LISTS, "reference")):
        return [("", document, None)]
    out: list[tuple[str, Any, str | None]] = []
    for key, value in document.items():
        if key not in (*_LISTS, "reference", "title", "description"):
            reader.fail(str(key), f"unknown key; expected one of {', '.join((*_LISTS, 'reference'))}")
        if key in ("title", "description") or value is None:
            continue
        if not isinstance(value, list):
            reader.fail(key, "expected a list")
        out += [(f"{key}[{index}]", one, _LISTS.get(key)) for index, one in enumerate(value)]
    return out


def _event(reader: Reader, place: str, one: Any, kind: str | None, number: int, now: int) -> Event:
    if not isinstance(one, dict):
        reader.fail(place, _EXPECTED)
    told = "data." if "type" in one else ""
    if "type" in one:
        mapping = {**one, "data": one.get("data", {})}
    else:
        kind = kind or next((name for name in _KINDS if name in one), None)
        if kind is None or not one.get(kind):
            reader.fail(place, _EXPECTED)
        mapping = {"type": f"{kind}.published", "data": one}
    family = str(mapping["type"]).partition(".")[0]
    data = mapping["data"] if isinstance(mapping["data"], dict) else {}
    filled = {
        "id": f"proposed-{number}",
        "source": "proposed",
        "subject": str(data.get(family) or "reference"),
        "time": format_instant(now),
        **mapping,
        "recordedtime": format_instant(now),
    }
    try:
        event = event_from_mapping(filled, now)
        if not is_reference(event) and event.type not in _ORDERS:
            raise InvalidEvent("type", f"expected a reference event, got {event.type}")
        check_reference_event(event, new=True)
        check_values(event)
    except InvalidEvent as error:
        path = error.path if told else error.path.removeprefix("data.")
        reader.fail(f"{place}.{path}".strip("."), error.expected)
    return event
