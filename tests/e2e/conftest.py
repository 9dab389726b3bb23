"""A county and a browser for each file of tests, and pages whose console stays clean. They end with the file: while the
browser is there its event loop runs, and other tests could not run theirs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.e2e.server import Sundial, browser, demo_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sundial]:
    with demo_county(tmp_path_factory.mktemp("county") / "data") as sundial:
        yield sundial


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(county: Sundial, chromium: Browser) -> Iterator[Page]:
    """A page that may ask our server only, and whose console stays clean while it answers."""
    context = chromium.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce"
    )
    one = context.new_page()
    strangers: list[str] = []
    complaints: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(county.url):
            strangers.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    one.on("request", asked)
    one.on("console", said)
    one.on("pageerror", lambda error: complaints.append(str(error)))
    yield one
    context.close()
    assert strangers == [], "no request leaves the server"
    assert complaints == []
