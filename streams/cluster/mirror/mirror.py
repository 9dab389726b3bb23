"""A mirror: one order of everything that is in Kafka, which every mirror finds alike.

Each record has an instant that its partition alone tells: when an event was recorded, or when Kafka took what was
found out. A record leaves the stage once every partition has been read beyond its instant. So positions of the log and
numbers of issues are the same in each process that reads the topics, and may be lost with its folder.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import structlog

from streams.clock import ClockSetting
from streams.cluster.brokers_time import BrokersTime
from streams.cluster.headers import IMPORT_HOLDS_SECONDS, UNDER_WAY
from streams.cluster.messages import Message
from streams.cluster.mirror.log import MirrorLog, origin_of
from streams.cluster.mirror.state import Lane, MirrorState, Staged
from streams.cluster.partition_log import Arrival
from streams.cluster.recorded import Recorder

__all__ = ["SKEW_MS", "End", "Mirror", "Reading"]

log = structlog.get_logger("sundial.mirror")

SKEW_MS: Final = 50
"""By how much a broker's clock may be behind ours: what is in Kafka is shown so much later."""
_PORTION: Final = 5_000
_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 10.0
_FOUND: Final = ("findings", "state")
_TIME: Final = Lane("", 0)
"""Beside the lanes: the brokers' time when something was read last."""


class End(NamedTuple):
    """Where a lane ends."""

    offset: int
    """The next that a committed record could have."""
    is_whole: bool
    """Whether nothing lies behind it that is not committed yet."""


class Reading(Protocol):
    """What a mirror reads. Raises OSError or KafkaError's kin when Kafka is away."""

    def elapsed_ms(self) -> int:
        """Milliseconds since some instant; no clock that anybody sets."""

    def ends(self, lanes: Sequence[Lane]) -> Mapping[Lane, End]:
        """Where lanes end, asked for now."""

    def read(self, places: Mapping[Lane, int]) -> tuple[Mapping[Lane, Sequence[Message]], Mapping[Lane, int]]:
        """Records from those offsets on that are there already, and the offsets from which to go on."""

    def close(self) -> None:
        """Read no more."""


