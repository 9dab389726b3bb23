"""Journal append against bare SQLite: the same bytes, one transaction and one forced write per batch.

    python -m tests.bench.bench_journal [--json]

Bare SQLite inserts position and bytes into one table and nothing else. The journal also checks each event at the
door, looks for its id, states its recorded time and keeps three indexes. Both alternate within one run, so that
they share the disk's moods.
"""

import sqlite3
import statistics
import tempfile
import threading
import time
from pathlib import Path

from domain.events import Event, encode_event, event_from_mapping
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from tests.bench.county import tell

BATCHES = (1, 20, 500)
ROUNDS = 12
THREADS = 16


def an_event(number: int) -> Event:
    mapping = {
        "id": f"event-{number}",
        "source": "hall/weixian",
        "type": "case.accepted",
        "subject": f"13053320260302{number // 6:06}",
        "time": "2026-03-02T09:30:00+08:00",
        "data": {
            "item": "permit", "hall": "weixian", "window": "A12", "department": "市场监管", "officer": "o-17",
            "kind": "promise", "mode": "promise", "document_no": f"S{number:08}",
        },
    }  # fmt: skip
    return event_from_mapping(mapping, recorded=0)


def measure() -> dict[str, float]:
    """Events per second of each way and size of batch, and their ratios."""
    out: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.db", SettingClock(ClockSetting()))
        bare = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE records (position INTEGER PRIMARY KEY, raw BLOB)")
        number = 0
        for size in BATCHES:
            ours: list[float] = []
            theirs: list[float] = []
            calls = max(1, 400 // size)
            for _ in range(ROUNDS):
                batches = [[an_event(number + n * size + k) for k in range(size)] for n in range(calls)]
                raw = [[(encode_event(event),) for event in batch] for batch in batches]
                number += calls * size
                begin = time.perf_counter()
                for rows in raw:
                    bare.execute("BEGIN IMMEDIATE")
                    bare.executemany("INSERT INTO records (raw) VALUES (?)", rows)
                    bare.execute("COMMIT")
                theirs.append(time.perf_counter() - begin)
                begin = time.perf_counter()
                for batch in batches:
                    journal.append(batch)
                ours.append(time.perf_counter() - begin)
            events = calls * size
            out[f"journal_{size}_events_per_second"] = events / statistics.median(ours)
            out[f"sqlite_{size}_events_per_second"] = events / statistics.median(theirs)
            out[f"ratio_{size}"] = statistics.median(ours) / statistics.median(theirs)
        out[f"journal_1_from_{THREADS}_threads_events_per_second"] = from_threads(journal, number)
        journal.close()
        bare.close()
    return out


def from_threads(journal: Journal, number: int) -> float:
    """Events per second when many callers append one event each: they share forced writes."""
    each = 100

    def produce(thread: int) -> None:
        for n in range(each):
            journal.append([an_event(number + thread * each + n)])

    threads = [threading.Thread(target=produce, args=(n,)) for n in range(THREADS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * THREADS / (time.perf_counter() - begin)


def show(results: dict[str, float]) -> None:
    print("Journal append, one forced write per batch, events per second")
    print(f"{'batch':>6} {'journal':>10} {'bare SQLite':>12} {'times its time':>15}")
    for size in BATCHES:
        ours, theirs = (results[f"{who}_{size}_events_per_second"] for who in ("journal", "sqlite"))
        print(f"{size:>6} {ours:>10,.0f} {theirs:>12,.0f} {results[f'ratio_{size}']:>15.2f}")
    shared = results[f"journal_1_from_{THREADS}_threads_events_per_second"]
    print(f"{1:>6} {shared:>10,.0f}   from {THREADS} threads at once")


if __name__ == "__main__":
    tell(measure, "Journal append against bare SQLite.", show)
