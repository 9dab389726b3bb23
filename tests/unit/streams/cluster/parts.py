"""What the tests of the outbox share: events, and a log that notes down what is sent to it."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.events import Event, event_from_mapping
from domain.instants import parse_instant
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import Record
from tests.unit.streams.histories import HandClock

NOON = parse_instant("2026-03-02T12:00:00Z")


def an_event(number: int, subject: str = "case-1", **fields: object) -> Event:
    mapping = {
        "id": f"e{number}",
        "source": "hall/weixian",
        "type": "case.completed",
        "subject": subject,
        "time": "2026-03-02T19:30:00+08:00",
        "data": {"result": "approved"},
    }
    return event_from_mapping(mapping | fields, recorded=0)


def a_hall(number: int, **data: Any) -> Event:
    return an_event(number, "weixian", type="hall.published", data={"hall": "weixian", **data})


def opened(folder: Path, clock: HandClock | None = None, **options: Any) -> Outbox:
    return Outbox(folder / "outbox.db", clock or HandClock(NOON), **{"reserve_bytes": 0, **options})


class Notebook:
    """A log that takes everything, notes every call, and fails as it is told: a `Sending`."""

    def __init__(self, *outcomes: Exception | dict[bytes, Exception] | None) -> None:
        self.calls: list[list[Record]] = []
        self._outcomes = list(outcomes)
        self.open = True

    def send(self, records: Sequence[Record], stop: threading.Event) -> list[Exception | None]:
        assert self.open
        self.calls.append(list(records))
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if isinstance(outcome, dict):
            return [outcome.get(record.key) for record in records]
        return [outcome] * len(records)

    def close(self) -> None:
        self.open = False

    def sent(self) -> list[tuple[str, str]]:
        """(topic, key) of everything that was sent, in order, marks left out."""
        return [
            (record.topic.partition(".")[2], record.key.decode())
            for call in self.calls
            for record in call
            if record.value
        ]

    def marks(self) -> list[bytes]:
        """What was told of imports."""
        return [
            value for call in self.calls for record in call if not record.value for _, value in record.headers
        ]
