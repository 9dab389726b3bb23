"""Reading and writing events as structured CloudEvents, losing nothing."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

import msgspec

from domain.events.payloads import EVENT_TYPES, Payload
from domain.instants import format_instant, parse_instant, read_instant
from domain.limits import Limit, parse_limit

__all__ = [
    "Event",
    "InvalidEvent",
    "canonical_content",
    "decode_event",
    "encode_event",
    "event_from_mapping",
    "new_event",
]

_KNOWN = frozenset(
    ("id", "source", "type", "subject", "time", "recordedtime", "receivedtime", "dataschemaversion", "data")
)
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$")
_SHORTER = len("2026-02-12T10:00")
"""No instant is as short as this: it has an offset."""
_EARLIEST = parse_instant("1901-01-01T00:00:00Z")
_LATEST = parse_instant("2200-01-01T00:00:00Z")
"""What calendars cover."""
_decode_json = msgspec.json.Decoder().decode
_convert = msgspec.convert


class InvalidEvent(ValueError):
    """An event that cannot be taken: `path` is the place in it, `expected` what should stand there."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: {expected}")
        self.path = path
        self.expected = expected


class Event(msgspec.Struct, frozen=True, gc=False):
    """One fact. Instants are microseconds UTC; `data` is exactly as sent, `payload` its typed view."""

    id: str
    source: str
    type: str
    subject: str
    time: int
    recorded: int
    received: int | None
    data: dict[str, Any]
    payload: Payload
    version: str
    extra: dict[str, Any]

    @property
    def identity(self) -> tuple[str, str]:
        return (self.source, self.id)


def _read_limit(kind: type, value: Any) -> Any:
    if kind is Limit:
        return parse_limit(value)
    raise NotImplementedError(kind)


def read_payload(type_name: str, data: dict[str, Any]) -> Payload:
    """The typed payload of `data`. Raises InvalidEvent naming the field."""
    kind = EVENT_TYPES.get(type_name)
    if kind is None:
        raise InvalidEvent("type", f"unknown event type {type_name!r}; {_nearest(type_name)}")
    try:
        return _convert(data, kind, dec_hook=_read_limit)
    except msgspec.ValidationError as error:
        message = str(error)
        what, _, place = message.partition(" - at `")
        path = "data" + place.rstrip("`").removeprefix("$").replace("[...]", "[]") if place else "data"
        if what.startswith("Invalid enum value"):
            what = f"expected one of {_choices(kind, path.rpartition('.')[2])}, got {what.split(' ', 3)[3]}"
        raise InvalidEvent(path, what) from None


def _choices(kind: type[Payload], name: str) -> str:
    """The values that a field of a payload may have, for people."""
    hint = get_type_hints(kind).get(name)
    return ", ".join(str(value) for one in get_args(hint) for value in get_args(one))


def _nearest(type_name: str) -> str:
    family = type_name.partition(".")[0] + "."
    same = sorted(name for name in EVENT_TYPES if name.startswith(family))
    others = sorted({name.partition(".")[0] + ".*" for name in EVENT_TYPES if not name.startswith(family)})
    return "expected one of " + ", ".join(same or others) + (f"; or of {', '.join(others)}" if same else "")


def event_from_mapping(mapping: dict[str, Any], recorded: int | None = None) -> Event:
    """An event from the mapping of its JSON. `recorded` stands in where no recordedtime is given.

    Raises InvalidEvent naming the place and what was expected there.
    """
    get = mapping.get
    type_name = get("type")
    if type(type_name) is not str:
        raise InvalidEvent("type", "expected the event's type, such as case.accepted")
    data = get("data")
    if data is None:
        data = {}
    elif type(data) is not dict:
        raise InvalidEvent("data", "expected a mapping")
    payload = read_payload(type_name, data)
    for name in ("id", "source", "subject"):
        _check_text(name, get(name))
    time = _instant(mapping, "time")
    if time is None:
        raise InvalidEvent("time", "expected the time at which it happened, with an offset")
    if not _EARLIEST <= time < _LATEST:
        raise InvalidEvent("time", f"expected a time from 1901 to 2199, got {mapping['time']}")
    stated = _instant(mapping, "recordedtime") if "recordedtime" in mapping else None
    if stated is None:
        stated = recorded
        if stated is None:
            raise InvalidEvent("recordedtime", "expected the time at which the log took the event")
    return Event(
        mapping["id"],
        mapping["source"],
        type_name,
        mapping["subject"],
        time,
        stated,
        _instant(mapping, "receivedtime") if "receivedtime" in mapping else None,
        data,
        payload,
        str(get("dataschemaversion", "1")),
        {}
        if mapping.keys() <= _KNOWN
        else {key: value for key, value in mapping.items() if key not in _KNOWN},
    )


