"""What was read, in a temporary file: events in order of time, cases that are left out, refused rows."""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from domain.events import Event, new_event

_SCHEMA = """
CREATE TABLE events (number INTEGER PRIMARY KEY, id TEXT UNIQUE, subject TEXT, type TEXT, time INTEGER, raw BLOB,
    row INTEGER);
CREATE TABLE cases (subject TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID;
CREATE TABLE states (subject TEXT, time INTEGER, place REAL, row INTEGER, raw BLOB);
CREATE TABLE left_out (subject TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE perhaps (row INTEGER, subject TEXT);
CREATE VIEW suspects AS SELECT DISTINCT row, subject FROM perhaps WHERE subject IN
    (SELECT subject FROM events UNION SELECT subject FROM states UNION SELECT subject FROM left_out);
CREATE TABLE refusals (row INTEGER, subject TEXT, field TEXT, value TEXT, reason TEXT);
"""
_KEPT = "subject NOT IN (SELECT subject FROM left_out)"


class Refusal(NamedTuple):
    """A row that was refused, and why."""

    row: int
    case: str
    column: str
    value: str
    reason: str


class _Kept(msgspec.Struct, array_like=True):
    """An event as it is kept here: all that an event of a table consists of, its instants as numbers."""

    type: str
    subject: str
    time: int
    data: dict[str, Any]
    id: str
    source: str
    recorded: int


_read_kept = msgspec.json.Decoder(_Kept).decode


def _keep(event: Event) -> bytes:
    return msgspec.json.encode(
        (event.type, event.subject, event.time, event.data, event.id, event.source, event.recorded)
    )


def _event_of(raw: bytes) -> Event:
    kept = _read_kept(raw)
    return new_event(
        kept.type, kept.subject, kept.time, kept.data, id=kept.id, source=kept.source, recorded=kept.recorded
    )


class TableSpool:
    """A temporary file of SQLite's own, gone when closed; it grows with the table, memory does not."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def first_row(self, subject: str, row: int) -> int:
        """The row that named a case first: an earlier one, or this."""
        taken = self._database.execute("INSERT OR IGNORE INTO cases VALUES (?, ?)", (subject, row)).rowcount
        return row if taken else self._one("SELECT row FROM cases WHERE subject = ?", subject)

    def add(self, event: Event, row: int) -> int | None:
        """Take an event; None, or the row that gave an event of this id before."""
        try:
            self._database.execute(
                "INSERT INTO events (id, subject, type, time, raw, row) VALUES (?, ?, ?, ?, ?, ?)",
                (event.id, event.subject, event.type, event.time, _keep(event), row),
            )
        except sqlite3.IntegrityError:
            return self._one("SELECT row FROM events WHERE id = ?", event.id)
        return None

    def holds(self, event: Event) -> bool:
        """Whether this very event was taken."""
        found = self._database.execute("SELECT raw FROM events WHERE id = ?", (event.id,)).fetchone()
        return found is not None and found[0] == _keep(event)

    def add_state(self, subject: str, time: int, place: float, row: int, facts: object) -> None:
        """Take a row of a state log; `facts` is what the row says, as JSON can hold it."""
        self._database.execute(
            "INSERT INTO states VALUES (?, ?, ?, ?, ?)",
            (subject, time, place, row, msgspec.json.encode(facts)),
        )

    def states(self) -> Iterator[tuple[str, int, int, bytes]]:
        """(case, time, row, facts) of cases that are not left out, case by case, in order of time."""
        yield from self._database.execute(
            f"SELECT subject, time, row, raw FROM states WHERE {_KEPT} ORDER BY subject, time, place, row"  # noqa: S608
        )

    def refuse(self, refusal: Refusal) -> None:
        """Keep a refusal; its case, if known, is left out whole."""
        self._database.execute("INSERT INTO refusals VALUES (?, ?, ?, ?, ?)", refusal)
        if refusal.case:
            self._database.execute("INSERT OR IGNORE INTO left_out VALUES (?)", (refusal.case,))

    def suspect(self, row: int, subject: str) -> None:
        """A refused row may be of this case."""
        self._database.execute("INSERT INTO perhaps VALUES (?, ?)", (row, subject))

    def settle(self) -> None:
        """Leave out the cases that refused rows may be of, and name them with the rows.

        Only what other rows of the table name as a case counts: a cell that has slipped into that place does not.
        """
        database = self._database
        found = database.execute(
            "SELECT row, GROUP_CONCAT(subject, ', '), COUNT(*) FROM suspects GROUP BY row"
        )
        for row, subjects, count in found.fetchall():
            told = f"; taken to be of {'one of ' if count > 1 else ''}{subjects}"
            database.execute(
                "UPDATE refusals SET subject = ?, reason = reason || ? WHERE row = ?", (subjects, told, row)
            )
        database.execute("INSERT OR IGNORE INTO left_out SELECT subject FROM suspects")

    def refusals(self) -> Iterator[Refusal]:
        """All refusals in order of rows."""
        rows = self._database.execute("SELECT * FROM refusals ORDER BY row")
        return (Refusal(*row) for row in rows)

    def events(self) -> Iterator[Event]:
        """The events of all cases that are not left out, in order of time."""
        rows = self._database.execute(f"SELECT raw FROM events WHERE {_KEPT} ORDER BY time, number")  # noqa: S608
        return (_event_of(raw) for (raw,) in rows)

    def by_type(self) -> dict[str, int]:
        """How many events of each type there are, of cases that are not left out."""
        sql = f"SELECT type, COUNT(*) FROM events WHERE {_KEPT} GROUP BY type ORDER BY type"  # noqa: S608
        return dict(self._database.execute(sql))

    def extent(self) -> tuple[int, int | None, int | None]:
        """(cases, first instant, last instant) of what is not left out."""
        row = self._database.execute(
            f"SELECT COUNT(DISTINCT subject), MIN(time), MAX(time) FROM events WHERE {_KEPT}"  # noqa: S608
        ).fetchone()
        return row[0], row[1], row[2]

    def left_out(self) -> int:
        """How many cases are left out."""
        return self._one("SELECT COUNT(*) FROM left_out")

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def _one(self, sql: str, *parameters: object) -> int:
        return int(self._database.execute(sql, parameters).fetchone()[0])
