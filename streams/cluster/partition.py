"""One partition under supervision: what Kafka holds is read, judged in two stages, and written back.

A `Partition` belongs to one thread. It says in every cycle how far it may judge: nothing is judged as of an instant
before all that was recorded up to it has been read (decision 0040).
"""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from domain.events import Event, decode_event
from domain.instants import SECOND
from domain.reference import Reference
from streams.clock import ClockSetting
from streams.cluster.forwarding import Receiving, sending
from streams.cluster.headers import IMPORT_HOLDS_SECONDS, UNDER_WAY
from streams.cluster.messages import (
    HAPPENED,
    Mark,
    Message,
    Outgoing,
    Progress,
    letter_key_of,
    mark_key,
    mark_of,
    partition_of,
)
from streams.cluster.partition_log import Arrival, PartitionLog
from streams.cluster.partition_state import PartitionState
from streams.cluster.recorded import Recorder
from streams.judging import is_judged
from streams.supervision import Supervision

__all__ = ["LostRecords", "Partition", "Transport"]

_EVENTS = 2_000
_TURNS_SECONDS = 0.2
_MARK_SECONDS = 0.2
"""Real time between two marks of a partition in which nothing else is written."""


class LostRecords(Exception):
    """Kafka no longer holds records that were not judged yet."""


class Transport(Protocol):
    """What a partition reads and writes. Offsets begin at 0; -1 is before the first."""

    def changelog(self, after: int) -> Iterator[Sequence[Message]]:
        """The partition's changelog after an offset, to its end; records that were replaced since may be missing."""

    def events_end(self) -> int:
        """The last offset of the partition's events, asked for now."""

    def events(self, after: int, limit: int) -> Sequence[Message]:
        """Records after an offset, those that have arrived here already, without gaps; never more than `limit`."""

    def reference(self, after: int) -> Sequence[Message]:
        """Reference records after an offset up to the end, asked for now."""

    def signals(self, after: int, until: int | None = None) -> Sequence[Message]:
        """Committed signals after an offset that have arrived here already; all up to `until` where it is given."""

    def broker_ms(self) -> int:
        """The brokers' time, milliseconds since the epoch: whatever is appended from now on bears no earlier one."""

    def write(self, messages: Sequence[Outgoing]) -> int:
        """Write in one transaction; the last offset of the changelog. Raises when a later owner has fenced this one."""


class _Watermark:
    """The only present that supervision sees. It never goes back."""

    def __init__(self, instant: int) -> None:
        self.instant = instant

    def now(self) -> int:
        return self.instant

    def reach(self, instant: int) -> None:
        self.instant = max(self.instant, instant)

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        raise AssertionError("the partition's loop sleeps, not its supervision")


class _Stage:
    """Log, state and supervision of one stage. `place` is the last offset read of its own topic."""

    def __init__(self, number: int, folder: Path, partition: "Partition") -> None:
        self.number = number
        self.log = PartitionLog(folder / f"log-{number}.db", keyed=number == 1, home=partition.is_home)
        self.state = PartitionState(
            folder / f"state-{number}.db", self.log, partition.number, number, partition.write,
            partition.of, partition.progress if number == 2 else _as_it_is,
        )  # fmt: skip
        self.changelog, self.progress = self.state.standing()
        self.log.cut(self.progress.position)

    def supervise(self, partition: "Partition", base: Reference) -> None:
        """Begin to judge, once the changelog is taken in."""
        self.clock = _Watermark(self.progress.judged_until)

        def judged(event: Event) -> bool:
            # orders about the shared base come to every partition: one of them judges the base by them
            return self.number == 1 and is_judged(event) and partition.is_home(event.subject)

        forwarding = sending(partition.is_home) if self.number == 1 else Receiving
        self.supervision = Supervision(
            self.log, self.state, self.clock, base,
            rate=partition.setting.rate, forwarding=forwarding, judged=judged, flood=partition.flood,
        )  # fmt: skip

    def judge(self, arrivals: Sequence[Arrival], until: int) -> bool:
        """Take arrivals in, in this order, and let time go to `until`; whether there was anything to do."""
        if arrivals:
            self.log.take(arrivals)
        self.clock.reach(until)
        began = time.monotonic()
        worked = False
        while self.supervision.turn():
            worked = True
            if time.monotonic() - began > _TURNS_SECONDS and not self.supervision.lag():
                break  # the rest judges again what it has judged, or ahead: it may wait for news
        return worked

    def close(self) -> None:
        self.log.close()
        self.state.close()


