"""A log of states: what a change from one state to the next says of the case."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.producers.tables.reading import STATES, Read, read


def states(folder: Path, *rows: str, mapping: str = STATES, head: str = "id,state,at") -> Read:
    return read(folder, mapping, "\n".join([head, *(f"a,{row}" for row in rows)]))


def said(got: Read) -> list[tuple[str, str]]:
    return [(kind.removeprefix("case."), time[11:16]) for _, kind, time in got.told]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("new,2026-03-02 09:00", "work,2026-03-02 10:00", "done,2026-03-02 11:00"),
         [("accepted", "01:00"), ("completed", "03:00")]),
        (("new,2026-03-02 09:00", "wait,2026-03-02 10:00", "work,2026-03-02 11:00"),
         [("accepted", "01:00"), ("suspended", "02:00"), ("resumed", "03:00")]),
        (("new,2026-03-02 09:00", "wait,2026-03-02 10:00", "wait,2026-03-02 11:00", "vendor,2026-03-02 12:00"),
         [("accepted", "01:00"), ("suspended", "02:00"), ("resumed", "04:00"), ("suspended", "04:00")]),
        (("wait,2026-03-02 09:00", "done,2026-03-02 10:00"),
         [("accepted", "01:00"), ("suspended", "01:00"), ("resumed", "02:00"), ("completed", "02:00")]),
        (("new,2026-03-02 09:00", "done,2026-03-02 10:00", "closed,2026-03-02 11:00"),
         [("accepted", "01:00"), ("completed", "02:00")]),
        (("new,2026-03-02 09:00", "done,2026-03-02 10:00", "work,2026-03-02 11:00", "gone,2026-03-02 12:00"),
         [("accepted", "01:00"), ("completed", "02:00"), ("reopened", "03:00"), ("withdrawn", "04:00")]),
        (("new,2026-03-02 09:00", "done,2026-03-02 10:00", "wait,2026-03-02 11:00"),
         [("accepted", "01:00"), ("completed", "02:00"), ("reopened", "03:00"), ("suspended", "03:00")]),
        (("new,2026-03-02 09:00", "noise,2026-03-02 10:00", "done,2026-03-02 11:00"),
         [("accepted", "01:00"), ("completed", "03:00")]),
    ],
    ids=[
        "open states are one state", "a pause begins and ends", "from one kind of pause to another",
        "a case that begins waiting and ends so", "resolved and then closed ends once",
        "reopened and withdrawn", "reopened into a pause", "a state to skip says nothing",
    ],
)  # fmt: skip
def test_changes_of_state_are_events(
    tmp_path: Path, rows: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert said(states(tmp_path, *rows)) == expected


def test_the_order_of_rows_is_that_of_time(tmp_path: Path) -> None:
    got = states(tmp_path, "done,2026-03-02 11:00", "wait,2026-03-02 10:00", "new,2026-03-02 09:00")
    assert [kind for kind, _ in said(got)] == ["accepted", "suspended", "resumed", "completed"]


def test_a_state_that_took_no_time_was_none(tmp_path: Path) -> None:
    """Reopened and resolved again within one minute of the log: the case has not been open since."""
    got = states(
        tmp_path,
        "new,2026-03-02 09:00",
        "done,2026-03-02 10:00",
        "work,2026-03-02 11:00",
        "done,2026-03-02 11:00",
    )
    assert said(got) == [("accepted", "01:00"), ("completed", "02:00")]


def test_of_rows_of_one_instant_the_order_column_says_which_is_last(tmp_path: Path) -> None:
    mapping = STATES.replace("  time: {column: at}", "  time: {column: at}\n  order: {column: n}")
    rows = ("new,2026-03-02 09:00,0", "wait,2026-03-02 10:00,10", "work,2026-03-02 10:00,9")
    got = states(tmp_path, *rows, mapping=mapping, head="id,state,at,n")
    assert [kind for kind, _ in said(got)] == ["accepted", "suspended"]


def test_a_pause_and_its_end_share_a_span(tmp_path: Path) -> None:
    got = states(tmp_path, "new,2026-03-02 09:00", "vendor,2026-03-02 10:00", "work,2026-03-02 11:00")
    suspended, resumed = got.events[1:]
    assert suspended.data == resumed.data == {"kind": "vendor", "span": "2026-03-02T02:00:00Z"}


def test_the_case_begins_with_its_first_row_and_what_that_says(tmp_path: Path) -> None:
    mapping = STATES.replace("hall: h}", "hall: h, officer: {column: who}}")
    got = states(
        tmp_path,
        "work,2026-03-02 10:00,Ms B",
        "new,2026-03-02 09:00,Mr A",
        mapping=mapping,
        head="id,state,at,who",
    )
    assert got.events[0].data["officer"] == "Mr A"


def test_the_case_may_begin_before_its_first_row_and_not_after(tmp_path: Path) -> None:
    mapping = STATES.replace("begin: {data", "begin: {time: {column: opened}, data")
    head = "id,state,at,opened"
    got = states(tmp_path, "work,2026-03-02 10:00,2026-03-02 09:00", mapping=mapping, head=head)
    assert said(got) == [("accepted", "01:00")]
    got = states(tmp_path, "work,2026-03-02 10:00,2026-03-02 10:01", mapping=mapping, head=head)
    assert [(row, column, why[:44]) for row, column, _, why in got.reasons] == [
        (2, "opened", "the case begins after its first state; expec")
    ]
    assert got.told == []


@pytest.mark.parametrize("row", ["asleep,2026-03-02 10:00", "wait,at noon", "wait,2062-03-02 10:00"])
def test_a_row_that_cannot_be_read_leaves_the_case_out(tmp_path: Path, row: str) -> None:
    """A missing pause would make the case late."""
    got = states(tmp_path, "new,2026-03-02 09:00", row, "done,2026-03-12 09:00")
    assert [one[0] for one in got.reasons] == [3]
    assert got.told == []


def test_an_unknown_state_may_have_a_default(tmp_path: Path) -> None:
    mapping = STATES.replace("  begin:", "  default: open\n  begin:")
    got = states(tmp_path, "wait,2026-03-02 09:00", "asleep,2026-03-02 10:00", mapping=mapping)
    assert [kind for kind, _ in said(got)] == ["accepted", "suspended", "resumed"]


def test_a_longer_log_adds_only_what_is_new(tmp_path: Path) -> None:
    rows = ("new,2026-03-02 09:00", "wait,2026-03-02 10:00")
    short = states(tmp_path, *rows)
    long = states(tmp_path, *rows, "work,2026-03-02 11:00", "done,2026-03-02 12:00")
    assert long.events[: len(short.events)] == short.events


def test_an_end_says_what_the_mapping_gives_it(tmp_path: Path) -> None:
    mapping = STATES + "  data: {case.completed: {result: {column: code}}}\n"
    rows: Any = ("new,2026-03-02 09:00,", "done,2026-03-02 10:00,fixed")
    got = states(tmp_path, *rows, mapping=mapping, head="id,state,at,code")
    assert got.events[-1].data == {"result": "fixed"}
