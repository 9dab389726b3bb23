"""The read store goes away, comes back, and dies in the middle of a batch: supervision goes on, nothing is lost or
doubled. The server is the emulation of tests/support, killed for real."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import projections.sink
from domain.instants import DAY, HOUR
from projections.clickhouse import ClickhouseStore
from projections.statements import StoreUnreachable
from tests.support.engines import EmulatedServer
from tests.unit.projections.world import World
from tests.unit.streams.histories import BEGIN, Hall, event


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmulatedServer]:
    made = EmulatedServer(tmp_path / "server").start()
    yield made
    made.kill()


@pytest.fixture
def world(tmp_path: Path, server: EmulatedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(projections.sink, "EVENTS", 4)
    monkeypatch.setattr(projections.sink, "ISSUES", 2)
    monkeypatch.setattr(projections.sink, "VERDICTS", 2)
    monkeypatch.setattr(projections.sink, "LONGEST_BACK_OFF_SECONDS", 0.5)
    store = ClickhouseStore(server.address())
    made = World(tmp_path, store)
    yield made
    made.close()
    store.close()


def lived(world: World, batches: int, seed: int = 3) -> None:
    hall = Hall(seed, cases=12)
    for _ in range(batches):
        world.clock.instant += HOUR
        world.journal.append(hall.batch(world.clock.now()))
        world.supervise()


def assert_all_is_there_once(world: World) -> None:
    positions = [record.position for record in world.journal.read(0, 10_000)]
    assert [row["position"] for row in world.rows("events")] == positions
    issues = world.state.issues(0, 10_000)
    assert [row["seq"] for row in world.rows("findings")] == [row.seq for row in issues]
    digests = {row.subject: json.loads(row.document)["digest"] for row in world.state.verdicts(0, 10_000)}
    assert {row["subject"]: row["digest"] for row in world.rows("cases", final=True)} == digests


def wait_until_carried(world: World) -> None:
    issues, verdicts = world.state.outbox_ends()
    until = time.monotonic() + 60
    while world.sink.standing != (world.journal.end(), issues, verdicts):
        assert time.monotonic() < until, (world.sink.standing, world.sink.last_error)
        time.sleep(0.05)


@pytest.mark.parametrize("moment", ["before:1", "after:1", "before:6", "after:6"])
def test_a_server_that_dies_in_the_middle_of_a_batch(
    world: World, server: EmulatedServer, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows received and not stored, or stored and not answered: of findings (1) or of events (6).

    What comes before the second try must not make another batch of it.
    """
    world.open_hall()
    lived(world, 8)
    server.stop()
    server.start(die=moment)
    with pytest.raises(StoreUnreachable):
        world.sink.drain()
    server.wait_for_death()
    server.start()
    lived(world, 2, seed=4)
    monkeypatch.setattr(projections.sink, "EVENTS", 50)
    monkeypatch.setattr(projections.sink, "ISSUES", 50)
    world.sink.drain()
    assert_all_is_there_once(world)


def test_supervision_goes_on_while_the_store_is_away(world: World, server: EmulatedServer) -> None:
    world.open_hall()
    lived(world, 4)
    stop = threading.Event()
    sink = threading.Thread(target=world.sink.run, args=(stop,))
    sink.start()
    try:
        wait_until_carried(world)
        server.kill()
        world.send(event("a", "case.accepted", "late", BEGIN, item="permit", hall="weixian"))
        world.supervise(until=world.clock.now() + 5 * DAY)
        issued = [json.loads(row.document)["code"] for row in world.state.issues_of("late")]
        assert "TL-02" in issued  # found on time, without the store
        until = time.monotonic() + 30
        while not world.sink.failures:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert "does not answer" in str(world.sink.last_error)
        with pytest.raises(StoreUnreachable, match=str(server.port)):
            world.store.execute("SELECT 1")
        server.start()
        wait_until_carried(world)
        assert (world.sink.failures, world.sink.last_error) == (0, None)
    finally:
        stop.set()
        sink.join(30)
    assert_all_is_there_once(world)


def test_a_server_killed_again_and_again_under_load(world: World, server: EmulatedServer) -> None:
    world.open_hall()
    stop = threading.Event()
    sink = threading.Thread(target=world.sink.run, args=(stop,))
    sink.start()
    try:
        for round_ in range(3):
            lived(world, 5, seed=round_ + 20)
            server.kill()
            lived(world, 2, seed=round_ + 40)
            server.start()
        wait_until_carried(world)
    finally:
        stop.set()
        sink.join(30)
    assert_all_is_there_once(world)
