"""All rules on a case, against the fold alone: the same cases, in one run.

    python -m tests.bench.bench_rules [--json]

The cases are those of a synthetic county. "Fold alone" settles a case's history and draws up its course (clocks,
pauses, holders, rounds); nothing is found. "Rules" is that and the whole evaluation under a profile that switches on
every rule there is for cases: its clocks read, its findings in force. A rule counts once a case, whether it has
anything to look at or not. "Fold and wait" is the same under the profile with all rules off: what of it is the
reading of the clocks. All are seconds of processor time, one core.
"""

import msgspec

from domain.alternative import AlternativeReference, profile_named
from domain.course.closings import replay_as_closed
from domain.evaluate import evaluate_known
from domain.history import known_history
from domain.rules import CASE_RULES
from tests.bench.county import county_of, rates, tell

DAYS = 10


def measure() -> dict[str, float]:
    """Rules per second of one core, and how many times the fold's time they take."""
    reference, cases, until = county_of(DAYS)
    profile = profile_named(reference, "statute", until)
    every = profile.on | CASE_RULES.keys()
    all_on = AlternativeReference(reference, msgspec.structs.replace(profile, on=frozenset(every)))
    all_off = AlternativeReference(reference, msgspec.structs.replace(profile, on=frozenset(), levels_on={}))
    some = list(cases.items())[:300]

    def fold_alone() -> None:
        for subject, history in some:
            replay_as_closed(subject, known_history(history, until), all_on, until, until)

    def judged(reference: AlternativeReference) -> int:
        found = 0
        for subject, history in some:
            known = known_history(history, until)
            found += len(evaluate_known(subject, known, reference, until, until).standing)
        return found

    found = judged(all_on)
    taken = rates(
        {"fold": fold_alone, "off": lambda: judged(all_off), "rules": lambda: judged(all_on)}, len(some)
    )
    return {
        "cases": len(some),
        "rules": len(every),
        "findings": found,
        "cases_folded_per_second": round(taken["fold"]),
        "cases_with_rules_off_per_second": round(taken["off"]),
        "cases_with_all_rules_per_second": round(taken["rules"]),
        "rules_per_second": round(taken["rules"] * len(every)),
        "times_the_fold": round(taken["fold"] / taken["rules"], 2),
    }


if __name__ == "__main__":
    tell(measure, __doc__)
