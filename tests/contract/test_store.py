"""What every read store owes its readers; each implementation runs the whole suite."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.reference import Reference
from projections.queries.cases import cases_page
from projections.queries.metrics import SCOPES, metrics_by
from projections.queries.wall import WallFrame, wall_document
from projections.schema import migrate
from projections.statements import StoreError
from streams.ports import Store
from tests.support.engines import ENGINES, new_store
from tests.unit.projections.making import MONDAY, NOON, case, completed


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with new_store(request.param, tmp_path) as opened:
        opened.execute(
            "CREATE TABLE things "
            "(number UInt64, name String, maybe Nullable(Float64), kind LowCardinality(String)) "
            "ENGINE = MergeTree ORDER BY number SETTINGS non_replicated_deduplication_window = 1000"
        )
        yield opened


def thing(number: int, name: str = "x", maybe: float | None = None, kind: str = "k") -> dict[str, Any]:
    return {"number": number, "name": name, "maybe": maybe, "kind": kind}


def count(store: Store) -> int:
    ((found,),) = store.execute("SELECT count() FROM things")
    return int(found)


def test_what_is_inserted_can_be_read(store: Store) -> None:
    store.insert("things", [thing(1, "威县", 1.5), thing(2**63, "a\"b'c\\d\te\nf")], "t")
    assert store.execute("SELECT number, name, maybe FROM things ORDER BY number") == [
        (1, "威县", 1.5),
        (2**63, "a\"b'c\\d\te\nf", None),
    ]


def test_the_same_token_inserts_once(store: Store) -> None:
    for _ in range(3):
        store.insert("things", [thing(1), thing(2)], "batch 1")
    assert count(store) == 2


def test_a_token_is_of_its_table(store: Store) -> None:
    store.execute("CREATE TABLE others AS things")
    store.insert("things", [thing(1)], "t")
    store.insert("others", [thing(1)], "t")
    assert store.execute("SELECT count() FROM others") == [(1,)]


def test_the_same_rows_under_another_token_are_other_rows(store: Store) -> None:
    store.insert("things", [thing(1)], "a")
    store.insert("things", [thing(1)], "b")
    assert count(store) == 2


def test_a_token_may_hold_any_text(store: Store) -> None:
    for token in ("it's", "back\\slash", "威县"):
        store.insert("things", [thing(1)], token)
        store.insert("things", [thing(1)], token)
    assert count(store) == 3


def test_a_batch_with_a_bad_row_is_not_stored_at_all(store: Store) -> None:
    with pytest.raises(StoreError):
        store.insert("things", [thing(1), {**thing(2), "number": "two"}], "t")
    assert count(store) == 0
    store.insert("things", [thing(1), thing(2)], "t")
    assert count(store) == 2


def test_an_empty_batch_is_nothing(store: Store) -> None:
    store.insert("things", [], "t")
    assert count(store) == 0


def test_a_batch_is_one_part(store: Store) -> None:
    store.insert("things", [thing(number, "name" * 20) for number in range(20_000)], "t")
    assert store.execute(
        "SELECT count() FROM system.parts WHERE database = currentDatabase() AND table = 'things' AND active"
    ) == [(1,)]


@pytest.mark.parametrize(
    "text", ["", "it's", "back\\slash", "\\N", "tab\tline\nend", "威县 ≠ 桃江", "'); DROP TABLE things"]
)
def test_parameters_arrive_as_they_are(store: Store, text: str) -> None:
    assert store.execute("SELECT {text:String}", {"text": text}) == [(text,)]
    assert store.execute("SELECT {texts:Array(String)}", {"texts": [text, "b"]}) == [([text, "b"],)]


def test_parameters_of_other_types(store: Store) -> None:
    sql = (
        "SELECT {a:Int64}, {b:Nullable(Int64)}, {c:UInt8}, toString({d:Date}), {e:Array(UInt64)}, {f:Float64}"
    )
    given = {"a": -(2**62), "b": None, "c": True, "d": "2026-02-12", "e": [1, 2], "f": 0.25}
    assert store.execute(sql, given) == [(-(2**62), None, 1, "2026-02-12", [1, 2], 0.25)]


def test_a_parameter_of_the_wrong_type_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError):
        store.execute("SELECT {a:UInt8}", {"a": "many"})


def test_an_error_leaves_the_store_as_it_was(store: Store) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        store.execute("SELECT * FROM nowhere")
    assert store.execute("SELECT 1") == [(1,)]


def test_no_value_is_none(store: Store) -> None:
    assert store.execute("SELECT NULL, 0 / 0, 1 / 0") == [(None, None, None)]


def test_the_highest_version_counts_in_a_replacing_table(store: Store) -> None:
    store.execute(
        "CREATE TABLE states (key String, version UInt64, value String) "
        "ENGINE = ReplacingMergeTree(version) ORDER BY key SETTINGS non_replicated_deduplication_window = 1000"
    )
    store.insert("states", [{"key": "a", "version": 2, "value": "new"}], "2")
    store.insert("states", [{"key": "a", "version": 1, "value": "old"}], "1")
    assert store.execute("SELECT value FROM states FINAL") == [("new",)]


def test_tables_can_be_exchanged(store: Store) -> None:
    store.execute("CREATE TABLE others AS things")
    store.insert("things", [thing(1)], "t")
    store.execute("EXCHANGE TABLES things AND others")
    assert count(store) == 0
    assert store.execute("SELECT count() FROM others") == [(1,)]


def test_many_threads_may_use_it_at_once(store: Store) -> None:
    def work(number: int) -> int:
        store.insert("things", [thing(number)], f"t{number}")
        ((found,),) = store.execute(
            "SELECT count() FROM things WHERE number = {number:UInt64}", {"number": number}
        )
        return int(found)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(40))) == [1] * 40
    assert count(store) == 40


def test_an_agency_task_is_in_no_figure_of_citizens_matters(store: Store) -> None:
    """Docs: metrics.md. It has a row, as it has findings, and neither rates nor counts know it."""
    migrate(store)
    task = case("task-1", hall="village", status="not_started", is_open=0, is_accepted=0, accepted=None, level=2,
                promise_clock="", promise_state="", statute_state="", next_due=None)  # fmt: skip
    store.insert("cases", [case("open"), completed("done", MONDAY)], "cases")
    today = MONDAY + timedelta(days=4)
    frame = WallFrame(ZoneInfo("Asia/Shanghai"), {"zh": "", "en": ""}, {})
    view = Reference({}).at(NOON)

    def figures() -> list[Any]:
        wall = wall_document(store, view, NOON, frame)
        halls = [hall for hall in wall["halls"] if hall["hall"] != "village"]
        return [wall["figures"], halls, wall["trend"]] + [
            metrics_by(store, scope, now=NOON, today=today) for scope in SCOPES
        ]

    without = figures()
    store.insert("cases", [task], "task")
    assert figures() == without
    assert [row["subject"] for row in cases_page(store, now=NOON, hall="village").rows] == ["task-1"]
    assert cases_page(store, now=NOON, status="open", hall="village").rows == []


def test_answers_are_numbers_texts_nulls_and_lists(store: Store) -> None:
    sql = """
    SELECT toNullable(toInt16(-1)), toLowCardinality('k'), [1, 2], [[0.5]], ['a', 'b'], (1, 'x'), toUUID(
    '00000000-0000-0000-0000-000000000001'), toDate('2026-02-12'), true, sumMapIf([7], [1], 1), nan, CAST(NULL
    AS Nullable(String)), toFloat32(0.5)
    """
    assert store.execute(sql) == [
        (-1, "k", [1, 2], [[0.5]], ["a", "b"], [1, "x"], "00000000-0000-0000-0000-000000000001",
         "2026-02-12", True, [[7], [1]], None, None, 0.5)
    ]  # fmt: skip


def test_no_rows_are_an_empty_list(store: Store) -> None:
    assert store.execute("SELECT number FROM things") == []
    assert store.execute("TRUNCATE TABLE things") == []


def test_an_answer_of_many_blocks(store: Store) -> None:
    found = store.execute("SELECT number, toString(number) FROM numbers(200000)")
    assert found == [(number, str(number)) for number in range(200_000)]


def test_days_lists_and_nulls_can_be_inserted(store: Store) -> None:
    store.execute(
        "CREATE TABLE days (day Nullable(Date), first Date, texts Array(String), mark FixedString(4)) "
        "ENGINE = MergeTree ORDER BY first"
    )
    row = {"day": None, "first": "2026-02-12", "texts": ["a", "威"], "mark": "abcd"}
    store.insert("days", [row, row | {"day": "2149-06-06", "texts": []}], "t")
    assert store.execute("SELECT day, first, texts, mark FROM days ORDER BY day") == [
        ("2149-06-06", "2026-02-12", [], "abcd"),
        (None, "2026-02-12", ["a", "威"], "abcd"),
    ]


def test_no_value_for_a_column_without_nulls_is_its_default(store: Store) -> None:
    store.insert("things", [{**thing(1), "name": None}], "t")
    assert store.execute("SELECT name FROM things") == [("",)]


def test_a_table_or_column_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        store.insert("nowhere", [thing(1)], "t")
    with pytest.raises(StoreError, match="extra"):
        store.insert("things", [{**thing(1), "extra": 1}], "t")
    assert count(store) == 0


def test_a_table_made_again_with_other_columns_is_seen_as_it_is(store: Store) -> None:
    store.insert("things", [thing(1)], "t")
    store.execute("DROP TABLE things SYNC")
    store.execute("CREATE TABLE things (number Date) ENGINE = MergeTree ORDER BY number")
    store.insert("things", [{"number": "2026-02-12"}], "t")
    assert store.execute("SELECT number FROM things") == [("2026-02-12",)]
