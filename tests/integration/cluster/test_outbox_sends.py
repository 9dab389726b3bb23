"""The outbox and a real broker: what arrives, how, and what does not."""

import time
from collections.abc import Callable
from pathlib import Path

from aiokafka.partitioner import murmur2
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from domain.instants import HOUR
from streams.cluster.administration import create_missing
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.sender import KafkaSender
from streams.cluster.topics import declared
from tests.support.broker import Node
from tests.support.reading import read_topic
from tests.unit.streams.cluster.parts import NOON, a_hall, an_event, opened


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_events_arrive_under_their_subject_in_order_with_the_brokers_time(
    broker: Node, tmp_path: Path
) -> None:
    create_missing(broker.address, "arrive", declared(4, 1))
    outbox = opened(tmp_path)
    outbox.append([an_event(0, "early")], recorded=[NOON - HOUR])
    outbox.append([an_event(n, f"case-{n % 50}") for n in range(1, 3000)] + [a_hall(3000)])
    before = time.time() * 1000
    drainer = Drainer(outbox, KafkaSender(broker.address), "arrive")
    drainer.start()
    until(lambda: outbox.readings()["backlog_events"] == 0)
    drainer.stop()
    outbox.close()
    stored = read_topic(broker.address, "arrive.events")
    assert len(stored) == 3000
    numbers: dict[bytes, list[int]] = {}
    for record in stored:
        assert record.partition == (int(murmur2(record.key)) & 0x7FFFFFFF) % 4
        assert record.timestamp_type == 1
        assert before - 1000 < record.appended_ms < time.time() * 1000 + 1000
        numbers.setdefault(record.key, []).append(int(record.value.split(b'"id":"e')[1].split(b'"')[0]))
    assert all(found == sorted(found) for found in numbers.values())
    assert len({record.partition for record in stored}) == 4
    [early] = [record for record in stored if record.key == b"early"]
    assert early.headers["sundial-recorded"] == str(NOON - HOUR).encode()
    mark, *marks, hall = read_topic(broker.address, "arrive.reference")
    assert mark.headers == {"sundial-import": b"under-way"}
    assert all("sundial-import" in one.headers for one in marks)
    assert (hall.key, hall.headers) == (b"weixian", {"content-type": b"application/cloudevents+json"})
    assert hall.appended_ms >= max(record.appended_ms for record in stored)


def test_an_event_too_large_for_the_broker_is_set_aside_and_everything_else_goes_on(
    broker: Node, tmp_path: Path
) -> None:
    create_missing(broker.address, "large", declared(1, 1))
    small = ConfigResource(ConfigResourceType.TOPIC, "large.events", configs={"max.message.bytes": "100000"})
    with KafkaAdminClient(bootstrap_servers=broker.address) as admin:
        admin.alter_configs([small])
    outbox = opened(tmp_path)
    huge = an_event(2, "case-2", data={"note": "x" * 200_000})
    outbox.append([an_event(1, "case-1"), huge, an_event(3, "case-2"), an_event(4, "case-4")])
    drainer = Drainer(outbox, KafkaSender(broker.address), "large")
    drainer.start()
    until(lambda: outbox.readings()["backlog_events"] == 0)
    outbox.append([an_event(5, "case-5")])
    until(lambda: outbox.readings()["backlog_events"] == 0)
    drainer.stop()
    assert [record.key for record in read_topic(broker.address, "large.events")] == [
        b"case-1", b"case-2", b"case-4", b"case-5",
    ]  # fmt: skip
    [stopped] = outbox.stopped()
    assert (stopped.number, stopped.subject) == (2, "case-2")
    assert "MessageSizeTooLargeError" in stopped.cause
    outbox.close()


def test_many_events_that_are_too_large_together_all_arrive(broker: Node, tmp_path: Path) -> None:
    create_missing(broker.address, "split", declared(1, 1))
    small = ConfigResource(ConfigResourceType.TOPIC, "split.events", configs={"max.message.bytes": "100000"})
    with KafkaAdminClient(bootstrap_servers=broker.address) as admin:
        admin.alter_configs([small])
    outbox = opened(tmp_path)
    outbox.append([an_event(n, f"case-{n}", data={"note": "x" * 1000}) for n in range(150)])
    drainer = Drainer(outbox, KafkaSender(broker.address), "split")
    drainer.start()
    until(lambda: outbox.readings()["backlog_events"] == 0)
    drainer.stop()
    assert outbox.stopped() == []
    outbox.close()
    keys = [record.key for record in read_topic(broker.address, "split.events")]
    assert list(dict.fromkeys(keys)) == [f"case-{n}".encode() for n in range(150)]
