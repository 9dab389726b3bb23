"""Second copies of the tables: made beside the live ones, filled, and put in their place.

The exchange of all tables is written down before it begins, so that one that was interrupted is finished when the
read store is opened next, and readers never stay with half of it.
"""

import secrets
from collections.abc import Sequence

from streams.ports import Store

__all__ = ["discard_copies", "exchange", "finish_exchange", "make_copies"]

SUFFIX = "_rebuilt"

_PLAN = """
CREATE TABLE IF NOT EXISTS exchanges (rebuild String, name String, uuid String)
ENGINE = MergeTree ORDER BY (rebuild, name) SETTINGS non_replicated_deduplication_window = 1000
"""
_UUID = """
SELECT toString(uuid) FROM system.tables WHERE database = currentDatabase() AND name = {name:String}
"""


def make_copies(store: Store, tables: Sequence[str]) -> None:
    """Empty tables of the same shape, named with SUFFIX; what an earlier attempt left is dropped."""
    finish_exchange(store)
    discard_copies(store, tables)
    for table in tables:
        store.execute(f"CREATE TABLE {table}{SUFFIX} AS {table}")


def discard_copies(store: Store, tables: Sequence[str]) -> None:
    """Drop the copies, if there are any."""
    for table in tables:
        store.execute(f"DROP TABLE IF EXISTS {table}{SUFFIX} SYNC")


def exchange(store: Store, tables: Sequence[str]) -> None:
    """Put the copies in the place of the live tables and drop those."""
    store.execute(_PLAN)
    rebuild = secrets.token_hex(8)
    plan = [{"rebuild": rebuild, "name": table, "uuid": _uuid(store, table + SUFFIX)} for table in tables]
    store.insert("exchanges", plan, rebuild)
    finish_exchange(store)


def finish_exchange(store: Store) -> bool:
    """Finish an exchange that was written down; whether there was one."""
    if not _uuid(store, "exchanges"):
        return False
    plan = store.execute("SELECT name, uuid FROM exchanges ORDER BY name")
    for table, uuid in plan:
        if _uuid(store, table) != uuid:
            store.execute(f"EXCHANGE TABLES {table} AND {table}{SUFFIX}")
    store.execute("DROP TABLE exchanges SYNC")
    discard_copies(store, [table for table, _ in plan])
    return True


def _uuid(store: Store, table: str) -> str:
    """What identifies a table whatever its name; empty when there is none of this name."""
    rows = store.execute(_UUID, {"name": table})
    return str(rows[0][0]) if rows else ""
