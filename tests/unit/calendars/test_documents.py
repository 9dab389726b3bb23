"""A calendar document is taken as it is written, or refused with the place and what was expected there."""

import datetime
from typing import Any

import pytest
import yaml

from domain.calendars import CalendarError, parse_calendar
from tests.unit.calendars.situations import document


def test_a_whole_document_is_read() -> None:
    parsed = parse_calendar(
        yaml.safe_load(
            """
            calendar: cn-weixian
            zone: Asia/Shanghai
            extends: cn
            week: {mon-fri: ["09:00-12:00", "13:00-17:00"], wed: closed}
            seasons: [{from: 06-01, to: 09-30, week: {mon-fri: ["08:30-12:00", "14:30-17:30"]}}]
            holidays: cn-state-council
            days: {2026-03-03: closed, 05-04: ["09:00-12:00"]}
            published_through: 2026
            version: 3
            effective_from: 2026-01-01
            """
        )
    )
    assert parsed.calendar == "cn-weixian"
    assert parsed.week == {**dict.fromkeys((0, 1, 3, 4), ((540, 720), (780, 1020))), 2: ()}
    assert (parsed.seasons[0].first, parsed.seasons[0].last) == ((6, 1), (9, 30))
    assert parsed.dated == {datetime.date(2026, 3, 3).toordinal(): ()}
    assert parsed.yearly == {(5, 4): ((540, 720),)}
    assert (parsed.published_through, parsed.version) == (2026, "3")
    assert parsed.effective_from == datetime.date(2026, 1, 1).toordinal()


def test_json_keys_and_yaml_dates_say_the_same() -> None:
    from_json = parse_calendar(document(days={"2026-03-03": "closed"}, effective_from="2026-01-01"))
    from_yaml = parse_calendar(
        document(days={datetime.date(2026, 3, 3): "closed"}, effective_from=datetime.date(2026, 1, 1))
    )
    assert from_json == from_yaml


def test_segments_are_put_in_order() -> None:
    parsed = parse_calendar(document(week={"mon": ["13:00-17:00", "09:00-12:00"]}))
    assert parsed.week[0] == ((540, 720), (780, 1020))


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("00:00-24:00", (0, 1440)),
        ("18:00-24:00", (1080, 1440)),
        ("22:00-06:00", (1320, 1800)),
        ("22:00-00:00", (1320, 1440)),
        ("09:00-09:00", (540, 1980)),
    ],
)
def test_an_end_not_after_its_start_crosses_midnight(text: str, segment: tuple[int, int]) -> None:
    assert parse_calendar(document(week={"mon": [text]})).week[0] == (segment,)


def test_segments_may_touch() -> None:
    assert len(parse_calendar(document(week={"mon": ["09:00-12:00", "12:00-13:00"]})).week[0]) == 2


