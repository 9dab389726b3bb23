"""The tables of the read store: numbered files of SQL, run forward once each and written down."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Final, NamedTuple

from projections.statements import StoreError
from projections.tables import finish_exchange
from streams.ports import Store

__all__ = ["TABLES", "Migration", "WrongSchema", "check_schema", "migrate", "migrations", "statements"]

TABLES: Final = ("events", "hall_activity", "halls", "items", "expectations", "findings", "cases")
"""Every table that is filled from the journal, and so can be rebuilt."""

_FILE: Final = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(NamedTuple):
    """One numbered file."""

    number: int
    name: str
    statements: list[str]


_TABLE: Final = """
CREATE TABLE IF NOT EXISTS migrations (number UInt32, statement UInt32, name String)
ENGINE = MergeTree ORDER BY (number, statement) SETTINGS non_replicated_deduplication_window = 1000
"""
_DONE: Final = "SELECT number, statement FROM migrations"
_HAS_TABLES: Final = """
SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'
"""


class WrongSchema(StoreError):
    """The tables are not those of this version; the message says what to do."""


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


def migrate(store: Store, tell: Callable[[str], None] = lambda _: None) -> list[Migration]:
    """Run what has not been run yet; what was run. A run that was interrupted is taken up where it broke
    off. `tell` is told each migration of tables that are there already. Raises WrongSchema when a later version has
    been here.
    """
    known = migrations()
    store.execute(_TABLE)
    done = _done(store, known)
    finish_exchange(store)
    ran = []
    for migration in known:
        for index, statement in enumerate(migration.statements, 1):
            if (migration.number, index) in done:
                continue
            if done and migration not in ran:  # tables that hold something may take a while
                tell(f"{migration.number:04}_{migration.name}")
            store.execute(_repeatable(statement))
            row = {"number": migration.number, "statement": index, "name": migration.name}
            store.insert("migrations", [row], f"migration:{migration.number}:{index}")
            if migration not in ran:
                ran.append(migration)
    return ran


def statements() -> list[str]:
    """Everything that `migrate` runs on an empty store, for people to read or to run by hand."""
    return [_TABLE.strip(), *(one for migration in migrations() for one in migration.statements)]


def check_schema(store: Store) -> None:
    """Raises WrongSchema unless exactly the migrations of this version have been run."""
    known = migrations()
    ((count,),) = store.execute(_HAS_TABLES)
    done = _done(store, known) if count else set()
    missing = [
        one for one in known if any((one.number, n + 1) not in done for n in range(len(one.statements)))
    ]
    if missing:
        names = ", ".join(f"{one.number:04}_{one.name}" for one in missing)
        raise WrongSchema(
            f"the tables of the read store are behind this version ({names}); run `sundial migrate`"
        )


def _done(store: Store, known: list[Migration]) -> set[tuple[int, int]]:
    done = {(row[0], row[1]) for row in store.execute(_DONE)}
    newest = max((number for number, _ in done), default=0)
    if newest > len(known):
        raise WrongSchema(
            f"the tables of the read store were made by a later version (migration {newest:04}, this one knows "
            f"{len(known):04}); expected that version or a later one"
        )
    return done


def _statements(text: str) -> list[str]:
    code = "\n".join(line.partition("--")[0].rstrip() for line in text.splitlines())
    return [part.strip() for part in code.split(";") if part.strip()]


def _repeatable(statement: str) -> str:
    """A creation that broke off before it was written down is done again without an error."""
    return re.sub(r"^CREATE TABLE (?!IF )", "CREATE TABLE IF NOT EXISTS ", statement)
