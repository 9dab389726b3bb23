"""Decode and fold, and judge: against bare msgspec decoding of the same bytes, in one run.

    python -m tests.bench.bench_fold [--json]

The events are those of a synthetic county, case by case. "Decode and fold" reads each event whole (typed payload,
instants) and takes it into its case's history; "judge" is the live path with everything issued on the way, per case;
"verdict" is the whole answer of a replay, ledger and digest included. All are seconds of processor time.
"""

import statistics
import time

import msgspec

from domain.events import decode_event, encode_event
from domain.fold import CaseFold, fold_history
from domain.judge import judge
from tests.bench.county import county_of, rate, rates, tell

DAYS = 10


def measure() -> dict[str, float]:
    """Events, cases and verdicts per second of one core, and the ratio that the aim speaks of."""
    reference, cases, until = county_of(DAYS)
    bare = msgspec.json.Decoder().decode

    by_case = [[encode_event(event) for event in history] for history in cases.values()]
    raw = [one for histories in by_case for one in histories]

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


if __name__ == "__main__":
    tell(measure, __doc__)
