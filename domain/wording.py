"""Limits and instants as people speak them, in Chinese and English."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.instants import parse_instant, to_datetime

__all__ = ["limit_words", "moment_words"]

_UNITS: Final = {
    "zh": {
        "working_day": "个工作日", "calendar_day": "天", "month": "个月", "working_hour": "个工作小时",
        "working_minute": "个工作分钟", "hour": "小时", "minute": "分钟",
    },
    "en": {
        "working_day": "working day", "calendar_day": "calendar day", "month": "month",
        "working_hour": "working hour", "working_minute": "working minute", "hour": "hour", "minute": "minute",
    },
}  # fmt: skip
_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def limit_words(limit: dict[str, Any], lang: str, zone: ZoneInfo) -> str:
    """A limit's document in words: `5 个工作日`, `5 working days`."""
    if "until" in limit:
        return ("至 " if lang == "zh" else "until ") + moment_words(parse_instant(limit["until"]), lang, zone)
    amount, unit = limit["amount"], _UNITS[lang][limit["unit"]]
    text = f"{amount} {unit}" + ("s" if lang == "en" and amount != 1 else "")
    for more in limit.get("extended_by", ()):
        text += " + " + limit_words(more, lang, zone)
    return text


def moment_words(instant: int, lang: str, zone: ZoneInfo) -> str:
    """An instant in words, seconds only where they matter: `2026-03-09（周一） 17:00`, `2026-03-09 Mon 17:00`."""
    moment = to_datetime(instant, zone)
    clock = moment.strftime("%H:%M:%S" if moment.second or moment.microsecond else "%H:%M")
    weekday = f"（{_WEEKDAYS[moment.weekday()]}）" if lang == "zh" else f" {moment:%a}"
    return f"{moment:%Y-%m-%d}{weekday} {clock}"
