"""Reading the table `records` of a log's file: what the journal and a partition's local log have in common."""

from collections.abc import Iterable
from typing import Any

from streams.database import Reader
from streams.ports import Record

COLUMNS = "SELECT position, recorded, subject, is_reference, raw FROM records "
"""What a record is made of; a condition follows."""


def records_of(rows: Iterable[Any]) -> list[Record]:
    """Records of rows with those columns."""
    return [Record(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


def read_after(reader: Reader, position: int, limit: int) -> list[Record]:
    """Records after `position`: `limit`, and those that share the last one's recorded instant."""
    taken: list[tuple[int, int, str, int, bytes]] = []
    with reader.cursor(COLUMNS + "WHERE position > ? ORDER BY position", position) as rows:
        for row in rows:
            if len(taken) >= limit and row[1] != taken[-1][1]:
                break
            taken.append(row)
    return records_of(taken)


def history_of(reader: Reader, subject: str, until: int) -> list[Record]:
    """All records of `subject` up to and including position `until`."""
    where = "WHERE subject = ? AND position <= ? ORDER BY position"
    return records_of(reader.rows(COLUMNS + where, subject, until))
