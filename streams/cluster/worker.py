"""A worker: Faust tells which partitions are ours and brings their events; each is supervised in a thread of its own.

Faust is used in the one way in which it loses nothing: raw bytes, acknowledgement by ourselves once everything that
follows from an event is committed, and a crash of the whole worker when the stream breaks. Its tables, windows,
transactions and web server are not used.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import faust
import mode
import structlog
from aiokafka.errors import KafkaError

from domain.reference import Reference
from streams.clock import ClockSetting
from streams.cluster.clients import Fenced, KafkaTransport, ReferenceFeed, message_of
from streams.cluster.messages import Message
from streams.cluster.partition import LostRecords, Partition
from streams.cluster.topics import full_name
from streams.flood import TooManyDeadLetters

__all__ = ["PartitionReading", "Worker", "WorkerSetting"]

log = structlog.get_logger("sundial.worker")

_TAKE: Final = 2_000
_WITHIN_SECONDS: Final = 0.05
_WAITING: Final = 20_000
"""Events of a partition that may be on their way before Faust is asked to wait."""
_REST_SECONDS: Final = 0.25
"""The longest pause of an idle partition."""
_SKEW_MS: Final = 50
"""By how much one broker's clock may be behind another's: findings are issued so much later, never too early."""
_AGAIN_SECONDS: Final = 2.0
"""Before a partition is opened anew after a failure."""
_COUNTED_SECONDS: Final = 1.0
"""For so long a number of dead letters is told again, before they are counted anew."""


@dataclass(frozen=True)
class WorkerSetting:
    """What a worker needs to know."""

    bootstrap: str
    """`host:port`, or several with commas between."""
    prefix: str
    """Of the topics' names."""
    partitions: int
    folder: Path
    """For the local copies; may be lost."""
    clock: ClockSetting = field(default_factory=ClockSetting)
    instance: str | None = None
    """A name of this worker that stays over restarts, so that a quick restart moves no partition."""
    session_seconds: float = 10.0
    flood: bool = True
    """Whether it stops when so many events in a row cannot be judged that it must be the program or the source."""


@dataclass(frozen=True)
class PartitionReading:
    """How a partition does, for probes and metrics."""

    number: int
    lag: int
    """Events that are in Kafka and not judged."""
    stalled_seconds: float
    """How long it has judged nothing although there was something to judge, or its cycle has gone on."""
    open_subjects: int
    timers: int
    dead_letters: int
    failure: str | None


