"""A worker takes a partition over whose cases are all open: how long until it judges.

    python -m tests.bench.bench_recovery [--json] [CASES]

The changelog of a real broker holds the cases, each with its history, what was issued and its verdict. A worker
without files reads the changelog whole; then it is ended and begins again upon its own files, as after a restart.
Told from the partition's assignment to the moment at which it is open; memory is the worker's, with all of it open.
"""

import argparse
import json
import re
import tempfile
import time
from pathlib import Path

from tests.bench.state_in_kafka import fill
from tests.support.broker import Node, free_ports
from tests.support.workers import Worker, until

CASES = 50_000
PREFIX = "bench"


def opened_in(worker: Worker) -> float:
    """Start it; seconds from the assignment of its partition to the moment at which the partition is open."""
    worker.folder.joinpath("worker.log").write_text("")
    worker.start()
    at = {}
    for name in ("partitions_assigned", "partition_open"):
        while name not in worker.log.read_text():
            if worker.ended() is not None or "partition_failed" in worker.log.read_text():
                raise RuntimeError(worker.log.read_text()[-2000:])
            time.sleep(0.02)
        at[name] = time.monotonic()
    return at["partition_open"] - at["partitions_assigned"]


def open_cases(worker: Worker) -> int:
    """How many cases it says are open."""
    found = re.search(r'sundial_worker_open_subjects\{partition="0"\} (\S+)', worker.probe("/metrics")[1])
    return int(float(found[1])) if found else 0


def measure(cases: int) -> dict[str, float]:
    """Seconds of both beginnings, cases a second, and bytes."""
    with tempfile.TemporaryDirectory() as name, Node(Path(name) / "kafka", free_ports(1)[0]) as node:
        folder = Path(name)
        begun = time.monotonic()
        fill(folder, node.address, PREFIX, time.time_ns() // 1000, cases)
        filled = time.monotonic() - begun
        worker = Worker(folder / "worker", node.address, PREFIX, 1)
        try:
            restored = opened_in(worker)
            until("all is open", lambda: open_cases(worker) == cases, [worker])
            resident = worker.resident()
            worker.stop()
            again = opened_in(worker)
            until("all is open again", lambda: open_cases(worker) == cases, [worker])
        finally:
            worker.kill()
        return {
            "cases": cases,
            "filled_seconds": filled,
            "restored_seconds": restored,
            "restored_per_second": cases / restored,
            "million_seconds": restored / cases * 1e6,
            "again_seconds": again,
            "resident_mb": resident / 2**20,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="A worker takes a partition over: how long until it judges.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("cases", type=int, nargs="?", default=CASES, help=f"open cases [{CASES}]")
    options = parser.parse_args()
    found = measure(options.cases)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.cases:,} open cases, of the changelog alone: {found['restored_seconds']:.1f} s, "
          f"{found['restored_per_second']:,.0f} a second; so a million: {found['million_seconds']:,.0f} s")  # fmt: skip
    print(f"upon its own files: {found['again_seconds']:.1f} s")
    print(
        f"memory of the worker: {found['resident_mb']:,.0f} MB (to fill the topics: {found['filled_seconds']:.0f} s)"
    )


if __name__ == "__main__":
    main()
