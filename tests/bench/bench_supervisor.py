"""Due instant to finding, and memory, with many open cases.

    python -m tests.bench.bench_supervisor [--json] [--cases 100000]

Cases lie open in a data folder. A sixth of them reach a threshold at one and the same instant, when the halls close
(half warnings, half due: what a county with limits of about twelve working days sees on a day), and some hundred
others fall due one by one. A fresh process takes the folder over 75 seconds before the halls close, on a clock of
real speed, and is measured from outside of its loop: the lag of a finding is the time from its instant to the end of
the transaction that wrote it. Memory is what the process holds with the folder open and at its most, less what the
same process holds with an empty folder.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, SECOND, format_instant, parse_instant
from streams.embedded import Embedded
from streams.journal import Journal
from streams.ports import Changes
from streams.state import State
from streams.supervision import Supervision
from tests.unit.streams.histories import BEGIN, HandClock, base, event, item, open_hall

CLOSE = BEGIN + 2 * DAY + 8 * HOUR
"""Wednesday 17:00, two working days after the first morning."""

ALONE = 300


def fill(folder: Path, cases: int) -> float:
    """Open cases in a folder; how many per second were taken and judged."""
    clock = HandClock(BEGIN)
    journal, state = Journal(folder / "journal.db", clock), State(folder / "state.db")
    open_hall(journal)
    limits = {"due": "2 working_day", "warned": "6 working_day", "later": "20 working_day"}
    journal.append(
        [item(n, BEGIN, name, promised_limit=limit, statutory_limit="40 working_day")
         for n, (name, limit) in enumerate(limits.items(), start=1)]
    )  # fmt: skip
    supervision = Supervision(journal, state, clock, base())
    clock.instant += HOUR
    begun = time.perf_counter()
    for first in range(0, cases, 500):
        journal.append([_accepted(number, cases) for number in range(first, min(first + 500, cases))])
        while supervision.lag():
            supervision.turn()
    elapsed = time.perf_counter() - begun
    clock.instant = CLOSE - HOUR  # what falls due before that is of no interest here
    while supervision.turn():
        pass
    journal.close()
    state.close()
    return cases / elapsed


def _accepted(number: int, cases: int) -> Event:
    name = "due" if number % 12 == 0 else "warned" if number % 12 == 1 else "later"
    data: dict[str, object] = {
        "item": name,
        "hall": "weixian",
        "officer": f"o-{number % 97}",
        "window": "A12",
    }
    if name == "later" and number < ALONE:
        due = CLOSE - MINUTE + number * MINUTE // ALONE
        data["promised_limit"] = {"until": format_instant(due)}
    # From Friday on, over the make-up Saturday: its fourth day ends on Wednesday, and two are left.
    accepted = BEGIN - 3 * DAY if name == "warned" else BEGIN
    return event(f"e{number}", "case.accepted", f"13053320260302{number:06}", accepted, **data)


def watch(folder: Path) -> dict[str, float]:
    """Take a folder over and see the halls close."""
    embedded = Embedded(folder, base(), start=CLOSE - 75 * SECOND)
    opened = resident()
    lags: dict[str, list[float]] = {"together": [], "alone": []}
    save = embedded.state.save

    def timed(changes: Changes) -> dict[str, int]:
        keys = save(changes)
        now = embedded.clock.now()
        for _, document in changes.issues:
            issue = msgspec.json.decode(document)
            if issue["type"] != "finding.lifted":
                occurred = parse_instant(issue["occurred"])
                lags["together" if occurred == CLOSE else "alone"].append((now - occurred) / SECOND)
        return keys

    embedded.state.save = timed  # type: ignore[method-assign]
    embedded.start()
    most = opened
    while embedded.clock.now() < CLOSE + 20 * SECOND:
        most = max(most, resident())
        time.sleep(0.2)
    out = {"opened_bytes": float(opened), "most_bytes": float(most)}
    for name, seconds in lags.items():
        seconds.sort()
        out[f"{name}_findings"] = len(seconds)
        for share in (50, 99):
            out[f"{name}_p{share}_seconds"] = seconds[len(seconds) * share // 100] if seconds else -1
        out[f"{name}_longest_seconds"] = seconds[-1] if seconds else -1
    out["foreseen"] = embedded.supervision.metrics.foreseen
    embedded.close()
    return out


def resident() -> int:
    """Resident memory of this process, bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def measure(cases: int) -> dict[str, float]:
    """All figures, from processes of their own."""
    with tempfile.TemporaryDirectory() as full, tempfile.TemporaryDirectory() as empty:
        taken = fill(Path(full), cases)
        fill(Path(empty), 0)
        idle = _in_another_process("--open", empty)
        out = _in_another_process("--watch", full)
    out["cases"] = cases
    out["taken_per_second"] = taken
    out["open_bytes_per_case"] = (out["opened_bytes"] - idle["opened_bytes"]) / cases
    out["most_bytes_per_case"] = (out["most_bytes"] - idle["opened_bytes"]) / cases
    return out


def _in_another_process(option: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.bench_supervisor", option, folder]
    return msgspec.json.decode(
        subprocess.run(command, capture_output=True, check=True).stdout, type=dict[str, float]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Due instant to finding, and memory, with many open cases.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.watch:
        print(json.dumps(watch(options.watch)))
        return
    if options.open:
        embedded = Embedded(options.open, base(), start=CLOSE - 75 * SECOND)
        print(json.dumps({"opened_bytes": resident()}))
        embedded.close()
        return
    results = measure(options.cases)
    if options.json:
        print(json.dumps(results))
        return
    print(f"{options.cases:,} open cases, taken in and judged at {results['taken_per_second']:,.0f} a second")
    print(f"{'due instant to finding on disk':34} {'findings':>8} {'p50':>9} {'p99':>9} {'longest':>9}")
    for name, title in (("together", "at one instant, as the halls close"), ("alone", "one by one")):
        p50, p99, longest = (results[f"{name}_{what}_seconds"] for what in ("p50", "p99", "longest"))
        print(
            f"{title:34} {results[f'{name}_findings']:>8,.0f} {p50:>7.3f} s {p99:>7.3f} s {longest:>7.3f} s"
        )
    print(f"judged ahead: {results['foreseen']:,.0f}")
    print(f"memory per open case: {results['open_bytes_per_case']:,.0f} bytes; "
          f"{results['most_bytes_per_case']:,.0f} at most, with what is judged ahead")  # fmt: skip


if __name__ == "__main__":
    main()
