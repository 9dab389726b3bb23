"""Rows that are dropped or odd: what they hold is told, and an event is never lost for want of its time."""

from pathlib import Path

from tests.unit.producers.tables.reading import ONE_PER_CASE, ONE_PER_EVENT, STATES, read

HEAD = "id,what,at,yuan\na,begin,2026-03-02 09:00,\nb,begin,2026-03-02 09:00,\n"


def test_an_event_without_its_time_leaves_its_case_out_even_where_rows_may_say_nothing(
    tmp_path: Path,
) -> None:
    """It happened: the case would stand as never finished."""
    got = read(tmp_path, ONE_PER_EVENT + "no_event: skip", HEAD + "a,end,,")
    assert got.reasons == [(4, "at", "", "expected a value, got none")]
    assert {case for case, _, _ in got.told} == {"b"}
    assert got.report.without_event == 0


def test_the_mapping_may_say_that_an_event_without_its_time_did_not_happen(tmp_path: Path) -> None:
    mapping = ONE_PER_EVENT.replace("{column: at}", "{column: at, required: false}")
    got = read(tmp_path, mapping + "no_event: skip", HEAD + "a,end,,")
    assert (got.refusals, got.report.without_event) == ([], 1)
    assert got.report.nothing_said == {"what: end": 1}


def test_what_rows_without_an_event_hold_is_counted(tmp_path: Path) -> None:
    rows = HEAD + "a,appeal,2026-03-03 09:00,\nb,appeal,2026-03-03 09:00,\nb,,2026-03-03 09:00,"
    got = read(tmp_path, ONE_PER_EVENT + "no_event: skip", rows)
    assert got.report.nothing_said == {"what: appeal": 2, "what: (empty)": 1}


def test_states_that_say_nothing_are_counted(tmp_path: Path) -> None:
    rows = "id,state,at\na,new,2026-03-02 09:00\na,noise,2026-03-02 10:00"
    assert read(tmp_path, STATES, rows).report.nothing_said == {"state: noise": 1}


def test_a_row_per_case_without_any_time_says_so(tmp_path: Path) -> None:
    got = read(tmp_path, ONE_PER_CASE + "no_event: skip", "id,begun,ended\na,,")
    assert got.report.nothing_said == {"no time in any column": 1}


def test_what_is_odd_is_taken_and_told(tmp_path: Path) -> None:
    mapping = ONE_PER_CASE.replace(
        "{item: permit, hall: h}",
        "{item: {column: kind}, hall: {column: place}, promised_limit: {until: {column: target}}}",
    )
    rows = (
        "id,begun,ended,kind,place,target\n"
        "a,2026-03-03 09:00,2026-03-02 09:00,permit,h,2026-03-05 09:00\n"
        "b,2026-03-03 09:00,,,h,2026-03-02 09:00\n"
        "c,2026-03-03 09:00,,permit,,2026-03-03 09:00\n"
        "d,2026-03-03 09:00,2026-03-02 09:00,permit,h,\n"
    )
    got = read(tmp_path, mapping, rows)
    assert [(one.what, one.count, one.rows) for one in got.report.doubts] == [
        ("case.completed lies before case.accepted", 2, [2, 5]),
        ("case.accepted names no item", 1, [3]),
        ("promised_limit of case.accepted ends before case.accepted itself", 1, [3]),
        ("case.accepted names no hall", 1, [4]),
    ]
    assert got.report.cases == 4


def test_a_case_of_states_that_names_no_hall_is_told_once(tmp_path: Path) -> None:
    mapping = STATES.replace("hall: h}", "hall: {column: place}}")
    rows = "id,state,at,place\na,new,2026-03-02 09:00,\na,done,2026-03-02 10:00,h"
    got = read(tmp_path, mapping, rows)
    assert [(one.what, one.rows) for one in got.report.doubts] == [("case.accepted names no hall", [2])]
