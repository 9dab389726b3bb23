"""What tests of any folder may ask for."""

import os
from collections.abc import Iterator

import pytest

from tests.support.broker import Node, free_ports, missing


@pytest.fixture(scope="session")
def kafka_here() -> None:
    """A broker can be started on this machine. Else the test fails where it must run, and is skipped elsewhere."""
    why = missing()
    if why is not None and os.environ.get("CI"):
        pytest.fail(f"no Kafka broker: {why}")
    if why is not None:
        pytest.skip(f"no Kafka broker: {why}")


@pytest.fixture(scope="session")
def broker(kafka_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One running node for all tests; each takes a prefix of its own for its topics."""
    with Node(tmp_path_factory.mktemp("kafka"), free_ports(1)[0]) as node:
        yield node
