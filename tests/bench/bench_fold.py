"""Decode and fold, and judge: against bare msgspec decoding of the same bytes, in one run.

    python -m tests.bench.bench_fold [--json]

The events are those of a synthetic county, case by case. "Decode and fold" reads each event whole (typed payload,
instants) and takes it into its case's history; "judge" is the live path with everything issued on the way, per case;
"verdict" is the whole answer of a replay, ledger and digest included. All are seconds of processor time.
"""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

import msgspec

from domain.events import Event, decode_event, encode_event
from domain.fold import CaseFold, fold_history
from domain.instants import DAY, parse_instant
from domain.judge import judge
from domain.reference import Reference
from producers.county import load_county, reference_events
from producers.simulator import traffic
from sundial.reference import shipped_events
from sundial.shipped import holiday_sets

START = parse_instant("2026-03-02T08:00:00+08:00")
DAYS = 10
CASES_A_DAY = 60
ROUNDS = 9


def rate(work: Callable[[], object], amount: int) -> float:
    """Amounts per second of processor time, which other programs of the machine do not take from us."""
    return rates({"": work}, amount)[""]


def rates(works: dict[str, Callable[[], object]], amount: int) -> dict[str, float]:
    """The same of several that alternate, so that they share the machine's moods: the median of some rounds."""
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = time.process_time()
            work()
            rounds[name].append(time.process_time() - begin)
    return {name: amount / statistics.median(taken) for name, taken in rounds.items()}


def measure() -> dict[str, float]:
    """Events, cases and verdicts per second of one core, and the ratio that the aim speaks of."""
    county = load_county()
    reference = Reference(holiday_sets(), [*shipped_events(), *reference_events(county, START - DAY)])
    played = traffic(county, holiday_sets(), 1, START, START + DAYS * DAY, CASES_A_DAY)
    events = [event for event in played if event.type.startswith("case.")]
    raw = [encode_event(event) for event in events]
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        cases[event.subject].append(event)
    until = START + DAYS * DAY
    bare = msgspec.json.Decoder().decode

    by_case = [[encode_event(event) for event in history] for history in cases.values()]

    def decode_bare() -> None:
        for histories in by_case:
            for one in histories:
                bare(one)

    def decode_and_fold() -> None:
        for histories in by_case:
            fold = CaseFold("")
            for one in histories:
                fold.take((decode_event(one),))

    some = list(cases.items())[:200]

    def fold_and_judge() -> None:
        for subject, history in some:
            fold_history(subject, history, reference, until)

    def verdicts() -> None:
        for subject, history in some:
            judge(history, reference, until, until, subject)

    verdicts()
    replay = []
    for subject, history in some:
        begin = time.perf_counter()
        judge(history, reference, until, until, subject)
        replay.append(time.perf_counter() - begin)
    read = rates({"bare": decode_bare, "fold": decode_and_fold}, len(raw))
    return {
        "events": len(raw),
        "bytes_per_event": round(sum(map(len, raw)) / len(raw)),
        "bare_decode_per_second": round(read["bare"]),
        "decode_and_fold_per_second": round(read["fold"]),
        "times_the_bare_decode": round(read["bare"] / read["fold"], 2),
        "cases_judged_live_per_second": round(rate(fold_and_judge, len(some))),
        "verdicts_per_second": round(rate(verdicts, len(some))),
        "replay_p50_ms": round(statistics.median(replay) * 1000, 2),
        "replay_p99_ms": round(statistics.quantiles(replay, n=100)[98] * 1000, 2),
    }


def main() -> None:
    """Print the figures, as lines or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    figures = measure()
    if parser.parse_args().json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:34} {value:>14,}")


if __name__ == "__main__":
    main()
