"""A cycle that does not end is seen by the worker's own probes while it lasts, not only afterwards."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import Node, free_ports
from tests.support.workers import Worker, make_topics, until


@pytest.fixture
def node(kafka_here: None, tmp_path: Path) -> Iterator[Node]:
    """A broker of this test only: it will stand still."""
    with Node(tmp_path / "broker", free_ports(1)[0]) as node:
        yield node


def test_while_the_broker_stands_still_the_time_is_seen_to_pass(node: Node, tmp_path: Path) -> None:
    prefix = f"probes-{uuid.uuid4().hex[:8]}"
    make_topics(node.address, prefix, 1)
    worker = Worker(tmp_path / "worker", node.address, prefix, 1)

    def stalled() -> float:
        found = re.search(
            r'sundial_worker_stalled_seconds\{partition="0"\} (\S+)', worker.probe("/metrics")[1]
        )
        return float(found[1]) if found else 0.0

    try:
        worker.start()
        until("ready", lambda: worker.probe("/readyz")[0] == 200, [worker])
        node.freeze()
        until("time passes", lambda: stalled() > 3, [worker])
        assert worker.probe("/livez")[0] == 200, "not for a minute yet"
        node.thaw()
        until("it goes on", lambda: stalled() < 1 and worker.probe("/readyz")[0] == 200, [worker])
    finally:
        worker.kill()
