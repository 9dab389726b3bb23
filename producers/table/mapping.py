"""The mapping document, checked whole and compiled; docs/import-table.md is its description."""

from typing import Any, Final

import msgspec

from domain.events import EVENT_TYPES, Event
from producers.table.columns import ColumnReader
from producers.table.document import check_keys, child, mapping_at, one_of, text_at, texts_at
from producers.table.errors import MappingError
from producers.table.fields import Columns, ColumnValue, Filter
from producers.table.templates import Template, event_template, reference_event, reference_template
from producers.xes import slug

_TOP: Final = (
    "name", "format", "encoding", "delimiter", "sheet", "header_row", "rows", "times", "empty", "case", "row_id",
    "where", "events", "no_event", "states", "calendars", "profiles", "halls", "items",
)  # fmt: skip
FORMATS: Final = ("csv", "xlsx", "xes")
ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "windows-1252", "iso-8859-1")
_ENDS: Final = ("case.completed", "case.withdrawn", "case.voided", "case.merged", "case.not_accepted")
_BEGINS: Final = ("case.accepted", "case.applied", "case.materials_received")


class EventRule(msgspec.Struct, frozen=True):
    """One event that a row may give."""

    type: str
    what: str
    """its part of the event id"""
    time: ColumnValue
    when: tuple[Filter, ...]
    data: Template


class Meaning(msgspec.Struct, frozen=True):
    """What a state of a state log means: `open`, `skip`, `pause` (with its kind), `end` (with its event type)."""

    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.detail}".strip()


class StateRules(msgspec.Struct, frozen=True):
    """How a log of states is read: one row says from when on the case is in a state."""

    state: ColumnValue
    time: ColumnValue
    order: ColumnValue | None
    begin: EventRule
    begin_time: ColumnValue | None
    """None: the time of the case's first row"""
    data: dict[str, Template]


class Mapping(msgspec.Struct, frozen=True):
    """A mapping ready to be used."""

    name: str
    rows: str
    format: str | None
    encoding: str | None
    delimiter: str
    sheet: str | None
    header_row: int
    columns: Columns
    case: ColumnValue
    row_id: ColumnValue | None
    where: tuple[Filter, ...]
    events: tuple[EventRule, ...]
    skips_no_event: bool
    states: StateRules | None
    documents: tuple[Event, ...]
    """calendars and profiles, as reference events"""
    made: dict[str, Template]
    """`hall` and `item`: what is published of each that is met"""

    @property
    def source(self) -> str:
        """The source of all its events."""
        return f"table:{slug(self.name)}"


def parse_mapping(document: Any) -> Mapping:
    """Check and compile a mapping document. Raises MappingError naming the place and what was expected there."""
    if not isinstance(document, dict):
        raise MappingError("", "expected a mapping with name, rows, case and events or states")
    check_keys(document, "", _TOP)
    name = text_at(document, "name", "", "a short name of the table, such as city-311")
    rows = one_of(document, "rows", "", ("case", "event", "state"))
    reader = ColumnReader(mapping_at(document, "times", ""), texts_at(document, "empty", ""))
    used = ("states", "events") if rows == "state" else ("events", "states")
    if document.get(used[0]) is None:
        raise MappingError(used[0], f"expected here what the rows mean (rows: {rows})")
    if document.get(used[1]) is not None:
        raise MappingError(used[1], f"expected {used[0]} alone (rows: {rows})")
    if rows == "case" and document.get("row_id") is not None:
        raise MappingError("row_id", "expected only with rows: event (here the case itself is the id)")
    if rows == "state" and (document.get("row_id") is not None or document.get("no_event") is not None):
        raise MappingError("row_id" if document.get("row_id") else "no_event", "expected only with events")
    documents = _documents(document, f"table:{slug(name)}")
    case = reader.value(document.get("case"), "case", required=True, prefix=True)
    row_id = document.get("row_id")
    header_row = document.get("header_row", 1)
    if type(header_row) is not int or header_row < 1:
        raise MappingError("header_row", f"expected the number of the row with the names, got {header_row!r}")
    mapping = Mapping(
        name=name,
        rows=rows,
        format=one_of(document, "format", "", FORMATS) if document.get("format") is not None else None,
        encoding=one_of(document, "encoding", "", ENCODINGS) if document.get("encoding") is not None else None,
        delimiter=_delimiter(document.get("delimiter", ",")),
        sheet=text_at(document, "sheet", "", "the name of a sheet") if document.get("sheet") is not None else None,
        header_row=header_row,
        columns=reader.columns,
        case=case,
        row_id=reader.value(row_id, "row_id", required=True) if row_id is not None else None,
        where=reader.filters(document.get("where"), "where"),
        events=_events(document["events"], rows, reader) if rows != "state" else (),
        skips_no_event=(
            document.get("no_event") is not None
            and one_of(document, "no_event", "", ("refuse", "skip")) == "skip"
        ),
        states=_states(mapping_at(document, "states", ""), reader) if rows == "state" else None,
        documents=documents,
        made={
            kind: reference_template(kind, mapping_at(document, f"{kind}s", ""), reader)
            for kind in ("hall", "item")
            if document.get(f"{kind}s") is not None
        },
    )  # fmt: skip
    _check_days(mapping)
    return mapping


