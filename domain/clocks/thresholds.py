"""Due instants and thresholds of a limit counted over running time (time.md, "Limits and counting modes", "Levels")."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from domain.clocks.running import DayUnit, Running, Span, Stretch, add_months
from domain.instants import HOUR, MINUTE
from domain.limits import Limit
from domain.profile_document import LevelEntry

__all__ = ["Count", "Terms", "applies", "count_of", "measure_of", "terms_of", "threshold"]

Measure = Literal["date", "open", "elapsed"]

_LENGTH = {"working_hour": HOUR, "working_minute": MINUTE, "hour": HOUR, "minute": MINUTE}


def measure_of(limit: Limit, mode: str) -> Measure:
    """How a limit is counted: by dates, in open time, or in elapsed time. `mode` is the profile's."""
    if limit.until is not None or limit.unit in ("hour", "minute"):
        return "elapsed"
    if limit.unit in ("calendar_day", "month"):
        return "date"
    if limit.unit == "working_day" and (limit.mode or mode) == "date":
        return "date"
    return "open"


class Terms(NamedTuple):
    """The limit in force: its base with extensions of the same unit, and extensions counted on from due."""

    base: Limit
    more: tuple[Limit, ...]

    def document(self, mode: str) -> dict[str, Any]:
        """The limit as JSON, its counting mode spelled out where there is a choice."""
        out = self.base.document()
        if self.base.until is None and self.base.unit == "working_day":
            out["mode"] = self.base.mode or mode
        if self.more:
            out["extended_by"] = [limit.document() for limit in self.more]
        return out


def terms_of(base: Limit, extensions: list[Limit], mode: str) -> Terms:
    """Merge extensions into the base where they have its unit (and counting mode)."""
    more: list[Limit] = []
    for extension in extensions:
        if extension.until is not None:
            base, more = extension, []
        elif _same_unit(base, extension, mode):
            base = Limit(base.amount + extension.amount, base.unit, base.mode)
        else:
            more.append(extension)
    return Terms(base, tuple(more))


def _same_unit(one: Limit, other: Limit, mode: str) -> bool:
    return one.until is None and one.unit == other.unit and measure_of(one, mode) == measure_of(other, mode)


