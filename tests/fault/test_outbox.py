"""Outbox and broker killed at random moments under load: what was acknowledged is in the topics, in order."""

import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from domain.events import Event
from streams.cluster.administration import create_missing
from streams.cluster.topics import declared
from tests.fault.answering import Killed, Process
from tests.fault.outbox_load import Load, check
from tests.support.broker import Node, free_ports


def outbox_process(folder: Path, bootstrap: str) -> Process:
    return Process("tests.fault.outbox_process", str(folder), bootstrap, "faults", stderr=subprocess.DEVNULL)


@pytest.mark.timeout(400)
def test_nothing_acknowledged_is_lost_or_out_of_order_whatever_dies(kafka_here: None, tmp_path: Path) -> None:
    survive(tmp_path, kills=6)


@pytest.mark.soak
def test_two_hundred_deaths_lose_nothing(kafka_here: None, tmp_path: Path) -> None:
    survive(tmp_path, kills=200)


def survive(folder: Path, kills: int) -> None:
    """Kill the outbox so often, and the broker every fourth time too, under load; then look at the topics."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    draw, load = random.Random(seed), Load(seed)
    sent: list[Event] = []
    pending: list[Event] = []
    with Node(folder / "broker", free_ports(1)[0]) as node:
        create_missing(node.address, "faults", declared(3, 1))
        for round in range(kills):
            process = outbox_process(folder, node.address)
            try:
                process.answer()
                with broker_dies(node, draw) if round % 4 == 2 else nullcontext():
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
        process = outbox_process(folder, node.address)
        process.answer()
        if pending:
            process.append(pending)
            sent += pending
        deadline = time.monotonic() + 120
        while process.append([])["waiting"]:
            assert time.monotonic() < deadline, "the outbox is not sent"
            time.sleep(0.1)
        process.end()
        assert len(sent) > 20 * kills, "there was no load"
        check(sent, node.address, "faults")


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
