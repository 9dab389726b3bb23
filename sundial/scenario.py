"""Scenario files: what happened, what is asked, what is expected. Every error names its place in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from domain.calendars import CalendarError
from domain.events import Event, InvalidEvent, event_from_mapping
from domain.instants import format_instant, parse_instant
from domain.profiles import ProfileError
from domain.reference import MissingReference, Reference, check_reference_event
from sundial.expectation import check_expectation
from sundial.plain_yaml import PlainLoader
from sundial.reference import reference_event, shipped_events
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


class ScenarioError(Exception):
    """A scenario that is wrong: the file, the line if known, the path in it, and what was expected there."""

    def __init__(self, file: str, path: str, expected: str, line: int | None = None) -> None:
        place = f"{file}:{line}" if line is not None else file
        super().__init__(f"{place}: {path}: {expected}" if path else f"{place}: {expected}")
        self.path = path


@dataclass(slots=True)
class Question:
    """One entry of `ask`. Instants in microseconds UTC."""

    subject: str
    at: int
    known_at: int
    expect: dict[str, Any] | None
    path: str


@dataclass(slots=True)
class Scenario:
    """A scenario ready to be judged. `zone` is that of its calendar, for people's eyes."""

    file: str
    reference: Reference
    events: dict[str, list[Event]]
    questions: list[Question]
    zone: ZoneInfo
    lines: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Reads one file; knows the line of every path."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        try:
            node = yaml.compose(text, Loader=PlainLoader)
            if node is not None:
                self._mark(node, "")
            self.document = yaml.load(text, Loader=PlainLoader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark is not None else None
            raise ScenarioError(file, "", f"not valid YAML: {error.problem}", line) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ScenarioError(file, "", f"not valid YAML: {error}") from None

    def _mark(self, node: yaml.Node, path: str) -> None:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    self.fail(f"{path}.{name}".lstrip("."), "the same key twice", key.start_mark.line + 1)
                seen.add(name)
                child = f"{path}.{name}".lstrip(".")
                self._mark(value, child)
                self.lines[child] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._mark(value, f"{path}[{index}]")

    def fail(self, path: str, expected: str, line: int | None = None) -> None:
        where = path
        while line is None and where:
            line = self.lines.get(where)
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        raise ScenarioError(self.file, path, expected, line)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), "", f"cannot be read: {error}") from None
    reader = _Reader(str(path), text)
    document = reader.document
    if not isinstance(document, dict):
        reader.fail("", "expected a mapping with calendars, halls, items, events and ask")
    for key in document:
        if key not in _TOP:
            reader.fail(str(key), f"unknown key; expected one of {', '.join(_TOP)}")
    zones = _zones(document)
    reference = _reference(reader, document, zones.first)
    events = _events(reader, document, zones)
    questions = list(_questions(reader, document, zones))
    return Scenario(str(path), reference, events, questions, zones.first, reader.lines)


class _Zones:
    """The zone in which a time without an offset is read."""

    def __init__(self, first: ZoneInfo, by_hall: dict[str, ZoneInfo]) -> None:
        self.first = first
        self.by_hall = by_hall
        self.by_subject: dict[str, ZoneInfo] = {}

    def of(self, subject: str, data: Any) -> ZoneInfo:
        hall = data.get("hall") or data.get("to_hall") if isinstance(data, dict) else None
        found = self.by_hall.get(str(hall))
        if found is not None:
            self.by_subject.setdefault(subject, found)
        return found or self.by_subject.get(subject, self.first)


def _list(document: dict[str, Any], key: str) -> list[Any]:
    value = document.get(key)
    return value if isinstance(value, list) else []


def _zones(document: dict[str, Any]) -> _Zones:
    calendars = {
        str(one.get("calendar")): one for one in _list(document, "calendars") if isinstance(one, dict)
    }
    for one in _list(document, "reference"):
        if (
            isinstance(one, dict)
            and one.get("type") == "calendar.published"
            and isinstance(one.get("data"), dict)
        ):
            calendars.setdefault(str(one["data"].get("calendar")), one["data"])
    default = ZoneInfo("Asia/Shanghai")

    def zone(name: str | None, depth: int = 0) -> ZoneInfo:
        one = calendars.get(str(name))
        if one is None or depth > 20:
            return default
        if one.get("zone") is None:
            return zone(one.get("extends"), depth + 1)
        try:
            return ZoneInfo(str(one["zone"]))
        except (KeyError, ValueError, OSError):
            return default

    first = zone(next(iter(calendars), None))
    by_hall: dict[str, ZoneInfo] = {}
    halls = [one for one in _list(document, "halls") if isinstance(one, dict)]
    halls += [
        one["data"]
        for one in _list(document, "reference")
        if isinstance(one, dict) and isinstance(one.get("data"), dict)
    ]
    for hall in halls:
        if hall.get("hall") is not None and hall.get("calendar") is not None:
            by_hall.setdefault(str(hall["hall"]), zone(str(hall["calendar"])))
    return _Zones(first, by_hall)


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


