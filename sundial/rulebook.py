"""The registry of rules as documents: what a rule is called, rests on, may be set to, and supervises."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from domain.citations import articles_and_remark, is_local, national
from domain.limits import Limit
from domain.profile_document import LevelEntry
from domain.profiles import Profile
from domain.registry import RULES, Basis, Parameter, Rule

__all__ = ["LOCAL_DEFAULT", "ROOT", "rule_document", "scenarios_of"]

LOCAL_DEFAULT: Final = {"zh": "本地默认，无公布依据", "en": "local default, no published basis"}
"""Said of every number that no published text gives."""

ROOT: Final = Path(__file__).parents[1]
_SCENARIOS: Final = ROOT / "tests" / "scenarios"


def rule_document(code: str, profile: Profile | None = None) -> dict[str, Any]:
    """A rule with its parameters; with a profile, whether it is on there, and which values and sources hold there.

    Without a profile, `also_in` lists the regions' regulations that have the rule too; they bind nobody else.
    """
    rule = RULES[code]
    document: dict[str, Any] = {
        "code": code,
        "version": rule.version,
        "title": {"zh": rule.title_zh, "en": rule.title_en},
        "of": rule.of,
        "levels": list(rule.levels),
        "sources": [_source(one) for one in _sources(rule, profile)],
        "parameters": [_parameter(rule, one, profile) for one in rule.parameters],
        "covers": list(rule.covers),
    }
    if rule.warning_zh:
        document["warning_title"] = {"zh": rule.warning_zh, "en": rule.warning_en}
    if profile is None:
        document["also_in"] = [_source(one) for one in rule.basis if one not in national(rule.basis)]
    else:
        stated = articles_and_remark(profile.rules.get(code, {}).get("basis") or "")[1]
        if stated:
            document["remark"] = stated
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


def _sources(rule: Rule, profile: Profile | None) -> tuple[Basis, ...]:
    if profile is not None and profile.enabled(rule.code):
        return profile.basis(rule.code)
    return national(rule.basis)


def _parameter(rule: Rule, parameter: Parameter, profile: Profile | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": parameter.name,
        "kind": parameter.kind,
        "meaning": {"zh": parameter.zh, "en": parameter.en},
        "default": _written(parameter.default),
    }
    sources = parameter.basis
    if profile is not None:
        stated = profile.rules.get(rule.code, {})
        document["value"] = _written(profile.parameters[rule.code][parameter.name])
        document["set_by_profile"] = parameter.name in stated.get("parameters", {})
        sources = _sources_of_value(rule.code, parameter, profile, document["set_by_profile"])
    document["sources"] = [_source(one) for one in sources]
    document["local_default"] = not sources
    return document


def _sources_of_value(code: str, parameter: Parameter, profile: Profile, is_set: bool) -> tuple[Basis, ...]:
    """What a value rests on in a profile: its own articles where it sets it; else the law, or its own regulation.

    A number that neither gives is a local default, whatever article the rule itself has.
    """
    stated = profile.rules.get(code, {})
    own = () if is_local(stated.get("basis") or "") else profile.bases.get(code, ())
    if is_set and own:
        return own
    return tuple(
        one
        for one in parameter.basis
        if one in national(parameter.basis) or one[0].startswith(profile.documents or ("\0",))
    )


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
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    return value
