"""Partitions over lists in memory, in place of topics: the same code as a worker's, killed and moved at will.

What a broker itself promises (order, transactions, fencing) is simulated here in a few lines, so that thousands of
lives can be lived; the tests of the fault suite hold the same against a real one.
"""

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from domain.events import Event, canonical_content, decode_event, encode_event
from domain.reference import Reference
from streams.clock import ClockSetting
from streams.cluster.messages import Message, Outgoing, mark_of, partition_of
from streams.cluster.mirror.mirror import End
from streams.cluster.mirror.state import Lane
from streams.cluster.partition import Partition
from tests.oracle.outbox import Broadcasting
from tests.unit.streams.histories import HandClock, base


class Killed(Exception):
    """The worker's process ends here."""


class Topics:
    """The topics of an installation."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.events: list[list[Message]] = [[] for _ in range(partitions)]
        self.reference: list[Message] = []
        self.signals: list[list[Message]] = [[] for _ in range(partitions)]
        self.state: list[list[Message]] = [[] for _ in range(partitions)]
        self.findings: list[list[Message]] = [[] for _ in range(partitions)]
        self.dead_letters: list[list[Message]] = [[] for _ in range(partitions)]
        self.owner = [0] * partitions
        self._broadcasting = Broadcasting()
        self.now_ms = 0
        """When what is found out is appended."""

    def send(self, events: Sequence[Event], now: int) -> None:
        """What an outbox sends: reference data to all, the rest by subject."""
        for event in events:
            topic = self.reference if self._broadcasting.takes(event) else self.events[self.of(event.subject)]
            raw = msgspec.json.encode({k: v for k, v in _document(event).items() if k != "recordedtime"})
            topic.append(Message(len(topic), now // 1000, event.subject, raw, None))

    def of(self, subject: str) -> int:
        return partition_of(subject, self.partitions)


def _document(event: Event) -> dict[str, object]:
    document: dict[str, object] = msgspec.json.decode(encode_event(event))
    return document


class HandTransport:
    """One owner's view of one partition; what it writes is lost or doubled nowhere, unless it is killed."""

    def __init__(
        self, topics: Topics, number: int, draw: random.Random, mortality: float, clock: HandClock
    ) -> None:
        self._clock = clock
        self._topics = topics
        self._number = number
        self._draw = draw
        self._mortality = mortality
        topics.owner[number] += 1
        self._fence = topics.owner[number]

    def changelog(self, after: int) -> Iterator[list[Message]]:
        """Compacted: of each key the newest."""
        newest = {one.key: one for one in self._topics.state[self._number]}
        whole = [
            one for one in self._topics.state[self._number] if one.offset > after and newest[one.key] is one
        ]
        for start in range(0, len(whole), 7):
            yield whole[start : start + 7]

    def events_end(self) -> int:
        return len(self._topics.events[self._number]) - 1

    def events(self, after: int, limit: int) -> list[Message]:
        return self._topics.events[self._number][
            after + 1 : after + 1 + min(limit, self._draw.choice((1, 5, 1000)))
        ]

    def reference(self, after: int) -> list[Message]:
        return self._topics.reference[after + 1 :]

    def signals(self, after: int, until: int | None = None) -> list[Message]:
        return self._topics.signals[self._number][after + 1 :]

    def broker_ms(self) -> int:
        return self._clock.instant // 1000

    def write(self, messages: Sequence[Outgoing]) -> int:
        topics, luck = self._topics, self._draw.random()
        if self._fence != topics.owner[self._number]:
            raise RuntimeError("fenced")
        marks = all(one.topic == "signals" and mark_of(one.key, one.value) for one in messages)
        if luck < self._mortality / 2 and not marks:
            raise Killed
        for one in messages:
            topic: list[Message] = getattr(topics, one.topic.replace("-", "_"))[one.partition]
            topic.append(Message(len(topic), topics.now_ms, one.key, one.value, None))
        if luck < self._mortality and not marks:
            raise Killed
        return len(topics.state[self._number]) - 1


