"""What a profile document may say: its names, the typed values it gives, and where it cannot be used."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

import msgspec

from domain.citations import named_document
from domain.limits import Limit, parse_limit
from domain.registry import RULES, read_parameter

__all__ = [
    "CLOCK_NAMES",
    "DEFAULT_RULES",
    "DEFAULT_SETTINGS",
    "SETTING_NAMES",
    "LevelEntry",
    "ProfileError",
    "check_profile",
    "check_rules_built",
    "levels_of",
    "mapping_of",
    "parameters_of",
    "setting_of",
]

CLOCK_NAMES: Final = (
    "acceptance", "promised", "statutory", "instant", "stage", "suspension", "correction", "delivery", "forward",
    "superior", "branch",
)  # fmt: skip

_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "day_end": ("close", "midnight"),
    "closed_start": ("day_zero", "roll_forward"),
    "mode": ("date", "instant"),
    "until_moves_with_pause": (False, True),
    "correction_pauses": (False, True),
    "unlawful_suspension": ("pauses", "ignored"),
    "late_extension": ("does_not_cure", "cures"),
    "stage_on_return": ("accumulate", "fresh"),
    "on_reopen": ("resume", "fresh"),
}
_LIMIT_SETTINGS: Final = {"deemed_after": "5 working_day"}
SETTING_NAMES: Final = (*_CHOICES, *_LIMIT_SETTINGS)
DEFAULT_SETTINGS: Final[dict[str, Any]] = {
    **{name: choices[0] for name, choices in _CHOICES.items()},
    **{name: parse_limit(text) for name, text in _LIMIT_SETTINGS.items()},
}
"""Every setting as it is where no document says otherwise."""

DEFAULT_RULES: Final[dict[str, dict[int, str]]] = {
    "promised": {1: "TL-01", 0: "TL-02"},
    "statutory": {0: "TL-03"},
    "instant": {0: "TL-05"},
    "stage": {0: "TL-04"},
    "acceptance": {0: "TL-06"},
    "suspension": {0: "TL-08"},
    "delivery": {0: "TL-11"},
    "forward": {0: "TL-12"},
    "branch": {0: "TL-13"},
}
"""The rule of a level entry that names none: by its level, else under key 0."""

_REGISTRY: Final = {
    "TL": 18, "PR": 13, "FE": 6, "OW": 5, "DQ": 6, "CA": 5, "ST": 14, "SA": 12, "CP": 10, "EV": 10, "RP": 10,
    "SV": 10, "AS": 10, "GM": 10, "LI": 10,
}  # fmt: skip
_CODE: Final = re.compile(r"^([A-Z]{2})-(\d\d)$")
_THRESHOLDS: Final = ("before_due", "used_share", "after_due", "rounded_up_days_over")


class ProfileError(ValueError):
    """A profile that cannot be used: the path in its document and what was expected there."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: {expected}")
        self.path = path
        self.expected = expected


class LevelEntry(msgspec.Struct, frozen=True):
    """One line of a clock's levels: rule, level, and the threshold after which the level holds."""

    rule: str
    level: int
    kind: str
    amount: Limit | None
    """of before_due and after_due"""
    share: Fraction | None
    """of used_share"""
    days_over: int | None
    """of rounded_up_days_over"""
    min_limit: int | None
    """least day limit to which the entry applies"""
    basis: str | None = None


def check_profile(document: dict[str, Any]) -> None:
    """Raise ProfileError where a profile document is not what scenario.md allows."""
    _known(
        document,
        "",
        (
            "profile",
            "version",
            "title",
            "effective_from",
            "extends",
            "settings",
            "clocks",
            "rules",
            "source",
            "document",
            "basis",
        ),
    )
    try:
        named_document(document.get("document"))
    except ValueError as error:
        raise ProfileError("document", str(error)) from None
    if not isinstance(document.get("profile"), str):
        raise ProfileError("profile", "expected the profile's id")
    for name, value in mapping_of(document, "settings").items():
        setting_of(name, value)
    for clock, entry in mapping_of(document, "clocks").items():
        path = f"clocks.{clock}"
        if clock not in CLOCK_NAMES:
            raise ProfileError(path, f"unknown clock; expected one of {', '.join(CLOCK_NAMES)}")
        if not isinstance(entry, dict):
            raise ProfileError(path, "expected a mapping with limit and levels")
        _known(entry, path, ("limit", "levels", "basis", "source"))
        if entry.get("limit") is not None:
            _limit(entry["limit"], f"{path}.limit")
        levels_of(clock, entry.get("levels") or [], f"{path}.levels")
    for code, rule in mapping_of(document, "rules").items():
        path = f"rules.{code}"
        if not _is_code(code):
            raise ProfileError(path, "expected a rule code of the registry, such as TL-09")
        if not isinstance(rule, dict):
            raise ProfileError(path, "expected a mapping such as {enabled: true}")
        _known(rule, path, ("enabled", "level", "parameters", "basis"))
        if "enabled" in rule and not isinstance(rule["enabled"], bool):
            raise ProfileError(f"{path}.enabled", f"expected true or false, got {rule['enabled']!r}")
        if "level" in rule and rule["level"] not in (0, 1, 2, 3):
            raise ProfileError(f"{path}.level", f"expected a level from 0 to 3, got {rule['level']!r}")
        if not isinstance(rule.get("basis") or "", str):
            raise ProfileError(f"{path}.basis", f"expected the articles as text, got {rule['basis']!r}")
        parameters_of(code, rule.get("parameters", {}), f"{path}.parameters")


