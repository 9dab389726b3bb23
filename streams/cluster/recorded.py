"""When the records of a partition were recorded: told by the partition alone, whoever reads it, whenever."""

from streams.clock import ClockSetting

__all__ = ["Recorder"]


class Recorder:
    """Recorded instants, microseconds UTC, of one partition's records in order of their offsets.

    `last` is the recorded instant of the record before the first that is asked for. Under a simulated clock the
    broker's time is translated by the clock's setting.
    """

    def __init__(self, setting: ClockSetting, last: int | None = None) -> None:
        self._setting = setting
        self.last = last

    def of(self, appended_ms: int, stated: int | None = None) -> int:
        """The recorded instant of the next record: as stated, else the broker's append time.

        Never before the record before it; live records that share a millisecond are a microsecond apart.
        """
        if stated is not None:
            instant = stated if self.last is None else max(stated, self.last)
        else:
            setting = self._setting
            told = setting.instant + int((appended_ms * 1000 - setting.machine) * setting.rate)
            instant = told if self.last is None else max(told, self.last + 1)
        self.last = instant
        return instant
