"""What a rule is, as data: code, titles, legal basis, parameters, and which obligations it supervises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from domain.limits import parse_limit

__all__ = ["Basis", "Parameter", "Rule", "read_parameter"]

Basis = tuple[str, str]
"""A document and its article, in Chinese and English."""


class Parameter(NamedTuple):
    """A number or list of a rule that a profile may set.

    `default` is written as in a profile. Without `basis` it is a local default that no published text gives, and is
    shown so.
    """

    name: str
    kind: str
    """limit, limit_or_none, count, amount, share, texts, names or flag"""
    default: Any
    zh: str
    en: str
    basis: tuple[Basis, ...] = ()


class Rule(NamedTuple):
    """A rule as data. As a warning it may have a title of its own: nothing is overdue yet."""

    code: str
    title_zh: str
    title_en: str
    basis: tuple[Basis, ...]
    warning_zh: str = ""
    warning_en: str = ""
    version: str = "1"
    levels: tuple[int, ...] = ()
    """The levels it raises where the profile says nothing else; the last is the breach itself."""
    parameters: tuple[Parameter, ...] = ()
    covers: tuple[str, ...] = ()
    """The obligations of the five regulations that it supervises, such as WX-04."""
    of: str = "case"
    """The kind of subject that it judges."""

    def titles(self, level: int) -> dict[str, str]:
        """The title of a finding of that level, by language."""
        if level == 1 and self.warning_zh:
            return {"zh": self.warning_zh, "en": self.warning_en}
        return {"zh": self.title_zh, "en": self.title_en}


def read_parameter(parameter: Parameter, value: Any) -> Any:
    """The value that a profile gives to a parameter. Raises ValueError saying what was expected."""
    return _READERS[parameter.kind](value)


def _limit(value: Any) -> Any:
    limit = parse_limit(value)
    if limit.until is not None:
        raise ValueError("expected an amount such as 1 working_day, not an instant")
    return limit


def _limit_or_none(value: Any) -> Any:
    return None if value is None else _limit(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a whole number, 0 or more, got {value!r}")
    return value


def _amount(value: Any) -> Fraction:
    try:
        amount = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"expected a number, got {value!r}") from None
    if isinstance(value, bool) or amount < 0:
        raise ValueError(f"expected a number, 0 or more, got {value!r}")
    return amount


def _share(value: Any) -> Fraction:
    share = _amount(value)
    if share > 1:
        raise ValueError(f"expected a share from 0 to 1, got {value!r}")
    return share


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"expected a list of texts, got {value!r}")
    return tuple(value)


def _names(value: Any) -> dict[str, tuple[str, ...]]:
    """Of each code the names by which it is told too."""
    if not isinstance(value, dict) or not all(isinstance(code, str) and code for code in value):
        raise ValueError(f"expected a mapping of codes to lists of names, got {value!r}")
    return {code: _texts(names) for code, names in value.items()}


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"expected true or false, got {value!r}")
    return value


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "limit": _limit,
    "limit_or_none": _limit_or_none,
    "count": _count,
    "amount": _amount,
    "share": _share,
    "texts": _texts,
    "names": _names,
    "flag": _flag,
}
