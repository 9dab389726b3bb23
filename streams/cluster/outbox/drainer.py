"""The sending side of the outbox: one thread that sends round by round, each acknowledged before the next.

Because rounds never overlap, and a round holds either reference data or other events, reference data is a barrier:
what was accepted before it is in the log before it, and it is in the log before anything accepted after. Readers tell
the order across topics by the broker's milliseconds, so a barrier takes at least two.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from streams.cluster.headers import (
    CONTENT_TYPE,
    IMPORT,
    IMPORT_HOLDS_SECONDS,
    JSON_EVENT,
    RECORDED,
    UNDER_WAY,
)
from streams.cluster.outbox.file import Waiting
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import ROUND_BYTES, Record, is_hopeless
from streams.cluster.topics import full_name

__all__ = ["Drainer", "Sending"]

log = structlog.get_logger(__name__)

_ROUND_EVENTS: Final = 1_000
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 0.5
_BARRIER_SECONDS: Final = 0.002


class Sending(Protocol):
    """What carries records to the log."""

    def send(self, records: Sequence[Record], stop: threading.Event) -> Sequence[Exception | None]:
        """For each record None once it is acknowledged, or what went wrong."""

    def close(self) -> None:
        """Let go of everything."""


class Drainer:
    """Sends what waits in `outbox` to the topics of `prefix`, until it is stopped."""

    def __init__(self, outbox: Outbox, sender: Sending, prefix: str) -> None:
        self._outbox = outbox
        self._sender = sender
        self._events, self._reference = full_name(prefix, "events"), full_name(prefix, "reference")
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._sent = 0
        """Everything up to this number is acknowledged, though perhaps not removed from the file yet."""
        self._broadcast = False
        """Whether the last round was of reference data."""
        self._marked: float | None = None
        """When the log was last told that an import is under way; monotonic seconds."""
        self.failures = 0
        """Attempts that failed in a row."""
        self.last_error: str | None = None

    def start(self) -> None:
        """Begin to send."""
        self._outbox.subscribe(self._wake)
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way, without waiting for a broker that is away."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                idle = not self._round()
            except Exception as error:  # whatever it was: what waits must be tried again
                log.exception("outbox_round_failed")
                self._pause(error)
                continue
            if idle and not self._stop.is_set():
                self._wake.wait(_IDLE_SECONDS)
        self._sender.close()

    def _round(self) -> bool:
        """Send what comes next; False when nothing waits."""
        entries = self._outbox.waiting(self._sent, _ROUND_EVENTS, ROUND_BYTES)
        self._mark(history=any(entry.recorded is not None for entry in entries))
        if not entries or self._stop.is_set():
            return False
        if entries[0].broadcast != self._broadcast:
            self._stop.wait(_BARRIER_SECONDS)
            self._broadcast = entries[0].broadcast
        left = entries
        while left and not self._stop.is_set():
            left = self._attempt(left)
        if not left:
            self._sent = entries[-1].number
            self._remove()
        return True

    def _attempt(self, entries: list[Waiting]) -> list[Waiting]:
        """Send once; what has to be sent again, in order."""
        outcomes = self._sender.send([self._record(entry) for entry in entries], self._stop)
        failed = [(entry, error) for entry, error in zip(entries, outcomes, strict=True) if error is not None]
        if not failed:
            self._well()
            return []
        hopeless = any(is_hopeless(error) for _, error in failed)
        if not hopeless:
            self._pause(failed[0][1])
            return [entry for entry, _ in failed]
        if len(entries) == 1:
            [(entry, error)] = failed
            return [] if self._set_aside(entry, error) else [entry]
        # One record can spoil a batch for those beside it: alone, each tells whether it is the one.
        left = [entry for entry, _ in failed]
        while left and not self._stop.is_set() and not self._attempt(left[:1]):
            left = left[1:]
        return left

    def _record(self, entry: Waiting) -> Record:
        headers = [(CONTENT_TYPE, JSON_EVENT)]
        if entry.recorded is not None:
            headers.append((RECORDED, str(entry.recorded).encode()))
        topic = self._reference if entry.broadcast else self._events
        return Record(topic, entry.subject.encode(), entry.body, headers)

    def _set_aside(self, entry: Waiting, error: Exception) -> bool:
        """Keep an event that the broker would never take; later events of its subject go on without it.

        To hold those back would keep a completion from the judge, and brand whoever completed in time. So the
        event counts as one that comes late: it is judged by its own time once it is sent again.
        """
        try:
            self._outbox.stop(entry.number, _said(error))
        except sqlite3.Error as full:
            self._pause(full)
            return False
        log.error("event_refused_by_broker", number=entry.number, subject=entry.subject, cause=_said(error))
        return True

    def _remove(self) -> None:
        """Take out of the file what was sent; where the disk is full, with a later round."""
        try:
            self._outbox.delivered(self._sent)
        except sqlite3.Error as error:
            log.warning("outbox_not_shortened", cause=str(error))

    def _mark(self, *, history: bool) -> None:
        """Tell every partition when an import of history is under way, and when it has ended."""
        if history:
            due = self._marked is None or time.monotonic() - self._marked > IMPORT_HOLDS_SECONDS / 3
            if due and self._tell(UNDER_WAY):
                self._marked = time.monotonic()
        elif self._marked is not None and not self._outbox.importing() and self._tell(b"ended"):
            self._marked = None

    def _tell(self, what: bytes) -> bool:
        mark = Record(self._reference, self._outbox.name.encode(), b"", [(IMPORT, what)])
        while not self._stop.is_set():
            [error] = self._sender.send([mark], self._stop)
            if error is None:
                self._well()
                return True
            self._pause(error)
        return False

    def _well(self) -> None:
        if self.failures:
            log.info("outbox_sends_again", after_failures=self.failures)
        self.failures, self.last_error = 0, None

    def _pause(self, error: Exception) -> None:
        """Wait before the next attempt, longer after each; say so once."""
        if self._stop.is_set():
            return
        self.failures += 1
        self.last_error = _said(error)
        if self.failures == 1:
            log.warning("outbox_cannot_send", cause=self.last_error)
        seconds = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(self.failures - 1, 10))
        self._stop.wait(seconds)


def _said(error: Exception) -> str:
    text, name = str(error), type(error).__name__
    return text if name in text else f"{name}: {text}"
