"""The same statements for a cluster of replicas: made from those of one server, never written twice.

Tables become their Replicated kinds, and every statement that makes, changes or drops one is told to the whole cluster.
The path in Keeper goes by the identity of a table, not by its name, so that tables can be exchanged.
"""

import re
from typing import Final

__all__ = ["replicated"]

_CLUSTER: Final = re.compile(r"[A-Za-z0-9_.{}-]+")
_ENGINE: Final = re.compile(r"\bENGINE = (\w*)MergeTree\b(?:\(([^()]*)\))?")
_PLACE: Final = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"
_WINDOW: Final = re.compile(r"\bnon_replicated_deduplication_window = (\d+)")
_WEEK_SECONDS: Final = 7 * 24 * 3600
_NAMED: Final = re.compile(
    r"((?:CREATE TABLE|CREATE DATABASE|DROP TABLE|DROP DATABASE|ALTER TABLE|TRUNCATE TABLE)"
    r"(?: IF NOT EXISTS| IF EXISTS)? \w+)"
)
_EMPTY: Final = (
    "SELECT throwIf(total_rows > 0, '{why}') FROM system.tables "
    "WHERE database = currentDatabase() AND name = '{name}'"
)
_REPLACE: Final = re.compile(r"CREATE OR REPLACE TABLE (\w+)(.*)\bAS SELECT\b.*", re.DOTALL)


def replicated(statement: str, cluster: str) -> list[str]:
    """`statement` for all replicas of `cluster`: one or more statements, in order. Raises ValueError.

    Tables in memory stay on the server where they are asked for. A table can be replaced only while it is empty: a
    cluster is set up by all migrations at once.
    """
    if not _CLUSTER.fullmatch(cluster):
        raise ValueError(
            f"expected the name of a cluster (letters, digits, _ . - and macros in {{}}), got {cluster!r}"
        )
    text = statement.strip()
    if "ENGINE = Memory" in text:
        return [text]
    if found := _REPLACE.fullmatch(text):
        name, rest = found[1], found[2].strip()
        why = f"{name}: only an empty table can be replaced on a cluster"
        return [
            _EMPTY.format(why=why, name=name),
            *replicated(f"DROP TABLE IF EXISTS {name} SYNC", cluster),
            *replicated(f"CREATE TABLE {name} {rest}", cluster),
        ]
    if text.startswith("EXCHANGE TABLES "):
        return [f"{text} ON CLUSTER '{cluster}'"]
    made, count = (
        _NAMED.subn(rf"\1 ON CLUSTER '{cluster}'", text, count=1) if _NAMED.match(text) else (text, 0)
    )
    return [_keeping(made)] if count else [text]


def _keeping(statement: str) -> str:
    """The engine that keeps replicas alike, and how long it remembers batches."""
    statement = _ENGINE.sub(
        lambda found: (
            f"ENGINE = Replicated{found[1]}MergeTree({_PLACE}{', ' + found[2] if found[2] else ''})"
        ),
        statement,
    )
    return _WINDOW.sub(
        rf"replicated_deduplication_window = \1, replicated_deduplication_window_seconds = {_WEEK_SECONDS}",
        statement,
    )