class Mirror:
    """A folder with a copy of what Kafka holds, kept up to date by `run` in a thread of its own."""

    def __init__(self, folder: Path, partitions: int, setting: ClockSetting, reading: Reading) -> None:
        """Open or make the folder, which one process may own at a time."""
        folder.mkdir(parents=True, exist_ok=True)
        self.log = MirrorLog(folder / "log.db", partitions)
        self.state = MirrorState(folder / "state.db", partitions, self.log)
        self.failure: str | None = None
        """Why it cannot go on at present."""
        self.behind = 0
        """Records in Kafka, as far as was seen last, that are not read yet."""
        self.caught_up = False
        """Whether everything that was in Kafka when it began has been taken in."""
        self._partitions = partitions
        self._setting = setting
        self._reading = reading
        self._events = [Lane("events", partition) for partition in range(partitions)]
        self._reference = Lane("reference", 0)
        self._found = [Lane(topic, partition) for topic in _FOUND for partition in range(partitions)]
        self._restore()
        self._wanted: Mapping[Lane, End] | None = None
        """Where the lanes ended when they were asked for the first time."""
        self._read_by: int | None = None
        """The brokers' time when they were read to there."""

    def run(self, stop: threading.Event) -> None:
        """Keep the copy up to date until `stop` is set. What fails is tried again after a pause that grows."""
        failures = 0
        while not stop.is_set():
            try:
                moved = self.step()
            except Exception as error:
                failures += 1
                self._restore()
                self.failure = f"{type(error).__name__}: {error}"[:500]
                pause = min(_LONGEST_PAUSE_SECONDS, 0.5 * 2.0 ** min(failures - 1, 10))
                log.error("mirror_failed", error=self.failure, again_in=pause)
                stop.wait(pause)
            else:
                failures, self.failure = 0, None
                if not moved:
                    stop.wait(_PAUSE_SECONDS)

    def step(self) -> bool:
        """Read a portion, and let what has come to its turn leave the stage; whether there was anything to do."""
        reading, asked = self._reading, self._brokers_ms()
        ends = reading.ends([*self._found, *self._events])
        is_importing = self._is_importing()
        moved = self._read()
        # reference data was taken in before whatever follows it in other lanes: asked for last, and read whole
        reference_end = reading.ends([self._reference])[self._reference]
        while self._places[self._reference] < reference_end.offset:
            moved = self._read() or moved
        is_importing = is_importing or self._is_importing()
        ends = {**ends, self._reference: reference_end}
        self.behind = sum(max(0, end.offset - self._places[lane]) for lane, end in ends.items())
        known = self._log_until(ends, asked, is_importing)
        found = min(self._found_until(ends, asked), self._in_ms(known))
        moved = self._fill_log(known) or moved
        moved = self._fill_state(found) or moved
        self._see_whether_caught_up(ends, found, is_importing)
        return moved

    def _see_whether_caught_up(self, ends: Mapping[Lane, End], found: int, is_importing: bool) -> None:
        """Once what was there at the beginning is read, and the stage is empty of all up to that instant."""
        if self.caught_up or is_importing:
            return
        self._wanted = self._wanted or ends
        if self._read_by is None and all(
            self._places[lane] >= end.offset for lane, end in self._wanted.items()
        ):
            self._read_by = self._brokers_ms()
        self.caught_up = self._read_by is not None and found > self._read_by

    def not_ready(self) -> str | None:
        """Why it does not hold what was in Kafka when it began, or cannot go on; None when all is well."""
        if self.failure is not None or self.caught_up:
            return self.failure
        return f"{self.behind:,} records of Kafka still to be read"

    def close(self) -> None:
        """Close the files; the reading is its maker's to close."""
        self.log.close()
        self.state.close()

    def _restore(self) -> None:
        """Go on from what is kept."""
        kept = self.state.lanes()
        _, stamped = kept.get(_TIME, (0, None))
        self._brokers = BrokersTime(stamped or 0, self._reading.elapsed_ms())
        lanes = [*self._events, self._reference, *self._found]
        self._places = {lane: kept.get(lane, (0, None))[0] for lane in lanes}
        self._instants = {lane: kept.get(lane, (0, None))[1] for lane in lanes}
        self._recorders = {
            lane: Recorder(self._setting, self._instants[lane]) for lane in (*self._events, self._reference)
        }

    def _read(self) -> bool:
        messages, places = self._reading.read(self._places)
        staged: list[Staged] = []
        for lane, some in messages.items():
            staged += [one for message in some if (one := self._staged(lane, message)) is not None]
        moved = [lane for lane, place in places.items() if place != self._places[lane]]
        if moved:
            newest = max((one.appended_ms for some in messages.values() for one in some), default=0)
            self._brokers.saw(newest, self._reading.elapsed_ms())
            told = [(lane, places[lane], self._instants[lane]) for lane in moved]
            self.state.stage(staged, [*told, (_TIME, 0, self._brokers_ms())])
            self._places.update(places)
        return bool(moved)

    def _staged(self, lane: Lane, message: Message) -> Staged | None:
        topic, partition = lane
        recorder = self._recorders.get(lane)
        if recorder is None:
            instant = max(message.appended_ms, self._instants[lane] or 0)
            self._instants[lane] = instant
            order = _FOUND.index(topic) * self._partitions + partition
            return Staged(
                "found", instant, order, message.offset, topic, partition, message.key, message.value
            )
        if message.mark is not None:
            if lane == self._reference:
                self._note_import(message)
            return None
        instant = recorder.of(message.appended_ms, message.stated)
        self._instants[lane] = instant
        order = 0 if topic == "reference" else 1 + partition
        return Staged("log", instant, order, message.offset, topic, partition, message.key, message.value)

    def _note_import(self, message: Message) -> None:
        self.state.note_import(message.key, message.appended_ms if message.mark == UNDER_WAY else None)

    def _brokers_ms(self) -> int:
        """The brokers' time: this machine's own clock may be anything, and positions must not depend on it."""
        return self._brokers.at(self._reading.elapsed_ms())

    def _is_importing(self) -> bool:
        earliest = self._brokers_ms() - IMPORT_HOLDS_SECONDS * 1000
        return any(said > earliest for said in self.state.imports().values())

    def _log_until(self, ends: Mapping[Lane, End], asked: int, is_importing: bool) -> int:
        """Before this instant no event can come any more that is not read."""
        setting = self._setting
        settled = setting.instant + int(((asked - SKEW_MS - 1) * 1000 - setting.machine) * setting.rate)
        if is_importing:  # its own instants are what passes, not the clock's
            return min(self._instants[lane] or 0 for lane in self._events)
        return min(
            settled if self._places[lane] >= ends[lane].offset else self._instants[lane] or 0
            for lane in self._events
        )

    def _found_until(self, ends: Mapping[Lane, End], asked: int) -> int:
        """Before this millisecond of Kafka nothing found can come any more that is not read."""
        return min(
            asked - SKEW_MS
            if ends[lane].is_whole and self._places[lane] >= ends[lane].offset
            else self._instants[lane] or 0
            for lane in self._found
        )

    def _in_ms(self, instant: int) -> int:
        """The millisecond of Kafka that an instant of the log corresponds to, less the skew of two brokers."""
        setting = self._setting
        return int(((instant - setting.instant) / setting.rate + setting.machine) // 1000) - SKEW_MS

    def _fill_log(self, until: int) -> bool:
        moved = False
        while some := self.state.staged("log", until, _PORTION):
            self.log.take(
                [
                    Arrival(
                        origin_of(one.topic, one.partition), one.place, one.instant, one.subject, one.value
                    )
                    for _, one in some
                ]
            )
            self.state.unstage([row for row, _ in some])
            moved = True
        return moved

    def _fill_state(self, until: int) -> bool:
        moved = False
        while some := self.state.staged("found", until, _PORTION):
            self.state.take(some)
            moved = True
        return moved
