"""Who may speak from beyond this machine, and how much anyone may say."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.api.serving import SOURCE, Server, event, reference_events
from tests.support.commands import ROOT

Serve = Callable[..., Server]


def sundial(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sundial", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def a_token(data: Path, *options: str) -> str:
    made = sundial("tokens", "add", *options, "--data", str(data))
    assert made.returncode == 0, made.stderr
    [token] = re.findall(r"^sdl_\S+$", made.stdout, re.MULTILINE)
    return str(token)


def accepted(subject: str, hall: str) -> dict[str, object]:
    return event("case.accepted", subject, "2026-03-02T10:00:00+08:00", item="permit", hall=hall)


def test_listening_beyond_loopback_needs_a_token(tmp_path: Path) -> None:
    refused = sundial("serve", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data"))
    assert refused.returncode == 2
    assert "sundial tokens add" in refused.stderr


def test_a_source_speaks_for_its_own_halls(serve: Serve, tmp_path: Path) -> None:
    data = tmp_path / "data"
    speaking = a_token(data, "--source", SOURCE, "--hall", "county")
    reading = a_token(data, "--source", "wall", "--read")
    server = serve("--host", "0.0.0.0")
    server.post(*reference_events())
    results = server.post(
        accepted("ours", "county"),
        accepted("theirs", "other"),
        {**accepted("x", "county"), "source": "y"},
        Authorization=f"Bearer {speaking}",
    )
    assert [result["status"] for result in results] == ["accepted", "refused", "refused"]
    assert [(result["reason"] or {}).get("place") for result in results] == [
        None,
        "$[1].data.hall",
        "$[2].source",
    ]
    as_reader, as_speaker = {"Authorization": f"Bearer {reading}"}, {"Authorization": f"Bearer {speaking}"}
    assert server.http.get("/v1/cases/ours", headers=as_reader).status_code == 200
    assert server.http.get("/v1/cases/ours", headers=as_speaker).status_code == 403
    assert server.http.post("/v1/events", json=[], headers=as_reader).status_code == 403
    assert server.http.get("/v1/cases/ours", headers={"Authorization": "Bearer sdl_guess"}).status_code == 401
    identifier = next(
        line for line in sundial("tokens", "list", "--data", str(data)).stdout.splitlines() if "wall" in line
    )
    assert sundial("tokens", "revoke", identifier.split("│")[1].strip(), "--data", str(data)).returncode == 0
    assert server.http.get("/v1/cases/ours", headers=as_reader).status_code == 401


def test_a_browser_comes_in_by_the_login_page(serve: Serve, tmp_path: Path) -> None:
    reading = a_token(tmp_path / "data", "--source", "wall", "--read")
    server = serve("--host", "0.0.0.0")
    beyond = {"Host": "wall.example"}
    assert server.http.get("/", headers=beyond).headers["location"] == "/login"
    assert server.http.post("/login", data={"token": "sdl_guess"}, headers=beyond).status_code == 403
    opened = server.http.post("/login", data={"token": reading}, headers=beyond)
    assert opened.headers["location"] == "/"
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    with_cookie = {**beyond, "Cookie": cookie.partition(";")[0]}
    assert server.http.get("/v1/wall", headers=with_cookie).status_code == 200
    assert server.http.post("/v1/events", json=[], headers=with_cookie).status_code == 401


def test_too_many_events_are_answered_429(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNDIAL_EVENT_RATE", "30/minute")
    server = serve()
    server.post(*[accepted(f"r-{number}", "county") for number in range(30)])
    answer = server.http.post("/v1/events", json=[accepted("r-31", "county")])
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    assert answer.json()["type"] == "urn:sundial:problem:too-many-requests"
