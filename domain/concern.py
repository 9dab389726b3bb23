"""Which changes of reference data concern a subject: those of what its events name, and of what that hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from domain.events import Event
from domain.reference import Reference
from domain.reference_kinds import reference_name

__all__ = ["concerning_events"]

_NAMES: Final = {
    "item": "item",
    "hall": "hall",
    "to_hall": "hall",
    "point": "hall",
    "calendar": "calendar",
    "profile": "profile",
}
_OF_ITEM: Final = ("stationing", "median", "guide")
_CATALOGUE: Final = ("item.", "guide.")
"""What only the history of an item tells; an item is judged by the hall at the top, which it need not name."""
_PLACES: Final = ("hall.published", "calendar.published", "profile.published")
_EVERYONE: Final = ("profile", "statute")


def concerning_events(history: Sequence[Event], reference: Reference, recorded: int) -> list[Event]:
    """The reference events recorded at an instant that concern a subject with such a history."""
    events = reference.events_at(recorded)
    if not events:
        return []
    hangs_on = reference.at(recorded).closure(_named(history))
    is_item = any(event.type.startswith(_CATALOGUE) for event in history)
    return [
        event
        for event in events
        if reference_name(event) in hangs_on
        or reference.is_amended(event)
        or (is_item and event.type.startswith(_PLACES))
        or (event.type == "window.published" and ("hall", str(event.data.get("hall"))) in hangs_on)
    ]


def _named(history: Sequence[Event]) -> set[tuple[str, str]]:
    names = {_EVERYONE}
    for event in history:
        _collect(event.data, names)
        if event.type == "event.corrected" and isinstance(event.data.get("data"), dict):
            _collect(event.data["data"], names)
    return names


def _collect(data: dict[str, Any], names: set[tuple[str, str]]) -> None:
    for field, kind in _NAMES.items():
        value = data.get(field)
        if type(value) is str:
            names.add((kind, value))
            if kind == "item":
                names |= {(more, value) for more in _OF_ITEM}
            elif field == "hall":
                names.add(("expected", value))
                if data.get("window") is not None:
                    names.add(("window", f"{value}/{data['window']}"))
    for field in ("officer", "to_officer"):
        if data.get(field) is not None:
            names.add(("authorisation", str(data[field])))
