"""What a mirror makes of a log in which something lies where it does not belong, and of one that never rests."""

import random
from pathlib import Path

from domain.events import encode_event
from domain.instants import HOUR, SECOND
from projections.sink import Batches
from streams.clock import ClockSetting
from streams.cluster.messages import Message
from streams.cluster.mirror.mirror import Mirror
from tests.oracle.outbox import seeds
from tests.oracle.partitions import Cluster, HandReading
from tests.property.test_a_mirror_is_the_cluster import differences
from tests.unit.streams.desk import accepted, completed
from tests.unit.streams.histories import BEGIN, HandClock, base, item
from tests.unit.streams.histories import hall as a_hall


def a_cluster(folder: Path) -> Cluster:
    clock = HandClock(BEGIN)
    one = Cluster(folder / "workers", 1, clock)
    one.mortality = 0.0
    one.topics.send([*seeds(folder, clock), a_hall(), item()], clock.instant)
    clock.instant += 2 * HOUR
    return one


def mirrored(folder: Path, cluster: Cluster) -> Mirror:
    reading = HandReading(cluster.topics, cluster.clock, random.Random(3))
    return Mirror(folder / "mirror", cluster.topics.partitions, ClockSetting(), reading)


def test_an_event_in_the_partition_of_another_subject_is_no_history_and_a_dead_letter(tmp_path: Path) -> None:
    cluster = a_cluster(tmp_path)
    topics, clock = cluster.topics, cluster.clock
    assert topics.partitions > 1
    topics.send([accepted()], clock.instant)
    wrong = topics.events[(topics.of("case-1") + 1) % topics.partitions]
    wrong.append(Message(len(wrong), clock.instant // 1000, "case-1", encode_event(completed())))
    clock.instant += HOUR
    cluster.settle()
    mirror = mirrored(tmp_path, cluster)
    for _ in range(100):
        clock.instant += SECOND
        mirror.step()
    [row] = mirror.state.dead_letters()
    assert (row.letter.subject, row.letter.kind) == ("case-1", "decode")
    assert "partition of its subject" in row.letter.cause
    assert [record.raw.count(b"case.accepted") for record in mirror.log.history("case-1")] == [1]
    [apart] = [record for record in mirror.log.read(0, 10**9) if record.is_apart]
    assert apart.position == row.letter.position
    rows = Batches(mirror.log, base(), signals=mirror.state).of_records(mirror.log.read(0, 10**9))["events"]
    assert [one["position"] for one in rows] == list(range(1, mirror.log.end() + 1))
    assert [one["subject"] for one in rows if one["type"].startswith("case.")] == ["case-1"]
    assert differences(mirror) == []
    mirror.close()
    cluster.close()


def test_a_mirror_is_ready_though_events_never_cease(tmp_path: Path) -> None:
    cluster = a_cluster(tmp_path)
    mirror = mirrored(tmp_path, cluster)
    for number in range(200):
        cluster.clock.instant += SECOND // 10
        cluster.topics.send([accepted(f"e{number}", f"case-{number}")], cluster.clock.instant)
        mirror.step()
        if mirror.not_ready() is None:
            break
    assert mirror.not_ready() is None
    assert mirror.log.end() > 0
    mirror.close()
    cluster.close()
