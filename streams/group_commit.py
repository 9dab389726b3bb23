"""Append calls on their way into one file: those that arrive while another is being forced to the disk share the next
transaction. What the journal and the outbox have in common.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence

from domain.events import Event
from streams.door import Entry, wrong_time
from streams.ports import AppendResult, LogError

__all__ = ["Call", "GroupCommit"]


class Call:
    """One append call on its way to the disk."""

    def __init__(self, entries: list[Entry | AppendResult], recorded: Sequence[int] | None) -> None:
        self.entries = entries
        self.recorded = recorded
        self.results: list[AppendResult] = []
        self.error: LogError | None = None
        self.done = False

    def stated(self, index: int, event: Event, last: int | None, now: int) -> int | None:
        """The recorded instant of an event as an importer of history states it; None where `error` refuses it.

        `last` is that of the record before this call, `now` the present.
        """
        assert self.recorded is not None
        instant = self.recorded[index]
        wrong = wrong_time(instant, last, now)
        if wrong is not None:
            self.error = LogError(f"event {index} ({event.source} {event.id}): {wrong}")
            return None
        # a call never shares its recorded instant with an earlier one
        return instant + 1 if instant == last else instant


class GroupCommit:
    """The calls that wait for the writer of a file, whose lock is `writing`.

    `store` stores calls in one transaction, or raises and leaves everything as it was; it tells whether anything was
    stored. `trouble` is what the error of a failed call begins with.
    """

    def __init__(
        self, writing: threading.Lock, store: Callable[[Sequence[Call]], bool], trouble: str
    ) -> None:
        self._writing = writing
        self._store = store
        self._trouble = trouble
        self._queue_lock = threading.Lock()
        self._queue: list[Call] = []
        self._wakes: list[threading.Event] = []

    def append(
        self, entries: list[Entry | AppendResult], recorded: Sequence[int] | None
    ) -> list[AppendResult]:
        """On disk when it returns. Raises LogError when nothing could be stored."""
        call = Call(entries, recorded)
        with self._queue_lock:
            self._queue.append(call)
        with self._writing:
            if not call.done:
                with self._queue_lock:
                    calls, self._queue = self._queue, []
                self._commit(calls)
        if call.error is not None:
            raise call.error
        return call.results

    def subscribe(self, wake: threading.Event) -> None:
        """Set `wake` after every transaction that stored something."""
        self._wakes.append(wake)

    def _commit(self, calls: Sequence[Call]) -> None:
        stored = False
        try:
            stored = self._store(calls)
        except BaseException as error:
            for call in calls:
                call.results = []
                call.error = LogError(f"{self._trouble}: {error}")
            if not isinstance(error, sqlite3.Error | OSError):
                raise
        finally:
            for call in calls:
                call.done = True
        if stored:
            for wake in self._wakes:
                wake.set()
