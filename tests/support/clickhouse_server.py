"""An emulation of a ClickHouse server for tests: chDB's engine behind the native protocol, on a loopback port.

No ClickHouse server is installed where these tests run. What speaks here is not one: it is the engine of chDB (the same
SQL, tables and deduplication) in a process of its own, and clickhouse-driver's own code for the wire (variable-length
numbers, blocks, columns), used from the other side. It knows hello, ping, queries with settings and parameters, INSERT
by blocks, exceptions, the end of a stream, and TLS; not compression, progress, cancelling, logs, users or replication.
What it cannot show has to be tried on a real server: `SUNDIAL_TEST_CLICKHOUSE=host:port` runs the same tests there.

Run as `python -m tests.support.clickhouse_server FOLDER PORT [--password TEXT] [--die WHEN] ...`; prints "ready PORT".
"""

import argparse
import contextlib
import os
import re
import signal
import socket
import socketserver
import ssl
import threading
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from chdb.session import Session
from clickhouse_driver import defines
from clickhouse_driver.block import BlockInfo, ColumnOrientedBlock
from clickhouse_driver.bufferedreader import BufferedSocketReader
from clickhouse_driver.bufferedwriter import BufferedSocketWriter
from clickhouse_driver.protocol import ClientPacketTypes, ServerPacketTypes
from clickhouse_driver.reader import (
    read_binary_str,
    read_binary_uint8,
    read_binary_uint64,
    read_binary_uint128,
)
from clickhouse_driver.streams.native import BlockInputStream, BlockOutputStream
from clickhouse_driver.varint import read_varint, write_varint
from clickhouse_driver.writer import (
    write_binary_int32,
    write_binary_str,
    write_binary_uint8,
    write_binary_uint64,
)

from tests.support.clickhouse_engine import Engine, Failed, blocks_of, context

NAME = "Emulation (chDB)"
REVISION = defines.CLIENT_REVISION

_INSERT = re.compile(r"\s*INSERT INTO (\S+) \(([^)]*)\) VALUES\s*", re.IGNORECASE)


