"""What the commands beside a running server ask of it."""

import json
import subprocess
import sys

import httpx

from tests.integration.api.serving import Server, event
from tests.support.commands import ROOT


def test_a_rebuild_beside_the_server_is_equal(server: Server) -> None:
    server.post(event("case.accepted", "rebuilt", "2026-03-02T10:00:00+08:00", item="permit", hall="county"))
    before = server.until(lambda: server.get("/v1/findings", subject="rebuilt")["total"])
    done = subprocess.run(
        [sys.executable, "-m", "sundial", "rebuild", "--data", str(server.data), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["different"] == 0
    assert report["exchanged"] is True
    assert server.get("/v1/findings", subject="rebuilt")["total"] == before


def test_one_rebuild_at_a_time_and_none_for_a_page_of_another_site(server: Server) -> None:
    refused = httpx.post(f"{server.url}/v1/rebuild", headers={"Origin": "https://evil.example"})
    assert refused.status_code == 401


def test_dead_letters_can_be_asked_for(server: Server) -> None:
    assert server.get("/v1/dead-letters")["dead_letters"] == []
    assert server.http.post("/v1/dead-letters/replay", json={"numbers": None}).json() == {
        "tried": 0,
        "failed": [],
    }
    assert server.http.post("/v1/dead-letters/replay", json={"numbers": [7]}).status_code == 404
