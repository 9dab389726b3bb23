"""Layers, later wins: parent and child week (with seasons), then their holidays, then their days."""

import pytest

from domain.calendars import CalendarError
from tests.unit.calendars.situations import OFFICE, calendar, day, hours

NATIONAL = OFFICE + "holidays: cn-state-council\n"
USUAL = "09:00-12:00 13:00-17:00"


def test_a_weekday_has_its_hours_and_a_weekend_none() -> None:
    office = calendar(OFFICE)
    assert hours(office, "2026-03-06") == USUAL
    assert hours(office, "2026-03-07") == ""
    assert office.describe(day("2026-03-06")).kind == "working"
    assert office.describe(day("2026-03-07")).kind == "weekend"


def test_a_holiday_is_closed_and_has_its_name() -> None:
    info = calendar(NATIONAL).describe(day("2026-02-16"))
    assert (info.kind, info.name, info.name_en, info.segments) == ("holiday", "春节", "Spring Festival", [])


def test_a_make_up_saturday_has_mondays_hours() -> None:
    national = calendar(NATIONAL.replace("mon-fri:", 'mon: ["08:00-11:00"], tue-fri:'))
    assert hours(national, "2026-02-14") == "08:00-11:00"
    assert national.describe(day("2026-02-14")).kind == "make_up"


def test_where_monday_is_closed_a_make_up_day_has_the_first_open_weekdays_hours() -> None:
    national = calendar(NATIONAL.replace("mon-fri:", 'wed-fri: ["08:00-11:00"], tue:'))
    assert hours(national, "2026-02-14") == USUAL


def test_a_make_up_day_has_the_hours_of_the_season_in_force() -> None:
    winter = 'seasons: [{from: 12-01, to: 02-28, week: {mon: ["10:00-15:00"]}}]\n'
    assert hours(calendar(NATIONAL + winter), "2026-02-14") == "10:00-15:00"


def test_a_make_up_day_of_the_parent_has_the_childs_hours() -> None:
    child = 'calendar: child\nextends: office\nweek: {mon: ["08:30-11:30"]}\n'
    assert hours(calendar(NATIONAL, child), "2026-02-14") == "08:30-11:30"


def test_given_hours_of_a_make_up_day_stand() -> None:
    national = calendar(NATIONAL + 'days: {2026-02-14: ["09:00-10:00"]}\n')
    assert hours(national, "2026-02-14") == "09:00-10:00"
    assert national.describe(day("2026-02-14")).kind == "make_up"


def test_a_make_up_day_in_a_week_without_open_weekdays_is_closed() -> None:
    only = (
        NATIONAL.replace('mon-fri: ["09:00-12:00", "13:00-17:00"]', "")
        + 'days: {2026-03-03: ["09:00-10:00"]}\n'
    )
    assert not calendar(only).is_working(day("2026-02-14"))


def test_days_override_a_holiday() -> None:
    info = calendar(NATIONAL + 'days: {2026-02-16: ["09:00-10:00"]}\n').describe(day("2026-02-16"))
    assert (info.kind, info.name, len(info.segments)) == ("special_hours", "春节", 1)


def test_a_dated_day_may_be_closed_or_have_other_hours() -> None:
    office = calendar(OFFICE + 'days: {2026-03-03: closed, 2026-03-07: ["09:00-12:00"]}\n')
    assert office.describe(day("2026-03-03")).kind == "closed"
    assert hours(office, "2026-03-07") == "09:00-12:00"
    assert office.describe(day("2026-03-07")).kind == "special_hours"


def test_a_yearly_day_holds_every_year_and_the_date_itself_says_more() -> None:
    office = calendar(OFFICE + 'days: {05-04: closed, 2027-05-04: ["09:00-10:00"]}\n')
    assert [hours(office, f"{year}-05-04") for year in (2026, 2027, 2028)] == ["", "09:00-10:00", ""]


def test_a_yearly_leap_day_is_no_other_day() -> None:
    office = calendar(OFFICE + "days: {02-29: closed}\n")
    assert hours(office, "2024-02-29") == ""
    assert hours(office, "2023-02-28") == USUAL
    assert hours(office, "2023-03-01") == USUAL