class Conversation(socketserver.BaseRequestHandler):
    """One connection."""

    server: "Server"

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._in = BufferedSocketReader(self.request, defines.BUFFER_SIZE)
        self._out = BufferedSocketWriter(self.request, defines.BUFFER_SIZE)
        try:
            engine = self._hello()
        except Failed as failed:
            self._exception(failed)
            return
        except (EOFError, OSError):
            return
        try:
            while True:
                self._packet(engine, read_varint(self._in))
        except (EOFError, OSError):
            pass
        finally:
            engine.close()

    def _hello(self) -> Engine:
        assert read_varint(self._in) == ClientPacketTypes.HELLO
        read_binary_str(self._in)
        read_varint(self._in), read_varint(self._in)
        revision = min(read_varint(self._in), REVISION)
        assert revision >= defines.DBMS_MIN_REVISION_WITH_INTERSERVER_SECRET_V2, "an old client"
        database, user, password = (read_binary_str(self._in) for _ in range(3))
        if password != self.server.password:
            raise Failed(516, f"{user}: Authentication failed: password is incorrect")
        engine = Engine(self.server.path, database)
        self._context = context(revision)
        self._blocks_in = BlockInputStream(self._in, self._context)
        self._blocks_out = BlockOutputStream(self._out, self._context)
        write_varint(ServerPacketTypes.HELLO, self._out)
        write_binary_str(NAME, self._out)
        write_varint(26, self._out), write_varint(9, self._out), write_varint(REVISION, self._out)
        write_binary_str("UTC", self._out)
        write_binary_str(NAME, self._out)
        write_varint(0, self._out)  # patch
        write_varint(0, self._out)  # rules of passwords
        write_binary_uint64(0, self._out)  # nonce
        self._out.flush()
        read_binary_str(self._in)  # quota key
        return engine

    def _packet(self, engine: Engine, packet: int) -> None:
        if packet == ClientPacketTypes.PING:
            write_varint(ServerPacketTypes.PONG, self._out)
        elif packet == ClientPacketTypes.QUERY:
            sql, settings, params = self._query()
            self._read_blocks()  # external tables: there are none
            try:
                self._answer(engine, sql, settings, params)
                write_varint(ServerPacketTypes.END_OF_STREAM, self._out)
            except Failed as failed:
                self._exception(failed)
        else:
            raise EOFError(f"packet {packet} is not emulated")
        self._out.flush()

    def _query(self) -> tuple[str, dict[str, str], dict[str, str]]:
        read_binary_str(self._in)  # query id
        assert read_binary_uint8(self._in) == 1  # kind: initial
        for _ in range(3):
            read_binary_str(self._in)  # initial user, id, address
        read_binary_uint64(self._in)  # start
        read_binary_uint8(self._in)  # interface
        for _ in range(3):
            read_binary_str(self._in)  # user, host, name
        for _ in range(3):
            read_varint(self._in)  # version, revision
        read_binary_str(self._in)  # quota key
        read_varint(self._in), read_varint(self._in)  # depth, patch
        if read_binary_uint8(self._in):  # trace
            read_binary_uint128(self._in), read_binary_uint64(self._in)
            read_binary_str(self._in), read_binary_uint8(self._in)
        for _ in range(3):
            read_varint(self._in)  # parallel replicas
        settings = self._settings()
        read_binary_str(self._in)  # secret between servers
        read_varint(self._in)  # stage
        assert read_varint(self._in) == 0, "compression is not emulated"
        sql = read_binary_str(self._in)
        return sql, settings, {name: _unquoted(text) for name, text in self._settings().items()}

    def _settings(self) -> dict[str, str]:
        found = {}
        while name := read_binary_str(self._in):
            read_binary_uint8(self._in)  # flags
            found[name] = read_binary_str(self._in)
        return found

    def _read_blocks(self) -> list[ColumnOrientedBlock]:
        """Data packets up to the empty one."""
        blocks = []
        while True:
            packet = read_varint(self._in)
            assert packet == ClientPacketTypes.DATA, packet
            read_binary_str(self._in)
            block = self._blocks_in.read()
            if not block.num_rows:
                return blocks
            blocks.append(block)
            self._header([], ServerPacketTypes.PROFILE_EVENTS)  # after each block of an INSERT
            self._out.flush()

    def _answer(self, engine: Engine, sql: str, settings: dict[str, str], params: dict[str, str]) -> None:
        for name, value in settings.items():
            engine.run(f"SET {name} = {_quoted(value)}")
        try:
            if found := _INSERT.fullmatch(sql):
                self._insert(engine, found[1], [name.strip() for name in found[2].split(",")])
                return
            for number, block in enumerate(blocks_of(engine.run(sql, params))):
                if not number:
                    self._header(block.columns_with_types)
                if block.num_rows:
                    write_varint(ServerPacketTypes.DATA, self._out)
                    write_binary_str("", self._out)
                    self._blocks_out.write(block)
        finally:
            for name in settings:
                engine.run(f"SET {name} = DEFAULT")

    def _insert(self, engine: Engine, table: str, names: list[str]) -> None:
        types = engine.types(table)
        if not types or any(name not in types for name in names):
            raise Failed(60, f"Table {table} does not exist, or has no such columns")
        self._header([(name, types[name]) for name in names])
        self._out.flush()
        blocks = self._read_blocks()
        self.server.perhaps_die("before")
        rows = [dict(zip(names, row, strict=True)) for block in blocks for row in block.get_rows()]
        body = msgspec.json.Encoder(enc_hook=_day).encode_lines(rows).decode()
        engine.run(f"INSERT INTO {table} ({', '.join(names)}) FORMAT JSONEachRow\n{body}")
        self._header([], ServerPacketTypes.PROFILE_EVENTS)
        self.server.perhaps_die("after")

    def _header(self, columns: list[tuple[str, str]], packet: int = ServerPacketTypes.DATA) -> None:
        """A block without rows: names and types of columns."""
        write_varint(packet, self._out)
        write_binary_str("", self._out)
        BlockInfo().write(self._out)
        write_varint(len(columns), self._out), write_varint(0, self._out)
        for name, type_ in columns:
            write_binary_str(name, self._out), write_binary_str(type_, self._out)
            write_binary_uint8(0, self._out)  # no serialization of its own

    def _exception(self, failed: Failed) -> None:
        write_varint(ServerPacketTypes.EXCEPTION, self._out)
        write_binary_int32(failed.code, self._out)
        write_binary_str("DB::Exception", self._out)
        write_binary_str(f"DB::Exception: {failed}", self._out)
        write_binary_str("(no stack trace)", self._out)
        write_binary_uint8(0, self._out)  # nothing nested
        self._out.flush()


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is not emulated")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_BACK = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}


def _unquoted(text: str) -> str:
    """A parameter as it is carried, without its quotes."""
    assert text[0] == text[-1] == "'", text
    return re.sub(r"\\(.)", lambda found: _BACK.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)


class Server(socketserver.ThreadingTCPServer):
    """Listens; each connection has a thread."""

    allow_reuse_address = True

    def __init__(self, path: str, port: int, password: str, die: str, certificate: str) -> None:
        self.path = path
        self._tls: ssl.SSLContext | None = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self.password = password
        self._moment, _, count = die.partition(":")
        self._left = int(count or 0)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Conversation)

    def get_request(self) -> tuple[socket.socket, Any]:
        request, address = super().get_request()
        return (self._tls.wrap_socket(request, server_side=True) if self._tls else request), address

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Hang up, and wait for what is under way."""
        for request in list(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RD)
        super().server_close()

    def perhaps_die(self, moment: str) -> None:
        """`before:3`: by the third INSERT, its rows received and not stored; `after:3`: stored and not answered."""
        with self._lock:
            if moment == self._moment:
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)


def _end_with_parent() -> None:
    """A test run that is killed leaves no server behind."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--password", default="")
    parser.add_argument("--die", default="", help="before:N or after:N, see Server.perhaps_die")
    parser.add_argument("--certificate", default="", help="file of certificate and key, for TLS")
    parser.add_argument("--parent", action="store_true", help="end when standard input does")
    given = parser.parse_args()
    given.path.mkdir(parents=True, exist_ok=True)
    root = Session(str(given.path))  # stays open, so that the engine does
    root.query("CREATE DATABASE IF NOT EXISTS default ENGINE = Atomic")
    server = Server(str(given.path), given.port, given.password, given.die, given.certificate)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    if given.parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    print(f"ready {server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    root.close()


if __name__ == "__main__":
    main()