class Count:
    """A limit counted over running time: its due instant and everything measured against it."""

    __slots__ = (
        "_levels", "days", "due", "due_day", "measure", "mode", "nominal", "run", "terms", "total", "unit",
    )  # fmt: skip

    def __init__(self, run: Running, terms: Terms, mode: str) -> None:
        self.run = run
        self.terms = terms
        self.mode = mode
        base = terms.base
        self.measure: Measure = measure_of(base, mode)
        counted_in_days = base.unit == "working_day" and self.measure == "open"
        self.nominal = run.start_calendar.nominal_day(run.origin) if counted_in_days else 0
        self.unit: DayUnit = "working_day" if base.unit == "working_day" else "calendar_day"
        self.days = 0
        """counted days of the base, in DATE mode"""
        self.total: int | Fraction = 0
        """microseconds of the base, in the other modes"""
        due, day = self._base_due()
        for extension in terms.more:
            due, day = self._forward(due, day, extension)
        self.due = due
        self.due_day = day
        """the day to which the due instant belongs: a close after midnight, or the 00:00 that ends a day, is of the
        day before"""
        self._levels: tuple[tuple[LevelEntry, ...], list[tuple[LevelEntry, int]]] | None = None
        """the level entries asked for last, with the answer"""

    def _base_due(self) -> tuple[int, int]:
        base, run = self.terms.base, self.run
        if self.measure == "date":
            if base.unit == "month":
                self.days = add_months(run.origin, int(base.amount)) - run.origin
            else:
                self.days = int(base.amount)
            if self.days:
                return self._closing(run.nth(self.origin, self.days, self.unit), self.unit)
            return (
                self._closing(run.zero_days(), self.unit)
                if base.unit == "working_day"
                else self._at(run.start)
            )
        if base.until is not None:
            self.total = base.until - run.start
            return self._at(run.add_elapsed(run.start, self.total) if self.total > 0 else base.until)
        self.total = self._length(base)
        if self.measure == "elapsed":
            return self._at(run.add_elapsed(run.start, self.total))
        if base.unit == "working_day" and base.amount == 0:
            return self._closing(run.zero_days(), self.unit)
        return self._at(run.add_open(run.start, self.total))

    def _at(self, moment: int) -> tuple[int, int]:
        return moment, self.run.day_of(moment)

    @property
    def origin(self) -> int:
        """Day 0 of counted days."""
        return self.run.origin_day() if self.unit == "working_day" else self.run.origin

    def _length(self, limit: Limit) -> int | Fraction:
        """Microseconds of an amount: nominal open days, or hours and minutes."""
        if limit.unit == "working_day":
            nominal = self.nominal or self.run.start_calendar.nominal_day(self.run.origin)
            return limit.amount * nominal
        return limit.amount * _LENGTH[limit.unit]

    def _closing(self, day: int, unit: DayUnit) -> tuple[int, int]:
        """The due instant of a last day, and its day: a calendar day that is no working day moves to the next
        working day."""
        if unit == "calendar_day":
            day = self.run.next_working_day(day)
        day = self.run.closing_day(day)
        return self.run.raw_end(day), day

    def _forward(self, moment: int, day: int, amount: Limit) -> tuple[int, int]:
        """An extension in another unit, counted on from the due instant."""
        if amount.is_zero:
            return moment, day
        measure = measure_of(amount, self.mode)
        if measure == "date":
            return self._closing(*self._days_on(day, amount))
        if measure == "open":
            return self._at(self.run.add_open(moment, self._length(amount)))
        return self._at(self.run.add_elapsed(moment, self._length(amount)))

    def _days_on(self, day: int, amount: Limit) -> tuple[int, DayUnit]:
        if amount.unit == "working_day":
            return self.run.nth(day, int(amount.amount), "working_day"), "working_day"
        days = (
            int(amount.amount) if amount.unit == "calendar_day" else add_months(day, int(amount.amount)) - day
        )
        return self.run.nth(day, days, "calendar_day"), "calendar_day"

    # -- thresholds ------------------------------------------------------------------------------------------

    def levels(self, entries: tuple[LevelEntry, ...]) -> list[tuple[LevelEntry, int]]:
        """The entries that speak of such a limit, of several for one rule and level the first; each with the instant
        after which it holds."""
        known = self._levels
        if known is not None and known[0] == entries:
            return known[1]
        found: dict[tuple[str, int], tuple[LevelEntry, int]] = {}
        for entry in entries:
            if (entry.rule, entry.level) not in found and applies(entry, self):
                found[entry.rule, entry.level] = entry, threshold(entry, self)
        levels = list(found.values())
        self._levels = entries, levels
        return levels

    def after_due(self, amount: Limit) -> int:
        """The due instant moved forward."""
        if amount.is_zero:
            return self.due
        measure = self._measure(amount)
        if measure == "date":
            return self.run.day_end(self._days_on(self.due_day, amount)[0])
        if measure == "open":
            return self.run.add_open(self.due, self._length(amount))
        return self.run.add_elapsed(self.due, self._length(amount))

    def _measure(self, amount: Limit) -> Measure:
        """An amount of the clock's own unit is counted as the clock counts."""
        if amount.mode is None and amount.unit == self.terms.base.unit:
            return self.measure
        return measure_of(amount, self.mode)

    def before_due(self, amount: Limit) -> int:
        """The due instant moved back, never before the start."""
        if amount.is_zero:
            return self.due
        measure = self._measure(amount)
        run = self.run
        if measure == "date":
            return self._days_back(amount)
        left = self._length(amount)
        if measure == "open":
            return run.add_open(run.start, run.open_between(run.start, self.due) - left)
        return run.add_elapsed(run.start, run.elapsed_between(run.start, self.due) - left)

    def _days_back(self, amount: Limit) -> int:
        run = self.run
        unit: DayUnit = "working_day" if amount.unit == "working_day" else "calendar_day"
        if self.measure == "date" and not self.terms.more and unit == self.unit and amount.unit != "month":
            return self.end_of_counted(self.days - int(amount.amount), unit)
        back = int(amount.amount)
        if amount.unit == "month":
            back = self.due_day - add_months(self.due_day, -back)
        origin = run.origin_day() if unit == "working_day" else run.origin
        return self.end_of_counted(run.count(origin, self.due_day, unit) + 1 - back, unit)

    def end_of_counted(self, number: int, unit: DayUnit) -> int:
        """The close of the counted day of that number; the start where it lies before it."""
        if number < 0:
            return self.run.start
        origin = self.run.origin_day() if unit == "working_day" else self.run.origin
        day = origin if number == 0 else self.run.nth(origin, number, unit)
        return max(self.run.start, self.run.day_end(day))

    def used_share(self, share: Fraction) -> int:
        """The instant at which used time is that share of the limit."""
        run = self.run
        if self.terms.more:
            if self.measure == "elapsed" or (self.unit == "calendar_day" and self.measure == "date"):
                return run.add_elapsed(run.start, share * run.elapsed_between(run.start, self.due))
            return run.add_open(run.start, share * run.open_between(run.start, self.due))
        if self.measure == "date":
            if self.days == 0:
                return self.due
            whole = -(-share.numerator * self.days // share.denominator)  # share * days, rounded up
            return self.end_of_counted(whole, self.unit)
        if (self.terms.base.until is not None and self.total <= 0) or self.total == 0:
            return self.due
        add = run.add_open if self.measure == "open" else run.add_elapsed
        return add(run.start, share * self.total)

    def rounded_up_days_over(self, over: int) -> int:
        """The first instant at which used time is (limit + over - 1) nominal days."""
        return self.run.add_open(self.run.start, (self.terms.base.amount + over - 1) * self.nominal)


def count_of(
    start: int, stretches: Sequence[Stretch], pauses: tuple[Span, ...], terms: Terms, settings: dict[str, Any]
) -> Count:
    """A limit counted from `start` on under a profile's settings. Never change it: it may be shared."""
    return _counted(
        start, tuple(stretches), pauses, settings["day_end"], settings["closed_start"], terms, settings["mode"],
        isinstance(terms.base.amount, int),
    )  # fmt: skip


@lru_cache(maxsize=1_024)
def _counted(
    start: int, stretches: tuple[Stretch, ...], pauses: tuple[Span, ...], day_end: str, closed_start: str,
    terms: Terms, mode: str, whole: bool,
) -> Count:  # fmt: skip
    """One case counts the same limit again and again: when it is deemed accepted, at each of its events, under
    another profile. The last 1,024 counts are kept (about 2 MB), by all that they are made of.

    `whole` tells a whole amount from a fraction of the same value: verdicts write them differently.
    """
    return Count(Running(start, stretches, pauses, day_end, closed_start), terms, mode)


def applies(entry: LevelEntry, count: Count) -> bool:
    """Whether a level entry speaks of such a limit."""
    base = count.terms.base
    if entry.kind == "rounded_up_days_over" and (
        base.unit != "working_day" or count.measure != "open" or count.terms.more or base.amount == 0
    ):
        return False
    if entry.min_limit is not None:
        if not base.is_days:
            return False
        days = count.days if count.measure == "date" else base.amount
        return days >= entry.min_limit
    return True


def threshold(entry: LevelEntry, count: Count) -> int:
    """The instant after which the entry's level holds."""
    if entry.kind == "before_due":
        assert entry.amount is not None
        moment = count.before_due(entry.amount)
    elif entry.kind == "after_due":
        assert entry.amount is not None
        moment = count.after_due(entry.amount)
    elif entry.kind == "used_share":
        assert entry.share is not None
        moment = count.used_share(entry.share)
    else:
        assert entry.days_over is not None
        moment = count.rounded_up_days_over(entry.days_over)
    return max(count.run.start, moment)
