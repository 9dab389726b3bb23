"""However a mirror reads the topics, and whenever it is killed or lost: its log, what it numbers and what it knows are
those of every other mirror, and say what the workers found out.
"""

import os
import random
import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest

from domain.instants import DAY, SECOND
from projections.rejudging import Rejudging
from streams.clock import ClockSetting
from streams.cluster.mirror.mirror import Mirror
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import seeds
from tests.oracle.partitions import Cluster, HandReading
from tests.oracle.supervised import STEPS
from tests.property.test_the_cluster_is_the_judge import issued
from tests.unit.streams.histories import HandClock, base

MEMORY = Path("/dev/shm")


class Watching:
    """A mirror that looks now and then, and is killed or loses its folder."""

    def __init__(self, folder: Path, cluster: Cluster, seed: str) -> None:
        self._folder = folder
        self._cluster = cluster
        self._draw = random.Random(seed)
        self.mirror = self._opened()

    def look(self) -> None:
        luck = self._draw.random()
        if luck < 0.2:
            self.mirror.close()
            if luck < 0.05:
                shutil.rmtree(self._folder)
            self.mirror = self._opened()
        for _ in range(self._draw.choice((0, 1, 5))):
            self.mirror.step()

    def settle(self) -> None:
        for _ in range(10_000):
            self._cluster.clock.instant += SECOND  # for what was read to be shown
            if not self.mirror.step() and not self.mirror.behind:
                return
        raise AssertionError("the mirror does not come to rest")

    def _opened(self) -> Mirror:
        reading = HandReading(self._cluster.topics, self._cluster.clock, self._draw)
        return Mirror(self._folder, self._cluster.topics.partitions, ClockSetting(), reading)


def lived(folder: Path, number: int) -> tuple[Cluster, list[Watching]]:
    """A county's log, worked on by partitions and watched by mirrors: one throughout, one that comes at the end."""
    clock = HandClock(BEGIN)
    cluster, county = Cluster(folder, number, clock), County(number)
    cluster.topics.send(seeds(folder, clock), clock.instant)
    cluster.topics.send(county.opening(), clock.instant)
    early = Watching(folder / "early", cluster, f"early {number}")
    for _ in range(14):
        clock.instant += cluster.draw.choice(STEPS)
        cluster.topics.send(county.batch(clock.instant), clock.instant)
        for _ in range(cluster.draw.choice((0, 1, 3, 8))):
            cluster.cycle(cluster.draw.randrange(cluster.topics.partitions))
        early.look()
    clock.instant += 60 * DAY
    cluster.settle()
    late = Watching(folder / "late", cluster, f"late {number}")
    for one in (early, late):
        one.settle()
    return cluster, [early, late]


def contradictions(number: int) -> list[str]:
    folder = Path(tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    found = []
    try:
        cluster, watching = lived(folder, number)
        first, second = (one.mirror for one in watching)
        if first.log.read(0, 10**9) != second.log.read(0, 10**9):
            found.append("two mirrors have two logs")
        if first.state.issues(0, 10**9) != second.state.issues(0, 10**9):
            found.append("two mirrors number what was issued in two ways")
        if first.state.verdicts(0, 10**9) != second.state.verdicts(0, 10**9):
            found.append("two mirrors have two sets of verdicts")
        told: dict[str, list[object]] = {}
        for row in second.state.issues(0, 10**9):
            document = msgspec.json.decode(row.document)
            document.pop("engine")
            told.setdefault(row.subject, []).append(document)
        if told != issued(cluster):
            found.append("it tells other issues than the topic of findings")
        if second.state.position() != second.log.end():
            found.append(f"judged up to {second.state.position()} of {second.log.end()}")
        found += differences(second)
        cluster.close()
        for one in (first, second):
            one.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [f"seed {number}: {line}" for line in found]


def differences(mirror: Mirror) -> list[str]:
    """What a rebuild finds: every subject judged anew from the mirror's log."""
    rejudging = Rejudging(mirror.log, mirror.state, base())
    subjects = set()
    position = 0
    while position < rejudging.end:
        records = mirror.log.read(position, 100)
        rejudging.forward(records)
        position = records[-1].position
        subjects |= {record.subject for record in records if not record.is_reference}
    others = rejudging.others(subjects)
    found = []
    for subject in sorted(subjects | others):
        judged = rejudging.judge_other(subject) if subject in others else rejudging.judge(subject)
        found += [f"{one.subject}: {one.what}" for one in judged.differences]
    return found


@pytest.mark.parametrize("first", range(0, 12, 4))
def test_some_lives_agree(first: int) -> None:
    assert not [line for number in range(first, first + 4) for line in contradictions(number)]


@pytest.mark.soak
@pytest.mark.parametrize("first", range(100_000, 101_000, 50))
def test_many_lives_agree(first: int) -> None:
    assert not [line for number in range(first, first + 50) for line in contradictions(number)]
