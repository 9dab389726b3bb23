"""Scenario files: what happened, what is asked, what is expected. Every error names its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.calendars import CalendarError
from domain.events import Event, InvalidEvent, event_from_mapping
from domain.events.payloads import EventCorrected
from domain.instants import format_instant, parse_instant
from domain.profile_document import ProfileError
from domain.reference import Reference, check_reference_event
from domain.reference_kinds import is_reference
from domain.reference_view import MissingReference
from domain.subjects.kinds import key_of, kind_of
from domain.subjects.routing import derived
from sundial.expectation import check_expectation
from sundial.reference import reference_event, shipped_events
from sundial.scenario_source import Reader, ScenarioError
from sundial.scenario_zones import Zones, zones_of
from sundial.shipped import holiday_sets

__all__ = ["Question", "Scenario", "ScenarioError", "load_scenario"]

_TOP: Final = (
    "title",
    "description",
    "calendars",
    "profiles",
    "halls",
    "items",
    "reference",
    "events",
    "ask",
)
_LISTS: Final = {
    "calendars": "calendar.published",
    "profiles": "profile.published",
    "halls": "hall.published",
    "items": "item.published",
}
_TEXTS: Final = frozenset(
    ("item", "hall", "span", "stage", "branch", "extension", "calendar", "profile", "parent", "extends", "to_hall",
     "from_hall", "to_stage", "id", "source", "subject", "region", "into")
)  # fmt: skip
_LATEST = 2**62
_NEAR: Final = 5


@dataclass(slots=True)
class Question:
    """One entry of `ask`. Instants in microseconds UTC."""

    subject: str
    at: int
    known_at: int
    expect: dict[str, Any] | None
    path: str
    zone: ZoneInfo


@dataclass(slots=True)
class Scenario:
    """A scenario ready to be judged. `zone` is that of its calendar, for people's eyes."""

    file: str
    reference: Reference
    events: dict[str, list[Event]]
    questions: list[Question]
    zone: ZoneInfo
    lines: dict[str, int] = field(default_factory=dict)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), "", f"cannot be read: {error}") from None
    reader = Reader(str(path), text)
    document = reader.document
    if not isinstance(document, dict):
        reader.fail("", "expected a mapping with calendars, halls, items, events and ask")
    for key in document:
        if key not in _TOP:
            reader.fail(str(key), f"unknown key; expected one of {', '.join(_TOP)}")
    zones = zones_of(document)
    events = _events(reader, zones)
    told = [event for history in events.values() for event in history if is_reference(event)]
    reference = _reference(reader, zones.first).with_events(told)
    everything = [*reference.events, *(event for history in events.values() for event in history)]
    for subject, more in derived(everything, reference).items():
        events[subject] = [*events.get(subject, []), *more]
    questions = list(_questions(reader, zones))
    _check_subjects(reader, questions, events, reference)
    return Scenario(str(path), reference, events, questions, zones.first, reader.lines)


def _list(reader: Reader, key: str, expected: str) -> list[Any]:
    """A list of the file; one that is left out or null is empty."""
    value = reader.document.get(key)
    if value is not None and not isinstance(value, list):
        reader.fail(key, expected)
    return value or []


