"""The topics of the cluster size: the one table from which they are made and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["LARGEST_EVENT_BYTES", "LARGEST_RECORD_BYTES", "Topic", "declared", "full_name"]

LARGEST_EVENT_BYTES: Final = 8 * 1024 * 1024
"""An event's JSON. As much as one request may carry, so what the API takes in can be sent."""

LARGEST_RECORD_BYTES: Final = 9 * 1024 * 1024
"""What a broker takes at once: an event of that size with its key and headers, or a batch of small ones."""

_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic as it must be."""

    name: str
    """Without the installation's prefix."""
    partitions: int
    replication: int
    settings: Mapping[str, str]
    why: str
    """What it is for."""


def full_name(prefix: str, topic: str) -> str:
    """The name of a topic in the installation of a prefix."""
    return f"{prefix}.{topic}"


def declared(partitions: int, replication: int) -> tuple[Topic, ...]:
    """Every topic of an installation; `partitions` is how many workers can share the work at most.

    With three replicas two must have an event before it counts as taken, so one machine may fail.
    """
    every = {
        # The recorded instant is when the log took an event, not what a sender's clock says.
        "message.timestamp.type": "LogAppendTime",
        # As it was sent: the broker would pack it anew, and every reader would need the codec.
        "compression.type": "producer",
        "min.insync.replicas": "2" if replication >= 3 else "1",
        "max.message.bytes": str(LARGEST_RECORD_BYTES),
    }
    for_ever = {**every, "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
    a_week = {**for_ever, "retention.ms": str(7 * _DAY_MS)}
    newest = {
        **every,
        "cleanup.policy": "compact",
        # A long case is written anew with each event: half of a partition may be out of date, not more.
        "min.cleanable.dirty.ratio": "0.5",
        # Compacted within a day also where little is written, so that a restore reads little.
        "max.compaction.lag.ms": str(_DAY_MS),
        # The whole history of a subject is one record.
        "max.message.bytes": str(32 * 1024 * 1024),
    }
    return (
        Topic("events", partitions, replication, for_ever, "what happened; every verdict is made from it"),
        Topic("reference", 1, replication, for_ever, "calendars, items, halls: read whole by every worker"),
        Topic("signals", partitions, replication, a_week, "what one partition tells another"),
        Topic("state", partitions, replication, newest, "the newest state of every subject"),
        Topic("findings", partitions, replication, for_ever, "what was raised, escalated and lifted"),
        Topic("dead-letters", partitions, replication, for_ever, "what could not be judged, and why"),
    )
