"""A few connections that any number of threads share, one statement at a time each."""

import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from projections.statements import StoreError

Connection = TypeVar("Connection")


class Pool(Generic[Connection]):
    """The connections of one store; the one given back last is lent first."""

    def __init__(self, store: object, connections: Iterable[Connection]) -> None:
        """`store` names the read store in errors."""
        self._store = store
        self._free: queue.LifoQueue[Connection | None] = queue.LifoQueue()
        self._count = 0
        for one in connections:
            self._free.put(one)
            self._count += 1

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """A connection, waited for until one is free. Raises StoreError once the pool is closed."""
        one = self._free.get()
        if one is None:
            self._free.put(None)
            raise StoreError(f"{self._store}: the read store is closed")
        try:
            yield one
        finally:
            self._free.put(one)

    def close(self, end: Callable[[Connection], object]) -> None:
        """End every connection as soon as its statement is finished; whoever waits for one is told."""
        while self._count:
            one = self._free.get()
            self._count -= 1
            if one is not None:
                end(one)
        self._free.put(None)
