"""Workers end at any instant, or stand still until others have taken their work: nothing is lost, doubled or late.

The clock runs fast (an hour for every tenth of a second), so that limits fall due while workers die. In the end the
findings in Kafka are compared, entry by entry, with what the judge says of the log in Kafka.
"""

import random
import signal
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaProducer

from domain.events import Event, decode_event, encode_event
from domain.fold import fold_history
from domain.instants import SECOND, format_instant, parse_instant
from domain.reference import Reference
from domain.subjects.routing import derived
from domain.verdict import issue_document
from streams.clock import ClockSetting, machine_time
from streams.cluster.recorded import Recorder
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import Broadcasting, seeds
from tests.support.broker import Node, free_ports
from tests.support.workers import Worker, make_topics, read, until
from tests.unit.streams.histories import HandClock, base

PARTITIONS = 3
RATE = 36_000.0
SESSION_SECONDS = 10
LATE_SECONDS = 60
ROLLING_SECONDS = 25
"""How late a finding may be in a rolling restart on this machine: a worker needs some seconds to begin."""
AWAY_SECONDS = 12
Document = dict[str, Any]


class Run:
    """A county that sends while its workers are treated badly."""

    def __init__(
        self, broker: Node, folder: Path, number: int, names: tuple[str | None, ...] = (None, None)
    ) -> None:
        self.draw = random.Random(f"workers {number}")
        self.county = County(number, cases=25)
        self.bootstrap = broker.address
        self.prefix = f"kill-{uuid.uuid4().hex[:8]}"
        self.clock = ClockSetting("simulated", BEGIN, machine_time(), RATE)
        make_topics(self.bootstrap, self.prefix, PARTITIONS)
        self.producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks="all")
        self._broadcasting = Broadcasting()
        self.workers = [
            Worker(folder / f"w{n}", self.bootstrap, self.prefix, PARTITIONS, name)
            for n, name in enumerate(names)
        ]
        for one in self.workers:
            (one.folder / "data").mkdir(parents=True)
            (one.folder / "data" / "clock.json").write_bytes(msgspec.json.encode(self.clock))
        self.send(seeds(folder, HandClock(BEGIN)))
        self.send(self.county.opening())

    def now(self) -> int:
        """The simulated present."""
        return self.clock.instant + int((machine_time() - self.clock.machine) * RATE)

    def send(self, events: list[Event]) -> None:
        """Acknowledged when it returns; reference data is a barrier, as for an outbox."""
        for event in events:
            broadcast = self._broadcasting.takes(event)
            if broadcast:
                self.producer.flush()
            document = msgspec.json.decode(encode_event(event))
            del document["recordedtime"]
            topic = f"{self.prefix}.{'reference' if broadcast else 'events'}"
            self.producer.send(topic, key=event.subject.encode(), value=msgspec.json.encode(document))
            if broadcast:
                self.producer.flush()
        self.producer.flush()

    def work(self, seconds: float) -> None:
        """Send for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send(self.county.batch(self.now()))
            time.sleep(0.15)

    def close(self) -> None:
        for one in self.workers:
            one.kill()
        self.producer.close()


def judged(run: Run, cutoff: int) -> dict[str, list[Document]]:
    """What the judge says, of the log as it lies in Kafka, that should be issued up to `cutoff`."""

    def told(topic: str) -> list[Event]:
        out = []
        for partition in read(run.bootstrap, f"{run.prefix}.{topic}"):
            recorder = Recorder(run.clock)
            out += [
                decode_event(m.value, recorder.of(m.appended_ms, m.stated))
                for m in partition
                if m.mark is None
            ]
        return out

    published, events = told("reference"), told("events")
    reference = Reference.of(published, base().holidays)
    subjects: dict[str, list[Event]] = {}
    for event in events:
        subjects.setdefault(event.subject, []).append(event)
    for subject, more in derived([*published, *events], reference).items():
        subjects[subject] = [*subjects.get(subject, []), *more]
    issued = {
        subject: [issue_document(one) for one in fold_history(subject, history, reference, cutoff).issued]
        for subject, history in subjects.items()
    }
    return {subject: some for subject, some in issued.items() if some}


def issued(run: Run, cutoff: int) -> tuple[dict[str, list[Document]], float]:
    """What the workers issued up to `cutoff`, and by how many real seconds the latest was late."""
    out: dict[str, list[Document]] = {}
    latest, limit = 0.0, format_instant(cutoff)
    for partition in read(run.bootstrap, f"{run.prefix}.findings"):
        for message in partition:
            document = msgspec.json.decode(message.value)
            del document["engine"]
            if (document["recorded"], "") > (limit, ""):
                continue
            out.setdefault(message.key, []).append(document)
            known = parse_instant(document["recorded"])
            due = run.clock.machine + (known - run.clock.instant) / RATE
            latest = max(latest, message.appended_ms / 1000 - due / SECOND)
    return out, latest


def differences(told: dict[str, list[Document]], wanted: dict[str, list[Document]]) -> list[str]:
    """Of each subject the first entry that is not as it should be."""
    found = []
    for subject in sorted(told.keys() | wanted.keys()):
        mine, right = told.get(subject, []), wanted.get(subject, [])
        if mine != right:
            least = min(len(mine), len(right))
            index = next((n for n in range(least) if mine[n] != right[n]), least)
            found.append(
                f"{subject}: entry {index} of {len(mine)} is {mine[index : index + 1]}, the judge says "
                f"{right[index : index + 1]} of {len(right)}"
            )
    return found


def compare(run: Run, down_seconds: float) -> None:
    cutoff = run.now()
    wanted = judged(run, cutoff)
    until("everything up to now is issued", lambda: issued(run, cutoff)[0] == wanted or _differs(run, cutoff, wanted),
          run.workers, 90)  # fmt: skip
    told, late = issued(run, cutoff)
    assert differences(told, wanted) == []
    assert late < LATE_SECONDS + down_seconds
    assert sum(map(len, read(run.bootstrap, f"{run.prefix}.dead-letters"))) == 0


def _differs(run: Run, cutoff: int, wanted: dict[str, list[Document]]) -> bool:
    """Whether more was issued than should be: waiting will not mend it."""
    told = issued(run, cutoff)[0]
    return any(len(some) > len(wanted.get(subject, [])) for subject, some in told.items())


@pytest.mark.timeout(300)
def test_a_worker_that_is_killed_loses_and_doubles_nothing(broker: Node, tmp_path: Path) -> None:
    run = Run(broker, tmp_path, 1)
    try:
        for one in run.workers:
            one.start()
        until("the workers work", lambda: written(run), run.workers)
        for _ in range(3):
            run.work(run.draw.uniform(1, 4))
            victim = run.draw.choice(run.workers)
            victim.kill()
            run.work(run.draw.uniform(0, 2))
            victim.start()
        run.work(2)
        compare(run, down_seconds=SESSION_SECONDS + 20)
    finally:
        run.close()


@pytest.mark.timeout(300)
def test_a_worker_that_stood_still_until_its_partitions_moved_writes_nothing_more(
    broker: Node, tmp_path: Path
) -> None:
    run = Run(broker, tmp_path, 2)
    try:
        for one in run.workers:
            one.start()
        until("the workers work", lambda: written(run), run.workers)
        run.work(2)
        zombie, other = run.workers
        zombie.send(signal.SIGSTOP)
        run.work(SESSION_SECONDS + 5)
        until("the other has taken everything over", lambda: has_all(other), run.workers)
        run.work(1)
        zombie.send(signal.SIGCONT)
        run.work(3)
        compare(run, down_seconds=SESSION_SECONDS + 20)
    finally:
        run.close()


@pytest.mark.timeout(300)
def test_a_rolling_restart_of_named_workers_makes_nothing_late(broker: Node, tmp_path: Path) -> None:
    run = Run(broker, tmp_path, 3, names=("a", "b", "c"))
    try:
        for one in run.workers:
            one.start()
        until("each has a partition", lambda: all(has_some(one) for one in run.workers), run.workers)
        run.work(2)
        for one in run.workers:
            assert one.stop() == 0
            one.start()
            until("it is back", lambda one=one: has_some(one), run.workers)
            run.work(1)
        compare(run, down_seconds=ROLLING_SECONDS - LATE_SECONDS)
    finally:
        run.close()


@pytest.mark.timeout(300)
def test_a_broker_that_is_away_loses_nothing(kafka_here: None, tmp_path: Path) -> None:
    with Node(tmp_path / "kafka", free_ports(1)[0]) as own:
        run = Run(own, tmp_path, 4)
        try:
            for one in run.workers:
                one.start()
            until("the workers work", lambda: written(run), run.workers)
            run.work(2)
            own.kill()
            time.sleep(AWAY_SECONDS)
            own.start()
            until("the workers are back", lambda: all(has_some(one) for one in run.workers), run.workers)
            run.work(2)
            compare(run, down_seconds=AWAY_SECONDS + 40)
        finally:
            run.close()


def written(run: Run) -> bool:
    """Whether the workers have saved anything."""
    return sum(map(len, read(run.bootstrap, f"{run.prefix}.state"))) > 0


def has_some(worker: Worker) -> bool:
    """Whether a worker supervises a partition, and all of its partitions are well."""
    return worker.probe("/readyz")[0] == 200


def has_all(worker: Worker) -> bool:
    """Whether a worker supervises every partition."""
    told = [
        line
        for line in worker.probe("/metrics")[1].splitlines()
        if line.startswith("sundial_worker_lag_events{")
    ]
    return len(told) == PARTITIONS
