"""What a mirror reads, through aiokafka: plain consumers of all partitions, no group."""

import asyncio
import threading
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cluster.clients import elapsed_ms, message_of
from streams.cluster.messages import Message
from streams.cluster.mirror.mirror import End
from streams.cluster.mirror.state import Lane
from streams.cluster.topics import full_name

__all__ = ["KafkaReading"]

_PATIENCE_SECONDS: Final = 60.0

Answer = TypeVar("Answer")


class KafkaReading:
    """See `streams.cluster.mirror.mirror.Reading`. Connects when it is first asked; for one thread."""

    def __init__(self, bootstrap: str, prefix: str, portion: int = 5_000) -> None:
        """`portion`: how many records are read at once, at most."""
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._portion = portion
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="kafka", daemon=True)
        self._thread.start()
        self._committed: AIOKafkaConsumer | None = None
        self._appended: AIOKafkaConsumer | None = None
        self._reader: AIOKafkaConsumer | None = None
        self._at: Mapping[Lane, int] = {}

    def elapsed_ms(self) -> int:
        """See `Reading.elapsed_ms`."""
        return elapsed_ms()

    def ends(self, lanes: Sequence[Lane]) -> Mapping[Lane, End]:
        """See `Reading.ends`."""
        return self._ask(self._ends(lanes))

    def read(self, places: Mapping[Lane, int]) -> tuple[Mapping[Lane, Sequence[Message]], Mapping[Lane, int]]:
        """See `Reading.read`."""
        return self._ask(self._read(places))

    def close(self) -> None:
        """See `Reading.close`."""
        try:
            self._ask(self._stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    async def _ends(self, lanes: Sequence[Lane]) -> Mapping[Lane, End]:
        if self._committed is None or self._appended is None:
            self._committed = await self._started("read_committed")
            self._appended = await self._started("read_uncommitted")
        asked = [self._of(lane) for lane in lanes]
        # what is committed is asked first: what comes between the two makes a lane look less whole, never more
        committed = await self._committed.end_offsets(asked)
        appended = await self._appended.end_offsets(asked)
        return {
            lane: End(committed[topic], committed[topic] >= appended[topic])
            for lane, topic in zip(lanes, asked, strict=True)
        }

    async def _read(
        self, places: Mapping[Lane, int]
    ) -> tuple[Mapping[Lane, Sequence[Message]], Mapping[Lane, int]]:
        lanes = {self._of(lane): lane for lane in places}
        if self._reader is None:
            reader = await self._started("read_committed")
            reader.assign(list(lanes))
            self._reader = reader
        for topic, lane in lanes.items():
            if self._at.get(lane) != places[lane]:  # at first, or what was read was not kept
                self._reader.seek(topic, places[lane])
        self._at = {}  # until what is read has been handed over
        batches = await self._reader.getmany(timeout_ms=0, max_records=self._portion)
        if not batches:
            batches = await self._reader.getmany(timeout_ms=50, max_records=self._portion)
        messages = {lanes[topic]: [message_of(one) for one in some] for topic, some in batches.items()}
        self._at = {lane: await self._reader.position(topic) for topic, lane in lanes.items()}
        return messages, self._at

    async def _started(self, isolation: str) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level=isolation,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        return consumer

    async def _stop(self) -> None:
        for consumer in (self._committed, self._appended, self._reader):
            if consumer is not None:
                await consumer.stop()

    def _of(self, lane: Lane) -> TopicPartition:
        return TopicPartition(full_name(self._prefix, lane.topic), lane.partition)

    def _ask(self, question: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(_PATIENCE_SECONDS)
