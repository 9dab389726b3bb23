"""Batches as they go into the tables, and how far the tables are filled.

Every insert is one part of its table, so that it is there whole or not at all.
"""

import hashlib
import time
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from domain.instants import DAY
from projections.rows import Row
from projections.statements import StoreError
from streams.ports import Store

__all__ = ["Standing", "await_inserts", "insert_batch", "standing_of", "token_of"]

BY_MONTH: Final = ("events", "findings")
"""Tables whose parts are months of `recorded` (UTC)."""
EPOCH_DAY: Final = date(1970, 1, 1)


class Standing(NamedTuple):
    """How far the sink has come: position of the log, `seq` of issues and of verdicts."""

    position: int
    issues: int
    verdicts: int


def insert_batch(
    store: Store, table: str, rows: Sequence[Row], keys: Sequence[int], suffix: str = ""
) -> None:
    """Insert a batch under its token: the same batch again inserts nothing.

    Tables that lie in months take it month by month, in its order, each run of rows under a token of its own: so every
    insert is one part, and what is stored of a batch that broke off is its beginning.
    """
    if table not in BY_MONTH:
        # a number of verdicts may be that of several cases, which all changed at one time
        subjects = [str(row["subject"]) for row in rows] if table == "cases" else []
        store.insert(table + suffix, rows, token_of(table, keys, subjects))
        return
    numbered = zip(keys, rows, strict=True)
    for _, run in groupby(numbered, key=lambda one: _month(one[1]["recorded"])):
        some = list(run)
        store.insert(table + suffix, [row for _, row in some], token_of(table, [key for key, _ in some]))


def _month(instant: int) -> tuple[int, int]:
    """Year and month (UTC) of an instant, as the tables are parted."""
    return _month_of_day(instant // DAY)


@lru_cache(maxsize=1_000)
def _month_of_day(day: int) -> tuple[int, int]:
    found = EPOCH_DAY + timedelta(days=day)
    return found.year, found.month


def standing_of(store: Store, suffix: str = "") -> Standing:
    """How far the tables are filled."""
    (position,) = store.execute(f"SELECT max(position) FROM events{suffix}")[0]  # noqa: S608 - our own names
    (issues,) = store.execute(f"SELECT max(seq) FROM findings{suffix}")[0]  # noqa: S608
    (verdicts,) = store.execute(f"SELECT max(revision) FROM cases{suffix}")[0]  # noqa: S608
    return Standing(position, issues, verdicts)


def token_of(table: str, keys: Sequence[int], names: Sequence[str] = ()) -> str:
    """The token of a batch: the same for the same rows, another for others."""
    told = repr([list(keys), *names] if names else list(keys))
    digest = hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
    return f"{table}:{keys[0]}-{keys[-1]}:{digest}"


_UNDER_WAY: Final = """
SELECT count() FROM system.processes
WHERE query_kind = 'Insert' AND current_database = currentDatabase() AND query NOT LIKE 'INSERT INTO past_%'
"""
_WAIT_SECONDS: Final = 30.0


def await_inserts(store: Store) -> None:
    """Wait until a server has done with what an earlier sink sent: its answer was lost, its rows may still come."""
    until = time.monotonic() + _WAIT_SECONDS
    while store.execute(_UNDER_WAY) != [(0,)]:
        if time.monotonic() > until:
            raise StoreError("an insert that was begun before is still under way in the read store")
        time.sleep(0.1)
