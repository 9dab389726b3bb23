"""What a worker's partitions read and write, through aiokafka: one event loop, many threads of partitions."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from streams.cluster.brokers_time import BrokersTime
from streams.cluster.headers import IMPORT, RECORDED, REPLAY, REPLAY_MARK
from streams.cluster.messages import Mark, Message, Outgoing, mark_key
from streams.cluster.partition import LostRecords
from streams.cluster.topics import LARGEST_RECORD_BYTES, full_name

__all__ = ["Fenced", "KafkaTransport", "ReferenceFeed", "elapsed_ms", "message_of"]

_PATIENCE_SECONDS: Final = 60.0
"""For one answer of Kafka; afterwards the partition is opened anew."""
_PORTION: Final = 2_000
_BATCH_BYTES: Final = 1024 * 1024
"""Of a partition's batches one is under way at a time: small ones make a run wait for as many answers."""
_MISSING_SECONDS: Final = 5.0
"""For so long events may be in Kafka that Faust does not bring."""

Answer = TypeVar("Answer")


class Fenced(Exception):
    """Another worker has opened the partition: this one must leave it."""


def elapsed_ms() -> int:
    """Milliseconds since some instant, by a clock that nobody sets."""
    return time.monotonic_ns() // 1_000_000


def message_of(record: Any, appended_ms: int | None = None) -> Message:
    """A record of aiokafka as partitions read it; one of Faust, whose times are no milliseconds, with `appended_ms`."""
    headers = dict(record.headers or ())
    stated, replays = headers.get(RECORDED), headers.get(REPLAY)
    key = (record.key or b"").decode("utf-8", "replace")
    value = record.value or b""
    return Message(
        record.offset,
        record.timestamp if appended_ms is None else appended_ms,
        key,
        value,
        None if stated is None else int(stated),
        headers.get(IMPORT) if replays is None else REPLAY_MARK,
        None if replays is None else int(replays),
    )


