"""The embedded event log: one SQLite file, write-ahead log, every commit forced to the disk.

Calls that arrive while another is being forced to the disk share the next transaction, but each keeps a
recorded instant of its own, so that "the log is read past that instant" means "that call is read whole".
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from domain.events import Event
from streams.awaited import AWAITED_SCHEMA, Awaited
from streams.database import Reader, connect, transaction
from streams.door import (
    REFERENCE_FAMILIES,
    Entry,
    check_order,
    prepare,
    target_of,
    with_recorded,
)
from streams.group_commit import Call, GroupCommit
from streams.ports import AppendResult, Clock, Record
from streams.records import history_of, read_after, records_of

_SCHEMA = """
CREATE TABLE records (
    position INTEGER PRIMARY KEY,
    recorded INTEGER NOT NULL,
    subject TEXT NOT NULL,
    is_reference INTEGER NOT NULL,
    identity BLOB NOT NULL,  -- digest of source and id
    content BLOB NOT NULL,   -- digest of what two events of one identity must share to be the same
    raw BLOB NOT NULL
);
CREATE UNIQUE INDEX records_by_identity ON records (identity, content);
CREATE INDEX records_by_subject ON records (subject, position);
CREATE INDEX reference_records ON records (position) WHERE is_reference;
"""

_STEPS = {
    # windows, staff, authorisations and guides became reference data
    2: """
UPDATE records SET is_reference = 1 WHERE NOT is_reference AND (
    json_extract(CAST(raw AS TEXT), '$.type') GLOB 'window.*'
    OR json_extract(CAST(raw AS TEXT), '$.type') GLOB 'staff.*'
    OR json_extract(CAST(raw AS TEXT), '$.type') GLOB 'authorisation.*'
    OR json_extract(CAST(raw AS TEXT), '$.type') GLOB 'guide.*')
