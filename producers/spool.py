"""Putting events of any number into order of recorded time without holding them in memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from domain.events import Event, decode_event, encode_event

_BATCH: Final = 1_000


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
        """Everything in order of recorded time, in batches of about a thousand events.

        Events of one recorded instant stay in one batch, in the order in which they were added.
        """
        rows = self._database.execute("SELECT recorded, raw FROM spool ORDER BY recorded, number")
        batch: list[Event] = []
        for _, group in groupby(rows, key=lambda row: row[0]):
            batch.extend(decode_event(raw) for _, raw in group)
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
