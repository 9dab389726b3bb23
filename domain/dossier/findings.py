"""The findings of a dossier: what is in force and on what it rests; what was issued, when, and why it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.instants import parse_instant
from domain.registry import rule_of
from domain.wording import limit_words, moment_words
from domain.words import LIFTED, clock_name, event_title, level_name

__all__ = ["finding_rows", "issue_rows"]

_ACTIONS: Final = {
    "finding.raised": ("发出", "raised"),
    "finding.escalated": ("升级", "escalated"),
    "finding.lifted": ("解除", "lifted"),
}


def finding_rows(
    verdict: Mapping[str, Any], history: Sequence[Event], zone: ZoneInfo, lang: str
) -> list[dict[str, Any]]:
    """Each finding in force, the gravest first."""
    known = _by_id(history, verdict)
    found = sorted(verdict["findings"], key=lambda one: (-one["level"], one["occurred"], one["code"]))
    return [_finding(one, known, zone, lang) for one in found]


def issue_rows(
    verdict: Mapping[str, Any], history: Sequence[Event], zone: ZoneInfo, lang: str
) -> list[dict[str, Any]]:
    """Everything issued, in order."""
    known = _by_id(history, verdict)
    return [_issue(one, known, zone, lang) for one in verdict.get("issued", ())]


def _by_id(history: Sequence[Event], verdict: Mapping[str, Any]) -> dict[str, Event]:
    known_at = parse_instant(verdict["known_at"])
    return {event.id: event for event in reversed(history) if event.recorded <= known_at}


def _event(name: str, known: Mapping[str, Event], lang: str) -> str:
    event = known.get(name)
    if event is None:
        return name
    title = event_title(event.type, lang)
    return f"{name} {title}"


def _clock(one: Mapping[str, Any], lang: str) -> str:
    if one.get("clock") is None:
        return "—"
    text = clock_name(one["clock"], lang)
    number = one.get("round", 1)
    if number > 1:
        text += f"（第 {number} 轮）" if lang == "zh" else f" (round {number})"
    return text


def _texts(value: Any, lang: str) -> str:
    """A text given in both languages, or in one."""
    if isinstance(value, Mapping):
        return str(value.get(lang) or value.get("zh") or "")
    return str(value or "")


def _finding(one: Mapping[str, Any], known: Mapping[str, Event], zone: ZoneInfo, lang: str) -> dict[str, Any]:
    basis = one.get("basis", ()) if lang == "zh" else one.get("basis_en") or one.get("basis", ())
    limit = one.get("limit")
    return {
        "id": one["id"],
        "code": one["code"],
        "level": one["level"],
        "level_text": level_name(one["level"], lang),
        "title": _texts(one.get("title"), lang) or one["code"],
        "clock_text": _clock(one, lang),
        "occurred": one["occurred"],
        "occurred_text": moment_words(parse_instant(one["occurred"]), lang, zone),
        "basis": list(basis),
        "evidence": [_event(name, known, lang) for name in one.get("evidence", ())],
        "detail": _texts(one.get("detail"), lang),
        "limit_text": limit_words(limit, lang, zone) if limit is not None else "",
        "rule_version": one.get("rule_version"),
        "profile_version": one.get("profile_version"),
    }


def _issue(one: Mapping[str, Any], known: Mapping[str, Event], zone: ZoneInfo, lang: str) -> dict[str, Any]:
    action = _ACTIONS.get(one["type"])
    reason = one.get("reason")
    return {
        "id": one["id"],
        "type": one["type"],
        "finding": one["finding"],
        "action": one["type"] if action is None else action[lang == "en"],
        "code": one["code"],
        "title": _texts(one.get("title"), lang) or rule_of(one["code"]).titles(one["level"])[lang],
        "level": one["level"],
        "level_text": level_name(one["level"], lang),
        "clock_text": _clock(one, lang),
        "occurred_text": moment_words(parse_instant(one["occurred"]), lang, zone),
        "recorded": one["recorded"],
        "recorded_text": moment_words(parse_instant(one["recorded"]), lang, zone),
        "reason": reason,
        "reason_text": LIFTED[lang].get(reason, _texts(reason, lang)) if reason is not None else "",
        "cause": one.get("cause"),
        "cause_text": _event(one["cause"], known, lang) if one.get("cause") else "",
    }
