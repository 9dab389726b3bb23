"""Rows that cannot be read as rows: whose they are is found out, or the whole table is refused."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from producers.table.errors import UnknownRows
from producers.table.importing import Reading
from tests.unit.producers.tables.reading import (
    ONE_PER_CASE,
    ONE_PER_EVENT,
    PRESENT,
    Read,
    mapping_of,
    nothing,
    read,
)

BEGUN = "id,what,at,yuan\na,begin,2026-03-02 09:00,\nb,begin,2026-03-02 09:00,\n"


def cases(got: Read) -> set[str]:
    return {case for case, _, _ in got.told}


@pytest.mark.parametrize(
    ("row", "cells"),
    [("a,end,2026-03-03 09:00,1,000", 5), ("a,end,2026-03-03 09:00", 3), ("x,a,end,2026-03-03 09:00,", 5)],
    ids=["one cell too many", "one too few", "one too many, before its number"],
)
def test_a_row_of_another_width_leaves_its_case_out(tmp_path: Path, row: str, cells: int) -> None:
    """Without its last row the case would stand as never finished."""
    got = read(tmp_path, ONE_PER_EVENT, BEGUN + row)
    assert cases(got) == {"b"}
    assert [(one.row, one.case, one.reason) for one in got.refusals] == [
        (4, "a", f"expected 4 cells as in the heading, got {cells}; taken to be of a")
    ]
    assert (got.report.cases_left_out, got.report.unknown_rows) == (1, 0)


def test_every_case_that_such_a_row_may_be_of_is_left_out(tmp_path: Path) -> None:
    got = read(tmp_path, ONE_PER_EVENT, BEGUN + "c,begin,2026-03-02 09:00,\na,b,2026-03-03 09:00,1,000")
    assert cases(got) == {"c"}
    assert got.refusals[0].reason.endswith("taken to be of one of a, b")


def test_states_of_a_case_with_such_a_row_are_left_out(tmp_path: Path) -> None:
    from tests.unit.producers.tables.reading import STATES

    rows = "id,state,at\na,new,2026-03-02 09:00\nb,new,2026-03-02 09:00\na,done,2026-03-03 09:00,"
    assert cases(read(tmp_path, STATES, rows)) == {"b"}


def test_of_one_row_per_case_the_number_is_read_in_its_place(tmp_path: Path) -> None:
    got = read(tmp_path, ONE_PER_CASE, "id,begun,ended\na,2026-03-02 09:00\nb,2026-03-02 09:00,")
    assert (got.refusals[0].case, got.report.unknown_rows) == ("a", 0)


UNREADABLE = [
    (ONE_PER_EVENT, BEGUN + "end,2026-03-03 09:00,5"),
    (ONE_PER_EVENT, BEGUN + ",end,2026-03-03 09:00,5"),
    (ONE_PER_EVENT, BEGUN + 'a,end,"2026-03-03 09:00,5\nb,end,2026-03-03 09:00,5\n",1,1'),
    (ONE_PER_EVENT, BEGUN + "a,end,2026-03-03 09:00,5" + ",x" * 9),
    (ONE_PER_EVENT, BEGUN + "c,end,2026-03-03 09:00"),
    (ONE_PER_CASE, "id,begun,ended\nb,2026-03-02 09:00,\n,2026-03-02 09:00,"),
]


@pytest.mark.parametrize(
    ("mapping", "rows"),
    UNREADABLE,
    ids=[
        "its number is lost",
        "its number is empty",
        "an open quote has swallowed another row",
        "far too many cells",
        "no other row names such a case",
        "one row per case without its number",
    ],
)
def test_where_nobody_can_say_whose_row_it_was_nothing_is_stored(
    tmp_path: Path, mapping: str, rows: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(rows, "utf-8")
    reading = Reading(path, mapping_of(mapping), PRESENT, nothing)
    taken: list[object] = []

    def take(batch: list[object]) -> list[object]:
        taken.extend(batch)
        return []

    with pytest.raises(UnknownRows, match=f"cannot be known whose row {reading.report.unknown[0]} was"):
        reading.store(take, None, nothing)  # type: ignore[arg-type]
    reading.close()
    assert taken == []


def test_the_report_names_such_rows_where_the_rest_is_stored(tmp_path: Path) -> None:
    got = read(tmp_path, *UNREADABLE[0])
    assert got.taken == got.events
    assert (got.report.unknown_rows, got.report.unknown) == (1, [4])


@pytest.mark.parametrize("blank", [",,,", " ", ",,"], ids=["of its width", "a space", "too few"])
def test_a_row_without_any_text_is_as_blank_as_an_empty_line(tmp_path: Path, blank: str) -> None:
    got = read(tmp_path, ONE_PER_EVENT, BEGUN + blank + "\na,end,2026-03-03 09:00,")
    assert (got.report.rows, got.refusals) == (3, [])


@pytest.mark.parametrize(
    ("place", "case", "unknown"),
    [(2, "a", 0), (0, "", 1)],
    ids=["in a time", "in the number of the case"],
)
def test_a_cell_with_an_error_leaves_its_case_out_and_names_its_column(
    tmp_path: Path, place: int, case: str, unknown: int
) -> None:
    book = Workbook()
    assert book.active is not None
    broken = ["a", "end", "2026-03-03 09:00", 5]
    broken[place] = "#N/A"
    for row in (("id", "what", "at", "yuan"), ("a", "begin", "2026-03-02 09:00", None), broken):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    got = Read(tmp_path / "table.xlsx", mapping_of(ONE_PER_EVENT))
    assert [(one.row, one.case, one.column) for one in got.refusals] == [(3, case, ("id", "", "at")[place])]
    assert got.refusals[0].reason == "the cell holds the error #N/A"
    assert got.report.unknown_rows == unknown
    assert cases(got) == (set() if case else {"a"})


def test_what_may_have_slipped_is_no_sample_of_what_was_understood(tmp_path: Path) -> None:
    got = read(
        tmp_path, ONE_PER_EVENT, "id,what,at,yuan\na,begin,2026-03-02 09:00,1,000\nb,begin,2026-03-02 09:00,"
    )
    ids = next(one for one in got.report.columns if one.column == "id")
    assert ids.samples == [("b", "b")]