def _texts(value: Any) -> Any:
    """Identifiers that YAML read as numbers are texts."""
    if isinstance(value, dict):
        return {
            str(key): str(item)
            if key in _TEXTS and isinstance(item, int) and not isinstance(item, bool)
            else _texts(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value


def _with_zone(value: Any, zone: ZoneInfo, key: str = "") -> Any:
    """Times inside data (`until`, a corrected `time`) get the zone's offset where they have none."""
    if isinstance(value, dict):
        return {name: _with_zone(item, zone, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_zone(item, zone) for item in value]
    if key in ("until", "time") and isinstance(value, str):
        try:
            return format_instant(parse_instant(value, zone))
        except ValueError:
            return value
    return value


def _reference(reader: Reader, zone: ZoneInfo) -> Reference:
    events: list[Event] = []
    own: set[tuple[str, str]] = set()
    for key, kind in _LISTS.items():
        family = kind.partition(".")[0]
        for index, one in enumerate(_list(reader, key, "expected a list")):
            path = f"{key}[{index}]"
            if not isinstance(one, dict) or one.get(family) is None:
                reader.fail(path, f"expected a mapping with `{family}`, its id")
            data = _texts(one if key != "items" else _with_zone(one, zone))
            if (family, data[family]) in own and data.get("effective_from") is None:
                reader.fail(path, f"a second version of {data[family]!r}: expected effective_from, its date")
            own.add((family, data[family]))
            events.append(_checked(reader, path, kind, data, f"{key}-{index + 1:04}"))
    for index, one in enumerate(_list(reader, "reference", "expected a list of reference events")):
        path = f"reference[{index}]"
        if not isinstance(one, dict):
            reader.fail(path, "expected a reference event")
        _check_keys(reader, path, one)
        one = _texts(_given(one))
        data = one.get("data") if isinstance(one.get("data"), dict) else {}
        family = str(one.get("type", "")).partition(".")[0]
        if family == "case":
            reader.fail(f"{path}.type", f"{one['type']} belongs in `events`")
        filled = {
            "id": f"r{index + 1}",
            "source": "scenario",
            "subject": str(data.get(family) or "reference"),
            **one,
            "data": _with_zone(one.get("data", {}), zone),
        }
        event = _event(reader, path, filled, zone)
        try:
            check_reference_event(event, new=True)
        except InvalidEvent as error:
            reader.fail(f"{path}.{error.path}", error.expected)
        events.append(event)
    reference = Reference(holiday_sets(), [*shipped_events(frozenset(own)), *events])
    _check_whole(reader, reference)
    return reference


def _checked(reader: Reader, path: str, kind: str, data: dict[str, Any], number: str) -> Event:
    try:
        event = reference_event(kind, data, "scenario", number)
        check_reference_event(event, new=True)
    except InvalidEvent as error:
        reader.fail(f"{path}.{error.path.removeprefix('data').lstrip('.')}".rstrip("."), error.expected)
    return event


def _check_whole(reader: Reader, reference: Reference) -> None:
    """Calendars must compile and profiles resolve, with everything that is ever known."""
    view = reference.at(_LATEST)
    for index, one in enumerate(_list(reader, "calendars", "")):
        try:
            view.calendar(str(one["calendar"]))
        except CalendarError as error:
            reader.fail(f"calendars[{index}].{error.path}", f"expected {error.expected}")
        except MissingReference as error:
            reader.fail(f"calendars[{index}].extends", f"expected a known calendar, not {error.name!r}")
    for index, one in enumerate(_list(reader, "profiles", "")):
        try:
            view.profile(str(one["profile"]), _LATEST, ZoneInfo("UTC"))
        except ProfileError as error:
            reader.fail(f"profiles[{index}].{error.path}", error.expected)
        except MissingReference as error:
            reader.fail(f"profiles[{index}].extends", f"expected a known profile, not {error.name!r}")
    for index, one in enumerate(_list(reader, "reference", "")):
        if one.get("type") == "calendar.published":
            try:
                view.calendar(str(one["data"]["calendar"]))
            except (CalendarError, MissingReference) as error:
                reader.fail(f"reference[{index}].data", str(error))


def _event(reader: Reader, path: str, mapping: dict[str, Any], zone: ZoneInfo) -> Event:
    for name in ("time", "recordedtime", "receivedtime"):
        if mapping.get(name) is not None:
            try:
                mapping[name] = format_instant(parse_instant(mapping[name], zone))
            except ValueError as error:
                reader.fail(f"{path}.{name}", str(error))
    try:
        return event_from_mapping(mapping, _recorded(mapping))
    except InvalidEvent as error:
        reader.fail(f"{path}.{error.path}", error.expected)


def _recorded(mapping: dict[str, Any]) -> int | None:
    return parse_instant(mapping["time"]) if isinstance(mapping.get("time"), str) else None


_EVENT_KEYS: Final = frozenset(
    ("id", "source", "type", "subject", "time", "recordedtime", "receivedtime", "dataschemaversion", "data",
     "specversion", "datacontenttype", "dataschema")
)  # fmt: skip
_EXTENSION: Final = re.compile(r"[a-z0-9]+")
"""The form of a CloudEvents attribute's name."""


def _check_keys(reader: Reader, path: str, event: dict[str, Any]) -> None:
    for key in event:
        if key not in _EVENT_KEYS and not _EXTENSION.fullmatch(str(key)):
            reader.fail(
                f"{path}.{key}", f"unknown key of an event; expected one of {', '.join(sorted(_EVENT_KEYS))}"
            )


def _given(mapping: dict[str, Any]) -> dict[str, Any]:
    """What is given: null is left out."""
    return {key: item for key, item in mapping.items() if item is not None}


def _events(reader: Reader, zones: Zones) -> dict[str, list[Event]]:
    out: dict[str, list[Event]] = {}
    for index, one in enumerate(_list(reader, "events", "expected a list of events")):
        path = f"events[{index}]"
        if not isinstance(one, dict):
            reader.fail(path, "expected an event: a mapping with type, time and data")
        _check_keys(reader, path, one)
        one = _texts(_given(one))
        subject = one.get("subject", "case-1")
        data = one.get("data")
        zone = zones.of(str(subject), data)
        filled = {"id": f"e{index + 1}", "source": "scenario", **one, "subject": subject}
        if data is not None:
            filled["data"] = _with_zone(data, zone)
        event = _event(reader, path, filled, zone)
        if (
            event.type.endswith((".published", ".withdrawn"))
            and is_reference(event)
            and (event.type.partition(".")[0] in ("calendar", "item", "hall", "profile"))
        ):
            reader.fail(f"{path}.type", f"{event.type} belongs in `reference`")
        if isinstance(event.payload, EventCorrected) and event.payload.time is not None:
            try:
                parse_instant(event.payload.time)
            except ValueError as error:
                reader.fail(f"{path}.data.time", str(error))
        out.setdefault(event.subject, []).append(event)
    return out


def _check_subjects(
    reader: Reader, questions: list[Question], events: dict[str, list[Event]], reference: Reference
) -> None:
    """What no event speaks of is a slip of the pen: the answer, "not started", would look like a good one."""
    for question in questions:
        named = question.subject
        if named in events or _has_place(named, reference):
            continue
        near = get_close_matches(named, events, _NEAR) or list(events)[:_NEAR]
        expected = f"expected one of {', '.join(near)}" if near else "the file has no events"
        stated = f"{question.path}.subject" in reader.lines
        reader.fail(
            f"{question.path}.subject" if stated else question.path,
            f"no event speaks of {named!r}{'' if stated else ' (where no subject is stated)'}; {expected}",
        )


def _has_place(subject: str, reference: Reference) -> bool:
    """Whether a hall, window, item or ledger sheet is of a place or item that is published: it may have no event."""
    if kind_of(subject) == "case":
        return False
    name = key_of(subject).partition("/")[0]
    return any(name in (event.data.get("hall"), event.data.get("item")) for event in reference.events)


def _questions(reader: Reader, zones: Zones) -> Iterator[Question]:
    for index, one in enumerate(_list(reader, "ask", "expected a list of questions")):
        path = f"ask[{index}]"
        if not isinstance(one, dict) or one.get("at") is None:
            reader.fail(path, "expected a question: a mapping with `at`")
        for key in one:
            if key not in ("at", "known_at", "subject", "expect", "title"):
                reader.fail(f"{path}.{key}", "unknown key; expected at, known_at, subject or expect")
        subject = _texts(_given(one)).get("subject", "case-1")
        if not isinstance(subject, str) or not subject:
            reader.fail(f"{path}.subject", f"expected a text, got {subject!r}")
        zone = zones.of_subject(subject)
        instants: dict[str, int] = {}
        for name in ("at", "known_at"):
            text = one.get(name)
            try:
                instants[name] = parse_instant(text, zone) if text is not None else instants["at"]
            except ValueError as error:
                reader.fail(f"{path}.{name}", str(error))
        expect = one.get("expect")
        if expect is not None:
            if not isinstance(expect, dict):
                reader.fail(f"{path}.expect", "expected a mapping of the verdict's fields")
            problem = check_expectation(expect, f"{path}.expect")
            if problem is not None:
                reader.fail(*problem)
        yield Question(subject, instants["at"], instants["known_at"], expect, path, zone)
