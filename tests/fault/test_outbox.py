"""Outbox and broker killed at random moments under load: what was acknowledged is in the topics, in order."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.events import Event, event_document
from streams.cluster.administration import create_missing
from streams.cluster.topics import declared
from tests.support.broker import Node, free_ports
from tests.support.reading import Stored, read_topic
from tests.unit.streams.cluster.parts import a_hall, an_event

KILLS = 10
BROKER_KILLS = 2
ROOT = Path(__file__).parents[2]


class Killed(Exception):
    """The process died before it answered."""


class Process:
    """An outbox, and the answers it gives."""

    def __init__(self, folder: Path, bootstrap: str) -> None:
        command = [sys.executable, "-m", "tests.fault.outbox_process", str(folder), bootstrap, "faults"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise Killed
        return msgspec.json.decode(line, type=dict[str, Any])

    def append(self, events: list[Event]) -> dict[str, Any]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(msgspec.json.encode([event_document(one) for one in events]) + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Killed from None
        return self.answer()

    def kill_after(self, seconds: float) -> None:
        threading.Timer(seconds, self.process.send_signal, [signal.SIGKILL]).start()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def bury(self) -> None:
        self.process.kill()
        self.process.wait(60)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


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


@pytest.mark.timeout(400)
def test_nothing_acknowledged_is_lost_or_out_of_order_whatever_dies(kafka_here: None, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    draw, load = random.Random(seed), Load(seed)
    sent: list[Event] = []
    pending: list[Event] = []
    with Node(tmp_path / "broker", free_ports(1)[0]) as node:
        create_missing(node.address, "faults", declared(3, 1))
        for round in range(KILLS):
            process = Process(tmp_path, node.address)
            try:
                process.answer()
                with broker_dies(node, draw) if round % (KILLS // BROKER_KILLS) == 2 else nullcontext():
                    process.kill_after(draw.uniform(0.02, 2.0))
                    while True:
                        # What was not acknowledged is sent again, as a hall does.
                        pending = pending or load.batch()
                        assert set(process.append(pending)["statuses"]) <= {"accepted", "duplicate"}
                        sent += pending
                        pending = []
            except Killed:
                pass
            finally:
                process.bury()
        process = Process(tmp_path, node.address)
        process.answer()
        if pending:
            process.append(pending)
            sent += pending
        deadline = time.monotonic() + 120
        while process.append([])["waiting"]:
            assert time.monotonic() < deadline, "the outbox is not sent"
            time.sleep(0.1)
        process.end()
        assert len(sent) > 20 * KILLS, "there was no load"
        events = read_topic(node.address, "faults.events")
        reference = read_topic(node.address, "faults.reference")
    print(f"{len(sent)} events sent, {len(events) + len(reference)} records stored")
    check(sent, events, reference)


@contextmanager
def broker_dies(node: Node, draw: random.Random) -> Iterator[None]:
    """The broker is killed a moment from now, and is back after the block."""
    killer = threading.Timer(draw.uniform(0.02, 1.0), node.kill)
    killer.start()
    try:
        yield
    finally:
        killer.join()
        node.start()


def check(sent: list[Event], events: list[Stored], reference: list[Stored]) -> None:
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
        assert appended[number] >= barrier, "an event overtook reference data"
        if number in halls:
            assert appended[number] >= latest, "reference data overtook an event"
            barrier = appended[number]
        latest = max(latest, appended[number])


def _number(record: Stored) -> int:
    return int(msgspec.json.decode(record.value)["id"][1:])
