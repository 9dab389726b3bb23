"""Putting events of any number into order of recorded time without holding them in memory."""

import sqlite3
from collections.abc import Iterable, Iterator

from domain.events import Event, decode_event, encode_event
from producers.making import in_batches


class Spool:
    """Events in a temporary file of SQLite's own, gone when closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE spool (recorded INTEGER, number INTEGER PRIMARY KEY, raw BLOB)")
        self._database.execute("BEGIN")

    def add(self, events: Iterable[Event]) -> int:
        """Take events in; how many they were."""
        rows = [(event.recorded, encode_event(event)) for event in events]
        self._database.executemany("INSERT INTO spool (recorded, raw) VALUES (?, ?)", rows)
        return len(rows)

    def batches(self) -> Iterator[list[Event]]:
        """Everything in order of recorded time, and of adding within one instant, in whole instants."""
        rows = self._database.execute("SELECT raw FROM spool ORDER BY recorded, number")
        return in_batches(decode_event(raw) for (raw,) in rows)

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
