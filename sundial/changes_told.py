"""Changes of a verdict as people read them: what moved and from when to when, what was raised, what was lifted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.instants import parse_instant
from domain.wording import moment_words
from domain.words import clock_name, level_name

__all__ = ["due_words", "finding_words", "when"]

_WORDS: Final = {
    "zh": {"due": "{} 到期 {} → {}", "none": "无", "moved": "~ {} {}：{} → {}", "lifted": "- {} {}（{}）",
           "raised": "+ {} {}（{}）", "became": "{} → {}"},
    "en": {"due": "{} due {} -> {}", "none": "none", "moved": "~ {} {}: {} -> {}", "lifted": "- {} {} ({})",
           "raised": "+ {} {} ({})", "became": "{} -> {}"},
}  # fmt: skip


def when(instant: str | None, zone: ZoneInfo, lang: str) -> str:
    """An instant (RFC 3339) in a zone and in words; of None that there is none."""
    return _WORDS[lang]["none"] if instant is None else moment_words(parse_instant(instant), lang, zone)


def due_words(moved: Sequence[Mapping[str, Any]], zone: ZoneInfo, lang: str) -> list[str]:
    """Due instants that move, as `domain.differences.due_changes` has them."""
    return [
        _WORDS[lang]["due"].format(
            clock_name(one["clock"], lang), when(one["before"], zone, lang), when(one["after"], zone, lang)
        )
        for one in moved
    ]


def finding_words(
    lifted: Sequence[Mapping[str, Any]], raised: Sequence[Mapping[str, Any]], zone: ZoneInfo, lang: str
) -> list[str]:
    """Findings that changed; one that is lifted and raised again has moved: its level, its instant, or both."""
    words = _WORDS[lang]
    new = {_key(one): one for one in raised}
    old = {_key(one) for one in lifted}
    lines = []
    for one in lifted:
        other = new.get(_key(one))
        if other is None:
            lines.append(words["lifted"].format(*_said(one, zone, lang)))
            continue
        (code, level, since), (_, level_now, since_now) = _said(one, zone, lang), _said(other, zone, lang)
        if level != level_now:
            level = words["became"].format(level, level_now)
        lines.append(words["moved"].format(code, level, since, since_now))
    return lines + [words["raised"].format(*_said(one, zone, lang)) for one in raised if _key(one) not in old]


def _key(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return one["code"], one["clock"], one["round"]


def _said(one: Mapping[str, Any], zone: ZoneInfo, lang: str) -> tuple[str, str, str]:
    return one["code"], level_name(one["level"], lang), when(one["occurred"], zone, lang)
