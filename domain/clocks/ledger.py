"""The ledger of a clock: one line a day, that a person can check with a calendar in hand.

The lines sum to the reading: their `used_seconds`, `paused_seconds` and `over_seconds` add up to the clock's, and
their `days` add up to its used days, where it counts days. Days are never merged, however many are
alike: each has to be ticked off by somebody. Only what lies behind some eleven years is told in one line, `rest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from domain.calendars import Calendar, DayInfo
from domain.clocks.running import Running, Span, union
from domain.clocks.thresholds import Count
from domain.clocks.timeline import ClockReading
from domain.clocks.usage import nominal_days
from domain.instants import format_instant, seconds, to_datetime

__all__ = ["LedgerLine", "Note", "ledger_of", "running_of", "sums"]

_LONGEST: Final = 4_000
"""Days told one by one."""

_NAMES = {
    "weekend": ("周末", "weekend"),
    "closed": ("休息日", "closed"),
    "not_in_effect": ("日历未生效", "calendar not in effect"),
    "make_up": ("调休上班", "make-up working day"),
    "special_hours": ("当日另定时间", "hours of its own"),
    "season": ("季节时间", "seasonal hours"),
}


class Note(NamedTuple):
    """What a decision, a pause or a move says of a day; `event` is its event's id, if there is one."""

    zh: str
    en: str
    event: str = ""


class LedgerLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A day: why it counts or not, and what it adds. Seconds as the clock's unit counts them."""

    date: str
    kind: str
    """start, counted, uncounted (paused at its beginning), the reason it is closed, or rest (all later days)"""
    used_seconds: int | float
    total_seconds: int | float
    number: int | None = None
    """of a counted day: which one it is"""
    paused_seconds: int | float = 0
    over_seconds: int | float = 0
    zh: str = ""
    en: str = ""
    """what the day is called, then every note"""
    events: tuple[str, ...] = ()
    due: str | None = None
    thresholds: tuple[dict[str, Any], ...] = ()
    why_zh: str = ""
    why_en: str = ""
    """whether it counts, and why or why not"""
    notes: tuple[dict[str, str], ...] = ()
    """what happened on the day that bears on the clock: zh, en"""
    hours: str = ""
    """when the day is open, by the wall clock of its calendar"""
    counted_hours: str = ""
    """of a clock that counts time, not days: from when to when the day's time was used, less its pauses"""
    ahead: bool = False
    """the day lies wholly after the instant up to which time is counted"""
    until: str | None = None
    """of a rest: its last day"""
    days: int | float | None = None
    """of a clock that counts days: what the day adds, in days. By dates 1 for a counted day that is over, else 0; in
    open time a share of the nominal day"""
    total_days: int | float | None = None
    """the sum of `days` so far"""


def ledger_of(reading: ClockReading, notes: Mapping[int, Sequence[Note]] | None = None) -> list[LedgerLine]:
    """The lines from the start to the end of the reading, and on to the due day where that is later."""
    return list(_lines(reading, notes or {}))


def running_of(reading: ClockReading) -> Running:
    """The clock's running time with every pause up to the reading's end."""
    settings = reading.course.profile.settings
    return Running(
        reading.course.start,
        reading.count.run.stretches,
        reading.pauses,
        settings["day_end"],
        settings["closed_start"],
    )