class TestSeasons:
    def test_both_ends_are_included(self) -> None:
        office = calendar(OFFICE + 'seasons: [{from: 06-01, to: 09-30, week: {mon-fri: ["08:30-12:00"]}}]\n')
        assert [hours(office, text) for text in ("2026-05-29", "2026-06-01", "2026-09-30", "2026-10-01")] == [
            USUAL, "08:30-12:00", "08:30-12:00", USUAL,
        ]  # fmt: skip
        assert office.describe(day("2026-06-01")).kind == "season"

    def test_from_after_to_wraps_over_the_years_end(self) -> None:
        office = calendar(OFFICE + 'seasons: [{from: 12-31, to: 01-02, week: {mon-fri: ["10:00-11:00"]}}]\n')
        assert [hours(office, text) for text in ("2025-12-30", "2025-12-31", "2026-01-02", "2026-01-05")] == [
            USUAL, "10:00-11:00", "10:00-11:00", USUAL,
        ]  # fmt: skip

    def test_dates_hold_for_their_year_only(self) -> None:
        office = calendar(
            OFFICE + 'seasons: [{from: 2026-06-01, to: 2026-06-05, week: {mon-fri: ["10:00-11:00"]}}]\n'
        )
        assert hours(office, "2026-06-05") == "10:00-11:00"
        assert hours(office, "2026-06-08") == USUAL
        assert hours(office, "2027-06-01") == USUAL

    def test_the_last_match_wins_and_inherits_from_the_week(self) -> None:
        office = calendar(
            OFFICE
            + """
seasons:
  - {from: 06-01, to: 09-30, week: {mon-tue: ["08:00-09:00"]}}
  - {from: 07-01, to: 07-31, week: {mon: ["10:00-11:00"], sat: ["10:00-11:00"]}}
"""
        )
        assert hours(office, "2026-07-06") == "10:00-11:00"
        assert hours(office, "2026-07-07") == USUAL
        assert hours(office, "2026-07-11") == "10:00-11:00"
        assert hours(office, "2026-08-04") == "08:00-09:00"

    def test_closed_closes_a_weekday(self) -> None:
        office = calendar(OFFICE + "seasons: [{from: 06-01, to: 09-30, week: {fri: closed}}]\n")
        assert hours(office, "2026-06-05") == ""
        assert hours(office, "2026-06-04") == USUAL


class TestChildren:
    def test_what_is_left_out_is_inherited_and_closed_closes(self) -> None:
        child = calendar(
            OFFICE, 'calendar: child\nextends: office\nweek: {mon: ["08:00-09:00"], tue: closed}\n'
        )
        assert [hours(child, f"2026-03-0{n}") for n in (2, 3, 4)] == ["08:00-09:00", "", USUAL]

    def test_the_childs_week_beats_the_parents_season(self) -> None:
        parent = OFFICE + 'seasons: [{from: 06-01, to: 09-30, week: {mon-tue: ["08:00-09:00"]}}]\n'
        child = calendar(parent, 'calendar: child\nextends: office\nweek: {mon: ["10:00-11:00"]}\n')
        assert [hours(child, f"2026-06-0{n}") for n in (1, 2)] == ["10:00-11:00", "08:00-09:00"]

    def test_a_holiday_beats_the_childs_week(self) -> None:
        child = calendar(NATIONAL, 'calendar: child\nextends: office\nweek: {mon: ["08:00-09:00"]}\n')
        assert hours(child, "2026-02-16") == ""

    def test_the_childs_holidays_beat_the_parents_week(self) -> None:
        child = calendar(OFFICE, "calendar: child\nextends: office\nholidays: cn-state-council\n")
        assert hours(child, "2026-02-16") == ""
        assert hours(child, "2026-02-14") == USUAL

    def test_the_parents_days_beat_the_childs_holidays(self) -> None:
        parent = OFFICE + 'days: {2026-02-16: ["09:00-10:00"]}\n'
        child = calendar(parent, "calendar: child\nextends: office\nholidays: cn-state-council\n")
        assert hours(child, "2026-02-16") == "09:00-10:00"

    def test_the_childs_days_beat_all(self) -> None:
        parent = OFFICE + 'days: {2026-03-03: ["09:00-10:00"], 2026-03-04: ["09:00-10:00"]}\n'
        child = calendar(parent, "calendar: child\nextends: office\ndays: {03-03: closed}\n")
        assert hours(child, "2026-03-03") == ""
        assert hours(child, "2026-03-04") == "09:00-10:00"

    def test_any_depth(self) -> None:
        chain = [OFFICE] + [
            f"calendar: c{n}\nextends: {f'c{n - 1}' if n else 'office'}\nweek: {{{name}: closed}}\n"
            for n, name in enumerate(("mon", "tue", "wed", "thu"))
        ]
        assert [hours(calendar(*chain), f"2026-03-0{n}") for n in range(2, 7)] == ["", "", "", "", USUAL]


