"""Dead letters of the cluster size, judged again: a mark tells the partition that has one; its answer is awaited."""

import threading
import time
from collections.abc import Sequence
from typing import Final

from streams.cluster.headers import REPLAY
from streams.cluster.mirror.state import MirrorState
from streams.cluster.outbox.sender import KafkaSender, Record
from streams.cluster.topics import full_name
from streams.ports import DeadLetterRow, LogError

__all__ = ["Replaying"]

_PATIENCE_SECONDS: Final = 20.0
"""For the workers to judge again, and for the mirror to see it; a letter that fails again is told by nothing."""


class Replaying:
    """From any thread, one asker at a time."""

    def __init__(self, state: MirrorState, bootstrap: str, prefix: str) -> None:
        self._state = state
        self._reference = full_name(prefix, "reference")
        self._sender = KafkaSender(bootstrap)
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def replay(self, numbers: Sequence[int]) -> list[DeadLetterRow]:
        """Have dead letters judged again; those that are still dead after twenty seconds. Raises LogError."""
        with self._lock:
            marks = [
                Record(self._reference, name.encode(), b"", [(REPLAY, str(partition).encode())])
                for partition, name in self._state.letter_names(numbers).values()
            ]
            failed = next(
                (error for error in self._sender.send(marks, self._stop) if error is not None), None
            )
            if failed is not None:
                raise LogError(f"Kafka does not take the orders to replay: {failed}")
            wanted, until = set(numbers), time.monotonic() + _PATIENCE_SECONDS
            while True:
                left = [row for row in self._state.dead_letters() if row.number in wanted]
                if not left or time.monotonic() > until or self._stop.wait(0.2):
                    return left

    def close(self) -> None:
        """Await nothing more."""
        self._stop.set()
        with self._lock:
            self._sender.close()
