"""What an outbox under fire is fed with, and what must be in the topics afterwards."""

import random

import msgspec

from domain.events import Event
from tests.support.reading import Stored, read_topic
from tests.unit.streams.cluster.parts import a_hall, an_event


class Load:
    """Events of some dozen cases, each with its place in the order of sending, and now and then reference data."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._next = 0

    def batch(self) -> list[Event]:
        return [self._one() for _ in range(self._draw.choice((1, 3, 20, 60)))]

    def _one(self) -> Event:
        number = self._next
        self._next += 1
        if self._draw.random() < 0.01:
            return a_hall(number, title=f"title {number}")
        return an_event(number, f"case-{self._draw.randrange(40)}")


def check(sent: list[Event], bootstrap: str, prefix: str) -> None:
    """Everything sent is in the topics, in order per subject, repeated only exactly, reference data a barrier."""
    events, reference = (read_topic(bootstrap, f"{prefix}.{name}") for name in ("events", "reference"))
    print(f"{len(sent)} events sent, {len(events) + len(reference)} records stored")
    bodies: dict[int, bytes] = {}
    appended: dict[int, int] = {}
    firsts: dict[bytes, list[int]] = {}
    for record in events + reference:
        number = _number(record)
        assert bodies.setdefault(number, record.value) == record.value, "a repetition is not exact"
        if number not in appended:
            appended[number] = record.appended_ms
            firsts.setdefault(record.key, []).append(number)
    lost = [event.id for event in sent if int(event.id[1:]) not in bodies]
    assert not lost, f"acknowledged, but in no topic: {lost}"
    assert len(bodies) == len(sent), "an event nobody sent"
    for subject, numbers in firsts.items():
        assert numbers == sorted(numbers), f"{subject!r} is out of order"
    assert {_number(record) for record in reference} == {
        int(event.id[1:]) for event in sent if event.type == "hall.published"
    }
    # Reference data is a barrier: everything before it was appended before it, everything after it later.
    latest = barrier = 0
    halls = {_number(record) for record in reference}
    for number in sorted(appended):
        if number in halls:
            assert appended[number] > latest, "reference data overtook an event"
            barrier = appended[number]
        else:
            assert appended[number] > barrier, "an event overtook reference data"
            latest = max(latest, appended[number])


def _number(record: Stored) -> int:
    return int(msgspec.json.decode(record.value)["id"][1:])
