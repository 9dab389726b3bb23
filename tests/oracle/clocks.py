"""The counting rules of the time contract, spelled out: one course of events, one clock, plain loops.

Everything is judged as of one instant, from the events up to it. Pauses, extensions and transfers are
lists in order of time. Instants are aware datetimes in UTC; open and elapsed time is counted in timedeltas.
"""

import calendar as gregorian
import dataclasses
import datetime
import itertools
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tests.oracle.days import DAY, MINUTE, PlainCalendar

Instant = datetime.datetime
ZERO = datetime.timedelta()
WORKING = ("working_day", "working_hour", "working_minute")
LENGTH = {"working_hour": 60, "hour": 60, "working_minute": 1, "minute": 1}  # in minutes
FAR = 1500  # days; a walk that long means that the question was wrong


@dataclasses.dataclass(frozen=True)
class Pause:
    start: Instant
    end: Instant | None


@dataclasses.dataclass(frozen=True)
class Extension:
    time: Instant
    amount: int  # in the unit of the limit
    revoked: Instant | None = None


@dataclasses.dataclass(frozen=True)
class Change:
    """A new whole limit; it absorbs earlier extensions."""

    time: Instant
    amount: int


@dataclasses.dataclass(frozen=True)
class Threshold:
    """`before_due` and `after_due` are amounts in the unit of the limit; `share` is a share of the limit."""

    level: int
    before_due: int | None = None
    after_due: int | None = None
    share: Decimal | None = None