class _Owned:
    """A partition that is ours: its thread, and what Faust brought for it."""

    def __init__(self, worker: "Worker", number: int) -> None:
        self._worker = worker
        self.number = number
        self._pending: deque[Any] = deque()
        """Events of Faust that are not acknowledged."""
        self._stopping = threading.Event()
        self._confirmed = threading.Event()
        """Set when Faust says anew that it is ours, or that it is not any more."""
        self._transport: KafkaTransport | None = None
        self._handing_over = threading.Lock()
        self._progress = (-1, time.monotonic())
        self._cycle_began: float | None = None
        self._letters = (float("-inf"), 0)
        self._reading = PartitionReading(number, 0, 0.0, 0, 0, 0, "not open yet")
        self._thread = threading.Thread(target=self._run, name=f"partition-{number}", daemon=True)
        self._thread.start()

    def bring(self, events: Sequence[Any]) -> None:
        """Events in order of their offsets."""
        with self._handing_over:
            self._pending.extend(events)
            if self._transport is not None:
                self._transport.arrive([_message_of(event) for event in events])

    def is_full(self) -> bool:
        return len(self._pending) > _WAITING

    def reading(self) -> PartitionReading:
        """How it does now; a cycle that does not come to its end is seen while it lasts."""
        reading, began = self._reading, self._cycle_began
        if began is None:
            return reading
        return replace(reading, stalled_seconds=max(reading.stalled_seconds, time.monotonic() - began))

    def confirm(self) -> None:
        """It is ours still, after a rebalance."""
        self._confirmed.set()

    def leave(self) -> None:
        """Finish the cycle under way, then close. Returns at once; `join` waits."""
        self._stopping.set()
        self._confirmed.set()
        if self._transport is not None:
            self._transport.wake.set()

    def join(self, seconds: float) -> None:
        """Wait for the thread's end, at most so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._confirmed.clear()
                self._supervise()
            except Fenced as error:
                # Either it was assigned to another, and we are told so in a moment; or a worker that had stood still
                # opened it by mistake before it was told so itself: then it is ours still.
                log.warning("partition_lost", partition=self.number, reason=str(error))
                self._fail(str(error))
                self._confirmed.wait(self._worker.setting.session_seconds)
            except (LostRecords, TooManyDeadLetters) as error:
                self._worker.crash(error)
                return
            except (
                Exception
            ) as error:  # Kafka is away, the disk is full: nothing uncommitted counts, so begin anew
                reason = f"{type(error).__name__}: {error}"
                if self._stopping.is_set():
                    return
                if isinstance(error, KafkaError | TimeoutError):
                    log.warning("partition_failed", partition=self.number, reason=reason)
                else:
                    log.exception("partition_failed", partition=self.number)
                self._fail(reason)
                self._stopping.wait(_AGAIN_SECONDS)

    def _supervise(self) -> None:
        worker = self._worker
        setting = worker.setting
        transport = KafkaTransport(worker.loop, setting.bootstrap, setting.prefix, self.number, worker.feed)
        partition: Partition | None = None
        try:
            transport.open()
            partition = Partition(
                self.number, setting.partitions, setting.folder / f"{self.number}", worker.base,
                setting.clock, transport, skew_ms=_SKEW_MS, flood=setting.flood,
            )  # fmt: skip
            self._begin(transport)
            log.info("partition_open", partition=self.number, position=partition.cases.progress.position)
            while not self._stopping.is_set():
                transport.wake.clear()
                self._cycle_began = time.monotonic()
                worked = partition.cycle()
                self._acknowledge(partition.judged())
                self._tell(partition)
                self._cycle_began = None
                if not worked:
                    self._rest(partition, transport)
        finally:
            self._transport = self._cycle_began = None
            if partition is not None:
                partition.close()
            transport.close()

    def _begin(self, transport: KafkaTransport) -> None:
        """Hand over what Faust has brought so far, including what an earlier opening took and did not commit."""
        with self._handing_over:
            transport.arrive([_message_of(event) for event in self._pending])
            self._transport = transport

    def _rest(self, partition: Partition, transport: KafkaTransport) -> None:
        pause = _REST_SECONDS
        remaining = partition.rest_seconds()
        if remaining is not None:
            pause = min(pause, max(remaining, 0.0))
        if pause:
            transport.wake.wait(pause)

    def _acknowledge(self, offset: int) -> None:
        done = []
        while self._pending and self._pending[0].message.offset <= offset:
            done.append(self._pending.popleft())
        if done:
            self._worker.acknowledge(done)

    def _tell(self, partition: Partition) -> None:
        supervision, state = partition.cases.supervision, partition.cases.state
        lag, judged = partition.lag(), partition.judged()
        now = time.monotonic()
        if lag == 0 or judged != self._progress[0]:
            self._progress = (judged, now)
        if now - self._letters[0] > _COUNTED_SECONDS:
            letters = len(state.dead_letters()) + len(partition.others.state.dead_letters())
            self._letters = (now, letters)
        self._reading = PartitionReading(
            self.number, lag, now - self._progress[1], state.open_subjects(), supervision.timers(),
            self._letters[1], None,
        )  # fmt: skip

    def _fail(self, reason: str) -> None:
        stalled = time.monotonic() - self._progress[1]
        self._reading = replace(self._reading, stalled_seconds=stalled, failure=reason)


def _message_of(event: Any) -> Message:
    """An event of Faust, as partitions read it. Its times are seconds."""
    return message_of(event.message, round(event.message.timestamp * 1000))


class Worker:
    """Partitions that this process supervises, as Faust assigns and takes them."""

    def __init__(self, setting: WorkerSetting, base: Reference) -> None:
        self.setting = setting
        self.base = base
        self.feed = ReferenceFeed(setting.bootstrap, setting.prefix)
        self._topic = full_name(setting.prefix, "events")
        self.loop: asyncio.AbstractEventLoop
        self._owned: dict[int, _Owned] = {}
        self._stream: Any = None
        self._began = False
        self.app = self._application()

    def readings(self) -> list[PartitionReading]:
        """How each partition does."""
        return [one.reading() for one in list(self._owned.values())]

    def crash(self, error: Exception) -> None:
        """End the whole worker: going on would lose or drown something."""
        log.error("worker_stops", reason=str(error))
        asyncio.run_coroutine_threadsafe(self.app.crash(error), self.loop)

    def acknowledge(self, events: Iterable[Any]) -> None:
        """Everything that follows from these events is committed."""
        asyncio.run_coroutine_threadsafe(self._acknowledge(list(events)), self.loop)

    async def _acknowledge(self, events: list[Any]) -> None:
        for event in events:
            if self._stream is not None:
                await self._stream.ack(event)

    def _application(self) -> Any:
        setting = self.setting
        setting.folder.mkdir(parents=True, exist_ok=True)
        servers = ";".join(f"kafka://{server}" for server in setting.bootstrap.split(","))
        app = faust.App(
            f"{setting.prefix}.supervisor",
            broker=servers,
            store="memory://",
            datadir=str(setting.folder / "faust"),  # made at each start, though empty
            key_serializer="raw",
            value_serializer="raw",
            topic_allow_declare=False,
            topic_disable_leader=True,
            topic_partitions=setting.partitions,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=setting.instance,
            broker_session_timeout=setting.session_seconds,
            broker_heartbeat_interval=setting.session_seconds / 5,
            broker_request_timeout=60.0,
            broker_commit_interval=1.0,
            stream_wait_empty=False,
            stream_recovery_delay=0.0,
            web_enabled=False,
        )
        events = app.topic(
            self._topic,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        app.agent(events, name="supervision", supervisor_strategy=mode.CrashingSupervisor)(self._take)
        app.on_partitions_assigned.connect(self._assigned)  # type: ignore[arg-type]  # mode tells no usable type
        app.on_partitions_revoked.connect(self._revoked)  # type: ignore[arg-type]
        app.on_before_shutdown.connect(self._shutdown)  # type: ignore[arg-type]
        return app

    async def _take(self, stream: Any) -> None:
        self._stream = stream
        async for events in stream.noack().noack_take(_TAKE, within=_WITHIN_SECONDS):
            by_partition: dict[int, list[Any]] = {}
            for event in events:
                by_partition.setdefault(event.message.partition, []).append(event)
            for number, some in by_partition.items():
                owned = self._owned.get(number)
                if owned is None:
                    continue  # taken from us meanwhile: whoever has it reads them anew
                while owned.is_full():
                    await asyncio.sleep(0.01)
                owned.bring(some)

    async def _assigned(self, app: Any, *arguments: Any, **named: Any) -> None:
        [assigned] = arguments or [named["assigned"]]
        if not self._began:
            self._began = True
            self.loop = asyncio.get_running_loop()
            await self.feed.start()
        ours = {tp.partition for tp in assigned if tp.topic == self._topic}
        await self._leave(self._owned.keys() - ours)
        for number in ours & self._owned.keys():
            self._owned[number].confirm()
        for number in sorted(ours - self._owned.keys()):
            self._owned[number] = _Owned(self, number)
        log.info("partitions_assigned", partitions=sorted(ours))

    async def _revoked(self, app: Any, *arguments: Any, **named: Any) -> None:
        """Nothing: until others are told to take them, nobody else writes, and whoever does fences us."""

    async def _shutdown(self, app: Any, *arguments: Any, **named: Any) -> None:
        await self._leave(list(self._owned))
        if self._began:
            await self.feed.stop()

    async def _leave(self, numbers: Iterable[int]) -> None:
        leaving = [self._owned.pop(number) for number in list(numbers)]
        for one in leaving:
            one.leave()
        for one in leaving:
            await asyncio.to_thread(one.join, 30)
