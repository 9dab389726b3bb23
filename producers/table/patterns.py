"""Times by a pattern such as `%Y-%m-%d %H:%M`: as `datetime.strptime` reads them, only sooner.

Most tables write their times in full: every number with all its digits. Those are taken apart here. Whatever is
written otherwise, or is no time, goes to `strptime`, whose word is final.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

__all__ = ["pattern_reader"]

_WHOLE: Final = {"Y": "[0-9]{4}", **dict.fromkeys("mdHIMS", "[0-9]{2}"), "p": "[AP]M", "f": "[0-9]{6}"}
"""The parts that are taken apart here, each as it is written in full."""
_DAY: Final = {"Y", "m", "d"}
_PART: Final = re.compile(r"%(.)", re.DOTALL)


def pattern_reader(pattern: str) -> Callable[[str], datetime]:
    """What reads a text by a pattern. It raises ValueError for one that is no such time."""

    def slowly(text: str) -> datetime:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone comes next

    parts = _PART.findall(pattern)
    known = set(parts)
    if not _DAY <= known <= _WHOLE.keys() or len(known) < len(parts) or {"H", "I"} <= known:
        return slowly
    written = "".join(
        f"(?P<{piece}>{_WHOLE[piece]})" if place % 2 else re.escape(piece)
        for place, piece in enumerate(_PART.split(pattern))
    )
    unwritten = "".join(f"(?P<{part}>)" for part in _WHOLE if part not in known)
    match_whole = re.compile(written + unwritten).fullmatch
    half_day = "I" in known
    hour_part = "I" if half_day else "H"

    def quickly(text: str) -> datetime:
        match = match_whole(text)
        if match is None:
            return slowly(text)
        year, month, day, hours, minute, second, fraction = match.group(
            "Y", "m", "d", hour_part, "M", "S", "f"
        )
        hour = int(hours or 0)
        if half_day:
            if not 1 <= hour <= 12:
                return slowly(text)
            hour = hour % 12 + 12 * (match["p"] == "PM")
        try:
            return datetime(  # noqa: DTZ001 - the zone comes next
                int(year), int(month), int(day), hour, int(minute or 0), int(second or 0), int(fraction or 0)
            )
        except ValueError:
            return slowly(text)

    return quickly
