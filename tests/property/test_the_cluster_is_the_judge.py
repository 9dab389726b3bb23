"""However the log is divided among partitions, and whenever their workers are killed or moved: what they issue is what
the judge says of the whole log, entry by entry, for cases and for subjects of every other kind.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.fold import fold_history
from domain.instants import DAY, MINUTE, SECOND
from domain.subjects.routing import derived
from domain.verdict import issue_document
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import seeds
from tests.oracle.partitions import Cluster
from tests.oracle.shared_base import SharedBase
from tests.oracle.supervised import STEPS
from tests.unit.streams.histories import HandClock

MEMORY = Path("/dev/shm")
Document = dict[str, Any]


def lived(folder: Path, number: int, shared: SharedBase | None = None) -> Cluster:
    """A county's log, sent batch by batch while the workers of its partitions work, die and move.

    With `shared` what a shared base tells is sent in between, and what is asked of those whom it speaks of.
    """
    clock = HandClock(BEGIN)
    cluster, county = Cluster(folder, number, clock), County(number)
    draw = cluster.draw
    cluster.topics.send(seeds(folder, clock), clock.instant)
    cluster.topics.send(county.opening(), clock.instant)
    cluster.topics.send(shared.opening(BEGIN) if shared else [], clock.instant)
    for _ in range(14):
        clock.instant += draw.choice(STEPS)
        if shared:  # a topic stamps whole milliseconds: nothing is told of an instant that is judged already
            clock.instant += SECOND
            cluster.topics.send(shared.batch(clock.instant - MINUTE), clock.instant)
        cluster.topics.send(county.batch(clock.instant), clock.instant)
        for _ in range(draw.choice((0, 1, 3, 8))):
            cluster.cycle(draw.randrange(cluster.topics.partitions))
        if draw.random() < 0.2:
            one = draw.randrange(cluster.topics.partitions)
            cluster.opened(one)
            cluster.leave(one)
    clock.instant += 60 * DAY
    cluster.settle()
    return cluster


def contradictions(cluster: Cluster) -> list[str]:
    reference, events = cluster.log()
    subjects: dict[str, list[Any]] = {}
    for event in events:
        subjects.setdefault(event.subject, []).append(event)
    for subject, more in derived([*reference.events, *events], reference).items():
        subjects[subject] = [*subjects.get(subject, []), *more]
    end = cluster.clock.instant - 2_001  # of which every partition has come past
    found = []
    live = issued(cluster)
    for letters in cluster.topics.dead_letters:
        found += [f"dead letter: {one.value!r}" for one in letters]
    for subject in sorted(subjects.keys() | live.keys()):
        history = subjects.get(subject, [])
        pure = [issue_document(one) for one in fold_history(subject, history, reference, end).issued]
        mine = live.get(subject, [])
        if mine != pure:
            index = next(
                (n for n, (a, b) in enumerate(zip(mine, pure, strict=False)) if a != b),
                min(len(mine), len(pure)),
            )
            found.append(
                f"{subject}: entry {index} of {len(mine)} is {mine[index : index + 1]}, the judge says "
                f"{pure[index : index + 1]} of {len(pure)}"
            )
    return found


def issued(cluster: Cluster) -> dict[str, list[Document]]:
    out: dict[str, list[Document]] = {}
    for partition in cluster.topics.findings:
        for one in partition:
            document = msgspec.json.decode(one.value)
            document.pop("engine")
            out.setdefault(one.key, []).append(document)
    return out


def failed(seeds: Iterable[int], *, lending: bool = False) -> dict[int, list[str]]:
    out = {}
    for number in seeds:
        folder = Path(tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
        try:
            cluster = lived(folder, number, SharedBase(number) if lending else None)
            found = contradictions(cluster)
            cluster.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if found:
            out[number] = found
    return out


IN_CI = 16
SOAK_FIRST = int(os.environ.get("SUNDIAL_FIRST", "100000"))
SOAK = int(os.environ.get("SUNDIAL_HISTORIES", "2000"))


def told(wrong: dict[int, list[str]]) -> str:
    return "\n".join(f"seed {number}: {line}" for number, lines in wrong.items() for line in lines)


@pytest.mark.parametrize("first", range(0, IN_CI, 4))
def test_some_histories_agree(first: int) -> None:
    wrong = failed(range(first, first + 4))
    assert not wrong, told(wrong)


@pytest.mark.parametrize("first", range(0, IN_CI, 4))
def test_what_a_shared_base_takes_back_or_corrects_is_told_in_every_partition(first: int) -> None:
    wrong = failed(range(first, first + 4), lending=True)
    assert not wrong, told(wrong)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(SOAK_FIRST, SOAK_FIRST + SOAK, 100))
def test_many_histories_agree(first: int) -> None:
    wrong = failed(range(first, first + 100))
    assert not wrong, told(wrong)
