"""Sundial's commands on an odd machine: `python -m tests.fault.odd_program ARGUMENTS`, as `python -m sundial`.

SUNDIAL_ODD_CLOCK names a file with a number of seconds by which this machine's clock is wrong at the moment.
SUNDIAL_ODD_RULE is the beginning of the subjects that every rule fails on.
"""

import os
import time
from pathlib import Path
from typing import Any


def shift_clock(file: Path) -> None:
    """From now on every reading of the machine's time is that of a clock that is wrong by what `file` says."""
    seconds, nanoseconds = time.time, time.time_ns

    def wrong_by() -> float:
        return float(file.read_text() or 0)

    time.time = lambda: seconds() + wrong_by()
    time.time_ns = lambda: nanoseconds() + int(wrong_by() * 1_000_000_000)


def break_rules(subjects: str) -> None:
    """Have the judging of some subjects fail as a mistake in the program would."""
    from streams.subject import LiveSubject

    sound = LiveSubject.step

    def step(self: LiveSubject, *arguments: Any) -> None:
        if self.subject.startswith(subjects):
            raise ZeroDivisionError("a mistake in a rule")
        sound(self, *arguments)

    LiveSubject.step = step  # type: ignore[method-assign]


if __name__ == "__main__":
    if clock := os.environ.get("SUNDIAL_ODD_CLOCK"):
        shift_clock(Path(clock))
    if rule := os.environ.get("SUNDIAL_ODD_RULE"):
        break_rules(rule)
    from sundial.cli import main

    main()
