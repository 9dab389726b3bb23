"""Worker processes over a real broker, and what is read back of the topics."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec

from streams.clock import ClockSetting
from streams.cluster.administration import create_missing
from streams.cluster.headers import IMPORT, RECORDED
from streams.cluster.messages import Kept, Message, is_kept
from streams.cluster.recorded import Recorder
from streams.cluster.topics import declared
from tests.support.commands import begin
from tests.support.reading import records_of

Document = dict[str, Any]


class Worker:
    """One `sundial worker` in a process of its own, with a folder of its own."""

    def __init__(
        self,
        folder: Path,
        bootstrap: str,
        prefix: str,
        partitions: int,
        name: str | None = None,
        under: Sequence[str] = (),
        module: str = "sundial",
    ) -> None:
        """`under` is a command that it is started by; `module` is started in Sundial's place."""
        self._module = module
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "worker.log"
        self._arguments = [
            "worker", "--bootstrap", bootstrap, "--prefix", prefix,
            "--partitions", str(partitions), "--data", str(folder / "data"), "--port", "0",
            *(["--instance", name] if name else []),
        ]  # fmt: skip
        self._under = (*under, "setpriv", "--pdeathsig", "KILL")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> "Worker":
        self._process = begin(self.log, *self._arguments, *options, under=self._under, module=self._module)
        return self

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it in good order; its exit code."""
        return self._end(signal.SIGTERM)

    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.poll() if self._process else None

    def resident(self) -> int:
        """Bytes of memory that it holds."""
        assert self._process is not None
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * 4096

    def probe(self, path: str) -> tuple[int, str]:
        """What it answers at a path of its probes, as (status, body); (0, "") when it does not answer."""
        address = [line for line in self.log.read_text().splitlines() if "probes and metrics at" in line]
        if not address:
            return 0, ""
        with suppress(httpx.HTTPError):
            answer = httpx.get(address[-1].rpartition(" ")[2] + path, timeout=5)
            return answer.status_code, answer.text
        return 0, ""

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
        try:
            return self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(10)


@contextmanager
def workers(folder: Path, bootstrap: str, prefix: str, partitions: int, count: int) -> Iterator[list[Worker]]:
    """So many workers, running; none is left behind."""
    some = [Worker(folder / f"worker-{n}", bootstrap, prefix, partitions).start() for n in range(count)]
    try:
        yield some
    finally:
        for one in some:
            one.kill()


def make_topics(bootstrap: str, prefix: str, partitions: int, replication: int = 1) -> None:
    create_missing(bootstrap, prefix, declared(partitions, replication))


def read(bootstrap: str, topic: str) -> list[list[Message]]:
    """Everything that is committed in a topic, by partition."""
    return [
        [_message(record) for record in records] for records in records_of(bootstrap, topic, committed=True)
    ]


def _message(record: Any) -> Message:
    headers = dict(record.headers or ())
    stated = headers.get(RECORDED)
    return Message(
        record.offset, record.timestamp, (record.key or b"").decode(), record.value or b"",
        None if stated is None else int(stated), headers.get(IMPORT),
    )  # fmt: skip


def findings(bootstrap: str, prefix: str) -> dict[str, list[Document]]:
    """What the workers issued, by subject, in order."""
    out: dict[str, list[Document]] = {}
    for partition in read(bootstrap, f"{prefix}.findings"):
        for message in partition:
            document = msgspec.json.decode(message.value)
            document.pop("engine", None)
            out.setdefault(message.key, []).append(document)
    return out


def verdicts(bootstrap: str, prefix: str) -> dict[str, Document]:
    """The current verdict of each subject that has one."""
    out: dict[str, Document] = {}
    for partition in read(bootstrap, f"{prefix}.state"):
        for message in partition:
            if is_kept(message.key) and (kept := msgspec.msgpack.decode(message.value, type=Kept)).verdict:
                out[kept.subject] = msgspec.json.decode(kept.verdict)
    return out


def recorded(messages: list[Message]) -> list[tuple[Message, int]]:
    """The records of a partition that are events, each with its recorded instant."""
    recorder = Recorder(ClockSetting())
    events = [message for message in messages if message.mark is None]
    return [(message, recorder.of(message.appended_ms, message.stated)) for message in events]


def until(what: str, is_so: Callable[[], bool], some: list[Worker], seconds: float = 90) -> None:
    """Wait; a failure shows the ends of the workers' logs."""
    deadline = time.monotonic() + seconds
    asked = time.monotonic()
    while not is_so():
        if time.monotonic() > deadline:
            logs = "\n".join(f"{one.folder.name}: {one.log.read_text()[-1500:]}" for one in some)
            raise AssertionError(f"not within {seconds:.0f} s: {what}\n{logs}")
        time.sleep(
            max(0.25, 2 * (time.monotonic() - asked))
        )  # asking must not be most of what the machine does
        asked = time.monotonic()
