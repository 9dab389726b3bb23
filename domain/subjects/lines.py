"""Lines of a ledger: their numbers, and the matters that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from domain.events import Event

__all__ = ["COMPARED", "Lines", "missing_numbers", "stands_for"]

COMPARED: Final = ("item", "applicant_ref")
"""The fields of a line that must be those of its matter, where both give them."""
_NUMBER: Final = re.compile(r"^(.*?)(\d+)$")


class Lines:
    """Which line stands for which matter. `matters` are acceptances and agency tasks by subject.

    A line that names its case stands for it; several may. One that names none stands for the matter left over that it
    agrees with best, and contradicts in nothing.
    """

    def __init__(self, lines: Sequence[Event], matters: Mapping[str, Event]) -> None:
        self._of: dict[tuple[str, str], Event] = {}
        left = dict(matters)
        for line in lines:
            case = str(line.data.get("case") or "")
            if case in matters:
                self._of[line.identity] = matters[case]
                left.pop(case, None)
        for line in lines:
            if line.data.get("case"):
                continue
            fitting = [one for one in left.values() if not list(stands_for(line, one))]
            if fitting:
                best = max(fitting, key=lambda one: _agreeing(line, one))
                self._of[line.identity] = best
                del left[best.subject]
        self.matched = frozenset(one.subject for one in self._of.values())
        """The subjects of the matters that have a line."""

    def matter_of(self, line: Event) -> Event | None:
        """What a line stands for."""
        return self._of.get(line.identity)


def stands_for(line: Event, matter: Event) -> Iterator[tuple[str, str, str]]:
    """Where a line contradicts a matter: the field, and what each says."""
    for field in COMPARED:
        stated, known = line.data.get(field), matter.data.get(field)
        if stated not in (None, "") and known not in (None, "") and str(stated) != str(known):
            yield field, str(stated), str(known)


def missing_numbers(number: str, lines: Sequence[Event]) -> str:
    """The numbers that are missing just before one, such as `4` or `4-6`; empty for the least of the lines.

    Numbers that end in digits are counted within what stands before these, such as `2026-17`.
    """
    split = _NUMBER.match(number)
    if split is None:
        return ""
    prefix, digits = split.groups()
    others = {
        int(found[2])
        for line in lines
        if (found := _NUMBER.match(str(line.data.get("number")))) and found[1] == prefix
    }
    before = max((one for one in others if one < int(digits)), default=None)
    if before is None or before == int(digits) - 1:
        return ""
    first, last = (f"{prefix}{one:0{len(digits)}d}" for one in (before + 1, int(digits) - 1))
    return first if first == last else f"{first}-{last}"


def _agreeing(line: Event, matter: Event) -> int:
    return sum(
        line.data.get(field) not in (None, "") and str(line.data[field]) == str(matter.data.get(field))
        for field in COMPARED
    )
