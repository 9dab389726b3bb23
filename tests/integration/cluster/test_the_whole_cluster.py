"""Events in at an outbox; workers, sink and API over Kafka and ClickHouse (emulated): all as in one process."""

import json
import random
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.events import Event, event_document
from domain.instants import format_instant
from projections.address import Address
from projections.clickhouse import ClickhouseStore
from streams.cluster.mirror.log import MirrorLog
from streams.cluster.outbox.sender import KafkaSender, Record
from streams.cluster.topics import full_name
from streams.ports import Record as LogRecord
from sundial.cli import build_app
from tests.integration.cluster.test_outbox_command import an_event
from tests.integration.cluster.test_two_sizes_one_verdict import history
from tests.support.broker import Node
from tests.support.commands import Running
from tests.support.engines import EmulatedServer
from tests.support.workers import make_topics, workers

PARTITIONS = 3
LATER = "2026-11-01T00:00:00Z"
"""After everything that was sent."""


class Cluster:
    """Everything of one installation, beside one process that is given the same."""

    def __init__(self, folder: Path, bootstrap: str, server: EmulatedServer) -> None:
        prefix = f"whole-{uuid.uuid4().hex[:8]}"
        make_topics(bootstrap, prefix, PARTITIONS)
        self.folder = folder
        self.server = server
        self.kafka = ("--bootstrap", bootstrap, "--prefix", prefix, "--partitions", str(PARTITIONS))
        self.store = ("--store", f"clickhouse://127.0.0.1:{server.port}/sundial")
        migrate(self.store[1])
        self.alone = Running(folder / "alone", "serve")
        self.outbox = Running(folder / "outbox", "outbox", *self.kafka)
        self.sink = self.new_sink("sink")
        self.api = Running(folder / "api", "api", *self.kafka, *self.store)

    def new_sink(self, name: str) -> Running:
        return Running(self.folder / name, "sink", *self.kafka, *self.store)

    def send(self, batches: list[tuple[int, list[Event]]]) -> None:
        for one in (self.alone, self.outbox):
            send(one, batches)
        self.alone.until(lambda: is_complete(self.alone))
        there = self.alone.json("/v1/wall")["position"]
        self.api.until(lambda: is_complete(self.api) and self.api.json("/v1/wall")["position"] == there)

    def stop(self) -> None:
        for one in (self.api, self.sink, self.outbox, self.alone):
            assert one.stop() == 0


