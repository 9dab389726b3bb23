"""The statements for a cluster of replicas: what is written, and that ClickHouse's own parser reads it.

No cluster can be started in these tests; that the replicas do what is written has to be seen on a real one.
"""

from pathlib import Path

import pytest

from projections.replicated import replicated
from projections.schema import TABLES, migrations, statements
from projections.store import ChdbStore
from projections.tables import SUFFIX

CLUSTER = "{cluster}"
ROOT = Path(__file__).parents[3]


def on_cluster() -> list[str]:
    return [one for statement in statements() for one in replicated(statement, CLUSTER)]


def test_every_table_of_every_migration_is_replicated_on_the_cluster() -> None:
    made = [one for one in on_cluster() if one.startswith("CREATE TABLE")]
    named = {one.partition(" ON CLUSTER ")[0].split()[-1] for one in made}
    assert named == {*TABLES, "migrations"}
    for one in made:
        assert f"ON CLUSTER '{CLUSTER}'" in one
        assert "MergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}'" in one
        assert "ENGINE = Replicated" in one
        assert "non_replicated" not in one
        assert (
            "replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800" in one
        )
        assert " AS SELECT " not in one


def test_nothing_else_of_a_table_changes() -> None:
    (plain,) = [
        one for each in migrations() for one in each.statements if one.startswith("CREATE TABLE cases")
    ]
    (made,) = replicated(plain, CLUSTER)
    assert made.replace(f" ON CLUSTER '{CLUSTER}'", "").replace(
        "ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', revision)",
        "ReplacingMergeTree(revision)",
    ).replace(
        "replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800",
        "non_replicated_deduplication_window = 1000",
    ) == plain  # fmt: skip


def test_a_table_that_is_replaced_has_to_be_empty() -> None:
    replaced = [one for one in on_cluster() if "throwIf" in one]
    assert [one.split()[-1] for one in replaced] == ["'events'", "'findings'"]


@pytest.mark.parametrize(
    ("plain", "made"),
    [
        (f"CREATE TABLE events{SUFFIX} AS events", f"CREATE TABLE events{SUFFIX} ON CLUSTER 'c' AS events"),
        ("DROP TABLE IF EXISTS cases_rebuilt SYNC", "DROP TABLE IF EXISTS cases_rebuilt ON CLUSTER 'c' SYNC"),
        ("EXCHANGE TABLES a AND b", "EXCHANGE TABLES a AND b ON CLUSTER 'c'"),
        ("ALTER TABLE findings REMOVE TTL", "ALTER TABLE findings ON CLUSTER 'c' REMOVE TTL"),
        (
            "CREATE DATABASE IF NOT EXISTS d ENGINE = Atomic",
            "CREATE DATABASE IF NOT EXISTS d ON CLUSTER 'c' ENGINE = Atomic",
        ),
        ("SELECT 1", "SELECT 1"),
        ("CREATE TABLE past_1_cases ENGINE = Memory AS SELECT * FROM cases LIMIT 0",) * 2,
    ],
)
def test_what_a_rebuild_does_is_told_to_the_cluster(plain: str, made: str) -> None:
    assert replicated(plain, "c") == [made]


@pytest.mark.parametrize("name", ["", "a'b", "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name of a cluster"):
        replicated("SELECT 1", name)


def test_the_parser_reads_all_of_it(tmp_path: Path) -> None:
    """Also who may do what (infra/clickhouse/users.sql)."""
    from projections.schema import _statements

    users = _statements((ROOT / "infra" / "clickhouse" / "users.sql").read_text(encoding="utf-8"))
    store = ChdbStore(tmp_path)
    try:
        for statement in [*on_cluster(), *users]:
            assert store.execute(f"EXPLAIN AST {statement}"), statement
        for name in ("grafana", "sundial"):
            assert any(one.startswith(f"CREATE USER IF NOT EXISTS {name} ") for one in users)
        known = {name for (name,) in store.execute("SELECT name FROM system.settings")}
        profiles = [one for one in users if "SETTINGS PROFILE IF NOT" in one]
        for profile in profiles:
            text = profile.partition(" SETTINGS\n")[2]
            assert {part.split()[0] for part in text.split(",")} <= known
    finally:
        store.close()
