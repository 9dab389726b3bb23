"""The brokers' time, told by what they stamp: no machine's own clock is believed."""

__all__ = ["BrokersTime"]


class BrokersTime:
    """The latest instant, milliseconds since the epoch, that the brokers' clock has surely reached.

    `elapsed_ms` is milliseconds since some instant, by a clock that nobody sets.
    """

    def __init__(self, stamped_ms: int, elapsed_ms: int) -> None:
        """A stamp that was seen before, 0 for none."""
        self._ahead = stamped_ms - elapsed_ms

    def saw(self, stamped_ms: int, elapsed_ms: int) -> None:
        """A broker had stamped so when that much had elapsed."""
        self._ahead = max(self._ahead, stamped_ms - elapsed_ms)

    def at(self, elapsed_ms: int) -> int:
        """The time when so much has elapsed: what was stamped, and what has passed since it was seen."""
        return self._ahead + elapsed_ms
