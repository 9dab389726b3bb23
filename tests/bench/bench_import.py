"""Import of a table against reading it with `csv` alone: the same file, in one run.

    python -m tests.bench.bench_import [--json]

The file is one row per case, with two times and a target each, by the mapping of the city requests. "Read" is
everything up to events in order of time in the temporary file, which is what a dry run does; "import" stores them in
a journal as well. `csv` takes every row apart and does nothing with it. All are seconds of processor time (waiting
for the disk is not counted); the ways alternate, so that they share the machine's moods.
"""

import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from domain.instants import parse_instant
from producers.table.importing import Reading
from producers.table.mapping import parse_mapping
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from sundial.plain_yaml import load_yaml
from tests.bench.county import tell

ROWS = 10_000
ROUNDS = 3
MAPPING = Path(__file__).parents[1] / "data" / "tables" / "city-311.yaml"
PRESENT = parse_instant("2026-11-01T00:00:00Z")
_FORM = "%m/%d/%Y %I:%M:%S %p"


def write(path: Path) -> None:
    """A file of requests, one every seven minutes, closed after one to nine days; one in eight is open."""
    begin = datetime.fromisoformat("2025-03-11T08:00:00")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("Unique Key", "Created Date", "Closed Date", "Due Date", "Agency", "Agency Name", "Complaint Type",
             "Status", "Borough", "Open Data Channel Type", "Resolution")
        )  # fmt: skip
        for n in range(ROWS):
            at = begin + timedelta(minutes=7 * (n % 30_000))
            closed = "" if n % 8 == 0 else (at + timedelta(days=1 + n % 9)).strftime(_FORM)
            due = (at + timedelta(days=5)).strftime(_FORM)
            writer.writerow(
                (n, at.strftime(_FORM), closed, due, "DOT", "Department of Transportation", "Pothole",
                 "Closed" if closed else "Open", "QUEENS", "ONLINE", "filled" if closed else "")
            )  # fmt: skip


def measure() -> dict[str, float]:
    """Rows per second of each way, and the ratios of their times."""
    mapping_text = MAPPING.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requests.csv"
        write(path)
        refused = 0

        def bare() -> None:
            with path.open(encoding="utf-8", newline="") as file:
                for _ in csv.reader(file):
                    pass

        def take(into: Journal | None) -> None:
            nonlocal refused
            reading = Reading(path, parse_mapping(load_yaml(mapping_text)), PRESENT, lambda *_: None)
            try:
                refused += reading.report.refused_rows
                if into is not None:
                    reading.store(
                        lambda batch: into.append(batch, [event.recorded for event in batch]),
                        None,
                        lambda *_: None,
                    )
            finally:
                reading.close()

        taken: dict[str, list[float]] = {"csv": [], "read": [], "import": []}
        for turn in range(ROUNDS):
            journal = Journal(Path(folder) / f"journal-{turn}.db", SettingClock(ClockSetting()))
            taken["csv"].append(_seconds(bare))
            taken["read"].append(_seconds(lambda: take(None)))
            taken["import"].append(_seconds(lambda journal=journal: take(journal)))
            journal.close()
        medians = {way: statistics.median(times) for way, times in taken.items()}
    return {
        "rows": ROWS,
        "refused_rows": refused / (2 * ROUNDS),
        **{f"{way}_rows_per_second": ROWS / seconds for way, seconds in medians.items()},
        **{f"{way}_times_csv": medians[way] / medians["csv"] for way in ("read", "import")},
    }


def _seconds(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def show(results: dict[str, float]) -> None:
    print(f"{ROWS:,} rows, rows per second")
    print(f"{'csv alone':>12} {results['csv_rows_per_second']:>12,.0f}")
    for way in ("read", "import"):
        print(
            f"{way:>12} {results[f'{way}_rows_per_second']:>12,.0f}   {results[f'{way}_times_csv']:.0f} times its time"
        )
    print(f"rows refused: {results['refused_rows']:.0f}")


if __name__ == "__main__":
    tell(measure, "Import of a table against `csv` alone.", show)
