"""A worker with many open cases: due instant to finding, as a reader of the findings topic sees it.

    python -m tests.bench.bench_timers [--json] [CASES]

The cases lie in the changelog of one partition on a real broker, and a worker takes it over. Then it is sent some
more: cases that fall due one by one, a tenth of a second apart, and afterwards some thousands at one instant. The lag
of a finding is the time from its instant to the moment at which a reader of committed records has it. Findings are
issued 50 ms after their instant at the earliest: by so much one broker's clock may be behind another's.
"""

import argparse
import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from domain.events import encode_event
from domain.instants import SECOND, parse_instant
from tests.bench.county_in_kafka import Acknowledged
from tests.bench.state_in_kafka import accepted, fill
from tests.support.broker import Node, free_ports
from tests.support.workers import Worker, until

CASES = 50_000
ALONE = 200
TOGETHER = 2_000
APART = SECOND // 10
PREFIX = "bench"
_BEFORE = 40 * SECOND
"""From the sending of the cases to the first due instant: to judge them as they come, and then ahead."""


class Reader(threading.Thread):
    """Notes when the findings of two groups of cases are seen: (code, seconds after the instant) by subject."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__(daemon=True)
        self.lags: dict[str, float] = {}
        self.stopped = threading.Event()
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest",
            isolation_level="read_committed", fetch_max_wait_ms=10,
        )  # fmt: skip
        self._consumer.assign([TopicPartition(f"{PREFIX}.findings", 0)])

    def run(self) -> None:
        while not self.stopped.is_set():
            for records in self._consumer.poll(timeout_ms=20).values():
                now = time.time_ns() // 1000
                for record in records:
                    found: dict[str, Any] = msgspec.json.decode(record.value)
                    if found["code"] == "TL-02":
                        lag = (now - parse_instant(found["occurred"])) / SECOND
                        self.lags.setdefault(record.key.decode(), lag)
        self._consumer.close()


def measure(cases: int) -> dict[str, float]:
    """Lags in seconds."""
    with tempfile.TemporaryDirectory() as name, Node(Path(name) / "kafka", free_ports(1)[0]) as node:
        folder = Path(name)
        fill(folder, node.address, PREFIX, time.time_ns() // 1000, cases)
        reader = Reader(node.address)
        reader.start()
        worker = Worker(folder / "worker", node.address, PREFIX, 1).start()
        try:
            until("it judges", lambda: worker.probe("/readyz")[0] == 200, [worker], 1_800)
            groups = _send_due(node.address, worker)
            due = [one for some in groups.values() for one in some]
            until("all is found", lambda: len(reader.lags) >= len(due), [worker], 300)
            resident = worker.resident()
        finally:
            worker.kill()
            reader.stopped.set()
            reader.join(10)
        out = {"cases": cases, "resident_mb": resident / 2**20}
        for group, some in groups.items():
            lags = sorted(reader.lags[subject] for subject in some)
            out[f"{group}_findings"] = len(lags)
            for share in (50, 99):
                out[f"{group}_p{share}_seconds"] = lags[len(lags) * share // 100]
            out[f"{group}_longest_seconds"] = lags[-1]
        return out


def _send_due(bootstrap: str, worker: Worker) -> dict[str, list[str]]:
    """Send the cases that fall due; their subjects, once all are judged (on a busy machine, after the first is due)."""
    now = time.time_ns() // 1000
    first = now + _BEFORE
    alone = {f"13053301{number:010}": first + number * APART for number in range(ALONE)}
    all_at = first + ALONE * APART + 10 * SECOND
    together = {f"13053302{number:010}": all_at for number in range(TOGETHER)}
    topic = f"{PREFIX}.events"
    acknowledged = Acknowledged(bootstrap, topic, f"{PREFIX}.supervisor")
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=20)
    for subject, instant in (alone | together).items():
        raw = encode_event(accepted(subject, now, instant))
        producer.send(topic, raw, subject.encode(), partition=0)
    producer.flush()
    producer.close()
    sent = 1 + len(alone) + len(together)  # the one that all others are copied from came first
    until("they are judged", lambda: acknowledged.count() >= sent, [worker])
    acknowledged.close()
    return {"alone": list(alone), "together": list(together)}


def main() -> None:
    parser = argparse.ArgumentParser(description="A worker with many open cases: due instant to finding.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("cases", type=int, nargs="?", default=CASES, help=f"open cases [{CASES}]")
    parser.add_argument(
        "--restored-in", type=float, help="seconds given to the worker to begin [by the cases]"
    )
    options = parser.parse_args()
    found = measure(options.cases)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.cases:,} open cases; {found['resident_mb']:,.0f} MB memory")
    print(
        f"{'due instant to finding, as it is read':40} {'findings':>8} {'p50':>9} {'p99':>9} {'longest':>9}"
    )
    for name in ("alone", "together"):
        p50, p99, longest = (found[f"{name}_{what}_seconds"] for what in ("p50", "p99", "longest"))
        print(f"{name:40} {found[f'{name}_findings']:>8,.0f} {p50:>7.3f} s {p99:>7.3f} s {longest:>7.3f} s")


if __name__ == "__main__":
    main()
