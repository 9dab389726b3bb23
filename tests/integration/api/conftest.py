"""Servers for the tests of the API."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.api.serving import Server, reference_events


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers; `serve("--rate", "2", data=...)`. All end with the test."""
    servers: list[Server] = []

    def start(*options: str, data: Path | None = None) -> Server:
        servers.append(Server(data or tmp_path / "data", *options))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only add to it."""
    running = Server(tmp_path_factory.mktemp("serving") / "data")
    running.post(*reference_events())
    yield running
    assert running.stop() == 0, running.log.read_text()
