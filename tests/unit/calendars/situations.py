"""Calendars from documents as people write them, and times as people say them."""

import datetime
from typing import Any

import yaml

from domain.calendars import Calendar, CalendarVersion, HolidaySet, parse_calendar, parse_holiday_set
from domain.instants import format_instant, parse_instant

OFFICE = """
calendar: office
zone: Asia/Shanghai
week: {mon-fri: ["09:00-12:00", "13:00-17:00"]}
"""

HOLIDAYS: dict[str, HolidaySet] = {
    "cn-state-council": parse_holiday_set(
        {
            "set": "cn-state-council",
            "names": {"春节": "Spring Festival"},
            "years": {
                "2025": {"days": [{"date": "2025-01-28", "name": "春节", "off": True}]},
                "2026": {
                    "days": [
                        {"date": "2026-02-14", "name": "春节", "off": False},
                        {"date": "2026-02-16", "name": "春节", "off": True},
                        {"date": "2026-02-17", "name": "春节", "off": True},
                    ]
                },
            },
        }
    )
}


def calendar(*documents: str) -> Calendar:
    """The last document's calendar; documents of one id are versions in the order of record.

    A document may begin with a line `# TIME`: the time of its publication.
    """
    known: dict[str, list[CalendarVersion]] = {}
    for text in documents:
        parsed = parse_calendar(yaml.safe_load(text))
        first = text.strip().splitlines()[0]
        time = instant(first[2:]) if first.startswith("# ") else 0
        known.setdefault(parsed.calendar, []).append(CalendarVersion(parsed, time))
    return Calendar(list(known)[-1], known, HOLIDAYS)


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def date(ordinal: int) -> str:
    return datetime.date.fromordinal(ordinal).isoformat()


def instant(text: str) -> int:
    return parse_instant(text)


def hours(one: Calendar, text: str) -> str:
    """The open segments of a day by the wall clock, `09:00-12:00 22:00-06:00+1` (+1: of the next date)."""
    return " ".join(f"{_clock(one, a, text)}-{_clock(one, b, text)}" for a, b in one.segments(day(text)))


def _clock(one: Calendar, moment: int, text: str) -> str:
    shown = format_instant(moment, one.zone)
    later = datetime.date.fromisoformat(shown[:10]) - datetime.date.fromisoformat(text)
    # The end of a day is 24:00 of it, not 00:00 of the next.
    if later.days == 1 and shown[11:16] == "00:00":
        return "24:00"
    return shown[11:16] + (f"+{later.days}" if later.days else "")


def document(**changes: Any) -> dict[str, Any]:
    """The office's document with other fields."""
    return yaml.safe_load(OFFICE) | changes
