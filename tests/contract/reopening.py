"""Opening the same file again and again, as after restarts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


Kept = TypeVar("Kept", bound=Closing)


@contextmanager
def reopening(open_one: Callable[[], Kept]) -> Iterator[Callable[[], Kept]]:
    """A way to open it again: what was open before is closed, and in the end the last."""
    now_open: list[Kept] = []

    def open_again() -> Kept:
        while now_open:
            now_open.pop().close()
        now_open.append(open_one())
        return now_open[-1]

    yield open_again
    while now_open:
        now_open.pop().close()