class ReferenceFeed:
    """The reference topic, read whole and then followed; shared by all partitions of a worker."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._partition = TopicPartition(full_name(prefix, "reference"), 0)
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer
        self._asking: AIOKafkaConsumer
        """On a connection of its own: behind a fetch that waits for news an answer would come half a second late."""
        self._messages: list[Message] = []
        self._more = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to read."""
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=LARGEST_RECORD_BYTES * 2,
        )
        self._asking = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, group_id=None, enable_auto_commit=False
        )
        await self._asking.start()
        await self._consumer.start()
        self._consumer.assign([self._partition])
        await self._consumer.seek_to_beginning(self._partition)
        self._task = asyncio.create_task(self._follow())

    async def after(self, offset: int) -> list[Message]:
        """The records after `offset` up to the end, which is asked for now."""
        ends = await self._asking.end_offsets([self._partition])
        end = ends[self._partition]
        async with self._more:
            await self._more.wait_for(lambda: len(self._messages) >= end or self._failed())
        if self._failed():
            assert self._task is not None
            self._task.result()
        return self._messages[offset + 1 :]

    async def stop(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._consumer.stop()
        await self._asking.stop()

    def _failed(self) -> bool:
        return self._task is not None and self._task.done()

    async def _follow(self) -> None:
        while True:
            batches = await self._consumer.getmany(timeout_ms=1000, max_records=_PORTION)
            new = [message_of(record) for records in batches.values() for record in records]
            if new:
                async with self._more:
                    self._messages += new
                    self._more.notify_all()


class KafkaTransport:
    """One owner's view of one partition. Its methods are called from the partition's own thread.

    From `open` on an earlier owner can write no more.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, bootstrap: str, prefix: str, number: int, feed: ReferenceFeed
    ) -> None:
        self._loop = loop
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._number = number
        self._feed = feed
        self._producer: AIOKafkaProducer
        self._asking: AIOKafkaConsumer
        self._signals: AIOKafkaConsumer
        self._clients: list[Any] = []
        self._signals_task: asyncio.Task[None] | None = None
        self._signals_come: deque[Message] = deque()
        self._signals_position = 0
        self._arrived: deque[Message] = deque()
        self._changelog_end = -1
        self._events_end = -1
        self._brought = time.monotonic()
        """When Faust last brought something that was wanted, or nothing was."""
        self._brokers = BrokersTime(0, elapsed_ms())
        self.wake = threading.Event()
        """Set when something has come."""

    def open(self) -> None:
        """Fence the owner before, and connect."""
        self._ask(self._open())
        says_nothing = msgspec.json.encode(Mark(self._number, 0))  # but the answer tells the brokers' time
        self.write([Outgoing("signals", self._number, mark_key(self._number), says_nothing)])

    def close(self) -> None:
        """Disconnect. What was not committed never was."""
        self._ask(self._close())

    def arrive(self, messages: Iterable[Message]) -> None:
        """Records of the events topic, in order; those that came already may come again."""
        self._arrived.extend(messages)
        self.wake.set()

    def waiting(self) -> int:
        """Records that have come and were not taken."""
        return len(self._arrived)

    def changelog(self, after: int) -> Iterator[Sequence[Message]]:
        """See `Transport.changelog`."""
        topic = self._own("state")
        reader, end = self._ask(self._open_at(topic, after))
        try:
            self._changelog_end = max(after, end - 1)
            while self._ask(reader.position(topic)) < end:
                batches = self._ask(reader.getmany(timeout_ms=500, max_records=_PORTION))
                portion = [message_of(record) for record in batches.get(topic, ())]
                if portion:
                    yield portion
        finally:
            self._ask(reader.stop())

    def events_end(self) -> int:
        """See `Transport.events_end`."""
        topic = self._own("events")
        self._events_end = int(self._ask(self._asking.end_offsets([topic]))[topic]) - 1
        return self._events_end

    def events(self, after: int, limit: int) -> list[Message]:
        """See `Transport.events`. What Faust left out, or does not bring, is fetched past it.

        Around a rebalance it may begin behind the record that is wanted; the partition's order does not depend on it.
        """
        taken: list[Message] = []
        while self._arrived and len(taken) < limit:
            message = self._arrived.popleft()
            if message.offset > after + 1:
                taken += self._fetch(after + 1, message.offset - 1)
            if message.offset > after:
                after = message.offset
                taken.append(message)
        now = time.monotonic()
        if taken or self._events_end <= after:
            self._brought = now
        elif now - self._brought > _MISSING_SECONDS:
            self._brought = now
            return self._fetch(after + 1, min(self._events_end, after + limit))
        return taken

    def reference(self, after: int) -> list[Message]:
        """See `Transport.reference`."""
        return self._ask(self._feed.after(after))

    def signals(self, after: int, until: int | None = None) -> list[Message]:
        """See `Transport.signals`."""
        if self._signals_task is None:
            self._ask(self._follow_signals(after))
        while until is not None and self._signals_position <= until:
            self._check_signals()
            time.sleep(0.005)
        self._check_signals()
        if until is not None:  # to be looked at once more afterwards
            return [message for message in list(self._signals_come) if message.offset > after]
        newer = []
        while self._signals_come:
            message = self._signals_come.popleft()
            if message.offset > after:
                newer.append(message)
        return newer

    def write(self, messages: Sequence[Outgoing]) -> int:
        """See `Transport.write`."""
        try:
            last = self._ask(self._commit(messages))
        except (ProducerFenced, InvalidProducerEpoch) as error:
            raise Fenced(f"partition {self._number}: another worker has taken it over") from error
        self._changelog_end = max(self._changelog_end, last)
        return self._changelog_end

    def broker_ms(self) -> int:
        """See `Transport.broker_ms`."""
        return self._brokers.at(elapsed_ms())

    async def _open(self) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            transactional_id=f"{self._prefix}.partition.{self._number}",
            transaction_timeout_ms=30_000,
            max_request_size=32 * 1024 * 1024,
            max_batch_size=_BATCH_BYTES,
            linger_ms=2,
        )
        self._asking = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, group_id=None, enable_auto_commit=False
        )
        self._signals = self._reader()
        for client in (self._producer, self._asking, self._signals):
            self._clients.append(client)
            await client.start()

    async def _close(self) -> None:
        if self._signals_task is not None:
            self._signals_task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._signals_task
        for client in self._clients:
            with suppress(KafkaError):
                await client.stop()

    async def _commit(self, messages: Sequence[Outgoing]) -> int:
        last = -1
        async with self._producer.transaction():
            sent: list[asyncio.Future[Any]] = []
            try:
                for one in messages:
                    topic, key = full_name(self._prefix, one.topic), one.key.encode()
                    sent.append(await self._producer.send(topic, one.value, key, partition=one.partition))
            finally:  # each is asked, so that none complains of not having been
                told = await asyncio.gather(*sent, return_exceptions=True)
            seen, stamps = elapsed_ms(), list[int]()
            for one, what in zip(messages, told, strict=False):
                if isinstance(what, BaseException):
                    raise what
                stamps.append(what.timestamp)
                if one.topic == "state":
                    last = max(last, what.offset)
            if stamps:
                self._brokers.saw(min(stamps), seen)
        return last

    async def _follow_signals(self, after: int) -> None:
        topic = self._own("signals")
        self._signals.assign([topic])
        first = (await self._signals.beginning_offsets([topic]))[topic]
        if first > after + 1:
            raise LostRecords(
                f"signals, partition {self._number}: records after offset {after} are wanted, the first that there is "
                f"stands at {first}: this partition was without a worker for longer than signals are kept"
            )
        self._signals.seek(topic, after + 1)
        self._signals_position = after + 1
        self._signals_task = asyncio.create_task(self._read_signals(topic))

    async def _read_signals(self, topic: TopicPartition) -> None:
        while True:
            batches = await self._signals.getmany(timeout_ms=1000, max_records=_PORTION)
            self._signals_come.extend(message_of(record) for record in batches.get(topic, ()))
            self._signals_position = await self._signals.position(topic)
            if batches:
                self.wake.set()

    def _check_signals(self) -> None:
        if self._signals_task is not None and self._signals_task.done():
            self._signals_task.result()

    def _own(self, topic: str) -> TopicPartition:
        return TopicPartition(full_name(self._prefix, topic), self._number)

    def _reader(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, group_id=None, enable_auto_commit=False,
            auto_offset_reset="earliest", isolation_level="read_committed",
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )  # fmt: skip

    def _fetch(self, first: int, last: int) -> list[Message]:
        """The events from one offset to another, read from Kafka directly. Raises LostRecords when they are gone."""
        topic = self._own("events")
        reader, _ = self._ask(self._open_at(topic, first - 1))
        try:
            begin = self._ask(reader.beginning_offsets([topic]))[topic]
            if begin > first:
                raise LostRecords(
                    f"events, partition {self._number}: the record at offset {first} is wanted, the first that there "
                    f"is stands at {begin}; expected a topic from which nothing is deleted"
                )
            found: list[Message] = []
            while not found or found[-1].offset < last:
                batches = self._ask(reader.getmany(timeout_ms=500, max_records=_PORTION))
                found += [message_of(record) for record in batches.get(topic, ())]
            return [message for message in found if message.offset <= last]
        finally:
            self._ask(reader.stop())

    async def _open_at(self, topic: TopicPartition, after: int) -> tuple[AIOKafkaConsumer, int]:
        """A reader put behind `after`; the offset at which what is committed ends now."""
        reader = self._reader()
        await reader.start()
        reader.assign([topic])
        reader.seek(topic, after + 1)
        ends = await reader.end_offsets([topic])
        return reader, int(ends[topic])

    def _ask(self, question: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(_PATIENCE_SECONDS)
