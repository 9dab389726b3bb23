"""Records in Kafka that nobody should have written: what becomes of each is certain and told, and costs no other."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from streams.cluster.messages import partition_of
from tests.support.broker import Node
from tests.support.workers import Worker, make_topics, read, until, verdicts

PARTITIONS = 2
FLOOD = 200


class Desk:
    """Topics, one worker that is not started yet, and somebody who writes to the topics past the outbox."""

    def __init__(self, broker: Node, folder: Path) -> None:
        self.bootstrap = broker.address
        self.prefix = f"bad-{uuid.uuid4().hex[:8]}"
        make_topics(self.bootstrap, self.prefix, PARTITIONS)
        self.worker = Worker(folder / "worker", self.bootstrap, self.prefix, PARTITIONS)
        self._producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks="all")

    def write(self, value: bytes, key: str | None, partition: int) -> int:
        """Put a record there; its offset."""
        raw = None if key is None else key.encode()
        told = self._producer.send(f"{self.prefix}.events", value, raw, partition=partition).get(30)
        return int(told.offset)

    def accepted(self, subject: str) -> None:
        """A case is accepted, and its event lies where it should."""
        self.write(event(subject), subject, partition_of(subject, PARTITIONS))

    def is_judged(self, *subjects: str) -> bool:
        return set(subjects) <= verdicts(self.bootstrap, self.prefix).keys()

    def dead_letters(self) -> list[dict[str, Any]]:
        partitions = read(self.bootstrap, f"{self.prefix}.dead-letters")
        return [json.loads(message.value) for partition in partitions for message in partition]

    def until(self, what: str, *subjects: str) -> None:
        until(what, lambda: self.is_judged(*subjects), [self.worker])

    def close(self) -> None:
        self.worker.kill()
        self._producer.close()


def event(subject: str, number: int = 1) -> bytes:
    document = {
        "specversion": "1.0", "id": f"{subject}-{number}", "source": "hall-a", "type": "case.accepted",
        "subject": subject, "time": "2026-03-02T10:00:00+08:00", "data": {"item": "permit", "hall": "a"},
    }  # fmt: skip
    return json.dumps(document).encode()


def subjects_of(partition: int, count: int, name: str = "case") -> list[str]:
    """So many subjects that belong to a partition."""
    every = (f"{name}-{number}" for number in range(10_000))
    return [
        one
        for _, one in zip(
            range(count), (s for s in every if partition_of(s, PARTITIONS) == partition), strict=False
        )
    ]


@pytest.fixture
def desk(broker: Node, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(broker, tmp_path)
    yield made
    made.close()


def test_a_record_in_the_partition_of_another_subject_is_judged_nowhere_and_told(desk: Desk) -> None:
    """Its subject's order is kept elsewhere; judged here as well, it would have two verdicts."""
    first, stray = subjects_of(0, 2)
    offset = desk.write(event(stray), stray, 1)
    last = subjects_of(1, 1)[0]
    desk.accepted(first)
    desk.accepted(last)
    desk.worker.start()
    desk.until("both others are judged", first, last)
    [letter] = desk.dead_letters()
    assert (letter["subject"], letter["partition"], letter["topic"], letter["offset"]) == (
        stray,
        1,
        "events",
        offset,
    )
    assert "in the partition of its subject" in letter["cause"]
    assert not desk.is_judged(stray)
    desk.accepted(stray)
    desk.until("it is judged once it is sent as it should be", stray)
    assert len(desk.dead_letters()) == 1


@pytest.mark.parametrize("key", ["another", None])
def test_a_record_with_a_wrong_key_in_the_right_partition_is_judged_by_its_subject(
    desk: Desk, key: str | None
) -> None:
    """What is judged is what the event says; order is kept by the partition, not by the key."""
    [subject] = subjects_of(0, 1)
    desk.write(event(subject), key, 0)
    desk.worker.start()
    desk.until("judged", subject)
    assert verdicts(desk.bootstrap, desk.prefix).keys() == {subject}
    assert desk.dead_letters() == []


@pytest.mark.timeout(300)
def test_a_flood_that_the_program_makes_stops_the_worker_and_a_mended_one_judges_everything(
    desk: Desk,
) -> None:
    good, *rest = subjects_of(0, 3)
    bad = subjects_of(0, FLOOD, "poison")
    desk.accepted(good)
    odd = Worker(
        desk.worker.folder, desk.bootstrap, desk.prefix, PARTITIONS,
        under=("env", "SUNDIAL_ODD_RULE=poison"), module="tests.fault.odd_program",
    ).start()  # fmt: skip
    until("what came before is judged", lambda: desk.is_judged(good), [odd])
    for subject in [*bad, *rest]:
        desk.accepted(subject)
    until("the worker stops", lambda: odd.ended() is not None, [odd])
    assert odd.ended() == 1
    said = odd.log.read_text()
    assert "events and timers could not be judged; supervision stops here" in said
    assert "ZeroDivisionError: a mistake in a rule" in said
    assert desk.is_judged(good)
    dead = len(desk.dead_letters())
    assert dead < FLOOD
    desk.worker.start()
    desk.until("all that was not set aside is judged", *rest)
    assert len(desk.dead_letters()) == dead
    assert sum(desk.is_judged(subject) for subject in (bad[0], bad[-1])) >= 1


@pytest.mark.timeout(300)
def test_a_flood_of_what_nobody_can_read_stops_the_worker_until_somebody_says_to_go_on(desk: Desk) -> None:
    good, last = subjects_of(0, 2)
    desk.accepted(good)
    desk.worker.start()
    desk.until("what came before is judged", good)
    offsets = [desk.write(b"\xff no event", good, 0) for _ in range(FLOOD)]
    desk.accepted(last)
    until("the worker stops", lambda: desk.worker.ended() is not None, [desk.worker])
    desk.worker.start()
    until("begun anew it stops again", lambda: desk.worker.ended() is not None, [desk.worker])
    assert desk.worker.ended() == 1
    assert desk.worker.log.read_text().count("supervision stops here") >= 2
    assert not desk.is_judged(last)
    desk.worker.start("--set-all-aside")
    desk.until("what came after is judged", last)
    assert [letter["offset"] for letter in desk.dead_letters()] == offsets
