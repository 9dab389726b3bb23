"""Forwarding events to the subjects that they concern beside their own, in the order of the log."""

from collections.abc import Sequence

from domain.events import Event, decode_event, encode_event
from domain.reference_view import View
from domain.subjects.routing import Route, Router
from domain.subjects.shelves import Shelves
from domain.subjects.silence import ACTIVITY
from streams.judging import Placed, decode
from streams.ports import EventLog, StateStore
from streams.run import Run


class Forwarding:
    """A router over the log and what the store keeps of signals. What a run forwards is saved with the run."""

    def __init__(self, log: EventLog, store: StateStore) -> None:
        self._log = log
        self._store = store
        self._unsaved: dict[str, list[Event]] = {}
        self._shelved: list[tuple[str, Event]] = []
        self._router = Router(self._history, self._last_active, Shelves(self._signals, self._shelve))

    def forward(self, together: Sequence[Placed], view: View, run: Run) -> list[Route]:
        """What to judge other subjects by, of the events of one recorded instant; written down in `run`."""
        if not together:
            return []
        events = [event for _, event in together]
        routes = self._router.routes(events, together[0].position, together[-1].position, view)
        for subject, event in self._shelved:
            run.signals.append((subject, event.recorded, encode_event(event)))
        self._shelved.clear()
        for subject, forwarded in routes:
            self._keep(subject, forwarded, run)
        return routes

    def saved(self) -> None:
        """What was forwarded is in the store now."""
        self._unsaved.clear()

    def _keep(self, subject: str, event: Event, run: Run) -> None:
        self._unsaved.setdefault(subject, []).append(event)
        run.signals.append((subject, event.recorded, encode_event(event)))

    def _history(self, subject: str, until: int) -> Sequence[Event]:
        records = self._log.history(subject, until)
        return [event for record in records if (event := decode(record, []))]

    def _signals(self, subject: str) -> list[Event]:
        kept = [decode_event(record.raw) for record in self._store.signals(subject)]
        return kept + self._unsaved.get(subject, [])

    def _last_active(self, subject: str) -> Event | None:
        return next((one for one in reversed(self._signals(subject)) if one.type == ACTIVITY), None)

    def _shelve(self, subject: str, event: Event) -> None:
        self._unsaved.setdefault(subject, []).append(event)
        self._shelved.append((subject, event))
