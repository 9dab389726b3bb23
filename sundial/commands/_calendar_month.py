"""A month of a calendar, drawn for people: open days, holidays by name, 休 for off, 班 for make-up days."""

import datetime
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from domain.calendars import Calendar, DayInfo
from domain.instants import HOUR, format_instant, seconds, to_datetime

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "weekdays": ["一", "二", "三", "四", "五", "六", "日"],
        "title": "{year}年{month}月",
        "holiday": "休",
        "make_up": "班",
        "closed": "闭",
        "special_hours": "另",
        "season": "季",
        "open": "{hours}小时",
        "sum": "工作日 {days} 天，开放 {hours} 小时，时区 {zone}",
        "through": "{year} 年以后的节假日尚未公布，按平常周暂计",
        "hours": "时间",
        "mark_holiday": "法定节假日",
        "mark_make_up": "调休上班",
        "mark_closed": "另行闭厅",
        "mark_special_hours": "当日另定时间",
        "mark_season": "季节作息",
        "not_in_effect": "未施行",
    },
    "en": {
        "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        "title": "{month_name} {year}",
        "holiday": "off",
        "make_up": "work",
        "closed": "shut",
        "special_hours": "other",
        "season": "season",
        "open": "{hours} h",
        "sum": "{days} working days, {hours} open hours, zone {zone}",
        "through": "Holidays after {year} are not published yet; the plain week is used, provisionally.",
        "hours": "hours",
        "mark_holiday": "public holiday",
        "mark_make_up": "make-up working day",
        "mark_closed": "closed on this day",
        "mark_special_hours": "other hours on this day",
        "mark_season": "hours of a season",
        "not_in_effect": "not in effect",
    },
}  # fmt: skip

_STYLES = {
    "working": "bold",
    "season": "bold",
    "make_up": "bold dark_orange3",
    "special_hours": "bold cyan",
    "weekend": "bright_black",
    "holiday": "bold red",
    "closed": "magenta",
    "not_in_effect": "bright_black",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def month_days(calendar: Calendar, year: int, month: int) -> list[DayInfo]:
    """Every day of the month."""
    first = datetime.date(year, month, 1).toordinal()
    after = datetime.date(year + month // 12, month % 12 + 1, 1).toordinal()
    return [calendar.describe(day) for day in range(first, after)]


def month_document(calendar: Calendar, year: int, month: int) -> dict[str, Any]:
    """The month as data; times are local with their offset."""
    days = month_days(calendar, year, month)
    return {
        "calendar": calendar.id,
        "versions": list(calendar.versions),
        "zone": calendar.zone.key,
        "month": f"{year:04}-{month:02}",
        "working_days": sum(bool(day.segments) for day in days),
        "open_seconds": seconds(_opened(days)),
        "provisional": any(day.provisional for day in days),
        "days": [_day_document(calendar, day) for day in days],
    }


def _day_document(calendar: Calendar, day: DayInfo) -> dict[str, Any]:
    return {
        "date": datetime.date.fromordinal(day.day).isoformat(),
        "kind": day.kind,
        "name": day.name or None,
        "name_en": day.name_en or None,
        "working": bool(day.segments),
        "provisional": day.provisional,
        "segments": [
            {"start": format_instant(start, calendar.zone), "end": format_instant(end, calendar.zone)}
            for start, end in day.segments
        ],
    }


def draw_month(calendar: Calendar, year: int, month: int, lang: str) -> RenderableType:
    """The month as a picture for the terminal."""
    days = month_days(calendar, year, month)
    words = _WORDS[lang]
    table = Table(box=None, padding=0)
    for place, name in enumerate(words["weekdays"]):
        table.add_column(
            name, justify="center", width=10, header_style="bold" if place < 5 else "bright_black"
        )
    table.add_row()
    cells: list[Text] = [Text()] * ((days[0].day - 1) % 7) + [
        _cell(calendar, day, words, lang) for day in days
    ]
    for start in range(0, len(cells), 7):
        table.add_row(*cells[start : start + 7])
    title = words["title"].format(year=year, month=month, month_name=_MONTHS[month - 1])
    parts: list[RenderableType] = [
        table,
        *_legend(calendar, days, words),
        Text(_sum(calendar, days, words), "bold"),
    ]
    through = _published_through(calendar, days)
    if through is not None:
        parts.append(Text(words["through"].format(year=through), style="yellow"))
    return Panel(
        Group(*parts), title=f"[bold]{title}[/]  {calendar.id}", box=box.ROUNDED, expand=False, padding=(1, 2)
    )


def _cell(calendar: Calendar, day: DayInfo, words: dict[str, Any], lang: str) -> Text:
    style = _STYLES[day.kind]
    cell = Text(justify="center")
    cell.append(str(datetime.date.fromordinal(day.day).day), style=style)
    if day.kind in ("holiday", "make_up", "closed", "special_hours"):
        cell.append(f" {words[day.kind]}", style=f"{style} reverse" if day.kind != "holiday" else style)
    if day.provisional:
        cell.append(" ?", style="yellow")
    cell.append("\n")
    name = day.name if lang == "zh" else short_name(day.name_en)
    if name:
        cell.append(name, style=style.removeprefix("bold "))
    elif day.segments:
        cell.append(words["open"].format(hours=f"{_opened([day]) / HOUR:.3g}"), style="green")
    else:
        cell.append("·", style="bright_black")
    return cell.append("\n")


def short_name(name: str) -> str:
    """An English holiday name that fits a cell: Spring for Spring Festival."""
    return name.removesuffix(" Festival").replace(" Festival,", ",")


def _clock(calendar: Calendar, instant: int) -> str:
    return to_datetime(instant, calendar.zone).strftime("%H:%M")


def _hours(calendar: Calendar, day: DayInfo) -> str:
    return "  ".join(f"{_clock(calendar, start)}-{_clock(calendar, end)}" for start, end in day.segments)


def _legend(calendar: Calendar, days: Sequence[DayInfo], words: dict[str, Any]) -> list[Text]:
    """Which hours there are in the month and on which days, and what the marks mean."""
    hours: dict[str, list[DayInfo]] = {}
    for day in days:
        if day.segments:
            hours.setdefault(_hours(calendar, day), []).append(day)
    ordered = sorted(hours.items(), key=lambda entry: -len(entry[1]))
    lines = (
        [Text.assemble((words["hours"] + "  ", "bright_black"), (ordered[0][0], "green"))] if ordered else []
    )
    for text, those in ordered[1:]:
        dates = ", ".join(str(datetime.date.fromordinal(day.day).day) for day in those)
        lines.append(Text.assemble((f"{dates}:  ", "bright_black"), (text, "green")))
    kinds = [
        kind
        for kind in ("holiday", "make_up", "closed", "special_hours")
        if any(day.kind == kind for day in days)
    ]
    marks = Text()
    for kind in kinds:
        marks.append(words[kind], style=_STYLES[kind]).append(
            f" {words['mark_' + kind]}   ", style="bright_black"
        )
    return [*lines, marks] if kinds else lines


def _sum(calendar: Calendar, days: Sequence[DayInfo], words: dict[str, Any]) -> str:
    working = sum(bool(day.segments) for day in days)
    return str(words["sum"].format(days=working, hours=f"{_opened(days) / HOUR:g}", zone=calendar.zone.key))


def _opened(days: Sequence[DayInfo]) -> int:
    return sum(end - start for day in days for start, end in day.segments)


def _published_through(calendar: Calendar, days: Sequence[DayInfo]) -> int | None:
    return calendar.published_through(days[-1].day) if any(day.provisional for day in days) else None
