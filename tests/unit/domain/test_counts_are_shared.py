"""A limit counted twice from the same start is counted once; what is not the same is never taken for it."""

from fractions import Fraction
from typing import Any

from domain.calendars import Calendar
from domain.clocks.running import Span, Stretch
from domain.clocks.thresholds import Count, Terms, count_of
from domain.instants import HOUR, parse_instant
from domain.limits import Limit, parse_limit
from domain.profiles import Profile
from sundial.reference import shipped_reference

BEGIN = parse_instant("2026-03-02T09:00:00+08:00")


def shipped() -> tuple[Calendar, Profile]:
    view = shipped_reference().at(BEGIN)
    calendar = view.calendar("cn")
    return calendar, view.profile("statute", BEGIN, calendar.zone)


def count(limit: Limit, *pauses: Span, **settings: Any) -> Count:
    calendar, profile = SHIPPED
    held = [Stretch(BEGIN, calendar)]
    return count_of(BEGIN, held, pauses, Terms(limit, ()), {**profile.settings, **settings})


SHIPPED = shipped()


def test_the_same_limit_from_the_same_start_is_counted_once() -> None:
    assert count(parse_limit("5 working_day")) is count(parse_limit("5 working_day"))


def test_another_pause_setting_or_mode_is_another_count() -> None:
    limit = parse_limit("5 working_day")
    plain, paused = count(limit), count(limit, Span(BEGIN + HOUR, BEGIN + 30 * HOUR))
    assert paused.due > plain.due
    assert count(limit, day_end="midnight").due > plain.due
    assert count(limit, mode="instant").due != plain.due


def test_a_fraction_that_comes_to_a_whole_stays_what_the_verdict_writes() -> None:
    whole, halves = Limit(1, "working_hour"), Limit(Fraction(1, 2) + Fraction(1, 2), "working_hour")
    assert whole == halves
    written = [count(one).terms.document("date")["amount"] for one in (whole, halves, whole)]
    assert [type(one) for one in written] == [int, float, int]


def test_levels_are_those_of_the_profile_that_asks() -> None:
    counted = count(parse_limit("10 working_day"))
    entries = SHIPPED[1].levels_on["promised"]
    overdue = entries[-1:]
    for _ in range(2):
        assert [entry.rule for entry, _ in counted.levels(entries)] == ["TL-01", "TL-02"]
        assert [entry.rule for entry, _ in counted.levels(overdue)] == ["TL-02"]


def test_of_two_warnings_the_first_that_speaks_of_such_a_limit_is_used() -> None:
    entries = SHIPPED[1].levels_on["promised"]
    long, short = (
        count(parse_limit(text)).levels(entries)[0][0] for text in ("10 working_day", "2 working_day")
    )
    assert (long.kind, short.kind) == ("before_due", "used_share")
