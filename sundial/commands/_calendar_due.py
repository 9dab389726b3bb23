"""When a limit is due by a calendar alone: no pauses, no extensions, one holder."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.calendars import Calendar, CalendarError
from domain.clocks.running import Running, Stretch
from domain.clocks.thresholds import Count, Terms
from domain.instants import HOUR, format_instant, to_datetime
from domain.limits import Limit, Mode
from domain.profiles import Profile
from sundial.commands._calendar_month import short_name


class DueAnswer(msgspec.Struct, frozen=True):
    """The due instant of a limit, and the days (ordinals) that were counted on the way to it."""

    start: int
    due: int
    provisional: bool
    counted_days: list[int]
    by_date: bool


def with_mode(limit: Limit, mode: str | None) -> Limit:
    """The limit in the mode asked for; CalendarError where that mode does not fit it."""
    if mode is None or limit.mode == mode:
        return limit
    if limit.mode is not None:
        raise CalendarError("mode", f"one mode: the limit says {limit.mode}, --mode says {mode}")
    if mode not in ("date", "instant"):
        raise CalendarError("mode", f"date or instant, not {mode!r}")
    if limit.unit != "working_day":
        natural = "date" if limit.is_days else "instant"
        if mode != natural:
            raise CalendarError("mode", f"{natural}, the only mode of the unit {limit.unit}")
        return limit
    chosen: Mode = "date" if mode == "date" else "instant"
    return Limit(limit.amount, limit.unit, chosen)


def due_of(calendar: Calendar, start: int, limit: Limit, profile: Profile) -> DueAnswer:
    """Due of a limit from an instant on, under the profile's settings. A zero amount is the start itself."""
    settings = profile.settings
    if limit.is_zero:
        return DueAnswer(start, start, calendar.is_provisional(calendar.day_of(start)), [], by_date=False)
    run = Running(start, [Stretch(start, calendar)], (), settings["day_end"], settings["closed_start"])
    count = Count(run, Terms(limit, ()), settings["mode"])
    due = count.due
    days: Sequence[int] = []
    if count.measure == "date":
        days = [run.nth(count.origin, number, count.unit) for number in range(1, count.days + 1)]
    elif count.measure == "open":
        days = [
            day
            for day in range(calendar.day_of(start) - 1, calendar.day_of(due) + 1)
            if any(begin < due and end > start for begin, end in calendar.segments(day))
        ]
    touched = [*days, count.due_day] if count.measure != "elapsed" else []
    return DueAnswer(
        start, due, any(calendar.is_provisional(day) for day in touched), list(days), count.measure == "date"
    )


def due_document(calendar: Calendar, answer: DueAnswer) -> dict[str, Any]:
    """The answer as data; the due instant is local with its offset."""
    return {
        "due": format_instant(answer.due, calendar.zone),
        "provisional": answer.provisional,
        "counted_days": [datetime.date.fromordinal(day).isoformat() for day in answer.counted_days],
    }


_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "due": "到期",
        "start": "起算",
        "provisional": "暂定：相关年度的节假日安排尚未公布",
        "weekdays": "一二三四五六日",
        "weekday": "周",
        "weekend": "休息日",
        "holiday": "法定节假日",
        "closed": "闭厅",
        "working": "工作日",
        "season": "工作日",
        "make_up": "调休上班",
        "special_hours": "当日另定时间",
        "not_in_effect": "日历未施行",
        "not_counted": "不计",
        "to": "至",
        "hours": "{hours} 小时",
    },
    "en": {
        "due": "due",
        "start": "from",
        "provisional": "provisional: the holidays of a year on the way are not published yet",
        "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        "weekday": "",
        "weekend": "day of rest",
        "holiday": "public holiday",
        "closed": "closed",
        "working": "working day",
        "season": "working day",
        "make_up": "make-up working day",
        "special_hours": "other hours",
        "not_in_effect": "calendar not in effect",
        "not_counted": "skipped",
        "to": "to",
        "hours": "{hours} h",
    },
}  # fmt: skip


def draw_due(calendar: Calendar, answer: DueAnswer, lang: str) -> RenderableType:
    """The answer for people: the counted days, what lies between them, and the due instant."""
    words = _WORDS[lang]
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(justify="right", style="bright_black", no_wrap=True)
    for row in _rows(calendar, answer, words, lang):
        table.add_row(*row)
    head = Text.assemble(
        (f"{words['due']}  ", "bright_black"), (_moment(calendar, answer.due, words), "bold green")
    )
    start = Text.assemble((f"{words['start']}  ", "bright_black"), _moment(calendar, answer.start, words))
    parts: list[RenderableType] = [start, *([table] if answer.counted_days else []), head]
    if answer.provisional:
        parts.append(Text(words["provisional"], style="yellow"))
    return Group(*parts)


def _rows(
    calendar: Calendar, answer: DueAnswer, words: dict[str, Any], lang: str
) -> list[tuple[str, str, str, str]]:
    numbers = {day: number for number, day in enumerate(answer.counted_days, 1)}
    last = max([calendar.day_of(answer.due), *answer.counted_days])
    span = range(calendar.day_of(answer.start), last + 1)
    rows: list[tuple[str, str, str, str]] = []
    for (number, what), group in groupby(
        span, lambda day: (numbers.get(day), _what(calendar, day, words, lang))
    ):
        days = list(group)
        dates = _date(days[0], words)
        if number is None:
            until = f" {words['to']} {_date(days[-1], words)[5:]}" if len(days) > 1 else ""
            rows.append(("", dates + until, what, words["not_counted"]))
        else:
            hours = f"{_used(calendar, answer, days[0]) / HOUR:.4g}"
            rows.append(
                (str(number), dates, what, "" if answer.by_date else words["hours"].format(hours=hours))
            )
    return rows


def _used(calendar: Calendar, answer: DueAnswer, day: int) -> int:
    spans = ((max(begin, answer.start), min(end, answer.due)) for begin, end in calendar.segments(day))
    return sum(max(0, end - begin) for begin, end in spans)


def _what(calendar: Calendar, day: int, words: dict[str, Any], lang: str) -> str:
    info = calendar.describe(day)
    name = info.name if lang == "zh" else short_name(info.name_en)
    return f"{words[info.kind]} {name}".rstrip()


def _date(day: int, words: dict[str, Any]) -> str:
    date = datetime.date.fromordinal(day)
    return f"{date.isoformat()} {words['weekday']}{words['weekdays'][date.weekday()]}"


def _moment(calendar: Calendar, instant: int, words: dict[str, Any]) -> str:
    moment = to_datetime(instant, calendar.zone)
    clock = moment.strftime("%H:%M:%S" if moment.second or moment.microsecond else "%H:%M")
    return f"{_date(moment.toordinal(), words)} {clock}"
