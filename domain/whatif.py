"""What if another profile or calendar had held: one case judged twice, and the sums over all of them.

Only final states matter, so nothing is folded and no verdict is written out: two evaluations a case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from domain.clocks.timeline import ClockReading
from domain.clocks.usage import usage_of
from domain.differences import accepting_hall, due_changes, finding_changes
from domain.evaluate import Evaluation, evaluate_known
from domain.events import Event
from domain.history import known_history
from domain.instants import HOUR, SECOND
from domain.reference import Reference

__all__ = ["BUCKETS", "SIDES", "CasePair", "Sums", "compare"]

SIDES: Final = ("before", "after")
BUCKETS: Final = (0.5, 1, 2, 5, 10)
"""Upper ends, each of its class, in days of the classes of overrun; the last class has none. A day is the working day
of the hall that took the matter, of elapsed time 24 hours."""
_PROMISE: Final = ("promised", "instant")
_VOIDED: Final = ("voided", "withdrawn", "merged")
_LAST: Final = len(BUCKETS)


class _Side(NamedTuple):
    """What one of two judgements says of a case, as far as it is counted."""

    findings: list[tuple[str, int]]
    promise: str | None
    """`met` or `missed`, of a completed case; as the metrics of that name count it"""
    statute: str | None
    promise_over: int | None
    """the class of its overrun, where it is overdue"""
    statute_over: int | None


class CasePair(NamedTuple):
    """One case under both."""

    subject: str
    hall: str
    before: _Side
    after: _Side
    difference: dict[str, Any] | None
    """`raised`, `lifted`, `moved`; None where the verdicts do not differ in these"""


def compare(
    subject: str,
    history: Sequence[Event],
    reference: Reference,
    alternative: Reference,
    at: int,
    since: int,
    until: int,
) -> CasePair | None:
    """The case as at `at` under both; None unless it was accepted at or after `since` and before `until`."""
    known = known_history(history, at)
    old = evaluate_known(subject, known, reference, at, at)
    accepted = old.draft.accepted_at
    if accepted is None or not since <= accepted < until or old.status == "not_accepted":
        return None
    new = evaluate_known(subject, known, alternative, at, at)
    moved, changes = due_changes(old, new), finding_changes(old, new)
    differs = bool(moved or changes["raised"] or changes["lifted"])
    difference = {**changes, "moved": moved} if differs else None
    return CasePair(subject, accepting_hall(old.draft), _side(old), _side(new), difference)


def _side(evaluation: Evaluation) -> _Side:
    promise, statute = _latest(evaluation, *_PROMISE), _latest(evaluation, "statutory")
    return _Side(
        [(one.code, one.level) for one in evaluation.standing.values()],
        _outcome(evaluation, promise),
        _outcome(evaluation, statute),
        _overrun(evaluation, promise),
        _overrun(evaluation, statute),
    )


def _latest(evaluation: Evaluation, *names: str) -> ClockReading | None:
    """The latest run of a clock in the current round."""
    for name in names:
        for clock, reading in reversed(evaluation.readings):
            if clock.name == name and clock.round == evaluation.draft.round and reading is not None:
                return reading
    return None


def _outcome(evaluation: Evaluation, reading: ClockReading | None) -> str | None:
    if reading is None or evaluation.status != "completed" or reading.state not in ("met", "missed"):
        return None
    return reading.state


def _overrun(evaluation: Evaluation, reading: ClockReading | None) -> int | None:
    if reading is None or reading.state != "missed" or evaluation.status in _VOIDED:
        return None
    days = usage_of(reading).over_seconds * SECOND / _day_of(reading)
    return next((place for place, most in enumerate(BUCKETS) if days <= most), _LAST)


def _day_of(reading: ClockReading) -> int:
    """Microseconds of a day as the clock counts time: open time of the hall, or elapsed time."""
    base, run = reading.terms.base, reading.count.run
    if base.until is None and base.unit.startswith("working_"):
        return run.start_calendar.nominal_day(run.origin)
    return 24 * HOUR


class Sums:
    """Counts over many cases."""

    def __init__(self) -> None:
        self.cases = 0
        self.findings: dict[str, Counter[tuple[str, int]]] = {side: Counter() for side in SIDES}
        self.on_time: dict[str, dict[str, Counter[tuple[str, str]]]] = defaultdict(
            lambda: {side: Counter() for side in SIDES}
        )
        """by hall, side and (clock, outcome)"""
        self.cases_by_hall: Counter[str] = Counter()
        self.differing_by_hall: Counter[str] = Counter()
        self.overrun: dict[str, dict[str, Counter[int]]] = {
            clock: {side: Counter() for side in SIDES} for clock in ("promise", "statute")
        }
        self.differing: list[dict[str, Any]] = []

    def add(self, pair: CasePair) -> None:
        """Count a case."""
        self.cases += 1
        self.cases_by_hall[pair.hall] += 1
        for side, one in (("before", pair.before), ("after", pair.after)):
            for finding in one.findings:
                self.findings[side][finding] += 1
            for clock, outcome in (("promise", one.promise), ("statute", one.statute)):
                if outcome is not None:
                    self.on_time[pair.hall][side][clock, outcome] += 1
            for clock, over in (("promise", one.promise_over), ("statute", one.statute_over)):
                if over is not None:
                    self.overrun[clock][side][over] += 1
        if pair.difference is not None:
            self.differing_by_hall[pair.hall] += 1
            self.differing.append({"case": pair.subject, "hall": pair.hall, **pair.difference})

    def document(self) -> dict[str, Any]:
        """The sums as JSON: every share with its numerator and denominator."""
        codes = sorted(self.findings["before"].keys() | self.findings["after"].keys())
        return {
            "cases": self.cases,
            "differ": len(self.differing),
            "differ_in_findings": sum(bool(one["raised"] or one["lifted"]) for one in self.differing),
            "findings": [
                {"code": code, "level": level, **{side: self.findings[side][code, level] for side in SIDES}}
                for code, level in codes
            ],
            "on_time": self._rates(list(self.on_time)),
            "halls": [
                {
                    "hall": hall,
                    "cases": count,
                    "differ": self.differing_by_hall[hall],
                    **self._rates([hall]),
                }
                for hall, count in sorted(self.cases_by_hall.items(), key=lambda one: (-one[1], one[0]))
            ],
            "overrun_days": [
                {
                    "over": 0 if place == 0 else BUCKETS[place - 1],
                    "up_to": BUCKETS[place] if place < _LAST else None,
                    **{
                        clock: {side: self.overrun[clock][side][place] for side in SIDES}
                        for clock in ("promise", "statute")
                    },
                }
                for place in range(_LAST + 1)
            ],
            "cases_that_differ": self.differing,
        }

    def _rates(self, halls: Sequence[str]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for clock in ("promise", "statute"):
            out[clock] = {}
            for side in SIDES:
                counts = [self.on_time[hall][side] for hall in halls if hall in self.on_time]
                met = sum(one[clock, "met"] for one in counts)
                out[clock][side] = {
                    "numerator": met,
                    "denominator": met + sum(one[clock, "missed"] for one in counts),
                }
        return out
