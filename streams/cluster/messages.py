"""What a worker writes to Kafka: messages with topic, partition and key, and the values of the changelog."""

from typing import Final, NamedTuple

import msgspec
from aiokafka.partitioner import murmur2

from streams.ports import DeadLetter

__all__ = [
    "FORWARDED_TO", "HAPPENED", "Kept", "Letter", "Mark", "Message", "Outgoing", "Progress", "is_kept", "is_letter",
    "kept_key", "letter_key", "letter_key_of", "mark_key", "mark_of", "partition_of", "progress_key",
    "progress_stage", "reference_key",
]  # fmt: skip

FORWARDED_TO: Final = "forwardedto"
"""Attribute of an event in `supervision.signals`: the subject that it is forwarded to."""

HAPPENED: Final = "happened"
"""Attribute of a sign of life there: when its event happened, microseconds UTC; its time is the recorded instant."""

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
    """What its header says of an import of history, or that a dead letter be replayed; such a record is no event."""
    replays: int | None = None
    """The partition that is to replay the dead letter of its key."""


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
    reference_place: int = -1
    """Offset of the reference record at `reference_position`, which is of the worker's own counting."""


class Letter(msgspec.Struct, array_like=True):
    """A dead letter, as the changelog keeps it."""

    letter: DeadLetter
    replayed_at: int | None = None
    topic: str | None = None
    """Where its event stands in Kafka; None of a timer's or a sweep's."""
    offset: int | None = None


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


def progress_stage(key: str) -> int | None:
    """The stage of which a record of the changelog is the progress; None of any other record."""
    prefix, _, stage = key.rpartition("/")
    return int(stage) if prefix == f"{_OURS}progress" else None


def is_letter(key: str) -> bool:
    """Whether a key of the changelog is that of a dead letter."""
    return key.startswith(f"{_OURS}dead/")


def letter_key_of(stage: int, letter: DeadLetter) -> str:
    """The changelog's key of a dead letter."""
    return f"{letter_key(stage)}{letter.position}/{letter.kind}/{letter.subject}"


def mark_of(key: str, value: bytes) -> Mark | None:
    """The mark that a record of `supervision.signals` is, None if it is a forwarded event."""
    return msgspec.json.decode(value, type=Mark) if key.startswith(_OURS) else None


def mark_key(source_partition: int) -> str:
    """The key of a partition's marks."""
    return f"{_OURS}mark/{source_partition}"


def partition_of(subject: str, partitions: int) -> int:
    """The partition of a subject, as every Kafka client chooses it by default."""
    return (int(murmur2(subject.encode())) & 0x7FFFFFFF) % partitions
