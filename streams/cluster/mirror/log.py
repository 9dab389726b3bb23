"""A mirror's log: the events of all partitions and the reference data, in one order of knowledge."""

from pathlib import Path

from streams.cluster.messages import Progress, partition_of
from streams.cluster.partition_log import Arrival, PartitionLog

__all__ = ["MirrorLog", "origin_of"]


def origin_of(topic: str, partition: int) -> str:
    """Under which name the log keeps records of a partition."""
    return topic if topic == "reference" else f"{topic}-{partition}"


class MirrorLog(PartitionLog):
    """The reading side of an `EventLog` over all partitions, in one file that may be lost; any number of threads."""

    def __init__(self, path: Path, partitions: int) -> None:
        super().__init__(path)
        self._partitions = partitions

    def position_of(self, topic: str, partition: int, offset: int) -> int | None:
        """Where the record at a place in Kafka stands; None where it is not in the log."""
        sql = "SELECT position FROM records WHERE origin = ? AND place = ?"
        rows = self._reader.rows(sql, origin_of(topic, partition), offset)
        return rows[0][0] if rows else None

    def judged(self, progress: dict[tuple[int, int], Progress]) -> int:
        """The last position up to which everything is judged, by how far the stages have come."""
        first = self.end() + 1
        for partition in range(self._partitions):
            known = progress.get((partition, 1))
            sql = "SELECT position FROM records WHERE origin = ? AND place > ? ORDER BY place LIMIT 1"
            rows = self._reader.rows(
                sql, origin_of("events", partition), -1 if known is None else known.place
            )
            first = min([first, *(position for (position,) in rows)])
        return first - 1

    def _is_misplaced(self, arrival: Arrival, subject: str) -> bool:
        """Whether an event lies in the partition of another subject: no worker judges it."""
        return arrival.origin not in (
            "reference",
            origin_of("events", partition_of(subject, self._partitions)),
        )
