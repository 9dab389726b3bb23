"""The same history in one process and through Kafka and two workers: the same findings, the same verdicts."""

import random
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE
from streams.clock import ClockSetting, machine_time
from streams.cluster.mirror.mirror import Mirror
from streams.cluster.mirror.reading import KafkaReading
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import KafkaSender
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from sundial.seeding import seed
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import seeds
from tests.support.broker import Node
from tests.support.workers import findings, make_topics, until, verdicts, workers
from tests.unit.streams.histories import HandClock, base, issued_by_subject

Batch = tuple[int, list[Event]]
_PUBLISHED = 25


def history(events: int) -> list[Batch]:
    """Batches of a busy county with their recorded instants: late, doubled, corrected, contradictory."""
    county, draw = County(7, cases=events // 12), random.Random(7)
    instant, sent, published = BEGIN, 0, 0
    batches = [(instant, county.opening())]
    while sent < events:
        pause = draw.choice((1, MINUTE, MINUTE, 10 * MINUTE, HOUR))
        instant += pause * 10_000 // max(events, 10_000) + 60 * DAY // events  # all of it lies in the past
        batch = county.batch(instant)
        published += sum(not event.type.startswith("case.") for event in batch)
        if published > _PUBLISHED:  # a real catalogue does not change with every tenth event
            batch = [event for event in batch if event.subject.startswith("case-")]
        sent += len(batch)
        batches.append((instant, batch))
    return [one for one in batches if one[1]]


def calls(batches: list[Batch], count: int = 100) -> Iterator[tuple[list[Event], list[int]]]:
    """The events of so many batches at a time with the recorded instant of each: every call is a write to the disk."""
    for first in range(0, len(batches), count):
        some = [(event, instant) for instant, batch in batches[first : first + count] for event in batch]
        yield [event for event, _ in some], [instant for _, instant in some]


class _Present:
    """The machine's own time."""

    def now(self) -> int:
        return machine_time()

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        raise AssertionError("nobody sleeps")


def embedded(folder: Path, batches: list[Batch]) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """What one process issues, and its verdicts."""
    journal, state = Journal(folder / "journal.db", _Present()), State(folder / "state.db")
    try:
        seed(journal)
        for events, instants in calls(batches):
            journal.append(events, instants)
        journal._import_ends = 0
        supervision = Supervision(journal, state, HandClock(machine_time()), base())
        while supervision.turn():
            pass
        assert not state.dead_letters()
        return issued_by_subject(state), {
            row.subject: msgspec.json.decode(row.document) for row in state.verdicts(0, 10**9)
        }
    finally:
        journal.close()
        state.close()


def send(folder: Path, bootstrap: str, prefix: str, batches: list[Batch]) -> None:
    """All of it through the outbox, as an import of history."""
    outbox = Outbox(folder / "outbox.db", _Present())
    drainer = Drainer(outbox, KafkaSender(bootstrap), prefix)
    drainer.start()
    try:
        first = seeds(folder, _Present())
        outbox.append(first, [event.recorded for event in first])
        for events, instants in calls(batches):
            outbox.append(events, instants)
        until(
            "the outbox is empty, and the import has ended",
            lambda: outbox.readings()["backlog_events"] == 0 and drainer._marked is None,
            [],
            120 + sum(len(batch) for _, batch in batches) / 50,
        )
    finally:
        drainer.stop()
        outbox.close()


def compare(folder: Path, bootstrap: str, events: int) -> None:
    prefix = f"sizes-{uuid.uuid4().hex[:8]}"
    batches = history(events)
    issued, judged = embedded(folder, batches)
    assert len(issued) > 20
    assert sum(map(len, issued.values())) > events // 10
    make_topics(bootstrap, prefix, 4)
    began = time.monotonic()
    with workers(folder, bootstrap, prefix, 4, count=2) as some:
        send(folder, bootstrap, prefix, batches)
        wanted = sum(map(len, issued.values()))
        until(
            "as many findings as in one process",
            lambda: sum(map(len, findings(bootstrap, prefix).values())) >= wanted,
            some,
            120 + events / 20,
        )
        print(f"{events} events, {wanted} findings, {time.monotonic() - began:.0f} s through Kafka")
        assert [one.stop() for one in some] == [0, 0]
    told = findings(bootstrap, prefix)
    assert {subject: told.get(subject) for subject in issued} == issued
    assert told.keys() == issued.keys()
    assert verdicts(bootstrap, prefix) == judged
    first, again = (
        mirrored(folder / "one", bootstrap, prefix),
        mirrored(folder / "two", bootstrap, prefix, 37),
    )
    assert issued_by_subject(first.state) == issued
    assert {
        row.subject: msgspec.json.decode(row.document) for row in first.state.verdicts(0, 10**9)
    } == judged
    assert first.state.position() == first.log.end()
    assert first.log.read(0, 10**9) == again.log.read(0, 10**9)
    assert first.state.issues(0, 10**9) == again.state.issues(0, 10**9)
    assert first.state.verdicts(0, 10**9) == again.state.verdicts(0, 10**9)
    assert first.state.judged_until() == again.state.judged_until() > 0
    for one in (first, again):
        one.close()


def mirrored(folder: Path, bootstrap: str, prefix: str, portion: int | None = None) -> Mirror:
    """A mirror of everything; with `portion` one that reads few records at a time, and is opened anew meanwhile."""
    reading, steps = KafkaReading(bootstrap, prefix, **({"portion": portion} if portion else {})), 0
    one = Mirror(folder, 4, ClockSetting(), reading)
    try:
        while not one.caught_up:
            one.step()
            steps += 1
            if portion and steps % 10 == 0:
                one.close()
                one = Mirror(folder, 4, ClockSetting(), reading)
        return one
    finally:
        reading.close()


@pytest.mark.timeout(180)
def test_a_history_through_two_workers_gives_the_same_findings_and_verdicts(
    broker: Node, tmp_path: Path
) -> None:
    compare(tmp_path, broker.address, 600)


@pytest.mark.soak
@pytest.mark.parametrize("events", [20_000, 100_000])
def test_a_long_history_through_two_workers(broker: Node, tmp_path: Path, events: int) -> None:
    compare(tmp_path, broker.address, events)
