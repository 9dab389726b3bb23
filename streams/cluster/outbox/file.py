"""The file of an outbox: its tables, and what the sending side reads and removes."""

from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = ["SCHEMA", "VERSION", "Stopped", "Waiting", "one_round"]

SCHEMA: Final = """
CREATE TABLE waiting (
    number INTEGER PRIMARY KEY,   -- order of acceptance, never given twice
    accepted INTEGER NOT NULL,    -- microseconds UTC
    recorded INTEGER,             -- stated by an importer of history, microseconds UTC; else null
    broadcast INTEGER NOT NULL,   -- whether it goes to every partition, through the reference topic
    subject TEXT NOT NULL,
    body BLOB NOT NULL            -- the event as JSON, without `recordedtime`
);
CREATE INDEX waiting_history ON waiting (number) WHERE recorded IS NOT NULL;
CREATE TABLE stopped (            -- what the broker would never take; the columns of `waiting`, and why
    number INTEGER PRIMARY KEY,
    accepted INTEGER NOT NULL,
    recorded INTEGER,
    broadcast INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    cause TEXT NOT NULL
);
CREATE TABLE remembered (         -- what was accepted before, by digests
    identity BLOB NOT NULL,
    content BLOB NOT NULL,
    number INTEGER NOT NULL,
    broadcast INTEGER NOT NULL,
    PRIMARY KEY (identity, content)
) WITHOUT ROWID;
CREATE INDEX remembered_by_age ON remembered (number) WHERE NOT broadcast;
CREATE TABLE holders (            -- halls that events named as the place of a subject
    subject TEXT NOT NULL,
    hall TEXT NOT NULL,
    PRIMARY KEY (subject, hall)
) WITHOUT ROWID;
CREATE TABLE standing (
    name TEXT NOT NULL,           -- of this outbox, for its marks
    last INTEGER NOT NULL,        -- number of the event accepted last
    recorded INTEGER              -- recorded instant of it, as far as it is known here
);
INSERT INTO standing VALUES (lower(hex(randomblob(8))), 0, NULL);
"""

VERSION: Final = 1
"""Of the schema."""


class Waiting(NamedTuple):
    """An accepted event that the broker has not acknowledged."""

    number: int
    recorded: int | None
    """As an importer of history stated it, microseconds UTC."""
    broadcast: bool
    """Whether it goes to every partition, through the reference topic."""
    subject: str
    body: bytes


class Stopped(NamedTuple):
    """An accepted event that the broker would never take, and why."""

    number: int
    subject: str
    cause: str
    size: int
    """Bytes of its JSON."""


def one_round(rows: Iterable[tuple[int, int | None, int, str, bytes]], most_bytes: int) -> list[Waiting]:
    """The first rows that may be sent together: of one topic, and not too much. At least one, if there is one."""
    taken: list[Waiting] = []
    left = most_bytes
    for number, recorded, broadcast, subject, body in rows:
        left -= len(body) + 2 * len(subject) + _OVERHEAD_BYTES
        if taken and (left < 0 or bool(broadcast) != taken[0].broadcast):
            break
        taken.append(Waiting(number, recorded, bool(broadcast), subject, body))
    return taken


_OVERHEAD_BYTES: Final = 128
"""Headers and lengths of one record, at most."""
