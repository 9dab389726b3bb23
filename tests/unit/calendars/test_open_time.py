"""Open time, working days and closes: lunch breaks, night shifts, clock changes, and the edges of each."""

import pytest

from domain.calendars import Calendar
from tests.unit.calendars.situations import OFFICE, calendar, date, day, hours, instant

HOUR = 3_600_000_000
NIGHT = 'calendar: night\nzone: Asia/Shanghai\nweek: {mon-fri: ["22:00-06:00"]}\n'
AROUND = 'calendar: around\nzone: {zone}\nweek: {{mon-sun: ["00:00-24:00"]}}\n'


@pytest.fixture
def office() -> Calendar:
    return calendar(OFFICE)


class TestWorkingDays:
    def test_a_count_includes_its_first_day_and_not_its_last(self, office: Calendar) -> None:
        assert office.working_days(day("2026-03-06"), day("2026-03-09")) == 1
        assert office.working_days(day("2026-03-06"), day("2026-03-10")) == 2
        assert office.working_days(day("2026-03-06"), day("2026-03-06")) == 0
        assert office.working_days(day("2026-03-09"), day("2026-03-06")) == 0

    def test_the_nth_day_is_never_the_day_itself(self, office: Calendar) -> None:
        assert date(office.nth_working_day(day("2026-03-06"), 1)) == "2026-03-09"
        assert date(office.nth_working_day(day("2026-03-06"), 6)) == "2026-03-16"

    def test_the_next_working_day_may_be_the_day_itself(self, office: Calendar) -> None:
        assert date(office.next_working_day(day("2026-03-06"))) == "2026-03-06"
        assert date(office.next_working_day(day("2026-03-07"))) == "2026-03-09"

    def test_the_close_is_the_end_of_the_last_segment(self, office: Calendar) -> None:
        assert office.close(day("2026-03-06")) == instant("2026-03-06T17:00:00+08:00")
        assert office.close(day("2026-03-07")) is None


class TestOpenTime:
    def test_a_lunch_break_is_not_open(self, office: Calendar) -> None:
        assert (
            office.open_between(instant("2026-03-06T11:00:00+08:00"), instant("2026-03-06T14:00:00+08:00"))
            == 2 * HOUR
        )

    def test_backwards_there_is_none(self, office: Calendar) -> None:
        assert (
            office.open_between(instant("2026-03-06T14:00:00+08:00"), instant("2026-03-06T11:00:00+08:00"))
            == 0
        )

    def test_used_up_exactly_at_closing_is_at_closing(self, office: Calendar) -> None:
        start = instant("2026-03-06T16:00:00+08:00")
        assert office.add_open(start, HOUR) == instant("2026-03-06T17:00:00+08:00")
        assert office.add_open(start, HOUR + 1) == instant("2026-03-09T09:00:00+08:00") + 1

    def test_nothing_added_is_the_start_also_on_a_closed_day(self, office: Calendar) -> None:
        assert office.add_open(instant("2026-03-07T10:00:00+08:00"), 0) == instant(
            "2026-03-07T10:00:00+08:00"
        )

    def test_taken_back_exactly_to_an_opening_is_the_close_before(self, office: Calendar) -> None:
        end = instant("2026-03-09T10:00:00+08:00")
        assert office.sub_open(end, HOUR) == instant("2026-03-06T17:00:00+08:00")
        assert office.sub_open(end, HOUR - 1) == instant("2026-03-09T09:00:00+08:00") + 1

    def test_nothing_taken_back_is_the_beginning_of_the_closed_time(self, office: Calendar) -> None:
        assert office.sub_open(instant("2026-03-08T10:00:00+08:00"), 0) == instant(
            "2026-03-06T17:00:00+08:00"
        )
        assert office.sub_open(instant("2026-03-06T16:00:00+08:00"), 0) == instant(
            "2026-03-06T16:00:00+08:00"
        )

    def test_one_microsecond_counts(self, office: Calendar) -> None:
        close = instant("2026-03-06T17:00:00+08:00")
        assert office.open_between(close - 1, close + HOUR) == 1


class TestNightShifts:
    def test_a_segment_across_midnight_belongs_to_the_day_on_which_it_starts(self) -> None:
        night = calendar(NIGHT)
        assert hours(night, "2026-03-06") == "22:00-06:00+1"
        assert not night.is_working(day("2026-03-07"))
        assert night.close(day("2026-03-06")) == instant("2026-03-07T06:00:00+08:00")
        assert (
            night.open_between(instant("2026-03-07T00:00:00+08:00"), instant("2026-03-08T00:00:00+08:00"))
            == 6 * HOUR
        )

    def test_it_ends_where_the_next_days_first_segment_begins(self) -> None:
        both = calendar(NIGHT.replace('["22:00-06:00"]', '["05:00-07:00", "22:00-06:00"]'))
        assert hours(both, "2026-03-05") == "05:00-07:00 22:00-05:00+1"
        assert hours(both, "2026-03-06") == "05:00-07:00 22:00-06:00+1"
        assert (
            both.open_between(instant("2026-03-05T00:00:00+08:00"), instant("2026-03-06T00:00:00+08:00"))
            == 9 * HOUR
        )

    def test_the_clip_holds_between_two_builds_of_the_table(self) -> None:
        text = NIGHT.replace('["22:00-06:00"]', '["05:00-07:00", "22:00-06:00"]').replace(
            "mon-fri", "mon-sun"
        )
        asked = calendar(text)
        for text_day in ("2026-06-15", "2031-06-15", "2020-06-15"):
            asked.is_working(day(text_day))
        begin, end = asked.day_start(day("2019-01-01")), asked.day_start(day("2032-01-01"))
        assert asked.open_between(begin, end) == 9 * HOUR * (day("2032-01-01") - day("2019-01-01"))

    def test_the_first_hours_of_the_tables_first_day_know_the_evening_before(self) -> None:
        night = calendar(NIGHT.replace("mon-fri", "mon-sun"))
        night.is_working(day("2026-06-15"))
        low = night._table.lo  # the edge is inside the table, not in any answer
        begin = night.day_start(low)
        assert night.open_between(begin, begin + 8 * HOUR) == 6 * HOUR

    def test_round_the_clock(self) -> None:
        around = calendar(AROUND.format(zone="Asia/Shanghai"))
        assert around.close(day("2026-03-06")) == around.day_start(day("2026-03-07"))
        assert around.open_between(0, 1000 * HOUR) == 1000 * HOUR


