"""One read store per test: a process has one at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.schema import migrate
from projections.store import ChdbStore
from tests.unit.projections.world import World


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChdbStore]:
    opened = ChdbStore(tmp_path / "read")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
