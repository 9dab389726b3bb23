"""How producers make events: from the fields of a CloudEvent, through the same door as everybody's."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from domain.events import Event, new_event
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
    given = {name: value for name, value in data.items() if value is not None}
    return new_event(
        kind, subject, time, given, id=id, source=source, recorded=time if recorded is None else recorded
    )