def new_event(
    kind: str, subject: str, time: int, data: dict[str, Any], *, id: str, source: str, recorded: int
) -> Event:
    """An event from its parts, checked as `event_from_mapping` checks them. Instants are microseconds UTC.

    Raises InvalidEvent naming the place and what was expected there; OverflowError for a time that no text can state.
    """
    payload = read_payload(kind, data)
    for name, value in (("id", id), ("source", source), ("subject", subject)):
        _check_text(name, value)
    if not _EARLIEST <= time < _LATEST:
        raise InvalidEvent("time", f"expected a time from 1901 to 2199, got {format_instant(time)}")
    return Event(id, source, kind, subject, time, recorded, None, data, payload, "1", {})


def _check_text(name: str, value: Any) -> None:
    if type(value) is not str or not value:
        raise InvalidEvent(name, f"expected a text that is not empty, got {value!r}")


def _instant(mapping: dict[str, Any], name: str) -> int | None:
    value = mapping.get(name)
    if value is None:
        return None
    try:
        return parse_instant(value)
    except ValueError as error:
        raise InvalidEvent(name, str(error)) from None


class _Plain(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An event with no field that we do not know: nearly all are so, and are read whole in one go."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    recordedtime: str | None = None
    receivedtime: str | None = None
    dataschemaversion: str = "1"
    data: dict[str, Any] | None = None
    specversion: str | msgspec.UnsetType = msgspec.UNSET


_decode_plain = msgspec.json.Decoder(_Plain).decode


def decode_event(raw: bytes | str, recorded: int | None = None) -> Event:
    """An event from structured JSON. `recorded` stands in where no recordedtime is given. Raises InvalidEvent."""
    try:
        plain = _decode_plain(raw)
        data = plain.data or {}
        payload = _convert(data, EVENT_TYPES[plain.type], dec_hook=_read_limit)
        time = read_instant(plain.time)
        taken = recorded if plain.recordedtime is None else read_instant(plain.recordedtime)
        received = None if plain.receivedtime is None else read_instant(plain.receivedtime)
    except (ValueError, KeyError, TypeError):  # unusual, or wrong, and then it is told with its place
        return _decode_any(raw, recorded)
    if taken is None or not (plain.id and plain.source and plain.subject and _EARLIEST <= time < _LATEST):
        return _decode_any(raw, recorded)
    return Event(
        plain.id, plain.source, plain.type, plain.subject, time, taken, received, data, payload,
        plain.dataschemaversion, {} if plain.specversion is msgspec.UNSET else {"specversion": plain.specversion},
    )  # fmt: skip


def _decode_any(raw: bytes | str, recorded: int | None) -> Event:
    try:
        mapping = _decode_json(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidEvent("$", f"expected a JSON object: {error}") from None
    if type(mapping) is not dict:
        raise InvalidEvent("$", "expected a JSON object")
    return event_from_mapping(mapping, recorded)


def event_document(event: Event, *, with_recorded: bool = True) -> dict[str, Any]:
    """The structured form of an event; `decode_event` of its JSON gives the event again."""
    out: dict[str, Any] = {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": format_instant(event.time),
    }
    if with_recorded:
        out["recordedtime"] = format_instant(event.recorded)
    if event.received is not None:
        out["receivedtime"] = format_instant(event.received)
    out["dataschemaversion"] = event.version
    out.update(event.extra)
    out["data"] = event.data
    return out


def encode_event(event: Event) -> bytes:
    """Structured JSON of an event, unknown fields included."""
    return msgspec.json.encode(event_document(event))


def canonical_content(event: Event) -> bytes:
    """What makes two events of one id the same: type, subject, time and data, instants normalised."""
    return msgspec.json.encode(
        [event.type, event.subject, event.time, _normal(event.data)], order="deterministic"
    )


def _normal(value: Any) -> Any:
    if type(value) is dict:
        return {key: _normal(item) for key, item in value.items() if item is not None}
    if type(value) is list:
        return [_normal(item) for item in value]
    if type(value) is str and len(value) > _SHORTER and _INSTANT.match(value):
        try:
            return format_instant(parse_instant(value))
        except ValueError:
            return value
    return value
