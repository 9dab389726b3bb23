"""What-if: every case of a simulated county judged under the profile in force and under another.

    python -m tests.bench.bench_whatif [--json]

The history is 30 days of the synthetic county, read already. "Compared" is both final evaluations of a case, their
differences and the sums; a case counts once. Seconds of processor time, one core.
"""

from domain.alternative import AlternativeReference, profile_named
from domain.whatif import Sums, compare
from tests.bench.county import START, county_of, rate, tell


def measure() -> dict[str, float]:
    """Cases a minute of one core."""
    reference, cases, until = county_of(days=30)
    other = AlternativeReference(reference, profile_named(reference, "two-colour", until))

    def compared() -> Sums:
        sums = Sums()
        for subject, history in cases.items():
            pair = compare(subject, history, reference, other, until, START, until)
            if pair is not None:
                sums.add(pair)
        return sums

    found = compared()
    return {
        "cases": found.cases,
        "events": sum(map(len, cases.values())),
        "differ": len(found.differing),
        "cases_per_minute": round(rate(compared, found.cases) * 60),
    }


if __name__ == "__main__":
    tell(measure, __doc__)
