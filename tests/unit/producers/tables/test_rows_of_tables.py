"""Rows as events, one row per case or per event."""

from pathlib import Path

import pytest

from domain.instants import parse_instant
from producers.table.errors import MappingError
from tests.unit.producers.tables.reading import ONE_PER_CASE, ONE_PER_EVENT, read


def test_a_row_gives_an_event_for_each_time_it_states(tmp_path: Path) -> None:
    got = read(
        tmp_path, ONE_PER_CASE, "id,begun,ended\na,2026-03-02 09:00,2026-03-03 10:00\nb,2026-03-02 11:00,"
    )
    assert got.told == [
        ("a", "case.accepted", "2026-03-02T01:00:00Z"),
        ("b", "case.accepted", "2026-03-02T03:00:00Z"),
        ("a", "case.completed", "2026-03-03T02:00:00Z"),
    ]
    assert [one.recorded for one in got.events] == [one.time for one in got.events]


def test_a_row_without_any_time_is_refused_or_skipped_as_the_mapping_says(tmp_path: Path) -> None:
    rows = "id,begun,ended\na,,"
    got = read(tmp_path, ONE_PER_CASE, rows)
    assert got.reasons == [(2, "", "", "gives no event (`no_event: skip` would allow it)")]
    got = read(tmp_path, ONE_PER_CASE + "no_event: skip", rows)
    assert (got.refusals, got.report.without_event) == ([], 1)


def test_a_second_row_of_a_case_is_refused_and_the_case_left_out(tmp_path: Path) -> None:
    """Which of the two is right is not for an import to say."""
    rows = "id,begun,ended\na,2026-03-02 09:00,\nb,2026-03-02 09:00,\na,,2026-03-03 10:00"
    got = read(tmp_path, ONE_PER_CASE, rows)
    assert got.reasons == [(4, "id", "a", "expected one row per case; row 2 has it too")]
    assert {case for case, _, _ in got.told} == {"b"}


def test_a_row_without_its_case_is_refused_alone(tmp_path: Path) -> None:
    got = read(tmp_path, ONE_PER_CASE, "id,begun,ended\n,2026-03-02 09:00,\nb,2026-03-02 09:00,")
    assert got.reasons == [(2, "id", "", "expected a value, got none")]
    assert got.report.cases_left_out == 0
    assert len(got.told) == 1


def test_what_lies_after_the_present_is_refused(tmp_path: Path) -> None:
    got = read(tmp_path, ONE_PER_CASE, "id,begun,ended\na,2026-03-02 09:00,2062-03-03 10:00")
    assert got.reasons == [(2, "ended", "2062-03-03T02:00:00Z", "lies after the present")]
    assert got.told == []


def test_what_an_event_cannot_hold_is_refused_with_the_field(tmp_path: Path) -> None:
    mapping = ONE_PER_CASE.replace("hall: h}", "hall: h, promised_limit: {column: sla}}")
    got = read(
        tmp_path, mapping, "id,begun,ended,sla\na,2026-03-02 09:00,,5 days\nb,2026-03-02 09:00,,5 working_day"
    )
    assert [(one[0], one[3]) for one in got.reasons] == [
        (2, "case.accepted: data.promised_limit: expected a unit of working_day, calendar_day, month, working_hour, "
            "working_minute, hour, minute, got 'days'"),
    ]  # fmt: skip
    assert [case for case, _, _ in got.told] == ["b"]


def test_a_limit_without_its_amount_is_no_limit(tmp_path: Path) -> None:
    mapping = ONE_PER_CASE.replace(
        "hall: h}", "hall: h, promised_limit: {amount: {column: days}, unit: working_day}}"
    )
    got = read(tmp_path, mapping, "id,begun,ended,days\na,2026-03-02 09:00,,5\nb,2026-03-02 09:00,,")
    limits = [one.data.get("promised_limit") for one in got.events]
    assert limits == [{"amount": "5", "unit": "working_day"}, None]


def test_values_that_are_not_listed_are_refused_or_take_the_default(tmp_path: Path) -> None:
    rows = "id,begun,ended,way\na,2026-03-02 09:00,,web\nb,2026-03-02 09:00,,fax\nc,2026-03-02 09:00,,"
    mapping = ONE_PER_CASE.replace("hall: h}", "hall: h, channel: {column: way, values: {web: online}}}")
    got = read(tmp_path, mapping, rows)
    assert got.reasons == [(3, "way", "fax", "is not among the mapping's values, and there is no default")]
    got = read(tmp_path, mapping.replace("online}}", "online}, default: other}"), rows)
    assert [one.data.get("channel") for one in got.events] == ["online", "other", None]