class TestClockChanges:
    @pytest.mark.parametrize(
        ("zone", "on", "length"),
        [
            ("Europe/Amsterdam", "2026-03-29", 23),
            ("Europe/Amsterdam", "2026-10-25", 25),
            ("America/Sao_Paulo", "2018-11-04", 23),
            ("America/Sao_Paulo", "2018-02-17", 25),
            ("Africa/Cairo", "2026-04-24", 23),
            ("Africa/Cairo", "2026-10-29", 25),
            ("Asia/Shanghai", "1991-04-14", 23),
            ("Asia/Shanghai", "2026-04-14", 24),
            ("Australia/Lord_Howe", "2026-10-04", 23.5),
            ("Pacific/Apia", "2011-12-30", 0),
        ],
    )
    def test_a_whole_day_lasts_as_long_as_it_really_does(self, zone: str, on: str, length: float) -> None:
        around = calendar(AROUND.format(zone=zone))
        here = day(on)
        assert around.day_start(here + 1) - around.day_start(here) == length * HOUR
        assert around.open_between(around.day_start(here), around.day_start(here + 1)) == length * HOUR
        assert around.is_working(here) == (length > 0)

    def test_where_midnight_is_left_out_the_day_begins_at_the_change(self) -> None:
        brazil = calendar(AROUND.format(zone="America/Sao_Paulo"))
        assert brazil.day_start(day("2018-11-04")) == instant("2018-11-04T01:00:00-02:00")
        assert brazil.day_of(instant("2018-11-04T01:00:00-02:00")) == day("2018-11-04")
        assert brazil.day_of(instant("2018-11-04T01:00:00-02:00") - 1) == day("2018-11-03")

    def test_where_midnight_comes_twice_the_first_begins_the_day(self) -> None:
        cuba = calendar(AROUND.format(zone="America/Havana"))
        assert cuba.day_start(day("2026-11-01")) == instant("2026-11-01T00:00:00-04:00")

    def test_an_end_in_the_hour_left_out_is_the_change(self) -> None:
        early = calendar(
            'calendar: x\nzone: Europe/Amsterdam\nweek: {mon-sun: ["01:00-02:30", "02:45-04:00"]}\n'
        )
        change = instant("2026-03-29T03:00:00+02:00")
        assert early.segments(day("2026-03-29")) == [
            (instant("2026-03-29T01:00:00+01:00"), change),
            (change, instant("2026-03-29T04:00:00+02:00")),
        ]

    def test_a_segment_inside_the_hour_left_out_is_no_open_time(self) -> None:
        early = calendar('calendar: x\nzone: Europe/Amsterdam\nweek: {mon-sun: ["02:10-02:50"]}\n')
        assert early.segments(day("2026-03-29")) == []
        assert not early.is_working(day("2026-03-29"))
        assert date(early.next_working_day(day("2026-03-29"))) == "2026-03-30"

    def test_a_time_that_comes_twice_is_the_first(self) -> None:
        early = calendar('calendar: x\nzone: Europe/Amsterdam\nweek: {mon-sun: ["02:30-04:00"]}\n')
        assert early.segments(day("2026-10-25")) == [
            (instant("2026-10-25T02:30:00+02:00"), instant("2026-10-25T04:00:00+01:00"))
        ]

    def test_a_night_shift_over_the_change_is_real_time(self) -> None:
        night = calendar(NIGHT.replace("Asia/Shanghai", "Europe/Amsterdam").replace("mon-fri", "mon-sun"))
        begin, end = night.segments(day("2026-03-28"))[0]
        assert end - begin == 7 * HOUR


class TestGrowing:
    def test_years_are_built_around_what_is_asked_and_kept(self, office: Calendar) -> None:
        office.is_working(day("2026-03-06"))
        table = office._table
        office.is_working(day("2026-09-06"))
        assert office._table is table
        assert table.hi - table.lo < 5 * 366

    def test_asking_year_by_year_builds_few_tables(self, office: Calendar) -> None:
        tables = set()
        for year in range(2026, 2126):
            office.is_working(day(f"{year}-03-06"))
            tables.add(id(office._table))
        assert len(tables) < 20
