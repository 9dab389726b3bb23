"""A real `sundial serve` in a process of its own, and a browser to look at it."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
BUILT = REPOSITORY / "dashboards" / "web" / "dist" / "index.html"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
STARTS_WITHIN_SECONDS = 180.0


class Sundial:
    """A `sundial serve` that can be stopped and started again on the same folder and address."""

    def __init__(self, data: Path, *options: str) -> None:
        if not BUILT.is_file():
            raise RuntimeError(f"{BUILT} is not there: run `make web` first")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = data.with_suffix(".log")
        self._command = [
            sys.executable, "-m", "sundial", "serve", "--data", str(data), "--port", str(self.port), *options
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it has something to show."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"sundial serve ended:\n{self._log.read_text()}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise RuntimeError(f"sundial serve is not ready:\n{self._log.read_text()}")

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_county(data: Path) -> Iterator[Sundial]:
    """The demo county: simulated history, then simulated traffic, on its own clock."""
    sundial = Sundial(data, "--demo")
    try:
        sundial.start()
        wait_for_figures(sundial.url)
        yield sundial
    finally:
        sundial.stop()


def wait_for_figures(url: str) -> None:
    """Wait until the read store holds the demo's history."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    opened, steady = -1, 0
    while time.monotonic() < deadline:
        wall = httpx.get(f"{url}/v1/wall", timeout=20).json()
        now = wall["figures"]["open"]
        steady = steady + 1 if now > 0 and abs(now - opened) < 5 else 0
        opened = now
        if steady >= 3 and wall["findings"]:
            return
        time.sleep(0.5)
    raise RuntimeError("the demo county shows no open matters and findings")


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Where it is missing this fails: a screen nobody has seen is not tested."""
    if not Path(CHROMIUM).exists():
        raise RuntimeError(f"{CHROMIUM} is not there: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def number_of(text: str) -> int:
    """The count that a figure shows: `1,234` is 1234."""
    return int(re.sub(r"[^0-9]", "", text))
