"""Migrations, and copies of tables put in their place."""

from pathlib import Path

import pytest

from domain.instants import DAY
from projections import schema, tables
from projections.schema import TABLES, WrongSchema, check_schema, migrate, migrations
from projections.statements import StoreError
from tests.support.engines import ON_BOTH, AnyStore, new_store
from tests.unit.projections.making import event_rows
from tests.unit.projections.test_queries import finding


def test_migrations_are_numbered_from_one() -> None:
    assert [one.number for one in migrations()] == list(range(1, len(migrations()) + 1))


@ON_BOTH
def test_a_second_run_does_nothing(store: AnyStore) -> None:
    assert migrate(store) == []
    tables = {name for (name,) in store.execute("SHOW TABLES")}
    assert tables == {*TABLES, "migrations"}


@ON_BOTH
def test_a_run_that_broke_off_is_taken_up(store: AnyStore) -> None:
    store.execute("DROP TABLE cases SYNC")
    store.execute("DELETE FROM migrations WHERE statement >= 6")
    assert [one.number for one in migrate(store)] == [1]
    assert store.execute("SELECT count() FROM cases") == [(0,)]


@ON_BOTH
def test_every_table_recognises_a_batch_sent_again(store: AnyStore) -> None:
    for table in TABLES:
        ((statement,),) = store.execute(f"SHOW CREATE TABLE {table}")
        assert "non_replicated_deduplication_window = 1000" in statement, table


@ON_BOTH
def test_copies_take_the_place_of_the_tables(store: AnyStore) -> None:
    store.insert("hall_activity", [{"hall": "live", "recorded": 1, "position": 1}], "t")
    tables.make_copies(store, TABLES)
    store.insert("hall_activity_rebuilt", [{"hall": "made", "recorded": 1, "position": 1}], "t")
    tables.exchange(store, TABLES)
    assert store.execute("SELECT hall FROM hall_activity") == [("made",)]
    assert {name for (name,) in store.execute("SHOW TABLES")} == {*TABLES, "migrations"}


@ON_BOTH
@pytest.mark.parametrize("broken_at", range(len(TABLES)))
def test_an_exchange_that_broke_off_is_finished_at_the_next_opening(
    store: AnyStore, monkeypatch: pytest.MonkeyPatch, broken_at: int
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


@ON_BOTH
def test_tables_of_the_first_version_keep_their_rows(engine: str, tmp_path: Path) -> None:
    """Migration 2 makes events and findings anew, parted by month, from what they hold."""
    rows = {
        "events": [
            {**row, "position": n, "recorded": n * 40 * DAY} for n, row in enumerate(event_rows(1, 200), 1)
        ],
        "findings": [finding(n, recorded=n * 40 * DAY) for n in range(1, 20)],
    }
    with new_store(engine, tmp_path) as store:
        with pytest.MonkeyPatch.context() as before:
            before.setattr(schema, "migrations", lambda: migrations()[:1])
            migrate(store)
        for table, some in rows.items():
            store.insert(table, some, "all")
        seen = {table: store.execute(f"SELECT * FROM {table} ORDER BY 1") for table in rows}
        told: list[str] = []
        assert [one.number for one in migrate(store, told.append)] == [2]
        assert told == ["0002_months"]
        assert {table: store.execute(f"SELECT * FROM {table} ORDER BY 1") for table in rows} == seen
        months = "SELECT uniq(partition) FROM system.parts WHERE database = currentDatabase() AND table = {t:String}"
        assert store.execute(months, {"t": "findings"})[0][0] >= 19
        assert migrate(store) == []


@ON_BOTH
@pytest.mark.parametrize("statement", [1, 2])
def test_a_table_being_made_anew_may_be_made_anew_again(store: AnyStore, statement: int) -> None:
    """The program ended after the exchange, before it was written down."""
    store.insert("findings", [finding(1), finding(2)], "t")
    store.insert("events", event_rows(1, 3), "t")
    store.execute(f"DELETE FROM migrations WHERE number = 2 AND statement = {statement}")
    assert [one.number for one in migrate(store)] == [2]
    assert store.execute("SELECT count() FROM findings") == [(2,)]
    assert store.execute("SELECT count() FROM events") == [(3,)]


@ON_BOTH
def test_tables_of_a_later_version_are_left_alone(store: AnyStore) -> None:
    check_schema(store)
    store.insert("migrations", [{"number": 9_999, "statement": 1, "name": "later"}], "t")
    for ask in (migrate, check_schema):
        with pytest.raises(WrongSchema, match="later version"):
            ask(store)


@ON_BOTH
def test_tables_that_are_missing_are_named(engine: str, tmp_path: Path) -> None:
    with new_store(engine, tmp_path) as store, pytest.raises(WrongSchema, match="0001_tables, 0002_months"):
        check_schema(store)
