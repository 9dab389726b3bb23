"""What the supervisor counts, as plain numbers; whoever exports them reads `readings`."""

from bisect import bisect_left
from dataclasses import dataclass, field

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Upper bounds, in seconds of real time, of the buckets of `SupervisorMetrics.due_to_finding`."""


@dataclass(slots=True)
class Durations:
    """How often something took up to each bound of `BUCKETS`; the last count is of all longer ones."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total_seconds: float = 0.0
    longest_seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total_seconds += seconds
        self.longest_seconds = max(self.longest_seconds, seconds)


@dataclass(slots=True)
class SupervisorMetrics:
    """Counts since the supervisor was made."""

    events: int = 0
    """Events judged, reference events included."""
    kept: int = 0
    """Events of types that nothing judges yet."""
    issues: int = 0
    timers: int = 0
    """Timers that were judged when they were due."""
    foreseen: int = 0
    """Those of them that had been judged ahead, and only had to be saved."""
    rejudged: int = 0
    """Subjects judged again for a change of reference data or engine, or for a replayed dead letter."""
    dead_letters: int = 0
    runs: int = 0
    due_to_finding: Durations = field(default_factory=Durations)
    """From a timer's instant to its findings on disk, in seconds of real time; only of timers due since."""
