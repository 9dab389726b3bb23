"""Which reference data each round is judged with: a closed one with what was known when its closing was known.

Whether an event closed a round may itself hang on reference data: a completion without a formal acceptance closes
only a case that is deemed accepted, and when that is the calendar and the profile of the hall say. So such a
completion is tried with what was known from its record on, and the first knowledge with which it closes is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from domain.concern import concerning_events
from domain.course.draft import CaseDraft
from domain.course.replay import replay
from domain.events import Event
from domain.history import Known
from domain.reference import Reference
from domain.reference_view import View

__all__ = ["replay_as_closed"]


def replay_as_closed(
    subject: str, known: Known, reference: Reference, at: int, known_at: int
) -> tuple[CaseDraft, Callable[[int], View]]:
    """The draft of a case as at `at`, as known at `known_at`, and the reference data of each round.

    An order to judge anew (`case.rejudged`) lets a closed round follow knowledge up to the order.
    """
    case = _Case(subject, known, reference, at, known_at)
    now = reference.at(known_at)
    kept: dict[int, View] = {}

    def view_of(number: int) -> View:
        return kept.get(number, now)

    while True:
        draft = case.replay(kept, now)
        newly = dict(case.newly_closed(draft, kept))
        kept.update(newly)
        if all(view is now for view in newly.values()):
            return draft, view_of


class _Case(NamedTuple):
    subject: str
    known: Known
    reference: Reference
    at: int
    known_at: int

    def replay(self, kept: Mapping[int, View], other: View) -> CaseDraft:
        return replay(self.subject, self.known.events, self.at, lambda number: kept.get(number, other))

    def newly_closed(self, draft: CaseDraft, kept: Mapping[int, View]) -> Iterator[tuple[int, View]]:
        """Closed rounds that nothing is kept for yet, each with its reference data."""
        deemed = [event for event in draft.waiting if event.type == "case.completed"]
        for number, event in draft.closings.items():
            if number in kept or not _is_closed(draft, number):
                continue
            if event.type == "case.completed" and draft.deemed_at is not None:
                deemed.append(event)
            else:
                yield number, self.reference.at(self._known_since(event, draft))
        for event in deemed:
            first = self._first_closed(event, draft, kept)
            if first is not None and first[0] not in kept:
                yield first

    def _first_closed(
        self, event: Event, draft: CaseDraft, kept: Mapping[int, View]
    ) -> tuple[int, View] | None:
        """The round that a completion closed, and the earliest knowledge with which it did; None: it never did."""
        since = self._known_since(event, draft)
        instants = [since]
        for change in self.reference.changes(since, self.known_at):
            if concerning_events(self.known.events, self.reference, change):
                instants.append(change)
        for instant, until in zip_longest(instants, instants[1:]):
            view = self.reference.at(instant)
            tried = self.replay(kept, view)
            for number, closing in tried.closings.items():
                if closing.identity != event.identity or not _is_closed(tried, number):
                    continue
                if until is None or tried.deemed_at is None or tried.deemed_at < until:
                    return number, view
        return None

    def _known_since(self, event: Event, draft: CaseDraft) -> int:
        """The instant from which on it is known that the event was there, or that the round is to be judged anew."""
        since = self.known.firm.get(event.identity, event.recorded)
        return since if draft.rejudged is None else max(since, draft.rejudged.recorded)


def _is_closed(draft: CaseDraft, number: int) -> bool:
    return not (number == draft.round and draft.ended is None)
