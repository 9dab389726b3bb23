"""A rebuild of the read store says what live supervision said, heals what is broken, and refuses what differs."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.instants import DAY, HOUR, MINUTE
from projections.carried import Standing
from projections.rebuild import Cancelled, Report, rebuild
from projections.schema import TABLES
from projections.statements import StoreError
from sundial.cli import build_app
from tests.support.engines import ON_BOTH, engines_of_this_run, new_store
from tests.unit.projections.world import World
from tests.unit.streams.busy_hall import watched
from tests.unit.streams.histories import BEGIN, Hall, base, event


@pytest.fixture(params=engines_of_this_run())
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(tmp_path: Path, engine: str) -> Iterator[World]:
    with new_store(engine, tmp_path) as store:
        made = World(tmp_path, store)
        yield made
        made.close()


def lived(world: World, seed: int, batches: int = 30) -> Hall:
    """A hall that has worked for some days: late entries, pauses, corrections, reference data that changes."""
    world.open_hall()
    hall = Hall(seed)
    for _ in range(batches):
        world.clock.instant += hall.draw.choice((MINUTE, HOUR, 5 * HOUR))
        world.journal.append(hall.batch(world.clock.now()))
        if hall.draw.random() < 0.5:
            world.supervise()
            world.sink.step()
    world.settle(until=world.clock.now() + 3 * DAY)
    return hall


def remade(world: World, **changed: Any) -> Report:
    asked: dict[str, Any] = {"live": world.sink, "progress": lambda *_: None, "stop": threading.Event()}
    return rebuild(world.journal, world.state, world.store, base(), **(asked | changed))


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    return {table: world.rows(table, final=table not in ("events", "findings")) for table in TABLES}


@ON_BOTH
@pytest.mark.parametrize("seed", range(2))
def test_rebuilt_tables_are_the_live_ones_row_by_row(world: World, seed: int) -> None:
    lived(world, seed)
    live = everything(world)
    assert live["findings"]
    report = remade(world)
    assert (report.different, report.differences, report.healed, report.exchanged) == (0, [], 0, True)
    assert (report.cases, report.findings, report.events) == (
        len(live["cases"]), len(live["findings"]), len(live["events"]))  # fmt: skip
    assert everything(world) == live
    assert {name for (name,) in world.store.execute("SHOW TABLES")} == {*TABLES, "migrations"}


def test_what_was_issued_on_a_silent_hall_is_there_again(world: World) -> None:
    watched(world.journal)
    world.settle(until=BEGIN + 9 * DAY)
    live = everything(world)
    assert [(row["subject"], row["hall"], row["code"]) for row in live["findings"]][:1] == [
        ("hall:weixian", "weixian", "DQ-01")
    ]
    assert live["cases"] == []
    report = remade(world)
    assert (report.different, report.healed, report.exchanged) == (0, 0, True)
    assert everything(world) == live


def test_an_agency_task_is_rebuilt(world: World) -> None:
    world.open_hall()
    world.send(event("a", "agency.opened", "task-1", BEGIN, agent="x", item="permit", point="weixian"))
    world.settle(until=BEGIN + DAY)
    live = everything(world)
    report = remade(world)
    assert (report.different, report.differences, report.exchanged) == (0, [], True)
    assert everything(world) == live


def test_digests_are_those_that_the_supervisor_saved(world: World) -> None:
    lived(world, 11)
    remade(world)
    saved = {row.subject: json.loads(row.document)["digest"] for row in world.state.verdicts(0, 10_000)}
    assert {row["subject"]: row["digest"] for row in world.rows("cases", final=True)} == saved


@ON_BOTH
def test_a_broken_read_store_is_healed(world: World) -> None:
    lived(world, 3)
    live = everything(world)
    for table in ("findings", "events", "halls"):
        world.store.execute(f"TRUNCATE TABLE {table} SYNC")
    lost = len(live["cases"]) - 1
    world.store.execute(
        "DELETE FROM cases WHERE subject != {subject:String}", {"subject": live["cases"][0]["subject"]}
    )
    world.store.insert("cases", [world.rows("cases")[0] | {"subject": "ghost"}], "ghost")
    report = remade(world)
    assert (report.different, report.healed, report.exchanged) == (0, lost + 1, True)
    assert everything(world) == live


def test_life_goes_on_after_the_exchange(world: World) -> None:
    hall = lived(world, 5)
    remade(world)
    for _ in range(10):
        world.clock.instant += HOUR
        world.journal.append(hall.batch(world.clock.now()))
        world.settle()
    grown = everything(world)
    report = remade(world)
    assert (report.different, report.healed) == (0, 0)
    assert everything(world) == grown


def test_what_comes_meanwhile_is_carried_over(world: World) -> None:
    hall = lived(world, 6)

    def progress(phase: str, done: int, whole: int) -> None:
        world.clock.instant += HOUR
        world.journal.append(hall.batch(world.clock.now()))
        world.supervise()
        world.sink.step()

    report = remade(world, progress=progress)
    assert (report.different, report.exchanged) == (0, True)
    world.settle()
    assert world.sink.standing.position == world.journal.end()
    found = everything(world)
    assert [row["position"] for row in found["events"]] == list(range(1, world.journal.end() + 1))
    assert [row["seq"] for row in found["findings"]] == [row.seq for row in world.state.issues(0, 10_000)]
    saved = {row.subject: json.loads(row.document)["digest"] for row in world.state.verdicts(0, 10_000)}
    assert {row["subject"]: row["digest"] for row in found["cases"]} == saved


@ON_BOTH
def test_beside_a_sink_and_a_supervisor_that_run(world: World) -> None:
    """Threads of their own, as in `sundial serve`."""
    hall = lived(world, 8, batches=10)
    stop = threading.Event()
    failures: list[BaseException] = []

    def supervise() -> None:
        try:
            while not stop.is_set():
                world.clock.instant += MINUTE
                world.journal.append(hall.batch(world.clock.now()))
                world.supervise()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=supervise), threading.Thread(target=world.sink.run, args=(stop,))]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            report = remade(world)
            assert (report.different, report.differences, report.exchanged) == (0, [], True)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert not failures
    world.settle()
    report = remade(world)
    assert (report.different, report.healed) == (0, 0)


@pytest.mark.parametrize("phase", ["events", "cases"])
def test_one_that_is_stopped_leaves_all_as_it_was(world: World, phase: str) -> None:
    lived(world, 2)
    live, stop = everything(world), threading.Event()

    def progress(now: str, done: int, whole: int) -> None:
        if now == phase:
            stop.set()

    with pytest.raises(Cancelled):
        remade(world, progress=progress, stop=stop)
    assert everything(world) == live
    assert {name for (name,) in world.store.execute("SHOW TABLES")} == {*TABLES, "migrations"}
    assert remade(world).healed == 0


@ON_BOTH
def test_one_that_is_killed_leaves_all_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(world, 2)
    live, insert = everything(world), world.store.insert

    class Killed(BaseException):
        pass

    def killed(table: str, rows: Any, token: str) -> None:
        if table == "cases_rebuilt":
            raise Killed
        insert(table, rows, token)

    with monkeypatch.context() as dying:
        dying.setattr(world.store, "insert", killed)
        dying.setattr("projections.rebuild.discard_copies", lambda *_: None)
        with pytest.raises(Killed):
            remade(world)
    assert everything(world) == live
    assert remade(world).exchanged
    assert everything(world) == live


def test_a_verdict_that_the_journal_does_not_bear_out_is_refused(world: World, tmp_path: Path) -> None:
    lived(world, 4)
    live = everything(world)
    with sqlite3.connect(tmp_path / "state.db") as spoiled:
        key, document = spoiled.execute("SELECT key, document FROM verdicts ORDER BY key LIMIT 1").fetchone()
        changed = json.loads(document) | {"digest": "f" * 64}
        spoiled.execute("UPDATE verdicts SET document = ? WHERE key = ?", (json.dumps(changed).encode(), key))
        (subject,) = spoiled.execute("SELECT subject FROM subjects WHERE key = ?", (key,)).fetchone()
    report = remade(world)
    assert (report.different, report.exchanged) == (1, False)
    assert report.differences[0].subject == subject
    assert "digest" in report.differences[0].what
    assert everything(world) == live


def test_an_event_that_was_never_judged_is_named(world: World, tmp_path: Path) -> None:
    world.open_hall()
    world.send(event("a", "case.accepted", "c", BEGIN, item="permit", hall="weixian"))
    world.settle()
    world.send(event("z", "case.completed", "c", BEGIN))
    with sqlite3.connect(tmp_path / "state.db") as spoiled:
        spoiled.execute("UPDATE progress SET position = ?", (world.journal.end(),))
    report = remade(world)
    assert report.differences == [("c", "an event of the journal was not judged")]
    assert not report.exchanged


def test_what_is_not_judged_yet_is_no_difference(world: World) -> None:
    lived(world, 9)
    world.send(event("late", "case.accepted", "new", world.clock.now(), item="permit", hall="weixian"))
    report = remade(world)
    assert (report.different, report.exchanged) == (0, True)
    world.settle()
    assert "new" in {row["subject"] for row in world.rows("cases", final=True)}


def test_an_empty_folder_can_be_rebuilt(world: World) -> None:
    report = remade(world)
    assert (report.events, report.cases, report.exchanged) == (0, 0, True)
    assert world.sink.standing == Standing(0, 0, 0)


def test_a_store_that_fails_leaves_the_live_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(world, 2)
    live = everything(world)

    def full(table: str, rows: Any, token: str) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(world.store, "insert", full)
        with pytest.raises(StoreError, match="full"):
            remade(world)
    assert everything(world) == live


def test_the_command_rebuilds_a_folder_that_nobody_serves(tmp_path: Path) -> None:
    world = World(tmp_path)
    lived(world, 1)
    live = everything(world)
    world.close()
    arguments = ["rebuild", "--data", str(tmp_path), "--json"]
    answer = CliRunner().invoke(build_app(arguments), arguments)
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    assert (report["different"], report["healed"], report["exchanged"]) == (0, 0, True)
    world = World(tmp_path)
    assert everything(world) == live
    world.close()


def test_the_command_names_what_differs_and_exits_with_1(tmp_path: Path) -> None:
    world = World(tmp_path)
    lived(world, 1, batches=10)
    world.close()
    with sqlite3.connect(tmp_path / "state.db") as spoiled:
        spoiled.execute("DELETE FROM verdicts WHERE key = (SELECT min(key) FROM verdicts)")
    arguments = ["rebuild", "--data", str(tmp_path)]
    answer = CliRunner().invoke(build_app(arguments), arguments)
    assert answer.exit_code == 1
    assert "never judged" in answer.output
    assert "the read store is as it was" in answer.output