def _check_days(mapping: Mapping) -> None:
    """Raise MappingError where days are read as their start and limits end at midnight.

    The start of a day is the very midnight at which a limit of the day before ends: a day late would be on time.
    """
    if not any((one.data.get("settings") or {}).get("day_end") == "midnight" for one in mapping.documents):
        return
    columns = [rule.time for rule in mapping.events]
    if mapping.states is not None:
        columns.append(mapping.states.time)
    if any(column.day_rule == "start" for column in columns):
        raise MappingError(
            "times.day",
            "with `day_end: midnight` a day that stands for its start would be on time one day late; "
            'expected end, or a time such as "12:00"',
        )


def _delimiter(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or value in '"\n\r':
        raise MappingError("delimiter", f'expected one character, such as ; or "\\t", got {value!r}')
    return value


def _events(entries: Any, rows: str, reader: ColumnReader) -> tuple[EventRule, ...]:
    if not isinstance(entries, list) or not entries:
        raise MappingError("events", "expected a list of events with type, time and data")
    out: list[EventRule] = []
    for index, entry in enumerate(entries):
        path = f"events[{index}]"
        if not isinstance(entry, dict):
            raise MappingError(path, "expected a mapping with type, time and data")
        check_keys(entry, path, ("type", "time", "when", "data", "keep"))
        same = sum(one.type == entry.get("type") for one in out)
        # of one row per event such a row is the event; without its time it would be silently missing
        is_event = rows == "event" and (entry.get("when") is not None or len(entries) == 1)
        time = reader.value(entry.get("time"), f"{path}.time", kind="time", required=is_event)
        out.append(_event_rule(entry, path, reader, same, time))
    return tuple(out)


def _event_rule(
    entry: dict[str, Any], path: str, reader: ColumnReader, same: int, time: ColumnValue
) -> EventRule:
    kind = text_at(entry, "type", path, "an event type, such as case.accepted")
    known = [name for name in EVENT_TYPES if name.startswith("case.")]
    if kind not in known:
        raise MappingError(f"{path}.type", f"unknown event type {kind!r}; expected one of {', '.join(known)}")
    what = kind.partition(".")[2] + (f"-{same + 1}" if same else "")
    when = reader.filters(entry.get("when"), f"{path}.when")
    return EventRule(kind, what, time, when, event_template(kind, entry, "data", path, reader))


def _states(entry: dict[str, Any], reader: ColumnReader) -> StateRules:
    path = "states"
    check_keys(entry, path, ("column", "time", "order", "meaning", "default", "begin", "data"))
    meaning = mapping_at(entry, "meaning", path)
    if not meaning:
        raise MappingError(f"{path}.meaning", "expected what each state means, such as {Resolved: end}")
    meanings = {
        str(name): _meaning(one, child(f"{path}.meaning", str(name))) for name, one in meaning.items()
    }
    default = entry.get("default")
    state = reader.value(
        {"column": entry.get("column"), "required": True},
        path,
        use="state",
        listed=(meanings, _meaning(default, f"{path}.default") if default is not None else None),
    )
    time = reader.value(entry.get("time"), f"{path}.time", kind="time", required=True)
    order = entry.get("order")
    begin = mapping_at(entry, "begin", path)
    check_keys(begin, f"{path}.begin", ("type", "time", "data", "keep"))
    begin_time = begin.get("time")
    if begin.get("type", "case.accepted") not in _BEGINS:
        raise MappingError(
            f"{path}.begin.type", f"expected one of {', '.join(_BEGINS)}, got {begin['type']!r}"
        )
    rule = _event_rule({"type": "case.accepted", **begin}, f"{path}.begin", reader, 0, time)
    allowed = ("case.suspended", "case.resumed", "case.reopened", *_ENDS)
    data = mapping_at(entry, "data", path)
    check_keys(data, f"{path}.data", allowed)
    for kind in data:
        for key in ("kind", "span"):
            if key in mapping_at(data, kind, f"{path}.data"):
                raise MappingError(
                    f"{path}.data.{kind}.{key}", "expected it left out: the state log gives it"
                )
    return StateRules(
        state=state,
        time=time,
        order=reader.value(order, f"{path}.order", kind="number", required=True) if order is not None else None,
        begin=rule,
        begin_time=reader.value(begin_time, f"{path}.begin.time", kind="time") if begin_time is not None else None,
        data={kind: event_template(kind, data, kind, f"{path}.data", reader) for kind in allowed},
    )  # fmt: skip


def _meaning(value: Any, path: str) -> Meaning:
    if value in ("open", "skip"):
        return Meaning(value)
    if value == "end":
        return Meaning("end", "case.completed")
    if value == "pause":
        return Meaning("pause", "other")
    if isinstance(value, dict) and len(value) == 1:
        ((what, detail),) = value.items()
        if what == "pause" and isinstance(detail, str) and detail:
            return Meaning("pause", detail)
        if what == "end":
            if detail not in _ENDS:
                raise MappingError(f"{path}.end", f"expected one of {', '.join(_ENDS)}, got {detail!r}")
            return Meaning("end", detail)
    raise MappingError(
        path, f"expected open, pause, {{pause: KIND}}, end, {{end: TYPE}} or skip, got {value!r}"
    )


def _documents(document: dict[str, Any], source: str) -> tuple[Event, ...]:
    out: list[Event] = []
    for kind in ("calendar", "profile"):
        entries = document.get(f"{kind}s")
        if entries is None:
            continue
        if not isinstance(entries, list):
            raise MappingError(f"{kind}s", f"expected a list of {kind} documents")
        for index, one in enumerate(entries):
            path = f"{kind}s[{index}]"
            if not isinstance(one, dict) or not isinstance(one.get(kind), str):
                raise MappingError(path, f"expected a mapping with `{kind}`, its id")
            out.append(reference_event(f"{kind}.published", one[kind], one, source, 0, path))
    return tuple(out)
