"""An event that is posted shows on the live stream. How fast is measured by `tests.bench.bench_api`."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from tests.integration.api.serving import Server, event


def frames(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, document) of every frame of a stream."""
    number = ""
    for line in lines:
        if line.startswith("id: "):
            number = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield number, json.loads(line.removeprefix("data: "))


def test_the_stream_begins_with_the_snapshot_and_shows_a_finding(server: Server) -> None:
    with httpx.stream("GET", f"{server.url}/v1/live", timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        shown = frames(stream.iter_lines())
        _, snapshot = next(shown)
        assert {"as_of", "figures", "findings", "halls", "trend"} <= set(snapshot)
        posted: list[float] = []

        def post() -> None:
            posted.append(time.monotonic())
            server.post(
                event("case.accepted", "late-one", "2026-03-02T10:00:00+08:00", item="permit", hall="county")
            )

        threading.Timer(0.3, post).start()
        for _, document in shown:
            if any(finding["subject"] == "late-one" for finding in document["findings"]):
                break
        took = time.monotonic() - posted[0]
    assert took < 10.0, f"it took {took:.2f} s"


def test_ids_grow_and_frames_come_without_a_change(server: Server) -> None:
    with httpx.stream("GET", f"{server.url}/v1/live", timeout=20) as stream:
        shown = frames(stream.iter_lines())
        numbers = [int(next(shown)[0]) for _ in range(3)]
    assert numbers == sorted(set(numbers))


def test_the_wall_and_the_stream_say_the_same(server: Server) -> None:
    with httpx.stream("GET", f"{server.url}/v1/live", timeout=20) as stream:
        _, streamed = next(frames(stream.iter_lines()))
    asked = server.get("/v1/wall")
    assert set(asked) == set(streamed)


def test_a_server_that_stops_does_not_wait_for_its_viewers(serve: Callable[..., Server]) -> None:
    own = serve()
    with httpx.stream("GET", f"{own.url}/v1/live", timeout=20) as stream:
        lines = stream.iter_lines()
        next(frames(lines))
        began = time.monotonic()
        assert own.stop() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in own.log.read_text()
