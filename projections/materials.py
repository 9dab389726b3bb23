"""What rows are made from: the log's reference data, and each subject's history as judged by the domain."""

from collections import OrderedDict
from typing import Final

from domain.course.replay import replay
from domain.evaluate import Evaluation, evaluate
from domain.events import Event
from domain.history import known_history
from domain.orders import spoken_of
from domain.reference import Reference
from domain.reference_view import View
from domain.subjects.kinds import kind_of
from projections.case_row import about
from projections.rows import NOWHERE, Place, place_of
from projections.sound import JUDGED, fold_soundly, grown, own_events, readable
from streams.ports import EventLog, Signals

__all__ = ["Materials"]

_PLACES: Final = 50_000
"""Subjects whose place is remembered; of others it is read from the log again."""


class Materials:
    """Reads what rows need from a log, up to position `until` (None: to its end). For one thread.

    `base` is the reference data that is known without the log, `signals` what was forwarded to subjects.
    """

    def __init__(
        self, log: EventLog, base: Reference, until: int | None = None, signals: Signals | None = None
    ) -> None:
        self._log = log
        self._signals = signals
        self._until = until
        self.reference = base
        self._reference_position = 0
        self._history: tuple[str, list[Event]] = ("", [])
        self._seen = -1
        self._places: OrderedDict[str, Place] = OrderedDict()

    def refresh(self) -> Reference:
        """Read the reference events published since; the reference data of now."""
        end = self._log.end() if self._until is None else self._until
        if end != self._seen:
            newer = self._log.reference(end, after=self._reference_position)
            if newer:
                self.reference = grown(self.reference, newer)
                self._reference_position = newer[-1].position
            self._seen = end
            self._history = ("", [])
        return self.reference

    def view(self, known_at: int) -> View:
        """The reference data as known at an instant."""
        return self.reference.at(known_at)

    def history(self, subject: str) -> list[Event]:
        """Every readable event of a subject's own, in the order of the log, and what was forwarded to it."""
        if self._history[0] != subject:
            forwarded = self._signals.signals(subject) if self._signals is not None else ()
            self._history = (subject, own_events(self._log.history(subject, self._until), forwarded))
        return self._history[1]

    def has_records(self, subject: str, after: int, position: int) -> bool:
        """Whether a readable event of the subject's own was recorded after an instant, up to `position`."""
        return any(
            event.recorded > after and event.type.startswith(JUDGED)
            for event in own_events(self._log.history(subject, position))
        )

    def has_only_orders(self, subject: str, position: int) -> bool:
        """Whether all readable events of the subject's own up to `position` are corrections and retractions."""
        own = own_events(self._log.history(subject, position))
        judged = [event for event in own if event.type.startswith(JUDGED)]
        return bool(judged) and all(spoken_of(event) is not None for event in judged)

    def evaluation(self, subject: str, at: int, known_at: int, before: int | None = None) -> Evaluation:
        """The case as at `at`, as known at `known_at`; without what was recorded at `before` or later."""
        history = self.history(subject)
        if before is not None:
            history = [event for event in history if event.recorded < before]
        try:
            return evaluate(subject, history, self.reference, at, known_at)
        except Exception:
            history = fold_soundly(subject, history, self.reference, known_at).events
            return evaluate(subject, history, self.reference, at, known_at)

    def about(self, subject: str, known_at: int) -> dict[str, str]:
        """What the case was about, as at and as known at one instant."""
        view, history = self.view(known_at), self.history(subject)
        if kind_of(subject) != "case":
            return about(self.evaluation(subject, known_at, known_at).draft)
        try:
            events = known_history(history, known_at).events
            return about(replay(subject, events, known_at, lambda _: view))
        except Exception:
            return about(self.evaluation(subject, known_at, known_at).draft)

    def place(self, position: int, event: Event) -> Place:
        """Where the event at `position` belongs. Ask in the order of the log."""
        before = self._places.pop(event.subject, None)
        if before is None:
            before = self._place_before(event.subject, position)
        place, after = place_of(event, before)
        self._places[event.subject] = after
        if len(self._places) > _PLACES:
            self._places.popitem(last=False)
        return place

    def _place_before(self, subject: str, position: int) -> Place:
        place = NOWHERE
        for event in readable(self._log.history(subject, position - 1)):
            _, place = place_of(event, place)
        return place