@dataclasses.dataclass(frozen=True)
class Course:
    """What happened to one clock, and the limit it runs on."""

    start: Instant
    amount: int
    unit: str
    mode: str  # "date" or "instant"
    holders: Sequence[tuple[Instant, PlainCalendar]]  # the first one holds from always
    pauses: Sequence[Pause] = ()
    extensions: Sequence[Extension] = ()
    changes: Sequence[Change] = ()
    day_end: str = "close"
    closed_start: str = "day_zero"

    # Who holds, and what counts

    def holder(self, instant: Instant) -> PlainCalendar:
        held = self.holders[0][1]
        for since, calendar in self.holders[1:]:
            if since <= instant:
                held = calendar
        return held

    def holder_of_day(self, day: datetime.date) -> PlainCalendar:
        """A day belongs to the holder at its beginning; all holders share one zone."""
        return self.holder(self.holders[0][1].midnight(day))

    def date(self, instant: Instant) -> datetime.date:
        return self.holders[0][1].date(instant)

    def is_paused(self, instant: Instant) -> bool:
        """What lies before the start does nothing."""
        return instant >= self.start and any(
            pause.start <= instant and (pause.end is None or instant < pause.end) for pause in self.pauses
        )

    def is_uncounted(self, day: datetime.date) -> bool:
        """A pause from date s to date r leaves out the days d with s < d <= r."""
        return any(
            self.date(pause.start) < day and (pause.end is None or day <= self.date(pause.end))
            for pause in self.merged_pauses()
        )

    def merged_pauses(self) -> list[Pause]:
        """The union of the pauses, without what lies before the start."""
        merged: list[Pause] = []
        for pause in sorted(self.pauses, key=lambda one: one.start):
            start = max(pause.start, self.start)
            if pause.end is not None and pause.end <= start:
                continue
            last = merged[-1] if merged else None
            if last is None or (last.end is not None and last.end < start):
                merged.append(Pause(start, pause.end))
            elif last.end is not None and (pause.end is None or pause.end > last.end):
                merged[-1] = Pause(last.start, pause.end)
        return merged

    def whole_amount(self) -> int:
        whole, since = self.amount, None
        for change in sorted(self.changes, key=lambda one: one.time):
            whole, since = change.amount, change.time
        later = (one for one in self.extensions if since is None or one.time > since)
        return whole + sum(one.amount for one in later if one.revoked is None)

    def as_of(self, at: Instant) -> "Course":
        """The course with the events up to `at` alone."""
        pauses = [
            Pause(pause.start, pause.end if pause.end is not None and pause.end <= at else None)
            for pause in self.pauses
            if pause.start <= at
        ]
        extensions = [
            dataclasses.replace(one, revoked=one.revoked if one.revoked and one.revoked <= at else None)
            for one in self.extensions
            if one.time <= at
        ]
        changes = [change for change in self.changes if change.time <= at]
        return dataclasses.replace(
            self, pauses=pauses, extensions=extensions, changes=changes,
            holders=[self.holders[0], *(holder for holder in self.holders[1:] if holder[0] <= at)],
        )  # fmt: skip

    def rulings(self) -> list[Instant]:
        """The instants at which somebody changed the limit."""
        revoked = [one.revoked for one in self.extensions if one.revoked]
        return [*(one.time for one in self.extensions), *(one.time for one in self.changes), *revoked]

    # Whole days

    def is_day_of_limit(self, day: datetime.date) -> bool:
        """Whether the unit counts such a day at all, pauses aside."""
        return self.unit != "working_day" or self.holder_of_day(day).is_working(day)

    def day_zero(self) -> datetime.date:
        day = self.date(self.start)
        if self.unit == "working_day" and self.closed_start == "roll_forward":
            while not self.holder_of_day(day).is_working(day):
                day += DAY
        return day

    def counted_day(self, number: int) -> datetime.date:
        """The date of the counted day of that number; the day of the start is never counted."""
        day, count = self.day_zero(), 0
        while count < number:
            day += DAY
            _stop_if_far(self.start, day)
            count += self.is_day_of_limit(day) and not self.is_uncounted(day)
        return day

    def days_of(self, amount: int) -> int:
        """A limit of months is the calendar days to the same day number, clamped to the month's end."""
        if self.unit != "month":
            return amount
        first = self.day_zero()
        months = first.year * 12 + first.month - 1 + amount
        year, month = months // 12, months % 12 + 1
        last = gregorian.monthrange(year, month)[1]
        return (datetime.date(year, month, min(first.day, last)) - first).days

    def day_end_of(self, day: datetime.date) -> Instant:
        holder = self.holder_of_day(day)
        if self.day_end == "midnight" or not holder.is_working(day):
            return holder.midnight(day + DAY)
        return holder.last_close(day)

    def runs_into(self, day: datetime.date) -> bool:
        """Whether the clock runs in the last open moment before the end of the day."""
        holder, moment = self.holder_of_day(day), self.day_end_of(day)
        if not holder.is_working(day):
            return not self.is_paused(moment - MINUTE)
        while not holder.is_open(moment - MINUTE):
            moment -= MINUTE
        return not self.is_paused(moment - MINUTE)

    def close_from(self, day: datetime.date, on_working_day: bool) -> Instant:
        """The end of the day, or of the first later working day into whose end the clock runs."""
        while on_working_day and not self.holder_of_day(day).is_working(day):
            day += DAY
            _stop_if_far(self.start, day)
        while not self.runs_into(day):
            day += DAY
            while not self.holder_of_day(day).is_working(day):
                day += DAY
                _stop_if_far(self.start, day)
        return self.day_end_of(day)

    def same_day_close(self) -> Instant:
        """`0 working_day`: the close of the start day; after it, or on a closed day, of the next one."""
        day = self.date(self.start)
        if not self.holder_of_day(day).is_working(day) or self.start > self.holder_of_day(day).last_close(
            day
        ):
            day += DAY
            while not self.holder_of_day(day).is_working(day):
                day += DAY
        return self.close_from(day, on_working_day=True)

    # Open and elapsed time

    def ticks(self, instant: Instant) -> bool:
        """Whether the clock's own time passes in the minute that begins at the instant, pauses aside."""
        return self.unit not in WORKING or self.holder(instant).is_open(instant)

    def instant_after(self, amount: datetime.timedelta) -> Instant:
        """The first instant at which so much of the clock's time is used."""
        moment, left = self.start, amount
        while left > ZERO:
            _stop_if_far(self.start, self.date(moment))
            if self.ticks(moment) and not self.is_paused(moment):
                if left <= MINUTE:
                    return moment + left
                left -= MINUTE
            moment += MINUTE
        return moment

    def time_between(self, start: Instant, end: Instant, paused: bool) -> datetime.timedelta:
        """The clock's time in [start, end), either running or paused; `end` may lie within a minute."""
        moment, total = start, ZERO
        while moment < end:
            step = min(MINUTE, end - moment)
            if self.ticks(moment) and self.is_paused(moment) == paused:
                total += step
            moment += step
        return total

    def nominal_day(self) -> datetime.timedelta:
        """The open time of the first open weekday of the week in force on the start date."""
        week = self.holder(self.start).week
        hours = next(hours for hours in week if hours)
        return sum(((end if end > start else end + 1440) - start for start, end in hours), 0) * MINUTE

    def length(self, amount: int) -> datetime.timedelta:
        if self.unit == "working_day":
            return amount * self.nominal_day()
        return amount * LENGTH[self.unit] * MINUTE

    # The answers

    def in_days(self) -> bool:
        return self.mode == "date" and self.unit in ("working_day", "calendar_day", "month")

    def due(self) -> Instant:
        """The due instant; ask it only of a course whose pauses have ended."""
        if not self.in_days():
            return self.instant_after(self.length(self.whole_amount()))
        if self.unit == "working_day" and self.whole_amount() == 0:
            return self.same_day_close()
        days = self.days_of(self.whole_amount())
        return self.close_from(self.counted_day(days), on_working_day=True)

    def after(self, threshold: Threshold) -> Instant:
        """The instant strictly after which the level holds."""
        whole = self.whole_amount()
        if threshold.after_due is not None:
            if threshold.after_due == 0:
                return self.due()
            moved = dataclasses.replace(self, amount=whole + threshold.after_due, extensions=(), changes=())
            return (
                moved._close_of_counted(self.days_of(whole) + threshold.after_due)
                if self.in_days()
                else moved.due()
            )
        if threshold.before_due is not None:
            used = (
                self.days_of(whole) - threshold.before_due if self.in_days() else whole - threshold.before_due
            )
            if used == 0 and self.in_days() and self.day_end_of(self.day_zero()) > self.start:
                return self.close_from(self.day_zero(), on_working_day=False)
            if used <= 0:
                return self.start
            return self._close_of_counted(used) if self.in_days() else self.instant_after(self.length(used))
        assert threshold.share is not None
        if self.in_days():
            return self._close_of_counted(math.ceil(Fraction(threshold.share) * self.days_of(whole)))
        return self.instant_after(_part(self.length(whole), Fraction(threshold.share)))

    def _close_of_counted(self, number: int) -> Instant:
        if number == self.days_of(self.whole_amount()):
            return self.due()
        return self.close_from(self.counted_day(number), on_working_day=False)

    def used_days(self, at: Instant) -> int:
        """In whole days: the counted days whose close has passed."""
        day, count = self.day_zero(), 0
        while day <= self.date(at):
            day += DAY
            if self.is_day_of_limit(day) and not self.is_uncounted(day) and self.day_end_of(day) < at:
                count += 1
        return count


def reached(course: Course, threshold: Threshold, at: Instant) -> Instant | None:
    """When the level was reached, judged step by step from event to event, or None.

    A level once reached stays; a level that an event brings forward has occurred at that event's time.
    """
    times = {pause.start for pause in course.pauses} | {pause.end for pause in course.pauses if pause.end}
    times |= {since for since, _ in course.holders[1:]} | {*course.rulings()}
    steps = [course.start, *sorted(time for time in times if course.start < time < at), at]
    for since, until in itertools.pairwise(steps):
        known = course.as_of(since)
        if known.is_paused(since):
            continue
        after = known.after(threshold)
        if after < until:
            return max(after, since)
    return None


def _part(length: datetime.timedelta, share: Fraction) -> datetime.timedelta:
    """The share, rounded up to whole microseconds: the first instant at which that much is used."""
    return datetime.timedelta(microseconds=math.ceil(share * (length // datetime.timedelta(microseconds=1))))


def _stop_if_far(start: Instant, day: datetime.date) -> None:
    if (day - start.date()).days > FAR:
        raise AssertionError("the oracle walked too far: the question has no answer")
