"""Workers, outbox and brokers end at any instant, or a worker stands still until others have taken its work: nothing
is lost, doubled or late.
"""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from tests.fault.county_run import LATE_SECONDS, SESSION_SECONDS, Run, compare, supervised
from tests.support.broker import Node, Three, free_ports
from tests.support.workers import until

ROLLING_SECONDS = 25
"""How late a finding may be in a rolling restart on this machine: a worker needs some seconds to begin."""
AWAY_SECONDS, LONG_AWAY_SECONDS = 12, 60
ROUNDS, LONG_ROUNDS, COUNTIES = 4, 20, 5
"""Of killing: in `make test`; in the soak, for each of so many counties and each set-up of brokers."""
STOPS, LONG_STOPS = 1, 10
VICTIMS: tuple[Literal["worker", "outbox", "broker"], ...] = ("worker", "broker", "outbox", "worker")


def kill(run: Run, rounds: int) -> None:
    """Under load, end one at random so often, now and then while the work is still being shared anew."""
    for round in range(rounds):
        run.work(run.draw.uniform(0, 4))
        run.ill()
        victim = VICTIMS[round] if round < len(VICTIMS) else run.draw.choice(VICTIMS)
        if victim == "outbox":
            run.outbox.kill_after(
                run.draw.uniform(0, 0.5)
            )  # while it is being sent to: `work` begins it anew
            run.work(0.7)
        else:
            one = run.draw.choice(run.workers if victim == "worker" else run.nodes)
            one.kill()
            run.work(run.draw.uniform(0, 2))
            one.start()
        if round % 3 == 2 or run.draw.random() < 0.4:
            run.recover()
    run.recover()
    run.work(2)


def stand_still(run: Run, rounds: int) -> None:
    """Under load, so often let a worker stand still until the other has taken all of its partitions, then go on."""
    for round in range(rounds):
        run.work(2)
        run.recover()
        zombie, other = run.workers if round % 2 == 0 else reversed(run.workers)
        run.ill()
        zombie.send(signal.SIGSTOP)
        run.work(SESSION_SECONDS)
        until(
            "the other has taken everything over",
            lambda other=other: len(supervised(other)) == 3,
            run.workers,
            240,
        )
        run.work(run.draw.uniform(0, 2))
        zombie.send(signal.SIGCONT)
        run.work(1)
    run.recover()
    run.work(2)


def survive(
    brokers: Node | Three, folder: Path, number: int, suffer: Callable[[Run, int], None], rounds: int
) -> None:
    """A county whose workers `suffer` so often, and what must hold in the end."""
    run = Run(brokers, folder, number)
    began = time.monotonic()
    try:
        run.start()
        suffer(run, rounds)
        seconds = time.monotonic() - began
        print(
            f"county {number}: {rounds} rounds, {seconds:.0f} s, longest restart {run.restart_seconds:.0f} s"
        )
        compare(run, LATE_SECONDS + run.restart_seconds)
    finally:
        run.close()


@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_late_whatever_dies(kafka_here: None, tmp_path: Path) -> None:
    with Node(tmp_path / "kafka", free_ports(1)[0]) as own:
        survive(own, tmp_path, 5, kill, ROUNDS)


@pytest.mark.timeout(300)
def test_one_of_three_brokers_dies_under_its_workers(kafka_here: None, tmp_path: Path) -> None:
    with Three(tmp_path / "kafka") as three:
        survive(three, tmp_path, 6, kill, ROUNDS // 2)


@pytest.mark.timeout(300)
def test_a_worker_that_stood_still_until_its_partitions_moved_writes_nothing_more(
    broker: Node, tmp_path: Path
) -> None:
    survive(broker, tmp_path, 2, stand_still, STOPS)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(100, 100 + COUNTIES))
def test_a_hundred_deaths_over_one_broker(kafka_here: None, tmp_path: Path, number: int) -> None:
    with Node(tmp_path / "kafka", free_ports(1)[0]) as own:
        survive(own, tmp_path, number, kill, LONG_ROUNDS)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(200, 200 + COUNTIES))
def test_a_hundred_deaths_over_three_brokers(kafka_here: None, tmp_path: Path, number: int) -> None:
    with Three(tmp_path / "kafka") as three:
        survive(three, tmp_path, number, kill, LONG_ROUNDS)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(300, 300 + COUNTIES))
def test_fifty_workers_stand_still(broker: Node, tmp_path: Path, number: int) -> None:
    survive(broker, tmp_path, number, stand_still, LONG_STOPS)


@pytest.mark.timeout(300)
def test_a_rolling_restart_of_named_workers_makes_nothing_late(broker: Node, tmp_path: Path) -> None:
    run = Run(broker, tmp_path, 3, names=("a", "b", "c"))
    try:
        run.start()
        run.recover()
        run.work(2)
        for one in run.workers:
            assert one.stop() == 0
            one.start()
            run.recover()
            run.work(1)
        compare(run, ROLLING_SECONDS)
    finally:
        run.close()


def be_away(folder: Path, seconds: float) -> None:
    """The only broker is away for so long while the county sends."""
    with Node(folder / "kafka", free_ports(1)[0]) as own:
        run = Run(own, folder, 4)
        try:
            run.start()
            run.work(2)
            run.ill()
            own.kill()
            run.work(seconds)
            own.start()
            run.recover()
            run.work(2)
            print(f"away {seconds:.0f} s, back after {run.restart_seconds:.0f} s")
            compare(run, LATE_SECONDS + run.restart_seconds)
        finally:
            run.close()


@pytest.mark.timeout(300)
def test_a_broker_that_is_away_loses_nothing(kafka_here: None, tmp_path: Path) -> None:
    be_away(tmp_path, AWAY_SECONDS)


@pytest.mark.soak
def test_a_broker_that_is_away_for_a_minute_loses_nothing(kafka_here: None, tmp_path: Path) -> None:
    be_away(tmp_path, LONG_AWAY_SECONDS)
