"""Reading the files themselves: encodings, spreadsheets, logs; what is broken is told with its place."""

import gzip
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from producers.table.errors import MappingError, TableError
from tests.unit.producers.tables.reading import ONE_PER_CASE, Read, mapping_of, read

WALL = datetime.fromisoformat("2026-03-02T09:30")
REAL = Path(__file__).parents[5] / "shared" / "data" / "coselog-receipt" / "receipt.xes.gz"
ROWS = "id,begun,ended,窗口\na,2026-03-02 09:00,,三号\n"
CHINESE = ONE_PER_CASE.replace("hall: h}", "hall: h, window: {column: 窗口}}")


@pytest.mark.parametrize(
    ("encoding", "setting"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", "encoding: gb18030"),
        ("utf-8", "encoding: utf-8"),
    ],
)
def test_texts_are_read_in_their_encoding(tmp_path: Path, encoding: str, setting: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert Read(path, mapping_of(CHINESE + setting)).events[0].data["window"] == "三号"


def test_a_byte_order_mark_says_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(("\ufeff" + ROWS).encode("gb18030"))
    assert Read(path, mapping_of(CHINESE)).events[0].data["window"] == "三号"


def test_another_encoding_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(ROWS.encode("gb18030"))
    with pytest.raises(TableError, match=r"not utf-8 text .*; expected `encoding` in the mapping"):
        Read(path, mapping_of(CHINESE))


def test_a_mark_and_a_setting_that_differ_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(ROWS.encode("utf-8-sig"))
    with pytest.raises(
        MappingError, match="encoding: the file's byte order mark says utf-8-sig, not gb18030"
    ):
        Read(path, mapping_of(CHINESE + "encoding: gb18030"))


def test_a_gzipped_table_is_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    assert len(Read(path, mapping_of(CHINESE)).events) == 1


def test_a_row_of_another_width_is_refused(tmp_path: Path) -> None:
    rows = 'id,begun,ended\na,2026-03-02 09:00\n\nb,"2026-03-02 09:00",\n'
    got = read(tmp_path, ONE_PER_CASE, rows)
    assert got.reasons == [(2, "", "", "expected 3 cells as in the heading, got 2")]
    assert got.report.rows == 2


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = 'Report,,\n,,\nid,begun,ended\n"a\nb",2026-03-02 09:00,\n\nc,never,\n'
    got = read(tmp_path, ONE_PER_CASE + "header_row: 3", rows)
    assert [one[0] for one in got.reasons] == [6]
    assert [case for case, _, _ in got.told] == ["a\nb"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the names of the columns in row 1"),
        ('id,begun,ended\na,"2026', "after row 1: not a whole CSV file"),
    ],
)
def test_a_broken_file_is_an_error_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(TableError, match=said):
        Read(path, mapping_of(ONE_PER_CASE))


def sheet(folder: Path, *rows: tuple[Any, ...], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    book.save(folder / "table.xlsx")
    return folder / "table.xlsx"


def test_cells_with_dates_of_their_own_need_no_format(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        ("id", "begun", "ended"),
        (1001, WALL, None),
        (),
        (1002, "2026-03-02 10:30", WALL.replace(day=3, hour=0, minute=0)),
        formats={"C4": "yyyy-mm-dd hh:mm"},
    )
    assert Read(path, mapping_of(ONE_PER_CASE)).told == [
        ("1001", "case.accepted", "2026-03-02T01:30:00Z"),
        ("1002", "case.accepted", "2026-03-02T02:30:00Z"),
        ("1002", "case.completed", "2026-03-02T16:00:00Z"),
    ]


def test_a_cell_that_shows_only_a_day_is_a_day(tmp_path: Path) -> None:
    path = sheet(tmp_path, ("id", "begun", "ended"), ("a", date(2026, 3, 2), None))
    assert Read(path, mapping_of(ONE_PER_CASE)).reasons == [
        (2, "begun", "2026-03-02", "is a day without a time, and the mapping states no `day`")
    ]
    noon = ONE_PER_CASE.replace("times: {", 'times: {day: "12:00", ')
    assert Read(path, mapping_of(noon)).told == [("a", "case.accepted", "2026-03-02T04:00:00Z")]


def test_a_cell_that_holds_an_error_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path, ("id", "begun", "ended"), ("a", "2026-03-02 09:00", "#N/A"))
    assert Read(path, mapping_of(ONE_PER_CASE)).reasons == [(2, "ended", "", "the cell holds the error #N/A")]


def test_of_several_sheets_the_mapping_names_one(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "Notes"
    data = book.create_sheet("Data")
    data.append(("id", "begun", "ended"))
    data.append(("a", "2026-03-02 09:00"))
    book.save(tmp_path / "table.xlsx")
    with pytest.raises(MappingError, match="sheet: expected one of Notes, Data: the file has several sheets"):
        Read(tmp_path / "table.xlsx", mapping_of(ONE_PER_CASE))
    assert len(Read(tmp_path / "table.xlsx", mapping_of(ONE_PER_CASE + "sheet: Data")).told) == 1


def test_what_is_no_spreadsheet_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"id,begun,ended\n")
    with pytest.raises(TableError, match="not a whole XLSX file"):
        Read(path, mapping_of(ONE_PER_CASE))


def test_a_name_that_tells_no_format_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="expected a name that ends in csv, xlsx or xes, or `format`"):
        read(tmp_path, ONE_PER_CASE, ROWS, name="table.dat")
    assert len(read(tmp_path, ONE_PER_CASE + "format: csv", ROWS, name="table.dat").told) == 1


XES = """
name: log
rows: case
case: {column: "case:concept:name"}
events:
  - {type: case.accepted, time: {column: "case:startdate"}, data: {item: permit, hall: h,
     promised_limit: {until: {column: "case:deadline"}}}}
  - {type: case.completed, time: {column: "case:enddate"}}
"""


def test_attributes_of_a_trace_are_columns(tmp_path: Path) -> None:
    log = """<log><trace><string key="concept:name" value="a"/><date key="startdate" value="2026-03-02T09:00:00+08:00"/>
      <date key="deadline" value="2026-03-04T09:00:00+08:00"/><event/></trace>
      <trace><string key="concept:name" value="b"/><date key="startdate" value="2026-03-02T09:00:00+08:00"/>
      <date key="enddate" value="2026-03-03T09:00:00+08:00"/></trace></log>"""
    got = read(tmp_path, XES, log, name="log.xes")
    assert [(case, kind) for case, kind, _ in got.told] == [
        ("a", "case.accepted"), ("b", "case.accepted"), ("b", "case.completed"),
    ]  # fmt: skip
    assert got.events[0].data["promised_limit"] == {"until": "2026-03-04T01:00:00Z"}


def test_an_attribute_that_no_trace_has_is_an_error(tmp_path: Path) -> None:
    log = '<log><trace><string key="concept:name" value="a"/></trace></log>'
    with pytest.raises(
        MappingError, match="expected an attribute 'case:startdate' of the log; it has case:conce"
    ):
        read(tmp_path, XES, log, name="log.xes")


@pytest.mark.skipif(not REAL.exists(), reason="the real log is not here; see docs/import-xes.md")
def test_the_real_log_read_as_a_table() -> None:
    got = Read(REAL, mapping_of(XES))
    assert (got.report.rows, got.report.refused_rows, got.report.cases) == (1434, 0, 1434)
    assert got.report.types == {"case.accepted": 1434, "case.completed": 1329}
