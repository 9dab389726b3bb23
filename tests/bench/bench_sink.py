"""The sink against bare inserts of the same rows: into ClickHouse by clickhouse-driver, in one run.

    python -m tests.bench.bench_sink [--json]

A synthetic county lies judged in a data folder; the sink carries all of it into empty tables. Then the very batches
that it inserted are inserted once more, into the tables of another database, with nothing made anew. The server is the
emulation of the tests (chDB's engine behind the native protocol) unless SUNDIAL_TEST_CLICKHOUSE names a real one.
Rates are of the clock on the wall.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from projections.schema import migrate
from projections.sink import Sink
from tests.bench.county import tell
from tests.bench.judged_county import judged_county
from tests.support.engines import AnyStore, new_store

DAYS = 20

Batch = tuple[str, Sequence[Mapping[str, Any]], str]


class Noting:
    """A store that notes down what is inserted, and how long the inserts take."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self.batches: list[Batch] = []
        self.seconds = 0.0

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._store.execute(sql, params)

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        self.batches.append((table, list(rows), token))
        begun = time.perf_counter()
        self._store.insert(table, rows, token)
        self.seconds += time.perf_counter() - begun

    def close(self) -> None:
        self._store.close()


def measure() -> dict[str, float]:
    """Rows a second of both, and what the sink's time goes to."""
    with tempfile.TemporaryDirectory() as name:
        judged = judged_county(Path(name), DAYS)
        with new_store("clickhouse", Path(name)) as store:
            noting = Noting(store)
            migrate(noting)
            begun = time.perf_counter()
            Sink(judged.journal, judged.state, noting, judged.base).drain()
            carried = time.perf_counter() - begun
        judged.close()
        batches = [batch for batch in noting.batches if batch[0] != "migrations"]
        with new_store("clickhouse", Path(name)) as store:
            migrate(store)
            begun = time.perf_counter()
            for table, rows, token in batches:
                store.insert(table, rows, token)
            bare = time.perf_counter() - begun
    count = sum(len(rows) for _, rows, _ in batches)
    return {
        "rows": count,
        "batches": len(batches),
        "sink_rows_per_second": count / carried,
        "bare_rows_per_second": count / bare,
        "share_of_bare": bare / carried,
        "share_in_inserts": noting.seconds / carried,
    }


if __name__ == "__main__":
    tell(measure, __doc__)
