"""`sundial outbox` from outside: before there is a broker, before there are topics, with both, and after a loss."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.cluster.administration import create_missing
from streams.cluster.topics import declared
from tests.support.broker import ROOT, Node, free_ports
from tests.support.commands import Running
from tests.support.reading import read_topic


class Outbox(Running):
    """`sundial outbox`."""

    def __init__(self, data: Path, *options: str) -> None:
        super().__init__(data, "outbox", *options)

    def post(self, *numbers: int) -> list[str]:
        """Send events of cases; what became of each."""
        answer = self.http.post("/v1/events", json=[an_event(number) for number in numbers])
        assert answer.status_code == 202, answer.text
        return [result["status"] for result in answer.json()["results"]]

    def readings(self) -> dict[str, float]:
        """The gauges of the outbox."""
        lines = self.http.get("/metrics").text.splitlines()
        found = [line.split() for line in lines if line.startswith("sundial_outbox_")]
        return {name.removeprefix("sundial_outbox_"): float(value) for name, value in found}


def an_event(number: int | str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "hall-a",
        "type": "case.accepted",
        "subject": f"case-{number % 5 if isinstance(number, int) else number}",
        "time": "2026-03-02T10:00:00+08:00",
        "data": {"item": "permit", "hall": "a", **data},
    }


@pytest.fixture
def node(kafka_here: None, tmp_path: Path) -> Iterator[Node]:
    """A broker that is not started yet."""
    node = Node(tmp_path / "broker", free_ports(1)[0])
    yield node
    node.kill()


@pytest.mark.timeout(300)
def test_events_are_taken_whatever_becomes_of_the_broker_and_all_arrive(node: Node, tmp_path: Path) -> None:
    running = Outbox(tmp_path / "data", "--bootstrap", node.address, "--partitions", "2")
    try:
        assert running.post(*range(10)) == ["accepted"] * 10
        assert running.post(0) == ["duplicate"]
        seeded = running.readings()["backlog_events"] - 10
        assert seeded > 0, "the shipped reference data comes first"
        assert running.http.get("/readyz").status_code == 200, "no broker keeps nobody from sending events"
        running.until(lambda: running.readings()["failures"] > 0)

        node.start()
        running.until(lambda: running.http.get("/readyz").status_code == 503)
        assert "supervision.events: missing. `sundial topics --create`" in running.http.get("/readyz").text
        assert running.post(*range(10, 20)) == ["accepted"] * 10
        create_missing(node.address, "supervision", declared(2, 1))
        running.until(lambda: running.readings()["backlog_events"] == 0)
        assert running.http.get("/readyz").status_code == 200

        node.kill()
        assert running.post(*range(20, 30)) == ["accepted"] * 10
        running.until(lambda: running.readings()["failures"] > 0)
        assert running.readings()["oldest_seconds"] > 0
        node.start()
        running.until(lambda: running.readings()["backlog_events"] == 0)
        assert running.readings()["failures"] == 0
    finally:
        code = running.stop()
    assert code == 0, running.log.read_text()
    assert "The outbox has stopped" in running.log.read_text()
    arrived: dict[bytes, list[int]] = {}
    for record in read_topic(node.address, "supervision.events"):
        arrived.setdefault(record.key, []).append(int(record.value.split(b'"id":"e')[1].split(b'"')[0]))
    firsts = {key.decode(): list(dict.fromkeys(numbers)) for key, numbers in arrived.items()}
    assert firsts == {f"case-{n}": list(range(n, 30, 5)) for n in range(5)}
    reference = [record for record in read_topic(node.address, "supervision.reference") if record.value]
    assert len({record.value for record in reference}) == seeded


def test_a_request_of_64_megabytes_is_refused_at_the_door_and_the_next_one_is_taken(tmp_path: Path) -> None:
    running = Outbox(tmp_path / "data", "--bootstrap", f"127.0.0.1:{free_ports(1)[0]}", "--partitions", "2")
    try:
        answer = running.http.post("/v1/events", json=[an_event(1, note="x" * (64 * 1024 * 1024))])
        assert answer.status_code == 413
        assert "at most 8388608 bytes in one request" in answer.text
        assert running.post(2) == ["accepted"]
    finally:
        running.kill()


def test_a_folder_that_another_process_owns_is_refused(tmp_path: Path) -> None:
    from streams.folder import FolderLock

    lock = FolderLock(tmp_path / "data")
    command = [sys.executable, "-m", "sundial", "outbox", "--data", str(tmp_path / "data"), "--port", "0"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    lock.release()
    assert ran.returncode == 2
    assert "sundial outbox:" in ran.stderr
    assert "in use by process" in ran.stderr
