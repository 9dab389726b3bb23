"""The screens and the probes."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api import telemetry
from tests.integration.api.serving import Server

Serve = Callable[..., Server]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of the screens that is quickly made."""
    web = tmp_path / "dist"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>wall</title>")
    (web / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setenv("SUNDIAL_WEB", str(web))
    return web


def test_every_address_of_the_screens_is_their_one_page(serve: Serve, built: Path) -> None:
    server = serve()
    for path in ("/", "/cases/2026-000217", "/findings"):
        answer = server.http.get(path)
        assert "<title>wall</title>" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
    script = server.http.get("/assets/app-1a2b.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    for path in (
        "/assets/missing.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/v1/nothing",
        "/assets/%00.js",
    ):
        answer = server.http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_build_the_page_says_what_to_do(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNDIAL_WEB", str(tmp_path / "nowhere"))
    server = serve()
    page = server.http.get("/")
    assert page.status_code == 200
    assert "make install" in page.text
    assert "界面尚未构建" in page.text


def test_headers_that_protect_a_browser(server: Server) -> None:
    for path in ("/", "/v1/wall", "/healthz", "/nothing.txt"):
        headers = server.http.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_probes(server: Server) -> None:
    assert server.get("/healthz") == {"status": "alive"}
    assert server.get("/readyz")["status"] == "ready"
    beyond = httpx.get(f"{server.url}/readyz", headers={"Host": "probe.example"})
    assert beyond.status_code == 200


def test_every_metric_is_exported_and_explained(server: Server) -> None:
    server.get("/v1/wall")
    text = server.http.get("/metrics").text
    for name in telemetry.GAUGES:
        if not name.startswith("sundial_outbox_"):  # of a process that has one
            assert f"# HELP {name} " in text
    for line in text.splitlines():
        if line and not line.startswith("#"):
            assert line.startswith("sundial_"), line


def test_unknown_methods_and_paths_are_problems(server: Server) -> None:
    for method, path, status in (
        ("DELETE", "/v1/events", 405),
        ("POST", "/v1/wall", 405),
        ("GET", "/v1/x", 404),
    ):
        answer = server.http.request(method, path)
        assert answer.status_code == status
        assert answer.json()["type"].startswith("urn:sundial:problem:")
