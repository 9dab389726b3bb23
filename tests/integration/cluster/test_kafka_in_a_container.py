"""infra/kafka/start.sh, the start of a container, starts a real node here: one that is alone, and one of three.

The two programs that it finds in a container's folder are stood in for by the same classes of the same release.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.support.broker import JARS, ROOT

START = ROOT / "infra" / "kafka" / "start.sh"
PORTS = (9092, 9093)


def _programs(folder: Path, hosts: Path) -> Path:
    """A folder like /opt/kafka; the names of the nodes are those of this machine."""
    programs = folder / "kafka" / "bin"
    programs.mkdir(parents=True)
    for name, main, verb in (
        ("kafka-storage.sh", "kafka.tools.StorageTool", ""),
        ("kafka-server-start.sh", "kafka.Kafka", "exec "),
    ):
        program = programs / name
        program.write_text(
            f"#!/bin/sh\n{verb}java -Xmx384m -XX:TieredStopAtLevel=1 -Djdk.net.hosts.file={hosts} "
            f"-cp '{JARS}/*' {main} \"$@\"\n"
        )
        program.chmod(0o755)
    return programs.parent


def _variables(folder: Path, host: str, nodes: int, cluster: str, domain: str) -> dict[str, str]:
    hosts = folder / "hosts"
    hosts.write_text("".join(f"127.0.0.1 kafka-{node}{domain}\n" for node in range(nodes)))
    return {
        **os.environ, "HOSTNAME": host, "KAFKA_NODES": str(nodes), "KAFKA_CLUSTER_ID": cluster,
        "KAFKA_DOMAIN": domain, "KAFKA_HOME": str(_programs(folder, hosts)), "KAFKA_DATA": str(folder / "data"),
        "TMPDIR": str(folder),
    }  # fmt: skip


def _clusters() -> list[str]:
    """The cluster's names in the compose file and in the manifests."""
    compose = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text())
    manifests = yaml.safe_load_all((ROOT / "infra" / "kubernetes" / "base" / "kafka.yaml").read_text())
    [node] = [one for one in manifests if one["kind"] == "StatefulSet"]
    [container] = node["spec"]["template"]["spec"]["containers"]
    return [
        compose["services"]["kafka-0"]["environment"]["KAFKA_CLUSTER_ID"],
        *(one["value"] for one in container["env"] if one["name"] == "KAFKA_CLUSTER_ID"),
    ]


COMPOSE, KUBERNETES = _clusters()


@contextmanager
def _started(variables: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", str(START)], env=variables, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], log: Path, line: str) -> None:
    for _ in range(600):
        if line in log.read_text(errors="replace"):
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"{line!r} was not said:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def ports_are_free(kafka_here: None) -> None:
    """It listens where a container's would."""
    for port in PORTS:
        try:
            socket.create_server(("", port)).close()
        except OSError:
            pytest.skip(f"another program listens on port {port}")


def test_a_node_alone_starts_ends_in_good_order_and_starts_again(
    ports_are_free: None, tmp_path: Path
) -> None:
    variables = _variables(tmp_path, "kafka-0", 1, COMPOSE, "")
    for start in ("first", "second"):
        log = tmp_path / f"{start}.log"
        with _started(variables, log) as process:
            _wait(process, log, "Kafka Server started")
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) in (0, 143), "the signal reaches it: the shell has given way to it"
    kept = (tmp_path / "data" / "log" / "meta.properties").read_text()
    assert f"cluster.id={COMPOSE}" in kept
    assert "node.id=0" in kept


def test_one_of_three_knows_the_others_and_takes_the_replicated_settings(
    kafka_here: None, tmp_path: Path
) -> None:
    variables = _variables(tmp_path, "kafka-2", 3, KUBERNETES, ".kafka")
    server = tmp_path / "kafka" / "bin" / "kafka-server-start.sh"
    server.write_text('#!/bin/sh\ncat "$1"\n')  # the storage tool has read them as the server would
    made = subprocess.run([str(START)], env=variables, check=True, capture_output=True, text=True, timeout=60)
    properties = dict(
        line.split("=", 1) for line in made.stdout.splitlines() if "=" in line and not line.startswith("#")
    )
    assert properties["node.id"] == "2"
    assert properties["controller.quorum.voters"] == (
        "0@kafka-0.kafka:9093,1@kafka-1.kafka:9093,2@kafka-2.kafka:9093"
    )
    assert properties["advertised.listeners"] == "CLIENTS://kafka-2.kafka:9092"
    assert properties["min.insync.replicas"] == "2"
    assert properties["auto.create.topics.enable"] == "false"
    assert (tmp_path / "data" / "log" / "meta.properties").is_file()
