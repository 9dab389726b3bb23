"""When a clock of the case would reach a limit or a share that a rule sets: its own time, less its pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import msgspec

from domain.clocks.timeline import Change, ClockCourse, read_clock
from domain.limits import Limit
from domain.profile_document import LevelEntry

__all__ = ["limit_used_up", "share_used"]

_OWN = "TL-00"
"""The rule of the one level that is asked for; no rule of the registry has that number."""


def limit_used_up(course: ClockCourse, limit: Limit, changes: Sequence[Change], at: int) -> int | None:
    """The instant at which `limit` is, or will be, used up on the clock's running time.

    None if the clock ended before, or while it is paused.
    """
    entry = LevelEntry(_OWN, 1, "after_due", Limit(0, "hour"), None, None, None)
    return _reached(replace(course, limit=limit, changes=list(changes)), entry, at)


def share_used(course: ClockCourse, share: Fraction, at: int) -> int | None:
    """The instant at which that share of the clock's limit is, or will be, used; None as above."""
    return _reached(course, LevelEntry(_OWN, 1, "used_share", None, share, None, None), at)


def _reached(course: ClockCourse, entry: LevelEntry, at: int) -> int | None:
    profile = msgspec.structs.replace(
        course.profile, levels_on={course.name: (entry,)}, on=frozenset((_OWN,))
    )
    reading = read_clock(replace(course, profile=profile, previous=None), at)
    if reading.reached:
        return reading.reached[0].at
    ahead = next((after for _, after in reading.thresholds), None)
    return None if ahead is None or course.stop is not None else max(ahead, at)
