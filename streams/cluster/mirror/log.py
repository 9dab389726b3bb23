"""A mirror's log: the events of all partitions and the reference data, in one order of knowledge."""

from pathlib import Path

from streams.cluster.messages import Progress
from streams.cluster.partition_log import PartitionLog

__all__ = ["MirrorLog", "origin_of"]


def origin_of(topic: str, partition: int) -> str:
    """Under which name the log keeps records of a partition."""
    return topic if topic == "reference" else f"{topic}-{partition}"


class MirrorLog(PartitionLog):
    """The reading side of an `EventLog` over all partitions, in one file that may be lost; any number of threads."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def position_of(self, topic: str, partition: int, offset: int) -> int | None:
        """Where the record at a place in Kafka stands; None where it is not in the log."""
        sql = "SELECT position FROM records WHERE origin = ? AND place = ?"
        rows = self._reader.rows(sql, origin_of(topic, partition), offset)
        return rows[0][0] if rows else None

    def judged(self, progress: dict[tuple[int, int], Progress], partitions: int) -> int:
        """The last position up to which everything is judged, by how far the stages have come."""
        first = self.end() + 1
        for partition in range(partitions):
            known = progress.get((partition, 1))
            sql = "SELECT position FROM records WHERE origin = ? AND place > ? ORDER BY place LIMIT 1"
            rows = self._reader.rows(
                sql, origin_of("events", partition), -1 if known is None else known.place
            )
            first = min([first, *(position for (position,) in rows)])
        return first - 1
