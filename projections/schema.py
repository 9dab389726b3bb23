"""The tables of the read store: numbered files of SQL, run forward once each and written down."""

import re
from importlib.resources import files
from typing import Final, NamedTuple

from projections.tables import finish_exchange
from streams.ports import Store

__all__ = ["TABLES", "Migration", "migrate", "migrations"]

TABLES: Final = ("events", "hall_activity", "halls", "items", "expectations", "findings", "cases")
"""Every table that is filled from the journal, and so can be rebuilt."""

_FILE: Final = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(NamedTuple):
    """One numbered file."""

    number: int
    name: str
    statements: list[str]


def migrations() -> list[Migration]:
    """All migrations in order. Raises ValueError unless they are numbered 1, 2, 3, ..."""
    found = []
    for file in (files("projections") / "migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), match[2], _statements(file.read_text(encoding="utf-8"))))
    found.sort()
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise ValueError(
            f"migrations: expected the numbers 1 to {len(found)}, got {[one.number for one in found]}"
        )
    return found


def migrate(store: Store) -> list[Migration]:
    """Run what has not been run yet; what was run. A run that was interrupted is taken up where it broke
    off.
    """
    store.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number UInt32, statement UInt32, name String) "
        "ENGINE = MergeTree ORDER BY (number, statement) SETTINGS non_replicated_deduplication_window = 1000"
    )
    done = {(row[0], row[1]) for row in store.execute("SELECT number, statement FROM migrations")}
    finish_exchange(store)
    ran = []
    for migration in migrations():
        for index, statement in enumerate(migration.statements, 1):
            if (migration.number, index) in done:
                continue
            store.execute(_repeatable(statement))
            row = {"number": migration.number, "statement": index, "name": migration.name}
            store.insert("migrations", [row], f"migration:{migration.number}:{index}")
            if migration not in ran:
                ran.append(migration)
    return ran


def _statements(text: str) -> list[str]:
    code = "\n".join(line.partition("--")[0].rstrip() for line in text.splitlines())
    return [part.strip() for part in code.split(";") if part.strip()]


def _repeatable(statement: str) -> str:
    """A creation that broke off before it was written down is done again without an error."""
    return re.sub(r"^CREATE TABLE (?!IF )", "CREATE TABLE IF NOT EXISTS ", statement)
