"""The zone in which a time without an offset is read: that of the hall's calendar, else of the file's first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

__all__ = ["Zones", "zones_of"]

_DEFAULT = ZoneInfo("Asia/Shanghai")
_DEEPEST = 20


class Zones:
    """Zones by hall and by subject; `first` is that of the file's first calendar."""

    def __init__(
        self, first: ZoneInfo, by_hall: dict[str, ZoneInfo], by_subject: dict[str, ZoneInfo]
    ) -> None:
        self.first = first
        self.by_hall = by_hall
        self.by_subject = by_subject

    def of(self, subject: str, data: Any) -> ZoneInfo:
        """The zone of the hall that an event names, else of the first hall of its subject."""
        hall = data.get("hall") if isinstance(data, dict) else None
        return self.by_hall.get(str(hall)) or self.of_subject(subject)

    def of_subject(self, subject: str) -> ZoneInfo:
        return self.by_subject.get(subject, self.first)


def zones_of(document: dict[str, Any]) -> Zones:
    """The zones of a scenario, read before anything in it is checked."""
    calendars = _documents(document, "calendars", "calendar")
    halls = _documents(document, "halls", "hall")

    def calendar_zone(name: Any, depth: int = 0) -> ZoneInfo:
        one = calendars.get(str(name))
        if one is None or depth > _DEEPEST:
            return _DEFAULT
        if one.get("zone") is None:
            return calendar_zone(one.get("extends"), depth + 1)
        try:
            return ZoneInfo(str(one["zone"]))
        except (KeyError, ValueError, OSError):
            return _DEFAULT

    def hall_zone(name: Any, depth: int = 0) -> ZoneInfo | None:
        one = halls.get(str(name))
        if one is None or depth > _DEEPEST:
            return None
        if one.get("calendar") is None:
            return hall_zone(one.get("parent"), depth + 1)
        return calendar_zone(one["calendar"])

    by_hall = {name: zone for name in halls if (zone := hall_zone(name)) is not None}
    by_subject: dict[str, ZoneInfo] = {}
    for field in ("hall", "to_hall"):
        for event in _mappings(document.get("events")):
            data = event.get("data")
            found = by_hall.get(str(data.get(field))) if isinstance(data, dict) else None
            if found is not None:
                subject = event.get("subject")
                by_subject.setdefault("case-1" if subject is None else str(subject), found)
    return Zones(calendar_zone(next(iter(calendars), None)), by_hall, by_subject)


def _documents(document: dict[str, Any], key: str, family: str) -> dict[str, dict[str, Any]]:
    """The calendars or halls of a scenario by id, of several versions the first."""
    found: dict[str, dict[str, Any]] = {}
    published = [
        one.get("data")
        for one in _mappings(document.get("reference"))
        if one.get("type") == f"{family}.published"
    ]
    for one in [*_mappings(document.get(key)), *_mappings(published)]:
        found.setdefault(str(one.get(family)), one)
    return found


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
