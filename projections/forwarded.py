"""What the journal forwards to subjects that are not its own, as short proofs of what the supervisor has kept of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Final, NamedTuple

from domain.events import Event, canonical_content
from domain.reference_view import View
from domain.subjects.kinds import kind_of
from domain.subjects.routing import Router
from domain.subjects.shelves import Shelves
from domain.subjects.silence import ACTIVITY
from projections.sound import readable
from streams.ports import EventLog, Record

__all__ = ["Forwarded", "Proofs"]

_BEFORE: Final = -(2**62)
_MODULUS: Final = 2**128


class _Sum(NamedTuple):
    """So many events; their order is told by their recorded instants, and within one instant it says nothing."""

    length: int = 0
    digest: int = 0

    def then(self, event: Event) -> "_Sum":
        content = repr((event.recorded, event.source, event.id)).encode() + canonical_content(event)
        digest = int.from_bytes(blake2b(content, digest_size=16).digest(), "big")
        return _Sum(self.length + 1, (self.digest + digest) % _MODULUS)


Proofs = tuple[int, Mapping[str, tuple[int, int]]]
"""The last recorded instant, and so many events with this sum, by case."""


class Forwarded:
    """Forwards the records of a log up to and including `position` anew, in order. For one thread."""

    def __init__(self, log: EventLog, position: int) -> None:
        self._log = log
        self._position = position
        self._sums: dict[str, _Sum] = {}
        self._signs: dict[str, Event] = {}
        self._shelves: dict[str, list[Event]] = {}
        self._last = _BEFORE
        shelves = Shelves(lambda subject: self._shelves.get(subject, ()), self._shelve)
        self._router = Router(self._history, self._signs.get, shelves)

    def take(self, records: Sequence[Record], view: Callable[[int], View]) -> None:
        """Forward the next records; `view` gives the reference data known at an instant."""
        within = (record for record in records if record.position <= self._position)
        for recorded, group in groupby(within, key=lambda record: record.recorded):
            together = list(group)
            events = readable(together)
            self._last = recorded
            for subject, event in self._router.routes(
                events, together[0].position, together[-1].position, view(recorded)
            ):
                self._link(subject, event)

    def subjects(self) -> set[str]:
        """Every subject to which something is forwarded."""
        return set(self._sums)

    def proofs(self) -> Proofs:
        """What was found out of cases, for another process that judges them."""
        return self._last, {subject: one for subject, one in self._sums.items() if kind_of(subject) == "case"}

    def believe(self, proofs: Proofs) -> None:
        """Take what another process has found out, in place of taking records."""
        self._last, found = proofs
        self._sums = {subject: _Sum(*one) for subject, one in found.items()}

    def is_kept(self, subject: str, kept: Iterable[Record]) -> bool:
        """Whether what was kept of a subject is what the log forwards; anything later is passed over."""
        found = _Sum()
        for event in readable(kept):
            if event.recorded <= self._last:
                found = found.then(event)
        return found == self._sums.get(subject, _Sum())

    def _link(self, subject: str, event: Event) -> None:
        self._sums[subject] = self._sums.get(subject, _Sum()).then(event)
        if event.type == ACTIVITY:
            self._signs[subject] = event

    def _shelve(self, subject: str, event: Event) -> None:
        self._shelves.setdefault(subject, []).append(event)
        self._link(subject, event)

    def _history(self, subject: str, until: int) -> Sequence[Event]:
        return readable(self._log.history(subject, until))
