"""The embedded state store: state, what was issued and the position, in one SQLite transaction per run.

`issues` and `verdicts` are the outbox: the projections read them by `seq` whenever they like.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from streams.database import Reader, connect, transaction
from streams.ports import Changes, DeadLetter, DeadLetterRow, IssueRow, Record, SubjectState, VerdictRow

_SCHEMA = """
CREATE TABLE subjects (
    key INTEGER PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    next_change INTEGER,
    open INTEGER NOT NULL,
    engine TEXT NOT NULL,
    reference_position INTEGER NOT NULL,
    revision INTEGER NOT NULL
);
CREATE INDEX open_subjects ON subjects (reference_position, engine) WHERE open;
-- apart, so that a scan of subjects is short
CREATE TABLE folds (key INTEGER PRIMARY KEY, fold BLOB NOT NULL);
CREATE TABLE issues (seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, document BLOB NOT NULL);
CREATE INDEX issues_by_subject ON issues (subject, seq);
CREATE TABLE verdicts (key INTEGER PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE dead_letters (
    number INTEGER PRIMARY KEY,
    position INTEGER,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    replayed_at INTEGER
);
CREATE TABLE progress (
    position INTEGER NOT NULL,
    judged_until INTEGER NOT NULL,
    verdict_seq INTEGER NOT NULL
);
INSERT INTO progress VALUES (0, 0, 0);
"""

_SIGNALS = """
CREATE TABLE signals (number INTEGER PRIMARY KEY, subject TEXT NOT NULL, recorded INTEGER NOT NULL, raw BLOB NOT NULL);
CREATE INDEX signals_by_subject ON signals (subject, number);
ALTER TABLE progress ADD COLUMN routed INTEGER NOT NULL DEFAULT 0
"""
"""What came with version 2."""

_SAVE_SUBJECT = """
INSERT INTO subjects (next_change, open, engine, reference_position, revision, subject)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (subject) DO UPDATE SET next_change = excluded.next_change, open = excluded.open,
    engine = excluded.engine, reference_position = excluded.reference_position, revision = excluded.revision
RETURNING key
"""

_SAVE_KNOWN = """
UPDATE subjects SET next_change = ?, open = ?, engine = ?, reference_position = ?, revision = ? WHERE key = ?
"""

_MANY = 500
"""Parameters of one statement."""


class State:
    """A `StateStore` in one file, for the one process that owns it; any number of threads."""

    def __init__(self, path: Path) -> None:
        self._writer = connect(path, _SCHEMA + _SIGNALS, version=2, steps={2: _SIGNALS})
        self._reader = Reader(connect(path, _SCHEMA + _SIGNALS, version=2, steps={2: _SIGNALS}))
        self._write_lock = threading.Lock()

    def position(self) -> int:
        """The position saved last."""
        return int(self._reader.rows("SELECT position FROM progress")[0][0])

    def routed(self) -> int:
        """The position up to which events were forwarded."""
        return int(self._reader.rows("SELECT routed FROM progress")[0][0])

    def signals(self, subject: str) -> list[Record]:
        """All that was forwarded to a subject, in order."""
        rows = self._reader.rows(
            "SELECT recorded, raw FROM signals WHERE subject = ? ORDER BY number", subject
        )
        return [Record(0, recorded, subject, False, raw) for recorded, raw in rows]

    def signalled(self) -> list[str]:
        """Every subject to which something was forwarded."""
        return [
            subject
            for (subject,) in self._reader.rows("SELECT DISTINCT subject FROM signals ORDER BY subject")
        ]

    def judged_until(self) -> int:
        """The instant saved last."""
        return int(self._reader.rows("SELECT judged_until FROM progress")[0][0])

    def load(self, subjects: Sequence[str]) -> dict[str, SubjectState]:
        """The states of those subjects that have one."""
        found: dict[str, SubjectState] = {}
        for row in self._rows_of(
            "SELECT subject, fold, next_change, open, engine, reference_position, revision, key "
            "FROM subjects JOIN folds USING (key) WHERE subject IN ({})",
            subjects,
        ):
            found[row[0]] = SubjectState(row[0], row[1], row[2], bool(row[3]), *row[4:])
        return found

    def save(self, changes: Changes) -> dict[str, int]:
        """Save a run whole; returns the keys of its subjects."""
        with self._write_lock, transaction(self._writer):
            execute, many = self._writer.execute, self._writer.executemany
            if changes.reconsider:
                execute("UPDATE subjects SET reference_position = 0 WHERE open")
            keys = self._save_subjects(changes.subjects)
            self._save_issues(changes.issues)
            self._save_verdicts(changes.verdicts, keys)
            many(
                "INSERT INTO dead_letters (position, subject, kind, cause, at) VALUES (?, ?, ?, ?, ?)",
                [(x.position, x.subject, x.kind, x.cause, x.at) for x in changes.dead_letters],
            )
            many(
                "UPDATE dead_letters SET replayed_at = ? WHERE number = ?",
                [(changes.judged_until, number) for number in changes.replayed],
            )
            self._save_signals(changes.signals)
            self._save_progress(changes.position, changes.judged_until)
        return keys

    def timers(self) -> Iterator[tuple[int, int]]:
        """(next_change, key) of every subject that has a next change."""
        last, sql = 0, "SELECT key, next_change FROM subjects WHERE key > ? ORDER BY key LIMIT 10000"
        while rows := self._reader.rows(sql, last):
            yield from ((instant, key) for key, instant in rows if instant is not None)
            last = rows[-1][0]

    def subjects(self, keys: Sequence[int]) -> dict[int, str]:
        """The subjects of those keys."""
        return dict(self._rows_of("SELECT key, subject FROM subjects WHERE key IN ({})", keys))

    def lagging(self, reference_position: int, engine: str, limit: int) -> list[str]:
        """Open subjects judged with an older reference position or by another engine."""
        rows = self._reader.rows(
            "SELECT subject FROM subjects WHERE open AND (reference_position < ? OR engine != ?) "
            "ORDER BY reference_position LIMIT ?",
            reference_position,
            engine,
            limit,
        )
        return [row[0] for row in rows]

    def open_subjects(self) -> int:
        """How many subjects are open."""
        return int(self._reader.rows("SELECT count(*) FROM subjects WHERE open")[0][0])

    def dead_letters(self, *, replayed: bool = False) -> list[DeadLetterRow]:
        """Dead letters by number; those replayed already only when asked for."""
        rows = self._reader.rows(
            "SELECT number, position, subject, kind, cause, at, replayed_at FROM dead_letters "
            "WHERE replayed_at IS NULL OR ? ORDER BY number",
            replayed,
        )
        return [DeadLetterRow(row[0], DeadLetter(*row[1:6]), row[6]) for row in rows]

    def issues(self, after: int, limit: int) -> list[IssueRow]:
        """Issues with seq > `after`, in order."""
        sql = "SELECT seq, subject, document FROM issues WHERE seq > ? ORDER BY seq LIMIT ?"
        return [IssueRow(*row) for row in self._reader.rows(sql, after, limit)]

    def issues_of(self, subject: str) -> list[IssueRow]:
        """Everything issued on one subject, in order."""
        rows = self._reader.rows(
            "SELECT seq, subject, document FROM issues WHERE subject = ? ORDER BY seq", subject
        )
        return [IssueRow(*row) for row in rows]

    def verdicts(self, after: int, limit: int) -> list[VerdictRow]:
        """Current verdicts with seq > `after`, in order."""
        rows = self._reader.rows(
            "SELECT seq, subject, document FROM verdicts JOIN subjects USING (key) WHERE seq > ? ORDER BY seq LIMIT ?",
            after,
            limit,
        )
        return [VerdictRow(*row) for row in rows]

    def outbox_ends(self) -> tuple[int, int]:
        """The last `seq` of issues and of verdicts, 0 before the first."""
        [(issues,)] = self._reader.rows("SELECT ifnull(max(seq), 0) FROM issues")
        [(verdicts,)] = self._reader.rows("SELECT verdict_seq FROM progress")
        return issues, verdicts

    def close(self) -> None:
        """Close the file; a save under way is finished first."""
        with self._write_lock:
            self._writer.close()
            self._reader.close()

    def _save_subjects(self, subjects: Sequence[SubjectState]) -> dict[str, int]:
        keys: dict[str, int] = {}
        known: list[tuple[object, ...]] = []
        for one in subjects:
            row = (one.next_change, one.open, one.engine, one.reference_position, one.revision)
            if one.key is None:
                (keys[one.subject],) = self._writer.execute(_SAVE_SUBJECT, (*row, one.subject)).fetchone()
            else:
                keys[one.subject] = one.key
                known.append((*row, one.key))
        self._writer.executemany(_SAVE_KNOWN, known)
        folds = [(keys[state.subject], state.fold) for state in subjects]
        self._writer.executemany("INSERT OR REPLACE INTO folds VALUES (?, ?)", folds)
        return keys

    def _save_verdicts(self, verdicts: Sequence[tuple[str, bytes]], keys: dict[str, int]) -> None:
        if not verdicts:
            return
        (last,) = self._writer.execute(
            "UPDATE progress SET verdict_seq = verdict_seq + ? RETURNING verdict_seq", (len(verdicts),)
        ).fetchone()
        first = last - len(verdicts) + 1
        self._writer.executemany(
            "INSERT OR REPLACE INTO verdicts (key, seq, document) VALUES (?, ?, ?)",
            [(keys[subject], first + index, document) for index, (subject, document) in enumerate(verdicts)],
        )

    def _save_issues(self, issues: Sequence[tuple[str, bytes]]) -> None:
        self._writer.executemany("INSERT INTO issues (subject, document) VALUES (?, ?)", issues)

    def _save_signals(self, signals: Sequence[tuple[str, int, bytes]]) -> None:
        self._writer.executemany("INSERT INTO signals (subject, recorded, raw) VALUES (?, ?, ?)", signals)

    def _save_progress(self, position: int, judged_until: int) -> None:
        sql = "UPDATE progress SET position = ?, judged_until = ?, routed = ?"
        self._writer.execute(sql, (position, judged_until, position))

    def _rows_of(self, sql: str, values: Sequence[object]) -> Iterator[Any]:
        """Rows of a statement with a list of values in place of its braces."""
        for start in range(0, len(values), _MANY):
            some = values[start : start + _MANY]
            yield from self._reader.rows(sql.format(", ".join("?" * len(some))), *some)
