"""Reading XES event logs (IEEE 1849) as a stream: one trace in memory at a time."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse

from domain.instants import parse_instant

_GZIP = b"\x1f\x8b"


class XesError(ValueError):
    """A file that is no XES log: the message names the place and what was expected there."""


class Moment(int):
    """The value of a date attribute: microseconds UTC."""


class Trace(NamedTuple):
    """One case of a log: its own attributes and those of its events, in the order of the file.

    Attributes are text, int, float, bool or Moment.
    """

    number: int
    """1 for the first trace of the file"""
    log: str | None
    """the log's own concept:name, where it stands before the traces"""
    attributes: dict[str, Any]
    events: list[dict[str, Any]]


def open_log(path: Path) -> tuple[BinaryIO, BinaryIO]:
    """The unpacked log and, for measuring progress, the file under it (the same unless gzipped)."""
    file = path.open("rb")
    if file.peek(2)[:2] != _GZIP:
        return file, file
    return io.BufferedReader(gzip.GzipFile(fileobj=file)), file


def read_traces(stream: BinaryIO) -> Iterator[Trace]:
    """The traces of a log, each forgotten once the next is asked for. Raises XesError."""
    root: Element | None = None
    log: str | None = None
    depth = number = 0
    try:
        # Expat bounds what entities may expand to, and reads no external ones.
        for step, element in iterparse(stream, ("start", "end")):  # noqa: S314
            if step == "start":
                depth += 1
                if root is None:
                    root = element
                    if _name(element) != "log":
                        raise XesError(f"expected the element <log> of an XES log, got <{_name(element)}>")
                continue
            depth -= 1
            if depth != 1 or root is None:
                continue
            if _name(element) == "trace":
                number += 1
                yield _trace(number, log, element)
            elif element.get("key") == "concept:name":
                log = element.get("value")
            root.clear()
    except (ParseError, EOFError, gzip.BadGzipFile) as error:
        raise XesError(f"not a whole XES log, after {number} traces: {error}") from None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _trace(number: int, log: str | None, element: Element) -> Trace:
    place = f"trace {number}"
    events = [child for child in element if _name(child) == "event"]
    return Trace(
        number,
        log,
        _attributes([child for child in element if _name(child) != "event"], place),
        [_attributes(list(event), f"{place}, event {index}") for index, event in enumerate(events, 1)],
    )


def _attributes(elements: list[Element], place: str) -> dict[str, Any]:
    """Attributes by key. Nested attributes of an attribute, lists and containers are not read."""
    out: dict[str, Any] = {}
    for element in elements:
        key, value = element.get("key"), element.get("value")
        if key is None or value is None:
            continue
        try:
            out[key] = _value(_name(element), value)
        except ValueError as error:
            raise XesError(f"{place}, attribute {key}: {error}") from None
    return out


def _value(kind: str, text: str) -> Any:
    if kind == "date":
        return Moment(parse_instant(text))
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "boolean":
        return text.strip().lower() in ("true", "1")
    return text
