"""Every clock the judge shows agrees with an oracle that walks each day and each minute."""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from tests.oracle.asking import ask, event, examples, instant, published, reference
from tests.oracle.clocks import Change, Course, Extension, Pause, Threshold, reached
from tests.oracle.days import DAY, MINUTE, PlainCalendar, Segment

ZONES = {
    "Asia/Shanghai": datetime.date(2026, 3, 2),
    "Europe/Amsterdam": datetime.date(2026, 3, 23),  # clocks go forward on the 29th
    "America/New_York": datetime.date(2026, 10, 26),  # and back on 1 November
    "Australia/Lord_Howe": datetime.date(2026, 3, 30),  # by half an hour on 5 April
}
MOST = {
    "working_day": 7, "calendar_day": 12, "month": 2,
    "working_hour": 40, "hour": 40, "working_minute": 2000, "minute": 2000,
}  # fmt: skip
SHARES = [Decimal("0.5"), Decimal("0.8"), Decimal("0.333")]
SPAN = 10 * 1440
HALF = datetime.timedelta(seconds=30)


@st.composite
def hours(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[Segment, ...]:
    """Hours of a day in odd minutes; nothing begins or ends in the hours in which wall clocks change."""
    kind = draw(st.sampled_from(kinds))
    if kind == "closed":
        return ()
    if kind == "whole":
        return ((0, 1440),)
    first = draw(st.integers(7 * 60, 10 * 60))
    second = first + draw(st.integers(30, 180))
    if kind == "one":
        return ((first, second),)
    third = second + draw(st.integers(1, 120))
    fourth = third + draw(st.integers(30, 300))
    if kind == "night":
        return ((first, second), (draw(st.integers(20 * 60, 23 * 60)), draw(st.integers(5 * 60, 6 * 60))))
    return ((first, second), (third, fourth))


@st.composite
def calendars(draw: st.DrawFn, name: str, zone: str) -> PlainCalendar:
    """Odd weeks and dated exceptions; whole days and night shifts would overlap, so there is one or the other."""
    odd = ("closed", "one", "two", draw(st.sampled_from(["night", "whole"])))
    workday = draw(hours(("one", "two")))
    week = [workday if draw(st.integers(0, 3)) else draw(hours(odd)) for _ in range(5)]
    weekend = [draw(hours(odd)) if draw(st.integers(0, 3)) == 0 else () for _ in range(2)]
    near = st.integers(-2, 24).map(lambda step: ZONES[zone] + step * DAY)
    days = draw(st.dictionaries(near, hours(odd), max_size=4))
    assume(any(week))
    return PlainCalendar(name, zone, (*week, *weekend), tuple(sorted(days.items())))


@st.composite
def courses(draw: st.DrawFn, units: tuple[str, ...], mode: str) -> Course:
    zone = draw(st.sampled_from(sorted(ZONES)))
    own = draw(calendars("own", zone))
    begin = own.midnight(ZONES[zone])
    minutes = st.integers(0, SPAN).map(lambda step: begin + step * MINUTE)
    start = begin + draw(st.integers(0, 4 * 1440)) * MINUTE
    unit = draw(st.sampled_from(units))
    amount = draw(st.integers(1, MOST[unit]))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        pause_start, length = draw(minutes), draw(st.integers(0, 4 * 1440))
        pauses.append(Pause(pause_start, None if length > 4 * 1440 - 60 else pause_start + length * MINUTE))
    later = minutes.filter(lambda time: time > start)
    extensions, changes = [], []
    if draw(st.integers(0, 2)) == 0:
        granted = draw(later)
        revoked = granted + draw(st.integers(1, 4 * 1440)) * MINUTE if draw(st.booleans()) else None
        extensions.append(Extension(granted, draw(st.integers(1, 3)), revoked))
    if draw(st.integers(0, 3)) == 0:
        changes.append(Change(draw(later), draw(st.integers(1, MOST[unit]))))
    holders: list[tuple[datetime.datetime, PlainCalendar]] = [(begin - 100 * DAY, own)]
    if draw(st.integers(0, 2)) == 0:
        holders.append((draw(later), draw(calendars("other", zone))))
    return Course(
        start, amount, unit, mode, holders, pauses, extensions, changes,
        draw(st.sampled_from(["close", "midnight"])), draw(st.sampled_from(["day_zero", "roll_forward"])),
    )  # fmt: skip


def history(course: Course) -> list[Any]:
    events = [
        event(
            {
                "type": "case.accepted",
                "id": "start",
                "time": course.start,
                "data": {"item": "permit", "hall": "own"},
            }
        )
    ]
    for number, pause in enumerate(course.pauses):
        span = {"kind": "hearing", "span": f"s{number}"}
        notice = {"approver": "x", "notice_no": f"n{number}"}
        events.append(
            event({"type": "case.suspended", "id": f"p{number}", "time": pause.start, "data": span | notice})
        )
        if pause.end is not None:
            events.append(
                event({"type": "case.resumed", "id": f"r{number}", "time": pause.end, "data": span})
            )
    for extension in course.extensions:
        granted = {"extension": "x", "clock": "promised", "limit": f"{extension.amount} {course.unit}"}
        events.append(event({"type": "case.extended", "id": "x", "time": extension.time, "data": granted}))
        if extension.revoked is not None:
            events.append(
                event(
                    {
                        "type": "case.extension_revoked",
                        "id": "xr",
                        "time": extension.revoked,
                        "data": {"extension": "x"},
                    }
                )
            )
    for change in course.changes:
        changed = {"clock": "promised", "limit": f"{change.amount} {course.unit}"}
        events.append(event({"type": "case.limit_changed", "id": "l", "time": change.time, "data": changed}))
    for moved, calendar in course.holders[1:]:
        to = {"from_hall": "own", "to_hall": calendar.name}
        events.append(event({"type": "case.transferred", "id": "t", "time": moved, "data": to}))
    return events


def known(course: Course, thresholds: list[Threshold]) -> Any:
    levels = []
    for threshold in thresholds:
        entry: dict[str, Any] = {"level": threshold.level, "rule": f"TL-0{threshold.level}"}
        if threshold.before_due is not None:
            entry["before_due"] = f"{threshold.before_due} {course.unit}"
        if threshold.after_due is not None:
            entry["after_due"] = f"{threshold.after_due} {course.unit}"
        if threshold.share is not None:
            entry["used_share"] = str(threshold.share)
        levels.append(entry)
    settings = {"day_end": course.day_end, "closed_start": course.closed_start, "mode": course.mode}
    off = {code: {"enabled": False} for code in ("CA-03", "TL-08", "TL-09", "TL-10")}
    profile = {"profile": "asked", "settings": settings, "rules": off,
               "clocks": {"promised": {"levels": levels}, "statutory": {"levels": []}}}  # fmt: skip
    item = {"item": "permit", "version": "1", "title": "x", "kind": "promise", "mode": "promise",
            "promised_limit": f"{course.amount} {course.unit}",
            "statutory_limit": "60 calendar_day"}  # fmt: skip
    events = [published("profile", profile), published("item", item)]
    for _, calendar in course.holders:
        events.append(published("calendar", calendar.document()))
        hall = {"hall": calendar.name, "title": "x", "level": "county", "region": "130533",
                "calendar": calendar.name, "profile": "asked"}  # fmt: skip
        events.append(published("hall", hall))
    return reference(events)


def agree(course: Course, thresholds: list[Threshold], at: datetime.datetime) -> None:
    """Compare the judge's promised clock with the oracle, as of `at`."""
    due_entry = next(one for one in thresholds if one.after_due == 0)
    now = course.as_of(at)
    verdict = ask(history(course), known(course, thresholds), at)
    shown = verdict["clocks"]["promised"]
    note(f"as of {at}: {course}\n{thresholds}\nshown {shown}\nirregular {verdict['irregularities']}")
    when = {one.level: reached(course, one, at) for one in thresholds}
    level = max((one.level for one in thresholds if when[one.level] is not None), default=0)
    breached = when[due_entry.level] is not None
    paused = now.is_paused(at)
    assert shown["level"] == level
    assert shown["state"] == ("missed" if breached else "paused" if paused else "running")
    if not paused:
        assert instant(shown["due"]) == now.due()
    elif not breached:
        assert shown["due"] is None
    used = now.time_between(now.start, at, paused=False)
    assert shown["used_seconds"] == used.total_seconds()
    assert shown["paused_seconds"] == now.time_between(now.start, at, paused=True).total_seconds()
    if now.in_days():
        assert shown["used_days"] == now.used_days(at)
    elif now.unit == "working_day":
        assert abs(float(shown["used_days"]) - used / now.nominal_day()) < 1e-6
    else:
        assert shown["used_days"] is None
    if breached and not paused and now.due() <= at:
        assert shown["over_seconds"] == now.time_between(now.due(), at, paused=False).total_seconds()
    highest = [
        finding
        for finding in verdict["findings"]
        if finding["level"] == level and finding["clock"] == "promised"
    ]
    if level:
        assert [instant(finding["occurred"]) for finding in highest] == [when[level]]
    else:
        assert not highest


def is_plain(course: Course, at: datetime.datetime) -> bool:
    """No event at one instant with another, none at the question; nobody changes the limit during a pause."""
    times = [course.start, at, *(pause.start for pause in course.pauses), *course.rulings()]
    times += [pause.end for pause in course.pauses if pause.end] + [since for since, _ in course.holders[1:]]
    return len(set(times)) == len(times) and not any(course.is_paused(time) for time in course.rulings())


def with_thresholds(units: tuple[str, ...], mode: str) -> Any:
    return st.tuples(
        courses(units, mode), st.integers(0, SPAN + 8 * 1440), st.integers(1, 3), st.sampled_from(SHARES)
    )


def question(course: Course, minutes: int) -> datetime.datetime:
    """A question half a minute off every event and every close."""
    return course.start + minutes * MINUTE + HALF


@examples(100)
@given(with_thresholds(("working_day",), "date"))
def test_working_days_in_date_mode(drawn: tuple[Course, int, int, Decimal]) -> None:
    course, minutes, before, _ = drawn
    at = question(course, minutes)
    assume(is_plain(course, at))
    agree(course, [Threshold(1, before_due=before), Threshold(2, after_due=0)], at)


@examples(60)
@given(with_thresholds(("working_day",), "date"))
def test_shares_and_overruns_of_working_days_in_date_mode(drawn: tuple[Course, int, int, Decimal]) -> None:
    course, minutes, beyond, share = drawn
    at = question(course, minutes)
    assume(is_plain(course, at))
    # a day on which the clock does not run into the close is reckoned by its own rule
    assume(
        all(
            course.as_of(time).is_paused(time) or _closes_plainly(course.as_of(time))
            for time in _steps(course, at)
        )
    )
    agree(course, [Threshold(1, share=share), Threshold(2, after_due=0), Threshold(3, after_due=beyond)], at)


@examples(60)
@given(with_thresholds(("working_day", "working_hour", "working_minute"), "instant"))
def test_open_time(drawn: tuple[Course, int, int, Decimal]) -> None:
    course, minutes, before, share = drawn
    course = dataclasses.replace(course, closed_start="day_zero")
    at = question(course, minutes)
    assume(is_plain(course, at) and before < min([course.amount, *(one.amount for one in course.changes)]))
    agree(
        course,
        [Threshold(1, before_due=before), Threshold(2, after_due=0), Threshold(3, after_due=before)],
        at,
    )
    agree(course, [Threshold(1, share=share), Threshold(2, after_due=0)], at)


@examples(60)
@given(with_thresholds(("hour", "minute"), "date"))
def test_elapsed_time(drawn: tuple[Course, int, int, Decimal]) -> None:
    course, minutes, before, share = drawn
    course = dataclasses.replace(course, closed_start="day_zero")
    at = question(course, minutes)
    assume(is_plain(course, at) and before < min([course.amount, *(one.amount for one in course.changes)]))
    agree(
        course,
        [Threshold(1, before_due=before), Threshold(2, after_due=0), Threshold(3, after_due=before)],
        at,
    )
    agree(course, [Threshold(1, share=share), Threshold(2, after_due=0)], at)


@examples(60)
@given(with_thresholds(("calendar_day", "month"), "date"))
def test_calendar_days_and_months(drawn: tuple[Course, int, int, Decimal]) -> None:
    course, minutes, _, _ = drawn
    course = dataclasses.replace(course, closed_start="day_zero")
    if course.unit == "month":
        course = dataclasses.replace(course, extensions=(), changes=())
    at = question(course, minutes)
    assume(is_plain(course, at))
    agree(course, [Threshold(2, after_due=0)], at)


@examples(60)
@given(courses(("working_day",), "date"), st.integers(0, 6 * 1440))
def test_a_limit_of_zero_working_days(course: Course, minutes: int) -> None:
    """Instant matters: the close of the start day, or of the next working day."""
    course = dataclasses.replace(
        course, amount=0, extensions=(), changes=(), pauses=(), closed_start="day_zero"
    )  # never pauses
    at = question(course, minutes)
    assume(is_plain(course, at))
    now = course.as_of(at)
    item = {"item": "permit", "version": "1", "title": "x", "kind": "instant", "mode": "direct",
            "promised_limit": "0 working_day", "statutory_limit": "60 calendar_day"}  # fmt: skip
    events = [
        one for one in known(course, [Threshold(2, after_due=0)]).events if one.type != "item.published"
    ]
    shown = ask(history(course), reference([*events, published("item", item)]), at)["clocks"]["instant"]
    when = reached(course, Threshold(2, after_due=0), at)
    assert shown["level"] == (0 if when is None else 2)
    if not now.is_paused(at):
        assert instant(shown["due"]) == now.due()


def _steps(course: Course, at: datetime.datetime) -> list[datetime.datetime]:
    times = {course.start, at, *(pause.start for pause in course.pauses), *course.rulings()}
    times |= {pause.end for pause in course.pauses if pause.end} | {since for since, _ in course.holders[1:]}
    return [time for time in times if course.start <= time <= at]


def _closes_plainly(course: Course) -> bool:
    return course.due() == course.day_end_of(course.counted_day(course.whole_amount()))
