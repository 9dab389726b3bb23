"""The supervisor's thread: it sleeps until something is appended or falls due, and never for longer."""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import structlog

from streams.flood import TooManyDeadLetters
from streams.ports import Clock, DeadLetterRow, EventLog
from streams.supervision import Supervision

Answer = TypeVar("Answer")

_RETRY_SECONDS = 1.0
_LONGEST_RUN = 60.0
"""Seconds; a portion of work that takes longer is no supervision: findings come late while it lasts."""
_LOOK_SECONDS = 5.0


class Supervisor:
    """Runs a `Supervision` in one thread of its own."""

    def __init__(self, supervision: Supervision, log: EventLog, clock: Clock) -> None:
        self._supervision = supervision
        self._log = log
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._watch = threading.Thread(target=self._look, name="supervisor-watch", daemon=True)
        self._run_since: float | None = None
        self.failure: str | None = None
        """Why it does not supervise now; None while it does."""
        log.subscribe(self._wake)

    def start(self) -> None:
        """Supervise until `stop`."""
        self._thread.start()
        self._watch.start()

    def stop(self) -> None:
        """Finish the run under way, then end."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    def hanging(self, now: float) -> str | None:
        """What to say of a run that does not end, `now` being a reading of the monotonic clock; None if none does.

        A thread that hangs cannot tell of itself, so others ask.
        """
        since = self._run_since
        if since is None or now - since <= _LONGEST_RUN:
            return None
        position, lag = self._supervision.position(), self._supervision.lag()
        return (
            f"the run under way has not ended for {now - since:.0f} s at log position {position}; "
            f"{lag:,} events wait to be judged"
        )

    def replay(self, numbers: list[int]) -> list[DeadLetterRow]:
        """Judge dead letters again between two runs; those that fail still. See `Supervision.replay`."""
        return self._ask(lambda: self._supervision.replay(numbers))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """What the supervisor's own thread answers; asked directly while it does not run."""
        if not self._thread.is_alive():
            return question()
        answer: Future[Answer] = Future()

        def work() -> None:
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)

        self._asked.put(work)
        self._wake.set()
        return answer.result(timeout=60)

    def _run(self) -> None:
        log: Any = structlog.get_logger("sundial.supervisor")
        restore = False
        while not self._stopping.is_set():
            self._wake.clear()
            self._run_since = time.monotonic()
            try:
                if restore:
                    self._supervision.restore()
                    restore = False
                self._answer()
                if not self._supervision.turn():
                    self._sleep()
                self.failure = None
            except TooManyDeadLetters as error:
                self.failure = str(error)
                self._run_since = None
                log.error("supervisor_stopped", reason=str(error))
                return
            except Exception as error:  # the disk is full, say: nothing of the run was saved, so try it again
                self.failure = f"{type(error).__name__}: {error}"
                log.exception("run_failed")
                restore = True
                self._run_since = None
                self._stopping.wait(_RETRY_SECONDS)

    def _look(self) -> None:
        """Tell of each run that does not end, once, with the place in the code where it is."""
        log: Any = structlog.get_logger("sundial.supervisor")
        told: float | None = None
        while self._thread.is_alive() and not self._stopping.wait(_LOOK_SECONDS):
            since = self._run_since
            trouble = self.hanging(time.monotonic())
            if trouble is not None and since != told:
                told = since
                frame = sys._current_frames().get(self._thread.ident or 0)
                log.error("run_hangs", reason=trouble, at="".join(traceback.format_stack(frame, 12)))

    def _sleep(self) -> None:
        self._run_since = None
        importing = self._log.importing()
        if importing:
            self._wake.wait(importing)
        else:
            self._clock.sleep_until(self._supervision.rest_until(), self._wake)

    def _answer(self) -> None:
        while True:
            try:
                work = self._asked.get_nowait()
            except Empty:
                return
            work()
