"""Times as tables write them, as instants. Nothing is guessed: what a rule does not settle is refused."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.calendars.zones import first_instant, pieces_between
from domain.instants import SECOND, from_datetime
from producers.table.patterns import pattern_reader

CLOCK_CHANGES: Final = ("refuse", "first", "second")
NAMED_FORMATS: Final = ("iso", "excel", "epoch_s", "epoch_ms")

_ISO: Final = re.compile(r"^\d{4}-\d\d-\d\d(?P<time>[Tt ]\d\d:\d\d.*)?$")
_TIME_PARTS: Final = frozenset("HIMSfp")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST_SERIAL: Final = 61
"""1900-03-01: spreadsheets disagree on the serial numbers before it."""


class TimeRule(NamedTuple):
    """How the times of a column are written and what settles the rest."""

    formats: tuple[str, ...] = ("iso",)
    zone: ZoneInfo | None = None
    day: str | time_of_day | None = None
    """of a day without a time: `start`, `end` (its last microsecond, so that the next day is later), a time of day,
    or None: refused"""
    clock_change: str = "refuse"
    """of a local time that the clock shows twice or never: `refuse`, `first`, `second`"""


class NoTime(ValueError):
    """A value that is no time by its rule; the message says why."""


def check_format(text: str) -> None:
    """Raise ValueError unless `text` is a named format, or a pattern with year, month and day."""
    if text in NAMED_FORMATS:
        return
    parts = _parts(text)
    if "%" not in text:
        raise ValueError(
            f"expected {', '.join(NAMED_FORMATS)} or a pattern such as %Y-%m-%d %H:%M, got {text!r}"
        )
    day = parts & {"d", "j"} and (parts & {"m", "b", "B"} or "j" in parts)
    if not (parts & {"Y", "y"} and day):
        raise ValueError(f"expected a pattern with year, month and day, got {text!r}")
    if "I" in parts and "p" not in parts:
        raise ValueError(
            f"expected %p beside %I: the hour could be of the morning or the evening, got {text!r}"
        )
    if parts & set("cxXGVuU wW"):
        raise ValueError(f"expected a pattern without %c, %x, %X or week numbers, got {text!r}")
    try:
        datetime.strptime(datetime(2001, 2, 3, tzinfo=UTC).strftime(text), text)  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"expected a pattern that times can be read by, got {text!r}") from None


def needs_zone(rule: TimeRule) -> str | None:
    """The first format whose times carry no offset by themselves, where no zone is stated."""
    if rule.zone is not None:
        return None
    return next(
        (one for one in rule.formats if one == "excel" or ("%" in one and "z" not in _parts(one))), None
    )


def _parts(pattern: str) -> set[str]:
    return set(re.findall(r"%([A-Za-z])", pattern.replace("%%", "")))


class TimeReader:
    """Reads the values of one column as instants: microseconds UTC."""

    def __init__(self, rule: TimeRule) -> None:
        self.rule = rule
        self._readers = [_reader(rule, one) for one in rule.formats]
        only = self._readers[0] if len(self._readers) == 1 else self._read_text
        self._of_text = lru_cache(maxsize=8_192)(only)

    def __call__(self, cell: Any) -> int:
        """The instant of a cell: a text, a number, or a date of its own kind. Raises NoTime."""
        kind = type(cell)
        if kind is str:
            return self._of_text(cell.strip())
        if kind is datetime:
            return instant_of(cell, self.rule)
        if kind is date:
            return day_instant(cell, self.rule)
        if kind is int or kind is float:
            return self._of_text(repr(cell))
        raise NoTime(f"expected a time, got {cell!r}")

    def _read_text(self, text: str) -> int:
        """By several formats: those that can read it must agree."""
        found: dict[int, str] = {}
        reasons: list[str] = []
        for name, read in zip(self.rule.formats, self._readers, strict=True):
            try:
                found.setdefault(read(text), name)
            except NoTime as error:
                reasons.append(str(error))
        if len(found) > 1:
            raise NoTime(f"can be read as {' and as '.join(found.values())}, with different outcomes")
        if found:
            return next(iter(found))
        other = [one for one in reasons if not one.startswith("expected a time like")]
        raise NoTime(other[0] if other else f"expected a time like one of {', '.join(self.rule.formats)}")


def _reader(rule: TimeRule, name: str) -> Callable[[str], int]:
    if name == "iso":
        return lambda text: _iso(text, rule)
    if name == "excel":
        return lambda text: _excel(text, rule)
    if name in ("epoch_s", "epoch_ms"):
        unit = SECOND if name == "epoch_s" else SECOND // 1_000
        return lambda text: _epoch(text, unit, name)
    has_time = bool(_parts(name) & _TIME_PARTS)
    by_pattern = pattern_reader(name)

    def read(text: str) -> int:
        try:
            moment = by_pattern(text)
        except ValueError:
            raise NoTime(f"expected a time like {name}") from None
        return instant_of(moment, rule) if has_time else day_instant(moment.date(), rule)

    return read


def _iso(text: str, rule: TimeRule) -> int:
    match = _ISO.match(text)
    if match is None:
        raise NoTime("expected a time like 2026-03-02T09:30:00, with an offset or the mapping's zone")
    try:
        if match["time"] is None:
            return day_instant(date.fromisoformat(text), rule)
        return instant_of(datetime.fromisoformat(text), rule)
    except NoTime:
        raise
    except ValueError:
        raise NoTime(
            "expected a time like 2026-03-02T09:30:00, with an offset or the mapping's zone"
        ) from None


def _excel(text: str, rule: TimeRule) -> int:
    try:
        serial = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise NoTime("expected a time like the day number of a spreadsheet, such as 46083.5") from None
    if not _FIRST_SERIAL <= serial < 2_958_466:
        raise NoTime(f"expected a day number from {_FIRST_SERIAL} (1900-03-01) to 2958465")
    days, part = divmod(serial, 1)
    day = date(1899, 12, 30) + timedelta(days=int(days))
    if part == 0:
        return day_instant(day, rule)
    moment = datetime.combine(day, time_of_day()) + timedelta(milliseconds=round(part * 86_400_000))
    return instant_of(moment, rule)


def _epoch(text: str, unit: int, name: str) -> int:
    try:
        return round(Fraction(text) * unit)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise NoTime(f"expected a time like {name}: a number since 1970-01-01 UTC") from None


def instant_of(moment: datetime, rule: TimeRule) -> int:
    """The instant of a time: by its own offset, else as wall time in the rule's zone. Raises NoTime."""
    if moment.tzinfo is not None:
        return from_datetime(moment)
    if rule.zone is None:
        raise NoTime("has no offset, and the mapping states no zone")
    first, second = moment.replace(tzinfo=rule.zone), moment.replace(tzinfo=rule.zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before == after:
        return (moment - _EPOCH - before) // _MICROSECOND
    if rule.clock_change == "refuse":
        how = "never" if before < after else "twice"
        raise NoTime(
            f"the clock of {rule.zone.key} shows this time {how} (expected `clock_change` to settle it)"
        )
    if before < after:
        return _wall(moment, rule.zone)
    return from_datetime(first if rule.clock_change == "first" else second)


def day_instant(day: date, rule: TimeRule) -> int:
    """The instant that stands for a day without a time, as the rule's `day` says. Raises NoTime."""
    if rule.day is None:
        raise NoTime("is a day without a time, and the mapping states no `day`")
    if isinstance(rule.day, time_of_day):
        return instant_of(datetime.combine(day, rule.day), rule)
    if rule.zone is None:
        raise NoTime("is a day without a zone, and the mapping states no zone")
    if rule.day == "start":
        return _wall(datetime.combine(day, time_of_day()), rule.zone)
    try:
        following = day + timedelta(days=1)
    except OverflowError:
        raise NoTime("lies beyond the last day there is") from None
    return _wall(datetime.combine(following, time_of_day()), rule.zone) - 1


def _wall(moment: datetime, zone: ZoneInfo) -> int:
    """The first instant at which the clock of a zone shows a time or later, as calendars have it."""
    if not 3 < moment.year < 9_990:
        raise NoTime("expected a year that calendars cover")
    ordinal = moment.toordinal()
    local = (moment - _EPOCH) // _MICROSECOND
    return first_instant(local, pieces_between(zone, ordinal, ordinal))
