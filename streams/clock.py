"""The one clock: live, started at a given instant, or accelerated; kept in the data folder.

A simulated clock is a pair of instants and a rate, never a running counter. So every process that reads the
file has the same present, and time goes on while nothing runs.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from domain.instants import SECOND, format_instant

LONGEST_SLEEP_SECONDS = 1.0
"""The machine's clock may be set while we sleep; this is how late we notice."""


class ClockError(ValueError):
    """A clock that cannot be: the message says why and what was expected."""


class ClockSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present is `instant` + (machine time - `machine`) * `rate`; instants in microseconds UTC."""

    mode: Literal["live", "simulated"] = "live"
    instant: int = 0
    machine: int = 0
    rate: float = 1.0


def machine_time() -> int:
    """The machine's own time, microseconds UTC."""
    return time.time_ns() // 1000


class SettingClock:
    """A `Clock` that follows a setting. It never goes back, whatever the machine's clock does."""

    def __init__(
        self, setting: ClockSetting, not_before: int = 0, machine: Callable[[], int] = machine_time
    ) -> None:
        self.setting = setting
        self._machine = machine
        self._latest = not_before
        self._lock = threading.Lock()

    def now(self) -> int:
        """The present instant, never before one it has told already."""
        setting = self.setting
        present = setting.instant + int((self._machine() - setting.machine) * setting.rate)
        with self._lock:
            if present > self._latest:
                self._latest = present
            return self._latest

    def not_before(self, instant: int) -> None:
        """From now on no earlier instant than `instant` is told."""
        with self._lock:
            self._latest = max(self._latest, instant)

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        """See `Clock.sleep_until`."""
        while not interrupted.is_set():
            pause = LONGEST_SLEEP_SECONDS
            if instant is not None:
                remaining = (instant - self.now()) / SECOND / self.setting.rate
                if remaining <= 0:
                    return
                pause = min(pause, remaining)
            interrupted.wait(pause)


def choose_setting(
    path: Path,
    start: int | None = None,
    rate: float | None = None,
    not_before: int = 0,
    machine: Callable[[], int] = machine_time,
) -> ClockSetting:
    """The setting kept in `path`, or a new one that starts at `start`, kept there from now on.

    The same start and rate as before go on where the clock stands, so that a restart with the same command
    continues. Raises ClockError for a start before `not_before`, the last instant that is judged or recorded.
    """
    kept = _read(path)
    if rate is not None and rate <= 0:
        raise ClockError(f"rate: expected a number above 0, got {rate:g}")
    if start is None:
        if rate is not None and rate != (kept.rate if kept else 1.0):
            raise ClockError("rate: expected the instant at which the clock starts beside it")
        if kept is not None:
            return kept
        setting = ClockSetting()
    else:
        same = kept is not None and (kept.instant, kept.rate) == (start, rate or 1.0)
        if kept is not None and kept.mode == "simulated" and same:
            return kept
        if start < not_before:
            raise ClockError(
                f"clock: {format_instant(start)} lies before {format_instant(not_before)}, up to which this "
                "data folder is recorded and judged already; expected a later instant or another folder"
            )
        setting = ClockSetting("simulated", start, machine(), rate or 1.0)
    _write(path, setting)
    return setting


def kept_setting(path: Path) -> ClockSetting | None:
    """The setting kept in `path`, None where there is none; nothing is written. Raises ClockError."""
    return _read(path)


def _read(path: Path) -> ClockSetting | None:
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=ClockSetting)
    except msgspec.DecodeError as error:
        raise ClockError(f"{path}: expected the setting of a clock: {error}") from None


def _write(path: Path, setting: ClockSetting) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(msgspec.json.encode(setting))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
