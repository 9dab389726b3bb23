"""The log's door: what may enter, and the form in which it is kept."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from domain.events import Event, canonical_content, event_document
from domain.events.payloads import EventCorrected, EventRetracted, Target
from domain.identity import identity_field
from domain.instants import format_instant
from domain.rejudging import ORDERS_SOURCE
from domain.subjects.kinds import kind_of
from streams.ports import AppendResult, LogError

REFERENCE_FAMILIES = (
    "calendar.", "item.", "hall.", "profile.", "window.", "staff.", "authorisation.", "guide.",
)  # fmt: skip
"""Families of event types that say what the judge looks up."""


_SCALARS = frozenset((str, int, float, bool, type(None)))


class Entry(NamedTuple):
    """An event that may enter."""

    event: Event
    body: bytes
    """JSON of the event without `recordedtime`."""
    identity: bytes
    content: bytes
    """What two events of one identity must share to be the same one, as 16 bytes."""


def wrong_time(stated: int, last: int | None, now: int) -> str | None:
    """Why an importer cannot state this recorded instant, or None."""
    if last is not None and stated < last:
        return (
            f"recorded {format_instant(stated)} lies before the log's last, {format_instant(last)}; "
            "expected that or a later instant"
        )
    if stated > now:
        return f"recorded {format_instant(stated)} lies after the present, {format_instant(now)}"
    return None


def check_order(recorded: Sequence[int], count: int) -> None:
    """Raise LogError unless `recorded` holds `count` non-decreasing instants."""
    if len(recorded) != count:
        raise LogError(f"recorded: expected one instant for each of {count} events, got {len(recorded)}")
    for index in range(1, count):
        if recorded[index] < recorded[index - 1]:
            raise LogError(
                f"recorded[{index}]: {format_instant(recorded[index])} lies before the one before it, "
                f"{format_instant(recorded[index - 1])}; expected non-decreasing instants"
            )


def prepare(event: Event) -> Entry | AppendResult:
    """The event ready to be stored, or why it is refused at the door."""
    if event.type.startswith("signal."):
        return AppendResult(
            event.id, event.source, "refused", None, "type: signals are made by the supervisor itself"
        )
    if kind_of(event.subject) != "case" and event.type.startswith(("case.", "agency.")):
        prefix = event.subject.partition(":")[0]
        reason = f"subject: expected a case number; {prefix}: is kept for subjects of that kind"
        return AppendResult(event.id, event.source, "refused", None, reason)
    named = _naming(event)
    if named is not None:
        reason = f"{named}: this field would name a citizen; expected applicant_ref in its place"
        return AppendResult(event.id, event.source, "refused", None, reason)
    try:
        body = msgspec.json.encode(event_document(event, with_recorded=False))
        # of one order a case gets one event, whenever and however often it is given: its id says all
        is_order = event.source == ORDERS_SOURCE and event.type == "case.rejudged"
        content = event.id.encode() if is_order else canonical_content(event)
        identity = identity_of(event.source, event.id)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        reason = f"data: expected values that JSON can hold: {error}"
        return AppendResult(event.id, event.source, "refused", None, reason)
    return Entry(event, body, identity, _digest(content))


_SHAPES_KEPT = 4096
_harmless: set[tuple[str, ...]] = set()
"""Names of fields, after the event's type, that were found to name nobody: halls send the same few forms for ever."""


def _naming(event: Event) -> str | None:
    """The first field of an event that would name a citizen."""
    shape = (event.type, *event.data)
    if shape in _harmless and not event.extra and _is_flat(event.data):
        return None
    named = identity_field(event.type, event.data)
    if named is not None:
        return named
    if event.extra:
        named = identity_field(event.type, event.extra)
        return named and named.removeprefix("data.")
    # Of a flat form with every field filled in the names alone decide.
    if (
        len(_harmless) < _SHAPES_KEPT
        and _is_flat(event.data)
        and all(x not in (None, "") for x in event.data.values())
    ):
        _harmless.add(shape)
    return None


def _is_flat(data: dict[str, Any]) -> bool:
    return all(type(value) in _SCALARS for value in data.values())


def identity_of(source: str, id: str) -> bytes:
    """16 bytes that stand for a source and an id."""
    return _digest(f"{source}\0{id}".encode())


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def is_reference(event: Event, known: Callable[[bytes], bool]) -> bool:
    """Whether it is, corrects or retracts reference data; `known` tells it of an identity in the log."""
    target = target_of(event)
    if target is not None:
        return known(identity_of(target.source or event.source, target.id))
    return event.type.startswith(REFERENCE_FAMILIES)


def target_of(event: Event) -> Target | None:
    """The event that a correction or retraction names, None of any other event."""
    payload = event.payload
    if isinstance(payload, EventCorrected):
        return payload.corrects
    return payload.retracts if isinstance(payload, EventRetracted) else None


def with_recorded(body: bytes, recorded: int) -> bytes:
    """The body of an entry with its `recordedtime`."""
    return b'{"recordedtime":"' + format_instant(recorded).encode() + b'",' + body[1:]
