"""What the shared base holds of applicants: kept on a shelf for each applicant, lent to the cases that ask for it.

A case is lent what lies on its applicant's shelf when it asks, with the corrections and retractions of it. Later ones
follow to every case that was lent the entry, so that what was never held is no ground against anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from domain.events import Event, canonical_content
from domain.orders import Identity, is_order, related, versions, with_source
from domain.subjects.kinds import subject_of

__all__ = ["HELD", "Shelves", "borrowers_of", "shelf_of"]

HELD: Final = "material.held"
"""The type of an entry of the shared base."""


def shelf_of(applicant: str) -> str:
    """Where the shared base's materials of an applicant are kept; no subject is judged by it alone."""
    return subject_of("applicant", applicant)


def borrowers_of(entry: Identity) -> str:
    """Where it is kept which cases were lent an entry; no subject is judged by it."""
    return subject_of("held", *entry)


class _Amended(NamedTuple):
    """Entries that an order has to do with."""

    entries: list[Event]
    told: list[Event]
    """the same, for those who did not have them: they come with the order, not before"""
    orders: list[Event]
    applicants: list[str]
    """everybody of whom the entries are, or were at some moment of knowledge"""


class Shelves:
    """Shelves over rows by subject, in order: `read` gives all of a subject, `write` adds one. For one thread."""

    def __init__(self, read: Callable[[str], Sequence[Event]], write: Callable[[str, Event], None]) -> None:
        self._read = read
        self._write = write

    def enter(self, event: Event) -> None:
        """Put an entry on the shelf of its applicant; any other event is passed over."""
        if event.type == HELD and event.data.get("applicant_ref"):
            self._put(shelf_of(str(event.data["applicant_ref"])), event)

    def amend(self, order: Event, history: Sequence[Event]) -> None:
        """Put an order about entries on the shelves where they belong, or belonged.

        `history` is that of the order's subject, with all that was recorded at its instant.
        """
        amended = _amended(order, history)
        for applicant in amended.applicants:
            for one in (*amended.told, *amended.orders):
                self._put(shelf_of(applicant), one)

    def follow(self, order: Event, history: Sequence[Event]) -> list[tuple[str, Event]]:
        """The order, with the entries it has to do with, to every case that was lent one of them."""
        amended = _amended(order, history)
        cases = dict.fromkeys(case for entry in amended.entries for case in self._borrowers(entry))
        out: list[tuple[str, Event]] = []
        for case in cases:
            for entry in amended.entries:
                self.note(case, entry)
            out += [(case, one) for one in (*amended.told, *amended.orders) if not _is_own(case, one)]
        return out

    def lend(self, case: str, applicant: str) -> list[Event]:
        """What lies on an applicant's shelf, to a case that asks for materials."""
        lent = [one for one in self._read(shelf_of(applicant)) if not _is_own(case, one)]
        for one in lent:
            self.note(case, one)
        return lent

    def note(self, case: str, lent: Event) -> None:
        """Remember that a case was lent an entry; any other event is passed over."""
        if lent.type == HELD and case not in self._borrowers(lent):
            self._write(borrowers_of(lent.identity), msgspec.structs.replace(lent, subject=case))

    def _borrowers(self, entry: Event) -> list[str]:
        return [one.subject for one in self._read(borrowers_of(entry.identity))]

    def _put(self, shelf: str, event: Event) -> None:
        content = canonical_content(event)
        same = (one for one in self._read(shelf) if one.identity == event.identity)
        if not any(canonical_content(one) == content for one in same):
            self._write(shelf, event)


def _amended(order: Event, history: Sequence[Event]) -> _Amended:
    roots, orders = related(order, history)
    entries = [one for one in roots if one.type == HELD]
    if not entries:
        return _Amended([], [], [], [])
    orders = [*(one for one in orders if one.identity != order.identity), order]
    known = {one.identity for one in history}
    of = [version.data.get("applicant_ref") for one in entries for version in versions(one, orders, known)]
    return _Amended(
        entries,
        [msgspec.structs.replace(one, recorded=max(one.recorded, order.recorded)) for one in entries],
        # among the events of a case the id alone may name another
        [with_source(one, known) for one in orders],
        list(dict.fromkeys(str(one) for one in of if one)),
    )


def _is_own(case: str, event: Event) -> bool:
    """Whether it is an order of the case's own history, which it has without us."""
    return is_order(event) and event.subject == case
