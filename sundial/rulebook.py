"""The registry of rules as documents: what a rule is called, rests on, may be set to, and supervises."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from domain.limits import Limit
from domain.profiles import LevelEntry, Profile
from domain.registry import RULES, Basis, Parameter, Rule

__all__ = ["LOCAL_DEFAULT", "ROOT", "rule_document", "scenarios_of"]

LOCAL_DEFAULT: Final = {"zh": "本地默认，无公布依据", "en": "local default, no published basis"}
"""Said of every number that no published text gives."""

ROOT: Final = Path(__file__).parents[1]
_SCENARIOS: Final = ROOT / "tests" / "scenarios"


def rule_document(code: str, profile: Profile | None = None) -> dict[str, Any]:
    """A rule with its parameters; with a profile, whether it is on there and which values hold."""
    rule = RULES[code]
    document: dict[str, Any] = {
        "code": code,
        "version": rule.version,
        "title": {"zh": rule.title_zh, "en": rule.title_en},
        "of": rule.of,
        "levels": list(rule.levels),
        "sources": [_source(one) for one in rule.basis],
        "parameters": [_parameter(rule, one, profile) for one in rule.parameters],
        "covers": list(rule.covers),
    }
    if rule.warning_zh:
        document["warning_title"] = {"zh": rule.warning_zh, "en": rule.warning_en}
    if profile is not None:
        document["enabled"] = profile.enabled(code)
        document["thresholds"] = _thresholds(code, profile)
        if "level" in profile.rules.get(code, {}):
            document["levels"] = [profile.level(code)]
    return document


def scenarios_of(code: str, folder: Path = _SCENARIOS) -> list[Path]:
    """The scenario files that show a rule: its own folder, and those that expect a finding of its code."""
    own = folder / "rules" / code.lower().replace("-", "_")
    return [
        path
        for path in sorted(folder.rglob("*.yaml"))
        if own in path.parents or f"code: {code}" in path.read_text("utf-8")
    ]


def _source(basis: Basis) -> dict[str, str]:
    return {"zh": basis[0], "en": basis[1]}


def _parameter(rule: Rule, parameter: Parameter, profile: Profile | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": parameter.name,
        "kind": parameter.kind,
        "meaning": {"zh": parameter.zh, "en": parameter.en},
        "default": _written(parameter.default),
        "sources": [_source(one) for one in parameter.basis],
        "local_default": not parameter.basis,
    }
    if profile is not None:
        document["value"] = _written(profile.parameters[rule.code][parameter.name])
        stated = profile.rules.get(rule.code, {})
        document["set_by_profile"] = parameter.name in stated.get("parameters", {})
        if "basis" in stated:
            document["profile_basis"] = stated["basis"]
    return document


def _thresholds(code: str, profile: Profile) -> list[dict[str, Any]]:
    """The levels of the profile's clocks that raise the rule."""
    return [
        {
            "clock": clock,
            "limit": _written(profile.limits[clock]) if clock in profile.limits else None,
            "level": entry.level,
            entry.kind: _threshold(entry),
        }
        for clock, entries in profile.levels.items()
        for entry in entries
        if entry.rule == code
    ]


def _threshold(entry: LevelEntry) -> Any:
    if entry.amount is not None:
        return _written(entry.amount)
    return _written(entry.share if entry.share is not None else entry.days_over)


def _written(value: Any) -> Any:
    """A value as a profile writes it."""
    if isinstance(value, Limit):
        return value.text()
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    return value
