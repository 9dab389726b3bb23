"""When so much fails that it must be the code or the source, and going on would only drain the log."""

from collections import deque

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

    def check(self, outcomes: int, dead: int, example: str) -> None:
        """Count a run. Raises TooManyDeadLetters at 20 or more dead letters, a tenth of the last 1000 outcomes."""
        self._outcomes.extend([1] * min(dead, WINDOW) + [0] * min(max(outcomes - dead, 0), WINDOW))
        failed = sum(self._outcomes)
        if failed >= LEAST and failed >= SHARE * len(self._outcomes):
            raise TooManyDeadLetters(
                f"{failed} of the last {len(self._outcomes)} events and timers could not be judged; supervision "
                f"stops here rather than set all of them aside. The last: {example}"
            )
