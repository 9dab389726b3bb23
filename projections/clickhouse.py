"""The read store on a ClickHouse server, through its native protocol.

The same SQL, the same parameters and the same answers as of the library (`projections.store`): whole numbers,
floating-point numbers, texts, nulls and lists. A connection answers one statement at a time and may not be shared by
threads, so there are a few of them. After a failed connection the next attempts wait a little, so that many askers do
not storm a server that comes back.
"""

import logging
import math
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from clickhouse_driver import Client, errors

from projections.address import Address
from projections.pool import Pool
from projections.replicated import replicated
from projections.statements import StoreError, StoreUnreachable, checked, written

__all__ = ["ClickhouseStore"]

_CONNECTIONS: Final = 4
"""One for the sink, one for the wall, two for everybody else."""
_CONNECT_SECONDS: Final = 5.0
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0

_SETTINGS: Final = {
    "server_side_params": True,  # of the driver: `{name:Type}` is filled by the server
    "input_format_null_as_default": True,  # of the driver: as the library does by itself
    "async_insert": 0,  # our batches are whole already, and their answer has to mean that they are stored
}
_MAJORITY: Final = {"insert_quorum": "auto", "insert_quorum_parallel": 0, "select_sequential_consistency": 1}
"""The sink reads off the tables where it stands: a replica that lags must not answer for the others."""

_LOST: Final = (errors.NetworkError, errors.SocketTimeoutError, EOFError, OSError)
_REFUSED_VALUE: Final = (AttributeError, KeyError, TypeError, ValueError, struct.error)
"""What the driver raises when a value does not fit its column."""
_COLUMNS: Final = """
SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}
"""

logging.getLogger("clickhouse_driver").addHandler(logging.NullHandler())  # what it warns of is raised as well


class ClickhouseStore:
    """A `streams.ports.Store` in one database of a server. Nothing is connected before the first statement."""

    def __init__(
        self,
        address: Address,
        *,
        password: str = "",
        ca_file: Path | None = None,
        timeout: float = 60.0,
        database: str | None = None,
        cluster: str = "",
    ) -> None:
        """`timeout`: seconds that a statement may keep silent. `ca_file`: authorities in place of the system's.

        `database` stands in for that of `address` where it need not exist yet. `cluster`: tables are made, changed and
        dropped on all its replicas, and what is read is what a majority of them has.
        """
        self.address = address
        self._made = {
            "host": address.host,
            "port": address.port,
            "database": address.database if database is None else database,
            "user": address.user,
            "password": password,
            "secure": address.secure,
            "connect_timeout": _CONNECT_SECONDS,
            "send_receive_timeout": timeout,
            "tcp_keepalive": True,
            "settings": _SETTINGS | (_MAJORITY if cluster else {}),
        }
        authorities = ca_file or ssl.get_default_verify_paths().cafile  # else the driver takes certifi's
        if address.secure and authorities is not None:
            self._made["ca_certs"] = str(authorities)
        self._pool = Pool(address, [Client(**self._made) for _ in range(_CONNECTIONS)])
        self._types: dict[str, dict[str, str]] = {}
        self._pause = _Pause()
        self._cluster = cluster

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement with `{name:Type}` parameters; its rows. Raises StoreError."""
        given = {name: _Parameter(text) for name, text in written(params or {}).items()}
        if not sql.lstrip()[:6].upper().startswith(("SELECT", "WITH")):
            self._types.clear()  # a table may have changed
        found, types = [], []
        for statement in replicated(sql, self._cluster) if self._cluster else [sql]:
            with self._client() as client:
                found, types = client.execute(statement, given, columnar=True, with_column_types=True)
        columns = (
            [_plain_column(column, type_) for column, (_, type_) in zip(found, types, strict=True)]
            if found
            else []
        )
        return list(zip(*columns, strict=True))

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        """Insert one batch whole or not at all; the same token again inserts nothing. Raises StoreError.

        Holds for the last thousand batches of a table, and for batches below a million rows. Where the answer is
        lost it is sent once more: the token tells the server whether it has it.
        """
        if not rows:
            return
        try:
            self._insert(table, rows, token)
        except StoreUnreachable:
            time.sleep(2 * _FIRST_PAUSE_SECONDS)
            self._insert(table, rows, token)

    def _insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        names = list(rows[0])
        types = self._types_of(table)
        unknown = [name for name in names if name not in types]
        if unknown:
            raise StoreError(f"{table}: expected columns {', '.join(types)}, got {', '.join(unknown)}")
        statement = f"INSERT INTO {checked(table)} ({', '.join(checked(name) for name in names)}) VALUES"
        with self._client() as client:
            try:
                columns = [_typed([row[name] for row in rows], types[name]) for name in names]
                settings = {"insert_deduplication_token": token}
                client.execute(statement, columns, columnar=True, settings=settings)
            except _REFUSED_VALUE as error:
                raise StoreError(f"{table}: a row does not fit: {error}") from error

    def close(self) -> None:
        """Close; statements under way are finished first."""
        self._pool.close(lambda client: client.disconnect())

    def _types_of(self, table: str) -> dict[str, str]:
        types = self._types.get(table)
        if types is None:
            types = dict(self.execute(_COLUMNS, {"table": table}))
            if not types:
                raise StoreError(f"{self.address}: there is no table {table}")
            self._types[table] = types
        return types

    @contextmanager
    def _client(self) -> Iterator[Client]:
        with self._pool.lent() as client:
            try:
                self._pause.check()
                yield client
                self._pause.over()
            except errors.ServerException as error:
                raise StoreError(f"Code: {error.code}. {_said(error)}") from error
            except _LOST as error:
                what = f"{self.address}: the read store does not answer: {error or type(error).__name__}"
                self._pause.begin(what)
                raise StoreUnreachable(what) from error
            except errors.Error as error:
                raise StoreError(f"{self.address}: {error}") from error


class _Pause:
    """After a lost connection nobody tries for a while; the while doubles up to five seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._what = ""

    def check(self) -> None:
        with self._lock:
            if time.monotonic() < self._until:
                raise StoreUnreachable(self._what)

    def begin(self, what: str) -> None:
        with self._lock:
            pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures, 10))
            self._failures += 1
            self._until = time.monotonic() + pause
            self._what = what

    def over(self) -> None:
        with self._lock:
            self._failures, self._until = 0, 0.0


class _Parameter:
    """A written parameter as the protocol carries it: quoted, with backslash and quote escaped.

    The driver puts quotes around everything that is no text of its own kind.
    """

    def __init__(self, text: str) -> None:
        self._text = text.replace("\\", "\\\\").replace("'", "\\'")

    def __str__(self) -> str:
        return self._text


def _said(error: errors.ServerException) -> str:
    """The server's message without its stack trace."""
    return str(error.message).partition("Stack trace:")[0].strip().rstrip(".")


def _typed(values: list[Any], type_: str) -> list[Any]:
    """Values as the driver takes them: days are texts everywhere else."""
    if "Date" not in type_:
        return values
    return [date.fromisoformat(value) if isinstance(value, str) else value for value in values]


def _plain_column(values: Sequence[Any], type_: str) -> Sequence[Any]:
    is_plain = type_.startswith(("String", "Int", "UInt", "LowCardinality(String", "FixedString"))
    read: Callable[[Any], Any] = _plain
    return values if is_plain else [read(value) for value in values]


def _plain(value: Any) -> Any:
    """A value by the convention of the read store: what the library would have answered."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [_plain(element) for element in value]
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
