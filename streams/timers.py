"""When to wake: one small number per subject in a heap.

An entry of the heap packs the instant and the subject's key into one int (36 bytes), and a flat array holds
the instant that counts for each key (8 bytes); an entry that the array no longer confirms is stale and is
dropped when it comes up.
"""

import heapq
from array import array
from collections.abc import Iterable

_KEY_BITS = 32
_KEY_MASK = (1 << _KEY_BITS) - 1
_NONE = -(1 << 63)
_SLACK = 1024


class Timers:
    """The next change of every subject, by key (a small, dense number); instants in microseconds UTC."""

    def __init__(self, entries: Iterable[tuple[int, int]] = ()) -> None:
        """`entries` are (instant, key)."""
        self._heap: list[int] = []
        self._instants = array("q")
        self._active = 0
        for instant, key in entries:
            self._place(key, instant)
            self._heap.append(instant << _KEY_BITS | key)
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return self._active

    def set(self, key: int, instant: int | None) -> None:
        """Wake `key` just after `instant`, in place of any other instant; None: never."""
        if self._place(key, _NONE if instant is None else instant) and instant is not None:
            heapq.heappush(self._heap, instant << _KEY_BITS | key)
            if len(self._heap) > 2 * self._active + _SLACK:
                self._heap = [entry for entry in self._heap if self._confirmed(entry)]
                heapq.heapify(self._heap)

    def next(self) -> int | None:
        """The earliest instant, None when there is none."""
        while self._heap and not self._confirmed(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0] >> _KEY_BITS if self._heap else None

    def due(self, before: int, limit: int) -> list[tuple[int, int]]:
        """Take out the earliest timers with instant < `before`, at most `limit`: (instant, key)."""
        taken: list[tuple[int, int]] = []
        while len(taken) < limit:
            instant = self.next()
            if instant is None or instant >= before:
                break
            key = heapq.heappop(self._heap) & _KEY_MASK
            self._place(key, _NONE)
            taken.append((instant, key))
        return taken

    def upcoming(self, before: int) -> list[tuple[int, int]]:
        """The timers with instant < `before`, in order: (instant, key). They stay."""
        limit = before << _KEY_BITS
        found: set[int] = set()
        nodes = [0]
        while nodes:  # below a node of a heap nothing is earlier
            node = nodes.pop()
            if node < len(self._heap) and self._heap[node] < limit:
                found.add(self._heap[node])
                nodes += (2 * node + 1, 2 * node + 2)
        return [(x >> _KEY_BITS, x & _KEY_MASK) for x in sorted(found) if self._confirmed(x)]

    def _confirmed(self, entry: int) -> bool:
        return self._instants[entry & _KEY_MASK] == entry >> _KEY_BITS

    def _place(self, key: int, instant: int) -> bool:
        """Write down what counts for `key`; False if it stood so already."""
        missing = key + 1 - len(self._instants)
        if missing > 0:
            self._instants.extend([_NONE] * missing)
        before = self._instants[key]
        if before == instant:
            return False
        self._active += (instant != _NONE) - (before != _NONE)
        self._instants[key] = instant
        return True
