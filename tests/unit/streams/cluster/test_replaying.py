"""A dead letter of a partition is judged again when a mark in the reference topic says so."""

from pathlib import Path

import pytest

from domain.instants import DAY, HOUR
from streams.cluster.headers import REPLAY_MARK
from streams.cluster.messages import Message, letter_key_of
from tests.oracle.outbox import seeds
from tests.oracle.partitions import Cluster
from tests.unit.streams.desk import accepted, completed, poison
from tests.unit.streams.histories import BEGIN, HandClock, item
from tests.unit.streams.histories import hall as a_hall


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    clock = HandClock(BEGIN)
    one = Cluster(tmp_path, 4, clock)
    one.mortality = 0.0
    one.topics.send([*seeds(tmp_path, clock), a_hall(), item()], clock.instant)
    one.settle()
    return one


def mark(cluster: Cluster, partition: int, name: str) -> None:
    topic = cluster.topics.reference
    topic.append(Message(len(topic), cluster.clock.instant // 1000, name, b"", None, REPLAY_MARK, partition))


def findings(cluster: Cluster) -> list[str]:
    return [one.value.decode() for partition in cluster.topics.findings for one in partition]


def test_it_is_judged_in_its_place_once_the_rule_is_mended(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = cluster.topics.of("case-1")
    with monkeypatch.context() as broken:
        poison(broken)
        cluster.clock.instant += 2 * HOUR
        cluster.topics.send([accepted(), completed(note="poison")], cluster.clock.instant)
        cluster.clock.instant += 9 * DAY
        cluster.settle()
        [row] = cluster.opened(number).cases.state.dead_letters()
        name = letter_key_of(1, row.letter)
        mark(cluster, number, name)
        cluster.settle()
        assert cluster.opened(number).cases.state.dead_letters() == [row]
    assert any('"TL-02"' in one and "finding.raised" in one for one in findings(cluster))
    mark(cluster, number, name)
    cluster.settle()
    assert cluster.opened(number).cases.state.dead_letters() == []
    assert any('"TL-02"' in one and "finding.lifted" in one for one in findings(cluster))
    count = len(findings(cluster))
    cluster.leave(number)  # whoever opens the partition next reads the marks again
    mark(cluster, number, name)
    cluster.settle()
    assert len(findings(cluster)) == count


def test_a_mark_for_another_partition_does_nothing(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    number = cluster.topics.of("case-1")
    with monkeypatch.context() as broken:
        poison(broken)
        cluster.clock.instant += 2 * HOUR
        cluster.topics.send([accepted(), completed(note="poison")], cluster.clock.instant)
        cluster.clock.instant += DAY
        cluster.settle()
    [row] = cluster.opened(number).cases.state.dead_letters()
    mark(cluster, number + 1, letter_key_of(1, row.letter))
    cluster.settle()
    assert cluster.opened(number).cases.state.dead_letters() == [row]
