"""The ledger of a clock: one line a day, that a person can check with a calendar in hand.

The lines sum to the reading: their `used_seconds`, `paused_seconds` and `over_seconds` add up to the clock's, and
the numbered days that are closed by the reading's end are its used days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from domain.calendars import DayInfo
from domain.clocks.running import Running
from domain.clocks.timeline import ClockReading
from domain.instants import format_instant, seconds
from domain.wording import limit_words

__all__ = ["LedgerLine", "ledger_of"]

_LONGEST: Final = 4_000
"""Days a ledger shows before it says that the rest is left out."""

_NAMES = {
    "weekend": ("周末", "weekend"),
    "closed": ("休息日", "closed"),
    "not_in_effect": ("日历未生效", "calendar not in effect"),
    "make_up": ("调休上班", "make-up working day"),
    "special_hours": ("当日另定时间", "hours of its own"),
    "season": ("季节时间", "seasonal hours"),
}


class LedgerLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A day: why it counts or not, and what it adds. Seconds as the clock's unit counts them."""

    date: str
    kind: str
    """start, counted, uncounted (paused at its beginning), or the reason it is closed"""
    used_seconds: int | float
    total_seconds: int | float
    number: int | None = None
    """of a counted day: which one it is"""
    paused_seconds: int | float = 0
    over_seconds: int | float = 0
    zh: str = ""
    en: str = ""
    events: tuple[str, ...] = ()
    due: str | None = None
    thresholds: tuple[dict[str, Any], ...] = ()


def ledger_of(reading: ClockReading) -> list[LedgerLine]:
    """The lines from the start to the end of the reading, and on to the due day where that is later."""
    return list(_lines(reading))


def _lines(reading: ClockReading) -> Iterator[LedgerLine]:
    course, count = reading.course, reading.count
    settings = course.profile.settings
    run = Running(
        course.start, count.run.stretches, reading.pauses, settings["day_end"], settings["closed_start"]
    )
    working = count.terms.base.until is None and count.terms.base.unit.startswith("working_")
    unit = count.unit
    dated = count.measure == "date"
    origin = run.origin_day() if dated and unit == "working_day" else run.origin
    last = run.day_of(max(reading.end, reading.due or reading.end))
    total = 0
    number = 0
    notes = _notes(reading, run)
    due_day = run.day_of(reading.due) if reading.due is not None else None
    thresholds = _by_day(reading, run)
    for day in range(run.origin, min(last, run.origin + _LONGEST) + 1):
        calendar = run.calendar_of_day(day)
        info = calendar.describe(day)
        begin = max(course.start, calendar.day_start(day))
        end = min(reading.end, calendar.day_start(day + 1))
        used, paused, over = _amounts(run, working, begin, end, reading.due)
        total += used
        counted = dated and day > origin and run.is_counted(day, unit)
        if counted:
            number += 1
        kind = "start" if day == origin else _kind(info, dated, counted, unit)
        zh, en, events = notes.get(day, ("", "", ()))
        named = _name(info)
        yield LedgerLine(
            date.fromordinal(day).isoformat(),
            kind,
            seconds(used),
            seconds(total),
            number if counted else None,
            seconds(paused),
            seconds(over),
            "；".join(text for text in (named[0], zh) if text),
            "; ".join(text for text in (named[1], en) if text),
            events,
            format_instant(reading.due) if reading.due is not None and day == due_day else None,
            thresholds.get(day, ()),
        )


def _by_day(reading: ClockReading, run: Running) -> dict[int, tuple[dict[str, Any], ...]]:
    """The thresholds of each day that has some."""
    out: dict[int, tuple[dict[str, Any], ...]] = {}
    for level, after in reading.thresholds:
        if after is not None:
            day = run.day_of(after)
            out[day] = (*out.get(day, ()), {"level": level, "after": format_instant(after)})
    return out


def _amounts(run: Running, working: bool, begin: int, end: int, due: int | None) -> tuple[int, int, int]:
    """Used, paused and overrun microseconds of [begin, end)."""
    if end <= begin:
        return 0, 0, 0
    late = end if due is None else max(begin, due)
    if working:
        return run.open_between(begin, end), run.paused_open_between(begin, end), run.open_between(late, end)
    return run.elapsed_between(begin, end), run.paused_between(begin, end), run.elapsed_between(late, end)


def _kind(info: DayInfo, dated: bool, counted: bool, unit: str) -> str:
    if counted:
        return "counted"
    if dated and (info.segments or unit == "calendar_day"):
        return "uncounted"
    return "open" if info.segments else str(info.kind)


def _name(info: DayInfo) -> tuple[str, str]:
    zh, en = _NAMES.get(str(info.kind), ("", ""))
    if info.name:
        zh, en = (
            f"{info.name}{'（调休）' if info.segments else ''}",
            f"{info.name_en or info.name}{' (make-up)' if info.segments else ''}",
        )
    return zh, en


def _notes(reading: ClockReading, run: Running) -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """What decisions and pauses say of a day."""
    notes: dict[int, tuple[str, str, tuple[str, ...]]] = {}

    def note(day: int, zh: str, en: str, event: str) -> None:
        old = notes.get(day, ("", "", ()))
        notes[day] = (
            "；".join(text for text in (old[0], zh) if text),
            "; ".join(text for text in (old[1], en) if text),
            (*old[2], event) if event not in old[2] else old[2],
        )

    for change in reading.course.changes:
        document = change.limit.document() if change.limit is not None else None
        zone = run.start_calendar.zone
        said_zh = limit_words(document, "zh", zone) if document is not None else change.extension
        said_en = limit_words(document, "en", zone) if document is not None else change.extension
        zh, en = {
            "extend": ("延长", "extended by"),
            "revoke": ("撤销延长", "extension revoked:"),
            "limit": ("时限改为", "limit changed to"),
        }[change.kind]
        note(run.day_of(change.time), f"{zh} {said_zh}", f"{en} {said_en}", change.event)
    for pause in reading.course.pauses:
        if pause.end is not None and pause.end <= reading.course.start:
            continue
        first = run.day_of(max(pause.start, reading.course.start))
        until = run.day_of(min(pause.end if pause.end is not None else reading.end, reading.end))
        for day in range(first, min(until, first + _LONGEST) + 1):
            note(day, f"暂停（{pause.reason}）", f"paused ({pause.reason})", pause.event)
    return notes


def sums(lines: list[LedgerLine]) -> tuple[float, float, float]:
    """Used, paused and overrun seconds of a ledger."""
    return (
        sum(line.used_seconds for line in lines),
        sum(line.paused_seconds for line in lines),
        sum(line.over_seconds for line in lines),
    )
