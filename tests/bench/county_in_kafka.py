"""The events of a synthetic county in the topics of Kafka, as an import of history sends them."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from domain.events import Event, decode_event, encode_event
from domain.instants import DAY
from producers.county import load_county, reference_events
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from sundial.seeding import seed
from tests.bench.county import START, county_of
from tests.support.workers import make_topics


def traffic_of(days: int) -> list[Event]:
    """The events of all cases of so many days, in the order of recording."""
    return sorted(
        (event for some in county_of(days).cases.values() for event in some),
        key=lambda event: (event.recorded, event.id),
    )


def begin(folder: Path, bootstrap: str, prefix: str, partitions: int) -> None:
    """New topics, with what is known before the first event."""
    make_topics(bootstrap, prefix, partitions)
    send(bootstrap, f"{prefix}.reference", [*shipped(folder), *reference_events(load_county(), START - DAY)])


def send(bootstrap: str, topic: str, events: Iterable[Event]) -> None:
    """Each with the instant at which it was recorded stated beside it."""
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
    with_seeds = folder / "shipped.db"
    journal = Journal(with_seeds, SettingClock(ClockSetting()))
    seed(journal)
    events = [decode_event(record.raw) for record in journal.read(0, 10**6)]
    journal.close()
    with_seeds.unlink()
    return events


class Acknowledged:
    """How many events of a topic a group has acknowledged, asked of the broker so that no worker is disturbed."""

    def __init__(self, bootstrap: str, topic: str, group: str) -> None:
        self._consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
        self._parts = [TopicPartition(topic, part) for part in self._consumer.partitions_for_topic(topic)]

    def count(self) -> int:
        return sum(self._consumer.committed(part) or 0 for part in self._parts)

    def close(self) -> None:
        self._consumer.close()
