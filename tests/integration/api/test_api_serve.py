"""Starting a server: what stands in the way is said plainly; what is started goes on after a restart."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.api.serving import Server, reference_events
from tests.support.commands import ROOT

Serve = Callable[..., Server]


def refused(*options: str) -> str:
    """What `sundial serve` says when it does not start; exit 2."""
    done = subprocess.run(
        [sys.executable, "-m", "sundial", "serve", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("sundial serve: "), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_was_asked_for_and_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused("--port", str(taken.getsockname()[1]), "--data", str(tmp_path / "data"))
    assert "another program listens there" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clock", "yesterday"], "--clock: expected a time such as"),
        (["--rate", "60"], "rate: expected the instant at which the clock starts"),
        (["--clock", "2026-06-01T10:00:00+08:00", "--rate", "-1"], "rate: expected a number above 0"),
        (["--host", "no.such.host.invalid"], "--host no.such.host.invalid"),
        (["--port", "99999"], "port"),
        (["--data", "/proc/nothing"], "cannot be written"),
    ],
)
def test_what_cannot_be(tmp_path: Path, options: list[str], said: str) -> None:
    given = options if "--data" in options else [*options, "--data", str(tmp_path / "data")]
    assert said in refused("--port", "0", *given)


def test_a_key_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "identity.key").write_text("short")
    assert "at least 32 bytes" in refused("--port", "0", "--data", str(tmp_path))


def test_a_started_clock_is_kept_and_never_goes_back(serve: Serve, tmp_path: Path) -> None:
    first = serve("--clock", "2026-06-01T10:00:00+08:00", "--rate", "60")
    assert first.get("/v1/wall")["as_of"].startswith("2026-06-01T02:")
    assert first.get("/v1/wall")["clock"] == {"mode": "accelerated", "rate": 60.0}
    first.post(*reference_events())
    assert first.stop() == 0
    setting = json.loads((tmp_path / "data" / "clock.json").read_text())
    assert setting["rate"] == 60.0
    second = serve()
    assert second.get("/v1/wall")["clock"] == {"mode": "accelerated", "rate": 60.0}
    assert second.stop() == 0
    said = refused("--clock", "2026-05-01T10:00:00+08:00", "--port", "0", "--data", str(tmp_path / "data"))
    assert "2026-05-01" in said


def test_the_demo_fills_an_empty_folder_and_goes_on_where_it_stopped(serve: Serve) -> None:
    first = serve("--demo")
    wall = first.until(
        lambda: (shown := first.get("/v1/wall")) and shown["figures"]["open"] > 100 and shown, 60
    )
    assert len(wall["halls"]) == 36
    assert first.stop() == 0
    second = serve("--demo")
    again = second.until(
        lambda: (shown := second.get("/v1/wall")) and shown["figures"]["open"] > 100 and shown, 30
    )
    assert wall["as_of"] <= again["as_of"] < wall["as_of"][:11] + "12:00:00Z"
    assert second.get("/v1/dead-letters")["dead_letters"] == []
