"""One of three brokers is killed, another stands still, under load: the outbox goes on and loses nothing."""

import random
import threading
import time
from pathlib import Path

import pytest

from domain.events import Event
from streams.cluster.administration import create_missing, differences
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import KafkaSender
from streams.cluster.topics import declared
from tests.fault.outbox_load import Load, check
from tests.support.broker import Three
from tests.unit.streams.cluster.parts import opened


def drained(outbox: Outbox) -> None:
    deadline = time.monotonic() + 120
    while outbox.readings()["backlog_events"]:
        assert time.monotonic() < deadline, "the outbox is not sent"
        time.sleep(0.05)


@pytest.mark.timeout(300)
def test_one_of_three_brokers_fails_and_nothing_is_lost(kafka_here: None, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    draw, load = random.Random(seed), Load(seed)
    sent: list[Event] = []
    outbox = opened(tmp_path)

    def feed(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            batch = load.batch()
            outbox.append(batch)
            sent.extend(batch)
            time.sleep(0.01)

    with Three(tmp_path / "brokers") as three:
        table = declared(4, 3)
        made = create_missing(three.address, "three", table)
        assert differences(three.address, "three", table, made) == []
        drainer = Drainer(outbox, KafkaSender(three.address, patience_seconds=3), "three")
        drainer.start()
        victim = draw.choice(three.nodes)
        killer = threading.Timer(draw.uniform(0.1, 1.0), victim.kill)
        killer.start()
        feed(3)
        killer.join()
        drained(outbox)  # with two brokers
        victim.start()
        frozen = draw.choice(three.nodes)
        frozen.freeze()
        deadline = time.monotonic() + 60
        while not drainer.failures:  # a producer that lost one batch forgets the others
            assert time.monotonic() < deadline, "nobody missed the broker"
            feed(0.1)
        frozen.thaw()
        drained(outbox)
        drainer.stop()
        outbox.close()
        check(sent, three.address, "three")