def test_columns_can_be_joined(tmp_path: Path) -> None:
    mapping = ONE_PER_CASE.replace("{column: begun}", "{columns: [day, clock]}")
    got = read(tmp_path, mapping, "id,day,clock,ended\na,2026-03-02,09:00,")
    assert got.told == [("a", "case.accepted", "2026-03-02T01:00:00Z")]


def test_only_rows_with_the_wanted_values_are_read(tmp_path: Path) -> None:
    rows = "id,begun,ended\na,2026-03-02 09:00,\nb,nonsense,\nb,nonsense,"
    got = read(tmp_path, ONE_PER_CASE + "where: {id: [a]}", rows)
    assert (got.report.rows, got.report.skipped, got.report.refused_rows) == (3, 2, 0)


def test_a_column_that_the_file_does_not_have_is_an_error_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        read(tmp_path, ONE_PER_CASE, "id,began,ended\na,2026-03-02 09:00,")
    assert caught.value.path == "events[0].time"
    assert caught.value.expected == "expected a column 'begun' of the file; the file has id, began, ended"


def test_a_column_that_the_file_has_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="the file has 2 of this name"):
        read(tmp_path, ONE_PER_CASE, "id,begun,ended,ended\na,2026-03-02 09:00,,")


def test_two_payments_at_one_instant_are_two_unless_they_are_the_same_row(tmp_path: Path) -> None:
    rows = "id,what,at,yuan\na,begin,2026-03-02 09:00,\n" + "".join(
        f"a,pay,2026-03-02 10:00,{yuan}\n" for yuan in (5, 7, 5, 7)
    )
    got = read(tmp_path, ONE_PER_EVENT, rows)
    assert [one.data["amount"] for one in got.events if one.type == "case.fee_collected"] == [5, 7]
    assert (got.report.repeated, got.report.refused_rows) == (2, 0)


def test_a_row_id_tells_the_same_rows_apart(tmp_path: Path) -> None:
    rows = "id,what,at,yuan,n\na,begin,2026-03-02 09:00,,1\na,pay,2026-03-02 10:00,5,2\na,pay,2026-03-02 10:00,5,3"
    got = read(tmp_path, ONE_PER_EVENT + "row_id: {column: n}", rows)
    assert [one.id for one in got.events] == ["a/accepted/1", "a/fee_collected/2", "a/fee_collected/3"]
    rows += "\na,pay,2026-03-02 10:00,6,3"
    got = read(tmp_path, ONE_PER_EVENT + "row_id: {column: n}", rows)
    assert got.reasons == [(5, "n", "a/fee_collected/3", "row 4 has this id, and says something else")]


def test_ids_do_not_depend_on_the_order_of_rows_or_on_other_cases(tmp_path: Path) -> None:
    first = ["b,end,2026-03-03 09:00,", "a,begin,2026-03-02 09:00,", "b,begin,2026-03-02 09:00,"]
    more = [*first[::-1], "c,begin,2026-03-01 09:00,", "a,end,2026-03-04 09:00,"]
    one, two = (
        read(tmp_path, ONE_PER_EVENT, "\n".join(["id,what,at,yuan", *rows])) for rows in (first, more)
    )
    assert {(event.id, event.time) for event in one.events} < {(event.id, event.time) for event in two.events}


def test_a_changed_mapping_publishes_a_new_version_and_the_same_one_none(tmp_path: Path) -> None:
    rows = "id,begun,ended\na,2026-03-02 09:00,"
    halls = ONE_PER_CASE + "halls: {level: county, calendar: cn}"
    ids = [
        {event.id for event in read(tmp_path, mapping, rows).events if event.type == "hall.published"}
        for mapping in (halls, halls, halls.replace("county", "village"))
    ]
    assert ids[0] == ids[1]
    assert ids[0].isdisjoint(ids[2])


def test_two_rows_that_say_different_things_of_one_hall_are_refused(tmp_path: Path) -> None:
    mapping = ONE_PER_CASE.replace("hall: h}", "hall: {column: hall}}")
    mapping += "halls: {title: {column: title}, level: county, calendar: cn}"
    rows = "id,begun,ended,hall,title\na,2026-03-02 09:00,,h1,North\nb,2026-03-02 09:00,,h1,South"
    got = read(tmp_path, mapping, rows)
    assert got.reasons == [(3, "", "h1", "hall 'h1': title 'South', but an earlier row says 'North'")]


def test_reference_data_is_recorded_before_the_first_case(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ONE_PER_CASE + "halls: {level: county, calendar: cn}\nitems: {kind: promise}",
        "id,begun,ended\na,2026-03-02 09:00,",
    )
    assert [one.type for one in got.events] == ["item.published", "hall.published", "case.accepted"]
    assert {one.recorded for one in got.events[:2]} == {parse_instant("2026-03-02T00:59:59Z")}
    assert got.taken == got.events