def check_rules_built(document: dict[str, Any]) -> None:
    """Raise ProfileError where a profile enables a rule that is not built: nothing would ever be found by it.

    For what is published anew; what a log holds already stays as it is.
    """
    for code, rule in mapping_of(document, "rules").items():
        if isinstance(rule, dict) and rule.get("enabled") and code not in RULES:
            raise ProfileError(
                f"rules.{code}.enabled",
                f"the rule {code} is not built, nothing would be found by it; expected it left out or false "
                "(`sundial rules` lists those that are built)",
            )


def parameters_of(code: str, given: Any, path: str) -> dict[str, Any]:
    """The typed values of a rule's parameters that a profile gives; those of a rule not built yet are not read."""
    if not isinstance(given, dict):
        raise ProfileError(path, "expected a mapping")
    rule = RULES.get(code)
    if rule is None:
        return {}
    known = {parameter.name: parameter for parameter in rule.parameters}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else f"none: {code} has no parameters"
            raise ProfileError(f"{path}.{name}", f"unknown parameter; expected {expected}")
        try:
            values[name] = read_parameter(known[name], value)
        except ValueError as error:
            raise ProfileError(f"{path}.{name}", str(error)) from None
    return values


def _is_code(code: Any) -> bool:
    match = _CODE.match(code) if isinstance(code, str) else None
    return match is not None and 1 <= int(match[2]) <= _REGISTRY.get(match[1], 0)


def mapping_of(document: dict[str, Any], key: str) -> dict[str, Any]:
    """What a document says under a key; nothing where it leaves that out. Raises ProfileError."""
    value = document.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ProfileError(key, "expected a mapping")
    return value


def _known(mapping: dict[str, Any], path: str, names: tuple[str, ...]) -> None:
    for key in mapping:
        if key not in names:
            place = f"{path}.{key}" if path else str(key)
            raise ProfileError(place, f"unknown key; expected one of {', '.join(names)}")


def _limit(value: Any, path: str) -> Limit:
    try:
        return parse_limit(value)
    except ValueError as error:
        raise ProfileError(path, str(error)) from None


def setting_of(name: str, value: Any) -> Any:
    """The typed value of a setting. Raises ProfileError."""
    path = f"settings.{name}"
    if name in _LIMIT_SETTINGS:
        limit = _limit(value, path)
        if limit.until is not None:
            raise ProfileError(path, "expected an amount, such as 5 working_day")
        return limit
    choices = _CHOICES.get(name)
    if choices is None:
        raise ProfileError(path, f"unknown setting; expected one of {', '.join(SETTING_NAMES)}")
    if value not in choices or type(value) is not type(choices[0]):
        raise ProfileError(
            path, f"expected one of {', '.join(str(c).lower() for c in choices)}, got {value!r}"
        )
    return value


def levels_of(clock: str, entries: Any, path: str) -> tuple[LevelEntry, ...]:
    """The typed lines of a clock's levels. Raises ProfileError, naming the place under `path`."""
    if not isinstance(entries, list):
        raise ProfileError(path, "expected a list of levels")
    return tuple(_entry(clock, entry, f"{path}[{index}]") for index, entry in enumerate(entries))


def _entry(clock: str, entry: Any, path: str) -> LevelEntry:
    if not isinstance(entry, dict):
        raise ProfileError(path, "expected a mapping such as {level: 1, before_due: '2 working_day'}")
    _known(entry, path, ("rule", "level", "min_limit", "basis", *_THRESHOLDS))
    level = entry.get("level")
    if type(level) is not int or not 0 <= level <= 3:
        raise ProfileError(f"{path}.level", f"expected a level from 0 to 3, got {level!r}")
    kinds = [kind for kind in _THRESHOLDS if kind in entry]
    if len(kinds) != 1:
        raise ProfileError(path, f"expected exactly one threshold of {', '.join(_THRESHOLDS)}")
    kind = kinds[0]
    value = entry[kind]
    default = DEFAULT_RULES.get(clock, {})
    rule = entry.get("rule") or default.get(level) or default.get(0)
    if rule is None:
        raise ProfileError(
            f"{path}.rule", f"the clock {clock} has no rule of its own: name one, such as TL-12"
        )
    if not _is_code(rule):
        raise ProfileError(
            f"{path}.rule", f"expected a rule code of the registry, such as TL-02, got {rule!r}"
        )
    amount = share = days_over = None
    if kind in ("before_due", "after_due"):
        amount = _limit(value, f"{path}.{kind}") if value != 0 else Limit(0, "hour")
        if amount.until is not None:
            raise ProfileError(f"{path}.{kind}", "expected an amount, not an instant")
    elif kind == "used_share":
        share = _share(value, f"{path}.used_share")
    else:
        if type(value) is not int:
            raise ProfileError(f"{path}.{kind}", f"expected a whole number of days, got {value!r}")
        days_over = value
    min_limit = None
    if entry.get("min_limit") is not None:
        least = _limit(entry["min_limit"], f"{path}.min_limit")
        if not least.is_days or least.unit == "month":
            raise ProfileError(f"{path}.min_limit", "expected an amount of days, such as 5 working_day")
        min_limit = int(least.amount)
    basis = entry.get("basis")
    if not isinstance(basis, str | None):
        raise ProfileError(f"{path}.basis", f"expected the articles as text, got {basis!r}")
    return LevelEntry(rule, level, kind, amount, share, days_over, min_limit, basis)


def _share(value: Any, path: str) -> Fraction:
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ProfileError(path, f"expected a decimal share such as 0.8, got {value!r}") from None
    if isinstance(value, bool) or share < 0:
        raise ProfileError(path, f"expected a decimal share such as 0.8, got {value!r}")
    return share
