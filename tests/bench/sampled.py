"""What the partitions of a worker do with their time: py-spy looks at it from outside, some times a second.

It sees threads that wait (for Kafka, for the disk) as well as those that compute, and does not change their turns.
"""

from collections import Counter
from pathlib import Path
from typing import Final

from tests.support.commands import ROOT

TOOLS: Final = ROOT / ".venv" / "bench" / "bin"
"""What only measurements need, made by `make bench`."""

_TIMES_A_SECOND: Final = 40
_KINDS: Final = {
    "evaluate_known": "rules",
    "verdict_document": "verdict",
    "CaseFold.to_bytes": "fold",
    "CaseFold.from_bytes": "fold",
    "decode": "decoding",
    "Partition._read_events": "decoding",
    "Sending.forward": "forwarding",
    "Receiving.forward": "forwarding",
    "PartitionLog.take": "local_files",
    "State.save": "local_files",
    "PartitionState.reached": "local_files",
    "load": "local_files",
    "read_after": "local_files",
    "PartitionState._messages": "changelog",
    "KafkaTransport.write": "kafka_writes",
    "KafkaTransport.events_end": "kafka_asked",
    "KafkaTransport.reference": "kafka_asked",
    "KafkaTransport.signals": "kafka_asked",
    "Partition.cycle": "other",
}
"""What is counted as what: the innermost function of a stack that is here. A stack with none is no judging."""
KINDS: Final = tuple(dict.fromkeys(_KINDS.values()))


def sampling(report: Path) -> tuple[str, ...]:
    """What a worker's command is started under. At SIGINT the report is written, and the worker is killed."""
    return (
        "setpriv", "--pdeathsig", "KILL",
        f"{TOOLS}/py-spy", "record", "--rate", f"{_TIMES_A_SECOND}", "--idle", "--threads", "--format", "raw",
        "--output", f"{report}", "--",
    )  # fmt: skip


def shares(report: Path) -> dict[str, float]:
    """Of the time in which partitions read, judge and write: the share of each kind."""
    seen: Counter[str] = Counter()
    for line in report.read_text("utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        if ": partition-" in stack:
            functions = [frame.partition(" (")[0] for frame in stack.split(";")]
            kind = next((_KINDS[one] for one in reversed(functions) if one in _KINDS), None)
            if kind is not None:
                seen[kind] += int(count)
    return {kind: seen[kind] / seen.total() for kind in KINDS}
