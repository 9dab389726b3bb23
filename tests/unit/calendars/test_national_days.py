"""The shipped national days are those of the State Council's notices."""

import datetime
import json
from pathlib import Path

import pytest

from domain.calendars import Calendar, CalendarError, CalendarVersion, parse_holiday_set
from sundial import shipped
from tests.unit.calendars.situations import date, day, hours

COLLECTED = Path(__file__).parents[4] / "shared" / "data" / "holiday-cn"
YEARS = range(2022, 2027)
WORKING_DAYS = {2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
MAKE_UP_2025 = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]
MAKE_UP_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


@pytest.fixture(scope="module")
def cn() -> Calendar:
    known = {name: [CalendarVersion(document, 0)] for name, document in shipped.calendars().items()}
    return Calendar("cn", known, shipped.holiday_sets())


def _days(year: int) -> range:
    return range(day(f"{year}-01-01"), day(f"{year + 1}-01-01"))


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_its_number_of_working_days(cn: Calendar, year: int) -> None:
    assert cn.working_days(day(f"{year}-01-01"), day(f"{year + 1}-01-01")) == WORKING_DAYS[year]


@pytest.mark.parametrize("text", MAKE_UP_2025 + MAKE_UP_2026)
def test_make_up_days_are_open_like_a_monday(cn: Calendar, text: str) -> None:
    assert datetime.date.fromisoformat(text).weekday() >= 5
    assert hours(cn, text) == "09:00-12:00 13:00-17:00"
    assert cn.describe(day(text)).kind == "make_up"


def test_no_other_weekend_of_two_years_is_open(cn: Calendar) -> None:
    opened = [
        date(one) for year in (2025, 2026) for one in _days(year) if one % 7 in (6, 0) and cn.is_working(one)
    ]
    assert opened == MAKE_UP_2025 + MAKE_UP_2026


def test_a_make_up_saturday_counts(cn: Calendar) -> None:
    assert date(cn.nth_working_day(day("2026-02-12"), 5)) == "2026-02-26"


def test_a_day_that_bears_two_names_has_both_in_english(cn: Calendar) -> None:
    info = cn.describe(day("2025-10-06"))
    assert (info.name, info.name_en) == ("国庆节、中秋节", "National Day, Mid-Autumn Festival")


def test_every_name_has_an_english_one() -> None:
    for days in shipped.holiday_sets()["cn-state-council"].years.values():
        assert all(holiday.name_en.isascii() for holiday in days.values())


def test_every_year_names_its_notice() -> None:
    source = Path(shipped.__file__).parent / "data" / "holidays" / "cn-state-council.json"
    years = json.loads(source.read_text("utf-8"))["years"]
    assert sorted(years) == [str(year) for year in YEARS]
    assert all(
        paper.startswith(("http://www.gov.cn/", "https://www.gov.cn/"))
        for one in years.values()
        for paper in one["papers"]
    )
    assert all(one["papers"] for one in years.values())
    assert source.with_name("cn-state-council.LICENSE.md").is_file()


def test_the_year_that_is_not_published_is_provisional(cn: Calendar) -> None:
    assert cn.is_provisional(day("2027-01-01"))
    assert cn.is_working(day("2027-01-01"))


@pytest.mark.skipif(
    not COLLECTED.is_dir(), reason="the collected notices (holiday-cn) are not beside this checkout"
)
@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_collected_notices(cn: Calendar, year: int) -> None:
    # A notice may name a day of the year before: 2022-12-31 is in the one for 2023.
    files = [COLLECTED / f"{one}.json" for one in YEARS]
    entries = {
        entry["date"]: entry for file in files for entry in json.loads(file.read_text("utf-8"))["days"]
    }
    for one in _days(year):
        entry = entries.get(date(one))
        assert cn.is_working(one) == (one % 7 not in (6, 0) if entry is None else not entry["isOffDay"]), (
            date(one)
        )
        assert cn.describe(one).name == ("" if entry is None else entry["name"])


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (None, "set"),
        ({"set": "x"}, "years"),
        ({"set": "x", "years": {"2026": {}}}, "years.2026.days"),
        (
            {"set": "x", "years": {"2026": {"days": [{"date": "2026-02-30", "name": "a", "off": True}]}}},
            "years.2026.days[0]",
        ),
        (
            {"set": "x", "years": {"2026": {"days": [{"date": "2026-02-03", "name": "a", "off": "yes"}]}}},
            "years.2026.days[0]",
        ),
        (
            {"set": "x", "years": {"2026": {"days": [{"date": "2026-02-03", "name": "a", "off": True}] * 2}}},
            "years.2026.days[1].date",
        ),
    ],
)
def test_a_holiday_set_that_cannot_be_read_is_refused(document: object, path: str) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_holiday_set(document)
    assert refused.value.path == path
