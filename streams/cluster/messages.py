"""What a worker writes to Kafka: messages with topic, partition and key, and the values of the changelog."""

from typing import Final, NamedTuple

import msgspec
from aiokafka.partitioner import murmur2

__all__ = [
    "FORWARDED_TO", "Kept", "Mark", "Message", "Outgoing", "Progress", "is_kept", "kept_key", "letter_key", "mark_key",
    "mark_of",    "partition_of", "progress_key", "reference_key",
]  # fmt: skip

FORWARDED_TO: Final = "forwardedto"
"""Attribute of an event in `supervision.signals`: the subject that it is forwarded to."""

_OURS: Final = "\0"
"""Keys of the changelog that are no subjects begin with it."""


class Message(NamedTuple):
    """A record of Kafka, read."""

    offset: int
    appended_ms: int
    key: str
    value: bytes
    stated: int | None = None
    """The recorded instant that its header states."""
    mark: bytes | None = None
    """What its header says of an import of history; such a record is no event."""


class Outgoing(NamedTuple):
    """A record of Kafka to be written; `topic` is the name without the installation's prefix."""

    topic: str
    partition: int
    key: str
    value: bytes


class Kept(msgspec.Struct, array_like=True):
    """All of a subject, as the changelog keeps it. The fold is not kept: it follows from the history."""

    stage: int
    subject: str
    next_change: int | None
    open: bool
    engine: str
    """Empty for a subject that is not judged: its records are kept all the same."""
    reference_position: int
    revision: int
    records: list[tuple[int, int, int, bytes]]
    """(position, offset, recorded instant, raw) of its own records."""
    signals: list[tuple[int, bytes]]
    """(recorded instant, raw) of what was forwarded to it."""
    issues: list[bytes]
    verdict: bytes | None


class Progress(msgspec.Struct, array_like=True):
    """How far a stage of a partition has come."""

    position: int
    judged_until: int
    place: int
    """Offset of the last record of events (first stage) or signals (second stage) up to `position`."""
    recorded: int | None
    """Its recorded instant."""
    reference_place: int
    reference_recorded: int | None
    held: list[int] = []
    """Offsets of signals that were read and wait for slower partitions."""
    read: int = -1
    """Offset of the last signal that was read."""
    marks: dict[int, int] = {}
    """How far each source partition had come."""


class Mark(msgspec.Struct):
    """A source partition has forwarded everything that was recorded before `instant`."""

    source_partition: int
    instant: int


def progress_key(stage: int) -> str:
    """The changelog's key of a stage's progress."""
    return f"{_OURS}progress/{stage}"


def reference_key(stage: int) -> str:
    """The changelog's keys of the positions that a stage gave to reference records begin so; an offset follows."""
    return f"{_OURS}reference/{stage}/"


def kept_key(kept: Kept) -> str:
    """The changelog's key of a subject; one that is not judged here may be judged by the other stage."""
    return kept.subject if kept.engine else f"{_OURS}kept/{kept.stage}/{kept.subject}"


def is_kept(key: str) -> bool:
    """Whether a key of the changelog is that of a subject."""
    return not key.startswith(_OURS) or key.startswith(f"{_OURS}kept/")


def letter_key(stage: int) -> str:
    """The changelog's keys of a stage's dead letters begin so; what makes one follows."""
    return f"{_OURS}dead/{stage}/"


def mark_of(key: str, value: bytes) -> Mark | None:
    """The mark that a record of `supervision.signals` is, None if it is a forwarded event."""
    return msgspec.json.decode(value, type=Mark) if key.startswith(_OURS) else None


def mark_key(source_partition: int) -> str:
    """The key of a partition's marks."""
    return f"{_OURS}mark/{source_partition}"


def partition_of(subject: str, partitions: int) -> int:
    """The partition of a subject, as every Kafka client chooses it by default."""
    return (int(murmur2(subject.encode())) & 0x7FFFFFFF) % partitions
