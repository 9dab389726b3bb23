"""A journal read beside the process that owns it: never written, one state of it from beginning to end.

SQLite's write-ahead log lets a second process read while the first appends. A running supervisor is not slowed
down by a long question that is answered in a process of its own.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from streams.journal import REFERENCE, VERSION
from streams.ports import Record
from streams.records import COLUMNS, records_of


class NoJournal(Exception):
    """There is no journal to read, or none that this version reads; the message says which."""


class ReadJournal:
    """What a journal held at the moment at which it was opened."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NoJournal(f"{path}: no journal; expected the data folder of `sundial serve` or `import`")
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            [version] = self._db.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                older = "; open it once with `sundial serve`" if version < VERSION else ""
                raise NoJournal(f"{path}: a journal of schema {version}; expected {VERSION}{older}")
            self._db.execute("BEGIN")
            [end, last] = self._db.execute(
                "SELECT position, recorded FROM records ORDER BY position DESC LIMIT 1"
            ).fetchone() or (0, 0)
        except (sqlite3.Error, NoJournal) as error:
            self._db.close()
            raise error if isinstance(error, NoJournal) else NoJournal(f"{path}: {error}") from None
        self.end: int = end
        """The last position."""
        self.last_recorded: int = last
        """The recorded instant of the last record, 0 in an empty journal."""

    def reference(self) -> list[Record]:
        """All records of reference events, in order."""
        return records_of(self._db.execute(REFERENCE, (0, self.end)))

    def subjects(self) -> int:
        """How many subjects have records of their own."""
        [(count,)] = self._db.execute("SELECT count(DISTINCT subject) FROM records WHERE NOT is_reference")
        return int(count)

    def histories(self) -> Iterator[tuple[str, list[Record]]]:
        """Every subject with its own records in order of the log, by subject."""
        rows = self._db.execute(COLUMNS + "WHERE NOT is_reference ORDER BY subject, position")
        for subject, group in groupby(rows, key=lambda row: row[2]):
            yield subject, records_of(group)

    def close(self) -> None:
        """Close it."""
        self._db.close()


def judged_until(path: Path) -> int:
    """Up to which instant the state in `path` says that supervision has come; 0 where there is none yet."""
    if not path.is_file():
        return 0
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return int(db.execute("SELECT judged_until FROM progress").fetchone()[0])
        finally:
            db.close()
    except sqlite3.Error as error:
        raise NoJournal(f"{path}: {error}") from None
