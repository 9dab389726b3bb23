"""When so much fails that it must be the code or the source, and going on would only drain the log."""

from collections import deque
from collections.abc import Sequence

from streams.ports import DeadLetter

WINDOW = 1000
"""Outcomes looked at: events and timers, the latest ones."""

LEAST = 20
SHARE = 0.1


class TooManyDeadLetters(Exception):
    """Supervision has stopped where it stands; nothing of the last run was saved."""


class Flood:
    """Dead letters among the latest outcomes."""

    def __init__(self) -> None:
        self._outcomes: deque[int] = deque(maxlen=WINDOW)

    def check(self, outcomes: int, dead: Sequence[DeadLetter]) -> None:
        """Count a run. Raises TooManyDeadLetters at 20 or more dead letters, a tenth of the last 1000 outcomes."""
        self._outcomes.extend([1] * min(len(dead), WINDOW) + [0] * min(max(outcomes - len(dead), 0), WINDOW))
        failed = sum(self._outcomes)
        if dead and failed >= LEAST and failed >= SHARE * len(self._outcomes):
            raise TooManyDeadLetters(
                f"{failed} of the last {len(self._outcomes)} events and timers could not be judged; supervision "
                f"stops here rather than set all of them aside. The last: {_place(dead[-1])}: {dead[-1].cause}"
            )


def _place(letter: DeadLetter) -> str:
    return f"subject {letter.subject}" if letter.position is None else f"position {letter.position}"
