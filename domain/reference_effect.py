"""From when what was published of a thing is in effect, and which of its versions is at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.instants import from_datetime, parse_instant, to_datetime

__all__ = ["ALWAYS", "Version", "date_or_instant", "effect_of", "effect_of_version", "index_in_effect"]

ALWAYS = -(2**62)
"""The recorded instant of what is known since always."""


class Version(NamedTuple):
    """A version of a calendar, item, hall or profile as published: the event, and the document that it carries."""

    event: Event
    document: Any


def effect_of(event: Event, zone: ZoneInfo) -> int:
    """The instant from which a reference event that has no versions holds: its effective_from, else its time."""
    stated = event.data.get("effective_from")
    return event.time if stated is None else date_or_instant(str(stated), zone)


def effect_of_version(version: Version, index: int, zone: ZoneInfo | None) -> int:
    """The instant from which a version applies: its effective_from, else always (the first), else its time."""
    stated = version.event.data.get("effective_from")
    if stated is not None:
        return date_or_instant(str(stated), zone)
    return ALWAYS if index == 0 else version.event.time


def date_or_instant(text: str, zone: ZoneInfo | None) -> int:
    """A date as its 00:00 in `zone` (Asia/Shanghai where none is given), or an instant. Raises ValueError."""
    zone = zone or ZoneInfo("Asia/Shanghai")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_instant(text, zone)
    return from_datetime(to_datetime(0).replace(year=day.year, month=day.month, day=day.day, tzinfo=zone))


def index_in_effect(versions: Sequence[Version], at: int, zone: ZoneInfo) -> int | None:
    """The version in effect: the latest effect not after `at`; of two, the later recorded."""
    best: tuple[int, int] | None = None
    for index, version in enumerate(versions):
        effect = effect_of_version(version, index, zone)
        if effect <= at and (best is None or (effect, index) >= best):
            best = (effect, index)
    return None if best is None else best[1]
