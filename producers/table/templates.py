"""Templates: the data of an event type with columns and constants in its fields, checked against the type."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, get_args

import msgspec

from domain.events import EVENT_TYPES, Event, InvalidEvent
from domain.identity import identity_field
from domain.limits import parse_limit
from domain.reference import check_reference_event
from producers.making import make_event
from producers.table.columns import ColumnReader
from producers.table.document import check_keys, child, mapping_at, texts_at
from producers.table.errors import MappingError
from producers.table.fields import constant_of, fill

_COMMON: Final = ("department", "officer", "window", "channel", "applicant_ref")
"""Fields that any event of a case may have beside those that decide something."""


class Template(msgspec.Struct, frozen=True):
    """The `data` of an event type: constants and columns."""

    type: str
    fields: dict[str, Any]
    whole: frozenset[str]
    """limits: left out as a whole where a column of theirs is empty"""

    @property
    def varying(self) -> "Template":
        """Its fields that are not the same in every row."""
        fields = {name: part for name, part in self.fields.items() if not constant_of(part)}
        return Template(self.type, fields, self.whole)

    def fill(self, cells: Any) -> dict[str, Any]:
        """The data of a row. Raises RowRefused."""
        return {
            name: value
            for name, part in self.fields.items()
            if (value := part(cells) if callable(part) else fill(part, cells, whole=name in self.whole))
            is not None
        }


def event_template(kind: str, entry: dict[str, Any], key: str, path: str, reader: ColumnReader) -> Template:
    """The data under a key of an entry, and its `keep`.

    Raises MappingError for unknown fields and for those that name a citizen.
    """
    given = mapping_at(entry, key, path)
    types = {field.name: field.type for field in msgspec.structs.fields(EVENT_TYPES[kind])}
    required = {field.name for field in msgspec.structs.fields(EVENT_TYPES[kind]) if field.required}
    fields: dict[str, Any] = {}
    whole: set[str] = set()
    for name, spec in given.items():
        here = child(f"{path}.{key}", str(name))
        _names_nobody(kind, {str(name): "x"}, here)
        if name not in types and name not in _COMMON:
            known = ", ".join(sorted({*types, *_COMMON}))
            raise MappingError(
                here, f"unknown field of {kind}; expected one of {known}, or the column in `keep`"
            )
        expected = _expectation(types.get(name))
        fields[name] = reader.template(spec, here, expected)
        _names_nobody(kind, {name: _shape(fields[name])}, here)
        if isinstance(fields[name], dict) and expected is not None and "limit" in str(types[name]).lower():
            whole.add(name)
    for name in sorted(required - fields.keys()):
        raise MappingError(f"{path}.{key}", f"expected {name}, which every {kind} has")
    kept = {name: reader.value({"column": name}, f"{path}.keep") for name in texts_at(entry, "keep", path)}
    if kept:
        fields["table"] = kept
        _names_nobody(kind, {"table": _shape(kept)}, f"{path}.keep")
    return Template(kind, fields, frozenset(whole))


def _expectation(hint: Any) -> Callable[[Any, str], None] | None:
    """What checks a constant of a field of this type."""
    if hint is None:
        return None

    def check(value: Any, path: str) -> None:
        try:
            msgspec.convert(value, hint, dec_hook=lambda _, one: parse_limit(one))
        except (msgspec.ValidationError, ValueError) as error:
            choices = ", ".join(str(one) for part in get_args(hint) for one in get_args(part))
            if str(error).startswith("Invalid enum value"):
                raise MappingError(path, f"expected one of {choices}, got {value!r}") from None
            raise MappingError(path, str(error).partition(" - at `")[0]) from None

    return check


def _names_nobody(kind: str, data: dict[str, Any], path: str) -> None:
    found = identity_field(kind, data)
    if found is not None:
        raise MappingError(
            path, f"the field {found.removeprefix('data.')} would name a citizen; expected it left out, "
            "or a reference in applicant_ref"
        )  # fmt: skip


def _shape(template: Any) -> Any:
    """A template with something in every place."""
    if isinstance(template, dict):
        return {name: _shape(part) for name, part in template.items()}
    if isinstance(template, list):
        return [_shape(part) for part in template]
    return "x"


def reference_event(
    kind: str, name: str, data: dict[str, Any], source: str, recorded: int, path: str
) -> Event:
    """A reference event; its id holds what it says, so that a changed mapping is a new version.

    Raises MappingError.
    """
    content = sha256(msgspec.json.encode(data, order="deterministic")).hexdigest()[:16]
    try:
        event = make_event(
            kind,
            name,
            min(0, recorded),
            data,
            id=f"{kind}/{name}/{content}",
            source=source,
            recorded=recorded,
        )
        check_reference_event(event, new=True)
    except InvalidEvent as error:
        place = error.path.removeprefix("data").lstrip(".")
        raise MappingError(f"{path}.{place}".rstrip("."), error.expected) from None
    return event


def reference_template(kind: str, entry: dict[str, Any], reader: ColumnReader) -> Template:
    """What is published of each hall or item that is met."""
    path = f"{kind}s"
    type_name = f"{kind}.published"
    types = {field.name: field.type for field in msgspec.structs.fields(EVENT_TYPES[type_name])}
    known = tuple(name for name in types if name not in (kind, "effective_from"))
    check_keys(entry, path, known)
    fields: dict[str, Any] = {
        name: reader.template(spec, f"{path}.{name}", _expectation(types[name]))
        for name, spec in entry.items()
    }
    if kind == "hall" and "calendar" not in fields:
        raise MappingError(path, "expected calendar, the id of the calendar by which these halls count")
    constants = {name: part for name, part in fields.items() if constant_of(part)}
    reference_event(type_name, "x", {kind: "x", **constants}, "x", 0, path)
    limits = frozenset(name for name in fields if name.endswith("_limit"))
    return Template(type_name, fields, limits)
