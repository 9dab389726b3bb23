"""Which of the levels a clock has reached stand as findings, and why others no longer do."""

from __future__ import annotations

from domain.clocks.timeline import ClockReading, Reached

__all__ = ["in_force", "withdrawn_because"]


def in_force(reading: ClockReading) -> list[Reached]:
    """The findings of one clock: of each rule the highest level reached; warnings only while nothing lifts them."""
    highest: dict[str, Reached] = {}
    for item in reading.reached:
        known = highest.get(item.entry.rule)
        if known is None or item.entry.level > known.entry.level:
            highest[item.entry.rule] = item
    return [
        item for item in highest.values() if item.entry.level != 1 or withdrawn_because(reading, item) is None
    ]


def withdrawn_because(reading: ClockReading, warning: Reached) -> str | None:
    """Why a warning is no longer in force: `superseded`, `ended_in_time`, `clock_stopped`; None: it is."""
    higher = [(item.entry.rule, item.entry.level) for item in reading.reached] + [*reading.carried.items()]
    if any(level > 1 for rule, level in higher if rule != warning.entry.rule):
        return "superseded"
    return ended_because(reading)


def ended_because(reading: ClockReading) -> str | None:
    """The reason for which a clock's end lifts its warnings."""
    if reading.state == "met":
        return "ended_in_time"
    if reading.course.stop is not None and reading.course.stop.how == "stopped":
        return "clock_stopped"
    return None
