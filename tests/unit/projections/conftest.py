"""One read store per test, empty: on the library, and where a test says so on a server too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.schema import migrate
from tests.support.engines import AnyStore, engines_of_this_run, new_store
from tests.unit.projections.world import World


@pytest.fixture(params=engines_of_this_run())
def engine(request: pytest.FixtureRequest) -> str:
    """What the read store stands on; a test with `@ON_BOTH` runs on each."""
    return str(request.param)


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Iterator[AnyStore]:
    with new_store(engine, tmp_path) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def world(tmp_path: Path, engine: str) -> Iterator[World]:
    with new_store(engine, tmp_path) as opened:
        made = World(tmp_path, opened)
        yield made
        made.close()
