"""The engines that a read store can stand on, for tests that hold on each of them.

`chdb` is the library. `clickhouse` is a server: the emulation beside this file, or the real one that
`SUNDIAL_TEST_CLICKHOUSE=host:port` names (user `default`; SUNDIAL_TEST_CLICKHOUSE_PASSWORD_FILE holds its password).
Every store on a server has a database of its own, dropped when it is closed.
"""

import atexit
import functools
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from projections.address import Address
from projections.clickhouse import ClickhouseStore
from projections.store import ChdbStore

AnyStore = ChdbStore | ClickhouseStore
ENGINES: Final = ("chdb", "clickhouse")
ON_BOTH: Final = pytest.mark.parametrize("engine", ENGINES)
"""For tests whose read store comes from the fixture `engine`."""
_REPOSITORY: Final = Path(__file__).parents[2]


def engines_of_this_run() -> tuple[str, ...]:
    """Every test of a read store runs on a real server that is named; the emulated one takes those with ON_BOTH."""
    return ENGINES if "SUNDIAL_TEST_CLICKHOUSE" in os.environ else ENGINES[:1]


class EmulatedServer:
    """The emulation on one folder, in a process of its own; keeps its port when it is started again."""

    def __init__(self, folder: Path, password: str = "", certificate: Path | None = None) -> None:
        """`certificate`: the file of certificate and key; then it speaks TLS only."""
        self.folder = folder
        self.password = password
        self.certificate = certificate
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self, die: str = "") -> "EmulatedServer":
        """Returns once it listens. `die`: see `clickhouse_server.Server.perhaps_die`."""
        command = [sys.executable, "-m", "tests.support.clickhouse_server", str(self.folder), str(self.port)]
        given = [f"--password={self.password}", f"--die={die}", f"--certificate={self.certificate or ''}"]
        self._process = subprocess.Popen(
            [*command, *given, "--parent"],
            cwd=_REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
            stdin=subprocess.PIPE,  # it ends with this process, however that ends
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("ready "), f"the emulated server did not start: {line!r}"
        self.port = int(line.split()[1])
        return self

    def stop(self) -> None:
        """End it after what is under way."""
        self._end(kill=False)

    def kill(self) -> None:
        """End it where it stands."""
        self._end(kill=True)

    def wait_for_death(self) -> None:
        """Return once it has ended by itself."""
        assert self._process is not None
        self._process.wait(30)
        self._end(kill=True)

    def _end(self, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        (process.kill if kill else process.terminate)()
        process.wait(30)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    def address(self, database: str = "default") -> Address:
        return Address("127.0.0.1", self.port, database, "default", secure=False)


@functools.cache
def server_address() -> Address:
    """A server for all tests of this run: the real one, where one is named, else an emulated one."""
    named = os.environ.get("SUNDIAL_TEST_CLICKHOUSE")
    if named:
        return Address.parse(f"clickhouse://{named}/default")
    folder = tempfile.TemporaryDirectory()
    server = EmulatedServer(Path(folder.name)).start()
    atexit.register(folder.cleanup)
    atexit.register(server.stop)
    return server.address()


def server_password() -> str:
    """Of `server_address`."""
    file = os.environ.get("SUNDIAL_TEST_CLICKHOUSE_PASSWORD_FILE")
    return Path(file).read_text().strip() if file else ""


@contextmanager
def new_store(engine: str, folder: Path) -> Iterator[AnyStore]:
    """An empty store on that engine."""
    if engine == "chdb":
        library = ChdbStore(folder / "read")
        try:
            yield library
        finally:
            library.close()
        return
    address = server_address()._replace(database=f"sundial_test_{secrets.token_hex(6)}")
    root = ClickhouseStore(address, password=server_password(), database="default")
    root.execute(f"CREATE DATABASE {address.database} ENGINE = Atomic")
    store = ClickhouseStore(address, password=server_password())
    try:
        yield store
    finally:
        store.close()
        root.execute(f"DROP DATABASE {address.database} SYNC")
        root.close()
