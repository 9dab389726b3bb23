"""The topics of an installation in which many cases are open and judged: one is judged, the others are copied from it.

The one is judged by a partition of the worker's own code over lists in memory; what it writes is sent to a real
broker. The changelog's record of the case is then sent again and again, under other subjects, each with a position of
its own in the log. A worker that opens the partition takes them for cases that were judged before.
"""

import random
from pathlib import Path

import msgspec
from kafka import KafkaProducer

from domain.events import Event
from domain.instants import DAY, HOUR, SECOND, format_instant
from streams.clock import ClockSetting
from streams.cluster.headers import RECORDED
from streams.cluster.messages import Kept, Message, Progress, kept_key, progress_key
from streams.cluster.partition import Partition
from tests.bench.county_in_kafka import shipped
from tests.oracle.partitions import HandTransport, Topics
from tests.support.workers import make_topics
from tests.unit.streams.histories import HandClock, base, event, hall, item

LIKE = "130533000000000000"
"""The case that is copied; the others have the numbers after it, which are as long."""
_LATER = 20 * DAY


def accepted(subject: str, now: int, until: int) -> Event:
    """A case whose promise ends at an instant, accepted two hours ago."""
    promise = {"until": format_instant(until)}
    told = {"item": "permit", "hall": "weixian", "officer": "o-7", "window": "A12", "promised_limit": promise}
    return event(f"{subject}-accepted", "case.accepted", subject, now - 2 * HOUR, **told)


def fill(folder: Path, bootstrap: str, prefix: str, now: int, cases: int) -> None:
    """One partition with so many open cases as at `now`. What is sent to it afterwards is judged after them."""
    make_topics(bootstrap, prefix, 1)
    topics = _judged(folder, now)
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", batch_size=1 << 19, linger_ms=20,
        max_in_flight_requests_per_connection=1,  # offsets tell the order of sending
    )  # fmt: skip
    newest: dict[str, Message] = {one.key: one for one in topics.state[0]}
    for name, messages in (
        ("reference", topics.reference),
        ("events", topics.events[0]),
        ("signals", topics.signals[0]),
        ("state", list(newest.values())),
    ):
        for one in messages:
            headers = [(RECORDED, f"{one.stated}".encode())] if one.stated is not None else []
            producer.send(f"{prefix}.{name}", one.value, one.key.encode(), headers, partition=0)
    progress = msgspec.msgpack.decode(newest[progress_key(1)].value, type=Progress)
    like = msgspec.msgpack.decode(newest[LIKE].value, type=Kept)
    for number in range(1, cases):
        kept = _copied(like, number, progress.position + number)
        producer.send(f"{prefix}.state", msgspec.msgpack.encode(kept), kept_key(kept).encode(), partition=0)
    taken = msgspec.structs.replace(progress, position=progress.position + cases)
    producer.send(f"{prefix}.state", msgspec.msgpack.encode(taken), progress_key(1).encode(), partition=0)
    producer.flush(300)
    producer.close()


def _judged(folder: Path, now: int) -> Topics:
    """What stands in the topics once a partition has judged the one case; every record states its instant."""
    clock, topics = HandClock(now - HOUR), Topics(1)
    published = now - 30 * DAY
    catalogue = [hall(time=published), item(time=published, statutory_limit="60 working_day")]
    topics.send([*catalogue, *shipped(folder)], clock.instant)
    clock.instant += SECOND
    topics.send([accepted(LIKE, now, now + _LATER)], clock.instant)
    for messages in (topics.reference, topics.events[0]):
        stated = [one._replace(stated=one.appended_ms * 1000 + number) for number, one in enumerate(messages)]
        messages[:] = stated
    clock.instant = now
    transport = HandTransport(topics, 0, random.Random(1), 0.0, clock)
    partition = Partition(0, 1, folder / "judging", base(), ClockSetting(), transport)
    while partition.cycle() or partition.lag():
        pass
    partition.close()
    return topics


def _copied(like: Kept, number: int, position: int) -> Kept:
    """The same case under another subject; its record is told from the others by its position alone."""
    subject = f"{int(LIKE) + number:018}"
    [(_, place, recorded, raw)] = like.records
    records = [(position, place, recorded, _renamed(raw, subject))]
    verdict = like.verdict and _renamed(like.verdict, subject)
    return msgspec.structs.replace(like, subject=subject, records=records, verdict=verdict)


def _renamed(text: bytes, subject: str) -> bytes:
    return text.replace(LIKE.encode(), subject.encode())
