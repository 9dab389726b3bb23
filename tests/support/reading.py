"""What stands in a topic, read whole."""

from typing import Any, NamedTuple

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


def records_of(bootstrap: str, topic: str, *, committed: bool = False) -> list[list[Any]]:
    """The records of each partition in turn up to its present end, as the library gives them.

    With `committed` only those whose transaction is, else every one.
    """
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","), group_id=None, enable_auto_commit=False,
        isolation_level="read_committed" if committed else "read_uncommitted", auto_offset_reset="earliest",
        fetch_max_wait_ms=50, fetch_max_bytes=1 << 26,
    )  # fmt: skip
    try:
        parts = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        found: dict[TopicPartition, list[Any]] = {part: [] for part in parts}
        while any(consumer.position(part) < ends[part] for part in parts):
            for part, records in consumer.poll(timeout_ms=200).items():
                found[part] += records
        return list(found.values())
    finally:
        consumer.close()


def read_topic(bootstrap: str, topic: str) -> list[Stored]:
    """Everything up to the present end, by partition and offset."""
    return [
        Stored(r.partition, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, dict(r.headers))
        for records in records_of(bootstrap, topic)
        for r in records
    ]
