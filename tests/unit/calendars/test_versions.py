"""Which version of a calendar is in effect on which date, and what makes a calendar unusable."""

import pytest

from domain.calendars import Calendar, CalendarError, parse_calendar
from tests.unit.calendars.situations import HOLIDAYS, OFFICE, calendar, day, hours

LATER = OFFICE.replace("09:00-12:00", "10:00-12:00")


def _opens(one: Calendar, *dates: str) -> list[str]:
    return [hours(one, text)[:5] for text in dates]


def test_the_first_version_holds_from_always() -> None:
    assert _opens(calendar("# 2026-03-04T10:00:00+08:00" + OFFICE), "2020-03-04") == ["09:00"]


def test_a_first_version_may_state_its_beginning() -> None:
    office = calendar(OFFICE + "effective_from: 2026-03-04\n")
    assert _opens(office, "2026-03-03", "2026-03-04") == ["", "09:00"]
    assert office.describe(day("2026-03-03")).kind == "not_in_effect"


def test_a_later_version_holds_from_the_local_date_of_its_time() -> None:
    # 16:30 UTC is the next day in Shanghai.
    office = calendar(OFFICE, "# 2026-03-03T16:30:00Z" + LATER)
    assert _opens(office, "2026-03-03", "2026-03-04") == ["09:00", "10:00"]


def test_a_later_version_may_state_its_date_back_or_ahead() -> None:
    office = calendar(OFFICE, "# 2026-03-04T00:00:00Z" + LATER + "effective_from: 2026-03-02\n")
    assert _opens(office, "2026-02-27", "2026-03-02") == ["09:00", "10:00"]


def test_the_latest_effect_wins_not_the_latest_record() -> None:
    office = calendar(
        OFFICE,
        LATER + "effective_from: 2026-03-05\n",
        LATER.replace("10:00", "11:00") + "effective_from: 2026-03-03\n",
    )
    assert _opens(office, "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05") == [
        "09:00", "11:00", "11:00", "10:00",
    ]  # fmt: skip


def test_of_two_with_one_date_the_later_recorded_wins() -> None:
    office = calendar(
        OFFICE,
        LATER + "effective_from: 2026-03-03\n",
        LATER.replace("10:00", "11:00") + "effective_from: 2026-03-03\n",
    )
    assert _opens(office, "2026-03-03") == ["11:00"]


def test_each_member_of_the_chain_has_its_own_versions() -> None:
    child = "calendar: child\nextends: office\nweek: {mon: closed}\n"
    child_later = "calendar: child\nextends: office\neffective_from: 2026-03-09\n"
    one = calendar(OFFICE, LATER + "effective_from: 2026-03-04\n", child, child_later)
    assert _opens(one, "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-09") == [
        "",
        "09:00",
        "10:00",
        "10:00",
    ]


def test_a_version_may_change_the_parent() -> None:
    other = OFFICE.replace("office", "other").replace("09:00", "07:00")
    one = calendar(
        OFFICE,
        other,
        "calendar: child\nextends: office\n",
        "calendar: child\nextends: other\neffective_from: 2026-03-04\n",
    )
    assert _opens(one, "2026-03-03", "2026-03-04") == ["09:00", "07:00"]


def test_a_version_without_a_parent_stands_alone() -> None:
    alone = 'calendar: child\nzone: Asia/Shanghai\nweek: {tue: ["06:00-07:00"]}\neffective_from: 2026-03-09\n'
    one = calendar(OFFICE, "calendar: child\nextends: office\n", alone)
    assert _opens(one, "2026-03-03", "2026-03-10", "2026-03-11") == ["09:00", "06:00", ""]


def test_published_years_follow_the_version() -> None:
    one = calendar(
        OFFICE + "published_through: 2025\n", OFFICE + "published_through: 2026\neffective_from: 2026-06-01\n"
    )
    assert one.is_provisional(day("2026-05-31"))
    assert not one.is_provisional(day("2026-06-01"))


def test_versions_have_labels() -> None:
    one = calendar(OFFICE, OFFICE + "version: spring\n", "calendar: child\nextends: office\n")
    assert one.versions == ("child@1", "office@1", "office@spring")


def test_a_child_inherits_the_zone() -> None:
    assert calendar(OFFICE, "calendar: child\nextends: office\n").zone.key == "Asia/Shanghai"


