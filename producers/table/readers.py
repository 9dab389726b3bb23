"""Reading a table as a stream of rows: CSV, XLSX, XES. One row (of an XES log one case) in memory at a time."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from domain.instants import to_datetime
from producers.table.errors import MappingError, TableError
from producers.table.fields import Cells, Columns
from producers.table.mapping import ENCODINGS, FORMATS, Mapping
from producers.xes_reader import Moment, Trace, XesError, open_log, read_traces

Progress = Callable[[int, int], None]
"""(done, whole): bytes of the file, or rows of a sheet."""

_CELLS_OFF: Final = 8
"""A row that has more cells too many or too few is not looked at further."""
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it (of an XES log: of the event or trace, from 1)."""

    number: int
    cells: Cells
    """of the columns the mapping reads, in their order"""
    fault: str = ""
    """why the row as a whole cannot be read"""
    column: str = ""
    """where the fault is, if it is in one cell"""
    perhaps: tuple[Cells, ...] = ()
    """of a faulty row: its cells as they may be meant, the likeliest first"""


class Heading:
    """What the file says of its columns, once it has been read."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        """columns that the mapping does not read"""


def read_rows(path: Path, mapping: Mapping, heading: Heading, progress: Progress) -> Iterator[Row]:
    """The rows of a file that are not blank. Raises TableError, MappingError (unknown columns), OSError."""
    kind = mapping.format or _kind_of(path)
    if kind == "csv":
        return _csv_rows(path, mapping, heading, progress)
    if kind == "xlsx":
        return _xlsx_rows(path, mapping, heading, progress)
    return _xes_rows(path, mapping, heading, progress)


def _kind_of(path: Path) -> str:
    for ending in path.name.lower().split(".")[:0:-1]:
        if ending in ("xlsx", "xlsm"):
            return "xlsx"
        if ending in FORMATS:
            return ending
        if ending in ("tsv", "txt"):
            return "csv"
        if ending != "gz":
            break
    raise TableError(
        f"expected a name that ends in csv, xlsx or xes, or `format` in the mapping: {path.name}"
    )


def _picker(header: list[str], columns: Columns, heading: Heading) -> Callable[[Cells], Cells]:
    """What takes the mapping's columns out of a row."""
    for name, path in zip(columns.names, columns.paths, strict=True):
        count = header.count(name)
        if count != 1:
            found = f"the file has {count} of this name" if count else f"the file has {', '.join(header)}"
            raise MappingError(path, f"expected a column {name!r} of the file; {found}")
    heading.unread = [name for name in header if name and name not in columns.names]
    indexes = [header.index(name) for name in columns.names]
    if len(indexes) == 1:
        only = indexes[0]
        return lambda row: (row[only],)
    return itemgetter(*indexes)


