"""The read store in-process: chDB, the ClickHouse engine as a library.

One process per folder, one folder per process at a time, any number of threads. Never fork while it is
open (the
child hangs). The SQL that goes through here is plain ClickHouse SQL with `{name:Type}` parameters, so that a
server can take its place. By our convention a statement answers in whole numbers, floating-point numbers,
texts,
nulls and lists of these (dates are cast with `toString`), which every client of ClickHouse spells alike; a
division by zero answers null.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from chdb.session import Session

from projections.pool import Pool
from projections.statements import StoreError, checked, written

__all__ = ["ChdbStore", "StoreError"]

_SESSIONS: Final = 3
"""A session answers one statement at a time: one for the sink, one for the wall, one for everybody else."""

_new_session: Callable[[str], Any] = cast(Any, Session)  # chDB comes without types

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


class ChdbStore:
    """A `streams.ports.Store` in the folder `path`, in one database of it."""

    def __init__(self, path: Path, database: str = "sundial") -> None:
        """Open or create. Raises StoreError when this process has another folder open, or the folder is in
        use.
        """
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        sessions: list[Any] = []
        try:
            for number in range(_SESSIONS):
                sessions.append(_new_session(str(path)))
                if number == 0:
                    sessions[0].query(f"CREATE DATABASE IF NOT EXISTS {checked(database)} ENGINE = Atomic")
                sessions[number].query(f"USE {database}")
        except Exception as error:
            for session in sessions:
                session.close()
            raise StoreError(f"{path}: the read store cannot be opened: {error}") from error
        self._pool = Pool(path, sessions)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement with `{name:Type}` parameters; its rows. Raises StoreError."""
        with self._session() as session:
            answer = session.query(sql, "JSONCompactEachRow", params=written(params or {})).bytes()
        return [tuple(row) for row in _decoder.decode_lines(answer)]

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        """Insert one batch whole or not at all; the same token again inserts nothing. Raises StoreError.

        Holds for the last thousand batches of a table, and for batches below a million rows.
        """
        if not rows:
            return
        names = list(rows[0])
        columns = ", ".join(checked(name) for name in names)
        statement = (
            f"INSERT INTO {checked(table)} ({columns}) SETTINGS async_insert = 0, "
            f"insert_deduplication_token = '{_quoted(token)}' FORMAT JSONEachRow\n"
        )
        body = _encoder.encode_lines(rows).decode()
        with self._session() as session:
            session.query(statement + body)

    def close(self) -> None:
        """Close; statements under way are finished first. This process may then open another folder."""
        self._pool.close(lambda session: session.close())

    @contextmanager
    def _session(self) -> Iterator[Any]:
        with self._pool.lent() as session:
            try:
                yield session
            except RuntimeError as error:  # the base of every error of chDB
                raise StoreError(str(error)) from error


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
