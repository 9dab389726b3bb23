"""Manifests as they reach a cluster."""

import pytest

from tests.unit.infra.manifests import KUBERNETES, OVERLAYS
from tests.unit.infra.rendering import Document, render


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> list[Document]:
    """Everything of one overlay."""
    return render(KUBERNETES / "overlays" / request.param)