def _lines(reading: ClockReading, notes: Mapping[int, Sequence[Note]]) -> Iterator[LedgerLine]:
    course, count = reading.course, reading.count
    run = running_of(reading)
    working = count.terms.base.until is None and count.terms.base.unit.startswith("working_")
    unit = count.unit
    dated = count.measure == "date"
    origin = run.origin_day() if dated and unit == "working_day" else run.origin
    last = run.day_of(max(reading.end, reading.due or reading.end))
    total = number = passed = 0
    due_day = run.day_of(reading.due) if reading.due is not None else None
    thresholds = _by_day(reading, run)
    label, provisional = "", False
    for day in range(run.origin, min(last, run.origin + _LONGEST - 1) + 1):
        calendar = run.calendar_of_day(day)
        info = calendar.describe(day)
        first = calendar.day_start(day)
        begin, end = max(course.start, first), min(reading.end, calendar.day_start(day + 1))
        used, paused, over = _amounts(run, working, begin, end, reading.due)
        total += used
        counted = dated and day > origin and run.is_counted(day, unit)
        if counted:
            number += 1
        over_now = counted and run.is_over(day, reading.end)
        passed += over_now
        adds, sum_of_days = _days(count, int(over_now), passed, used, total)
        kind = "start" if day == origin else _kind(info, dated, counted, unit)
        version = calendar.version_on(day) or calendar.id
        said = [*_news(version, label, info.provisional and not provisional), *notes.get(day, ())]
        label, provisional = version, info.provisional
        named = _name(info)
        ahead = first >= reading.end and day != run.origin
        why = _why(kind, info, dated, number, working, used, paused)
        if ahead and not why[0].startswith("不计"):
            why = _not_yet(why, number if counted else None, course.stop is not None)
        elif counted and not over_now:
            why = _not_over(number, course.stop is not None)
        yield LedgerLine(
            date.fromordinal(day).isoformat(),
            kind,
            seconds(used),
            seconds(total),
            number if counted else None,
            seconds(paused),
            seconds(over),
            "；".join(text for text in (named[0], *(note.zh for note in said)) if text),
            "; ".join(text for text in (named[1], *(note.en for note in said)) if text),
            tuple(dict.fromkeys(note.event for note in said if note.event)),
            format_instant(reading.due) if reading.due is not None and day == due_day else None,
            thresholds.get(day, ()),
            *why,
            tuple({"zh": note.zh, "en": note.en} for note in said),
            _hours(calendar, day, info.segments),
            "" if dated or not used else _hours(calendar, day, _counted(run, working, begin, end)),
            ahead,
            days=adds,
            total_days=sum_of_days,
        )
    if last >= run.origin + _LONGEST:
        yield _rest(reading, run, working, run.origin + _LONGEST, last, total, passed, thresholds)


def _days(
    count: Count, over: int, passed: int, used: int, total: int
) -> tuple[int | float | None, int | float | None]:
    """What is added and the sum of it, in days; nothing of a clock that counts hours, minutes or to an instant."""
    if count.measure == "date":
        return over, passed
    if count.terms.base.until is None and count.terms.base.unit == "working_day":
        return nominal_days(used, count.nominal), nominal_days(total, count.nominal)
    return None, None


def _rest(
    reading: ClockReading,
    run: Running,
    working: bool,
    first: int,
    last: int,
    total: int,
    passed: int,
    thresholds: dict[int, tuple[dict[str, Any], ...]],
) -> LedgerLine:
    """All days from `first` on in one line, so that the lines sum up whatever the length."""
    begin = run.calendar_of_day(first).day_start(first)
    used, paused, over = _amounts(run, working, begin, reading.end, reading.due)
    count = reading.count
    more = run.passed(max(first - 1, count.origin), reading.end, count.unit) if count.measure == "date" else 0
    days, total_days = _days(count, more, passed + more, used, total + used)
    until = date.fromordinal(last).isoformat()
    zh, en = f"此后至 {until} 的各日合并为一行", f"all days from here to {until} in one line"
    due = reading.due if reading.due is not None and run.day_of(reading.due) >= first else None
    later = [one for day, levels in thresholds.items() if first <= day <= last for one in levels]
    return LedgerLine(
        date.fromordinal(first).isoformat(), "rest", seconds(used), seconds(total + used), None, seconds(paused),
        seconds(over), zh, en, (), None if due is None else format_instant(due), tuple(later), zh, en,
        until=until, days=days, total_days=total_days,
    )  # fmt: skip


def _by_day(reading: ClockReading, run: Running) -> dict[int, tuple[dict[str, Any], ...]]:
    """The thresholds of each day that has some."""
    out: dict[int, tuple[dict[str, Any], ...]] = {}
    for level, after in reading.thresholds:
        if after is not None:
            day = run.day_of(after)
            reached = after < reading.end
            one = {"level": level, "after": format_instant(after), "reached": reached}
            out[day] = (*out.get(day, ()), one)
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
    if info.kind == "make_up":
        return f"{info.name}调休上班", f"make-up working day, {info.name_en or info.name}"
    if info.name and info.segments:
        return f"{info.name}，{zh}", f"{info.name_en or info.name}, {en}"
    if info.name:
        return info.name, info.name_en or info.name
    return zh, en


