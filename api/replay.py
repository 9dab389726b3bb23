"""Replay: the pure judge over what the log holds of one subject, as at and as known at any instant."""

import threading
from collections.abc import Sequence
from typing import Any

import structlog

from api import telemetry
from domain.events import Event, event_document
from domain.judge import judge, verdict_of
from domain.reference import Reference
from projections.sound import fold_soundly, grown, own_events
from streams.ports import EventLog, Signals

logger = structlog.get_logger(__name__)


class ReferenceReader:
    """The reference data of the log, decoded once and kept up to date; from any thread."""

    def __init__(self, log: EventLog, base: Reference) -> None:
        """`base` is what is known without the log: the holiday sets."""
        self._log = log
        self._lock = threading.Lock()
        self._reference = base
        self._position = 0

    def current(self) -> Reference:
        """Everything published so far."""
        with self._lock:
            newer = self._log.reference(after=self._position)
            if newer:
                self._reference = grown(self._reference, newer)
                self._position = newer[-1].position
            return self._reference


def history_of(log: EventLog, signals: Signals, subject: str) -> list[Event]:
    """Every event of a subject's own in the order of the log, and what was forwarded to it."""
    return own_events(log.history(subject), signals.signals(subject))


def replay(
    history: Sequence[Event], reference: Reference, at: int, known_at: int, subject: str
) -> dict[str, Any]:
    """The verdict on the subject as at `at`, as known at `known_at` (microseconds UTC), ledgers included.

    Events that crash a rule lie in the dead letters; the case is judged without them, as it was live.
    """
    with telemetry.REPLAY_SECONDS.time():
        try:
            return judge(history, reference, at, known_at, subject)
        except Exception as error:
            logger.warning("replay_without_dead_letters", subject=subject, error=repr(error)[:300])
            return verdict_of(fold_soundly(subject, history, reference, known_at), reference, at, known_at)


def known_events(history: Sequence[Event], known_at: int) -> list[dict[str, Any]]:
    """The events known at an instant as JSON, in order of what happened."""
    known = [event for event in history if event.recorded <= known_at]
    return [event_document(event) for event in sorted(known, key=lambda event: (event.time, event.recorded))]
