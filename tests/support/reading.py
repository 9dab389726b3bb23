"""What stands in a topic, read whole."""

from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition


class Stored(NamedTuple):
    """One record as it stands in its topic."""

    partition: int
    offset: int
    appended_ms: int
    timestamp_type: int
    """1: the broker's append time."""
    key: bytes
    value: bytes
    headers: dict[str, bytes]


def read_topic(bootstrap: str, topic: str) -> list[Stored]:
    """Everything up to the present end, by partition and offset."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","), enable_auto_commit=False, fetch_max_wait_ms=50
    )
    try:
        partitions = [
            TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))
        ]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[Stored] = []
        while any(consumer.position(one) < ends[one] for one in partitions):
            for records in consumer.poll(timeout_ms=200).values():
                found += [
                    Stored(
                        r.partition, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, dict(r.headers)
                    )
                    for r in records
                ]
        return sorted(found)
    finally:
        consumer.close()
