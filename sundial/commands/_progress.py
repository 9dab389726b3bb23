"""How far a long question has come, on stderr, once it takes more than a moment."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_QUIET_SECONDS = 2.0


def told(things: Iterable[T], count: int, what: str = "cases") -> Iterator[T]:
    """The things one by one; a line on stderr every two seconds."""
    begin = last = time.monotonic()
    for index, one in enumerate(things):
        now = time.monotonic()
        if now - last > _QUIET_SECONDS:
            last = now
            print(f"  {index:,} of {count:,} {what}, {now - begin:.0f} s", file=sys.stderr, flush=True)
        yield one