class TestPublishedYears:
    def test_the_holiday_sets_last_year_ends_what_is_certain(self) -> None:
        national = calendar(NATIONAL)
        assert not national.is_provisional(day("2026-12-31"))
        assert national.is_provisional(day("2027-01-01"))

    def test_without_holidays_nothing_is_ever_provisional(self) -> None:
        assert not calendar(OFFICE).is_provisional(day("2099-01-01"))

    def test_the_documents_own_year_comes_first_and_later_holidays_do_not_apply(self) -> None:
        national = calendar(NATIONAL + "published_through: 2025\n")
        assert hours(national, "2025-01-28") == ""
        assert hours(national, "2026-02-16") == USUAL
        assert hours(national, "2026-02-14") == ""
        assert national.is_provisional(day("2026-02-16"))

    def test_a_child_inherits_the_parents_year(self) -> None:
        child = calendar(NATIONAL + "published_through: 2025\n", "calendar: child\nextends: office\n")
        assert child.is_provisional(day("2026-01-01"))
        assert hours(child, "2026-02-16") == USUAL

    def test_a_child_may_state_its_own_year(self) -> None:
        child = calendar(NATIONAL, "calendar: child\nextends: office\npublished_through: 2025\n")
        assert child.is_provisional(day("2026-01-01"))
        assert hours(child, "2026-02-16") == USUAL

    def test_explicit_days_apply_in_a_year_that_is_not_published(self) -> None:
        national = calendar(NATIONAL + "days: {2031-03-03: closed}\n")
        assert hours(national, "2031-03-03") == ""
        assert national.is_provisional(day("2031-03-03"))


class TestNominalDay:
    def test_it_is_the_first_open_weekday_of_the_week_in_force(self) -> None:
        office = calendar(OFFICE.replace("mon-fri:", 'tue: ["09:00-10:00"], wed:'))
        assert office.nominal_day(day("2026-03-07")) == 3_600_000_000

    def test_the_season_counts(self) -> None:
        office = calendar(OFFICE + 'seasons: [{from: 06-01, to: 09-30, week: {mon: ["08:00-10:00"]}}]\n')
        assert office.nominal_day(day("2026-06-03")) == 7_200_000_000
        assert office.nominal_day(day("2026-05-31")) == 7 * 3_600_000_000

    def test_it_is_measured_by_the_wall_clock_on_a_day_of_clock_change(self) -> None:
        dutch = calendar('calendar: nl\nzone: Europe/Amsterdam\nweek: {mon-sun: ["00:00-24:00"]}\n')
        assert dutch.nominal_day(day("2026-03-29")) == 24 * 3_600_000_000
        assert dutch.open_between(dutch.day_start(day("2026-03-29")), dutch.day_start(day("2026-03-30"))) == (
            23 * 3_600_000_000
        )

    def test_before_the_first_version_it_is_that_of_the_first_week_that_comes(self) -> None:
        office = calendar(OFFICE + "effective_from: 2026-03-04\n")
        assert office.nominal_day(day("2026-03-03")) == 7 * 3_600_000_000

    def test_without_an_open_weekday_there_is_none(self) -> None:
        only = calendar('calendar: x\nzone: UTC\ndays: {2026-03-03: ["09:00-10:00"]}\n')
        with pytest.raises(CalendarError, match="open weekday"):
            only.nominal_day(day("2026-03-03"))
