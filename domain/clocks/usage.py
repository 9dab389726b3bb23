"""How much of a limit is used, paused and overrun, as at an instant."""

from __future__ import annotations

from typing import NamedTuple

from domain.clocks.running import Running
from domain.clocks.timeline import ClockReading
from domain.instants import seconds

__all__ = ["Usage", "nominal_days", "usage_of"]


class Usage(NamedTuple):
    """Seconds are open time for working units and elapsed time for the others; days as time.md counts them."""

    used_seconds: int | float
    used_days: int | float | None
    paused_seconds: int | float
    over_seconds: int | float


def usage_of(reading: ClockReading) -> Usage:
    """The usage of a clock up to `reading.end`."""
    course, count, end = reading.course, reading.count, reading.end
    base = count.terms.base
    run = Running(course.start, count.run.stretches, reading.pauses, *_settings(reading))
    start = course.start
    due = reading.due
    over_from = end if due is None else max(start, min(due, end))
    if base.until is None and base.unit.startswith("working_"):
        used = run.open_between(start, end)
        paused = run.paused_open_between(start, end)
        over = run.open_between(over_from, end)
    else:
        used = run.elapsed_between(start, end)
        paused = run.paused_between(start, end)
        over = run.elapsed_between(over_from, end)
    days: int | float | None = None
    if count.measure == "date":
        origin = run.origin_day() if count.unit == "working_day" else run.origin
        days = run.passed(origin, end, count.unit)
    elif base.unit == "working_day" and base.until is None:
        days = nominal_days(used, count.nominal)
    return Usage(seconds(used), days, seconds(paused), seconds(over))


def nominal_days(used: int, nominal: int) -> int | float:
    """Open time in days of a nominal length, both in microseconds."""
    exact, rest = divmod(used, nominal)
    return used / nominal if rest else exact


def _settings(reading: ClockReading) -> tuple[str, str]:
    settings = reading.course.profile.settings
    return settings["day_end"], settings["closed_start"]
