"""The supervisor's thread: it sleeps until something is appended or falls due, and never for longer."""

import threading
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
        self.failure: str | None = None
        """Why it does not supervise now; None while it does."""
        log.subscribe(self._wake)

    def start(self) -> None:
        """Supervise until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the run under way, then end."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

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
                log.error("supervisor_stopped", reason=str(error))
                return
            except Exception as error:  # the disk is full, say: nothing of the run was saved, so try it again
                self.failure = f"{type(error).__name__}: {error}"
                log.exception("run_failed")
                restore = True
                self._stopping.wait(_RETRY_SECONDS)

    def _sleep(self) -> None:
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