def _why(
    kind: str, info: DayInfo, dated: bool, number: int, working: bool, used: int, paused: int
) -> tuple[str, str]:
    """Whether the day counts, and why or why not."""
    named = _name(info)
    called = (f"（{named[0]}）", f" ({named[1]})") if named[0] else ("", "")
    if kind == "counted":
        return f"计入，第 {number} 日{called[0]}", f"counts, day {number}{called[1]}"
    if kind == "uncounted":
        return f"不计：当日开始时已暂停{called[0]}", f"not counted: paused at the start of the day{called[1]}"
    if kind == "start" and dated:
        return f"起算当日，不计{called[0]}", f"day 0, not counted{called[1]}"
    if dated or (working and not info.segments):
        return f"不计：{named[0] or '休息日'}", f"not counted: {named[1] or 'closed'}"
    if not used and paused:
        return f"不计：暂停{called[0]}", f"not counted: paused{called[1]}"
    if kind == "start":
        return f"自起算时刻计{called[0]}", f"counts from the start on{called[1]}"
    return f"计入{called[0]}", f"counts{called[1]}"


def _not_yet(why: tuple[str, str], number: int | None, stopped: bool) -> tuple[str, str]:
    """Of a day that has not come, or comes after the clock has stopped: how it would count."""
    if number is not None:
        said = (f"第 {number} 日", f"day {number}")
        return (
            (f"停止后，本为{said[0]}", f"after the stop; else {said[1]}")
            if stopped
            else (f"尚未到，将为{said[0]}", f"to come: {said[1]}")
        )
    if stopped:
        return f"停止后，未停则{why[0]}", f"after the stop; else {why[1]}"
    return f"尚未到，预计{why[0]}", f"to come: {why[1]}"


def _not_over(number: int, stopped: bool) -> tuple[str, str]:
    """Of a counted day that was not over when the clock stopped, or is not yet: it adds nothing."""
    if stopped:
        return f"不计：第 {number} 日未满即停止", f"adds nothing: stopped before day {number} ended"
    return f"第 {number} 日，结束时才计入", f"day {number}, counts once it has ended"


def _counted(run: Running, working: bool, begin: int, end: int) -> list[tuple[int, int]]:
    """When the clock ran within [begin, end): outside pauses and, of working time, while its holder was open."""
    out: list[Span] = []
    for lo, hi, calendar in run.pieces(begin, end):
        assert hi is not None
        if not working:
            out.append(Span(lo, hi))
            continue
        first, last = calendar.day_of(lo) - 1, calendar.day_of(hi)  # a night shift began the day before
        open_ = (one for day in range(first, last + 1) for one in calendar.segments(day))
        out += [
            Span(max(lo, opens), min(hi, closes)) for opens, closes in open_ if opens < hi and closes > lo
        ]
    return [(one.start, one.end) for one in union(out)]


def _hours(calendar: Calendar, day: int, segments: Iterable[tuple[int, int]]) -> str:
    """`09:00-12:00 13:30-17:00`, seconds where there are some; the end of a night shift is marked +1."""
    midnight = calendar.day_start(day + 1)

    def clock(instant: int) -> str:
        moment = to_datetime(instant, calendar.zone)
        text = moment.strftime("%H:%M:%S" if moment.second or moment.microsecond else "%H:%M")
        if instant == midnight:
            return "24:00"
        return f"{text}+1" if instant > midnight else text

    return " ".join(f"{clock(begin)}-{clock(end)}" for begin, end in segments)


def _news(label: str, known: str, provisional: bool) -> Iterator[Note]:
    """What is new about the calendar on a day: the versions in effect, and that it is provisional from here on."""
    if label != known:
        yield Note(f"日历 {label}", f"calendar {label}")
    if provisional:
        yield Note(
            "自此日起为暂定：该年节假日尚未公布，按平常周计",
            "provisional from here on: the holidays of that year are not published, the plain week is used",
        )


def sums(lines: list[LedgerLine]) -> tuple[float, float, float]:
    """Used, paused and overrun seconds of a ledger."""
    return (
        sum(line.used_seconds for line in lines),
        sum(line.paused_seconds for line in lines),
        sum(line.over_seconds for line in lines),
    )
