"""The accepting side of the outbox: one SQLite file, write-ahead log, every commit forced to the disk.

Calls that arrive while another is being forced to the disk share the next transaction.
"""

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.events import Event
from domain.subjects.shelves import HELD
from streams.cluster.outbox.file import SCHEMA, VERSION, Stopped, Waiting, one_round
from streams.cluster.topics import LARGEST_EVENT_BYTES
from streams.database import Reader, connect, transaction
from streams.door import Entry, check_order, is_reference, prepare
from streams.group_commit import Call, GroupCommit
from streams.ports import AppendResult, Clock

__all__ = ["RESERVE_BYTES", "Outbox"]

RESERVE_BYTES: Final = 64 * 1024 * 1024
"""Kept free: what was sent can be removed, and its room used again, only while the write-ahead log has room."""

_CHECKPOINT_PAGES: Final = 1_000
"""4 MB of write-ahead log: far less than the reserve."""

_REMEMBERED: Final = 1_000_000
"""Accepted events by whose identity a repetition is known here; older ones are known to the reader of the topic."""

_IMPORT_PAUSE_SECONDS: Final = 2.0
"""An importer that has stated no instants for so long has ended."""


class _Full(OSError):
    """The disk has no room for another event."""


class Outbox:
    """An `Intake` in one file, for the one process that owns it; any number of threads."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        reserve_bytes: int = RESERVE_BYTES,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._clock = clock
        self._folder = path.parent
        self._reserve = reserve_bytes
        self._remembered = remembered
        self._writer = connect(path, SCHEMA, version=VERSION)
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self._reader = Reader(connect(path, SCHEMA, version=VERSION))
        self._write_lock = threading.Lock()
        self._calls = GroupCommit(self._write_lock, self._commit, "nothing of this call is stored")
        self._import_ends = -_IMPORT_PAUSE_SECONDS
        row = self._writer.execute("SELECT name, last, recorded FROM standing").fetchone()
        self.name: str = row[0]
        """Of this outbox, wherever its file is moved."""
        self._last: int = row[1]
        self._recorded: int | None = row[2]
        self._backlog: int = self._writer.execute("SELECT count(*) FROM waiting").fetchone()[0]

    def append(self, events: Sequence[Event], recorded: Sequence[int] | None = None) -> list[AppendResult]:
        """See `Intake.append`; on disk when it returns, with no position yet. Raises LogError."""
        if recorded is not None:
            check_order(recorded, len(events))
            self._import_ends = time.monotonic() + _IMPORT_PAUSE_SECONDS
        return self._calls.append([_prepare(event) for event in events], recorded)

    def end(self) -> int:
        """How many events were ever accepted."""
        with self._write_lock:
            return self._last

    def importing(self) -> bool:
        """Whether an import of history goes on: instants were stated a moment ago, or wait to be sent."""
        if time.monotonic() < self._import_ends:
            return True
        return bool(self._reader.rows("SELECT 1 FROM waiting WHERE recorded IS NOT NULL LIMIT 1"))

    def subscribe(self, wake: threading.Event) -> None:
        """Set `wake` after every append that stored something."""
        self._calls.subscribe(wake)

    def holders(self, subject: str) -> frozenset[str]:
        """Every hall that events in this outbox named as the place of a subject, now or before."""
        return frozenset(
            hall for (hall,) in self._reader.rows("SELECT hall FROM holders WHERE subject = ?", subject)
        )

    def waiting(self, after: int, limit: int, most_bytes: int) -> list[Waiting]:
        """What may be sent together next, in order, of what was accepted after number `after`."""
        sql = "SELECT number, recorded, broadcast, subject, body FROM waiting WHERE number > ? ORDER BY number LIMIT ?"
        with self._reader.cursor(sql, after, limit) as rows:
            return one_round(rows, most_bytes)

    def delivered(self, until: int) -> None:
        """The broker has everything up to number `until`: remove it. Raises sqlite3.Error when the disk is full."""
        with self._write_lock:
            with transaction(self._writer):
                removed = self._writer.execute("DELETE FROM waiting WHERE number <= ?", (until,)).rowcount
                forgotten = min(until, self._last - self._remembered)
                self._writer.execute(
                    "DELETE FROM remembered WHERE number <= ? AND NOT broadcast", (forgotten,)
                )
            self._backlog -= removed

    def stop(self, number: int, cause: str) -> None:
        """Take an event that the broker would never take out of the queue, and keep it with its cause."""
        with self._write_lock:
            with transaction(self._writer):
                sql = "INSERT INTO stopped SELECT *, ? FROM waiting WHERE number = ?"
                self._writer.execute(sql, (cause, number))
                removed = self._writer.execute("DELETE FROM waiting WHERE number = ?", (number,)).rowcount
            self._backlog -= removed

    def stopped(self) -> list[Stopped]:
        """What the broker would not take, in order of acceptance."""
        sql = "SELECT number, subject, cause, length(body) FROM stopped ORDER BY number"
        return [Stopped(*row) for row in self._reader.rows(sql)]

    def resend(self) -> int:
        """Put what was stopped at the end of the queue again; how many."""
        with self._write_lock:
            with transaction(self._writer):
                numbers = self._writer.execute("SELECT number FROM stopped ORDER BY number").fetchall()
                sql = (
                    "INSERT INTO waiting SELECT ?, accepted, recorded, broadcast, subject, body FROM stopped "
                    "WHERE number = ?"
                )
                for index, (number,) in enumerate(numbers, 1):
                    self._writer.execute(sql, (self._last + index, number))
                self._writer.execute("DELETE FROM stopped")
                last = self._last + len(numbers)
                self._writer.execute("UPDATE standing SET last = ?", (last,))
            self._last, self._backlog = last, self._backlog + len(numbers)
        return len(numbers)

    def full(self) -> str | None:
        """Why nothing can be accepted now, None when it can."""
        disk = os.statvfs(self._folder)
        [(pages,)], [(size,)] = (
            self._reader.rows("PRAGMA freelist_count"),
            self._reader.rows("PRAGMA page_size"),
        )
        # Where events lay that were sent since, the file has room of its own.
        free = disk.f_bavail * disk.f_frsize + pages * size
        if free >= self._reserve:
            return None
        return (
            f"the outbox is full: there is room for {free:,} bytes, and {self._reserve:,} are kept free for sending; "
            "it takes events again once the broker has taken some, or the disk has room"
        )

    def readings(self) -> dict[str, float]:
        """Plain numbers for whoever exports them; ages and counts only, no instants."""
        oldest = self._reader.rows("SELECT accepted FROM waiting ORDER BY number LIMIT 1")
        [(stopped,)] = self._reader.rows("SELECT count(*) FROM stopped")
        age = max(0, self._clock.now() - oldest[0][0]) / 1_000_000 if oldest else 0.0
        return {"backlog_events": self._backlog, "oldest_seconds": age, "stopped_events": stopped}

    def close(self) -> None:
        """Close the file; appends that are under way are finished first."""
        with self._write_lock:
            self._writer.close()
            self._reader.close()

    def _commit(self, calls: Sequence[Call]) -> bool:
        """Store the calls in one transaction, or none of them."""
        last, recorded = self._last, self._recorded
        try:
            full = self.full()
            if full is not None:
                raise _Full(full)
            with transaction(self._writer):
                for call in calls:
                    self._store(call)
                sql = "UPDATE standing SET last = ?, recorded = ?"
                self._writer.execute(sql, (self._last, self._recorded))
        except BaseException:
            self._last, self._recorded = last, recorded
            raise
        self._backlog += self._last - last
        return self._last != last

    def _store(self, call: Call) -> None:
        last, now = self._recorded, self._clock.now()
        recorded = last
        results: list[AppendResult] = []
        rows: list[tuple[object, ...]] = []
        remembered: list[tuple[object, ...]] = []
        seen: set[tuple[bytes, bytes]] = set()
        broadcasts: set[bytes] = set()
        for index, entry in enumerate(call.entries):
            if isinstance(entry, AppendResult):
                results.append(entry)
                continue
            event = entry.event
            key = (entry.identity, entry.content)
            if key in seen or self._knows(key):
                results.append(AppendResult(event.id, event.source, "duplicate", None, None))
                continue
            instant = None
            if call.recorded is not None:
                stated = call.stated(index, event, last, now)
                if stated is None:
                    return
                instant = stated
            recorded = instant if instant is not None else now if last is None else max(now, last + 1)
            seen.add(key)
            broadcast = self._is_broadcast(event, broadcasts)
            if broadcast:
                broadcasts.add(entry.identity)
            number = self._last + len(rows) + 1
            rows.append((number, now, instant, broadcast, event.subject, entry.body))
            remembered.append((*key, number, broadcast))
            results.append(AppendResult(event.id, event.source, "accepted", None, None))
        self._writer.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._writer.executemany("INSERT INTO remembered VALUES (?, ?, ?, ?)", remembered)
        self._writer.executemany("INSERT OR IGNORE INTO holders VALUES (?, ?)", _places(call.entries, seen))
        self._last += len(rows)
        self._recorded = recorded
        call.results = results

    def _is_broadcast(self, event: Event, beside: set[bytes]) -> bool:
        """Whether every partition must know it: reference data, held materials, and corrections of such."""
        sql = "SELECT 1 FROM remembered WHERE identity = ? AND broadcast"
        return event.type == HELD or is_reference(
            event,
            lambda identity: (
                identity in beside or self._writer.execute(sql, (identity,)).fetchone() is not None
            ),
        )

    def _knows(self, key: tuple[bytes, bytes]) -> bool:
        sql = "SELECT 1 FROM remembered WHERE identity = ? AND content = ?"
        return self._writer.execute(sql, key).fetchone() is not None


def _prepare(event: Event) -> Entry | AppendResult:
    entry = prepare(event)
    if isinstance(entry, Entry) and len(entry.body) > LARGEST_EVENT_BYTES:
        reason = f"data: expected an event of at most {LARGEST_EVENT_BYTES:,} bytes, got {len(entry.body):,}"
        return AppendResult(event.id, event.source, "refused", None, reason)
    return entry


def _places(
    entries: Sequence[Entry | AppendResult], stored: set[tuple[bytes, bytes]]
) -> list[tuple[str, str]]:
    """(subject, hall) of every hall that a stored event names as the place of its subject."""
    return [
        (entry.event.subject, entry.event.data[name])
        for entry in entries
        if isinstance(entry, Entry) and (entry.identity, entry.content) in stored
        for name in ("hall", "to_hall")
        if isinstance(entry.event.data.get(name), str)
    ]
