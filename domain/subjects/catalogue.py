"""The course of an item in the catalogue: its versions and withdrawals, its guides, the halls that it is stationed in.

What is known since always counts as well; but only what was told as an event can break a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from domain.events import Event
from domain.reference_effect import ALWAYS, effect_of
from domain.subjects.facts import SubjectFacts

__all__ = [
    "EXEMPTED",
    "PUBLISHED",
    "WITHDRAWN",
    "Entry",
    "Version",
    "begin_of",
    "course_of",
    "in_effect",
    "is_practised",
    "is_stationed",
    "label_of",
    "records",
    "versions",
]

PUBLISHED: Final = "item.published"
WITHDRAWN: Final = "item.withdrawn"
EXEMPTED: Final = "item.exempted"
_STATIONED: Final = "item.stationed"


class Entry(NamedTuple):
    """A version, withdrawal, guide or other record of an item, and from when it holds."""

    since: int
    event: Event


class Version(NamedTuple):
    """A version of an item as it came into effect."""

    event: Event
    begin: int
    """When it could be acted upon: when it took effect, but not before it was told."""
    before: Event | None
    """The version that it replaced."""


def course_of(facts: SubjectFacts) -> list[Entry]:
    """The versions and withdrawals told by `at`, in the order in which they take effect."""
    course = facts.view.item_course(facts.key, facts.zone)
    return [Entry(since, event) for since, event in course if event.time <= facts.at]


def records(facts: SubjectFacts, kind: str, *types: str) -> list[Entry]:
    """What was told of the item by `at` of a kind (`stationing`, `guide`) and these types, in the order in which it
    holds."""
    told = [
        Entry(effect_of(event, facts.zone), event)
        for event in facts.view.records(kind, facts.key)
        if event.type in types and event.time <= facts.at
    ]
    return sorted(told, key=lambda entry: entry.since)


def begin_of(facts: SubjectFacts, event: Event) -> int:
    """When an event could be acted upon: when it took effect, but not before it was told."""
    return max(effect_of(event, facts.zone), event.time)


def in_effect(entries: Sequence[Entry], at: int) -> Event | None:
    """The version, withdrawal or guide in effect at an instant."""
    return next((entry.event for entry in reversed(entries) if entry.since <= at), None)


def is_practised(event: Event | None) -> bool:
    """Whether the item is published by that, and neither withdrawn nor suspended."""
    return event is not None and event.type == PUBLISHED and event.data.get("suspended") is not True


def versions(facts: SubjectFacts, course: Sequence[Entry]) -> Iterator[Version]:
    """The versions that events told and that came into effect. One that another displaced before was never in force."""
    for entry in course:
        event = entry.event
        if event.type != PUBLISHED or event.recorded == ALWAYS:
            continue
        begin = begin_of(facts, event)
        if in_effect(course, begin) is event:
            earlier = [one for one in course if one.event.type == PUBLISHED and one.since < entry.since]
            yield Version(event, begin, earlier[-1].event if earlier else None)


def label_of(event: Event) -> str:
    """The label of a version, or of the version that an event names; empty where there is none."""
    label = event.data.get("version")
    return "" if label is None else str(label)


def is_stationed(facts: SubjectFacts, course: Sequence[Entry], at: int) -> bool:
    """Whether the item is in a hall just before an instant: entered there, and neither exempted nor withdrawn since."""
    moves = records(facts, "stationing", _STATIONED, EXEMPTED)
    moves += [entry for entry in course if entry.event.type == WITHDRAWN]
    halls: set[str] = set()
    for since, event in sorted(moves, key=lambda one: one.since):
        if since >= at:
            break
        hall = str(event.data.get("hall") or "")
        if event.type == _STATIONED:
            halls.add(hall)
        elif event.type == EXEMPTED and hall:
            halls.discard(hall)
        else:
            halls.clear()
    return bool(halls)