def _reference(reader: _Reader, document: dict[str, Any], zone: ZoneInfo) -> Reference:
    events: list[Event] = []
    own: set[tuple[str, str]] = set()
    for key, kind in _LISTS.items():
        value = document.get(key)
        if value is None:
            continue
        if not isinstance(value, list):
            reader.fail(key, "expected a list")
        family = kind.partition(".")[0]
        for index, one in enumerate(value):
            path = f"{key}[{index}]"
            if not isinstance(one, dict) or one.get(family) is None:
                reader.fail(path, f"expected a mapping with `{family}`, its id")
            data = _texts(one)
            own.add((family, data[family]))
            events.append(_checked(reader, path, kind, data, f"{key}-{index + 1}"))
    for index, one in enumerate(document.get("reference") or []):
        path = f"reference[{index}]"
        if not isinstance(one, dict):
            reader.fail(path, "expected a reference event")
        one = _texts(one)
        data = one.get("data") if isinstance(one.get("data"), dict) else {}
        family = str(one.get("type", "")).partition(".")[0]
        filled = {
            "id": f"r{index + 1}",
            "source": "scenario",
            "subject": str(data.get(family) or "reference"),
            **one,
            "data": _with_zone(data, zone),
        }
        event = _event(reader, path, filled, zone)
        try:
            check_reference_event(event)
        except InvalidEvent as error:
            reader.fail(f"{path}.{error.path}", error.expected)
        events.append(event)
    reference = Reference(holiday_sets(), [*shipped_events(frozenset(own)), *events])
    _check_whole(reader, reference, document)
    return reference


def _checked(reader: _Reader, path: str, kind: str, data: dict[str, Any], number: str) -> Event:
    try:
        event = reference_event(kind, data, "scenario", number)
        check_reference_event(event)
    except InvalidEvent as error:
        reader.fail(f"{path}.{error.path.removeprefix('data').lstrip('.')}".rstrip("."), error.expected)
    return event


def _check_whole(reader: _Reader, reference: Reference, document: dict[str, Any]) -> None:
    """Calendars must compile and profiles resolve, with everything that is ever known."""
    view = reference.at(_LATEST)
    for index, one in enumerate(_list(document, "calendars")):
        try:
            view.calendar(str(one["calendar"]))
        except CalendarError as error:
            reader.fail(f"calendars[{index}].{error.path}", error.expected)
        except MissingReference as error:
            reader.fail(f"calendars[{index}].extends", f"expected a known calendar, not {error.name!r}")
    for index, one in enumerate(_list(document, "profiles")):
        try:
            view.profile(str(one["profile"]), _LATEST, ZoneInfo("UTC"))
        except ProfileError as error:
            reader.fail(f"profiles[{index}].{error.path}", error.expected)
        except MissingReference as error:
            reader.fail(f"profiles[{index}].extends", f"expected a known profile, not {error.name!r}")
    for index, one in enumerate(document.get("reference") or []):
        if one.get("type") == "calendar.published":
            try:
                view.calendar(str(one["data"]["calendar"]))
            except (CalendarError, MissingReference) as error:
                reader.fail(f"reference[{index}].data", str(error))


def _event(reader: _Reader, path: str, mapping: dict[str, Any], zone: ZoneInfo) -> Event:
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
        raise AssertionError from None


def _recorded(mapping: dict[str, Any]) -> int | None:
    return parse_instant(mapping["time"]) if isinstance(mapping.get("time"), str) else None


_EVENT_KEYS: Final = frozenset(
    ("id", "source", "type", "subject", "time", "recordedtime", "receivedtime", "dataschemaversion", "data",
     "specversion", "datacontenttype", "dataschema")
)  # fmt: skip


def _events(reader: _Reader, document: dict[str, Any], zones: _Zones) -> dict[str, list[Event]]:
    out: dict[str, list[Event]] = {}
    value = document.get("events")
    if value is not None and not isinstance(value, list):
        reader.fail("events", "expected a list of events")
    for index, one in enumerate(value or []):
        path = f"events[{index}]"
        if not isinstance(one, dict):
            reader.fail(path, "expected an event: a mapping with type, time and data")
        for key in one:
            if key not in _EVENT_KEYS and not str(key).isalnum():
                reader.fail(f"{path}.{key}", "unknown key of an event")
        one = _texts(one)
        subject = one.get("subject", "case-1")
        data = one.get("data")
        zone = zones.of(str(subject), data)
        filled = {"id": f"e{index + 1}", "source": "scenario", **one, "subject": subject}
        if data is not None:
            filled["data"] = _with_zone(data, zone)
        event = _event(reader, path, filled, zone)
        if event.type.partition(".")[0] in ("calendar", "item", "hall", "profile") and event.type.endswith(
            (".published", ".withdrawn")
        ):
            reader.fail(f"{path}.type", f"{event.type} belongs in `reference`")
        out.setdefault(event.subject, []).append(event)
    return out


def _questions(reader: _Reader, document: dict[str, Any], zones: _Zones) -> list[Question]:
    out: list[Question] = []
    value = document.get("ask")
    if value is not None and not isinstance(value, list):
        reader.fail("ask", "expected a list of questions")
    for index, one in enumerate(value or []):
        path = f"ask[{index}]"
        if not isinstance(one, dict) or one.get("at") is None:
            reader.fail(path, "expected a question: a mapping with `at`")
        for key in one:
            if key not in ("at", "known_at", "subject", "expect", "title"):
                reader.fail(f"{path}.{key}", "unknown key; expected at, known_at, subject or expect")
        subject = str(one.get("subject", "case-1"))
        zone = zones.by_subject.get(subject, zones.first)
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
        out.append(Question(subject, instants["at"], instants["known_at"], expect, path))
    return out
