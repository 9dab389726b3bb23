"""A worker catching up, against Faust alone and against aiokafka alone, on a real broker.

    python -m tests.bench.bench_worker [--json]

The events of a synthetic county lie in one partition of Kafka. A bare Faust agent reads and decodes them with the
worker's acknowledgement, a bare aiokafka consumer reads and decodes them, and `sundial worker` judges them: its rate
is from the first state it commits to the last. All three are told by the clock on the wall, one after the other.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka import KafkaProducer

from domain.events import Event, decode_event, encode_event
from domain.instants import DAY
from producers.county import load_county, reference_events
from streams.clock import ClockSetting, SettingClock
from streams.cluster.messages import Progress, progress_key
from streams.journal import Journal
from sundial.seeding import seed
from tests.bench.county import START, county_of, tell
from tests.support.broker import Node, free_ports
from tests.support.workers import make_topics, read, until, workers

DAYS = 10
PREFIX = "bench"


def send(bootstrap: str, topic: str, events: list[Event]) -> None:
    """As an import of history sends them."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", batch_size=1 << 18, linger_ms=20)
    for event in events:
        document = msgspec.json.decode(encode_event(event))
        del document["recordedtime"]
        headers = [("sundial-recorded", str(event.recorded).encode())]
        producer.send(topic, key=event.subject.encode(), value=msgspec.json.encode(document), headers=headers)
    producer.flush()
    producer.close()


def shipped(folder: Path) -> list[Event]:
    """What every log begins with."""
    journal = Journal(folder / "shipped.db", SettingClock(ClockSetting()))
    seed(journal)
    events = [decode_event(record.raw) for record in journal.read(0, 10**6)]
    journal.close()
    return events


async def read_bare(bootstrap: str, topic: str, count: int) -> float:
    """Seconds that aiokafka alone needs."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        seen, begun = 0, time.perf_counter()
        while seen < count:
            for records in (await consumer.getmany(timeout_ms=500, max_records=2_000)).values():
                for record in records:
                    decode_event(record.value, 0)
                seen += len(records)
        return time.perf_counter() - begun
    finally:
        await consumer.stop()


def judged(bootstrap: str) -> list[tuple[int, int]]:
    """(append time in ms, last event judged) of every progress that the worker committed."""
    [partition] = read(bootstrap, f"{PREFIX}.state")
    told = [one for one in partition if one.key == progress_key(1)]
    return [(one.appended_ms, msgspec.msgpack.decode(one.value, type=Progress).place) for one in told]


def measure() -> dict[str, float]:
    """The three rates, and the worker's share of Faust's."""
    county = county_of(DAYS)
    events = sorted(
        (event for some in county.cases.values() for event in some),
        key=lambda event: (event.recorded, event.id),
    )
    with tempfile.TemporaryDirectory() as name, Node(Path(name) / "kafka", free_ports(1)[0]) as node:
        make_topics(node.address, PREFIX, 1)
        send(
            node.address,
            f"{PREFIX}.reference",
            [*shipped(Path(name)), *reference_events(load_county(), START - DAY)],
        )
        send(node.address, f"{PREFIX}.events", events)
        arguments = [node.address, f"{PREFIX}.events", "bare", str(len(events))]
        bare = subprocess.run(
            [sys.executable, "-m", "tests.bench.bare_faust", *arguments], stdout=subprocess.PIPE, check=True, text=True
        )  # fmt: skip
        alone = asyncio.run(read_bare(node.address, f"{PREFIX}.events", len(events)))
        with workers(Path(name), node.address, PREFIX, 1, count=1) as some:
            until("all is judged", lambda: judged(node.address)[-1:] and judged(node.address)[-1][1] >= len(events) - 1,
                  some, 600)  # fmt: skip
            told = judged(node.address)
        first, last = told[0], next(one for one in told if one[1] >= len(events) - 1)
        worker = (last[1] - first[1]) / ((last[0] - first[0]) / 1000)
    faust = len(events) / float(re.findall(r"[\d.]+$", bare.stdout.strip())[0])
    return {
        "events": len(events),
        "worker_events_per_second": worker,
        "faust_events_per_second": faust,
        "aiokafka_events_per_second": len(events) / alone,
        "share_of_faust": worker / faust,
    }


if __name__ == "__main__":
    tell(measure, __doc__)