def _csv_rows(path: Path, mapping: Mapping, heading: Heading, progress: Progress) -> Iterator[Row]:
    whole = path.stat().st_size
    stream, file = open_log(path)
    number = 0
    with file, stream:
        encoding = _encoding(stream, mapping)
        text = io.TextIOWrapper(stream, encoding, errors="strict", newline="")
        rows = csv.reader(text, delimiter=mapping.delimiter, strict=True)
        try:
            for _ in range(mapping.header_row):
                header = [name.strip() for name in next(rows)]
                number += 1
            pick = _picker(header, mapping.columns, heading)
            width = len(header)
            for cells in rows:
                number += 1
                if len(cells) == width:
                    yield Row(number, pick(cells))
                elif cells:
                    fault = f"expected {width} cells as in the heading, got {len(cells)}"
                    yield Row(number, cells, fault, perhaps=_perhaps(cells, width, pick))
                if not number & 1023:
                    progress(file.tell(), whole)
        except StopIteration:
            raise TableError(f"expected the names of the columns in row {mapping.header_row}") from None
        except UnicodeDecodeError as error:
            raise TableError(
                f"after row {number}: not {encoding} text ({error.reason}); expected `encoding` in the mapping, "
                f"one of {', '.join(ENCODINGS)}"
            ) from None
        except (csv.Error, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise TableError(f"after row {number}: not a whole CSV file: {error}") from None
        progress(whole, whole)


def _perhaps(cells: list[str], width: int, pick: Callable[[Cells], Cells]) -> tuple[Cells, ...]:
    """The cells of a row of another width as they may be meant: the fault may lie before a cell or after it.

    None where a cell holds a line break (an open quote has swallowed other rows) or too many are missing.
    """
    off = len(cells) - width
    if abs(off) > _CELLS_OFF or any("\n" in one or "\r" in one for one in cells):
        return ()
    filled = [*cells, *([""] * width)]
    lost = [""] * max(0, -off)
    shifts = range(off + 1) if off > 0 else range(0, off - 1, -1)
    return tuple(pick([*lost, *filled][len(lost) + shift :]) for shift in shifts)


def _encoding(stream: BinaryIO, mapping: Mapping) -> str:
    """What the byte order mark says, else the mapping, else UTF-8. The content is not guessed at."""
    start = stream.peek(4)[:4] if isinstance(stream, io.BufferedReader) else b""
    for mark, name in _BOMS:
        if start.startswith(mark):
            stated = mapping.encoding
            if stated is not None and stated.removesuffix("-sig") != name.removesuffix("-sig"):
                raise MappingError("encoding", f"the file's byte order mark says {name}, not {stated}")
            if name == "gb18030":
                stream.read(4)
            return name
    return mapping.encoding or "utf-8"


def _xlsx_rows(path: Path, mapping: Mapping, heading: Heading, progress: Progress) -> Iterator[Row]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    number = 0
    with ExitStack() as opened:
        try:
            file = opened.enter_context(path.open("rb"))
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            opened.callback(book.close)
            sheet = _sheet(book, mapping)
            whole = sheet.max_row or 0
            pick: Callable[[Cells], Cells] | None = None
            width = 0
            for cells in sheet.iter_rows():
                number += 1
                if pick is None:
                    if number == mapping.header_row:
                        header = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
                        pick, width = _picker(header, mapping.columns, heading), len(header)
                elif any(cell.value is not None for cell in cells):
                    short = width - len(cells)
                    picked = pick([*cells, *([None] * short)] if short > 0 else cells)
                    wrong = [slot for slot, one in enumerate(picked) if one and one.data_type == "e"]
                    if not wrong:
                        yield Row(number, [_cell(one) for one in picked])
                    else:
                        fault = f"the cell holds the error {picked[wrong[0]].value}"
                        read = [None if slot in wrong else _cell(one) for slot, one in enumerate(picked)]
                        yield Row(number, read, fault, mapping.columns.names[wrong[0]])
                if not number & 255:
                    progress(number, max(whole, number))
        except (InvalidFileException, BadZipFile, KeyError, SyntaxError, ValueError) as error:
            if isinstance(error, MappingError | TableError):
                raise
            raise TableError(f"after row {number}: not a whole XLSX file: {error}") from None
        if pick is None:
            raise TableError(f"expected the names of the columns in row {mapping.header_row}")
        progress(number, number)


def _sheet(book: Any, mapping: Mapping) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if mapping.sheet is not None:
        if mapping.sheet not in names:
            raise MappingError("sheet", f"expected one of {', '.join(names)}, got {mapping.sheet!r}")
        sheet = book[mapping.sheet]
    elif len(names) == 1:
        sheet = book.worksheets[0]
    else:
        raise MappingError("sheet", f"expected one of {', '.join(names)}: the file has several sheets")
    sheet.reset_dimensions()  # some writers state a wrong extent
    return sheet


def _cell(cell: Any) -> Any:
    """The value of a cell; a date whose format shows no time is a day."""
    if cell is None or cell.value is None:
        return None
    value = cell.value
    if cell.is_date and hasattr(value, "date") and not (value.hour or value.minute or value.second):
        from openpyxl.styles.numbers import is_datetime

        return value.date() if is_datetime(cell.number_format) == "date" else value
    return value


def _xes_rows(path: Path, mapping: Mapping, heading: Heading, progress: Progress) -> Iterator[Row]:
    """Each event of a log (with `rows: case` each trace); attributes of the trace are `case:NAME`."""
    names = mapping.columns.names
    seen: set[str] = set()
    number = 0
    whole = path.stat().st_size
    stream, file = open_log(path)
    with file, stream:
        try:
            for trace in read_traces(stream):
                for row in _trace_rows(trace, mapping.rows == "case"):
                    number += 1
                    seen.update(row)
                    yield Row(number, [_attribute(row.get(name)) for name in names])
                progress(file.tell(), whole)
        except XesError as error:
            raise TableError(str(error)) from None
    for name, place in zip(names, mapping.columns.paths, strict=True):
        if name not in seen:
            raise MappingError(
                place,
                f"expected an attribute {name!r} of the log; it has {', '.join(sorted(seen)) or 'none'}",
            )
    heading.unread = sorted(seen.difference(names))


def _trace_rows(trace: Trace, one: bool) -> Iterator[dict[str, Any]]:
    whole = {f"case:{name}": value for name, value in trace.attributes.items()}
    if one:
        yield whole
    else:
        yield from ({**whole, **event} for event in trace.events)


def _attribute(value: Any) -> Any:
    return to_datetime(value) if isinstance(value, Moment) else value
