"""The compiled calendar and one that walks every minute give the same answers."""

import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, CalendarVersion, Holiday, HolidaySet, parse_calendar
from tests.unit.calendars.oracle import WEEKDAYS, Minutes, Oracle

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
MINUTE = 60_000_000
WINDOW = 12

ZONES = {
    "Asia/Shanghai": [datetime.date(2026, 2, 8), datetime.date(1991, 4, 10), datetime.date(1988, 9, 6)],
    "Europe/Amsterdam": [
        datetime.date(2026, 3, 24),
        datetime.date(2026, 10, 20),
        datetime.date(2011, 12, 24),
    ],
    "America/Sao_Paulo": [
        datetime.date(2018, 10, 30),
        datetime.date(2018, 2, 12),
        datetime.date(2015, 10, 12),
    ],
    "Africa/Cairo": [datetime.date(2026, 4, 20), datetime.date(2014, 7, 25), datetime.date(2010, 8, 6)],
    "Pacific/Apia": [datetime.date(2011, 12, 24)],
    "America/Goose_Bay": [datetime.date(2010, 11, 1), datetime.date(2010, 3, 10)],
    "Australia/Lord_Howe": [datetime.date(2026, 4, 1), datetime.date(2026, 9, 30)],
}


@st.composite
def hours(draw: st.DrawFn) -> Any:
    """`closed`, or up to three segments of odd minutes, the last of which may cross midnight."""
    if draw(st.integers(0, 4)) == 0:
        return "closed"
    if draw(st.integers(0, 9)) == 0:
        return ["00:00-24:00"]
    cuts = sorted(draw(st.sets(st.integers(0, 1439), min_size=2, max_size=6)))
    cuts = cuts[: len(cuts) // 2 * 2]
    pairs = list(zip(cuts[::2], cuts[1::2], strict=True))
    if draw(st.booleans()):
        begin = pairs[-1][1]
        pairs.append((begin, draw(st.integers(0, min(begin, 700)))))
    texts = [f"{_clock(begin)}-{_clock(end)}" for begin, end in pairs]
    return draw(st.permutations(texts))


@st.composite
def weeks(draw: st.DrawFn, at_least: int) -> dict[str, Any]:
    keys = st.sampled_from([*WEEKDAYS, "mon-fri", "sat-sun"])
    return {key: draw(hours()) for key in draw(st.sets(keys, min_size=at_least, max_size=5))}


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[list[dict[str, Any]], dict[datetime.date, tuple[str, bool]], datetime.date]:
    zone = draw(st.sampled_from(sorted(ZONES)))
    first = draw(st.sampled_from(ZONES[zone]))
    near = st.integers(-1, WINDOW + 1).map(lambda step: first + datetime.timedelta(days=step))
    chain: list[dict[str, Any]] = []
    for level in range(draw(st.integers(1, 3))):
        document: dict[str, Any] = {"calendar": f"c{level}", "week": draw(weeks(at_least=1 - min(level, 1)))}
        if level == 0:
            document |= {"zone": zone, "week": {"mon-fri": ["08:10-11:50", "13:00-17:01"]} | document["week"]}
        else:
            document["extends"] = f"c{level - 1}"
        if draw(st.booleans()):
            document["seasons"] = [draw(_seasons(near)) for _ in range(draw(st.integers(1, 3)))]
        if draw(st.booleans()):
            document["holidays"] = "some"
        days = draw(st.dictionaries(near, hours(), max_size=3))
        document["days"] = {
            day if draw(st.booleans()) else day.strftime("%m-%d"): value for day, value in days.items()
        }
        if level == 0:  # a calendar that is never open is refused; this one day is far from every question
            document["days"][datetime.date(1950, 1, 3)] = ["09:00-10:00"]
        chain.append(document)
    names = st.tuples(st.just("节"), st.booleans())
    return chain, draw(st.dictionaries(near, names, max_size=4)), first


@st.composite
def _seasons(draw: st.DrawFn, near: st.SearchStrategy[datetime.date]) -> dict[str, Any]:
    one, other = draw(near), draw(near)
    if draw(st.booleans()):
        return {"from": min(one, other), "to": max(one, other), "week": draw(weeks(at_least=0))}
    return {"from": one.strftime("%m-%d"), "to": other.strftime("%m-%d"), "week": draw(weeks(at_least=0))}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _compile(
    chain: list[dict[str, Any]], holidays: dict[datetime.date, tuple[str, bool]], year: int
) -> Calendar:
    known = {one["calendar"]: [CalendarVersion(parse_calendar(one), 0)] for one in chain}
    days = {day.toordinal(): Holiday(name, name, off) for day, (name, off) in holidays.items()}
    return Calendar(chain[-1]["calendar"], known, {"some": HolidaySet("some", {year + 2: days})})


def _instant(moment: datetime.datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(situations(), st.data())
def test_every_answer_is_that_of_the_walk(situation: Any, data: st.DataObject) -> None:
    chain, holidays, first = situation
    calendar = _compile(chain, holidays, first.year)
    minutes = Minutes(Oracle(chain, holidays), first, WINDOW)
    ordinal = first.toordinal()

    for step in range(WINDOW):
        day = first + datetime.timedelta(days=step)
        expected = [(_instant(begin), _instant(end)) for begin, end in minutes.segments[day]]
        assert calendar.segments(day.toordinal()) == expected
        assert calendar.is_working(day.toordinal()) == bool(expected)
        assert calendar.close(day.toordinal()) == (expected[-1][1] if expected else None)
        assert calendar.day_start(day.toordinal()) == _instant(minutes.day_start(day))
        assert calendar.describe(day.toordinal()).segments == expected

    start = minutes.place(minutes.day_start(first))
    end = minutes.place(minutes.day_start(first + datetime.timedelta(days=WINDOW)))
    places = st.integers(start, end)
    for _ in range(5):
        a, b = sorted((data.draw(places), data.draw(places)))
        t, u = _instant(minutes.instants[a]), _instant(minutes.instants[b])
        opened = sum(minutes.open[a:b])
        assert calendar.open_between(t, u) == opened * MINUTE
        assert calendar.open_between(u, t) == 0
        starts = [_instant(minutes.day_start(one)) for one in minutes.days]
        assert calendar.day_of(t) == max(
            one.toordinal() for one, begin in zip(minutes.days, starts, strict=True) if begin <= t
        )
        assert calendar.add_open(t, opened * MINUTE) == _instant(
            minutes.instants[_earliest_after(minutes, a, opened)]
        )
        back = _earliest_before(minutes, b, opened)
        if back > 0:
            assert calendar.sub_open(u, opened * MINUTE) == _instant(minutes.instants[back])

    working = [one for one in range(ordinal, ordinal + WINDOW) if calendar.is_working(one)]
    for a in range(ordinal - 1, ordinal + WINDOW):
        after = [one for one in working if one > a]
        assert calendar.working_days(a + 1, ordinal + WINDOW) == len(after)
        for n, one in enumerate(after, 1):
            assert calendar.nth_working_day(a, n) == one


def _earliest_after(minutes: Minutes, place: int, opened: int) -> int:
    while opened:
        opened -= minutes.open[place]
        place += 1
    return place


def _earliest_before(minutes: Minutes, place: int, opened: int) -> int:
    """The earliest place with exactly that many open minutes before the given one; 0 if out of the window."""
    while opened or (place and not minutes.open[place - 1]):
        if place == 0:
            return 0
        place -= 1
        opened -= minutes.open[place]
    return place


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(situations(), st.lists(st.integers(-90_000, 60_000), min_size=1, max_size=4))
def test_the_order_of_questions_does_not_matter(situation: Any, steps: list[int]) -> None:
    """Growing to the left, to the right, near or far, gives the tables that asking once would."""
    chain, holidays, first = situation
    asked, fresh = (_compile(chain, holidays, first.year) for _ in range(2))
    days = [min(max(first.toordinal() + step, 700_000), 800_000) for step in steps]
    for day in days:
        asked.is_working(day)
    low, high = min(days), max(days)
    fresh.working_days(low, high)
    for day in days:
        assert asked.segments(day) == fresh.segments(day)
        assert asked.working_days(low, day) == fresh.working_days(low, day)
        assert asked.open_between(asked.day_start(low), asked.day_start(day)) == fresh.open_between(
            fresh.day_start(low), fresh.day_start(day)
        )
