"""A process that is sent events line by line, answers each line, and may be killed at any moment."""

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from domain.events import Event, event_document

ROOT = Path(__file__).parents[2]


class Killed(Exception):
    """The process died before it answered."""


class Process:
    """`python -m MODULE ARGUMENTS`, and the answers it gives."""

    def __init__(self, module: str, *arguments: str, stderr: int | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
        )  # fmt: skip

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise Killed
        return msgspec.json.decode(line, type=dict[str, Any])

    def append(self, events: list[Event]) -> dict[str, Any]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(msgspec.json.encode([event_document(one) for one in events]) + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Killed from None
        return self.answer()

    def kill_after(self, seconds: float) -> None:
        threading.Timer(seconds, self.process.send_signal, [signal.SIGKILL]).start()

    def end(self) -> None:
        """Let it end by itself, and well."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(60) == 0

    def bury(self) -> int:
        """Make sure that it is gone; its exit code."""
        self.process.kill()
        code = self.process.wait(60)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        return code
