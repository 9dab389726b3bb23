"""The compiled calendar: every question about open time, answered by lookup.

Instants are microseconds UTC, days proleptic ordinals of the calendar's zone, amounts microseconds.
A day begins at local 00:00 (in the gap of a clock change: at the change; of two: the first).
"""

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars.errors import CalendarError
from domain.calendars.holidays import HolidaySet
from domain.calendars.layers import DayKind, DayRules, first_open_hours
from domain.calendars.table import DayTable, build_table
from domain.calendars.versions import Known, resolve
from domain.calendars.zones import DAY, EPOCH_ORDINAL, MINUTE

MIN_DAY = 693_596  # 1900-01-01
MAX_DAY = 803_534  # 2201-01-01, not included
LONGEST_SEARCH = 36_525  # days: a hundred years without open time are an error, not a date far away

_YEAR = 366
_NOTHING = DayTable(0, [0], [0], [], [], [])


class DayInfo(msgspec.Struct, frozen=True):
    """A day for a ledger: `name` is the holiday it belongs to (Chinese, `name_en` English), else empty."""

    day: int
    kind: DayKind
    name: str
    name_en: str
    segments: list[tuple[int, int]]
    provisional: bool


class Calendar:
    """A calendar as known at one moment. Its day table grows by itself where it is asked."""

    def __init__(self, calendar: str, known: Known, holidays: Mapping[str, HolidaySet]) -> None:
        history = resolve(calendar, known, holidays)
        self.id = calendar
        self.zone: ZoneInfo = history.zone
        self.versions = history.labels
        self._epochs = history.epochs
        self._table = _NOTHING
        self._described: dict[int, DayInfo] = {}

    def day_of(self, t: int) -> int:
        return self._at(t).day_of(t)

    def day_start(self, day: int) -> int:
        table = self._with(day)
        return table.starts[day - table.lo]

    def is_working(self, day: int) -> bool:
        """Whether the day has open time."""
        table = self._with(day)
        return table.firsts[day - table.lo + 1] > table.firsts[day - table.lo]

    def close(self, day: int) -> int | None:
        """The end of the day's last open segment; None for a day without open time."""
        table = self._with(day)
        last = table.firsts[day - table.lo + 1]
        return table.ends[last - 1] if last > table.firsts[day - table.lo] else None

    def segments(self, day: int) -> list[tuple[int, int]]:
        """The open segments that begin on the day, in order."""
        table = self._with(day)
        part = slice(table.firsts[day - table.lo], table.firsts[day - table.lo + 1])
        return list(zip(table.begins[part], table.ends[part], strict=True))

    def working_days(self, a: int, b: int) -> int:
        """The number of working days d with a <= d < b."""
        if b <= a:
            return 0
        table = self._covering(a, b)
        return table.counts[b - table.lo] - table.counts[a - table.lo]

    def nth_working_day(self, after: int, n: int) -> int:
        """The n-th working day after the day, n >= 1."""
        if n < 1:
            raise ValueError(f"n: expected at least 1, not {n}")
        table = self._with(after)
        while True:
            place = table.counts[after + 1 - table.lo] + n - 1
            if place < len(table.worked):
                return table.worked[place]
            table = self._later(table, after)

    def next_working_day(self, day: int) -> int:
        """The first working day that is not before the day."""
        return self.nth_working_day(day - 1, 1)

    def open_between(self, a: int, b: int) -> int:
        """Open microseconds in [a, b); zero if b is not after a."""
        if b <= a:
            return 0
        table = self._table
        if not (table.safe <= a and b < table.starts[-1]):
            table = self._covering(a // DAY + EPOCH_ORDINAL - 2, b // DAY + EPOCH_ORDINAL + 3)
        return table.opened_until(b) - table.opened_until(a)

    def add_open(self, t: int, amount: int) -> int:
        """The earliest u >= t with open_between(t, u) == amount."""
        if amount < 0:
            raise ValueError(f"amount: expected zero or more microseconds, not {amount}")
        if amount == 0:
            return t
        table = self._at(t)
        while True:
            wanted = table.opened_until(t) + amount
            if wanted <= table.opened[-1]:
                return table.instant_with(wanted)
            table = self._later(table, table.day_of(t))

    def sub_open(self, t: int, amount: int) -> int:
        """The earliest u <= t with open_between(u, t) == amount: from then on only that much is left."""
        if amount < 0:
            raise ValueError(f"amount: expected zero or more microseconds, not {amount}")
        table = self._at(t)
        while True:
            wanted = table.opened_until(t) - amount
            if wanted > 0:
                return table.instant_with(wanted)
            table = self._earlier(table, table.day_of(t))

    def nominal_day(self, day: int) -> int:
        """Open microseconds, by the wall clock, of the first open weekday of the week in force on the day.

        Before the first version all days are closed, so that a count begins under it: its week is what counts then.
        """
        for one in (day, *(epoch.first for epoch in self._epochs if epoch.first > day)):
            hours = first_open_hours(self._rules(one).week_on(one))
            if hours:
                return sum(end - start for start, end in hours) * MINUTE
        raise CalendarError("week", f"an open weekday in the week in force on {_iso(day)}", self.id)

    def is_provisional(self, day: int) -> bool:
        """Whether the day lies past the last published year."""
        return self._rules(day).is_provisional(day)

    def published_through(self, day: int) -> int | None:
        """The last published year, by the version in effect on the day; None for a calendar without end."""
        return self._rules(day).published_through

    def describe(self, day: int) -> DayInfo:
        """What the day is, for a ledger or a picture of the month."""
        known = self._described.get(day)
        if known is not None:
            return known
        rules = self._rules(day)
        plan = rules.plan(day)
        info = self._described[day] = DayInfo(
            day=day,
            kind=plan.kind,
            name=plan.holiday.name if plan.holiday else "",
            name_en=plan.holiday.name_en if plan.holiday else "",
            segments=self.segments(day),
            provisional=rules.is_provisional(day),
        )
        return info

    def version_on(self, day: int) -> str:
        """The label of the versions in effect on a day, such as `town@2 < cn@2026`; empty before any."""
        return next(epoch.label for epoch in reversed(self._epochs) if epoch.first <= day)

    def _rules(self, day: int) -> DayRules:
        return next(epoch.rules for epoch in reversed(self._epochs) if epoch.first <= day)

    def _with(self, day: int) -> DayTable:
        table = self._table
        return table if table.lo <= day < table.hi else self._covering(day, day + 1)

    def _at(self, t: int) -> DayTable:
        table = self._table
        if table.safe <= t < table.starts[-1]:
            return table
        near = t // DAY + EPOCH_ORDINAL
        return self._covering(near - 2, near + 3)

    def _covering(self, lo: int, hi: int) -> DayTable:
        """A table that holds lo <= day < hi; grown by years, and by half of what there is, if it must."""
        table = self._table
        if table.lo <= lo and hi <= table.hi:
            return table
        if lo < MIN_DAY or hi > MAX_DAY:
            raise CalendarError(
                "date", f"a day from {_iso(MIN_DAY)} to {_iso(MAX_DAY - 1)}, which calendars cover", self.id
            )
        if table.hi == table.lo:
            table = self._build(max(MIN_DAY, lo - _YEAR), min(MAX_DAY, hi + 2 * _YEAR))
        step = max(_YEAR, (table.hi - table.lo) // 2)
        if lo < table.lo:
            table = self._build(max(MIN_DAY, min(lo - _YEAR, table.lo - step)), table.lo).joined(table)
        if hi > table.hi:
            table = table.joined(self._build(table.hi, min(MAX_DAY, max(hi + _YEAR, table.hi + step))))
        self._table = table
        return table

    def _build(self, lo: int, hi: int) -> DayTable:
        return build_table(self._epochs, self.zone, lo, hi)

    def _later(self, table: DayTable, day: int) -> DayTable:
        last = max(day, table.worked[-1]) if table.worked else day
        if table.hi - last > LONGEST_SEARCH:
            raise CalendarError("week", f"open time within a hundred years after {_iso(last)}", self.id)
        return self._covering(table.lo, table.hi + 1)

    def _earlier(self, table: DayTable, day: int) -> DayTable:
        first = min(day, table.worked[0]) if table.worked else day
        if first - table.lo > LONGEST_SEARCH:
            raise CalendarError("week", f"open time within a hundred years before {_iso(first)}", self.id)
        return self._covering(table.lo - 1, table.hi)


def _iso(day: int) -> str:
    return datetime.date.fromordinal(day).isoformat()
