"""A partition's local log: what was read of Kafka so far, in the order in which it is judged.

The truth is in Kafka; this is a copy on the worker's own disk, so that a subject's history is at hand. Whatever
lies after the position that was judged and saved last is read from Kafka again when the partition is opened.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from domain.events import Event, decode_event
from domain.orders import is_order
from domain.subjects.shelves import HELD
from streams.database import Reader, connect, transaction
from streams.door import Entry, identity_of, is_reference, prepare, with_recorded
from streams.ports import MISPLACED, AppendResult, LogError, Record
from streams.records import COLUMNS, history_of, read_after, records_of

__all__ = ["Arrival", "Origin", "PartitionLog", "Placement"]

Origin = str
"""`events`, `reference`, `signals`: the topic; where a log holds all partitions, `events-0`, `events-1`, ..."""

_SCHEMA = """
CREATE TABLE records (
    position INTEGER PRIMARY KEY,
    recorded INTEGER NOT NULL,
    subject TEXT NOT NULL,
    is_reference INTEGER NOT NULL,
    identity BLOB NOT NULL,
    content BLOB NOT NULL,
    raw BLOB NOT NULL,
    origin TEXT NOT NULL,
    place INTEGER NOT NULL  -- offset in the topic of its origin
);
CREATE UNIQUE INDEX records_by_identity ON records (identity, content);
CREATE INDEX records_by_subject ON records (subject, position);
CREATE INDEX records_by_place ON records (origin, place);
CREATE INDEX reference_records ON records (position) WHERE is_reference;
"""


class Arrival(NamedTuple):
    """A record of Kafka on its way into the local log."""

    origin: Origin
    place: int
    """Its offset."""
    recorded: int
    subject: str
    """Its key."""
    raw: bytes


class Placement(NamedTuple):
    """Where a record stands: locally, and in Kafka."""

    position: int
    place: int
    recorded: int
    raw: bytes


class PartitionLog:
    """The reading side of an `EventLog` over one partition; any number of threads.

    `keyed` is False for a log whose records are judged under subjects of their own telling (signals): its records
    have no history by subject, and the same event may arrive for several subjects.
    """

    def __init__(
        self, path: Path, *, keyed: bool = True, home: Callable[[str], bool] = lambda subject: True
    ) -> None:
        """`home` tells whether a subject's events belong here: another's are kept apart, and never judged."""
        self._writer = connect(path, _SCHEMA, version=1)
        self._reader = Reader(connect(path, _SCHEMA, version=1))
        self._write_lock = threading.Lock()
        self._keyed = keyed
        self._home = home
        self._end = self._last_position()
        self._last_reference = self._last_position("WHERE is_reference")
        """Whoever asks for reference data after it need not ask the file."""

    def take(self, arrivals: Sequence[Arrival]) -> int:
        """Write arrivals down in this order, except exact repetitions; how many were written."""
        with self._write_lock:
            position = self._end
            with transaction(self._writer):
                for arrival in arrivals:
                    position += self._write(position + 1, arrival)
            written, self._end = position - self._end, position
            return written

    def put(self, arrivals: Sequence[tuple[int, Arrival]]) -> None:
        """Write down records whose positions were given before, from the changelog."""
        with self._write_lock, transaction(self._writer):
            for position, arrival in arrivals:
                self._write(position, arrival)

    def cut(self, position: int) -> None:
        """Forget what lies after `position`: it was never judged, or by another worker. Go on from there."""
        with self._write_lock:
            self._writer.execute("DELETE FROM records WHERE position > ?", (position,))
            self._end = position
            self._last_reference = self._last_position("WHERE is_reference")

    def place(self, origin: Origin, position: int) -> tuple[int, int | None]:
        """(offset, recorded instant) of the last record of `origin` up to `position`; (-1, None) before the first."""
        rows = self._reader.rows(
            "SELECT place, recorded FROM records WHERE origin = ? AND position <= ? ORDER BY place DESC LIMIT 1",
            origin,
            position,
        )
        return rows[0] if rows else (-1, None)

    def placements(self, origin: Origin, after: int, until: int) -> list[Placement]:
        """Records of `origin` at positions after `after`, up to and including `until`."""
        rows = self._reader.rows(
            "SELECT position, place, recorded, raw FROM records "
            "WHERE origin = ? AND position > ? AND position <= ? ORDER BY position",
            origin,
            after,
            until,
        )
        return [Placement(*row) for row in rows]

    def subjects(self, after: int, until: int) -> list[str]:
        """The subjects of own records at positions after `after`, up to and including `until`."""
        rows = self._reader.rows(
            "SELECT DISTINCT subject FROM records WHERE origin = 'events' AND position > ? AND position <= ?",
            after,
            until,
        )
        return [subject for (subject,) in rows]

    def origin_of(self, position: int) -> tuple[str, int] | None:
        """(topic, offset) of the record at a position."""
        rows = self._reader.rows("SELECT origin, place FROM records WHERE position = ?", position)
        return (str(rows[0][0]), rows[0][1]) if rows else None

    def is_reference(self, position: int) -> bool:
        """Whether the record at a position is reference data."""
        rows = self._reader.rows("SELECT is_reference FROM records WHERE position = ?", position)
        return bool(rows and rows[0][0])

    def own(self, subject: str, until: int) -> list[Placement]:
        """A subject's own records up to position `until`."""
        rows = self._reader.rows(
            "SELECT position, place, recorded, raw FROM records "
            "WHERE subject = ? AND origin = 'events' AND position <= ? ORDER BY position",
            subject,
            until,
        )
        return [Placement(*row) for row in rows]

    def append(self, events: Sequence[Event], recorded: Sequence[int] | None = None) -> list[AppendResult]:
        """Nothing is appended here: events enter by the outbox, and come back through Kafka."""
        raise LogError("a partition's local log takes no events; they enter through the outbox")

    def read(self, position: int, limit: int) -> list[Record]:
        """Records after `position`: `limit`, and those that share the last one's recorded instant."""
        return read_after(self._reader, position, limit)

    def history(self, subject: str, until: int | None = None) -> list[Record]:
        """All records of `subject` up to and including position `until`."""
        until = self._end if until is None else until
        return history_of(self._reader, subject, until)

    def reference(self, until: int | None = None, after: int = 0) -> list[Record]:
        """All records of reference events after position `after`, up to and including `until`."""
        if after >= self._last_reference:
            return []
        until = self._end if until is None else until
        where = "WHERE is_reference AND position > ? AND position <= ? ORDER BY position"
        return records_of(self._reader.rows(COLUMNS + where, after, until))

    def end(self) -> int:
        """The last position."""
        return self._end

    def last_recorded(self) -> int | None:
        """The recorded instant of the last record, None in an empty log."""
        rows = self._reader.rows("SELECT recorded FROM records WHERE position = ?", self._end)
        return rows[0][0] if rows else None

    def importing(self) -> float:
        """Always 0: the present that supervision sees is the watermark, which an import holds back itself."""
        return 0.0

    def subscribe(self, wake: threading.Event) -> None:
        """Nobody is woken: the partition's own loop reads and judges."""

    def close(self) -> None:
        """Close the file."""
        with self._write_lock:
            self._writer.close()
            self._reader.close()

    def _write(self, position: int, arrival: Arrival) -> int:
        subject, is_reference, identity, content, raw = self._kept(arrival)
        row = (
            position,
            arrival.recorded,
            subject,
            is_reference,
            identity,
            content,
            raw,
            arrival.origin,
            arrival.place,
        )
        sql = "INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        written = self._writer.execute(sql, row).rowcount
        if written and is_reference:
            self._last_reference = max(self._last_reference, position)
        return written

    def _kept(self, arrival: Arrival) -> tuple[str, bool, bytes, bytes, bytes]:
        """(subject, is_reference, identity, content, raw) of an arrival; what cannot be read is kept as it is."""
        if arrival.origin == "signals" or (entry := _entry(arrival)) is None:
            place = identity_of(arrival.origin, str(arrival.place))
            subject = arrival.subject if self._keyed else ""
            return subject, False, place, b"", arrival.raw
        event = entry.event
        if self._is_misplaced(arrival, event.subject):
            place = identity_of(arrival.origin, str(arrival.place))
            return MISPLACED + event.subject, False, place, b"", arrival.raw
        broadcast = arrival.origin == "reference" and not self._is_of_shared_base(event)
        raw = with_recorded(entry.body, arrival.recorded)
        subject = event.subject if self._keyed or broadcast else ""
        return subject, broadcast, entry.identity, entry.content, raw

    def _is_misplaced(self, arrival: Arrival, subject: str) -> bool:
        return arrival.origin == "events" and not self._home(subject)

    def _is_of_shared_base(self, event: Event) -> bool:
        """Whether it says what the shared base holds, or is an order about that: sent to all, but no reference data."""
        sql = "SELECT 1 FROM records WHERE identity = ? AND origin = 'reference' AND NOT is_reference"
        return event.type == HELD or (
            is_order(event)
            and is_reference(event, lambda target: bool(self._writer.execute(sql, (target,)).fetchall()))
        )

    def _last_position(self, where: str = "") -> int:
        sql = f"SELECT ifnull(max(position), 0) FROM records {where}"  # noqa: S608 - our own words
        [(last,)] = self._writer.execute(sql).fetchall()
        return int(last)


def _entry(arrival: Arrival) -> Entry | None:
    try:
        entry = prepare(decode_event(arrival.raw, arrival.recorded))
    except Exception:  # supervision writes its dead letter, with the cause
        return None
    return entry if isinstance(entry, Entry) else None
