"""The store in-process: opening, closing, what stays."""

from pathlib import Path

import pytest

from projections.store import ChdbStore, StoreError


def test_what_was_inserted_is_there_after_opening_again(tmp_path: Path) -> None:
    store = ChdbStore(tmp_path)
    store.execute("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
    store.insert("t", [{"a": 1}], "t")
    store.close()
    again = ChdbStore(tmp_path)
    assert again.execute("SELECT a FROM t") == [(1,)]
    again.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = ChdbStore(tmp_path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.execute("SELECT 1")


def test_a_second_folder_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    first = ChdbStore(tmp_path / "first")
    with pytest.raises(StoreError, match="second"):
        ChdbStore(tmp_path / "second")
    assert first.execute("SELECT 1") == [(1,)]
    first.close()
    ChdbStore(tmp_path / "second").close()


def test_databases_of_one_folder_do_not_see_each_other(tmp_path: Path) -> None:
    one, other = ChdbStore(tmp_path, "one"), ChdbStore(tmp_path, "other")
    one.execute("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
    assert one.execute("SHOW TABLES") == [("t",)]
    assert other.execute("SHOW TABLES") == []
    one.close()
    other.close()
