"""A line of a ledger in words. Whoever shows a ledger lays these out, and adds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import parse_instant
from domain.wording import moment_words
from domain.words import WORDS, days_text, level_name, weekday_name, whole_span_text

__all__ = ["Amounts", "Remark", "amounts", "day_words", "nominal_words", "remarks", "used_words"]


class Remark(NamedTuple):
    """One thing that a line says; `tone` is note, paused, level, due or over."""

    text: str
    tone: str
    level: int = 0


class Amounts(NamedTuple):
    """What a line adds, and the sum so far, in the limit's own unit; a line that adds nothing says so by ``."""

    adds: str
    total: str


def amounts(lines: Sequence[Mapping[str, Any]], lang: str) -> Iterator[Amounts]:
    """Each line's addition and running total: days of a clock that counts days, else hours.

    What is shown as added is the difference of the totals as shown, so that the shown numbers add up exactly: no
    hundredth of a day and no second gets lost by rounding each line for itself.
    """
    before = 0
    for line in lines:
        if line.get("total_days") is not None:
            now = int(line["total_days"] * 100 + 0.5)
            yield Amounts(
                days_text((now - before) / 100, lang) if now > before else "", days_text(now / 100, lang)
            )
        else:
            now = int(line["total_seconds"])
            yield Amounts(
                whole_span_text(now - before, lang) if now > before else "", whole_span_text(now, lang)
            )
        before = now


def used_words(clock: Mapping[str, Any], lang: str) -> str:
    """What is used of a limit, as its ledger's last total says it; beside days of open time also the hours."""
    span = whole_span_text(clock["used_seconds"], lang)
    days = clock.get("used_days")
    if days is None:
        return span
    text = days_text(days, lang)
    if not _in_open_time(clock):
        return text  # whole days: hours of day 0 and of a day cut short are no part of them
    return f"{text}（{span}）" if lang == "zh" else f"{text} ({span})"


def nominal_words(clock: Mapping[str, Any], lang: str) -> str:
    """Of days of open time: how many hours make one; else nothing."""
    if not _in_open_time(clock) or not clock.get("used_days"):
        return ""
    span = whole_span_text(round(clock["used_seconds"] / clock["used_days"]), lang)
    return f"开放时间每 {span}计 1 天" if lang == "zh" else f"{span} of open time make one day"


def _in_open_time(clock: Mapping[str, Any]) -> bool:
    return (clock.get("limit") or {}).get("mode") == "instant"


def day_words(line: dict[str, Any], lang: str) -> str:
    """`2026-03-09 周一`."""
    day = date.fromisoformat(line["date"])
    return f"{day.isoformat()} {weekday_name(day.toordinal(), lang)}"


def remarks(line: dict[str, Any], lang: str, zone: ZoneInfo) -> list[Remark]:
    """What a line says beside its numbers: its notes, then the hours that counted where those are not the open ones,
    pause, thresholds, due, overrun."""
    words = WORDS[lang]
    out = [Remark(note[lang], "note") for note in line.get("notes", ())]
    if line.get("counted_hours", line.get("hours")) != line.get("hours"):
        said = "{} 计入" if lang == "zh" else "{} counted"
        out.append(Remark(said.format(line["counted_hours"]), "note"))
    if line.get("paused_seconds"):
        out.append(Remark(f"{words['paused']} {whole_span_text(line['paused_seconds'], lang)}", "paused"))
    for one in line.get("thresholds", ()):
        level, at = one["level"], _when(one["after"], line, lang, zone)
        text = (
            f"{at} 之后：{level_name(level, lang)}"
            if lang == "zh"
            else f"after {at}: {level_name(level, lang)}"
        )
        if one.get("reached", True):
            out.append(Remark(text, "level", level))
        else:
            out.append(Remark(text + ("（未到）" if lang == "zh" else " (not reached)"), "note"))
    if line.get("due"):
        out.append(Remark(f"{words['due']} {_when(line['due'], line, lang, zone)}", "due"))
    if line.get("over_seconds"):
        out.append(Remark(f"{words['over']} {whole_span_text(line['over_seconds'], lang)}", "over"))
    return out


def _when(text: str, line: dict[str, Any], lang: str, zone: ZoneInfo) -> str:
    """The time of day; with its date where that is another (the 00:00 that ends the day, a rest)."""
    said = moment_words(parse_instant(text), lang, zone)
    return said.rpartition(" ")[2] if said.startswith(line["date"]) and "until" not in line else said
