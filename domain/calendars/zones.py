"""Local time to instants, without asking the zone for every segment.

A year of a zone is a few pieces of constant offset, found once and remembered. A wall time L becomes the
first instant at which the wall clock shows L or later: in the gap of a clock change that is the change
itself, and of a time that is shown twice it is the first.
"""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60_000_000
DAY = 86_400_000_000
EPOCH_ORDINAL = datetime.date(1970, 1, 1).toordinal()

_SECOND = 1_000_000
_DAY_SECONDS = 86_400
_MARGIN = 3  # days; no offset and no clock change is longer than two

Piece = tuple[int, int]
"""From this instant on, this offset (both microseconds)."""


def pieces_between(zone: ZoneInfo, first: int, last: int) -> list[Piece]:
    """The zone's pieces that matter for local times of the days first to last (ordinals)."""
    start = datetime.date.fromordinal(first - _MARGIN).year
    end = datetime.date.fromordinal(last + _MARGIN).year
    found: list[Piece] = []
    for year in range(start, end + 1):
        for piece in _year_pieces(zone, year):
            if not found or found[-1][1] != piece[1]:
                found.append(piece)
    return found


def first_instant(local: int, pieces: Sequence[Piece]) -> int:
    """The first instant at which the wall clock shows `local` (microseconds since 1970 00:00) or later."""
    last = len(pieces) - 1
    for place, (since, offset) in enumerate(pieces):
        instant = max(since, local - offset) if place else local - offset
        if place == last or instant < pieces[place + 1][0]:
            return instant
    raise AssertionError("a zone has at least one piece")


@lru_cache(maxsize=4096)
def _year_pieces(zone: ZoneInfo, year: int) -> tuple[Piece, ...]:
    # One look a day finds every change: no zone has two changes within 24 hours that cancel each other.
    first = (datetime.date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * _DAY_SECONDS
    days = 366 if datetime.date(year, 12, 31).timetuple().tm_yday == 366 else 365
    offset = _offset(zone, first)
    found = [(first * _SECOND, offset)]
    for second in range(first, first + days * _DAY_SECONDS, _DAY_SECONDS):
        after = _offset(zone, second + _DAY_SECONDS)
        if after != offset:
            found.append((_change(zone, second, second + _DAY_SECONDS) * _SECOND, after))
            offset = after
    return tuple(found)


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    after = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    shown = datetime.datetime.fromtimestamp(second, zone).utcoffset()
    assert shown is not None
    return shown // datetime.timedelta(microseconds=1)
