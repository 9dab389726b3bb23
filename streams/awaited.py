"""Corrections and retractions that were recorded before what they speak of: whether that is reference data shows only
when it comes.

Until then they wait, under the identity that they name; one that names no source waits under its own and under the id
alone. What corrects a waiting one waits with it.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from domain.events import Event
from domain.events.payloads import Target
from streams.door import identity_of

__all__ = ["AWAITED_SCHEMA", "Awaited"]

AWAITED_SCHEMA = """
-- corrections of what was not known yet: by the digest of source and id, or of the id alone
CREATE TABLE awaited (identity BLOB NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (identity, position));
CREATE INDEX awaited_by_position ON awaited (position);
-- those that turned out to speak of reference data, and the position of the event that showed it
CREATE TABLE turned (position INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX turned_at ON turned (at)
"""

_IN_SUBJECT = """
SELECT DISTINCT identity FROM records WHERE subject = ? AND json_extract(CAST(raw AS TEXT), '$.id') = ?
"""
_IN_REFERENCE = """
SELECT DISTINCT identity FROM records WHERE is_reference AND json_extract(CAST(raw AS TEXT), '$.id') = ?
"""


class Awaited:
    """Kept in the journal's own file, within the transaction of its writer."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.reload()

    def reload(self) -> None:
        """Read anew what waits, after a transaction that was given up."""
        self._keys = {key for (key,) in self._db.execute("SELECT DISTINCT identity FROM awaited")}

    def resolve(self, order: Event, target: Target, beside: Mapping[bytes, str]) -> tuple[bool, list[bytes]]:
        """Whether a correction or retraction speaks of reference data, and what it waits for where nobody knows yet.

        `target` is what it names. `beside` are the identities of the reference events of the same call, with their ids.
        """
        named = identity_of(target.source or order.source, target.id)
        if named in beside:
            return True, []
        known = self._standing(named)
        if known is not None or target.source is not None:
            return known or (False, [named])
        # a source left out is its own, or the only one that used the id: in its own subject, else in reference data
        near = [one for (one,) in self._rows(_IN_SUBJECT, order.subject, target.id)]
        if near:
            return (self._standing(near[0]) if len(near) == 1 else None) or (False, [])
        far = {one for (one,) in self._rows(_IN_REFERENCE, target.id)}
        far |= {identity for identity, id in beside.items() if id == target.id}
        return (True, []) if len(far) == 1 else (False, [named, _by_id(target.id)])

    def hold(self, position: int, keys: list[bytes]) -> None:
        """Let the order at a position wait."""
        self._db.executemany("INSERT OR IGNORE INTO awaited VALUES (?, ?)", [(key, position) for key in keys])
        self._keys.update(keys)

    def awaits(self, event: Event, identity: bytes) -> bool:
        """Whether something may wait for an event."""
        return bool(self._keys) and (identity in self._keys or _by_id(event.id) in self._keys)

    def arrived(self, event: Event, identity: bytes, position: int, *, is_reference: bool) -> None:
        """What has waited for an event is told apart by what the event, stored at `position`, is."""
        waiting = dict(self._rows("SELECT position, 1 FROM awaited WHERE identity = ?", identity))
        by_id = self._rows(
            "SELECT position, subject FROM awaited JOIN records USING (position) WHERE awaited.identity = ?",
            _by_id(event.id),
        )
        waiting |= {one: 1 for one, subject in by_id if is_reference or subject == event.subject}
        waiting.pop(position, None)
        mine = [key for (key,) in self._rows("SELECT identity FROM awaited WHERE position = ?", position)]
        left = set[bytes]()
        for one in waiting:
            left.update(
                key for (key,) in self._rows("DELETE FROM awaited WHERE position = ? RETURNING identity", one)
            )
            if is_reference:
                self._db.execute("INSERT OR IGNORE INTO turned VALUES (?, ?)", (one, position))
            elif mine:
                self.hold(one, mine)
        still = "SELECT 1 FROM awaited WHERE identity = ? LIMIT 1"
        self._keys -= {key for key in left if not self._rows(still, key)}

    def _standing(self, identity: bytes) -> tuple[bool, list[bytes]] | None:
        """What is known of an event: whether it is reference data, and what it waits for; None: nothing."""
        found = self._rows(
            "SELECT position, is_reference OR position IN (SELECT position FROM turned) FROM records "
            "WHERE identity = ? ORDER BY position",
            identity,
        )
        if not found:
            return None
        keys = self._rows("SELECT identity FROM awaited WHERE position = ?", found[0][0])
        return any(is_reference for _, is_reference in found), [key for (key,) in keys]

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._db.execute(sql, values).fetchall()


def _by_id(id: str) -> bytes:
    return identity_of("", id)
