"""What the manifests and the compose file may name: settings, commands, probes, topics that are in the code."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from api.app import create_answering_app, create_carrying_app, create_reception_app
from streams.cluster.topics import declared
from sundial.cli import command_modules
from sundial.probes import serve_probes
from sundial.settings import Settings

ROOT = Path(__file__).parents[3]
INFRA = ROOT / "infra"
IMAGE = "sundial"

_PINNED = re.compile(r"[a-z0-9./_-]+:\d+\.\d+[0-9a-z.-]*")


def is_pinned(image: str) -> bool:
    """Whether an image has a tag of a release, not one that moves with every day."""
    return _PINNED.fullmatch(image) is not None and "latest" not in image


def commands() -> set[str]:
    """The commands that `sundial` has."""
    return set(command_modules())


def variables() -> set[str]:
    """The variables that `sundial` reads."""
    return {f"SUNDIAL_{name.upper()}" for name in Settings.model_fields}


def settings() -> set[str]:
    """The names of the settings."""
    return set(Settings.model_fields)


def topics() -> set[str]:
    """The declared topics, without prefix."""
    return {topic.name for topic in declared(12, 3)}


@cache
def of_a_worker() -> dict[str, str]:
    """What a worker answers at its paths."""
    server = serve_probes("127.0.0.1", 0, lambda: ())
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as http:
            answers = {path: http.get(path) for path in ("/livez", "/readyz", "/metrics", "/nothing")}
    finally:
        server.shutdown()
        server.server_close()
    assert answers["/nothing"].status_code == 404
    return {path: answer.text for path, answer in answers.items() if answer.status_code != 404}


@cache
def paths(command: str) -> set[str]:
    """The paths at which a command answers probes."""
    if command == "worker":
        return set(of_a_worker())
    making = {"outbox": create_reception_app, "sink": create_carrying_app, "api": create_answering_app}[
        command
    ]
    parts: Any = SimpleNamespace(version=None)  # the routes do not depend on them
    return set(making(parts).openapi()["paths"])


def check_settings(given: dict[str, Any]) -> Settings:
    """The settings that these variables make; all must be known and of their kind."""
    assert given.keys() <= variables(), given.keys() - variables()
    return Settings(**{name.removeprefix("SUNDIAL_").lower(): value for name, value in given.items()})
