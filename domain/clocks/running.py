"""The running time of one clock: its holders' calendars, less its pauses.

All instants are microseconds UTC, all days ordinals of the local date (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Literal, NamedTuple

from domain.calendars import Calendar

__all__ = ["DayUnit", "Running", "Span", "Stretch", "add_months", "union"]

DayUnit = Literal["working_day", "calendar_day"]


class Stretch(NamedTuple):
    """From `begin` on, until the next stretch, the matter is held under `calendar`."""

    begin: int
    calendar: Calendar
    since: int | None = None
    """the instant from which this is so decided: a transfer's own, or, for a hall that changes its calendar by a
    version known ahead, the one at which the hall took the matter; None: `begin`"""

    def is_decided(self, at: int) -> bool:
        """Whether the matter is, or is to be, held so by what was decided up to an instant."""
        return (self.begin if self.since is None else self.since) <= at


class Span(NamedTuple):
    """A half-open interval of time, [start, end)."""

    start: int
    end: int


class _Days(NamedTuple):
    """Days lo <= d < hi (hi None: no end) that belong to one holder."""

    calendar: Calendar
    lo: int
    hi: int | None


def union(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The union of spans as disjoint spans in order; empty ones vanish."""
    out: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if out and span.start <= out[-1].end:
            if span.end > out[-1].end:
                out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return tuple(out)


def add_months(day: int, months: int) -> int:
    """The same day number so many months on, clamped to the month's end."""
    origin = date.fromordinal(day)
    index = origin.year * 12 + origin.month - 1 + months
    year, month = index // 12, index % 12 + 1
    first_of_next = date(year + (month == 12), month % 12 + 1, 1)
    last = (first_of_next - date(year, month, 1)).days
    return date(year, month, min(origin.day, last)).toordinal()