""",
    3: AWAITED_SCHEMA,
}
"""What leads from the version before to each."""

VERSION = 3
"""Of the schema."""

REFERENCE = """
SELECT at, recorded, subject, 1, raw FROM (
    SELECT position AS at, position, recorded, subject, raw FROM records WHERE is_reference
    UNION ALL
    SELECT turned.at, turned.position, recorded, subject, raw FROM turned JOIN records USING (position)
) WHERE at > ? AND at <= ? ORDER BY at, position
"""
"""What `Journal.reference` answers between two positions."""

_IMPORT_PAUSE_SECONDS = 2.0
"""An importer that has stated no instants for so long has ended."""


class Journal:
    """An `EventLog` in one file, for the one process that owns it; any number of threads."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._writer = connect(path, _SCHEMA + AWAITED_SCHEMA, version=VERSION, steps=_STEPS)
        self._reader = Reader(connect(path, _SCHEMA + AWAITED_SCHEMA, version=VERSION, steps=_STEPS))
        self._write_lock = threading.Lock()
        self._calls = GroupCommit(
            self._write_lock, self._commit, "the journal could not be written; nothing of this call is stored"
        )
        self._import_ends = -_IMPORT_PAUSE_SECONDS
        self._end: int = 0
        self._last: int | None = None
        self._awaited = Awaited(self._writer)
        for row in self._writer.execute(
            "SELECT position, recorded FROM records ORDER BY position DESC LIMIT 1"
        ):
            self._end, self._last = row

    def append(self, events: Sequence[Event], recorded: Sequence[int] | None = None) -> list[AppendResult]:
        """See `EventLog.append`; on disk when it returns. Raises LogError when nothing could be stored."""
        if recorded is not None:
            check_order(recorded, len(events))
            self._import_ends = time.monotonic() + _IMPORT_PAUSE_SECONDS
        return self._calls.append([prepare(event) for event in events], recorded)

    def read(self, position: int, limit: int) -> list[Record]:
        """Records after `position`: `limit`, and those that share the last one's recorded instant."""
        return read_after(self._reader, position, limit)

    def history(self, subject: str, until: int | None = None) -> list[Record]:
        """All records of `subject` up to and including position `until`."""
        until = self._end if until is None else until
        return history_of(self._reader, subject, until)

    def reference(self, until: int | None = None, after: int = 0) -> list[Record]:
        """All records of reference events after position `after`, up to and including `until`.

        A correction that was recorded before the reference event that it speaks of comes with that event, just before
        it and at its position.
        """
        until = self._end if until is None else until
        return records_of(self._reader.rows(REFERENCE, after, until))

    def end(self) -> int:
        """The last position. It waits for appends under way: any later one is recorded after this call."""
        with self._write_lock:
            return self._end

    def last_recorded(self) -> int | None:
        """The recorded instant of the last record, None in an empty journal."""
        with self._write_lock:
            return self._last

    def importing(self) -> float:
        """Seconds for which an import of history may still be under way."""
        return max(0.0, self._import_ends - time.monotonic())

    def subscribe(self, wake: threading.Event) -> None:
        """Set `wake` after every append that stored something."""
        self._calls.subscribe(wake)

    def close(self) -> None:
        """Close the file; appends that are under way are finished first."""
        with self._write_lock:
            self._writer.close()
            self._reader.close()

    def _commit(self, calls: Sequence[Call]) -> bool:
        """Store the calls in one transaction, each under its own recorded instant."""
        end, last = self._end, self._last
        try:
            with transaction(self._writer):
                for call in calls:
                    self._store(call)
        except BaseException:
            self._end, self._last = end, last
            self._awaited.reload()
            raise
        return self._end != end

    def _store(self, call: Call) -> None:
        last, now = self._last, self._clock.now()
        next_instant = now if last is None else max(now, last + 1)
        results: list[AppendResult] = []
        rows = _Rows(self._writer)
        seen: dict[tuple[bytes, bytes], int] = {}
        entries = [one for one in call.entries if isinstance(one, Entry)]
        references = {one.identity: one.event.id for one in entries if _is_of_reference(one.event)}
        recorded = last
        count = self._end
        for index, entry in enumerate(call.entries):
            if isinstance(entry, AppendResult):
                results.append(entry)
                continue
            event = entry.event
            key = (entry.identity, entry.content)
            position = seen.get(key) or self._position_of(key)
            if position is not None:
                results.append(AppendResult(event.id, event.source, "duplicate", position, None))
                continue
            instant = next_instant
            if call.recorded is not None:
                stated = call.stated(index, event, last, now)
                if stated is None:
                    rows.give_up()
                    self._awaited.reload()
                    return
                instant = stated
            count += 1
            seen[key] = count
            recorded = instant
            is_reference, keys = entry.identity in references, list[bytes]()
            target = target_of(event)
            if target is not None:
                rows.write()
                is_reference, keys = self._awaited.resolve(event, target, references)
                if is_reference:
                    references[entry.identity] = event.id
            body = with_recorded(entry.body, instant)
            rows.add((count, instant, event.subject, is_reference, *key, body))
            if keys or self._awaited.awaits(event, entry.identity):
                rows.write()
                self._awaited.hold(count, keys)
                self._awaited.arrived(event, entry.identity, count, is_reference=is_reference)
            results.append(AppendResult(event.id, event.source, "accepted", count, None))
        rows.write()
        self._end = count
        self._last = recorded
        call.results = results

    def _position_of(self, key: tuple[bytes, bytes]) -> int | None:
        sql = "SELECT position FROM records WHERE identity = ? AND content = ?"
        row = self._writer.execute(sql, key).fetchone()
        return row[0] if row else None


class _Rows:
    """The records of one call, written together but where something has to be looked up among them."""

    def __init__(self, writer: sqlite3.Connection) -> None:
        self._writer = writer
        self._rows: list[tuple[object, ...]] = []
        self._is_begun = False

    def add(self, row: tuple[object, ...]) -> None:
        self._rows.append(row)

    def write(self) -> None:
        if not self._is_begun:
            self._writer.execute("SAVEPOINT call")
            self._is_begun = True
        self._writer.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()

    def give_up(self) -> None:
        if self._is_begun:
            self._writer.execute("ROLLBACK TO call")


def _is_of_reference(event: Event) -> bool:
    return event.type.startswith(REFERENCE_FAMILIES)
