"""`sundial worker` at its start: each thing that can be wrong is said plainly, and a start by the example works."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from streams.cluster.administration import create_missing
from streams.cluster.topics import declared
from streams.folder import FolderLock
from tests.support.broker import ROOT, Node, free_ports
from tests.support.workers import Worker, make_topics, until

PARTITIONS = 2


@pytest.fixture
def prefix() -> str:
    """Topics of this test only."""
    return f"begins-{uuid.uuid4().hex[:8]}"


def start(folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a worker that cannot begin; what it said. It may look for a broker, but not for ever."""
    return subprocess.run(
        [sys.executable, "-m", "sundial", "worker", "--data", str(folder / "data"), "--port", "0", *options],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def told(answer: subprocess.CompletedProcess[str]) -> str:
    """The one line that says why; never a traceback."""
    assert answer.returncode == 2, answer
    assert "Traceback" not in answer.stderr
    [line] = [line for line in answer.stderr.splitlines() if line.startswith("sundial worker: ")]
    return line


@contextmanager
def a_silent_listener() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def test_no_broker_there(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    assert f"no Kafka broker answers at {nowhere}" in told(start(tmp_path, "--bootstrap", nowhere))


def test_something_else_listens_there(tmp_path: Path) -> None:
    with a_silent_listener() as address:
        assert f"no Kafka broker answers at {address}" in told(start(tmp_path, "--bootstrap", address))


def test_the_topics_are_not_made_yet(broker: Node, prefix: str, tmp_path: Path) -> None:
    line = told(start(tmp_path, "--bootstrap", broker.address, "--prefix", prefix))
    assert all(f"{prefix}.{topic.name}: missing" in line for topic in declared(12, 1))
    assert line.count("`sundial topics --create` makes what is missing") == 1


def test_the_partitions_were_changed(broker: Node, prefix: str, tmp_path: Path) -> None:
    make_topics(broker.address, prefix, PARTITIONS)
    line = told(start(tmp_path, "--bootstrap", broker.address, "--prefix", prefix, "--partitions", "3"))
    assert f"{prefix}.events: partitions: expected 3, found {PARTITIONS}" in line
    assert "the order per subject breaks" in line
    assert f"{prefix}.reference" not in line, "it has one partition whatever is stated"


def test_a_topic_that_would_lose_what_it_must_keep(broker: Node, prefix: str, tmp_path: Path) -> None:
    table = declared(PARTITIONS, 1)
    [state] = [topic for topic in table if topic.name == "state"]
    wrong = {**state.settings, "cleanup.policy": "delete"}
    others = [topic for topic in table if topic is not state]
    create_missing(broker.address, prefix, [*others, type(state)("state", PARTITIONS, 1, wrong, state.why)])
    line = told(start(tmp_path, "--bootstrap", broker.address, "--prefix", prefix, "--partitions", "2"))
    assert f"{prefix}.state: cleanup.policy: expected compact, found delete" in line


def test_the_folder_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    lock = FolderLock(tmp_path / "data")
    try:
        assert str(os.getpid()) in told(start(tmp_path))
    finally:
        lock.release()


def test_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    assert "cannot be written" in told(start(tmp_path))


def test_the_port_is_taken(broker: Node, prefix: str, tmp_path: Path) -> None:
    make_topics(broker.address, prefix, PARTITIONS)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        options = ("--bootstrap", broker.address, "--prefix", prefix, "--partitions", "2", "--port", port)
        assert f"--port {port}: Address already in use" in told(start(tmp_path, *options))


def test_in_december_the_next_year_is_missed_by_name_and_work_begins(
    broker: Node, prefix: str, tmp_path: Path
) -> None:
    make_topics(broker.address, prefix, PARTITIONS)
    worker = Worker(tmp_path, broker.address, prefix, PARTITIONS)
    present = round(datetime.fromisoformat("2030-12-05T10:00:00+08:00").timestamp()) * 1_000_000
    (tmp_path / "data").mkdir()
    clock = {"mode": "simulated", "instant": present, "machine": 0, "rate": 0.0}
    (tmp_path / "data" / "clock.json").write_text(json.dumps(clock))
    try:
        worker.start()
        until("live", lambda: worker.probe("/livez")[0] == 200, [worker])
        said = worker.log.read_text()
        assert "! the holidays of 2030 are missing" in said
        assert "! the holidays of 2031 are missing" in said
    finally:
        worker.kill()


def test_the_example_of_its_help_begins_to_work(broker: Node, tmp_path: Path) -> None:
    """With this test's broker, folder and port in place of those it names, and topics of `sundial topics`."""
    run = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb"}}
    sundial = [sys.executable, "-m", "sundial"]
    shown = subprocess.run([*sundial, "worker", "--help"], capture_output=True, text=True, timeout=60, **run)
    [example] = re.findall(r"Example: sundial (worker .*?--port \d+)", " ".join(shown.stdout.split()))
    for named, ours in (
        ("127.0.0.1:9092", broker.address),
        ("data/worker-1", str(tmp_path / "worker-1")),
        ("8621", str(free_ports(1)[0])),
    ):
        assert named in example
        example = example.replace(named, ours)
    subprocess.run(
        [*sundial, "topics", "--create", "--bootstrap", broker.address], check=True, timeout=60, **run
    )
    worker = Worker(tmp_path, broker.address, "supervision", 12)
    worker._arguments = shlex.split(example)
    try:
        worker.start()
        until("ready", lambda: worker.probe("/readyz")[0] == 200, [worker])
    finally:
        worker.kill()
    assert (tmp_path / "worker-1" / "partitions").is_dir()


def test_its_log_holds_no_control_codes_and_it_leaves_nothing_where_it_was_started(
    broker: Node, prefix: str, tmp_path: Path
) -> None:
    make_topics(broker.address, prefix, PARTITIONS)
    worker = Worker(tmp_path, broker.address, prefix, PARTITIONS)
    try:
        worker.start()
        until("ready", lambda: worker.probe("/readyz")[0] == 200, [worker])
        assert worker.stop() == 0
        assert "\x1b[?25" not in worker.log.read_text()
        assert not (ROOT / f"{prefix}.supervisor-data").exists()
    finally:
        worker.kill()
