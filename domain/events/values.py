"""Amounts, slots, dates and flags as events tell them: what can be read, and what was expected where one cannot.

They are kept as sent, so a value that nobody can read may stand in a log. The door refuses it (`check_values`); where
it is stored all the same, the case shows it (`unreadable_values`), for a rule cannot judge what it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.events.codec import Event, InvalidEvent
from domain.instants import parse_instant

__all__ = [
    "AMOUNTS",
    "DAYS",
    "FLAGS",
    "SLOTS",
    "Unreadable",
    "check_values",
    "is_blank",
    "read_amount",
    "read_day",
    "read_slot",
    "unreadable_values",
]

_FEE: Final = ("amount", "standard", "quantity")
AMOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "case.fee_assessed": _FEE,
    "case.fee_collected": _FEE,
    "case.fee_refunded": _FEE,
    "agency.opened": ("fee",),
    "agency.handed_over": ("fee",),
    "agency.completed": ("fee",),
}
"""The fields that hold an amount, by event type."""
SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "case.appointment_booked": ("slot",),
    "case.appointment_served": ("slot",),
}
DAYS: Final[Mapping[str, tuple[str, ...]]] = {"hall.expected": ("from",)}
FLAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "case.applied": ("urgent",),
    "case.materials_received": ("urgent",),
    "case.accepted": ("urgent",),
    "window.published": ("closed",),
    "guide.published": ("online",),
    "ledger.entry_recorded": ("void",),
}
"""The fields that say yes or no, by event type: a text such as "false" would be taken for the contrary."""
WORDS: Final[Mapping[str, tuple[str, ...]]] = {"case.transferred": ("carrier",)}
_ALLOWED: Final = {"carrier": ("internal", "applicant")}
"""Fields of which only these words are known: by another nothing would be judged."""
HOLDING: Final = frozenset((*AMOUNTS, *SLOTS, *DAYS, *FLAGS, *WORDS))
"""The types of events that hold any of these."""
FIELDS_ZH: Final = {
    "amount": "金额", "standard": "收费标准", "quantity": "数量", "fee": "代办费用", "slot": "预约时段",
    "from": "起报日期", "urgent": "急办标记", "closed": "窗口关闭标记", "online": "上网标记", "void": "作废标记",
    "carrier": "转交方式",
}  # fmt: skip
_PLAIN: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_MOST: Final = 10**18
_ANY_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Unreadable(NamedTuple):
    """A value that cannot be read: its field, what was expected, and why in both languages."""

    field: str
    expected: str
    text_zh: str
    text_en: str


def read_amount(value: Any) -> Fraction:
    """A number, or a text such as `12.50`: digits and a point, at most 18 digits on either side, counted exactly.

    Raises ValueError saying what was expected.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value.strip()):
        return Fraction(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool) and -_MOST < value < _MOST:
        return Fraction(str(value))
    raise ValueError(f"expected a number, or a plain decimal such as 12.50 below {_MOST:.0e}, got {value!r}")


def read_slot(value: Any, zone: ZoneInfo) -> int:
    """The instant by which a slot is over: an instant, or `{start, end}` (or only one of them), local in `zone`.

    Raises ValueError saying what was expected, also where the slot ends before it starts.
    """
    if isinstance(value, str):
        return parse_instant(value, zone)
    if not isinstance(value, dict) or not (value.get("start") or value.get("end")):
        raise ValueError(f"expected a time, or a mapping with start and end, got {value!r}")
    ends = [parse_instant(value[name], zone) for name in ("start", "end") if value.get(name)]
    if ends[0] > ends[-1]:
        raise ValueError(
            f"expected an end that is not before the start, got {value['start']} to {value['end']}"
        )
    return ends[-1]


def read_day(value: Any, zone: ZoneInfo) -> int:
    """A date, from its 00:00 in `zone`, or a time. Raises ValueError saying what was expected."""
    if not isinstance(value, str):
        raise ValueError(f"expected a date such as 2026-03-09, or a time, got {value!r}")
    return parse_instant(value if "T" in value else f"{value}T00:00:00", zone)


def is_blank(value: Any) -> bool:
    """Whether nothing is said: left out, or a text of blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def unreadable_values(event: Event) -> Iterator[Unreadable]:
    """The amounts, slots, dates and flags of an event that cannot be read. What is not stated is none."""
    for field, value in _stated(event, DAYS):
        try:
            read_day(value, _ANY_ZONE)
        except ValueError as error:
            yield Unreadable(
                field,
                str(error),
                f"{field} 不是日期或时间（{value}）",
                f"{field} is no date or time ({value})",
            )
    for field, value in _stated(event, AMOUNTS):
        try:
            read_amount(value)
        except ValueError as error:
            zh = f"{FIELDS_ZH[field]}无法读取（{value}），未据以监察"
            yield Unreadable(
                field, str(error), zh, f"{field} cannot be read as an amount ({value}): not judged"
            )
    for field, value in _stated(event, SLOTS):
        try:
            read_slot(value, _ANY_ZONE)
        except ValueError as error:
            said = ", ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else value
            zh, en = (
                f"预约时段无法读取（{said}），未据以监察",
                f"the slot cannot be read ({said}): not judged",
            )
            yield Unreadable(field, str(error), zh, en)

    for field, flag in _stated(event, FLAGS):
        if type(flag) is not bool:
            yield Unreadable(
                field,
                f"expected true or false, got {flag!r}",
                f"{FIELDS_ZH[field]}不是 true 或 false（{flag}），未据以监察",
                f"{field} is neither true nor false ({flag}): not judged",
            )

    for field, word in _stated(event, WORDS):
        if word not in _ALLOWED[field]:
            known = ", ".join(_ALLOWED[field])
            yield Unreadable(
                field,
                f"expected one of {known}, got {word!r}",
                f"{FIELDS_ZH[field]}不是 {known} 之一（{word}），未据以监察",
                f"{field} is none of {known} ({word}): not judged",
            )


def _stated(event: Event, fields: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Any]]:
    for field in fields.get(event.type, ()):
        value = event.data.get(field)
        if value is not None and value != "":
            yield field, value


def check_values(event: Event) -> None:
    """Raise InvalidEvent where an amount, a slot, a date or a flag of the event cannot be read."""
    for one in unreadable_values(event):
        raise InvalidEvent(f"data.{one.field}", one.expected)
