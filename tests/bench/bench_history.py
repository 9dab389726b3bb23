"""A case of forty events judged whole, against one of ten: how the time grows with the history.

    python -m tests.bench.bench_history [--json]

Each case is received and accepted, then goes through stages, suspensions and transfers in turn, an extension among
them, and is decided and completed. "Judged whole" is the answer of a replay from nothing: the history folded event
by event with everything that was issued on the way, then the verdict with its ledger. Times are of the processor, one
core; the two alternate, so that they share the machine's moods.
"""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from domain.events import Event, new_event
from domain.instants import DAY, HOUR
from domain.judge import judge
from domain.reference import Reference
from tests.bench.county import START, county_of, tell

SUBJECT = "case-1"
ROUNDS = 60


def measure() -> dict[str, float]:
    """Milliseconds of a whole judging, and how many times those of the shorter case they are."""
    reference = county_of(days=1).reference
    cases = {length: case_of(length, reference) for length in (10, 40)}
    verdicts: dict[int, dict[str, Any]] = {}
    taken: dict[int, list[float]] = {length: [] for length in cases}
    for _ in range(ROUNDS):
        for length, history in cases.items():
            until = history[-1].time + HOUR
            begin = time.process_time()
            verdicts[length] = judge(history, reference, until, until, SUBJECT)
            taken[length].append(time.process_time() - begin)
    short, long = (statistics.median(taken[length]) * 1000 for length in (10, 40))
    return {
        "events": len(cases[40]),
        "clocks": len(verdicts[40]["clocks"]),
        "findings": len(verdicts[40]["findings"]),
        "ten_events_ms": round(short, 2),
        "forty_events_ms": round(long, 2),
        "forty_events_p99_ms": round(statistics.quantiles(taken[40], n=100)[98] * 1000, 2),
        "times_the_ten": round(long / short, 2),
    }


def case_of(length: int, reference: Reference) -> list[Event]:
    """A case with so many events, the last of which completes it; each half a day after the one before it."""
    view = reference.at(START)
    item, hall = min(view.titles("item")), min(view.titles("hall"))
    middle = _middle(hall)
    told = [
        ("case.materials_received", {"item": item, "hall": hall, "complete": True}),
        ("case.accepted", {"item": item, "hall": hall}),
        *(next(middle) for _ in range(length - 4)),
        ("case.decided", {"outcome": "approve", "decision_no": "4"}),
        ("case.completed", {"result": "approved"}),
    ]
    return [
        new_event(
            kind, SUBJECT, START + HOUR + place * DAY // 2, data, id=f"e{place}", source="bench",
            recorded=START + HOUR + place * DAY // 2 + 1,
        )
        for place, (kind, data) in enumerate(told)
    ]  # fmt: skip


def _middle(hall: str) -> Iterator[tuple[str, dict[str, Any]]]:
    number = 0
    while True:
        number += 1
        yield "case.stage_started", {"stage": f"s{number}", "limit": "3 working_day"}
        yield (
            "case.suspended",
            {"kind": "hearing", "span": f"p{number}", "basis": "Licensing Law, article 45"},
        )
        yield "case.resumed", {"span": f"p{number}"}
        yield "case.stage_completed", {"stage": f"s{number}"}
        yield "case.transferred", {"from_hall": hall, "to_hall": hall}
        yield (
            "case.extended",
            {"extension": f"x{number}", "limit": "5 working_day", "reason": "an inspection on site"},
        )


if __name__ == "__main__":
    tell(measure, __doc__)
