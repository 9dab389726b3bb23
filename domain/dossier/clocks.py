"""The clocks of a dossier and their ledgers: the verdict's own lines, with their words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.dossier.labels import setting_words
from domain.instants import parse_instant
from domain.ledger_words import Amounts, amounts, day_words, nominal_words, remarks, used_words
from domain.wording import limit_words, moment_words
from domain.words import LEVELS, STATES, WORDS, clock_name, level_name, whole_span_text

__all__ = ["clock_sections", "ledger_sections"]


def clock_sections(verdict: Mapping[str, Any], zone: ZoneInfo, lang: str) -> list[dict[str, Any]]:
    """Each clock: its limit, where it stands, and by which rules and versions it is counted."""
    return [
        _clock(_name(key, clock, verdict, lang), key, clock, verdict["at"], zone, lang)
        for key, clock in verdict.get("clocks", {}).items()
    ]


def ledger_sections(verdict: Mapping[str, Any], zone: ZoneInfo, lang: str) -> list[dict[str, Any]]:
    """The ledger of each clock that has one."""
    return [
        {
            "key": key,
            "name": _name(key, clock, verdict, lang),
            "summary": _summary(clock, zone, lang),
            "lines": [
                _line(line, said, zone, lang)
                for line, said in zip(clock["ledger"], amounts(clock["ledger"], lang), strict=True)
            ],
            "sums": _sums(clock, lang),
        }
        for key, clock in verdict.get("clocks", {}).items()
        if clock.get("ledger")
    ]


def _name(key: str, clock: Mapping[str, Any], verdict: Mapping[str, Any], lang: str) -> str:
    """The clock's name, with its round wherever the case has more than one."""
    if "@" in key or verdict.get("round", 1) == 1:
        return clock_name(key, lang)
    return clock_name(f"{key}@{clock['round']}", lang)


def _item(version: str, lang: str) -> str:
    return f"事项版本 {version}" if lang == "zh" else f"item version {version}"


def _threshold(one: Mapping[str, Any], clock: Mapping[str, Any], at: str, zone: ZoneInfo, lang: str) -> str:
    """A level, after when it holds, and whether that has come to pass."""
    text = f"{level_name(one['level'], lang)} {_when(one['after'], zone, lang)}"
    if one["after"] is None:
        return text
    ends = [parse_instant(at)] + ([parse_instant(clock["stopped"])] if clock["stopped"] is not None else [])
    if parse_instant(one["after"]) < min(ends):
        return text
    return text + ("（未到）" if lang == "zh" else " (not reached)")


def _when(text: str | None, zone: ZoneInfo, lang: str) -> str:
    return "—" if text is None else moment_words(parse_instant(text), lang, zone)


def _clock(
    name: str, key: str, clock: Mapping[str, Any], at: str, zone: ZoneInfo, lang: str
) -> dict[str, Any]:
    provisional = WORDS[lang]["provisional"] if clock["provisional"] else ""
    versions = clock.get("versions")
    level = clock["level"]
    return {
        "key": key,
        "name": name,
        "state": clock["state"],
        "state_text": STATES[lang].get(clock["state"], clock["state"]),
        "level": level,
        "level_text": LEVELS[lang][level],
        "limit_text": limit_words(clock["limit"], lang, zone) if clock["limit"] is not None else "—",
        "start_text": _when(clock["start"], zone, lang),
        "due": clock["due"],
        "due_text": " ".join(part for part in (_when(clock["due"], zone, lang), provisional) if part),
        "stopped_text": _when(clock["stopped"], zone, lang),
        "used_text": used_words(clock, lang),
        "paused_text": whole_span_text(clock["paused_seconds"], lang) if clock["paused_seconds"] else "—",
        "over_text": whole_span_text(clock["over_seconds"], lang) if clock["over_seconds"] else "—",
        "thresholds": [
            {"level": one["level"], "after": one["after"], "text": _threshold(one, clock, at, zone, lang)}
            for one in clock["thresholds"]
        ],
        "basis": list(clock["basis"] if lang == "zh" else clock["basis_en"]),
        "settings": [
            {"name": name, "value": value, "label": words[0], "text": words[1]}
            for name, value in clock["settings"].items()
            for words in (setting_words(name, value, lang),)
        ],
        "versions": [
            versions["profile"],
            *([_item(versions["item"], lang)] if versions["item"] else []),
            *versions["calendars"],
        ]
        if versions
        else [],
    }


def _summary(clock: Mapping[str, Any], zone: ZoneInfo, lang: str) -> str:
    words = WORDS[lang]
    limit = limit_words(clock["limit"], lang, zone) if clock["limit"] is not None else "—"
    parts = [
        f"{words['limit']} {limit}",
        f"{words['start']} {_when(clock['start'], zone, lang)}",
        f"{words['due']} {_when(clock['due'], zone, lang)}",
        STATES[lang].get(clock["state"], clock["state"]),
    ]
    nominal = nominal_words(clock, lang)
    return " · ".join([*parts, nominal] if nominal else parts)


def _sums(clock: Mapping[str, Any], lang: str) -> str:
    words = WORDS[lang]
    parts = [f"{words['used']} {used_words(clock, lang)}"]
    if clock["paused_seconds"]:
        parts.append(f"{words['paused']} {whole_span_text(clock['paused_seconds'], lang)}")
    if clock["over_seconds"]:
        parts.append(f"{words['over']} {whole_span_text(clock['over_seconds'], lang)}")
    return ("，" if lang == "zh" else ", ").join(parts)


def _line(line: Mapping[str, Any], said: Amounts, zone: ZoneInfo, lang: str) -> dict[str, Any]:
    """The line as the verdict has it, and its words."""
    return {
        **line,
        "day_text": day_words(dict(line), lang),
        "why_text": line.get(f"why_{lang}", ""),
        "used_text": said.adds,
        "total_text": said.total,
        "remarks": [
            {"text": one.text, "tone": one.tone, "level": one.level}
            for one in remarks(dict(line), lang, zone)
        ],
    }
