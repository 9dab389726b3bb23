"""How many subjects of a partition are open is known at any time, and never counted: with a million of them a count
takes longer than many events.
"""

from pathlib import Path

from domain.instants import HOUR
from streams.cluster.open_subjects import OpenSubjects
from streams.cluster.partition_state import PartitionState
from streams.state import State
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import seeds
from tests.oracle.partitions import Cluster
from tests.unit.streams.histories import HandClock


def counted(state: PartitionState) -> int:
    return State.open_subjects(state)


def test_a_subject_that_is_closed_and_opened_again_counts_once() -> None:
    found = OpenSubjects([3, 700])
    found.set(3, True)
    assert len(found) == 2
    found.set(3, False)
    found.set(3, False)
    assert len(found) == 1
    found.set(3, True)
    found.set(5_000, True)
    assert len(found) == 3


def test_it_agrees_with_the_file_while_workers_are_killed_and_partitions_move(tmp_path: Path) -> None:
    most = 0
    for number in (1, 2, 3):
        folder, clock = tmp_path / f"{number}", HandClock(BEGIN)
        folder.mkdir()
        cluster, county = Cluster(folder, number, clock), County(number)
        cluster.topics.send(seeds(folder, clock), clock.instant)
        cluster.topics.send(county.opening(), clock.instant)
        for _ in range(10):
            clock.instant += 3 * HOUR
            cluster.topics.send(county.batch(clock.instant), clock.instant)
            for one in range(cluster.topics.partitions):
                cluster.cycle(one)
                for stage in (cluster.opened(one).cases, cluster.opened(one).others):
                    assert stage.state.open_subjects() == counted(stage.state)
                    most = max(most, stage.state.open_subjects())
        cluster.close()
    assert most > 2