class HandReading:
    """What a mirror reads: a few records at a time, of a changelog that is compacted now and then."""

    def __init__(self, topics: Topics, clock: HandClock, draw: random.Random) -> None:
        self._topics = topics
        self._clock = clock
        self._draw = draw

    def elapsed_ms(self) -> int:
        return self._clock.instant // 1000

    def ends(self, lanes: Sequence[Lane]) -> dict[Lane, End]:
        return {lane: End(len(self._records(lane)), True) for lane in lanes}

    def read(self, places: Mapping[Lane, int]) -> tuple[dict[Lane, list[Message]], dict[Lane, int]]:
        found, after = {}, {}
        for lane, place in places.items():
            records = self._records(lane)
            after[lane] = min(len(records), place + self._draw.choice((0, 1, 7, 1000)))
            some = records[place : after[lane]]
            if lane.topic == "state" and self._draw.random() < 0.5:
                newest = {one.key: one for one in records}
                some = [one for one in some if newest[one.key] is one]
            found[lane] = some
        return found, after

    def close(self) -> None:
        """Nothing to close."""

    def _records(self, lane: Lane) -> list[Message]:
        if lane.topic == "reference":
            return self._topics.reference
        records: list[list[Message]] = getattr(self._topics, lane.topic)
        return records[lane.partition]


class Cluster:
    """Workers of all partitions of an installation, one cycle at a time, in any order."""

    def __init__(self, folder: Path, seed: int, clock: HandClock) -> None:
        self.draw = random.Random(f"cluster {seed}")
        self.clock = clock
        self.topics = Topics(self.draw.choice((1, 2, 3)))
        self.folder = folder
        self.mortality = self.draw.choice((0.0, 0.05, 0.2))
        self.kills = 0
        self._open: dict[int, Partition] = {}

    def cycle(self, number: int) -> bool:
        """One cycle of a partition, opened anew if its worker was killed; whether there was anything to do."""
        self.topics.now_ms = self.clock.instant // 1000
        try:
            return self.opened(number).cycle()
        except Killed:
            self.kills += 1
            self.leave(number)
            return True

    def opened(self, number: int) -> Partition:
        if number not in self._open:
            home = self.folder / f"{number}"
            if self.draw.random() < 0.4:  # another worker takes it, which has no files, or old ones
                shutil.rmtree(home, ignore_errors=True)
            transport = HandTransport(self.topics, number, self.draw, self.mortality, self.clock)
            self._open[number] = Partition(
                number, self.topics.partitions, home, base(), ClockSetting(), transport
            )
        return self._open[number]

    def leave(self, number: int) -> None:
        self._open.pop(number).close()

    def settle(self) -> None:
        """Work until there is nothing to do for anybody."""
        for _ in range(10_000):
            worked = [self.cycle(number) for number in range(self.topics.partitions)]
            if not any(worked) and self._agree():
                return
        raise AssertionError("the cluster does not come to rest")

    def _agree(self) -> bool:
        """Whether every second stage has come as far as the clock."""
        return all(one.others.clock.now() >= self.clock.instant - 2_000 for one in self._open.values())

    def close(self) -> None:
        for number in list(self._open):
            self.leave(number)

    def log(self) -> tuple[Reference, list[Event]]:
        """Reference data and all other events, as recorded; what every partition is told of the shared base, once."""
        some = next(iter(self._open.values()))
        reference = [
            decode_event(m.value, t) for m, t in zip(some._reference, some._reference_recorded, strict=True)
        ]
        events: dict[bytes, Event] = {}
        for number in range(self.topics.partitions):
            for record in self.opened(number).cases.log.read(0, 10**9):
                if not record.is_reference:
                    events[record.raw] = decode_event(record.raw)
        others = {(event.recorded, canonical_content(event)) for event in events.values()}
        own = [event for event in reference if (event.recorded, canonical_content(event)) not in others]
        return Reference.of(own, base().holidays), list(events.values())