def migrate(store: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SUNDIAL_STORE", store)
        answer = CliRunner().invoke(build_app(["migrate"]), ["migrate"])
        assert answer.exit_code == 0, answer.output


@pytest.fixture(scope="module")
def cluster(broker: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("whole")
    server = EmulatedServer(folder / "server").start()
    try:
        one = Cluster(folder, broker.address, server)
        prefix = one.kafka[3]
        with workers(folder, broker.address, prefix, PARTITIONS, count=2):
            yield one
            one.stop()
    finally:
        server.kill()


def send(where: Running, batches: list[tuple[int, list[Event]]]) -> None:
    """In one request: between two the import might be thought to be over, and time to have passed."""
    documents = [
        event_document(one, with_recorded=False) | {"recordedtime": format_instant(instant)}
        for instant, batch in batches
        for one in batch
    ]
    answer = where.http.post("/v1/events", json=documents, headers={"Sundial-Import": "history"})
    assert answer.status_code == 202, answer.text
    assert {one["status"] for one in answer.json()["results"]} <= {"accepted", "duplicate", "refused"}


def everything(where: Running, path: str, name: str) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        page = where.json(f"{path}?limit=500" + (f"&cursor={cursor}" if cursor else ""))
        found += page[name]
        cursor = page.get("next") or page.get("cursor")
        if not cursor:
            return found


def compare(cluster: Cluster) -> None:
    alone, api = cluster.alone, cluster.api
    # an import of history ends some seconds after its last event; only then what has happened since is found out
    alone.until(lambda: is_over(alone) and len(everything(alone, "/v1/findings", "findings")) > 20)
    cases = everything(alone, "/v1/cases", "cases")
    # events are shown as soon as they are carried, what was found a moment later
    for path, name in (("/v1/findings", "findings"), ("/v1/cases", "cases")):
        api.until(
            lambda path=path, name=name: (
                plain(everything(api, path, name)) == plain(everything(alone, path, name))
            )
        )
    moment = f"at={LATER}&known_at={LATER}"
    for case in cases:
        path = f"/v1/cases/{case['subject']}?{moment}"
        there, here = alone.json(path), api.json(path)
        assert here == there, {
            name: (here[name], there[name]) for name in there if here.get(name) != there[name]
        }
    assert api.json(f"/v1/wall?{moment}") == alone.json(f"/v1/wall?{moment}")


@pytest.mark.timeout(300)
def test_what_the_cluster_shows_is_what_one_process_shows(cluster: Cluster) -> None:
    cluster.send(history(400))
    assert cluster.sink.is_ready()
    assert cluster.api.is_ready()
    compare(cluster)


def test_the_api_takes_no_events_and_says_who_does(cluster: Cluster) -> None:
    answer = cluster.api.http.post("/v1/events", json=[])
    assert answer.status_code == 404
    assert "sundial outbox" in answer.json()["detail"]


@pytest.mark.timeout(300)
def test_the_sink_makes_the_read_store_anew(cluster: Cluster) -> None:
    arguments = ["rebuild", "--data", str(cluster.sink.data), "--json"]
    answer = CliRunner().invoke(build_app(arguments), arguments)
    report = json.loads(answer.output[answer.output.index("{") :])
    assert (answer.exit_code, report["different"], report["healed"], report["exchanged"]) == (
        0,
        0,
        0,
        True,
    ), report["differences"]
    compare(cluster)


@pytest.mark.timeout(300)
def test_history_is_read_from_kafka_anew_and_a_rebuild_that_was_stopped_goes_on(cluster: Cluster) -> None:
    sink = cluster.sink
    with sink.http.stream("POST", "/v1/rebuild?processes=1") as answer:
        for line in answer.iter_lines():
            step = json.loads(line)
            if step.get("phase") == "cases" and step["done"] >= 3:
                break
    kept = sink.data / "rebuild" / "parts.json"
    sink.until(kept.exists)
    sink.until(lambda: sink.http.post("/v1/rebuild?processes=0").status_code == 422)
    steps = sink.until(lambda: made_anew(sink))
    assert [step for step in steps if step.get("phase") == "kafka"] == []
    assert next(step["done"] for step in steps if step.get("phase") == "cases") >= 3
    report = steps[-1]["report"]
    assert (report["different"], report["healed"], report["exchanged"]) == (0, 0, True), report["differences"]
    assert report["cases"] == cases(cluster.alone)
    assert not kept.parent.exists()
    compare(cluster)


def made_anew(sink: Running) -> list[dict[str, Any]]:
    """The lines of a rebuild in two processes; none while another is still ending."""
    answer = sink.http.post("/v1/rebuild?processes=2", timeout=200)
    return [json.loads(line) for line in answer.text.splitlines()] if answer.status_code == 200 else []


@pytest.mark.timeout(300)
def test_a_sink_without_its_folder_goes_on_where_the_tables_end(cluster: Cluster) -> None:
    """Positions and numbers follow from Kafka alone, so a new copy counts as the lost one did."""
    cluster.sink.kill()
    cluster.sink = cluster.new_sink("sink-of-a-new-machine")
    live = [an_event(number) | {"subject": f"new-{number}"} for number in range(20)]
    answer = cluster.outbox.http.post("/v1/events", json=live)
    assert {one["status"] for one in answer.json()["results"]} == {"accepted"}
    cluster.api.until(lambda: len(everything(cluster.api, "/v1/cases", "cases")) >= cases(cluster.alone) + 20)
    everything_is_there_once(cluster, cluster.alone.json("/v1/wall")["position"] + 20)


def everything_is_there_once(cluster: Cluster, events: int) -> None:
    with opened(cluster.store[1]) as store:
        assert store.execute("SELECT count(), uniqExact(position), max(position) FROM events") == [
            (events,) * 3
        ]
        [(rows, different, last)] = store.execute("SELECT count(), uniqExact(seq), max(seq) FROM findings")
        assert rows == different == last


def killed_while_it_carries(cluster: Cluster, rounds: int, away: float) -> None:
    """Events come in all the time; the sink dies at random instants, its folder is lost now and then, and in the middle
    the store goes away.
    """
    draw = random.Random(rounds)
    began = cluster.api.json("/v1/wall")["position"]
    for number in range(rounds):
        some = [
            an_event(f"{rounds}-{number}-{one}") | {"subject": f"kill-{rounds}-{number}-{one}"}
            for one in range(60)
        ]
        assert cluster.outbox.http.post("/v1/events", json=some).status_code == 202
        time.sleep(draw.uniform(0.0, 1.5))
        if number == rounds // 2:
            cluster.server.kill()
            time.sleep(away)
            assert cluster.api.json("/readyz")["status"] == "degraded"
            cluster.server.start()
        cluster.sink.kill()
        if draw.random() < 0.3:
            shutil.rmtree(cluster.sink.data)
        cluster.sink = cluster.new_sink(cluster.sink.data.name)
    wanted = began + 60 * rounds
    cluster.api.until(lambda: cluster.api.json("/v1/wall")["position"] == wanted, 90 + 5 * rounds)
    with opened(cluster.store[1]) as store:
        sql = "SELECT count() FROM (SELECT * FROM cases FINAL) WHERE startsWith(subject, {name:String})"
        cluster.api.until(
            lambda: store.execute(sql, {"name": f"kill-{rounds}-"}) == [(60 * rounds,)], 90 + 5 * rounds
        )
    everything_is_there_once(cluster, wanted)


@pytest.mark.timeout(300)
def test_a_sink_is_killed_while_it_carries_and_the_store_goes_away(cluster: Cluster) -> None:
    killed_while_it_carries(cluster, rounds=4, away=3)


@pytest.mark.soak
def test_a_sink_is_killed_two_hundred_times_and_the_store_is_away_for_a_minute(cluster: Cluster) -> None:
    cluster.send(history(400))
    killed_while_it_carries(cluster, rounds=200, away=60)


@pytest.mark.timeout(300)
def test_what_no_worker_can_read_is_a_dead_letter_that_people_find_and_try_again(cluster: Cluster) -> None:
    sender = KafkaSender(cluster.kafka[1])
    poison = Record(full_name(cluster.kafka[3], "events"), b"case-x", b'{"type"', [])
    assert sender.send([poison], threading.Event()) == [None]
    sender.close()
    api = cluster.api
    api.until(lambda: api.json("/v1/dead-letters")["dead_letters"])
    [letter] = api.json("/v1/dead-letters")["dead_letters"]
    assert (letter["subject"], letter["kind"]) == ("case-x", "decode")
    assert letter["cause"].startswith("InvalidEvent")
    [record] = [one for one in copied(api) if one.position == letter["position"]]
    assert record.raw == b'{"type"'
    assert [one["number"] for one in json.loads(command("list", api, "--json")[1])] == [letter["number"]]
    assert command("replay", api, str(letter["number"])) == (
        1, f"0 of 1 judged.\nStill not: {letter['number']}; see `sundial dead-letters list`.\n"
    )  # fmt: skip


def command(name: str, where: Running, *arguments: str) -> tuple[int, str]:
    given = ["dead-letters", name, "--data", str(where.data), *arguments]
    answer = CliRunner().invoke(build_app(given), given)
    return answer.exit_code, answer.output


def copied(where: Running) -> list[LogRecord]:
    """The log as the process keeps it."""
    log = MirrorLog(where.data / "mirror" / "log.db", PARTITIONS)
    try:
        return log.read(0, 10**9)
    finally:
        log.close()


@contextmanager
def opened(address: str) -> Iterator[ClickhouseStore]:
    store = ClickhouseStore(Address.parse(address))
    try:
        yield store
    finally:
        store.close()


def cases(one: Running) -> int:
    return len(everything(one, "/v1/cases", "cases"))


def is_complete(one: Running) -> bool:
    wall = one.json("/v1/wall")
    return bool(wall["behind"] == 0 and wall["position"] > 0 and one.json("/v1/cases?limit=1")["cases"])


def is_over(one: Running) -> bool:
    """Whether every case that the supervisor has judged up to now has no limit left in the past."""
    now = one.json("/v1/wall")["as_of"]
    return not any(
        case["next_change"] and case["next_change"] < now for case in everything(one, "/v1/cases", "cases")
    )


def plain(findings: list[dict[str, Any]]) -> list[tuple[tuple[str, Any], ...]]:
    """Without the number of issue: one process counts the findings of all cases as they come to it."""
    return sorted(
        tuple(sorted((name, repr(value)) for name, value in one.items() if name != "seq")) for one in findings
    )


def by_subject(cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["subject"]: one for one in cases}
