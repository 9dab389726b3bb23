"""What a scenario expects of a verdict, and how it differs from what came.

A mapping is partial; a list matches one to one, in order, each entry partial; null means absent or null; instants
compare as instants, limits as limits, numbers by value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.clocks.ledger import LedgerLine
from domain.instants import parse_instant
from domain.limits import parse_limit
from domain.profile_document import CLOCK_NAMES, SETTING_NAMES

__all__ = ["check_expectation", "differences"]

_WORDS: Final = {"zh": None, "en": None}
_LIMIT: Final = {"amount": None, "unit": None, "mode": None, "until": None, "extended_by": None}
_CLOCK: Final[dict[str, Any]] = {
    "name": None, "round": None, "state": None, "limit": _LIMIT, "start": None, "due": None, "provisional": None,
    "level": None, "thresholds": {"level": None, "after": None}, "used_seconds": None, "used_days": None,
    "paused_seconds": None, "over_seconds": None, "stopped": None, "settings": dict.fromkeys(SETTING_NAMES),
    "basis": None, "basis_en": None, "versions": {"profile": None, "item": None, "calendars": None},
    "ledger": dict.fromkeys(LedgerLine.__struct_fields__),
}  # fmt: skip
_FINDING: Final[dict[str, Any]] = {
    "id": None, "code": None, "level": None, "clock": None, "round": None, "occurred": None, "basis": None,
    "basis_en": None,
    "evidence": None, "detail": _WORDS, "title": _WORDS, "rule_version": None, "profile_version": None, "limit": _LIMIT,
    "used_seconds": None,
}  # fmt: skip
_ISSUE: Final[dict[str, Any]] = {
    "id": None, "type": None, "finding": None, "code": None, "level": None, "clock": None, "round": None,
    "occurred": None, "recorded": None, "reason": None, "cause": None,
}  # fmt: skip
_VERDICT: Final[dict[str, Any]] = {
    "subject": None, "at": None, "known_at": None, "status": None, "round": None, "clocks": None,
    "findings": _FINDING, "issued": _ISSUE, "irregularities": {"kind": None, "event": None, "text": _WORDS},
    "voided": None, "next_change": None, "digest": None, "engine": None,
}  # fmt: skip
_LISTS: Final = (
    "findings",
    "issued",
    "irregularities",
    "thresholds",
    "ledger",
    "basis",
    "basis_en",
    "evidence",
    "extended_by",
)
_STATUS: Final = (
    "not_started", "received", "accepted", "suspended", "completed", "not_accepted", "withdrawn", "voided", "merged",
    "open",
)  # fmt: skip
_STATES: Final = ("pending", "running", "paused", "met", "missed", "stopped")

Problem = tuple[str, str]


def check_expectation(expect: dict[str, Any], path: str) -> Problem | None:
    """The first thing in an expectation that no verdict has: its path, and what was expected."""
    return next(_problems(expect, _VERDICT, path), None)


def _problems(value: Any, shape: dict[str, Any], path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        if value is not None:
            yield path, "expected a mapping"
        return
    for key, item in value.items():
        place = f"{path}.{key}"
        if shape and key not in shape:
            yield place, f"unknown key; expected one of {', '.join(shape)}"
            continue
        if item is None:
            continue
        if key == "status" and shape is _VERDICT and item not in _STATUS:
            yield place, f"expected one of {', '.join(_STATUS)}"
        if key == "state" and item not in _STATES:
            yield place, f"expected one of {', '.join(_STATES)}"
        if key == "clocks" and shape is _VERDICT:
            yield from _clock_problems(item, place)
        elif key in _LISTS:
            if not isinstance(item, list):
                yield place, "expected a list"
                continue
            inner = shape.get(key)
            for index, one in enumerate(item):
                if isinstance(inner, dict):
                    yield from _problems(one, inner, f"{place}[{index}]")
        elif isinstance(item, dict) and isinstance(shape.get(key), dict) and shape[key]:
            yield from _problems(item, shape[key], place)


def _clock_problems(value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, "expected a mapping of clocks"
        return
    for key, item in value.items():
        if str(key).partition(":")[0].partition("@")[0] not in CLOCK_NAMES:
            yield f"{path}.{key}", f"unknown clock; expected one of {', '.join(CLOCK_NAMES)}"
        elif item is not None:
            yield from _problems(item, _CLOCK, f"{path}.{key}")


def differences(expected: Any, actual: Any, path: str, zone: ZoneInfo) -> Iterator[str]:
    """Each difference as a line: the place, what was expected, what came."""
    if expected is None:
        if actual is not None:
            yield f"{path}: expected nothing, got {_show(actual)}"
    elif isinstance(expected, dict):
        if not isinstance(actual, dict):
            yield f"{path}: expected {_show(expected)}, got {_show(actual)}"
            return
        for key, item in expected.items():
            yield from differences(item, actual.get(str(key)), f"{path}.{key}" if path else str(key), zone)
    elif isinstance(expected, list):
        if not isinstance(actual, list):
            yield f"{path}: expected a list of {len(expected)}, got {_show(actual)}"
            return
        for index, item in enumerate(expected):
            if index < len(actual):
                yield from differences(item, actual[index], f"{path}[{index}]", zone)
            else:
                yield f"{path}[{index}]: expected {_show(item)}, got nothing"
        for index in range(len(expected), len(actual)):
            yield f"{path}[{index}]: expected nothing, got {_show(actual[index])}"
    elif not _equal(expected, actual, zone):
        yield f"{path}: expected {_show(expected)}, got {_show(actual)}"


def _equal(expected: Any, actual: Any, zone: ZoneInfo) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return expected == actual or abs(expected - actual) < 1e-9 * max(1.0, abs(expected))
    if isinstance(expected, str) and isinstance(actual, dict):
        try:
            wanted = parse_limit(expected)
            left_out = {"extended_by"} if wanted.mode else {"extended_by", "mode"}
            return wanted == parse_limit({key: item for key, item in actual.items() if key not in left_out})
        except ValueError:
            return expected in actual.values()
    if isinstance(expected, str) and isinstance(actual, str):
        try:
            return parse_instant(expected, zone) == parse_instant(actual, zone)
        except ValueError:
            return expected == actual
    return bool(expected == actual) or str(expected) == str(actual)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{key}: {_show(item)}" for key, item in value.items() if item not in (None, [], {}))
            + "}"
        )
    return str(value)
