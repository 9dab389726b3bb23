"""The sink: everything once, whatever breaks off."""

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import projections.sink
from domain.instants import DAY, HOUR
from projections.carried import Standing, insert_batch, standing_of, token_of
from projections.schema import TABLES
from projections.sink import AheadOfSource, Sink
from projections.statements import StoreError
from streams.journal import Journal
from tests.support.engines import ON_BOTH, AnyStore
from tests.unit.projections.world import World
from tests.unit.streams.histories import BEGIN, Hall, HandClock, base, event


def accepted(case: str, at: int) -> Any:
    return event(f"a-{case}", "case.accepted", case, at, item="permit", hall="weixian")


def completed(case: str, at: int) -> Any:
    return event(f"z-{case}", "case.completed", case, at)


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    """What readers see of each table."""
    return {table: world.rows(table, final=table not in ("events", "findings")) for table in TABLES}


@ON_BOTH
def test_an_event_a_finding_and_a_verdict_arrive(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN), at=BEGIN + HOUR)
    world.settle(until=BEGIN + 5 * DAY)
    (case,) = world.rows("cases", final=True)
    assert (case["subject"], case["status"], case["level"], case["is_overdue"]) == ("c", "accepted", 3, 1)
    findings = [(row["code"], row["type"], row["level"], row["hall"]) for row in world.rows("findings")]
    assert findings == [("TL-02", "raised", 2, "weixian"), ("TL-03", "raised", 3, "weixian")]
    event_row = world.rows("events")[-1]
    assert (event_row["type"], event_row["hall"], event_row["item"]) == ("case.accepted", "weixian", "permit")
    assert world.rows("halls")[0]["title"] == "威县"
    assert world.rows("hall_activity", final=True)[0]["hall"] == "weixian"


