"""The year's holidays must be known when limits are counted in it; a start says by name which year is missing."""

from datetime import datetime

from domain.calendars import HolidaySet
from sundial.shipped import holiday_sets
from sundial.startup import missing_years

ZONE = "Asia/Shanghai"
UNTIL_2026 = {"state-council": HolidaySet("state-council", {2025: {}, 2026: {}})}


def missing(instant: str) -> list[str]:
    """What a start at `instant` says."""
    now = round(datetime.fromisoformat(instant).timestamp()) * 1_000_000
    return missing_years(UNTIL_2026, now, ZONE)


def test_until_the_end_of_november_next_year_is_not_asked_for() -> None:
    assert missing("2026-11-30T23:59:59+08:00") == []


def test_from_the_first_of_december_next_year_is_missed_by_name() -> None:
    [told] = missing("2026-12-01T00:00:00+08:00")
    assert "the holidays of 2027 are missing in the set state-council (it ends with 2026)" in told
    assert "calendar.published" in told


def test_december_begins_by_the_clock_of_the_hall() -> None:
    assert missing("2026-11-30T16:00:00+00:00") != []
    assert missing("2026-11-30T15:59:59+00:00") == []


def test_a_year_under_way_that_is_missing_is_told_until_it_is_there() -> None:
    [told] = missing("2027-06-01T12:00:00+08:00")
    assert "the holidays of 2027" in told
    this, following = missing("2027-12-31T12:00:00+08:00")
    assert "the holidays of 2027" in this
    assert "the holidays of 2028" in following


def test_the_shipped_holidays_are_the_ones_that_are_looked_at() -> None:
    last = max(one.last_year for one in holiday_sets().values())
    now = round(datetime.fromisoformat(f"{last + 1}-01-01T00:00:00+08:00").timestamp()) * 1_000_000
    assert any(
        f"the holidays of {last + 1} are missing" in told for told in missing_years(holiday_sets(), now, ZONE)
    )
