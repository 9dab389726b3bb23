"""Reading a whole table: what was understood, what was refused, and the events in order of time."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from domain.events import Event
from domain.instants import SECOND
from producers.importing import Progress, Stored, store
from producers.making import Sink, in_batches
from producers.table.doubts import Doubt
from producers.table.errors import RowRefused, UnknownRows
from producers.table.fields import text_of
from producers.table.mapping import Mapping
from producers.table.readers import Heading, Row, read_rows
from producers.table.rows import Registry, RowTaker
from producers.table.spool import Refusal, TableSpool
from producers.table.states import StateTaker

REFUSALS_SHOWN: Final = 1_000
"""Of the refused rows so many are held in a report; `Reading.refusals` has all."""
_VALUE: Final = 200
_KINDS: Final = 50


class ColumnReport(msgspec.Struct):
    """A column that was read: what for, and how some of its values were understood."""

    column: str
    uses: list[str]
    samples: list[tuple[str, str]]
    """(as in the file, as understood)"""


class TableReport(Stored):
    """What was understood of a table, and what was stored of it."""

    rows: int = 0
    """that are not blank"""
    skipped: int = 0
    """by `where`"""
    without_event: int = 0
    """that say nothing and may: by `no_event: skip`, or by a state to skip"""
    nothing_said: dict[str, int] = msgspec.field(default_factory=dict)
    """what those rows hold in the columns that `when` or the states are read from, with their number"""
    doubts: list[Doubt] = msgspec.field(default_factory=list)
    """what was taken and is odd"""
    repeated: int = 0
    """events that an earlier row gave too, word for word"""
    refused_rows: int = 0
    unknown_rows: int = 0
    """of the refused: those whose case cannot be read; any case of the table may lack them"""
    unknown: list[int] = msgspec.field(default_factory=list)
    """their numbers, the first ones"""
    cases_left_out: int = 0
    """because of a refused row"""
    types: dict[str, int] = msgspec.field(default_factory=dict)
    halls: list[str] = msgspec.field(default_factory=list)
    """named by events"""
    items: list[str] = msgspec.field(default_factory=list)
    halls_made: bool = False
    items_made: bool = False
    columns: list[ColumnReport] = msgspec.field(default_factory=list)
    unread: list[str] = msgspec.field(default_factory=list)
    refusals: list[Refusal] = msgspec.field(default_factory=list)


_NAMED: Final = 20


def rows_named(report: TableReport) -> str:
    """The rows whose case cannot be read, such as `rows 13, 16`."""
    numbers = ", ".join(str(one) for one in report.unknown[:_NAMED])
    more = f" and {report.unknown_rows - _NAMED:,} more" if report.unknown_rows > _NAMED else ""
    return f"row{'s' if report.unknown_rows > 1 else ''} {numbers}{more}"


def _was(report: TableReport) -> str:
    return "were" if report.unknown_rows > 1 else "was"


class Reading:
    """A table that has been read and not stored yet. Close it."""

    def __init__(self, path: Path, mapping: Mapping, latest: int, progress: Progress) -> None:
        """Read the file at `path`; what happens after `latest` is refused.

        Raises TableError, MappingError (columns that the file does not have) and OSError.
        """
        self.report = TableReport()
        self._spool = TableSpool()
        self._mapping = mapping
        self._registry = Registry(mapping)
        self._reference: list[Event] = []
        try:
            self._read(path, latest, progress)
        except BaseException:
            self._spool.close()
            raise

    def check(self) -> None:
        """Raise UnknownRows where rows were refused and nobody can say which cases lack them."""
        if not self.report.unknown_rows:
            return
        first = next(one for one in self.refusals() if not one.case)
        raise UnknownRows(
            f"it cannot be known whose {rows_named(self.report)} {_was(self.report)} "
            f"(row {first.row}: {': '.join(filter(None, (first.column, first.reason)))}); any case may lack what "
            "was in there, and be judged wrongly"
        )

    def store(
        self, sink: Sink, floor: int | None, progress: Progress, *, despite_unknown: bool = False
    ) -> None:
        """Put everything into `sink`; what was recorded before `floor` is stated as recorded at it.

        Raises UnknownRows as `check` does, but not with `despite_unknown`.
        """
        if not despite_unknown:
            self.check()
        store(in_batches(self.events()), sink, floor, progress, self.report)

    def events(self) -> Iterator[Event]:
        """Reference data, then the events of all cases in order of time."""
        return chain(self._reference, self._spool.events())

    def refusals(self) -> Iterator[Refusal]:
        """Every refused row."""
        return self._spool.refusals()

    def close(self) -> None:
        """Forget what was read."""
        self._spool.close()

    def _read(self, path: Path, latest: int, progress: Progress) -> None:
        mapping, report, heading = self._mapping, self.report, Heading()
        taker = RowTaker(mapping, self._spool, self._registry, latest)
        states = (
            StateTaker(mapping, mapping.states, self._spool, self._registry, taker)
            if mapping.states is not None
            else None
        )
        take = states.take if states is not None else taker.take
        skips = states is not None or mapping.skips_no_event
        for row in read_rows(path, mapping, heading, lambda done, whole: progress("read", done, whole)):
            report.rows += 1
            case = ""
            try:
                if row.fault:
                    case = self._case_of(row)
                    raise RowRefused(row.column, "", row.fault)
                if mapping.where and not all(one(row.cells) for one in mapping.where):
                    report.skipped += 1
                    continue
                case = mapping.case(row.cells)
                if not take(case, row.cells, row.number):
                    if not skips:
                        raise RowRefused("", "", "gives no event (`no_event: skip` would allow it)")
                    report.without_event += 1
                    self._say_nothing(row)
            except RowRefused as error:
                if case or row.column or any(text_of(cell) for cell in row.cells):
                    self._refuse(row, case, error)
                else:  # as blank as an empty line
                    report.rows -= 1
        self._spool.settle()
        if states is not None:
            states.finish()
        report.repeated, report.doubts = taker.repeated, taker.doubts.all()
        self._sum_up(heading)

    def _say_nothing(self, row: Row) -> None:
        """Count what a row without an event holds, so that nothing goes unnoticed."""
        mapping, counts = self._mapping, self.report.nothing_said
        if mapping.states is not None:
            read = {mapping.states.state.column: mapping.states.state}
        else:
            read = {one.value.column: one.value for rule in mapping.events for one in rule.when}
        told = ", ".join(
            f"{name}: {text_of(value.raw(row.cells)) or '(empty)'}" for name, value in read.items()
        )
        told = told[:_VALUE] or "no time in any column"
        if told not in counts and len(counts) >= _KINDS:
            told = "others"
        counts[told] = counts.get(told, 0) + 1

    def _case_of(self, row: Row) -> str:
        """The case of a faulty row, empty where it cannot be read; the cases that it may be of are noted."""
        case = self._mapping.case
        if row.column in case.names:
            return ""
        with suppress(RowRefused):
            if row.column:
                return str(case(row.cells))
            if self._mapping.rows == "case":
                return str(case(row.perhaps[0])) if row.perhaps else ""
        for cells in row.perhaps:
            with suppress(RowRefused):
                self._spool.suspect(row.number, case.tried(cells))
        return ""

    def _refuse(self, row: Row, case: str, error: RowRefused) -> None:
        self._spool.refuse(
            Refusal(row.number, case, error.column, text_of(error.value)[:_VALUE], error.reason)
        )

    def _sum_up(self, heading: Heading) -> None:
        report, columns, registry = self.report, self._mapping.columns, self._registry
        for refusal in self._spool.refusals():
            report.refused_rows += 1
            if not refusal.case:
                report.unknown_rows += 1
                if len(report.unknown) < REFUSALS_SHOWN:
                    report.unknown.append(refusal.row)
            if len(report.refusals) < REFUSALS_SHOWN:
                report.refusals.append(refusal)
        report.cases, report.begin, report.end = self._spool.extent()
        report.cases_left_out = self._spool.left_out()
        report.types = self._spool.by_type()
        report.halls, report.items = sorted(registry.named["hall"]), sorted(registry.named["item"])
        report.halls_made, report.items_made = "hall" in self._mapping.made, "item" in self._mapping.made
        report.columns = [
            ColumnReport(name, uses, list(samples.items()))
            for name, uses, samples in zip(columns.names, columns.uses, columns.samples, strict=True)
        ]
        report.unread = heading.unread
        if report.begin is not None:
            self._reference = registry.events(report.begin - SECOND)
        report.events = sum(report.types.values()) + len(self._reference)