@ON_BOTH
def test_a_newer_verdict_takes_the_place_of_the_older(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    world.settle()
    world.send(completed("c", BEGIN + HOUR), at=BEGIN + HOUR)
    world.settle()
    (case,) = world.rows("cases", final=True)
    assert (case["status"], case["is_completed"]) == ("completed", 1)


@ON_BOTH
def test_a_sink_that_is_started_again_goes_on_where_the_tables_stand(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    world.settle()
    before = everything(world)
    again = world.new_sink()
    assert again.standing == world.sink.standing
    assert again.step() == 0
    assert everything(world) == before


def batches_of(world: World) -> list[tuple[str, list[dict[str, Any]], list[int]]]:
    """Everything there is as batches: table, rows, keys."""
    batches = projections.sink.Batches(world.journal, base())
    records = world.journal.read(0, 10_000)
    out = [
        (table, rows, [r.position for r in records]) for table, rows in batches.of_records(records).items()
    ]
    issues, verdicts = world.state.issues(0, 10_000), world.state.verdicts(0, 10_000)
    out.append(("findings", batches.of_issues(issues), [one.seq for one in issues]))
    out.append(("cases", batches.of_verdicts(verdicts), [one.seq for one in verdicts]))
    return [batch for batch in out if batch[1]]


@ON_BOTH
@pytest.mark.parametrize("table", TABLES)
def test_the_same_batch_many_times_changes_nothing(world: World, table: str) -> None:
    world.open_hall()
    world.send(event("x", "hall.expected", "weixian", BEGIN, hall="weixian", hours="cn"))
    for number in range(5):
        world.send(accepted(f"c{number}", BEGIN))
    world.supervise(until=BEGIN + 5 * DAY)
    ((name, rows, keys),) = [batch for batch in batches_of(world) if batch[0] == table]
    world.store.insert(name, rows, token_of(name, keys))
    once = world.rows(name)
    assert once
    for _ in range(5):
        world.store.insert(name, rows, token_of(name, keys))
    assert world.rows(name) == once


class Broken:
    """A store whose inserts break off: before the rows are stored, or after, the answer lost."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self.breaks_at: int | None = None
        self.after = False
        self.inserts = 0

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._store.execute(sql, params)

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        self.inserts += 1
        if self.inserts == self.breaks_at:
            if self.after:
                self._store.insert(table, rows, token)
            raise StoreError("the connection is gone")
        self._store.insert(table, rows, token)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("restarted", [False, True])
def test_whichever_insert_breaks_off_all_is_there_once(
    world: World, after: bool, restarted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections.sink, "EVENTS", 3)
    monkeypatch.setattr(projections.sink, "ISSUES", 2)
    monkeypatch.setattr(projections.sink, "VERDICTS", 2)
    world.open_hall()
    for number in range(4):
        world.send(accepted(f"c{number}", BEGIN))
    world.supervise(until=BEGIN + 5 * DAY)
    store = Broken(world.store)
    count = 0
    while True:
        count += 1
        store.inserts, store.breaks_at, store.after = 0, count, after
        sink = Sink(world.journal, world.state, store, base())
        try:
            sink.drain()
        except StoreError:
            store.breaks_at = None
            (Sink(world.journal, world.state, store, base()) if restarted else sink).drain()
        broke = store.breaks_at is None
        found = everything(world)
        assert [row["position"] for row in found["events"]] == list(range(1, world.journal.end() + 1))
        assert [row["seq"] for row in found["findings"]] == [one.seq for one in world.state.issues(0, 1000)]
        assert [row["subject"] for row in found["cases"]] == [f"c{number}" for number in range(4)]
        if not broke:
            break
        for table in TABLES:
            world.store.execute(f"TRUNCATE TABLE {table} SYNC")
    assert count > 8


@ON_BOTH
def test_more_records_at_the_second_try_do_not_double_the_first(world: World) -> None:
    """The batch that is sent again after a restart may be longer than the one whose answer was lost."""
    world.open_hall()
    world.send(accepted("c0", BEGIN))
    world.settle()
    store = Broken(world.store)
    sink = Sink(world.journal, world.state, store, base())
    world.send(accepted("c1", BEGIN))
    store.breaks_at, store.after = 2, True
    with pytest.raises(StoreError):
        sink.drain()
    world.send(accepted("c2", BEGIN))
    world.new_sink().drain()
    positions = [row["position"] for row in world.rows("events")]
    assert positions == list(range(1, world.journal.end() + 1))


@ON_BOTH
def test_draining_ends_while_more_keeps_coming(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open_hall()
    world.settle()
    insert, sent = world.store.insert, 0

    def insert_and_send(table: str, rows: Any, token: str) -> None:
        nonlocal sent
        insert(table, rows, token)
        if table == "events":
            sent += 1
            assert sent < 20, "it runs after an end that moves on"
            world.send(event(f"more-{sent}", "case.applied", "c", BEGIN, item="permit", hall="weixian"))

    monkeypatch.setattr(world.store, "insert", insert_and_send)
    world.send(event("a", "case.applied", "c", BEGIN, item="permit", hall="weixian"))
    world.sink.drain()
    assert world.sink.standing.position < world.journal.end()


@ON_BOTH
def test_it_tries_again_until_the_store_is_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    world.supervise()
    store = Broken(world.store)
    sink = Sink(world.journal, world.state, store, base())
    store.breaks_at = 1
    stop = threading.Event()
    thread = threading.Thread(target=sink.run, args=(stop,))
    thread.start()
    for _ in range(1_200):
        if sink.standing.position == world.journal.end():
            break
        threading.Event().wait(0.05)
    stop.set()
    thread.join(10)
    assert sink.standing.position == world.journal.end()
    assert (sink.failures, sink.last_error) == (0, None)


@ON_BOTH
def test_a_read_store_of_another_journal_is_refused(world: World, tmp_path: Path) -> None:
    world.open_hall()
    world.settle()
    other = Journal(tmp_path / "other.db", HandClock())
    with pytest.raises(AheadOfSource, match="another journal"):
        Sink(other, world.state, world.store, base())
    other.close()


@ON_BOTH
def test_an_event_that_nobody_can_read_leaves_no_gap(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    records = world.journal.read(0, 100)
    spoiled = [*records[:-1], records[-1]._replace(raw=b'{"no": "event"}')]
    rows = projections.sink.Batches(world.journal, base()).of_records(spoiled)["events"]
    assert [row["position"] for row in rows] == [record.position for record in records]
    assert (rows[-1]["type"], rows[-1]["data"]) == ("", '{"no": "event"}')


@ON_BOTH
def test_random_histories_arrive_whole(world: World) -> None:
    world.open_hall()
    drawn = Hall(7)
    for _ in range(60):
        world.clock.instant += HOUR
        world.journal.append(drawn.batch(world.clock.now()))
        world.supervise()
        world.sink.step()
    world.settle()
    found = everything(world)
    assert [row["position"] for row in found["events"]] == list(range(1, world.journal.end() + 1))
    assert [row["id"] for row in found["findings"]] == [
        json.loads(one.document)["id"] for one in world.state.issues(0, 10_000)
    ]
    digests = {one.subject: json.loads(one.document)["digest"] for one in world.state.verdicts(0, 10_000)}
    assert {row["subject"]: row["digest"] for row in found["cases"]} == digests
    assert world.sink.standing == Standing(
        world.journal.end(), len(found["findings"]), max(row["revision"] for row in found["cases"])
    )


@ON_BOTH
def test_a_batch_over_the_turn_of_a_month_is_stored_month_by_month(world: World) -> None:
    """What broke off between two months is the beginning of the batch, and is known by its positions."""
    month = 31 * DAY
    world.open_hall()
    for number in range(3):
        world.send(accepted(f"c{number}", BEGIN + number * month), at=BEGIN + HOUR + number * month)
    store = Broken(world.store)
    sink = Sink(world.journal, world.state, store, base())
    store.breaks_at = 6  # halls, items, expectations, activity, the first month of events; then
    with pytest.raises(StoreError):
        sink.drain()
    first = [row["position"] for row in world.rows("events")]
    assert 0 < len(first) < world.journal.end()
    assert first == list(range(1, len(first) + 1))
    Sink(world.journal, world.state, store, base()).drain()
    assert [row["position"] for row in world.rows("events")] == list(range(1, world.journal.end() + 1))
    parts = "SELECT uniq(partition) FROM system.parts WHERE database = currentDatabase() AND table = 'events'"
    assert world.store.execute(parts)[0][0] == 3


def test_positions_need_not_be_dense(world: World) -> None:
    """In the cluster size a position is offset * 1024 + partition of a record."""
    world.open_hall()
    records = world.journal.read(0, 100)
    spread = [record._replace(position=record.position * 1024 + 7) for record in records]
    for table, rows in projections.sink.Batches(world.journal, base()).of_records(spread).items():
        insert_batch(world.store, table, rows, [record.position for record in spread])
    assert standing_of(world.store).position == len(records) * 1024 + 7
    assert world.store.execute("SELECT position FROM events ORDER BY position") == [
        (record.position,) for record in spread
    ]
