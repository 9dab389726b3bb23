"""How producers make events: from the fields of a CloudEvent, through the same door as everybody's."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from domain.events import Event, event_from_mapping
from domain.instants import format_instant
from streams.ports import AppendResult

Sink = Callable[[Sequence[Event]], Sequence[AppendResult]]
"""Where a producer puts a batch: one result per event. A batch holds whole recorded instants, in order."""

_BATCH: Final = 1_000


def in_batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Events in order of recorded time in batches of about a thousand, one recorded instant never split."""
    batch: list[Event] = []
    for _, group in groupby(events, key=lambda event: event.recorded):
        batch.extend(group)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def make_event(
    kind: str,
    subject: str,
    time: int,
    data: Mapping[str, Any],
    *,
    id: str,
    source: str,
    recorded: int | None = None,
) -> Event:
    """One event of type `kind`. `time` and `recorded` (default: `time`) are microseconds UTC.

    Values of `data` that are None are left out. Raises InvalidEvent naming the field.
    """
    known_at = format_instant(time if recorded is None else recorded)
    return event_from_mapping(
        {
            "id": id,
            "source": source,
            "type": kind,
            "subject": subject,
            "time": format_instant(time),
            "recordedtime": known_at,
            "data": {name: value for name, value in data.items() if value is not None},
        }
    )
