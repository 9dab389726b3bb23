"""The county's traffic: every event of every case, in order of the time at which it becomes known.

A case depends on the seed, its day and its hall alone, so that the same county is played whenever one begins.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final, NamedTuple

from domain.calendars import Calendar, HolidaySet
from domain.events import Event
from domain.instants import HOUR
from producers.case_life import live
from producers.chance import chance_of, count_around, pick_weighted
from producers.county import County, Hall, Item, county_calendars
from producers.diary import Diary

_WINDOW_RHYTHM: Final = {8: 1.2, 9: 2.0, 10: 1.6, 11: 0.9, 13: 0.9, 14: 1.4, 15: 1.2, 16: 0.8, 17: 0.4}
"""How busy the windows are by the hour of the day: a peak at opening, a smaller one after noon."""
_ONLINE_RHYTHM: Final = (
    0.1, 0.05, 0.02, 0.02, 0.02, 0.05, 0.2, 0.5, 0.9, 1.4, 1.6, 1.3,
    1.0, 0.9, 1.2, 1.4, 1.2, 0.9, 0.7, 0.8, 1.0, 0.9, 0.6, 0.3,
)  # fmt: skip
_ONLINE_SHARE: Final = {"county": 0.4, "sub_center": 0.35, "township": 0.15, "village": 0.0}
_ON_CLOSED_DAYS: Final = 0.4
"""Online applications on a closed day, as a share of those on an open one."""


class Silence(NamedTuple):
    """A hall whose line is dead from an instant on: nothing of it arrives any more."""

    hall: str
    since: int


def traffic(
    county: County,
    holidays: Mapping[str, HolidaySet],
    seed: int,
    start: int,
    until: int | None,
    cases_per_day: float,
    silence: Silence | None = None,
) -> Iterator[Event]:
    """All events recorded from `start` on and before `until` (None: without end), in that order.

    Cases begin on the local day of `start` at the earliest. `cases_per_day` is the mean of all halls together
    on a working day.
    """
    calendars = county_calendars(county, holidays)
    main = calendars[county.halls[0].calendar]
    waiting: list[tuple[int, int, Event]] = []
    number = count()
    for day in count(main.day_of(start)):
        begin, end = main.day_start(day), main.day_start(day + 1)
        if until is not None and begin >= until:
            break
        for hall in county.halls:
            mean = cases_per_day * hall.busy / sum(one.busy for one in county.halls)
            for event in _cases_of(county, hall, calendars[hall.calendar], seed, day, mean):
                heappush(waiting, (event.recorded, next(number), event))
        while waiting and waiting[0][0] < end:
            event = heappop(waiting)[2]
            if event.recorded < start or (until is not None and event.recorded >= until):
                continue
            if silence is None or event.recorded < silence.since or not _is_of(event, silence.hall):
                yield event


def _is_of(event: Event, hall: str) -> bool:
    """Whether an event comes through the hall's line, or is about a case of its."""
    return event.source == f"hall:{hall}" or f"-{hall}-" in event.subject


def pick_silence(county: County, seed: int, start: int, until: int) -> Silence:
    """A township center, by the seed, that falls silent after three fifths of the time."""
    townships = [hall.hall for hall in county.halls if hall.level == "township"]
    return Silence(chance_of(seed, "silence").choice(townships), start + (until - start) * 3 // 5)


def _cases_of(
    county: County, hall: Hall, calendar: Calendar, seed: int, day: int, mean: float
) -> Iterator[Event]:
    """Events of the cases that begin in one hall on one day (a proleptic ordinal)."""
    chance = chance_of(seed, day, hall.hall)
    open_day = calendar.is_working(day)
    share = _ONLINE_SHARE[hall.level]
    at_windows = count_around(chance, mean * (1 - share)) if open_day else 0
    online = count_around(chance, mean * share * (1 if open_day else _ON_CLOSED_DAYS))
    begins = [(_at_a_window(chance, calendar, day), False) for _ in range(at_windows)]
    begins += [(_at_home(chance, calendar, day), True) for _ in range(online)]
    items = [item for item in county.items if item.group in hall.items]
    for index, (begin, is_online) in enumerate(sorted(begins), 1):
        case = f"rg-{date.fromordinal(day):%Y%m%d}-{hall.hall}-{index:03}"
        item = _pick(county, items, hall, chance_of(seed, case, "item"))
        diary = Diary(case, hall.source, calendar, chance_of(seed, case))
        live(diary, hall, item, begin, online=is_online)
        yield from diary.events


def _at_a_window(chance: Random, calendar: Calendar, day: int) -> int:
    """An instant within the open time of the day, at its rhythm."""
    segments = calendar.segments(day)
    begin, end = segments[0][0], segments[-1][1]
    while True:
        at = chance.randrange(begin, end)
        weight = _WINDOW_RHYTHM.get((at - calendar.day_start(day)) // HOUR, 0.1)
        if chance.random() * 2 < weight and any(first <= at < last for first, last in segments):
            return at


def _at_home(chance: Random, calendar: Calendar, day: int) -> int:
    hour = pick_weighted(chance, _ONLINE_RHYTHM)
    return calendar.day_start(day) + hour * HOUR + chance.randrange(HOUR)


def _pick(county: County, items: list[Item], hall: Hall, chance: Random) -> Item:
    """An item of the hall: its groups are as busy as its own first group is, then by the item."""
    groups = [sum(item.often for item in county.items if item.group == group) for group in hall.items]
    weights = [item.often / groups[hall.items.index(item.group)] for item in items]
    return items[pick_weighted(chance, weights)]
