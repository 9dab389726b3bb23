"""Opening hours as written: segments of a day and the weekdays they belong to.

A segment is a pair of minutes after local 00:00 of the day on which it starts; an end after 24:00 lies on
the next day. Hours are a sorted tuple of segments without overlap; the empty tuple is a closed day.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from domain.calendars.errors import CalendarError

Segment = tuple[int, int]
Hours = tuple[Segment, ...]

CLOSED: Hours = ()
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60

_SEGMENT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_SEGMENT_FORM = 'a segment in quotes such as "09:00-12:00" (00:00 to 24:00)'


def parse_hours(value: Any, path: str) -> Hours:
    """`closed`, or a list of segments, as hours; CalendarError otherwise."""
    if value == "closed":
        return CLOSED
    if not isinstance(value, list | tuple) or not value:
        raise CalendarError(path, f"'closed' or a list of segments such as [\"09:00-12:00\"], not {value!r}")
    placed = sorted((_parse_segment(item, f"{path}[{place}]"), place) for place, item in enumerate(value))
    for (before, _), (after, place) in pairwise(placed):
        if before[1] > after[0]:
            raise CalendarError(
                f"{path}[{place}]",
                f"a segment that does not overlap another of the day, not {value[place]!r}",
            )
    return tuple(segment for segment, _ in placed)


def _parse_segment(value: Any, path: str) -> Segment:
    match = _SEGMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        # YAML 1.1 reads 12:30 without quotes as a number in base 60; nothing can be told from that number.
        raise CalendarError(path, f"{_SEGMENT_FORM}, not {value!r}")
    start = int(match[1]) * 60 + int(match[2])
    end = DAY_MINUTES if match[3] is None else int(match[3]) * 60 + int(match[4])
    return (start, end if end > start else end + DAY_MINUTES)


def parse_week(value: Any, path: str) -> dict[int, Hours]:
    """The weekdays that are stated, 0 for Monday; a single day wins over a range."""
    if not isinstance(value, Mapping):
        raise CalendarError(path, f"a mapping from weekdays to hours, not {value!r}")
    single: dict[int, Hours] = {}
    ranged: dict[int, Hours] = {}
    for key, hours in value.items():
        place = f"{path}.{key}"
        days = _parse_weekdays(key, place)
        parsed = parse_hours(hours, place)
        if len(days) > 1 and any(day in ranged for day in days):
            raise CalendarError(place, "a range of weekdays that does not overlap another range")
        (ranged if len(days) > 1 else single).update(dict.fromkeys(days, parsed))
    return ranged | single


def _parse_weekdays(key: Any, path: str) -> range:
    first, dash, last = key.partition("-") if isinstance(key, str) else ("", "", "")
    if first in WEEKDAYS and not dash:
        start = WEEKDAYS.index(first)
        return range(start, start + 1)
    if first in WEEKDAYS and last in WEEKDAYS and WEEKDAYS.index(first) < WEEKDAYS.index(last):
        return range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)
    raise CalendarError(path, f"a weekday from mon to sun, or a range such as mon-fri, not {key!r}")
