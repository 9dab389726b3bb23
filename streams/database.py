"""Opening a SQLite file of ours: durable, shared by threads, of a schema version that we know."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

_CHECKPOINT_PAGES = 8000
"""32 MB: so that a burst of findings is not held up by the file catching up with its log again and again."""


class WrongVersion(Exception):
    """A file that was written by a later version of Sundial."""


def connect(
    path: Path, schema: str, *, version: int, steps: Mapping[int, str] | None = None
) -> sqlite3.Connection:
    """Open `path`, creating its tables when it is new; every commit is on the disk when it returns.

    A file of an earlier version is brought up by `steps`: for each version, the statements that lead to it.
    The connection may be used from any thread, by one at a time. Raises WrongVersion.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version = {version}; COMMIT;")
    elif found > version:
        connection.close()
        raise WrongVersion(f"{path}: written by a later version (schema {found}); expected at most {version}")
    for number in range(found + 1, version + 1) if found else ():
        step = (steps or {})[number]
        connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done within is stored when it ends, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Reader:
    """A connection that is only asked, from any thread, beside the one that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """All rows of an answer."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def cursor(self, sql: str, *parameters: object) -> Iterator[sqlite3.Cursor]:
        """An answer row by row, read as far as it is wanted; others wait for the end of the block."""
        with self._lock, closing(self._connection.execute(sql, parameters)) as cursor:
            yield cursor

    def close(self) -> None:
        """Close the connection, after the question that is being answered."""
        with self._lock:
            self._connection.close()
