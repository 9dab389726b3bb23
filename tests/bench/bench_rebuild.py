"""A rebuild of the read store, step by step: what each adds to decoding alone, in one run.

    python -m tests.bench.bench_rebuild [--json]

The events of a synthetic county lie in a journal. "Decode" reads each event whole; "fold" takes it into its case's
history as well; "judge once" adds one verdict for each case, as at the end; "rebuild" is `sundial rebuild`: it judges
every case over its whole life, since it proves what was issued on the way, and makes, inserts and compares the rows of
all tables (chDB). All are events per second of processor time, one core, the inserting engine's threads included.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.events import decode_event
from domain.fold import CaseFold
from domain.instants import DAY
from domain.judge import verdict_of
from domain.reference import Reference
from projections.rebuild import rebuild
from projections.schema import migrate
from projections.sink import Sink
from streams.known import known_reference
from streams.ports import Record
from tests.bench.county import START, tell
from tests.bench.judged_county import Judged, judged_county
from tests.support.engines import AnyStore, new_store

DAYS = 20
ROUNDS = 5


def cases_of(judged: Judged) -> dict[str, list[bytes]]:
    """The events of cases, as the journal keeps them, by case."""
    cases: dict[str, list[bytes]] = {}
    records: list[Record] = judged.journal.read(0, 10**7)
    for record in records:
        if not record.is_reference:
            cases.setdefault(record.subject, []).append(record.raw)
    return cases


def decode(cases: dict[str, list[bytes]]) -> None:
    for raws in cases.values():
        for raw in raws:
            decode_event(raw)


def fold(cases: dict[str, list[bytes]]) -> dict[str, CaseFold]:
    folds = {}
    for subject, raws in cases.items():
        folds[subject] = CaseFold(subject)
        folds[subject].take([decode_event(raw) for raw in raws])
    return folds


def judge_once(cases: dict[str, list[bytes]], reference: Reference, at: int) -> None:
    for one in fold(cases).values():
        verdict_of(one, reference, at, at, ledger=False)


def took(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


class Timed:
    """A store that tells how much processor time its inserts take."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self.seconds = 0.0

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._store.execute(sql, params)

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        self.seconds += took(lambda: self._store.insert(table, rows, token))

    def close(self) -> None:
        self._store.close()


def rebuilt(judged: Judged, folder: Path) -> dict[str, float]:
    """Seconds of a whole rebuild, and of its parts."""
    with new_store("chdb", folder) as store:
        migrate(store)
        Sink(judged.journal, judged.state, store, judged.base).drain()
        timed, at = Timed(store), dict[str, float]()

        def progress(phase: str, done: int, whole: int) -> None:
            if done == whole:
                at[phase] = time.process_time()

        begun = time.process_time()
        report = rebuild(
            judged.journal, judged.state, timed, judged.base, live=None, progress=progress, stop=threading.Event()
        )  # fmt: skip
        ended = time.process_time()
    if not report.exchanged:
        raise RuntimeError(f"the rebuild found differences: {report.differences}")
    return {
        "rebuild": ended - begun,
        "event_rows": at["events"] - begun,
        "judging_and_case_rows": at["cases"] - at["events"],
        "comparing_tables": ended - at["cases"],
        "inserts": timed.seconds,
    }


def measure() -> dict[str, float]:
    """Events per second of a core, and the shares of a rebuild."""
    with tempfile.TemporaryDirectory() as name:
        judged = judged_county(Path(name), DAYS)
        cases = cases_of(judged)
        count = sum(map(len, cases.values()))
        at = START + DAYS * DAY
        reference = known_reference(judged.journal, judged.journal.end(), set(), judged.base).reference
        works: dict[str, Callable[[], object]] = {
            "decode": lambda: decode(cases),
            "fold": lambda: fold(cases),
            "judge_once": lambda: judge_once(cases, reference, at),
        }
        seconds = {key: statistics.median(took(work) for _ in range(ROUNDS)) for key, work in works.items()}
        parts = rebuilt(judged, Path(name))
        judged.close()
    rates = {f"{key}_per_second": count / taken for key, taken in seconds.items()}
    rates["rebuild_per_second"] = count / parts["rebuild"]
    return {
        "events": count,
        "cases": len(cases),
        **rates,
        "judge_once_times_decode": seconds["judge_once"] / seconds["decode"],
        "rebuild_times_decode": parts["rebuild"] / seconds["decode"],
        **{f"share_{key}": taken / parts["rebuild"] for key, taken in parts.items() if key != "rebuild"},
    }


if __name__ == "__main__":
    tell(measure, __doc__)
