"""What-if: every case of a simulated county judged under the profile in force and under another.

    python -m tests.bench.bench_whatif [--json]

The history is 30 days of the synthetic county, read already. "Compared" is both final evaluations of a case, their
differences and the sums; a case counts once. Seconds of processor time, one core.
"""

import argparse
import json
from collections import defaultdict

from domain.alternative import AlternativeReference, profile_named
from domain.events import Event
from domain.instants import DAY, parse_instant
from domain.reference import Reference
from domain.whatif import Sums, compare
from producers.county import load_county, reference_events
from producers.simulator import traffic
from sundial.reference import shipped_events
from sundial.shipped import holiday_sets
from tests.bench.bench_fold import rate

START = parse_instant("2026-03-02T08:00:00+08:00")
UNTIL = START + 30 * DAY
CASES_A_DAY = 60


def measure() -> dict[str, float]:
    """Cases a minute of one core."""
    county = load_county()
    reference = Reference(holiday_sets(), [*shipped_events(), *reference_events(county, START - DAY)])
    other = AlternativeReference(reference, profile_named(reference, "two-colour", UNTIL))
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in traffic(county, holiday_sets(), 1, START, UNTIL, CASES_A_DAY):
        if event.type.startswith("case."):
            cases[event.subject].append(event)

    def compared() -> Sums:
        sums = Sums()
        for subject, history in cases.items():
            pair = compare(subject, history, reference, other, UNTIL, START, UNTIL)
            if pair is not None:
                sums.add(pair)
        return sums

    found = compared()
    return {
        "cases": found.cases,
        "events": sum(map(len, cases.values())),
        "differ": len(found.differing),
        "cases_per_minute": round(rate(compared, len(cases)) * 60),
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
