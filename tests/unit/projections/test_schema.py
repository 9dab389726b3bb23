"""Migrations, and copies of tables put in their place."""

import pytest

from projections import schema, tables
from projections.schema import TABLES, migrate, migrations
from projections.store import ChdbStore, StoreError


def test_migrations_are_numbered_from_one() -> None:
    assert [one.number for one in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_second_run_does_nothing(store: ChdbStore) -> None:
    assert migrate(store) == []
    tables = {name for (name,) in store.execute("SHOW TABLES")}
    assert tables == {*TABLES, "migrations"}


def test_a_run_that_broke_off_is_taken_up(store: ChdbStore) -> None:
    store.execute("DROP TABLE cases SYNC")
    store.execute("DELETE FROM migrations WHERE statement >= 6")
    assert [one.number for one in migrate(store)] == [1]
    assert store.execute("SELECT count() FROM cases") == [(0,)]


def test_every_table_recognises_a_batch_sent_again(store: ChdbStore) -> None:
    for table in TABLES:
        ((statement,),) = store.execute(f"SHOW CREATE TABLE {table}")
        assert "non_replicated_deduplication_window = 1000" in statement, table


def test_copies_take_the_place_of_the_tables(store: ChdbStore) -> None:
    store.insert("hall_activity", [{"hall": "live", "recorded": 1, "position": 1}], "t")
    tables.make_copies(store, TABLES)
    store.insert("hall_activity_rebuilt", [{"hall": "made", "recorded": 1, "position": 1}], "t")
    tables.exchange(store, TABLES)
    assert store.execute("SELECT hall FROM hall_activity") == [("made",)]
    assert {name for (name,) in store.execute("SHOW TABLES")} == {*TABLES, "migrations"}


@pytest.mark.parametrize("broken_at", range(len(TABLES)))
def test_an_exchange_that_broke_off_is_finished_at_the_next_opening(
    store: ChdbStore, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    tables.make_copies(store, TABLES)
    copies = {table: tables._uuid(store, f"{table}_rebuilt") for table in TABLES}
    execute, exchanged = store.execute, 0

    def breaking(sql: str, params: object = None) -> list[tuple[object, ...]]:
        nonlocal exchanged
        if sql.startswith("EXCHANGE"):
            if exchanged == broken_at:
                raise StoreError("the power is gone")
            exchanged += 1
        return execute(sql, params)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(store, "execute", breaking)
        with pytest.raises(StoreError):
            tables.exchange(store, TABLES)
    schema.migrate(store)
    assert {table: tables._uuid(store, table) for table in TABLES} == copies
    assert {name for (name,) in store.execute("SHOW TABLES")} == {*TABLES, "migrations"}
