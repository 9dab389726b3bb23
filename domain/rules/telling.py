"""What events tell that several rules ask for: fields as texts, rounds of a case, lists of materials."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.course.lawful import is_same_extension, together
from domain.events import Event
from domain.events.payloads import CaseExtended
from domain.events.values import is_blank
from domain.instants import from_datetime, parse_instant
from domain.rules.found import CaseFacts

__all__ = [
    "OF_SUPERVISION",
    "Material",
    "end_of",
    "extension_told",
    "is_among",
    "materials_of",
    "names_of",
    "rounds",
    "said",
    "tellings",
    "told_once",
    "with_others",
]

OF_SUPERVISION: Final = frozenset(("case.rejudged", "case.found_outside"))
"""What supervision itself says of a case: nobody handles the matter by it."""
_ENDLESS = frozenset(("长期", "长期有效", "永久", "long_term", "permanent"))
_NEVER = 2**62
"""Later than every instant: registers write 9999-12-31 for a term without end."""
_NAMING = ("code", "name", "material")


class Material(NamedTuple):
    """A material by everything that names it; two that share a code or a name are the same."""

    keys: frozenset[str]
    name: str
    is_mandatory: bool
    is_received: bool


def said(event: Event, field: str) -> str:
    """A field of the event as text without blanks around it; empty where nothing is said."""
    value = event.data.get(field)
    if value is None or value in ([], {}, False):
        return ""
    return str(value).strip()


def rounds(facts: CaseFacts) -> Iterator[tuple[int, list[Event]]]:
    """The events of each round, with its number; a reopening is the first event of its round."""
    number, part = 1, list[Event]()
    for event in facts.events:
        if facts.is_reopening(event):
            yield number, part
            number, part = number + 1, []
        part.append(event)
    yield number, part


def told_once(events: Iterable[Event], apart: Sequence[str] = ()) -> Iterator[Event]:
    """The events but for those of the type and instant of an earlier one: another source's telling of the same.

    `apart` are the fields that tell two acts of one type and instant apart.
    """
    seen: set[tuple[Any, ...]] = set()
    for event in events:
        act = (event.type, event.time, *(said(event, field) for field in apart))
        if act not in seen:
            seen.add(act)
            yield event


def tellings(
    events: Iterable[Event],
    act_of: Callable[[Event], Hashable],
    fits: Callable[[Event, Sequence[Event]], bool] = lambda event, told: True,
) -> list[list[Event]]:
    """The acts that events tell of, in order, each by its tellings: the first, and those of other sources.

    Events of one act in the sense of `act_of` may be tellings of one another where `fits` lets them; what one source
    tells twice is two acts.
    """
    acts: list[list[Event]] = []
    alike: dict[Hashable, list[list[Event]]] = {}
    for event in events:
        known = alike.setdefault(act_of(event), [])
        for told in known:
            if all(one.source != event.source for one in told) and fits(event, told):
                told.append(event)
                break
        else:
            known.append([event])
            acts.append(known[-1])
    return acts


def with_others(event: Event, events: Iterable[Event]) -> Event:
    """The event with what other sources, telling of the same instant, say where it says nothing."""
    data: dict[str, Any] = dict(event.data)
    for one in events:
        if (one.type, one.time) == (event.type, event.time) and one.source != event.source:
            data |= {name: value for name, value in one.data.items() if is_blank(data.get(name))}
    return event if data == event.data else msgspec.structs.replace(event, data=data)


def extension_told(facts: CaseFacts, event: Event) -> CaseExtended:
    """What an extension says, with what other sources that tell of it at the same instant add."""
    payload = event.payload
    assert isinstance(payload, CaseExtended)
    for other in facts.of_type("case.extended"):
        if is_same_extension(event, other):
            added = other.payload
            assert isinstance(added, CaseExtended)
            payload = together(payload, added)
    return payload


def end_of(until: str, zone: ZoneInfo) -> int | None:
    """The last instant of a term: of a date its whole day in `zone`. None where it cannot be read."""
    if until in _ENDLESS:
        return _NEVER
    try:
        day = date.fromisoformat(until)
    except ValueError:
        try:
            return parse_instant(until, zone)
        except ValueError:
            return None
    if day.year == date.max.year:
        return _NEVER
    return from_datetime(datetime.combine(day + timedelta(days=1), time(), zone)) - 1


def materials_of(listed: Any) -> list[Material]:
    """The materials of a list of texts or of mappings with a code or a name; what names none is left out."""
    out: list[Material] = []
    for one in listed if isinstance(listed, list | tuple) else ():
        entry = one if isinstance(one, Mapping) else {"name": one}
        keys = [str(entry[key]).strip() for key in _NAMING if type(entry.get(key)) in (str, int)]
        keys = [key for key in keys if key]
        if keys:
            name = str(entry.get("name") or entry.get("material") or keys[0]).strip()
            mandatory, received = entry.get("mandatory"), entry.get("received")
            out.append(
                Material(frozenset(keys), name, mandatory not in (False, 0), received not in (False, 0))
            )
    return out


def is_among(material: Material, others: Iterable[Material]) -> bool:
    """Whether a material is one of the others."""
    return any(material.keys & other.keys for other in others)


def names_of(materials: Iterable[Material]) -> tuple[str, str]:
    """Their names as a Chinese and an English enumeration."""
    names = list(dict.fromkeys(material.name for material in materials))
    return "、".join(names), ", ".join(names)
