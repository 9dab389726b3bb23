"""What a day is: the documents of one chain laid over each other.

Later wins: parent week, child week (each with its seasons over it), parent holidays, child holidays, parent
days, child days. A chain is the documents in effect on the same dates, the oldest ancestor first.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from domain.calendars.document import CalendarDocument, Season
from domain.calendars.errors import CalendarError
from domain.calendars.holidays import Holiday, HolidaySet
from domain.calendars.hours import CLOSED, Hours

DayKind = Literal[
    "working", "season", "make_up", "special_hours", "weekend", "holiday", "closed", "not_in_effect"
]

Week = tuple[tuple[Hours, bool], ...]
"""Monday to Sunday: the hours, and whether a season gave them."""


class DayPlan(msgspec.Struct, frozen=True):
    """A day in wall-clock terms: its hours, what kind of day it is, and the holiday it belongs to."""

    hours: Hours
    kind: DayKind
    holiday: Holiday | None = None


class DayRules:
    """The rules of all days on which one chain of documents is in effect."""

    def __init__(self, chain: Sequence[CalendarDocument], holidays: Mapping[str, HolidaySet]) -> None:
        self.chain = tuple(chain)
        self.published_through = _published_through(self.chain, holidays)
        self._holidays = _published_holidays(self.chain, holidays, self.published_through)
        self._seasonal = any(document.seasons for document in self.chain)
        self._weeks: dict[tuple[int, ...], Week] = {}
        self._plain = _lay_weeks(self.chain, (None,) * len(self.chain))
        self._dated = [document for document in reversed(self.chain) if document.dated or document.yearly]
        self._plans: dict[tuple[Hours, DayKind], DayPlan] = {}

    def plan(self, day: int) -> DayPlan:
        """What the day (an ordinal) is."""
        if not self.chain:
            return DayPlan(CLOSED, "not_in_effect")
        week = self._plain if not self._seasonal else self.week_on(day)
        hours, seasonal = week[(day - 1) % 7]
        kind: DayKind = ("season" if seasonal else "working") if hours else "weekend"
        holiday = self._holidays.get(day)
        if holiday is not None:
            hours, kind = (CLOSED, "holiday") if holiday.off else (first_open_hours(week), "make_up")
        special = self._special(day) if self._dated else None
        if special is not None:
            hours = special
            if not special:
                kind = "holiday" if kind == "holiday" else "closed"
            elif kind != "make_up":
                kind = "special_hours"
        if holiday is not None:
            return DayPlan(hours, kind, holiday)
        known = self._plans.get((hours, kind))
        if known is None:
            known = self._plans[(hours, kind)] = DayPlan(hours, kind)
        return known

    def week_on(self, day: int) -> Week:
        """The week in force on the day (an ordinal), seasons included."""
        date = datetime.date.fromordinal(day)
        seasons = tuple(_season_of(document, date) for document in self.chain)
        # By place, not by value: two seasons are told apart by where they stand.
        key = tuple(0 if season is None else id(season) for season in seasons)
        week = self._weeks.get(key)
        if week is None:
            week = self._weeks[key] = _lay_weeks(self.chain, seasons)
        return week

    def is_provisional(self, day: int) -> bool:
        """Whether the day (an ordinal) lies past the last published year."""
        through = self.published_through
        return through is not None and datetime.date.fromordinal(day).year > through

    def _special(self, day: int) -> Hours | None:
        date = datetime.date.fromordinal(day)
        yearly = (date.month, date.day)
        for document in self._dated:
            # Inside one document the date itself says more than the day of every year.
            hours = document.dated.get(day)
            if hours is None:
                hours = document.yearly.get(yearly)
            if hours is not None:
                return hours
        return None

    def require_open_time(self, calendar: str) -> None:
        """CalendarError if nothing in the chain can ever be open."""
        hours = [hours for hours, _ in self._plain]
        for document in self.chain:
            hours += [*document.dated.values(), *document.yearly.values()]
            hours += [part for season in document.seasons for part in season.week.values()]
        if self.chain and not any(hours):
            raise CalendarError("week", "at least one open segment; the calendar has no open time", calendar)


def first_open_hours(week: Week) -> Hours:
    """Monday's hours, or those of the first weekday that is open; closed if none is."""
    return next((hours for hours, _ in week if hours), CLOSED)


def _lay_weeks(chain: Sequence[CalendarDocument], seasons: Sequence[Season | None]) -> Week:
    week: list[tuple[Hours, bool]] = [(CLOSED, False)] * 7
    for document, season in zip(chain, seasons, strict=True):
        for weekday, hours in document.week.items():
            week[weekday] = (hours, False)
        if season is not None:
            for weekday, hours in season.week.items():
                week[weekday] = (hours, True)
    return tuple(week)


def _season_of(document: CalendarDocument, date: datetime.date) -> Season | None:
    return next((season for season in reversed(document.seasons) if season.holds(date)), None)


def _published_through(chain: Sequence[CalendarDocument], holidays: Mapping[str, HolidaySet]) -> int | None:
    through: int | None = None
    for document in chain:
        if document.published_through is not None:
            through = document.published_through
        elif document.holidays is not None:
            through = _holiday_set(document, holidays).last_year
    return through


def _published_holidays(
    chain: Sequence[CalendarDocument], holidays: Mapping[str, HolidaySet], through: int | None
) -> dict[int, Holiday]:
    found: dict[int, Holiday] = {}
    for document in chain:
        if document.holidays is not None:
            for year, days in sorted(_holiday_set(document, holidays).years.items()):
                if through is None or year <= through:
                    found.update(days)
    return found


def _holiday_set(document: CalendarDocument, holidays: Mapping[str, HolidaySet]) -> HolidaySet:
    known = holidays.get(document.holidays or "")
    if known is None:
        names = ", ".join(sorted(holidays)) or "none is known"
        raise CalendarError(
            "holidays",
            f"the name of a built-in holiday set ({names}), not {document.holidays!r}",
            document.calendar,
        )
    return known
