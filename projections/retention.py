"""How long the read store keeps what, by kind; the log and what was issued stay whole wherever they lie.

Rows of events are always kept: they say how far the log was carried and which subjects there are, and are small
without their payloads. Of cases there is one row each.
"""

import re
from typing import Final, NamedTuple

from streams.ports import Store

__all__ = ["LEAST_DAYS", "Retention", "keep"]

LEAST_DAYS: Final = 400
"""Figures are asked for by year, and compared with the year before."""

_CREATED: Final = (
    "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = {name:String}"
)
_TTL: Final = "toDateTime(intDiv(recorded, 1000000), 'UTC') + toIntervalDay({days})"
_OF_COLUMN: Final = re.compile(r"`data` String[^,]*? TTL .*?toIntervalDay\((\d+)\)")
_OF_TABLE: Final = re.compile(r"ORDER BY \w+ TTL .*?toIntervalDay\((\d+)\)")


class Retention(NamedTuple):
    """Days since an entry was recorded; 0: for ever."""

    payloads: int = 0
    """The JSON of events (column `data` of `events`)."""
    findings: int = 0
    """What was issued (rows of `findings`)."""


def keep(store: Store, retention: Retention) -> list[str]:
    """Make the tables keep as `retention` says; the statements that it took, none where they do already."""
    statements = [
        *_change(
            store,
            "events",
            _OF_COLUMN,
            retention.payloads,
            "MODIFY COLUMN data TTL",
            "MODIFY COLUMN data REMOVE TTL",
        ),
        *_change(store, "findings", _OF_TABLE, retention.findings, "MODIFY TTL", "REMOVE TTL"),
    ]
    for statement in statements:
        store.execute(statement)
    return statements


def _change(
    store: Store, table: str, pattern: re.Pattern[str], days: int, set_: str, remove: str
) -> list[str]:
    ((created,),) = store.execute(_CREATED, {"name": table})
    found = pattern.search(created)
    now = int(found[1]) if found else 0
    if now == days:
        return []
    return [
        f"ALTER TABLE {table} {set_} {_TTL.format(days=days)}" if days else f"ALTER TABLE {table} {remove}"
    ]
