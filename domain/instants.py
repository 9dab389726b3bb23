"""Instants: integers of microseconds since the Unix epoch, UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "format_instant",
    "from_datetime",
    "parse_instant",
    "read_instant",
    "seconds",
    "to_datetime",
]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ON_THE_WALL = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on a wall in UTC
_NO_OFFSET = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?$")
_fromisoformat = datetime.fromisoformat


def from_datetime(moment: datetime) -> int:
    """The instant of an aware datetime."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def to_datetime(instant: int, zone: ZoneInfo | None = None) -> datetime:
    """The aware datetime of an instant, in `zone` (default UTC)."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment if zone is None else moment.astimezone(zone)


def read_instant(text: str) -> int:
    """`parse_instant` for the stream: quick. Raises ValueError or TypeError, saying little."""
    delta = _fromisoformat(text) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def parse_instant(text: str, zone: ZoneInfo | None = None) -> int:
    """Read an RFC 3339 time. Without an offset it is wall time in `zone`.

    Raises ValueError, saying what was expected, when the text is no time, or has no offset and no zone is known.
    """
    try:
        moment = _fromisoformat(text)
        if moment.tzinfo is None:
            moment = _in_zone(text, moment, zone)
        _ = moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        if isinstance(text, str) and _NO_OFFSET.match(text):
            raise ValueError(f"expected a time with an offset, such as {text}+08:00") from None
        raise ValueError(f"expected a time such as 2026-02-12T10:00:00+08:00, got {text!r}") from None
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def _in_zone(text: str, moment: datetime, zone: ZoneInfo | None) -> datetime:
    """Wall time in a zone, as an instant; a date alone is no time."""
    if zone is None or not _NO_OFFSET.match(text):
        raise ValueError(text)
    return moment.replace(tzinfo=zone).astimezone(UTC)


def format_instant(instant: int, zone: ZoneInfo | None = None) -> str:
    """RFC 3339 text of an instant: UTC with `Z`, or local time with its offset in `zone`."""
    if zone is None:
        return (_EPOCH_ON_THE_WALL + timedelta(microseconds=instant)).isoformat() + "Z"
    return to_datetime(instant, zone).isoformat()


def seconds(microseconds: int) -> int | float:
    """Seconds of a duration: an int when whole."""
    whole, rest = divmod(microseconds, SECOND)
    return microseconds / SECOND if rest else whole