class TestUnusable:
    def _refused(self, *documents: str) -> CalendarError:
        with pytest.raises(CalendarError) as refused:
            calendar(*documents)
        return refused.value

    def test_an_unknown_parent(self) -> None:
        error = self._refused("calendar: child\nextends: nobody\n")
        assert (error.path, error.calendar) == ("extends", "child")
        assert "'nobody'" in str(error)

    def test_an_unknown_calendar(self) -> None:
        with pytest.raises(CalendarError, match="'nobody'"):
            Calendar("nobody", {}, HOLIDAYS)

    def test_an_unknown_holiday_set(self) -> None:
        error = self._refused(OFFICE + "holidays: mars\n")
        assert error.path == "holidays"
        assert "cn-state-council" in error.expected

    @pytest.mark.parametrize("zone", ["", "zone: Asia/Shanghai\n"])
    def test_a_cycle(self, zone: str) -> None:
        error = self._refused(f"calendar: a\nextends: b\n{zone}", "calendar: b\nextends: a\n")
        assert error.path == "extends"

    def test_a_calendar_that_extends_itself(self) -> None:
        assert self._refused("calendar: a\nextends: a\nzone: Asia/Shanghai\n").path == "extends"

    def test_a_zone_that_differs_between_parent_and_child(self) -> None:
        assert self._refused(OFFICE, "calendar: child\nextends: office\nzone: Asia/Tokyo\n").path == "zone"

    def test_a_zone_that_differs_between_versions(self) -> None:
        assert self._refused(OFFICE, OFFICE.replace("Shanghai", "Tokyo")).path == "zone"

    def test_a_zone_that_differs_from_a_second_parents(self) -> None:
        second = "calendar: child\nextends: other\neffective_from: 2026-03-04\n"
        other = OFFICE.replace("office", "other").replace("Shanghai", "Tokyo")
        assert self._refused(OFFICE, other, "calendar: child\nextends: office\n", second).path == "zone"

    def test_no_open_time(self) -> None:
        error = self._refused("calendar: x\nzone: UTC\nweek: {mon-sun: closed}\n")
        assert error.path == "week"
        assert "no open time" in str(error)

    def test_a_child_that_closes_every_day(self) -> None:
        assert (
            self._refused(OFFICE, "calendar: child\nextends: office\nweek: {mon-sun: closed}\n").path
            == "week"
        )

    def test_a_search_without_end_is_an_error(self) -> None:
        once = calendar('calendar: x\nzone: UTC\ndays: {2026-03-03: ["09:00-10:00"]}\n')
        assert once.next_working_day(day("2026-01-01")) == day("2026-03-03")
        for search in (
            lambda: once.next_working_day(day("2026-03-04")),
            lambda: once.nth_working_day(day("2026-01-01"), 2),
            lambda: once.add_open(once.day_start(day("2026-03-04")), 1),
            lambda: once.sub_open(once.day_start(day("2026-03-03")), 1),
        ):
            with pytest.raises(CalendarError, match="hundred years"):
                search()

    def test_open_time_ninety_years_away_is_found(self) -> None:
        once = calendar('calendar: x\nzone: UTC\ndays: {2100-03-03: ["09:00-10:00"]}\n')
        assert once.next_working_day(day("2010-01-01")) == day("2100-03-03")

    @pytest.mark.parametrize("text", ["1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31"])
    def test_a_day_that_calendars_do_not_cover(self, text: str) -> None:
        with pytest.raises(CalendarError, match="from 1900-01-01 to 2200-12-31"):
            calendar(OFFICE).is_working(day(text))

    def test_the_first_and_the_last_day_are_covered(self) -> None:
        office = calendar(OFFICE)
        assert office.is_working(day("1900-01-01"))
        assert office.is_working(day("2200-12-31"))

    def test_negative_amounts_are_refused(self) -> None:
        office = calendar(OFFICE)
        for question in (
            lambda: office.add_open(0, -1),
            lambda: office.sub_open(0, -1),
            lambda: office.nth_working_day(day("2026-01-01"), 0),
        ):
            with pytest.raises(ValueError, match="expected"):
                question()


def test_an_error_inside_a_list_names_its_place() -> None:
    with pytest.raises(CalendarError, match=r"calendars\[1\]\.zone"):
        parse_calendar({"calendar": "x", "zone": "Nowhere"}, "calendars[1]")
