"""Where an event happened: its hall, its window, and what that hall has registered."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from domain.course.lookup import holder_at, zone_of
from domain.events import Event
from domain.reference_effect import effect_of
from domain.rules.found import CaseFacts

__all__ = ["hall_of", "is_exempted", "window_of", "windows_at", "zone_at"]


def zone_at(facts: CaseFacts, at: int) -> ZoneInfo:
    """The zone in which dates of effect begin, for whoever holds the matter at an instant."""
    return zone_of(facts.draft, facts.view, at)


def hall_of(facts: CaseFacts, event: Event) -> str | None:
    """The hall that an event names, else the one that holds the matter then."""
    named = event.data.get("hall")
    if isinstance(named, str) and named:
        return named
    holder = holder_at(facts.draft, event.time)
    return holder.hall if holder is not None and holder.hall else None


def window_of(event: Event) -> str | None:
    """The window that an event names."""
    named = event.data.get("window")
    return None if named is None or named == "" else str(named)


def windows_at(facts: CaseFacts, event: Event) -> Mapping[str, Event]:
    """The registered windows of an event's hall at its time; none where the hall keeps no such register."""
    hall = hall_of(facts, event)
    return {} if hall is None else facts.view.windows(hall, event.time, zone_at(facts, event.time))


def is_exempted(facts: CaseFacts, event: Event, item: str | None) -> bool:
    """Whether an approved exception lets the item be handled elsewhere than at the hall's window."""
    hall, zone = hall_of(facts, event), zone_at(facts, event.time)
    return any(
        record.type == "item.exempted"
        and record.data.get("hall") in (None, hall)
        and effect_of(record, zone) <= event.time
        for record in facts.view.records("stationing", item or "")
    )
