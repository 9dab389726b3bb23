"""chDB's engine for the emulated server, and its answers as blocks of the protocol."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
from chdb.session import Session
from clickhouse_driver import defines
from clickhouse_driver.block import ColumnOrientedBlock
from clickhouse_driver.bufferedreader import BufferedSocketReader
from clickhouse_driver.context import Context
from clickhouse_driver.streams.native import BlockInputStream

FILE_REVISION = 0
"""Blocks in a file (`FORMAT Native`) are those of the first revision of the protocol."""

_TYPES = "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
_CODE = re.compile(r"Code: (\d+)\. DB::Exception: ")


class Failed(Exception):
    """A statement that the engine refuses, as code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Engine:
    """One session of the engine: one statement at a time."""

    def __init__(self, path: str, database: str) -> None:
        self._session = Session(path)
        self.run(f"USE {database or 'default'}")

    def run(self, sql: str, params: dict[str, str] | None = None, fmt: str = "Native") -> bytes:
        try:
            return bytes(self._session.query(sql, fmt, params=params or {}).bytes())
        except RuntimeError as error:
            code = _CODE.match(str(error))
            raise Failed(int(code[1]) if code else 1000, str(error)[code.end() if code else 0 :]) from error

    def types(self, table: str) -> dict[str, str]:
        rows = self.run(_TYPES, {"table": table}, "JSONCompactEachRow")
        return dict(msgspec.json.Decoder().decode_lines(rows))

    def close(self) -> None:
        self._session.close()


class Bytes:
    """Bytes in memory where the driver expects a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def recv_into(self, buffer: Any, *_: int) -> int:
        count = min(len(buffer), len(self._data))
        buffer[:count] = self._data[:count]
        self._data = self._data[count:]
        return count


def context(revision: int) -> Context:
    made = Context()
    made.server_info = SimpleNamespace(used_revision=revision, get_timezone=lambda: "UTC")
    made.client_settings = {
        "strings_as_bytes": False, "strings_encoding": "utf-8", "use_numpy": False, "namedtuple_as_json": False,
    }  # fmt: skip
    made.settings = {}
    return made


def blocks_of(data: bytes) -> Iterator[ColumnOrientedBlock]:
    """The blocks of an answer in `FORMAT Native`."""
    source = Bytes(data)
    reader = BlockInputStream(BufferedSocketReader(source, defines.BUFFER_SIZE), context(FILE_REVISION))
    while True:
        try:
            block = reader.read()
        except EOFError:
            return
        block.data = [list(column) for column in block.data]
        yield block