def test_a_single_day_wins_over_a_range_wherever_it_stands() -> None:
    for week in (
        {"wed": "closed", "mon-fri": ["09:00-12:00"]},
        {"mon-fri": ["09:00-12:00"], "wed": "closed"},
    ):
        parsed = parse_calendar(document(week=week))
        assert parsed.week[2] == ()
        assert parsed.week[1] == ((540, 720),)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"calendar": 7}, "calendar"),
        ({"zone": None}, "zone"),
        ({"zone": "Asia/Nowhere"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"zone": "Asia"}, "zone"),
        ({"zone": 8}, "zone"),
        ({"colour": "red"}, "colour"),
        ({7: "x"}, "7"),
        ({"extends": ""}, "extends"),
        ({"holidays": ["cn-state-council"]}, "holidays"),
        ({"week": None}, "week"),
        ({"week": ["mon"]}, "week"),
        ({"week": {"monday": ["09:00-12:00"]}}, "week.monday"),
        ({"week": {"Mon": ["09:00-12:00"]}}, "week.Mon"),
        ({"week": {"fri-mon": ["09:00-12:00"]}}, "week.fri-mon"),
        ({"week": {"mon-mon": ["09:00-12:00"]}}, "week.mon-mon"),
        ({"week": {"mon-wed": ["09:00-12:00"], "tue-thu": ["09:00-12:00"]}}, "week.tue-thu"),
        ({"week": {"mon": []}}, "week.mon"),
        ({"week": {"mon": None}}, "week.mon"),
        ({"week": {"mon": "open"}}, "week.mon"),
        ({"week": {"mon": "09:00-12:00"}}, "week.mon"),
        ({"week": {"mon-fri": ["9:00-12:00"]}}, "week.mon-fri[0]"),
        ({"week": {"mon": ["09:00-12:00", "12:60-13:00"]}}, "week.mon[1]"),
        ({"week": {"mon": ["24:00-25:00"]}}, "week.mon[0]"),
        ({"week": {"mon": ["09:00-24:01"]}}, "week.mon[0]"),
        ({"week": {"mon": ["09:00 - 12:00"]}}, "week.mon[0]"),
        ({"week": {"mon": ["09:00-12:00", "11:59-13:00"]}}, "week.mon[1]"),
        ({"week": {"mon": ["11:59-13:00", "09:00-12:00"]}}, "week.mon[0]"),
        ({"week": {"mon": ["22:00-02:00", "23:00-23:30"]}}, "week.mon[1]"),
        ({"seasons": {"from": "06-01"}}, "seasons"),
        ({"seasons": ["summer"]}, "seasons[0]"),
        ({"seasons": [{"from": "06-01", "to": "09-30"}]}, "seasons[0].week"),
        ({"seasons": [{"from": "06-01", "week": {}}]}, "seasons[0].to"),
        ({"seasons": [{"from": "06-31", "to": "09-30", "week": {}}]}, "seasons[0].from"),
        ({"seasons": [{"from": "6-1", "to": "09-30", "week": {}}]}, "seasons[0].from"),
        ({"seasons": [{"from": "06-01", "to": "2026-09-30", "week": {}}]}, "seasons[0].to"),
        ({"seasons": [{"from": "2026-06-02", "to": "2026-06-01", "week": {}}]}, "seasons[0].to"),
        ({"seasons": [{"from": "06-01", "to": "09-30", "week": {}, "name": "夏"}]}, "seasons[0].name"),
        ({"seasons": [{"from": "06-01", "to": "09-30", "week": {"mon": ["x"]}}]}, "seasons[0].week.mon[0]"),
        ({"days": ["2026-03-03"]}, "days"),
        ({"days": {"2026-02-29": "closed"}}, "days.2026-02-29"),
        ({"days": {"02-30": "closed"}}, "days.02-30"),
        ({"days": {"3 March": "closed"}}, "days.3 March"),
        ({"days": {"2026-03-03": "shut"}}, "days.2026-03-03"),
        ({"days": {"2026-03-03": ["09:00"]}}, "days.2026-03-03[0]"),
        ({"days": {"2026-03-03": "closed", datetime.date(2026, 3, 3): "closed"}}, "days.2026-03-03"),
        ({"published_through": "2026"}, "published_through"),
        ({"published_through": True}, "published_through"),
        ({"version": 1.5}, "version"),
        ({"version": True}, "version"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"effective_from": datetime.datetime(2026, 1, 1)}, "effective_from"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(changes: dict[Any, Any], path: str) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_calendar(document() | changes)
    assert refused.value.path == path
    assert refused.value.expected
    assert path in str(refused.value)


def test_a_time_that_yaml_reads_as_a_number_is_refused() -> None:
    written = yaml.safe_load("{calendar: x, zone: Asia/Shanghai, week: {mon: [12:30]}}")
    with pytest.raises(CalendarError, match=r"week\.mon\[0\].*in quotes.*not 750"):
        parse_calendar(written)


def test_something_else_than_a_mapping_is_refused() -> None:
    with pytest.raises(CalendarError, match="a calendar document"):
        parse_calendar(["calendar"])


def test_a_leap_day_may_be_yearly() -> None:
    assert parse_calendar(document(days={"02-29": "closed"})).yearly == {(2, 29): ()}
