"""A real Kafka broker: one node, or three, with data of their own, on free ports of 127.0.0.1.

It ends with whoever started it, also when that process is killed. `python -m tests.support.broker FOLDER [PORT]`
runs one node until Ctrl+C; `make kafka` calls it.
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".venv" / "kafka"
"""Copied there by `.ci/install-kafka`."""

_SETTINGS = ROOT / "infra" / "kafka"
_CLUSTER = base64.urlsafe_b64encode(b"sundial-test-run").decode().rstrip("=")
_JAVA = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Starts fast and stays small; the second half of the compiler pays only after minutes."""
_CLASSES = JARS / "classes.jsa"
"""The classes of a broker as they lie in memory, made by `--prepare`: halves the time to start."""

_STARTED = b"Kafka Server started"


def missing() -> str | None:
    """What keeps a broker from being started here; None when nothing does."""
    for program in ("java", "setpriv"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not any(JARS.glob("kafka_*.jar")):
        return f"{JARS} has no broker; `make test` or .ci/install-kafka fetches it"
    return None


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 on which nothing listens now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Node:
    """One broker that is its own controller, or one of several that share the work. Not started yet."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        number: int = 1,
        voters: str | None = None,
        extra: Iterable[str] = (),
    ) -> None:
        controller = free_ports(1)[0] if voters is None else _port_of(voters, number)
        self.folder = folder
        self.address = f"127.0.0.1:{port}"
        self._log = folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        shared = "single" if voters is None else "replicated"
        own = [
            "process.roles=broker,controller",
            f"node.id={number}",
            f"controller.quorum.voters={voters or f'1@127.0.0.1:{controller}'}",
            f"listeners=CLIENTS://{self.address},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=CLIENTS://{self.address}",
            "listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names=CONTROLLER",
            "inter.broker.listener.name=CLIENTS",
            f"log.dirs={folder / 'data'}",
            *extra,
        ]
        texts = [(_SETTINGS / f"{name}.properties").read_text() for name in ("common", shared)]
        self._properties = folder / "broker.properties"
        self._properties.write_text("\n".join([*texts, *own, ""]))

    def launch(self, *options: str) -> None:
        """Start it, on its earlier data where there is some; `wait` tells when it is ready."""
        assert self._process is None, "it runs already"
        if not (self.folder / "data" / "meta.properties").exists():
            command = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._properties)]
            subprocess.run(_java(command), check=True, capture_output=True, timeout=180)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                _java(["kafka.Kafka", str(self._properties)], *options),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, seconds: float = 180) -> None:
        """Return once it is ready. Raises RuntimeError with the end of its log when it is not."""
        deadline = time.monotonic() + seconds
        while _STARTED not in self._log.read_bytes():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                tail = self._log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"the broker {'ended' if ended else 'is not ready'}: {tail}")
            time.sleep(0.05)

    def start(self) -> "Node":
        """Start it and wait until it is ready."""
        self.launch()
        self.wait()
        return self

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self, seconds: float = 30) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM, seconds)

    def freeze(self) -> None:
        """Let it stand still: connections stay open and nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _end(self, number: signal.Signals, seconds: float = 30) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(30)
        self._process = None

    def __enter__(self) -> "Node":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


class Three:
    """Three nodes that replicate to each other."""

    def __init__(self, folder: Path) -> None:
        ports, controllers = free_ports(3), free_ports(3)
        voters = ",".join(f"{number}@127.0.0.1:{port}" for number, port in enumerate(controllers, 1))
        self.nodes = [
            Node(folder / str(number), port, number=number, voters=voters)
            for number, port in enumerate(ports, 1)
        ]
        self.address = ",".join(node.address for node in self.nodes)

    def start(self) -> "Three":
        """Start all and wait until all are ready."""
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait()
        return self

    def kill(self) -> None:
        """End all at once."""
        for node in self.nodes:
            node.kill()

    def __enter__(self) -> "Three":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


def _java(command: list[str], *options: str) -> list[str]:
    if not options and _CLASSES.exists():
        options = (f"-XX:SharedArchiveFile={_CLASSES}", "-Xshare:auto")
    # The kernel ends it when the thread that started it is gone, whatever that one died of.
    return ["setpriv", "--pdeathsig", "KILL", "java", *_JAVA, *options, "-cp", f"{JARS}/*", *command]


def _port_of(voters: str, number: int) -> int:
    [mine] = [one for one in voters.split(",") if one.startswith(f"{number}@")]
    return int(mine.rpartition(":")[2])


def prepare() -> None:
    """Start and stop a node once, so that every later one starts in half the time."""
    made = _CLASSES.with_suffix(".new")
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder), free_ports(1)[0])
        node.launch(f"-XX:ArchiveClassesAtExit={made}")
        node.wait(180)
        node.stop(180)
    made.replace(_CLASSES)


def main(folder: str, port: str = "9092") -> int:
    """Run one node on `port` of 127.0.0.1 until it is told to stop."""
    if folder == "--prepare":
        prepare()
        return 0
    why = missing()
    if why is not None:
        print(f"No Kafka broker: {why}.", file=sys.stderr)
        return 1
    node = Node(Path(folder).absolute(), int(port))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        node.start()
        print(f"Kafka listens on {node.address}; its data is in {folder}. Ctrl+C stops it.", flush=True)
        os.waitpid(-1, 0)
        print(f"Kafka has ended by itself; see {folder}/broker.log.", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        node.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
