"""Times as tables write them: what is read, and what is refused instead of being guessed."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.instants import format_instant
from producers.table.times import NoTime, TimeReader, TimeRule, check_format

NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HAVANA = ZoneInfo("America/Havana")


def instant(cell: Any, *formats: str, **rule: Any) -> str:
    return format_instant(TimeReader(TimeRule(formats or ("iso",), **{"zone": SHANGHAI, **rule}))(cell))


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2026-03-02T09:30:00+08:00", ("iso",), "2026-03-02T01:30:00Z"),
        ("2026-03-02 09:30", ("iso",), "2026-03-02T01:30:00Z"),
        (" 2026-03-02T01:30:00Z ", ("iso",), "2026-03-02T01:30:00Z"),
        ("2/3/2026 9:30", ("%d/%m/%Y %H:%M",), "2026-03-02T01:30:00Z"),
        ("03/02/2026 12:30 AM", ("%m/%d/%Y %I:%M %p",), "2026-03-01T16:30:00Z"),
        ("2026年3月2日 09时", ("%Y年%m月%d日 %H时",), "2026-03-02T01:00:00Z"),
        ("02/03/2026 09:30 -0500", ("%d/%m/%Y %H:%M %z",), "2026-03-02T14:30:00Z"),
        (46083.5, ("excel",), "2026-03-02T04:00:00Z"),
        ("46083.395833333336", ("excel",), "2026-03-02T01:30:00Z"),
        ("1772415000", ("epoch_s",), "2026-03-02T01:30:00Z"),
        (1772415000123, ("epoch_ms",), "2026-03-02T01:30:00.123000Z"),
        (datetime.fromisoformat("2026-03-02T09:30"), ("%d.%m.%Y",), "2026-03-02T01:30:00Z"),
    ],
)
def test_times_are_read_by_their_format(cell: Any, formats: tuple[str, ...], expected: str) -> None:
    assert instant(cell, *formats) == expected


def test_an_offset_of_its_own_wins_over_the_zone() -> None:
    assert instant("2026-03-02T09:30:00+01:00") == "2026-03-02T08:30:00Z"


def test_without_offset_and_zone_a_time_is_refused() -> None:
    with pytest.raises(NoTime, match="has no offset, and the mapping states no zone"):
        instant("2026-03-02T09:30:00", zone=None)


def test_a_time_that_two_formats_read_differently_is_refused() -> None:
    formats = ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    assert instant("31/03/2026 09:30", *formats) == "2026-03-31T01:30:00Z"
    assert instant("03/03/2026 09:30", *formats) == "2026-03-03T01:30:00Z"
    with pytest.raises(NoTime, match=r"can be read as .* and as .*, with different outcomes"):
        instant("02/03/2026 09:30", *formats)


def test_a_day_without_a_time_is_refused_unless_a_rule_says_what_it_stands_for() -> None:
    with pytest.raises(NoTime, match="states no `day`"):
        instant("2026-03-02")
    assert instant("2026-03-02", day="start") == "2026-03-01T16:00:00Z"
    assert instant("2026-03-02", day="end") == "2026-03-02T15:59:59.999999Z"
    assert instant("2026-03-02", day=time(17)) == "2026-03-02T09:00:00Z"
    assert instant(date(2026, 3, 2), day="start") == "2026-03-01T16:00:00Z"
    assert instant("02.03.2026", "%d.%m.%Y", day="start") == "2026-03-01T16:00:00Z"
    assert instant("46083", "excel", day="start") == "2026-03-01T16:00:00Z"


def test_the_end_of_a_day_is_before_the_start_of_the_next() -> None:
    assert instant("2026-03-02", day="end") < instant("2026-03-03", day="start")


def test_a_day_whose_midnight_is_left_out_begins_at_the_change() -> None:
    assert instant("2026-03-08", zone=HAVANA, day="start") == "2026-03-08T05:00:00Z"


def test_a_time_the_clock_never_shows_is_refused_or_the_change() -> None:
    cell = "2026-03-08T02:30:00"
    with pytest.raises(NoTime, match="America/New_York shows this time never"):
        instant(cell, zone=NEW_YORK)
    for rule in ("first", "second"):
        assert instant(cell, zone=NEW_YORK, clock_change=rule) == "2026-03-08T07:00:00Z"


def test_a_time_the_clock_shows_twice_is_refused_or_settled() -> None:
    cell = "2026-11-01T01:30:00"
    with pytest.raises(NoTime, match="America/New_York shows this time twice"):
        instant(cell, zone=NEW_YORK)
    assert instant(cell, zone=NEW_YORK, clock_change="first") == "2026-11-01T05:30:00Z"
    assert instant(cell, zone=NEW_YORK, clock_change="second") == "2026-11-01T06:30:00Z"


@pytest.mark.parametrize(
    ("cell", "formats", "said"),
    [
        ("soon", ("iso",), "expected a time like 2026-03-02T09:30:00"),
        ("20260302", ("iso",), "expected a time like 2026-03-02T09:30:00"),
        ("2026-02-30T09:30", ("iso",), "expected a time like 2026-03-02T09:30:00"),
        ("31/04/2026", ("%d/%m/%Y",), "expected a time like %d/%m/%Y"),
        ("59", ("excel",), "expected a day number from 61"),
        ("nan", ("excel",), "expected a time like the day number"),
        ("12:30", ("epoch_s",), "expected a time like epoch_s"),
        (True, ("iso",), "expected a time, got True"),
    ],
)
def test_what_is_no_time_is_refused_saying_what_was_expected(
    cell: Any, formats: tuple[str, ...], said: str
) -> None:
    with pytest.raises(NoTime, match=said):
        instant(cell, *formats, day="start")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("ISO", "expected iso, excel, epoch_s, epoch_ms or a pattern"),
        ("%H:%M", "year, month and day"),
        ("%Y-%m", "year, month and day"),
        ("%Y-%m-%d %I:%M", "expected %p beside %I"),
        ("%c %Y %m %d", "without %c"),
    ],
)
def test_a_pattern_that_cannot_say_a_day_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_format(pattern)