class Running:
    """The running time of a clock from `start` on: `stretches` of holders, less `pauses` (disjoint, in order)."""

    __slots__ = (
        "_counted", "_days", "closed_start", "midnight", "nominal", "origin", "pauses", "start", "start_calendar",
        "stretches",
    )  # fmt: skip

    def __init__(
        self,
        start: int,
        stretches: Sequence[Stretch],
        pauses: Sequence[Span],
        day_end: str,
        closed_start: str,
    ) -> None:
        self.start = start
        self.stretches = tuple(stretches)
        self.pauses = tuple(pauses)
        self.midnight = day_end == "midnight"
        self.closed_start = closed_start
        calendar = self.calendar_at(start)
        self.start_calendar = calendar
        day = calendar.day_of(start)
        self.nominal = calendar.nominal_day
        self._days: list[_Days] | None = None
        self._counted: list[_Days] | None = None
        self.origin = day

    # -- holders ---------------------------------------------------------------------------------------------

    def calendar_at(self, instant: int) -> Calendar:
        """The calendar of the holder at an instant."""
        found = self.stretches[0].calendar
        for stretch in self.stretches[1:]:
            if stretch.begin > instant:
                break
            found = stretch.calendar
        return found

    def _day_ranges(self) -> list[_Days]:
        if self._days is None:
            ranges: list[_Days] = []
            lo = 0
            for index, stretch in enumerate(self.stretches):
                hi: int | None = None
                if index + 1 < len(self.stretches):
                    following = self.stretches[index + 1]
                    hi = following.calendar.day_of(following.begin)
                    if following.calendar.day_start(hi) < following.begin:
                        hi += 1
                if hi is None or hi > lo:
                    ranges.append(_Days(stretch.calendar, lo, hi))
                    lo = hi if hi is not None else lo
            self._days = ranges
        return self._days

    def calendar_of_day(self, day: int) -> Calendar:
        """The calendar of the holder at the day's beginning."""
        for days in self._day_ranges():
            if days.hi is None or day < days.hi:
                return days.calendar
        raise AssertionError("the last range of days has no end")

    def day_of(self, instant: int) -> int:
        return self.calendar_at(instant).day_of(instant)

    # -- days ------------------------------------------------------------------------------------------------

    def _counted_ranges(self) -> list[_Days]:
        """Days at whose beginning no pause holds the clock (by the dates of its ends)."""
        if self._counted is None:
            out: list[_Days] = []
            excluded = [(self.day_of(span.start) + 1, self.day_of(span.end) + 1) for span in self.pauses]
            for days in self._day_ranges():
                lo = days.lo
                for start, end in excluded:
                    if end <= lo or start >= end:
                        continue
                    if days.hi is not None and start >= days.hi:
                        break
                    if start > lo:
                        out.append(_Days(days.calendar, lo, start))
                    lo = max(lo, end)
                if days.hi is None or lo < days.hi:
                    out.append(_Days(days.calendar, lo, days.hi))
            self._counted = out
        return self._counted

    def count(self, after: int, before: int, unit: DayUnit) -> int:
        """Counted days d with after < d < before."""
        total = 0
        for days in self._counted_ranges():
            lo = max(days.lo, after + 1)
            hi = before if days.hi is None else min(days.hi, before)
            if lo < hi:
                total += days.calendar.working_days(lo, hi) if unit == "working_day" else hi - lo
        return total

    def nth(self, after: int, n: int, unit: DayUnit) -> int:
        """The n-th counted day after `after` (n >= 1)."""
        for days in self._counted_ranges():
            lo = max(days.lo, after + 1)
            if days.hi is None:
                return days.calendar.nth_working_day(lo - 1, n) if unit == "working_day" else lo + n - 1
            if lo >= days.hi:
                continue
            there = days.calendar.working_days(lo, days.hi) if unit == "working_day" else days.hi - lo
            if n <= there:
                return days.calendar.nth_working_day(lo - 1, n) if unit == "working_day" else lo + n - 1
            n -= there
        raise AssertionError("the last range of days has no end")

    def is_counted(self, day: int, unit: DayUnit) -> bool:
        return self.count(day - 1, day + 1, unit) == 1

    def next_working_day(self, day: int) -> int:
        """The first working day >= day, counted or not."""
        for days in self._day_ranges():
            lo = max(days.lo, day)
            if days.hi is None:
                return days.calendar.next_working_day(lo)
            if lo < days.hi:
                found = days.calendar.next_working_day(lo)
                if found < days.hi:
                    return found
        raise AssertionError("the last range of days has no end")

    def raw_end(self, day: int) -> int:
        """The close of a day (or its next 00:00, as `day_end` says); of a day without open time the next 00:00."""
        calendar = self.calendar_of_day(day)
        close = None if self.midnight else calendar.close(day)
        return calendar.day_start(day + 1) if close is None else close

    def _last_open(self, day: int) -> int:
        """The end of the last open moment before the day's end."""
        calendar = self.calendar_of_day(day)
        close = calendar.close(day)
        following = calendar.day_start(day + 1)
        if close is None:
            return following
        return min(close, following) if self.midnight else close

    def _pause_over(self, moment: int) -> Span | None:
        """The pause that holds the clock just before `moment`."""
        for span in self.pauses:
            if span.start < moment <= span.end:
                return span
        return None

    def closing_day(self, day: int) -> int:
        """The day at whose end a day-counted instant falls: this one, or the first later working day, counted
        or not, in whose last open moment the clock runs."""
        if not self.pauses:
            return day
        span = self._pause_over(self._last_open(day))
        while span is not None:
            day = self.next_working_day(max(day + 1, self.day_of(span.end) - 1))
            last = self._last_open(day)
            if last <= span.end:
                continue
            span = self._pause_over(last)
        return day

    def day_end(self, day: int) -> int:
        """The end of a day, or of the day to which pauses move it."""
        return self.raw_end(self.closing_day(day))

    def origin_day(self) -> int:
        """Day 0: the start's date; with `closed_start: roll_forward` the next working day of a closed one."""
        if self.closed_start == "roll_forward":
            return self.next_working_day(self.origin)
        return self.origin

    def zero_days(self) -> int:
        """The last day of `0 working_day`: the start day, or the next working day after its last close."""
        day = self.origin
        close = self.calendar_of_day(day).close(day)
        if close is None or self.start > close:
            day = self.next_working_day(day + 1)
        return day

    def passed(self, after: int, moment: int, unit: DayUnit) -> int:
        """Counted days after `after` whose close has passed at `moment`."""
        today = self.day_of(moment)
        total = self.count(after, today, unit)
        if today - 1 > after and self.is_counted(today - 1, unit) and self.raw_end(today - 1) > moment:
            total -= 1
        if today > after and self.is_counted(today, unit) and self.raw_end(today) <= moment:
            total += 1
        return total

    def is_over(self, day: int, moment: int) -> bool:
        """Whether a day's close has passed at `moment`, as `passed` counts."""
        today = self.day_of(moment)
        return day < today - 1 or (day <= today and self.raw_end(day) <= moment)

    # -- open and elapsed time -------------------------------------------------------------------------------

    def pieces(self, begin: int, end: int | None = None) -> Iterator[tuple[int, int | None, Calendar]]:
        """Running pieces [lo, hi) from `begin` on (hi None: no end), each under one calendar."""
        cuts = [stretch.begin for stretch in self.stretches[1:] if stretch.begin > begin]
        cursor = begin
        pauses = [span for span in self.pauses if span.end > begin]
        limits = [*pauses, None]
        for pause in limits:
            stop = pause.start if pause is not None else end
            if end is not None and (stop is None or stop > end):
                stop = end
            while stop is None or cursor < stop:
                cut = next((cut for cut in cuts if cut > cursor and (stop is None or cut < stop)), None)
                hi = cut if cut is not None else stop
                yield cursor, hi, self.calendar_at(cursor)
                if hi is None:
                    return
                cursor = hi
            if pause is not None:
                cursor = max(cursor, pause.end)
            if end is not None and cursor >= end:
                return

    def open_between(self, begin: int, end: int) -> int:
        """Running open time in [begin, end), microseconds."""
        if end <= begin:
            return 0
        if len(self.stretches) == 1:
            return self.start_calendar.open_between(begin, end) - self.paused_open_between(begin, end)
        return sum(
            calendar.open_between(lo, hi) for lo, hi, calendar in self.pieces(begin, end) if hi is not None
        )

    def paused_open_between(self, begin: int, end: int) -> int:
        """Open time in [begin, end) that pauses hold, microseconds."""
        if end <= begin or not self.pauses:
            return 0
        if len(self.stretches) == 1:
            within = self.start_calendar.open_between
            return sum(
                within(max(begin, span.start), min(end, span.end))
                for span in self.pauses
                if span.start < end and span.end > begin
            )
        whole = Running(begin, self.stretches, (), "close", "day_zero")
        return whole.open_between(begin, end) - self.open_between(begin, end)

    def add_open(self, begin: int, amount: int | Fraction) -> int:
        """The first instant at which `amount` microseconds of running open time have passed since `begin`."""
        left = ceil(amount)
        if left <= 0:
            return begin
        for lo, hi, calendar in self.pieces(begin):
            if hi is None:
                return calendar.add_open(lo, left)
            there = calendar.open_between(lo, hi)
            if there >= left:
                return calendar.add_open(lo, left)
            left -= there
        raise AssertionError("the last piece has no end")

    def elapsed_between(self, begin: int, end: int) -> int:
        """Running elapsed time in [begin, end), microseconds."""
        if end <= begin:
            return 0
        return end - begin - self.paused_between(begin, end)

    def paused_between(self, begin: int, end: int) -> int:
        """Elapsed time in [begin, end) that pauses hold, microseconds."""
        return sum(max(0, min(end, span.end) - max(begin, span.start)) for span in self.pauses)

    def add_elapsed(self, begin: int, amount: int | Fraction) -> int:
        """The first instant at which `amount` microseconds of running time have passed since `begin`."""
        left = ceil(amount)
        if left <= 0:
            return begin
        cursor = begin
        for span in self.pauses:
            if span.end <= cursor:
                continue
            free = max(0, span.start - cursor)
            if free >= left:
                return cursor + left
            left -= free
            cursor = max(cursor, span.end)
        return cursor + left
