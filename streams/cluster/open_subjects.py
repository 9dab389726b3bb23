"""How many subjects of a partition are open, known without counting them: a byte for each, by key."""

from collections.abc import Iterable

__all__ = ["OpenSubjects"]


class OpenSubjects:
    """Which subjects are open, by key (a small, dense number)."""

    def __init__(self, keys: Iterable[int]) -> None:
        """`keys` are those that are open."""
        self._is_open = bytearray()
        self._count = 0
        for key in keys:
            self.set(key, True)

    def __len__(self) -> int:
        return self._count

    def set(self, key: int, is_open: bool) -> None:
        """From now on it is open, or not."""
        if key >= len(self._is_open):
            self._is_open.extend(bytes(max(key + 1, 2 * len(self._is_open)) - len(self._is_open)))
        self._count += is_open - self._is_open[key]
        self._is_open[key] = is_open
