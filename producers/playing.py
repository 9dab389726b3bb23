"""Playing events by a clock: each comes when its recorded time has come."""

import threading
from collections.abc import Iterable, Iterator

from domain.events import Event
from streams.ports import Clock


def play(
    events: Iterable[Event], clock: Clock, stop: threading.Event, most: int = 500
) -> Iterator[list[Event]]:
    """Events in batches of at most `most`, none before its recorded time by `clock`; ends with `stop`."""
    batch: list[Event] = []
    for event in events:
        if batch and (event.recorded > clock.now() or len(batch) >= most):
            yield batch
            batch = []
        if not batch:
            clock.sleep_until(event.recorded, stop)
        if stop.is_set():
            return
        batch.append(event)
    if batch:
        yield batch
