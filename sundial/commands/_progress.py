"""How far a long question has come, on stderr, once it takes more than a moment."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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


@contextmanager
def at_work() -> Iterator[Callable[[str], None]]:
    """Give a function that takes what is being done; every two seconds a line on stderr says it, and for how long."""
    begin = time.monotonic()
    done = threading.Event()
    doing = [""]

    def tell() -> None:
        while not done.wait(_QUIET_SECONDS):
            print(f"  {doing[0]}, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)

    thread = threading.Thread(target=tell, name="progress", daemon=True)
    thread.start()
    try:
        yield lambda text: doing.__setitem__(0, text)
    finally:
        done.set()
        thread.join()
