"""Histories without what crashes the judge.

The supervisor has set such events aside as dead letters, with their cause; rows are made without them likewise.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from domain.events import Event, InvalidEvent, decode_event
from domain.fold import CaseFold
from domain.reference import Reference, check_reference_event
from domain.reference_view import MissingReference, View
from domain.subjects.kinds import kind_of
from streams.ports import Record

__all__ = ["JUDGED", "fold_soundly", "grown", "own_events", "readable"]

JUDGED: Final = ("case.", "agency.", "event.")
"""Events of these families a subject's own judge takes."""
_ANY_ZONE: Final = ZoneInfo("UTC")


def readable(records: Iterable[Record]) -> list[Event]:
    """The events of records that this version can read, but for those that are kept apart."""
    events = []
    for record in records:
        if record.is_apart:
            continue
        with suppress(InvalidEvent):
            events.append(decode_event(record.raw))
    return events


def own_events(records: Iterable[Record], forwarded: Iterable[Record] = ()) -> list[Event]:
    """What a subject's own judge may take: of its records (reference data of that name is not its history), and of
    what was forwarded to it. Subjects that are no cases are judged by what is forwarded, whatever bears their name."""
    own = readable(record for record in records if not record.is_reference)
    judged = [event for event in own if event.type.startswith(JUDGED) or kind_of(event.subject) == "case"]
    return judged + readable(forwarded)


def grown(reference: Reference, records: Sequence[Record]) -> Reference:
    """Reference data with later records, less those that nothing can be judged with."""
    for _, group in groupby(records, key=lambda record: record.recorded):
        reference = _with_sound(reference, readable(group))
    return reference


def _with_sound(reference: Reference, events: Sequence[Event]) -> Reference:
    try:
        for event in events:
            check_reference_event(event)
        more = reference.with_events(events)
        if events:
            _try_out(more.at(events[0].recorded), events[0].recorded)
        return more
    except Exception:
        if len(events) <= 1:
            return reference
    for event in events:
        reference = _with_sound(reference, [event])
    return reference


def _try_out(view: View, at: int) -> None:
    """Raise what judging with it would raise; what is only missing may still arrive."""
    for name in view.titles("calendar"):
        with suppress(MissingReference):
            view.calendar(name)
    for name in view.titles("profile"):
        with suppress(MissingReference):
            view.profile(name, at, _ANY_ZONE)


_Groups = list[tuple[int, list[Event]]]


def fold_soundly(subject: str, history: Iterable[Event], reference: Reference, until: int) -> CaseFold:
    """Fold what was recorded up to `until` in order of knowledge, leaving out events that crash a rule.

    `history` is that of `own_events`; what was forwarded to the subject is taken whatever its family.
    """
    fold, done = CaseFold(subject), _Groups()
    is_case = kind_of(subject) == "case"
    judged = [
        event
        for event in sorted(history, key=lambda one: one.recorded)
        if event.recorded <= until
        and (not is_case or event.subject != subject or event.type.startswith(JUDGED))
    ]
    for recorded, group in groupby(judged, key=lambda event: event.recorded):
        events = list(group)
        try:
            fold.step(events, reference, recorded)
        except Exception:
            events = _harmless(subject, done, events, reference, recorded)
            fold = _folded(subject, [*done, (recorded, events)], reference)
        done.append((recorded, events))
    return fold


def _folded(subject: str, groups: _Groups, reference: Reference) -> CaseFold:
    fold = CaseFold(subject)
    for recorded, events in groups:
        if events:
            fold.step(events, reference, recorded)
    return fold


def _harmless(
    subject: str, done: _Groups, events: list[Event], reference: Reference, recorded: int
) -> list[Event]:
    good: list[Event] = []
    for event in events:
        with suppress(Exception):
            _folded(subject, [*done, (recorded, [*good, event])], reference)
            good.append(event)
    return good
