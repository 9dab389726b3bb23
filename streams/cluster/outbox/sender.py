"""Records to Kafka by kafka-python: acknowledged by all replicas in step, idempotent, in order per partition.

What is sent in one call makes one batch for each partition, and a batch is taken whole or not at all. So when a
part of a call fails and is sent again, no later event of a subject has overtaken an earlier one, whatever the
producer's own retries did.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kafka import KafkaProducer
from kafka.errors import (
    InvalidRecordError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from streams.cluster.topics import LARGEST_RECORD_BYTES

__all__ = ["ROUND_BYTES", "KafkaSender", "Record", "is_hopeless"]

ROUND_BYTES: Final = 900_000
"""As much as surely fits into one batch; a single larger record is a batch of its own."""

PATIENCE_SECONDS: Final = 30.0
"""How long a call waits for an acknowledgement."""

_GRACE_SECONDS: Final = 2.0

_SETTINGS: Final[dict[str, Any]] = {
    "client_id": "sundial-outbox",
    "acks": "all",
    "enable_idempotence": True,
    "allow_auto_create_topics": False,
    "batch_size": 1 << 20,
    "max_request_size": LARGEST_RECORD_BYTES,
    "max_block_ms": 5_000,
    "bootstrap_timeout_ms": 5_000,
    "reconnect_backoff_max_ms": 1_000,  # a broker that is back is noticed within a second
    "metrics_enabled": False,
}

_HOPELESS: Final = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)


class Record(NamedTuple):
    """One record to be sent."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def is_hopeless(error: Exception) -> bool:
    """Whether the broker would refuse the same record again, however often it is sent."""
    return isinstance(error, _HOPELESS)


def _connect(bootstrap: list[str], patience_seconds: float) -> Any:
    milliseconds = int(patience_seconds * 1000)
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        delivery_timeout_ms=milliseconds,
        request_timeout_ms=milliseconds // 3,
        linger_ms=milliseconds // 6,  # a batch leaves with the flush that ends a call, never before
        **_SETTINGS,
    )
    # kafka-python splits a batch that is too large for the broker, and numbers the halves anew. Once one of them
    # fails, the broker takes later records for repetitions of it, and the producer calls that an acknowledgement:
    # they would be lost. Without splitting the whole batch fails, and each record is sent alone.
    assert callable(producer._sender._can_split)
    producer._sender._can_split = lambda batch, error: False
    return producer


class KafkaSender:
    """A producer for one thread; connects when it is needed and anew after every failure."""

    def __init__(self, bootstrap: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._bootstrap = bootstrap.split(",")
        self._patience = patience_seconds
        self._producer: Any = None

    def send(self, records: Sequence[Record], stop: threading.Event) -> list[Exception | None]:
        """For each record None once it is acknowledged, or what went wrong.

        When `stop` is set it returns at once; what was not acknowledged by then may arrive nevertheless.
        """
        try:
            if self._producer is None:
                self._producer = _connect(self._bootstrap, self._patience)
            outcomes = self._send(records, stop)
        except (KafkaError, OSError) as error:
            outcomes = [error] * len(records)
        if any(error is not None for error in outcomes):
            self.close()  # its sequence numbers may have run ahead of the broker's
        return outcomes

    def close(self) -> None:
        """End the producer without waiting for anything."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except KafkaError:  # something is still on its way, and its thread would go on with it
            producer._sender.force_close()

    def _send(self, records: Sequence[Record], stop: threading.Event) -> list[Exception | None]:
        outcomes: list[Exception | None] = []
        futures: list[Any] = []
        for record in records:
            try:
                future = self._producer.send(
                    record.topic, key=record.key, value=record.value, headers=record.headers
                )
            except MessageSizeTooLargeError as error:
                futures.append(None)
                outcomes.append(error)
                continue
            except (KafkaError, AssertionError, ValueError) as error:
                # The rest must not overtake it.
                outcomes += [error] * (len(records) - len(outcomes))
                break
            futures.append(future)
            outcomes.append(None)
            if future.is_done and future.failed():
                outcomes += [future.exception] * (len(records) - len(outcomes))
                break
        self._await([future for future in futures if future is not None], stop)
        for index, future in enumerate(futures):
            if future is None:
                continue
            if not future.is_done:
                outcomes[index] = KafkaTimeoutError("not acknowledged yet")
            elif future.failed():
                outcomes[index] = future.exception
            elif future.value.offset < 0:
                # The broker thinks that it has this already and cannot say where: rather twice than never.
                outcomes[index] = KafkaError("acknowledged without an offset")
        return outcomes

    def _await(self, futures: Sequence[Any], stop: threading.Event) -> None:
        """Let everything leave, and return once the outcome of each is known, or never will be, or `stop` is set.

        A producer one of whose batches has timed out forgets the others: they would be waited for in vain.
        """
        deadline = time.monotonic() + self._patience + _GRACE_SECONDS
        while not stop.is_set() and time.monotonic() < deadline:
            try:
                self._producer.flush(timeout=0.5)
            except KafkaError:  # not yet
                stop.wait(0.01)
            if all(future.is_done for future in futures):
                return
            if any(future.failed() for future in futures):
                deadline = min(deadline, time.monotonic() + _GRACE_SECONDS)
