"""Limits of time: so many units, in a counting mode, or an absolute instant."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from domain.instants import format_instant, parse_instant

__all__ = ["DAY_UNITS", "UNITS", "Limit", "Mode", "parse_limit"]

Mode = Literal["date", "instant"]

UNITS: Final = ("working_day", "calendar_day", "month", "working_hour", "working_minute", "hour", "minute")
DAY_UNITS: Final = ("working_day", "calendar_day", "month")
_WHOLE_UNITS: Final = ("calendar_day", "month")
_MOST: Final = {"working_day": 36_500, "calendar_day": 36_500, "month": 1_200}
_MOST_OTHER: Final = 60_000_000


class Limit:
    """A limit: `amount` of `unit` (counting `mode` only for working days), or the instant `until`.

    Written `{amount: 5, unit: working_day, mode: date}`, `{until: INSTANT}`, or short, `"5 working_day instant"`.
    """

    __slots__ = ("amount", "mode", "unit", "until")

    def __init__(
        self, amount: int | Fraction = 0, unit: str = "", mode: Mode | None = None, until: int | None = None
    ) -> None:
        self.amount = amount
        self.unit = unit
        self.mode = mode
        self.until = until

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Limit) and self._key() == other._key())

    def __hash__(self) -> int:
        return hash((self.amount, self.unit, self.mode, self.until))

    def __repr__(self) -> str:
        return f"Limit({self.text()!r})"

    def _key(self) -> tuple[Any, ...]:
        return (self.amount, self.unit, self.mode, self.until)

    @property
    def is_days(self) -> bool:
        """Whether the limit is an amount of days or months."""
        return self.until is None and self.unit in DAY_UNITS

    @property
    def is_zero(self) -> bool:
        return self.until is None and self.amount == 0

    def text(self) -> str:
        """The short form, such as `5 working_day`."""
        if self.until is not None:
            return f"until {format_instant(self.until)}"
        return f"{_number(self.amount)} {self.unit}" + (f" {self.mode}" if self.mode else "")

    def document(self) -> dict[str, Any]:
        """The long form, as in events and verdicts."""
        if self.until is not None:
            return {"until": format_instant(self.until)}
        out: dict[str, Any] = {"amount": _number(self.amount), "unit": self.unit}
        if self.mode:
            out["mode"] = self.mode
        return out


def parse_limit(value: Any, zone: ZoneInfo | None = None) -> Limit:
    """Read a limit in its short or long form. Raises ValueError saying what was expected."""
    if isinstance(value, Limit):
        return value
    if isinstance(value, str):
        return _parse_short(value)
    if isinstance(value, dict):
        return _parse_long(value, zone)
    raise ValueError(f"expected a limit such as '5 working_day' or {{until: TIME}}, got {value!r}")


@lru_cache(maxsize=4_096)
def _parse_short(text: str) -> Limit:
    words = text.split()
    if len(words) not in (2, 3):
        raise ValueError(f"expected a limit such as '5 working_day' or '5 working_day instant', got {text!r}")
    return _limit(words[0], words[1], words[2] if len(words) == 3 else None)


def _parse_long(value: dict[str, Any], zone: ZoneInfo | None) -> Limit:
    unknown = sorted(set(value) - {"amount", "unit", "mode", "until"}, key=str)
    if unknown:
        raise ValueError(f"expected amount, unit, mode or until in a limit, got the key {unknown[0]!r}")
    value = {key: item for key, item in value.items() if item is not None}
    if value.get("until") is not None:
        if set(value) - {"until"}:
            raise ValueError("expected either `until` or an amount, not both")
        return Limit(until=parse_instant(value["until"], zone))
    if "amount" not in value or "unit" not in value:
        raise ValueError("expected a limit with amount and unit, or until")
    return _limit(value["amount"], value["unit"], value.get("mode"))


def _limit(amount: Any, unit: Any, mode: Any) -> Limit:
    if unit not in UNITS:
        raise ValueError(f"expected a unit of {', '.join(UNITS)}, got {unit!r}")
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise ValueError(f"expected a whole amount, got {amount!r}")
    try:
        exact = Fraction(str(amount))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"expected an amount such as 5, got {amount!r}") from None
    if exact < 0:
        raise ValueError(f"expected an amount that is not negative, got {amount!r}")
    if exact > _MOST.get(unit, _MOST_OTHER):
        raise ValueError(f"expected at most {_MOST.get(unit, _MOST_OTHER)} {unit}, got {amount!r}")
    if mode is not None and mode not in ("date", "instant"):
        raise ValueError(f"expected the mode date or instant, got {mode!r}")
    if exact.denominator != 1 and (unit in _WHOLE_UNITS or (unit == "working_day" and mode != "instant")):
        raise ValueError(f"expected whole days, got {amount!r} {unit}")
    if mode is not None and unit != "working_day":
        natural = "date" if unit in DAY_UNITS else "instant"
        if mode != natural:
            raise ValueError(f"expected the mode {natural}, the only one of {unit}, got {mode!r}")
        mode = None
    whole: int | Fraction = exact.numerator if exact.denominator == 1 else exact
    return Limit(whole, unit, cast("Mode | None", mode))


def _number(amount: int | Fraction) -> int | float:
    return amount if isinstance(amount, int) else float(amount)
