"""Forwarding between partitions: cases send, subjects of other kinds receive (decision 0040)."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from domain.events import Event, encode_event
from domain.reference_view import View
from domain.subjects.kinds import kind_of
from domain.subjects.routing import Route, local_day
from domain.subjects.silence import ACTIVITY
from streams.cluster.messages import FORWARDED_TO, HAPPENED
from streams.forwarding import Forwarding
from streams.judging import Placed
from streams.ports import EventLog, StateStore
from streams.run import Run

__all__ = ["Receiving", "Sending", "sending"]


class Sending(Forwarding):
    """The first stage: what concerns other kinds leaves the partition, what concerns its cases stays.

    `mine` tells whether a subject belongs to this partition.
    """

    def __init__(self, log: EventLog, store: StateStore, mine: Callable[[str], bool]) -> None:
        super().__init__(log, store)
        self._mine = mine
        self._is_broadcast = False
        self._happened: dict[tuple[str, str], int] = {}

    def forward(self, together: Sequence[Placed], view: View, run: Run) -> list[Route]:
        """What to judge cases by; what is for others is written down in `run.forwarded`."""
        if not together:
            return []
        self._happened = {(event.source, event.id): event.time for _, event in together}
        records = self._log.reference(together[-1].position, after=together[0].position - 1)
        broadcasts = {record.position for record in records}
        routes: list[Route] = []
        for broadcast in (True, False):  # every partition reads reference data; one of them forwards it
            self._is_broadcast = broadcast
            some = [one for one in together if (one.position in broadcasts) == broadcast]
            routes += super().forward(some, view, run)
        return [route for route in routes if kind_of(route.subject) == "case"]

    def _keep(self, subject: str, event: Event, run: Run) -> None:
        if kind_of(subject) == "case":
            super()._keep(subject, event, run)
        elif not self._is_broadcast or self._mine(subject):
            extra = {**event.extra, FORWARDED_TO: subject}
            if event.type == ACTIVITY:
                extra[HAPPENED] = str(self._happened[event.source, event.id])
            told = msgspec.structs.replace(event, extra=extra)
            run.forwarded.append((subject, event.recorded, encode_event(told)))

    def _last_active(self, subject: str) -> Event | None:
        """Not known here; what is told once more on the same day is left out on arrival."""
        return None


def sending(mine: Callable[[str], bool]) -> Callable[[EventLog, StateStore], Sending]:
    """The forwarding of a partition's first stage."""
    return lambda log, store: Sending(log, store, mine)


class Receiving(Forwarding):
    """The second stage: each signal goes to the subject it names; of several signs of life a day the first counts."""

    def forward(self, together: Sequence[Placed], view: View, run: Run) -> list[Route]:
        """What was forwarded, in order, kept in `run.signals`."""
        routes = []
        for _, event in together:
            subject: Any = event.extra.get(FORWARDED_TO)
            if not isinstance(subject, str):
                continue  # reference data
            extra = {
                name: value for name, value in event.extra.items() if name not in (FORWARDED_TO, HAPPENED)
            }
            bare = msgspec.structs.replace(event, extra=extra)
            if bare.type == ACTIVITY and not self._is_first(subject, bare, view):
                continue
            self._keep(subject, bare, run)
            routes.append(Route(subject, bare))
        return routes

    def _is_first(self, subject: str, event: Event, view: View) -> bool:
        last = self._last_active(subject)
        hall = str(event.data.get("hall", ""))
        return last is None or local_day(hall, view, event.recorded, last.recorded) < local_day(
            hall, view, event.recorded, event.recorded
        )
