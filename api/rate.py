"""How many events one caller may send: a moving window per caller, counted in events."""

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.problems import Problem


class Rate:
    """Events per caller; `allowance` in the notation of `limits`, such as `600000/minute`."""

    def __init__(self, allowance: str) -> None:
        self._item = parse(allowance)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def spend(self, caller: str, events: int) -> None:
        """Count `events`; a 429 problem with Retry-After (whole seconds) when that is too many."""
        if self._limiter.hit(self._item, caller, cost=events):
            return
        wait = max(1, math.ceil(self._limiter.get_window_stats(self._item, caller).reset_time - time.time()))
        raise Problem(
            429,
            "too-many-requests",
            f"expected at most {self._item} for one caller; try again later",
            None,
            {"Retry-After": str(wait)},
        )