class Partition:
    """A partition, opened by this worker. Whoever opened it before can write no more."""

    def __init__(
        self,
        number: int,
        partitions: int,
        folder: Path,
        base: Reference,
        setting: ClockSetting,
        transport: Transport,
        *,
        skew_ms: int = 0,
        flood: bool = True,
    ) -> None:
        """Take in what the changelog holds beyond the local files. Raises LostRecords, sqlite3.Error.

        `transport` must have fenced the owner before: from now on nobody else writes the changelog.
        `flood` is whether too many dead letters stop it.
        `skew_ms` is by how much one broker's clock may be behind another's, in real time.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.number = number
        self._partitions = partitions
        self._base = base
        self.setting = setting
        self._transport = transport
        self._skew_ms = skew_ms
        self.flood = flood
        self._reference: list[Message] = []
        """Not taken by each stage yet, with all that came before: by offset."""
        self._reference_recorded: list[int] = []
        self._recorder = Recorder(setting)
        self._held: list[tuple[Arrival, str]] = []
        """Signals that wait for slower partitions, with their order within an instant."""
        self._marks: dict[int, int] = {}
        self._read = -1
        self._imports: dict[str, int] = {}
        """Imports of history under way, by outbox: when that was last said, by the broker's clock."""
        self._to_replay: list[str] = []
        """Names of dead letters, as the changelog has them, that are to be judged again."""
        self._marked = (0.0, 0)
        self._read_reference()
        self._stages = [_Stage(number, folder, self) for number in (1, 2)]
        self._take_changelog_in()
        for stage in self._stages:
            stage.supervise(self, base)
        self.cases, self.others = self._stages
        self._events = Recorder(setting, self.cases.progress.recorded)
        self._events_read = self._end = self.cases.progress.place
        self._reference_taken = [stage.progress.reference_place for stage in self._stages]
        self._read_signals_again()

    def of(self, subject: str) -> int:
        """The partition of a subject."""
        return partition_of(subject, self._partitions)

    def is_home(self, subject: str) -> bool:
        """Whether a subject belongs to this partition."""
        return self.of(subject) == self.number

    def write(self, messages: Sequence[Outgoing]) -> int:
        """Write in one transaction."""
        return self._transport.write(messages)

    def progress(self, plain: Progress) -> Progress:
        """The second stage's progress, with the signals that wait."""
        waiting = [
            placed.place
            for placed in self.others.log.placements("signals", plain.position, self.others.log.end())
        ]
        held = sorted([*waiting, *(arrival.place for arrival, _ in self._held)])
        return msgspec.structs.replace(plain, held=held, read=self._read, marks=dict(self._marks))

    def judged(self) -> int:
        """The last offset of events that is judged and saved, so that nobody need send it again."""
        return self._events_read if not self.cases.supervision.lag() else self.cases.progress.place

    def lag(self) -> int:
        """Events in Kafka, as far as was seen last, that are not judged and saved."""
        return max(0, self._end - self.judged())

    def cycle(self) -> bool:
        """Read what has come, judge as far as may be; whether there was anything to do."""
        present = self._settled()
        importing = self._importing()
        end = self._end = self._transport.events_end()
        chunk = self._read_events()
        importing = self._read_reference() or importing or self._importing()
        last = chunk[-1].recorded if chunk else self.cases.clock.now()
        whole = self._events_read >= end and not importing
        until = present if whole else last
        arrivals = sorted([*self._reference_until(0, max(until, last)), *chunk], key=_order)
        worked = self.cases.judge(arrivals, until)
        self._tell(until, worked)
        self._replay()
        return self._judge_others() or worked or bool(chunk)

    def rest_seconds(self) -> float | None:
        """For how long, in real time, no timer of a case is due; None without one."""
        instant = self.cases.supervision.rest_until()
        return None if instant is None else (instant - self._settled()) / SECOND / self.setting.rate

    def close(self) -> None:
        """Close the files."""
        for stage in self._stages:
            stage.close()

    def _replay(self) -> None:
        """Judge dead letters again, as somebody has asked for; one that was judged since is passed over."""
        names, self._to_replay = set(self._to_replay), []
        for stage in self._stages if names else ():
            dead = stage.state.dead_letters()
            numbers = [row.number for row in dead if letter_key_of(stage.number, row.letter) in names]
            if numbers:
                stage.supervision.replay(numbers)

    def _settled(self) -> int:
        """The latest instant before which nothing more can be recorded, by the brokers' clock and never by ours.

        Append times are whole milliseconds: what is appended within this millisecond still bears its beginning.
        """
        setting = self.setting
        over_ms = self._transport.broker_ms() - 1 - self._skew_ms
        return setting.instant + int((over_ms * 1000 - setting.machine) * setting.rate)

    def _judge_others(self) -> bool:
        for message in self._transport.signals(self._read):
            self._read = message.offset
            self._hold(message)
        until = min((self._marks.get(source, 0) for source in range(self._partitions)), default=0)
        until = min(until, self.cases.clock.now())
        due = sorted(
            (one for one in self._held if one[0].recorded < until), key=lambda one: (one[0].recorded, one[1])
        )
        self._held = [one for one in self._held if one[0].recorded >= until]
        signals = [arrival for arrival, _ in due]
        arrivals = sorted([*self._reference_until(1, until - 1), *signals], key=_order)
        return self.others.judge(arrivals, until)

    def _hold(self, message: Message) -> None:
        mark = mark_of(message.key, message.value)
        if mark is not None:
            self._marks[mark.source_partition] = max(self._marks.get(mark.source_partition, 0), mark.instant)
            return
        event = decode_event(message.value)
        happened = int(event.extra.get(HAPPENED, event.time))
        order = f"{happened:020} {event.source} {event.id} {event.type} {message.key}"
        arrival = Arrival("signals", message.offset, event.recorded, message.key, message.value)
        self._held.append((arrival, order))

    def _tell(self, until: int, worked: bool) -> None:
        """Tell the second stages of all partitions how far this one has come."""
        now, (when, what) = time.monotonic(), self._marked
        if until == what or (not worked and now - when < _MARK_SECONDS):
            return
        value = msgspec.json.encode(Mark(self.number, until))
        self.write(
            [Outgoing("signals", one, mark_key(self.number), value) for one in range(self._partitions)]
        )
        self._marked = (now, until)

    def _read_events(self) -> list[Arrival]:
        chunk = []
        for message in self._transport.events(self._events_read, _EVENTS):
            if message.offset != self._events_read + 1:
                raise LostRecords(
                    f"events, partition {self.number}: the record at offset {self._events_read + 1} is wanted, the "
                    f"first that there is stands at {message.offset}; expected a topic from which nothing is deleted"
                )
            self._events_read = message.offset
            recorded = self._events.of(message.appended_ms, message.stated)
            chunk.append(Arrival("events", message.offset, recorded, message.key, message.value))
        return chunk

    def _read_reference(self) -> bool:
        """Read reference data to its end; whether an import was told of, even one that has ended since."""
        told = False
        for message in self._transport.reference(len(self._reference) - 1):
            if message.offset != len(self._reference):
                raise LostRecords(
                    f"reference: the record at offset {len(self._reference)} is wanted, the next stands at "
                    f"{message.offset}; expected a topic from which nothing is deleted"
                )
            # a mark is no event: its own time says nothing of when others were recorded
            recorded = self._recorder.last or 0
            if message.mark is None:
                recorded = self._recorder.of(message.appended_ms, message.stated)
            self._reference_recorded.append(recorded)
            self._reference.append(message)
            if message.replays == self.number:
                self._to_replay.append(message.key)
            if message.mark == UNDER_WAY:
                self._imports[message.key] = message.appended_ms
                told = True
            elif message.mark is not None:
                self._imports.pop(message.key, None)
        return told

    def _importing(self) -> bool:
        """Whether an import of history is under way: its own instants are what passes, not the clock's."""
        earliest = self._transport.broker_ms() - IMPORT_HOLDS_SECONDS * 1000
        return any(said > earliest for said in self._imports.values())

    def _reference_until(self, stage: int, instant: int) -> list[Arrival]:
        """Reference records that a stage has not taken, recorded up to and including `instant`."""
        taken = self._reference_taken[stage]
        arrivals = []
        while taken + 1 < len(self._reference) and self._reference_recorded[taken + 1] <= instant:
            taken += 1
            if self._reference[taken].mark is None:
                arrivals.append(self._reference_arrival(taken))
        self._reference_taken[stage] = taken
        return arrivals

    def _reference_arrival(self, place: int) -> Arrival:
        message = self._reference[place]
        return Arrival("reference", place, self._reference_recorded[place], message.key, message.value)

    def _take_changelog_in(self) -> None:
        for messages in self._transport.changelog(min(stage.changelog for stage in self._stages)):
            for stage in self._stages:
                stage.progress = stage.state.take_in(messages, self._reference_arrival) or stage.progress
                stage.changelog = messages[-1].offset
        for stage in self._stages:
            stage.log.cut(stage.progress.position)
            stage.state.reached(stage.changelog, stage.progress)

    def _read_signals_again(self) -> None:
        """Signals that were read but not judged are read once more."""
        progress = self.others.progress
        self._marks = dict(progress.marks)
        self._read = progress.read
        wanted = set(progress.held)
        if wanted:
            for message in self._transport.signals(min(wanted) - 1, max(wanted)):
                if message.offset in wanted:
                    self._hold(message)


def _order(arrival: Arrival) -> tuple[int, bool]:
    """By knowledge; of one instant reference data first."""
    return arrival.recorded, arrival.origin != "reference"


def _as_it_is(progress: Progress) -> Progress:
    return progress
