"""Regional profiles: which limits warn when, and every choice of local policy. Data, never code.

A profile extends another (default `statute`); mappings merge, a `levels` list replaces the parent's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from domain.citations import cited, named_document, national, unstated
from domain.limits import Limit, parse_limit
from domain.profile_document import (
    DEFAULT_SETTINGS,
    LevelEntry,
    check_profile,
    levels_of,
    mapping_of,
    parameters_of,
    setting_of,
)
from domain.registry import RULES, Basis, rule_of

__all__ = ["Profile", "resolve_profile"]

_ENABLED_BY_RULE: Final = {"forward": "TL-12", "branch": "TL-13"}
"""Clocks that a profile may switch on by their rule alone."""


class Profile(msgspec.Struct, frozen=True):
    """A profile with its ancestors merged in."""

    id: str
    version: str
    settings: dict[str, Any]
    limits: dict[str, Limit]
    """limits of clocks that no event or item gives"""
    levels: dict[str, tuple[LevelEntry, ...]]
    """of each clock, also those of rules that are off"""
    levels_on: dict[str, tuple[LevelEntry, ...]]
    """those of rules that are on"""
    rules: dict[str, dict[str, Any]]

    on: frozenset[str]
    """the rules that are enabled: those of the clocks' levels and of `rules`, less those switched off"""

    parameters: dict[str, dict[str, Any]]
    """of each rule that has any, by name"""

    bases: dict[str, tuple[Basis, ...]] = {}
    """the articles on which the profile rests each rule, of the last document that states any"""

    documents: tuple[str, ...] = ()
    """the regulations behind it, in Chinese, the oldest ancestor's first"""

    def basis(self, code: str) -> tuple[Basis, ...]:
        """What a finding of the rule rests on here: national law, then the articles of this profile's regulation."""
        found = (*national(rule_of(code).basis), *self.bases.get(code, ()))
        return tuple(dict.fromkeys(found)) or (unstated(self.id),)

    def enabled(self, code: str) -> bool:
        """Whether a rule is on."""
        return code in self.on

    def level(self, code: str) -> int:
        """The level of a breach of a rule without a clock: the profile's, else the registry's."""
        stated = self.rules.get(code, {}).get("level")
        if stated is not None:
            return int(stated)
        levels = RULES[code].levels if code in RULES else ()
        return levels[-1] if levels else 0


def resolve_profile(documents: list[dict[str, Any]]) -> Profile:
    """Merge a chain of documents, ancestor first, into one profile. Equal documents share one; it is never changed."""
    try:
        written = msgspec.json.encode(documents, order="deterministic")
    except (TypeError, ValueError):  # not of JSON: said with its place
        return _resolve(documents)
    return _resolved(_Chain(written, documents))


class _Chain:
    """Documents, told apart by what they say."""

    def __init__(self, written: bytes, documents: list[dict[str, Any]]) -> None:
        self.written = written
        self.documents = documents

    def __hash__(self) -> int:
        return hash(self.written)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Chain) and self.written == other.written


@lru_cache(maxsize=256)
def _resolved(chain: _Chain) -> Profile:
    return _resolve(chain.documents)


def _resolve(documents: list[dict[str, Any]]) -> Profile:
    settings = dict(DEFAULT_SETTINGS)
    limits: dict[str, Limit] = {}
    levels: dict[str, tuple[LevelEntry, ...]] = {}
    rules: dict[str, dict[str, Any]] = {}
    bases: dict[str, tuple[Basis, ...]] = {}
    for document in documents:
        check_profile(document)
        bases.update(_bases(document))
        for name, value in mapping_of(document, "settings").items():
            settings[name] = setting_of(name, value)
        for clock, entry in mapping_of(document, "clocks").items():
            if "limit" in entry:
                if entry["limit"] is None:
                    limits.pop(clock, None)
                else:
                    limits[clock] = parse_limit(entry["limit"])
            if "levels" in entry:
                levels[clock] = levels_of(clock, entry["levels"] or [], f"clocks.{clock}.levels")
        for code, rule in mapping_of(document, "rules").items():
            merged = {**rules.get(code, {}), **rule}
            if "parameters" in rule:
                merged["parameters"] = {**rules.get(code, {}).get("parameters", {}), **rule["parameters"]}
            rules[code] = merged
    parameters = _all_parameters(rules)
    _add_default_clocks(rules, parameters, limits, levels)
    last = documents[-1]
    listed = {entry.rule for entries in levels.values() for entry in entries}
    on = {code for code in {*listed, *rules} if rules.get(code, {}).get("enabled", code in listed)}
    return Profile(
        last["profile"],
        str(last.get("version", "")),
        settings,
        limits,
        levels,
        {clock: tuple(one for one in entries if one.rule in on) for clock, entries in levels.items()},
        rules,
        frozenset(on),
        parameters,
        bases,
        tuple(one[0] for one in (named_document(document.get("document")) for document in documents) if one),
    )


def _bases(document: dict[str, Any]) -> dict[str, tuple[Basis, ...]]:
    """The articles on which one document rests the rules that it turns on; a mere number of a rule changes nothing."""
    named = named_document(document.get("document"))
    out: dict[str, tuple[Basis, ...]] = {}
    for clock, entry in mapping_of(document, "clocks").items():
        for one in levels_of(clock, entry.get("levels") or [], f"clocks.{clock}.levels"):
            found = cited(named, one.basis or "")
            out[one.rule] = tuple(dict.fromkeys((*out.get(one.rule, ()), *found)))
    for code, rule in mapping_of(document, "rules").items():
        if rule.get("enabled") or "basis" in rule:
            out[code] = cited(named, rule.get("basis") or "")
    return {code: found for code, found in out.items() if found}


def _add_default_clocks(
    rules: dict[str, dict[str, Any]],
    parameters: dict[str, dict[str, Any]],
    limits: dict[str, Limit],
    levels: dict[str, tuple[LevelEntry, ...]],
) -> None:
    """Clocks of rules that `rules` enables and no level lists: overdue is a breach; forwarding has a limit then."""
    listed = {entry.rule for entries in levels.values() for entry in entries}
    for clock, code in _ENABLED_BY_RULE.items():
        rule = rules.get(code, {})
        if not rule.get("enabled"):
            continue
        if code not in listed:
            entry = LevelEntry(code, rule.get("level", 2), "after_due", Limit(0, "hour"), None, None, None)
            levels[clock] = (*levels.get(clock, ()), entry)
        if clock == "forward":
            given = parameters[code]
            limits.setdefault(clock, _shorter(given["limit"], given["first_review"]))


def _all_parameters(rules: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The parameters of every rule that is built: as given, else the registry's default."""
    out: dict[str, dict[str, Any]] = {}
    for code, rule in RULES.items():
        if rule.parameters:
            given = rules.get(code, {}).get("parameters", {})
            defaults = {parameter.name: parameter.default for parameter in rule.parameters}
            out[code] = parameters_of(code, {**defaults, **given}, f"rules.{code}.parameters")
    return out


def _shorter(limit: Limit, most: Limit) -> Limit:
    """A limit, or the most that the law allows where that is shorter. Different units are not compared."""
    return most if limit.unit == most.unit and limit.amount > most.amount else limit
