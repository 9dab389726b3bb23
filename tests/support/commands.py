"""Commands of Sundial in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from streams.folder import owner_of

ROOT = Path(__file__).parents[2]


def begin(
    log: Path, *arguments: str, under: Sequence[str] = (), module: str = "sundial"
) -> subprocess.Popen[bytes]:
    """`sundial ARGUMENTS`, this tree's; all that it says goes to the end of `log`. `under` is what starts it."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [*under, sys.executable, "-m", module, *arguments],
            cwd=ROOT, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip


class Running:
    """A command that listens, in a process of its own, with a data folder of its own."""

    def __init__(self, data: Path, *arguments: str) -> None:
        """Returns once it answers. `arguments` without folder and port."""
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        command = (*arguments, "--data", str(data), "--port", "0")
        self.process = begin(self.log, *command, under=("setpriv", "--pdeathsig", "KILL"))
        owner = self.until(lambda: (found := owner_of(data)) and found.address and found)
        self.http = httpx.Client(base_url=owner.address, timeout=60)
        self.until(self._answers)

    def json(self, path: str) -> Any:
        """What it answers to a question."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until(self, true: Callable[[], Any], seconds: float = 90) -> Any:
        """Wait until `true()` is; its answer."""
        deadline = time.monotonic() + seconds
        while not (found := true()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return found

    def is_ready(self) -> bool:
        """Whether it says that it is ready."""
        return self.http.get("/readyz").status_code == 200

    def stop(self) -> int:
        """End it in good order; its exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.http.close()
        self.process.kill()
        self.process.wait(60)

    def _answers(self) -> bool:
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False
