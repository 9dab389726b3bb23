"""A calendar for the oracle: hours per weekday and dated exceptions, asked day by day and minute by minute.

Instants are aware datetimes in UTC at whole minutes; wall times are minutes after local midnight.
"""

import dataclasses
import datetime
import functools
from typing import Any
from zoneinfo import ZoneInfo

UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Segment = tuple[int, int]  # minutes after midnight; an end that is not after its start lies on the next day


@dataclasses.dataclass(frozen=True, eq=False)
class PlainCalendar:
    """A calendar without parents, seasons and holidays: those have tests of their own."""

    name: str
    zone: str
    week: tuple[tuple[Segment, ...], ...]
    days: tuple[tuple[datetime.date, tuple[Segment, ...]], ...] = ()

    def hours(self, day: datetime.date) -> tuple[Segment, ...]:
        """The segments that begin on the day."""
        for date, hours in self.days:
            if date == day:
                return hours
        return self.week[day.weekday()]

    def is_working(self, day: datetime.date) -> bool:
        return bool(self.hours(day))

    def date(self, instant: datetime.datetime) -> datetime.date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def wall(self, day: datetime.date, minutes: int) -> datetime.datetime:
        """The instant at which the wall clock shows so many minutes after the midnight of the day."""
        midnight = datetime.datetime.combine(day, datetime.time())
        return (midnight + minutes * MINUTE).replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def midnight(self, day: datetime.date) -> datetime.datetime:
        return self.wall(day, 0)

    def last_close(self, day: datetime.date) -> datetime.datetime:
        """The end of the last segment that begins on the day."""
        return max(self.wall(day, _end(segment)) for segment in self.hours(day))

    def is_open(self, instant: datetime.datetime) -> bool:
        """Whether the hall is open in the minute that begins at the instant."""
        return _is_open(self, instant)

    def document(self) -> dict[str, Any]:
        """The calendar document of the scenario contract."""
        week = {name: _texts(hours) for name, hours in zip(WEEKDAYS, self.week, strict=True)}
        days = {date.isoformat(): _texts(hours) for date, hours in self.days}
        return {"calendar": self.name, "zone": self.zone, "week": week, "days": days}


@functools.lru_cache(maxsize=200_000)
def _is_open(calendar: PlainCalendar, instant: datetime.datetime) -> bool:
    local = instant.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = calendar.hours(local.date()), calendar.hours(local.date() - DAY)
    return any(start <= minute < _end((start, end)) for start, end in today) or any(
        minute + 1440 < _end((start, end)) for start, end in yesterday
    )


def _end(segment: Segment) -> int:
    start, end = segment
    return end if end > start else end + 1440


def _texts(hours: tuple[Segment, ...]) -> Any:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    return [f"{clock(start)}-{clock(end)}" for start, end in hours] or "closed"
