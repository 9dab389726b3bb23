"""A line of a ledger in words. Whoever shows a ledger lays these out, and adds nothing."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import parse_instant
from domain.wording import moment_words
from domain.words import WORDS, level_name, span_text, weekday_name

__all__ = ["Remark", "day_words", "remarks"]


class Remark(NamedTuple):
    """One thing that a line says; `tone` is note, paused, level, due or over."""

    text: str
    tone: str
    level: int = 0


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
        out.append(Remark(f"{words['paused']} {span_text(line['paused_seconds'], lang)}", "paused"))
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
        out.append(Remark(f"{words['over']} {span_text(line['over_seconds'], lang)}", "over"))
    return out


def _when(text: str, line: dict[str, Any], lang: str, zone: ZoneInfo) -> str:
    """The time of day; with its date where that is another (the 00:00 that ends the day, a rest)."""
    said = moment_words(parse_instant(text), lang, zone)
    return said.rpartition(" ")[2] if said.startswith(line["date"]) and "until" not in line else said
