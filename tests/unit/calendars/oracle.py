"""The slow, obvious calendar: it reads the raw document and walks every day and every minute."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = datetime.timedelta(minutes=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Holidays = Mapping[datetime.date, tuple[str, bool]]


class Oracle:
    """Raw documents, the oldest ancestor first; holidays are {date: (name, off)}, all of published years."""

    def __init__(self, chain: Sequence[dict[str, Any]], holidays: Holidays | None = None) -> None:
        self.chain = chain
        self.holidays = holidays or {}
        self.zone = ZoneInfo(next(document["zone"] for document in chain if "zone" in document))

    def hours(self, day: datetime.date) -> list[str]:
        """The segments of the day as written."""
        week = self.week(day)
        hours = week[day.weekday()]
        names_holidays = any("holidays" in document for document in self.chain)
        if names_holidays and day in self.holidays:
            off = self.holidays[day][1]
            hours = [] if off else next((one for one in week if one), [])
        for document in self.chain:
            days = {str(key): value for key, value in document.get("days", {}).items()}
            special = days.get(day.isoformat(), days.get(day.strftime("%m-%d")))
            if special is not None:
                hours = [] if special == "closed" else special
        return hours

    def week(self, day: datetime.date) -> list[list[str]]:
        week: list[list[str]] = [[]] * 7
        for document in self.chain:
            self._overlay(week, document.get("week", {}))
            matching = [season for season in document.get("seasons", []) if _in_season(season, day)]
            if matching:
                self._overlay(week, matching[-1]["week"])
        return week

    def _overlay(self, week: list[list[str]], stated: dict[str, Any]) -> None:
        for key, value in sorted(stated.items(), key=lambda entry: "-" not in entry[0]):
            first, _, last = key.partition("-")
            for place in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
                week[place] = [] if value == "closed" else value

    def is_working(self, day: datetime.date) -> bool:
        return bool(self.hours(day))

    def nth_working_day(self, after: datetime.date, n: int) -> datetime.date:
        day = after
        while n:
            day += datetime.timedelta(days=1)
            n -= self.is_working(day)
        return day

    def working_days(self, a: datetime.date, b: datetime.date) -> int:
        days = (a + datetime.timedelta(days=step) for step in range((b - a).days))
        return sum(self.is_working(day) for day in days)


class Minutes:
    """Every minute of a window of days, in order: its instant, its day, whether it is open."""

    def __init__(self, oracle: Oracle, first: datetime.date, days: int) -> None:
        self.oracle = oracle
        self.first = first
        self.days = [first + datetime.timedelta(days=step) for step in range(-2, days + 3)]
        start = datetime.datetime.combine(self.days[0], datetime.time(), datetime.UTC) - MINUTE * 60 * 30
        count = (len(self.days) + 3) * 1440
        self.instants = [start + MINUTE * step for step in range(count)]
        # The wall clock goes back now and then; what it has shown so far never does.
        self.shown: list[datetime.datetime] = []
        highest = datetime.datetime.min  # noqa: DTZ901 - wall time
        for instant in self.instants:
            highest = max(highest, instant.astimezone(oracle.zone).replace(tzinfo=None))
            self.shown.append(highest)
        self.open = [False] * count
        self.segments: dict[datetime.date, list[tuple[datetime.datetime, datetime.datetime]]] = {}
        for day in reversed(self.days):
            self.segments[day] = self._segments(day)
            for begin, end in self.segments[day]:
                for place in range(self.place(begin), self.place(end)):
                    self.open[place] = True

    def place(self, instant: datetime.datetime) -> int:
        return (instant - self.instants[0]) // MINUTE

    def first_showing(self, wall: datetime.datetime) -> datetime.datetime:
        place = max(0, (wall - self.shown[0]) // MINUTE - 2880)
        while self.shown[place] < wall:
            place += 1
        return self.instants[place]

    def day_start(self, day: datetime.date) -> datetime.datetime:
        return self.first_showing(datetime.datetime.combine(day, datetime.time()))

    def _segments(self, day: datetime.date) -> list[tuple[datetime.datetime, datetime.datetime]]:
        later = [begin for after in self.days if after > day for begin, _ in self.segments.get(after, [])]
        found = []
        for text in self.oracle.hours(day):
            start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
            midnight = datetime.datetime.combine(day, datetime.time())
            begin = self.first_showing(midnight + MINUTE * start)
            finish = self.first_showing(midnight + MINUTE * (end if end > start else end + 1440))
            finish = min([finish, *later])
            if finish > begin:
                found.append((begin, finish))
        return sorted(found)


def _in_season(season: dict[str, Any], day: datetime.date) -> bool:
    first, last = str(season["from"]), str(season["to"])
    here = day.isoformat() if len(first) > 5 else day.strftime("%m-%d")
    return first <= here <= last if first <= last else here >= first or here <= last
